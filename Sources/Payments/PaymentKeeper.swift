package import Crypto
package import MobileMoney
package import SQL
import Synchronization
package import Telemetry
package import Tenancy
import Threads
package import Values

/// Carries payments to their end: asks phones, asks providers, reads what they posted, and settles.
///
/// Several gateways may share a database: a payment is held by one of them at a time, and every write looks at the row first.
package final class PaymentKeeper: Sendable {
    package struct Pace: Sendable {
        /// Between two looks for work that nobody nudged for.
        package var tick = Span(milliseconds: 250)
        /// How long a payment is held; longer than a rail ever waits for its provider.
        package var hold = Span.seconds(90)
        /// How many payments are asked about at a time, and how many of them on one account: a provider that does not answer
        /// keeps a lane for half a minute.
        package var lanes = 64
        package var lanesOfAccount = 8
        /// Above it, for each currency, unsigned news alone is not believed.
        package var trustedAmount: @Sendable (Currency) -> Money = { TrustedAmount.of($0) }
        /// How many days what was posted is kept as it came, once it is settled.
        package var noticeDays: Int64 = 400

        package init() {}
    }

    let store: Store
    let keys: PaymentKeys
    let log: Log
    let pace: Pace
    let now: @Sendable () -> Instant
    /// The public address of this gateway, without a slash at its end.
    let publicURL: String
    let rail: @Sendable (RailAccount) throws -> any PaymentRail
    private let nudgeRouter: @Sendable (ID<Router>) -> Void
    /// This gateway's name beside what it holds.
    let holder = ID<PaymentKeeper>(at: 0).description
    private let lookout: Lookout<ID<Payment>>
    /// What waits for providers, and for which nobody waits at a page.
    private let slowRounds = Lookout<ID<RailAccount>>(lanes: 16)
    private let unproven = Atomic<Int>(0)
    private let cleaningDue = Mutex(Instant(milliseconds: 0))

    /// Makes the worker.
    ///
    /// `nudgeRouter` is told of routers that have work; `rail` opens the way to a provider for an account, and throws where
    /// its credentials cannot be read.
    package init(
        store: Store, masterKey: SecretKey, log: Log, pace: Pace = Pace(), publicURL: String,
        now: @escaping @Sendable () -> Instant, nudgeRouter: @escaping @Sendable (ID<Router>) -> Void,
        rail: @escaping @Sendable (RailAccount) throws -> any PaymentRail
    ) {
        self.store = store
        keys = PaymentKeys(masterKey)
        self.log = log
        self.pace = pace
        lookout = Lookout(lanes: pace.lanes)
        self.publicURL = publicURL
        self.now = now
        self.nudgeRouter = nudgeRouter
        self.rail = rail
    }

    // MARK: Life

    /// Starts to look for work.
    package func start() {
        lookout.start(every: pace.tick) { [self] in await look() }
        slowRounds.start(every: .seconds(5)) { [self] in await doWhatCanWait() }
    }

    /// Stops looking and lets what is under way come to its end.
    package func stop() async {
        await lookout.stop()
        await slowRounds.stop()
    }

    /// Tells that there is work; called right after the commit that makes it.
    package func nudge() { lookout.nudge() }

    /// Writes a payment, then asks the phone as soon as a lane is free.
    ///
    /// - Throws: `PaymentRefusal`, `SQLError`.
    package func begin(_ order: PaymentOrder) async throws -> Payment {
        let payment = try await store.write(.tenant(order.tenant)) { [keys] in try $0.begin(order, keys: keys) }
        nudge()
        return payment
    }

    /// What became of something that was posted.
    package enum Reception: Hashable, Sendable {
        case kept(ID<StoredNotice>)
        /// The address leads nowhere.
        case nowhere
        /// It does not show that it is the bank's; nothing was kept.
        case unproven
    }

    /// How many notices did not show who sent them, since the start.
    package var unprovenNotices: Int { unproven.load(ordering: .relaxed) }

    /// Keeps what was posted to the address with this token; `then` is called once it is on the disk.
    ///
    /// An error means that nothing was kept and must be told as one.
    package func receive(
        _ body: [UInt8], at token: String, by door: RoadDoor,
        then: @escaping @Sendable (Result<Reception, any Error>) -> Void
    ) {
        let (now, id, part) = (now(), ID<StoredNotice>(at: now()), door.part)
        let (hash, digest) = (keys.hash(token), keys.hash(Array((token + part.rawValue).utf8) + body))
        let sealed = keys.seal(body, for: id)
        store.write(.platform) { [self] transaction in
            guard let end = try transaction.roadEnd(hashed: hash, by: door) else { return Reception.nowhere }
            if case .bank(let proof) = door {
                guard let account = try transaction.railAccount(at: end) else { return .nowhere }
                guard try isProven(body, proof, account) else { return .unproven }
            }
            try transaction.keep(id, at: end, part: part, digest: digest, bodySealed: sealed, on: now)
            return .kept(id)
        } then: { [self] outcome in
            if case .success(.unproven) = outcome {
                unproven.add(1, ordering: .relaxed)
                log.warning("payments.notice-unproven", [:])
            }
            then(outcome)
            nudge()
        }
    }

    /// Whether what came to a bank's account shows that it is the bank's.
    private func isProven(_ body: [UInt8], _ proof: NoticeProof, _ account: RailAccount) throws -> Bool {
        (try rail(account) as? any ProvingRail)?.isProven(body, by: proof) ?? false
    }

    // MARK: Work

    /// What waits for providers, and for which nobody waits at a page: a slow answer must not hold up news.
    private func doWhatCanWait() async {
        do {
            for account in try await accountsToPull() {
                slowRounds.carryOut(account.id) { [self] in
                    await pull(account)
                    return true
                }
            }
            try await askAboutReceipts()
            try await workOnRefunds()
            try await tellFairUse()
            try await removeOldNotices()
        } catch {
            log.error("payments.slow-work-failed", ["error": .text("\(error)")])
        }
    }

    private func look() async {
        do {
            while try await settleNotices() > 0, !lookout.isStopped {}
            for payment in try await duePayments() { begin(payment) }
        } catch {
            log.error("payments.look-failed", ["error": .text("\(error)")])
        }
    }

    /// Everything that is due now, one thing after the other; for tests and the command line.
    package func work() async throws {
        while try await settleNotices() > 0 {}
        for payment in try await duePayments() { try await carryOut(payment) }
        try await askAboutReceipts()
        try await workOnRefunds()
        try await tellFairUse()
        try await pullStatements()
        while try await settleNotices() > 0 {}
    }

    private func duePayments() async throws -> [Payment] {
        let now = now()
        return try await store.fetch(.platform) { try $0.duePayments(at: now, ofEach: 64, atMost: 256) }
    }

    /// Works on a payment in a lane of its own, where one is free.
    private func begin(_ payment: Payment) {
        lookout.carryOut(payment.id, of: payment.account.rebound(to: Void.self), atMost: pace.lanesOfAccount) {
            [self] in
            do {
                try await carryOut(payment)
                return true
            } catch {
                log.error("payments.work-failed", ["payment.id": .id(payment.id), "error": .text("\(error)")])
                return false
            }
        }
    }

    /// Whether old notices are to be looked for now.
    func takeCleaning(at now: Instant, pause: Span) -> Bool {
        cleaningDue.withLock { due in
            guard due <= now else { return false }
            due = now + pause
            return true
        }
    }

    func tellRouters(_ settlement: Settlement) {
        for router in settlement.work { nudgeRouter(router) }
    }
}
