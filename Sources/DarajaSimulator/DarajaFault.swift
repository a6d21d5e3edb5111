import Wires

/// Something that goes wrong on demand.
struct DarajaFault: Sendable {
    enum Name: String, Sendable, CaseIterable {
        /// The callback is never sent.
        case callbackLost = "callback-lost"
        case callbackTwice = "callback-twice"
        /// The callback comes `seconds` late.
        case callbackLate = "callback-late"
        /// The confirmation comes before the callback.
        case confirmationFirst = "confirmation-first"
        case confirmationTwice = "confirmation-twice"
        case confirmationLost = "confirmation-lost"
        /// The confirmation names another business.
        case confirmationForeign = "confirmation-foreign"
        /// The query says `code` (1032) of a payment that was made.
        case queryContradicts = "query-contradicts"
        /// The query answers without an answer, with `status` 200 or 500.
        case queryEmpty = "query-empty"
        case queryUnknown = "query-unknown"
        /// The request is carried out and its answer lost; `door` says which.
        case replyLost = "reply-lost"
        /// The connection ends before anything is done.
        case closed
        /// The answer comes after `milliseconds`.
        case slow
        case subscriberLocked = "subscriber-locked"
        /// The callback's amount is `amount` shillings.
        case amountDiffers = "amount-differs"
        case balanceMissing = "balance-missing"
        case balanceGiven = "balance-given"
        case phoneMasked = "phone-masked"
        case phoneAbsent = "phone-absent"
        /// Tokens that were given out are dead.
        case tokenRevoked = "token-revoked"
        /// The firewall's page with `status` 403 or 503.
        case firewall
        case envelope
        /// `status`, `code` and `message`.
        case error
        case validationTimeout = "validation-timeout"
        /// The end of a request of the business side is never posted; `door` says of which.
        case resultLost = "result-lost"
        case resultTwice = "result-twice"
        /// Instead of its end it is told that the request waited too long, though it was carried out.
        case resultLate = "result-late"
    }

    let name: Name
    /// `token`, `push`, `query`, `register`, …: which door; nil for any.
    var door: String?
    /// How often it happens; 0 is every time.
    var times = 1
    /// How many occasions pass before.
    var skip = 0
    var values: WireJSON = .object([:])

    init?(_ json: WireJSON) {
        guard let name = json["fault"]?.text.flatMap({ Name(rawValue: $0) }) else { return nil }
        self.name = name
        door = json["door"]?.text
        times = Int(json["times"]?.integer ?? 1)
        skip = Int(json["skip"]?.integer ?? 0)
        values = json
    }

    func number(_ key: String, _ usual: Int64) -> Int64 { values[key]?.integer ?? usual }
    func text(_ key: String, _ usual: String) -> String { values[key]?.text ?? usual }
}
