package import Values

/// What a provider says about one attempt to be paid: three states, never two.
///
/// No answer is not a no: a payment of which nothing is known stays open until something is.
package enum PaymentAnswer: Hashable, Sendable {
    /// Money moved. This never goes back to another state.
    case paid(PaymentFacts)
    /// It did not move, by a code that is listed; money that turns up later is credited all the same.
    case failed(PaymentFailure)
    /// Undecided.
    case open(OpenReason)
}

/// What is known of money that moved; a provider tells some of it here and some of it there.
package struct PaymentFacts: Hashable, Sendable {
    /// The provider's own number of the payment, in upper case; nil where this way of asking does not tell it.
    package var receipt: ReceiptNumber?
    package var amount: Money?
    package var paidAt: Instant?
    package var payer: PayerMark

    package init(
        receipt: ReceiptNumber? = nil, amount: Money? = nil, paidAt: Instant? = nil, payer: PayerMark = .absent
    ) {
        self.receipt = receipt
        self.amount = amount
        self.paidAt = paidAt
        self.payer = payer
    }
}

/// Why an attempt brought no money.
package struct PaymentFailure: Hashable, Sendable {
    /// The provider's code, for staff and logs.
    package let code: String
    package let reason: PaymentReason
    /// False where only hearsay says what the code means: ask again before trusting it.
    package let isCertain: Bool

    package init(code: String, reason: PaymentReason, isCertain: Bool = true) {
        self.code = code
        self.reason = reason
        self.isCertain = isCertain
    }
}

/// Why nothing is decided yet.
package enum OpenReason: Hashable, Sendable {
    /// The provider says that it is under way.
    case pending
    /// The provider answered without an answer, or knows nothing of it; it does both before and after the end.
    case noAnswer(code: String)
    /// A code that is in no list: nobody needs to wait for this attempt, but it is asked about further.
    case unlisted(code: String)
    /// An answer in a shape that nobody has seen; the raw bytes should be kept.
    case unknownShape
    /// The question did not get through.
    case trouble(RailError)

    /// Whether a page may stop showing that the payment is under way.
    package var endsWaiting: Bool {
        if case .unlisted = self { true } else { false }
    }
}

/// Who paid, as a provider tells it: evidence for people, never a key.
package enum PayerMark: Hashable, Sendable {
    case absent
    case number(PhoneNumber)
    /// A number with covered digits, such as `2547 ***** 126` or `0722000***`.
    case masked(String)
    /// A digest of the number: lower-case hexadecimal SHA-256.
    case hashed(String)

    /// Reads whatever stands in the place of a number.
    package init(_ text: String?) {
        let text = text?.filter { $0 != " " } ?? ""
        if text.isEmpty {
            self = .absent
        } else if let number = PhoneNumber(digits: text) ?? PhoneNumber(e164: text) {
            self = .number(number)
        } else if text.utf8.count == 64, let digest = Hex.decode(text) {
            self = .hashed(Hex.encode(digest))
        } else if text.utf8.count <= 24, text.contains("*") || text.contains("X") || text.contains("x") {
            self = .masked(text)
        } else {
            self = .absent
        }
    }
}
