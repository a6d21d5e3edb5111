import FoundationEssentials
import Locales
import Testing
import Values

@Suite struct WordTests {
    static let problems = [
        "voucher.malformed", "voucher.mistyped", "voucher.unknown", "voucher.used-up", "voucher.expired",
        "voucher.void",
        "voucher.not-yet-valid", "voucher.other-site", "voucher.device-limit", "voucher.outside-schedule",
        "voucher.fair-share-used",
        "guess.locked",
        "entitlement.ended", "device.unknown", "site.unknown", "router.down", "request.malformed", "request.too-large",
        "request.method", "request.not-found", "session.expired", "session.forged", "sign-in.wrong", "sign-in.locked",
        "staff.forbidden", "batch.too-large", "batch.unknown", "package.unknown", "field.required", "field.too-long",
        "field.invalid", "certificate.unconfirmed", "internal", "line.unknown", "line.name-taken",
        "line.address-unfit", "line.device-unfit", "line.incomplete",
        "line.name-unfit", "line.password-unfit", "line.address-taken", "line.address-missing", "line.passwordless",
        "line.package-unfit", "line.closed", "line.suspended-already", "line.runs-already",
        "ledger.unbalanced", "ledger.insufficient", "ledger.period-closed", "ledger.cannot-close",
        "ledger.unknown-posting", "ledger.already-reversed", "ledger.is-reversal",
        "payment.not-offered", "payment.no-account", "payment.amount-unfit", "payment.prompt-open", "payment.too-soon",
        "payment.unknown", "payment.receipt-unknown", "payment.already-assigned", "payment.not-refundable",
        "payment.phone-unfit", "payment.unproven",
        "payment.same-person", "payment.too-many", "phone.empty", "phone.malformed", "phone.too-short",
        "phone.too-long",
        "phone.unknown-country", "phone.other-operator", "receipt.malformed", "receipt.phone-malformed",
    ]

    @Test("Every problem says what happened and what to do", arguments: problems)
    func problemsHaveWords(code: String) throws {
        let locales = try Portal.locales.get()
        for info in locales.languages {
            let title = try #require(locales.plain("problem.\(code)", info.language))
            #expect(!title.hasSuffix("."), "A title has no full stop: \(title)")
            #expect(locales.keys.contains("problem.\(code).advice"))
        }
    }

    struct Locked: Refusal {
        let kind = RefusalKind.throttled
        let code = "guess.locked"
        let facts: [String: Fact] = ["until": .instant(1_795_183_500_000)]
    }

    @Test("A refusal is told in the visitor's language and the site's time")
    func tellsRefusals() throws {
        let zone = try #require(TimeZoneID(validating: "Africa/Nairobi"))
        let problem = try Portal.locales.get().problem(Locked(), .swahili, zone: zone)
        #expect(problem.title == "Nambari nyingi zisizo sahihi")
        #expect(problem.advice.hasPrefix("Subiri hadi 17:05, kisha"))
    }

    @Test("Only a few problems need facts")
    func factsAreFew() throws {
        let locales = try Portal.locales.get()
        let needy = locales.keys.filter { $0.hasPrefix("problem.") && !locales.arguments($0).isEmpty }
        #expect(
            needy == [
                "problem.account.refused.advice", "problem.guess.locked.advice", "problem.internal.advice",
                "problem.ledger.insufficient.advice",
                "problem.ledger.period-closed.advice", "problem.message.hole-unknown",
                "problem.message.hole-unknown.advice", "problem.pairing.device-limit.advice",
                "problem.pairing.locked.advice", "problem.payment.prompt-open.advice",
                "problem.payment.too-many.advice", "problem.payment.too-soon.advice",
                "problem.phone.other-operator.advice",
                "problem.print.unknown-preset.advice",
                "problem.sign-in.locked.advice", "problem.trial.codes-spent.advice", "problem.trial.locked.advice",
                "problem.trial.outside-schedule.advice", "problem.trial.used-for-now.advice",
                "problem.trial.used.advice", "problem.voucher.fair-share-used.advice",
            ])
    }

    @Test("A catalogue has each key once, in the order of English", arguments: ["sw"])
    func keysAreOrdered(tag: String) throws {
        func keys(_ tag: String) throws -> [Substring] {
            let text = try String(contentsOf: URL(filePath: "\(Portal.root)/locales/\(tag).json"), encoding: .utf8)
            return text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.compactMap {
                $0.split(separator: "\"").dropFirst().first
            }
        }
        let english = try keys("en")
        #expect(english.count == Set(english).count)
        #expect(try keys(tag) == english)
    }

    @Test("Nothing is left untranslated by mistake")
    func isTranslated() throws {
        let locales = try Portal.locales.get()
        let same = locales.keys.filter { key in
            guard let english = locales.plain(key, .english) else { return false }
            return english == locales.plain(key, .swahili)
        }
        #expect(same == ["list.separator", "login.title", "router.tab.dhcp", "router.tab.ppp"])
    }
}
