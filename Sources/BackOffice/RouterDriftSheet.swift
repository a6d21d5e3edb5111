import Provisioning
import Templates
import Tenancy
import Values

/// What sweeps found on a router, as the values of its template.
struct RouterDriftSheet {
    /// The most rows that are shown.
    static let most = 200

    let router: Router
    let sweep: SweepRecord?
    let drifts: [DriftRecord]
    let desk: Desk

    var values: TemplateValues {
        [
            "sweepAction": .text(Addresses.router(router.id, "sweeps")), "asOf": .text(asOf),
            "isAsked": .flag(sweep?.askedAt != nil), "hasRows": .flag(!drifts.isEmpty),
            "rows": .list(drifts.map(row)),
        ]
    }

    private var asOf: String {
        guard let sweep, let at = sweep.sweptAt else { return desk.words("drift.never") }
        return desk.words(
            "drift.as-of",
            [
                "at": .text(desk.moment(at)), "requests": .number(Int64(sweep.requests)),
                "writes": .number(Int64(sweep.writes)),
            ])
    }

    private func row(_ record: DriftRecord) -> TemplateValues {
        let drift = record.drift
        let isOpen = record.goneAt == nil
        let state = isOpen ? drift.outcome.rawValue : drift.outcome == .repaired ? "repaired" : "gone"
        return [
            "cause": .text(desk.words("drift.cause.\(drift.cause.rawValue)")), "name": .text(drift.name),
            "menu": .text(drift.menu), "detail": .text(drift.detail),
            "stateLabel": .text(desk.words("drift.state.\(state)")),
            "stateClass": .text(isOpen ? (drift.outcome == .refused ? "down" : "unconfirmed") : "plain"),
            "when": .text(desk.moment(record.foundAt)),
        ]
    }
}
