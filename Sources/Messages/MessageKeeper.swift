package import Crypto
package import Locales
package import Messaging
package import SQL
package import Telemetry
import Tenancy
import Threads
package import Values

/// Carries messages to their end: hands them to those who send, and reads what these report.
///
/// Several gateways may share a database: a message is held by one of them at a time, and every write looks at the row first.
package final class MessageKeeper: Sendable {
    package struct Pace: Sendable {
        /// Between two looks for work that nobody nudged for.
        package var tick = Span(milliseconds: 500)
        /// How long a message is held; longer than anybody who sends is ever waited for.
        package var hold = Span.seconds(120)
        /// How many messages are handed over at a time, and how many of them of one tenant: a server that does not answer
        /// keeps a lane for a minute.
        package var lanes = 32
        package var lanesOfTenant = 4

        package init() {}
    }

    let store: Store
    let keys: MessageKeys
    let words: MessageWords
    let log: Log
    let pace: Pace
    let now: @Sendable () -> Instant
    /// The public address of this gateway, without a slash at its end.
    let publicURL: String
    let sender: @Sendable (SenderAccount) throws -> any MessageSender
    /// This gateway's name beside what it holds.
    let holder = ID<MessageKeeper>(at: 0).description
    private let lookout: Lookout<ID<Message>>

    /// Makes the worker; `sender` opens the way to a provider, and throws where an account's credentials cannot be read.
    package init(
        store: Store, masterKey: SecretKey, locales: Locales, log: Log, pace: Pace = Pace(), publicURL: String,
        now: @escaping @Sendable () -> Instant, sender: @escaping @Sendable (SenderAccount) throws -> any MessageSender
    ) {
        self.store = store
        keys = MessageKeys(masterKey)
        words = MessageWords(locales)
        self.log = log
        self.pace = pace
        lookout = Lookout(lanes: pace.lanes)
        self.publicURL = publicURL
        self.now = now
        self.sender = sender
    }

    // MARK: Life

    /// Starts to look for work.
    package func start() { lookout.start(every: pace.tick) { [self] in await look() } }

    /// Stops looking and lets what is under way come to its end.
    package func stop() async { await lookout.stop() }

    /// Tells that there is work; called right after the commit that makes it.
    package func nudge() { lookout.nudge() }

    /// Keeps what was sent to the address with this token; `then` is called once it is on the disk.
    ///
    /// False stands for an address that leads nowhere. An error means that nothing was kept and must be told as one.
    package func receive(
        _ body: [UInt8], at token: String, then: @escaping @Sendable (Result<Bool, any Error>) -> Void
    ) {
        let (now, id) = (now(), ID<StoredReport>(at: now()))
        let (hash, digest) = (keys.hash(token), keys.hash(Array(token.utf8) + body))
        let sealed = keys.seal(body, for: id)
        store.write(.platform) { transaction in
            guard let road = try transaction.reportRoad(hashed: hash) else { return false }
            let report = StoredReport(
                id: id, tenant: road.tenant, account: road.account, bodySealed: sealed, attempts: 0)
            try transaction.keep(report, digest: digest, at: now)
            return true
        } then: { [self] outcome in
            then(outcome)
            nudge()
        }
    }

    // MARK: Work

    private func look() async {
        do {
            while try await settleReports() > 0, !lookout.isStopped {}
            for message in try await dueMessages() { begin(message) }
        } catch {
            log.error("messages.look-failed", ["error": .text("\(error)")])
        }
    }

    /// Everything that is due now, one thing after the other; for tests.
    package func work() async throws {
        while try await settleReports() > 0 {}
        for message in try await dueMessages() { try await carryOut(message) }
        while try await settleReports() > 0 {}
    }

    private func dueMessages() async throws -> [Message] {
        let now = now()
        return try await store.fetch(.platform) { try $0.dueMessages(at: now, ofEach: 64, atMost: 256) }
    }

    /// Works on a message in a lane of its own, where one is free.
    private func begin(_ message: Message) {
        lookout.carryOut(message.id, of: message.tenant.rebound(to: Void.self), atMost: pace.lanesOfTenant) { [self] in
            do {
                try await carryOut(message)
                return true
            } catch {
                log.error("messages.work-failed", ["message.id": .id(message.id), "error": .text("\(error)")])
                return false
            }
        }
    }
}
