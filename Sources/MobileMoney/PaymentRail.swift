package import Values

/// Who moves the money; stored with every payment.
package enum Rail: String, Hashable, Sendable, CaseIterable {
    /// Safaricom's M-PESA through its Daraja interface.
    case mpesa
    /// MTN Mobile Money's collections.
    case momo
    /// KCB's Buni: a bank account whose payments are told, signed.
    case kcb
    /// Equity's Jenga: the same with a name and a password.
    case jenga
    /// Any bank of which nothing is told but by its statements.
    case bank

    /// Whether phones can be asked for money; where not, money only comes in.
    package var asksPhones: Bool { self == .mpesa || self == .momo }
}

/// A way to be paid from a phone.
package protocol PaymentRail: Sendable {
    var rail: Rail { get }

    /// Whether the same prompt may be sent again under its key without a second debit.
    ///
    /// Where it may not, a prompt of unknown outcome is never sent again by itself.
    var repeatsSafely: Bool { get }

    /// The name that the provider gives to a prompt with this key, where it is known before anybody is asked.
    func promptID(of key: String) -> PromptID?

    /// Asks the payer's phone for the money. What comes back says that the phone will be asked, not that it paid.
    ///
    /// - Throws: `RailError`, which tells whether the phone was possibly asked all the same.
    func prompt(_ prompt: PaymentPrompt) async throws(RailError) -> PromptAck

    /// Asks what became of a prompt; trouble on the way is no answer, never a failure.
    func ask(_ id: PromptID) async -> PaymentAnswer

    /// Reads what was posted to a callback address; never refuses, since the raw bytes are kept anyway.
    func read(_ body: [UInt8]) -> PaymentNotice
}

extension PaymentRail {
    package func promptID(of key: String) -> PromptID? { nil }
}

/// A way to be paid whose provider tells afterwards who paid in a time, asked or not.
package protocol StatementRail: PaymentRail {
    /// The payments of a time, from the `offset`-th on.
    func payments(from start: Instant, to end: Instant, after offset: Int) async throws(RailError) -> StatementPage
}

/// A way to be paid whose provider can be asked about a payment by its receipt; the answer is posted, as an operation's result.
package protocol ReceiptRail: PaymentRail {
    /// Whether somebody is named who may ask.
    var asksAboutReceipts: Bool { get }

    func ask(about receipt: ReceiptNumber, told addresses: ResultAddresses) async throws(RailError)
}

/// A request for money.
package struct PaymentPrompt: Sendable {
    /// Unique to this attempt: the key for providers that know one, 36 characters of a UUID.
    package let key: String
    package let amount: Money
    package let payer: PhoneNumber
    /// What the payer reads, and what comes back with money that is told without the prompt's id.
    package let reference: AccountReference
    /// A word or two for the payer; cut and cleaned to what the provider takes.
    package let words: String
    /// Where the result is posted: absolute, with a path that nobody can guess.
    package let callback: String

    package init(
        key: String, amount: Money, payer: PhoneNumber, reference: AccountReference, words: String, callback: String
    ) {
        self.key = key
        self.amount = amount
        self.payer = payer
        self.reference = reference
        self.words = words
        self.callback = callback
    }
}

/// The provider will ask the phone.
///
/// It holds no money, so that it cannot be taken for a payment.
package struct PromptAck: Hashable, Sendable {
    package let id: PromptID
    /// A second name of the same prompt, for the provider's support.
    package let merchantID: String?

    package init(id: PromptID, merchantID: String? = nil) {
        self.id = id
        self.merchantID = merchantID
    }
}

/// The provider's name of a prompt.
///
/// Daraja's holds the payer's number, so it is printed covered and never stands in an address.
package struct PromptID: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let revealed: String

    /// Takes 1 to 100 visible characters.
    package init?(_ text: String) {
        guard (1...100).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        revealed = text
    }

    package var description: String { "\(revealed.prefix(6))••••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
