package import Values

/// What a provider posted to us.
///
/// None of it is signed: whoever knows an address can post to it, so what it claims is checked against our own record of
/// the payment, or by asking.
package enum PaymentNotice: Hashable, Sendable {
    /// What became of a prompt; the id is nil where the provider does not repeat it.
    case outcome(of: PromptID?, PaymentAnswer)
    /// Somebody paid, by hand or after a prompt: both are told in this shape.
    case incoming(IncomingPayment)
    /// The end of something that we had asked for.
    case operation(OperationResult)
    /// A shape that nobody has seen, or a part of it that cannot be read; what is missing, without anything of the body.
    case unknown(flaw: String)
}

/// Money that arrived, as told by the provider without being asked.
package struct IncomingPayment: Hashable, Sendable {
    package let receipt: ReceiptNumber
    package let amount: Money
    /// When the provider booked it; nil where the text is no time.
    package let paidAt: Instant?
    /// The paybill or till that was paid; empty where the address leads to one account only.
    package let shortCode: String
    /// What the payer typed as the account; empty for tills.
    package let reference: TypedReference
    package let payer: PayerMark
    /// The parts of a name that were told, for people to compare.
    package let payerName: String?
    /// What the account held afterwards; nil where it is not told.
    package let balance: Money?
    /// Who numbered the receipt, where it is not the one who tells of it.
    package var receiptRail: Rail?
    /// Other names of the same money.
    package var aliases: [ReceiptName] = []
    /// Other words that may name the payment.
    package var mentions: [TypedReference] = []

    package init(
        receipt: ReceiptNumber, amount: Money, paidAt: Instant?, shortCode: String, reference: TypedReference,
        payer: PayerMark, payerName: String?, balance: Money?
    ) {
        self.receipt = receipt
        self.amount = amount
        self.paidAt = paidAt
        self.shortCode = shortCode
        self.reference = reference
        self.payer = payer
        self.payerName = payerName
        self.balance = balance
    }
}

/// Some of the payments of a time.
package struct StatementPage: Hashable, Sendable {
    package let payments: [IncomingPayment]
    /// Rows that could not be read; the raw answer should be kept.
    package let unreadable: Int
    /// Where the next page begins; nil at the end.
    package let next: Int?

    package init(payments: [IncomingPayment], unreadable: Int = 0, next: Int? = nil) {
        self.payments = payments
        self.unreadable = unreadable
        self.next = next
    }
}

/// The end of a request that the provider works on after it has taken it.
package struct OperationResult: Hashable, Sendable {
    /// The provider's name of the request, given when it was taken.
    package let conversation: String
    /// Our own name of it, where the provider repeats one.
    package let originator: String
    package let outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        case done([OperationFact])
        case failed(PaymentFailure)
    }

    package init(conversation: String, originator: String, outcome: Outcome) {
        self.conversation = conversation
        self.originator = originator
        self.outcome = outcome
    }

    /// The first value of that name; nil where there is none, or it has no value.
    package subscript(_ name: String) -> String? {
        guard case .done(let facts) = outcome else { return nil }
        return facts.first { $0.name == name && $0.value != nil }?.value
    }
}

/// One named value of a result; names repeat, and values are missing.
package struct OperationFact: Hashable, Sendable {
    package let name: String
    package let value: String?

    package init(name: String, value: String?) {
        self.name = name
        self.value = value
    }
}
