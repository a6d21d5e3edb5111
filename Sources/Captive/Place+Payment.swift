import Catalog
import HTTPServer
import Locales
import MobileMoney
import Payments
import Templates
import Values

/// How the pages of paying from a phone are filled in.
extension Place {
    /// A package that can be paid from a phone here.
    func offer(named text: String) throws(PaymentRefusal) -> Package {
        guard !currencies.isEmpty else { throw .noAccount }
        guard let id = ID<Package>(text), let offer = packages[id], offer.isListed, offer.trial == nil,
            currencies.contains(offer.price.currency)
        else { throw .notOffered }
        return offer
    }

    func offerPage(
        _ pages: CaptivePages, _ handover: Handover, _ offer: Package, phone: String = "",
        problem: (any Refusal)? = nil
    ) -> Response {
        var values = CaptivePages.values(of: offer, locales, pages.language)
        values["offer"] = .text(offer.id.description)
        values["phone"] = .text(phone)
        // Pressed again after being told that the number has no M-PESA, the button means it.
        if case PayingPhone.Flaw.other? = problem { values["sure"] = .text(phone) }
        values["payLabel"] = .text(
            locales.format("offer.button", pages.language, [("price", .text(words(offer.price, pages.language)))]))
        values["pageHref"] = .text(path + "/offers")
        values["query"] = .text("offer=\(offer.id)&\(handover.query)")
        values["backHref"] = .text("\(path)?other=1&\(handover.onward)")
        words(of: problem, pages.language, into: &values)
        let status = problem.map { Problem.status(of: $0.kind) } ?? 200
        return html(pages.offer, values, status: status, carrying: handover)
    }

    func paymentPage(
        _ pages: CaptivePages, _ handover: Handover, _ payment: Payment, _ stage: PaymentStage, _ pass: PaymentPass,
        token: String, wallet: WalletOffer? = nil
    ) -> Response {
        let own = "\(path)/payments/\(token)"
        let suffix = handover.onward.isEmpty ? "" : "?\(handover.onward)"
        var values: TemplateValues = [
            "pageHref": "", "state": .text(stage.word), "code": .text(payment.code.text),
            "asking": .flag(stage == .asking), "calm": .flag(stage.isCalm), "failed": .flag(stage.isFailed),
            "changes": .flag(stage.changesByItself), "pollHref": .text(own + "/state" + suffix),
            "refreshHref": .text(own + suffix), "refreshSeconds": .text(stage == .asking ? "4" : "8"),
            "backHref": .text("\(path)?other=1&\(handover.onward)"),
        ]
        tell(payment, stage, pass, pages.language, into: &values)
        if stage.mayBePaid {
            values["receiptHref"] = .text("\(path)/receipts?payment=\(token)&\(handover.onward)")
        }
        if stage.mayBuyAgain, case .package(let id, _) = payment.purchase, packages[id] != nil {
            values["offerHref"] = .text("\(path)/offers?offer=\(id)&\(handover.onward)")
            if pass.isProven, case .failed(_, .now) = stage { values["retryAction"] = .text(own + "/retries") }
        }
        if let wallet {
            tell(wallet, of: payment, handover, pages, into: &values)
        } else if case .kept(let outcome) = stage, outcome != .refunded {
            values["receiptHref"] = .text("\(path)/receipts?\(handover.onward)")
        }
        return html(pages.payment, values, carrying: handover)
    }

    func receiptPage(
        _ pages: CaptivePages, _ handover: Handover, _ form: ReceiptForm, problem: (any Refusal)? = nil
    ) -> Response {
        let payment = form.payment.utf8.count <= 200 ? form.payment : ""
        var values: TemplateValues = [
            "receipt": .text(form.receipt), "phone": .text(form.phone),
            "payment": TemplateValue(payment.isEmpty ? nil : payment),
            "pageHref": .text(path + "/receipts"), "backHref": .text("\(path)?other=1&\(handover.onward)"),
        ]
        words(of: problem, pages.language, into: &values)
        let status = problem.map { Problem.status(of: $0.kind) } ?? 200
        return html(pages.receipt, values, status: status, carrying: handover)
    }

    /// Heading, text and what else is to be said.
    private func tell(
        _ payment: Payment, _ stage: PaymentStage, _ pass: PaymentPass, _ language: Language,
        into values: inout TemplateValues
    ) {
        let offer = if case .package(let id, _) = payment.purchase { packages[id]?.name ?? "" } else { "" }
        let facts: [(String, Fact)] = [
            ("package", .text(offer)), ("price", .text(words(stage.isKept ? payment.price : payment.amount, language))),
            ("received", .text(words(payment.received, language))), ("phone", .text(payment.phone.masked)),
        ]
        func say(_ hole: TemplateKey, _ key: String, _ facts: [(String, Fact)]) {
            values[hole] = .text(locales.format(key, language, facts, zone: zone))
        }
        say("heading", "payment.\(stage.name).heading", facts)
        switch stage {
        case .asking: say("text", pass.isProven ? "payment.asking.text" : "payment.asking.text.unnamed", facts)
        case .waiting: say("text", "payment.waiting.text", facts)
        case .unsure: say("text", PaymentReason.outcomeUnknown.payerKey, facts)
        case .failed(let reason, let retry):
            say("text", reason.payerKey, facts)
            guard case .from(let instant) = retry else { break }
            say("more", "payment.failed.later", [("until", .instant(instant.inWholeMinutes))])
        case .kept(let outcome):
            say("text", "payment.\(stage.name).text", facts)
            if outcome != .refunded { say("more", "payment.kept.advice", facts) }
        case .granted: break
        }
    }

    private func words(_ money: Money, _ language: Language) -> String { locales.words(.money(money), language) }
}

extension PaymentStage {
    /// The middle of the keys of its words.
    fileprivate var name: String {
        switch self {
        case .asking: "asking"
        case .waiting: "waiting"
        case .unsure: "unsure"
        case .failed: "failed"
        case .kept(.refunded): "refunded"
        case .kept(.short): "short"
        case .kept(.late): "late"
        case .granted, .kept: "kept"
        }
    }

    fileprivate var isCalm: Bool {
        switch self {
        case .waiting, .unsure, .kept: true
        case .asking, .failed, .granted: false
        }
    }

    fileprivate var isKept: Bool {
        if case .kept = self { true } else { false }
    }

    fileprivate var isFailed: Bool {
        if case .failed = self { true } else { false }
    }

    /// Whether the same can be wished for again without paying twice.
    fileprivate var mayBuyAgain: Bool {
        switch self {
        case .failed(_, .now), .failed(_, .from), .kept(.short): true
        case .asking, .waiting, .unsure, .failed, .granted, .kept: false
        }
    }
}

extension Instant {
    /// Pages tell the time by the minute, rounded up so that nothing is promised too early.
    var inWholeMinutes: Instant { Instant(milliseconds: (milliseconds + 59_999) / 60_000 * 60_000) }
}
