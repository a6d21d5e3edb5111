/// What Daraja's codes mean, as tables.
///
/// Sources: the result and error tables of the portal's pages as of December 2025, and codes that others met live. A
/// code alone does not do: `500.001.1001` has six meanings, told apart by its words.
package enum DarajaCodes {
    /// What the code of a refused call means.
    package enum Meaning: Hashable, Sendable {
        /// Nothing happened.
        case refused(PaymentReason)
        /// Nothing happened; later it may.
        case busy
        /// Nobody knows.
        case unclear
    }

    /// What the code of a result means for the money.
    enum Outcome: Hashable, Sendable {
        case paid
        case failed(PaymentReason, isCertain: Bool)
        case pending
        case unlisted
    }

    /// Codes that mean the token, on any product and with any status.
    static let tokenCodes: Set<String> = [
        "404.001.03", "404.001.04", "401.001", "401.002.01", "401.003.01", "400.003.01",
    ]

    /// What a refused call means; the first row with the code whose words stand in the message.
    package static func meaning(code: String, message: String) -> Meaning {
        let words = message.lowercased()
        return refusals.first { $0.code == code && ($0.words.isEmpty || words.contains($0.words)) }?.meaning ?? .unclear
    }

    // swift-format-ignore
    private static let refusals: [(code: String, words: String, meaning: Meaning)] = [
        ("400.002.02",   "shortcode",              .refused(.badShortCode)),
        ("400.002.02",   "phonenumber",            .refused(.badNumber)),
        ("400.002.02",   "party",                  .refused(.badNumber)),
        ("400.002.02",   "amount",                 .refused(.badAmount)),
        ("400.002.02",   "url",                    .refused(.badCallback)),
        ("400.002.02",   "transactiontype",        .refused(.badTransactionType)),
        ("400.002.02",   "timestamp",              .refused(.wrongPasskey)),
        ("400.002.02",   "password",               .refused(.wrongPasskey)),
        ("400.002.02",   "securitycredential",     .refused(.initiatorWrong)),
        ("400.002.02",   "initiator",              .refused(.initiatorWrong)),
        ("400.002.02",   "",                       .refused(.malformedRequest)),
        ("400.002.05",   "",                       .refused(.malformedRequest)),
        ("400.001",      "",                       .refused(.malformedRequest)),
        ("400.003.02",   "own shortcode",          .refused(.foreignShortCode)),
        ("400.003.02",   "",                       .refused(.malformedRequest)),
        ("400.008.01",   "",                       .refused(.wrongCredentials)),
        ("400.008.02",   "",                       .refused(.malformedRequest)),
        ("401",          "apiproduct",             .refused(.productMissing)),
        ("401",          "",                       .refused(.wrongCredentials)),
        ("401.001",      "",                       .refused(.productMissing)),
        ("401.002.01",   "",                       .refused(.wrongCredentials)),
        ("401.003.01",   "",                       .refused(.wrongCredentials)),
        ("400.003.01",   "",                       .refused(.wrongCredentials)),
        ("404.001.03",   "",                       .refused(.wrongCredentials)),
        ("404.001.04",   "",                       .refused(.wrongCredentials)),
        ("404.001.01",   "",                       .refused(.wrongAddress)),
        ("405.001",      "",                       .refused(.wrongAddress)),
        ("500.001.1001", "merchant does not",      .refused(.badShortCode)),
        ("500.001.1001", "wrong credentials",      .refused(.wrongPasskey)),
        ("500.001.1001", "unable to lock",         .refused(.promptOpen)),
        ("500.002.1001", "duplicate",              .refused(.duplicate)),
        ("500.003.02",   "",                       .busy),
        ("500.003.03",   "",                       .busy),
        ("500.003.1001", "already registered",     .refused(.alreadyRegistered)),
        ("500.003.1001", "duplicate notification", .refused(.alreadyRegistered)),
    ]

    /// What the result of a prompt means, told by callback or query.
    static func promptOutcome(_ code: String) -> Outcome { outcome(code, in: promptResults) }

    /// What the result of a request to the business side means: status, reversal, payout, balance.
    static func operationOutcome(_ code: String) -> Outcome { outcome(code, in: operationResults) }

    private static func outcome(_ code: String, in table: [String: Outcome]) -> Outcome {
        table[code.uppercased()] ?? .unlisted
    }

    // swift-format-ignore
    private static let promptResults: [String: Outcome] = [
        "0":          .paid,
        "1":          .failed(.noMoney,            isCertain: true),
        "2":          .failed(.amountTooSmall,     isCertain: true),
        "3":          .failed(.amountTooLarge,     isCertain: true),
        "4":          .failed(.dailyLimit,         isCertain: true),
        "8":          .failed(.accountFull,        isCertain: true),
        "17":         .failed(.tooSoon,            isCertain: true),
        "26":         .failed(.providerBusy,       isCertain: false),
        "1001":       .failed(.promptOpen,         isCertain: true),
        "1019":       .failed(.expired,            isCertain: true),
        "1025":       .failed(.promptTooLong,      isCertain: true),
        "9999":       .failed(.promptNotSent,      isCertain: true),
        "1032":       .failed(.cancelled,          isCertain: true),
        "1036":       .failed(.noResponse,         isCertain: true),
        "1037":       .failed(.noResponse,         isCertain: true),
        "2001":       .failed(.wrongPIN,           isCertain: true),
        "2028":       .failed(.badTransactionType, isCertain: true),
        "8006":       .failed(.payerLocked,        isCertain: true),
        "SFC_IC0003": .failed(.badTransactionType, isCertain: true),
        "4999":       .pending,
    ]

    // swift-format-ignore
    private static let operationResults: [String: Outcome] = [
        "0":          .paid,
        "1":          .failed(.noMoney,           isCertain: true),
        "2":          .failed(.amountTooSmall,    isCertain: true),
        "3":          .failed(.amountTooLarge,    isCertain: true),
        "4":          .failed(.dailyLimit,        isCertain: true),
        "8":          .failed(.accountFull,       isCertain: true),
        "11":         .failed(.notAllowed,        isCertain: true),
        "21":         .failed(.initiatorWrong,    isCertain: true),
        "2001":       .failed(.initiatorWrong,    isCertain: true),
        "2006":       .failed(.notAllowed,        isCertain: true),
        "2028":       .failed(.badShortCode,      isCertain: true),
        "2032":       .failed(.receiptUnknown,    isCertain: true),
        "2040":       .failed(.payerUnknown,      isCertain: true),
        "8006":       .failed(.credentialLocked,  isCertain: true),
        "R000001":    .failed(.alreadyReversed,   isCertain: true),
        "R000002":    .failed(.receiptUnknown,    isCertain: true),
        "SFC_IC0003": .failed(.payerUnknown,      isCertain: true),
    ]
}
