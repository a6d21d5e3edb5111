package import Values

/// Why a payment does not begin, or money is not given to somebody.
package enum PaymentRefusal: Refusal, Hashable {
    /// The package is not there any more, or not at this hour.
    case notOffered
    /// The provider has no account in this currency that takes payments.
    case noAccount
    /// The payment service has no customers with such a number.
    case phoneUnfit
    /// Less than the smallest or more than the largest amount of the rail, or no whole units.
    case amountUnfit
    /// The phone is being asked already.
    case promptOpen(until: Instant)
    /// The same amount from the same phone would be refused by the provider.
    case tooSoon(until: Instant)
    /// The device has begun many payments that came to nothing.
    case tooMany(until: Instant)
    case unknown
    /// No unassigned money has this receipt, or the number does not fit it; counts as a guess.
    case receiptUnknown
    /// Too many wrong receipts came from here.
    case locked(until: Instant)
    /// It is assigned already.
    case alreadyAssigned
    /// Nothing was paid, or it was given back already.
    case notRefundable
    /// A second person must confirm, not the one who asked.
    case samePerson
    /// Another refund went back under this number.
    case referenceUsed
    /// Money of the number is on its way back to it; until that is done nothing is taken from its wallet.
    case walletHeld

    package var kind: RefusalKind {
        switch self {
        case .amountUnfit, .phoneUnfit: .invalid
        case .unknown, .receiptUnknown: .notFound
        case .notOffered, .noAccount, .promptOpen, .tooSoon, .alreadyAssigned, .notRefundable, .referenceUsed,
            .walletHeld:
            .conflict
        case .samePerson: .forbidden
        case .locked, .tooMany: .throttled
        }
    }

    package var code: String {
        switch self {
        case .notOffered: "payment.not-offered"
        case .noAccount: "payment.no-account"
        case .phoneUnfit: "payment.phone-unfit"
        case .amountUnfit: "payment.amount-unfit"
        case .promptOpen: "payment.prompt-open"
        case .tooSoon: "payment.too-soon"
        case .tooMany: "payment.too-many"
        case .unknown: "payment.unknown"
        case .receiptUnknown: "payment.receipt-unknown"
        case .locked: "guess.locked"
        case .alreadyAssigned: "payment.already-assigned"
        case .notRefundable: "payment.not-refundable"
        case .samePerson: "payment.same-person"
        case .referenceUsed: "payment.reference-used"
        case .walletHeld: "payment.wallet-held"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .promptOpen(let instant), .tooSoon(let instant), .tooMany(let instant), .locked(let instant):
            ["until": .instant(instant)]
        case .notOffered, .noAccount, .phoneUnfit, .amountUnfit, .unknown, .receiptUnknown, .alreadyAssigned,
            .notRefundable, .samePerson, .referenceUsed, .walletHeld:
            [:]
        }
    }
}
