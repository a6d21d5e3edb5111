import Catalog
import Locales
import MobileMoney
import Payments
import Templates
import Values

/// How payments are told to staff: plain values in, holes of a page out.
struct PaymentSheet: Sendable {
    let desk: Desk
    let offers: [ID<Package>: String]

    /// One row of a list.
    func row(_ payment: Payment) -> TemplateValues {
        [
            "href": .text("\(Addresses.payments)/\(payment.id)"), "code": .text(payment.code.text),
            "when": .text(desk.moment(payment.createdAt)), "what": .text(what(payment)),
            "amount": .text(desk.money(payment.amount)), "phone": .text(payment.phone.masked),
            "receipt": .text(payment.receipt?.text ?? ""), "needsReview": .flag(payment.needsReview),
            "stateClass": .text(payment.chip), "stateLabel": .text(desk.words("payment.state.\(payment.word)")),
        ]
    }

    func what(_ payment: Payment) -> String {
        guard case .package(let id, _) = payment.purchase else { return desk.words("payments.top-up") }
        return offers[id] ?? desk.words("payments.package-gone")
    }

    /// What became of it, in a sentence.
    func sentence(_ payment: Payment) -> String {
        if let reason = payment.reason, payment.state != .paid { return desk.words(reason.messageKey) }
        return desk.words(
            "payment.state.\(payment.word).text",
            ["received": .money(payment.received), "price": .money(payment.price)])
    }

    /// Money under a provider's number.
    func row(_ receipt: PaymentReceipt) -> TemplateValues {
        [
            "receipt": .text(receipt.receipt.text), "when": .text(desk.moment(receipt.paidAt)),
            "amount": .text(desk.money(receipt.amount)), "road": .text(desk.words("road.\(receipt.road.rawValue)")),
            "reference": .text(receipt.reference.typed.isEmpty ? "–" : receipt.reference.typed),
            "payer": .text(payer(receipt)),
            "standing": .text(desk.words("receipt.standing.\(receipt.standing.rawValue)")),
        ]
    }

    private func payer(_ receipt: PaymentReceipt) -> String {
        let number =
            switch receipt.payer {
            case .absent, .hashed: ""
            case .number(let phone): phone.masked
            case .masked(let text): text
            }
        let told = [receipt.payerName, number].filter { !$0.isEmpty }
        return told.isEmpty ? "–" : told.joined(separator: desk.locales.plain("list.separator", desk.language) ?? ", ")
    }
}

extension Payment {
    /// The word for where it stands: its state, and once paid what became of the money.
    var word: String { state == .paid && outcome != .none ? outcome.rawValue : state.rawValue }

    /// The class of its chip.
    var chip: String {
        switch (state, outcome) {
        case (.paid, .granted): "active"
        case (.paid, .toppedUp): "done"
        case (.paid, .refunded): "used"
        case (.paid, _): "unconfirmed"
        case (.failed, _): "failed"
        case (.silent, _): "unconfirmed"
        case (.new, _), (.sending, _), (.asked, _): "pending"
        }
    }
}
