import Values

/// The simulated service: what it knows and decides, without a socket or a clock of its own.
///
/// Every method is told the time; what is to be posted comes out as letters, to be carried by somebody else.
struct DarajaModel {
    /// Something to be posted.
    struct Letter: Sendable {
        enum Kind: String, Sendable { case callback, confirmation, validation, result, forged, report }
        let kind: Kind
        let url: String
        let body: [UInt8]
        var at: Instant
        /// The payment that waits for the answer, for a validation.
        var waiting: ByHand?
    }

    /// A payment by hand that is about to be made.
    struct ByHand: Sendable {
        let payer: String
        let payee: String
        let amount: Int64
        let reference: String
        var thirdParty = ""
    }

    /// What became of a letter, for tests and people.
    struct Delivery: Sendable {
        let kind: Letter.Kind
        let status: Int?
        let at: Instant
        let body: [UInt8]
    }

    let settings: DarajaHost.Settings
    var businesses: [DarajaBusiness]
    var tokens: [String: Instant] = [:]
    var prompts: [SimulatedPrompt] = []
    var payments: [SimulatedPayment] = []
    var subscribers: [String: Subscriber] = [:]
    var originators: Set<String> = []
    /// The receipts of payouts by the names that they were asked for under.
    var payouts: [String: String] = [:]
    var momo = MomoModel()
    var texts = TextModel()
    var letters: [Letter] = []
    var deliveries: [Delivery] = []
    var faults: [DarajaFault] = []
    /// Requests to each door so far.
    var counts: [String: Int] = [:]
    /// Wrong initiator passwords in a row; the third locks.
    var wrongCredentials = 0

    init(_ settings: DarajaHost.Settings) {
        self.settings = settings
        businesses = settings.businesses
        // The sandbox's test number never answers.
        subscribers["254708374149"] = Subscriber(plan: settings.plan == .byHand ? .unreachable : nil)
    }

    // MARK: Who is who

    func business(asking code: String) -> DarajaBusiness? { businesses.first { $0.shortCode == code } }
    func business(paid code: String) -> DarajaBusiness? { businesses.first { $0.payee == code } }

    mutating func change(_ payee: String, _ body: (inout DarajaBusiness) -> Void) {
        guard let place = businesses.firstIndex(where: { $0.payee == payee || $0.shortCode == payee }) else { return }
        body(&businesses[place])
    }

    func subscriber(_ number: String) -> Subscriber { subscribers[number] ?? Subscriber() }

    func plan(of number: String) -> PayerPlan { subscriber(number).plan ?? settings.plan }

    // MARK: Faults

    /// The first fault of that name that is to happen now; it is counted as having happened.
    mutating func fault(_ name: DarajaFault.Name, at door: String = "") -> DarajaFault? {
        guard let place = faults.firstIndex(where: { $0.name == name && ($0.door == nil || $0.door == door) }) else {
            return nil
        }
        if faults[place].skip > 0 {
            faults[place].skip -= 1
            return nil
        }
        let fault = faults[place]
        if fault.times == 1 { faults.remove(at: place) } else if fault.times > 1 { faults[place].times -= 1 }
        return fault
    }

    // MARK: Time

    /// Lets what was planned happen, and gives out the letters that are due.
    mutating func advance(to now: Instant) -> [Letter] {
        for place in prompts.indices { settle(place, at: now) }
        let due = letters.filter { $0.at <= now }
        letters.removeAll { $0.at <= now }
        return due
    }

    mutating func note(_ letter: Letter, status: Int?, at now: Instant) {
        deliveries.append(Delivery(kind: letter.kind, status: status, at: now, body: letter.body))
        if deliveries.count > 1_000 { deliveries.removeFirst() }
    }
}
