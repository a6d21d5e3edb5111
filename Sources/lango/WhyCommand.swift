import Arguments
import Locales
import SQL
import Support
import Tenancy
import Values

/// `lango why`: the chain from what a customer holds to the session, and the first link of it that is broken.
enum WhyCommand {
    static let all: [Command] = [
        Command(
            "why",
            """
            Tells why somebody is online or is not, link by link, by the code of a voucher or a payment, a device's address, a \
            line, a phone number or a receipt; ends with 1 where a link is broken.
            """,
            operands: ["NAME"],
            options: [
                .value("tenant", "SLUG", "the tenant", isRequired: true),
                .value("language", "TAG", "of the sentences; the tenant's where not said"),
            ] + OperationCommands.common
        ) { try why($0) }
    ]

    private struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private static func why(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (text, now) = (invocation.operand("NAME"), SystemClock.now())
        let facts = try desk.install.store.read(.tenant(desk.tenant.id)) {
            try $0.accessFacts(about: text, of: desk.tenant.id, keys: desk.keys, andLines: true, at: now)
        }
        let chain = Explanation(facts, at: now)
        let teller = Teller(locales: desk.install.locales, language: desk.language)
        for finding in chain.findings {
            let detail = finding.detail.isEmpty ? "" : " \(finding.detail)"
            Console.show("\(finding.standing.rawValue)\t\(teller.label(finding))\t\(teller.words(finding))\(detail)")
        }
        guard let cause = chain.cause else { return }
        Console.show("\(teller.verdict(cause))\n\(teller.advice(cause))")
        if cause.standing == .broken { throw Broken(description: teller.words(cause)) }
    }

    /// The chain in a language.
    private struct Teller {
        let locales: Locales
        let language: Language

        func label(_ finding: Explanation.Finding) -> String { word("link.\(finding.link.rawValue)", [:]) }
        func words(_ finding: Explanation.Finding) -> String { word(finding.reason.rawValue, facts(finding)) }
        func advice(_ finding: Explanation.Finding) -> String {
            word("\(finding.reason.rawValue).do", facts(finding))
        }
        func verdict(_ finding: Explanation.Finding) -> String {
            word(finding.standing.rawValue, ["what": .text(words(finding))])
        }

        private func facts(_ finding: Explanation.Finding) -> [String: Fact] {
            ["name": .text(finding.name), "at": .text(finding.at?.iso8601 ?? "—")]
        }

        private func word(_ key: String, _ facts: [String: Fact]) -> String {
            locales.format("why.\(key)", language, facts, zone: .utc)
        }
    }
}
