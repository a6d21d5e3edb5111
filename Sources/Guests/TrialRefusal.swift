package import Values

/// Why a free trial does not begin.
package enum TrialRefusal: Refusal, Hashable {
    /// The package is not there any more, or is none to be tried.
    case notOffered
    /// The device or the number had it; for good, or until an instant.
    case used(at: Instant, again: Instant?)
    case outsideSchedule(opens: Instant)
    /// Too many tries came to nothing from here.
    case locked(until: Instant)

    package var kind: RefusalKind {
        switch self {
        case .notOffered, .used, .outsideSchedule: .conflict
        case .locked: .throttled
        }
    }

    package var code: String {
        switch self {
        case .notOffered: "trial.not-offered"
        case .used(_, nil): "trial.used"
        case .used: "trial.used-for-now"
        case .outsideSchedule: "trial.outside-schedule"
        case .locked: "trial.locked"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .notOffered: [:]
        case .used(let instant, let again):
            ["at": .instant(instant)].merging(again.map { ["again": .instant($0)] } ?? [:]) { $1 }
        case .outsideSchedule(let instant): ["opens": .instant(instant)]
        case .locked(let instant): ["until": .instant(instant)]
        }
    }
}
