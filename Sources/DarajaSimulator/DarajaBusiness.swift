import Values

/// A paybill, or a store with its till, as the simulated service knows it.
package struct DarajaBusiness: Sendable {
    /// The paybill, or the store's number, which asks.
    package var shortCode: String
    /// The till that is paid; nil for a paybill.
    package var till: String?
    package var passkey: String
    package var name: String
    /// What its working account holds, in cents.
    package var balance: Int64 = 0
    /// Where money paid by hand is told; nil until it is registered.
    var addresses: Addresses?
    /// Whether a payment by hand is asked about first.
    package var validates = false
    /// Whether addresses can be registered once only, as in production.
    package var registersOnce = false
    var isPulled = false

    struct Addresses: Sendable {
        var confirmation: String
        var validation: String
        var version: String
        /// What happens where no answer to a validation comes.
        var isCancelledByDefault: Bool
    }

    package init(shortCode: String, till: String? = nil, passkey: String, name: String = "Sample ISP") {
        self.shortCode = shortCode
        self.till = till
        self.passkey = passkey
        self.name = name
    }

    /// The number that is paid.
    package var payee: String { till ?? shortCode }
    var transactionType: String { till == nil ? "CustomerPayBillOnline" : "CustomerBuyGoodsOnline" }

    /// The sandbox's paybill with its public passkey, a till behind a store, and a number for payouts.
    package static let usual = [
        DarajaBusiness(
            shortCode: "174379", passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"),
        DarajaBusiness(shortCode: "600100", till: "5555555", passkey: "till-passkey", name: "Sample Till"),
        DarajaBusiness(shortCode: "600000", passkey: "c2b-passkey", name: "Sample Paybill"),
    ]
}

/// What a phone does when it is asked for its PIN.
package enum PayerPlan: Hashable, Sendable {
    /// Somebody sits at the phone's page.
    case byHand
    /// Pays after so many seconds.
    case pays(after: Int64)
    case cancels(after: Int64)
    /// The prompt comes, nobody touches it.
    case ignores
    /// Switched off: the query knows after 14 seconds, the callback comes after 26.
    case unreachable
    /// Fails with a code, which may be a text.
    case fails(code: String, after: Int64)

    /// Reads `by-hand`, `pays`, `pays:5`, `cancels:20`, `ignores`, `unreachable`, `fails:2001:5`.
    package init?(_ text: some StringProtocol) {
        let parts = String(text).split(separator: ":" as Character).map { String($0) }
        let last = parts.last.flatMap { Int64($0) }
        switch (parts.first, parts.count) {
        case ("by-hand", 1): self = .byHand
        case ("ignores", 1): self = .ignores
        case ("unreachable", 1): self = .unreachable
        case ("pays", 1): self = .pays(after: 0)
        case ("cancels", 1): self = .cancels(after: 0)
        case ("pays", 2): self = .pays(after: last ?? 0)
        case ("cancels", 2): self = .cancels(after: last ?? 0)
        case ("fails", 2): self = .fails(code: parts[1], after: 0)
        case ("fails", 3): self = .fails(code: parts[1], after: last ?? 0)
        default: return nil
        }
    }
}

/// Somebody with a phone and money.
struct Subscriber: Sendable {
    var plan: PayerPlan?
    var pin = "1234"
    /// In cents.
    var balance: Int64 = 1_000_000
    var name = "Sample"
}

/// A prompt on a phone.
struct SimulatedPrompt: Sendable {
    let merchantID: String
    let checkoutID: String
    let payer: String
    let shortCode: String
    /// The number that is to be paid, as it was sent; a wrong one is found out only after the PIN.
    let payee: String
    let amount: Int64
    let reference: String
    let words: String
    let callback: String
    let createdAt: Instant
    let plan: PayerPlan
    /// When the query knows the end, and what it is; nil while nobody has touched the phone.
    var end: (code: String, at: Instant)?
    /// When the callback is sent.
    var callbackAt: Instant?
    var receipt: String?
    var isDone = false

    func isOpen(at now: Instant) -> Bool { !isDone && (end.map { now < $0.at } ?? true) }
}

/// Money that moved.
struct SimulatedPayment: Sendable {
    let receipt: String
    let at: Instant
    let amount: Int64
    let payer: String
    let payerName: String
    let payee: String
    let reference: String
    /// `c2b-pay-bill-debit` and the like.
    let kind: String
    var isReversed = false
}
