/// Why a payment or a request failed, in words that every rail shares; texts in `locales/` under `payment.reason.<name>`.
package enum PaymentReason: String, Hashable, Sendable, CaseIterable {
    // What the payer can change.
    case noMoney = "no-money"
    case amountTooSmall = "amount-too-small"
    case amountTooLarge = "amount-too-large"
    case dailyLimit = "daily-limit"
    case tooSoon = "too-soon"
    case promptOpen = "prompt-open"
    case expired
    case cancelled
    case noResponse = "no-response"
    case wrongPIN = "wrong-pin"
    case payerLocked = "payer-locked"
    case payerUnknown = "payer-unknown"
    case notAllowed = "not-allowed"

    // What the provider's staff, or the ISP's, must change.
    case accountFull = "account-full"
    case promptTooLong = "prompt-too-long"
    case badNumber = "bad-number"
    case badAmount = "bad-amount"
    case badShortCode = "bad-short-code"
    case badCallback = "bad-callback"
    case badTransactionType = "bad-transaction-type"
    case malformedRequest = "malformed-request"
    case foreignShortCode = "foreign-short-code"
    case wrongCredentials = "wrong-credentials"
    case wrongPasskey = "wrong-passkey"
    case productMissing = "product-missing"
    case wrongAddress = "wrong-address"
    case alreadyRegistered = "already-registered"
    case duplicate
    case credentialLocked = "credential-locked"
    case initiatorWrong = "initiator-wrong"
    case receiptUnknown = "receipt-unknown"
    case alreadyReversed = "already-reversed"
    case refusedByProvider = "refused-by-provider"

    // What passes.
    case providerBusy = "provider-busy"
    case providerUnreachable = "provider-unreachable"
    case outcomeUnknown = "outcome-unknown"
    case promptNotSent = "prompt-not-sent"

    /// Who can do something about it.
    package enum Concern: Hashable, Sendable { case payer, staff, passing }

    package var concern: Concern {
        switch self {
        case .noMoney, .amountTooSmall, .amountTooLarge, .dailyLimit, .tooSoon, .promptOpen, .expired, .cancelled,
            .noResponse, .wrongPIN, .payerLocked, .payerUnknown, .notAllowed, .badNumber:
            .payer
        case .providerBusy, .providerUnreachable, .outcomeUnknown, .promptNotSent: .passing
        default: .staff
        }
    }

    /// The key of the sentence for staff, and for the payer where he can do something about it.
    package var messageKey: String { "payment.reason.\(rawValue)" }

    /// The key of the sentence for the payer, who is not told about our settings.
    package var payerKey: String { concern == .staff ? "payment.reason.not-set-up" : messageKey }
}
