import Entitlements
import HTTPServer
import Locales
import SQL
import Subscribers
import Support
import Templates
import Tenancy
import Values
import Vouchers

extension BackOffice {
    /// Why somebody is online or is not; asked by a code or a hardware address, or from a voucher's page.
    func why(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let text = String((try request.query("q") ?? "").prefix(100))
        let facts: AccessFacts?
        do {
            facts =
                try request.query("access").map { try accessFacts(access: $0, for: visit) }
                ?? accessFacts(text, voucher: try request.query("voucher"), for: visit)
        } catch let problem as any Refusal where !(problem is RequestRefusal) {
            let values = WhySheet(facts: nil, search: text, desk: desk).values
            return desk.page(desk.pages.why, values, status: 422, problem: problem)
        }
        return desk.page(desk.pages.why, WhySheet(facts: facts, search: text, desk: desk).values)
    }

    private func accessFacts(access text: String, for visit: Visit) throws -> AccessFacts {
        let entitlement = try access(text, of: visit)
        return try store.read(.tenant(visit.tenant.id)) { try $0.accessFacts(about: entitlement, of: visit.tenant.id) }
    }

    private func accessFacts(_ text: String, voucher: String?, for visit: Visit) throws -> AccessFacts? {
        let (tenant, andLines, now) = (visit.tenant.id, visit.staff.role.has(.lines), now())
        guard let voucher else {
            guard !text.isEmpty else { return nil }
            return try store.read(.tenant(tenant)) { [codeKeys] in
                try $0.accessFacts(about: text, of: tenant, keys: codeKeys, andLines: andLines, at: now)
            }
        }
        guard let id = ID<Voucher>(voucher) else { throw RequestRefusal.notFound }
        return try store.read(.tenant(tenant)) { transaction in
            guard let found = try transaction.voucher(id, of: tenant) else { throw RequestRefusal.notFound }
            return try transaction.accessFacts(about: found, of: tenant, at: now)
        }
    }
}

/// The chain as the values of its template.
struct WhySheet {
    let facts: AccessFacts?
    let search: String
    let desk: Desk

    var values: TemplateValues {
        var values: TemplateValues = [
            "onVouchers": true, "whyAction": .text(Addresses.why), "search": .text(search),
            "hasChain": .flag(facts != nil),
        ]
        guard let facts else { return values }
        let chain = Explanation(facts, at: desk.now)
        let cause = chain.cause
        let standing = cause?.standing ?? .fine
        values["voucherHref"] = TemplateValue(facts.voucher.map { "\(Addresses.vouchers)/\($0)" })
        values["lineHref"] = TemplateValue(facts.line.map { "\(Addresses.lines)/\($0.id)" })
        values["stateClass"] = .text(standing.chip)
        values["verdict"] = .text(
            desk.words(
                "why.\(standing.rawValue)", ["what": .text(cause.map { words($0) } ?? desk.words("why.online"))]))
        values["advice"] = TemplateValue(cause.map { desk.words("why.\($0.reason.rawValue).do", details(of: $0)) })
        values["rows"] = .list(chain.findings.map(row))
        guard let entitlement = facts.entitlement, facts.line == nil else { return values }
        if facts.isMember { values["mac"] = TemplateValue(facts.device?.mac.description) }
        let sheet = AccessSheet(entitlement, desk: desk).values(for: facts.suspension)
        return values.merging(facts.isMember ? sheet : sheet.merging(["removeAction": .none]))
    }

    private func row(_ finding: Explanation.Finding) -> TemplateValues {
        [
            "label": .text(desk.words("why.link.\(finding.link.rawValue)")),
            "stateClass": .text(finding.standing.chip), "mark": .text(finding.standing.mark),
            "text": .text(words(finding)),
            "detail": TemplateValue(finding.detail.isEmpty ? nil : finding.detail),
        ]
    }

    private func words(_ finding: Explanation.Finding) -> String {
        desk.words("why.\(finding.reason.rawValue)", details(of: finding))
    }

    private func details(of finding: Explanation.Finding) -> [String: Fact] {
        ["name": .text(finding.name), "at": .text(finding.at.map { desk.moment($0) } ?? "—")]
    }
}

extension Explanation.Standing {
    fileprivate var mark: String {
        switch self {
        case .fine: "✓"
        case .broken: "✗"
        case .unknown: "?"
        }
    }

    /// The class of its colours.
    fileprivate var chip: String {
        switch self {
        case .fine: "done"
        case .broken: "failed"
        case .unknown: "pending"
        }
    }
}
