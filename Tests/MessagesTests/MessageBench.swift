import Crypto
import Locales
import Messaging
import SQL
import Synchronization
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// A provider of internet with accounts at two who send SMS, and a gateway; time is the test's.
final class MessageBench: Sendable {
    static let locales = Result { try Locales(directory: root + "/locales") }
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    let world: World
    let keys: MessageKeys
    /// In their order.
    let senders: [FakeSender]
    let accounts: [SenderAccount]
    let keeper: MessageKeeper
    private let clock: Mutex<Instant>
    private let readers = Atomic<Int>(0)

    var tenant: ID<Tenant> { world.tenant.id }
    var store: Store { world.store }
    var now: Instant { clock.withLock { $0 } }
    func skip(_ span: Span) { clock.withLock { $0 = $0 + span } }

    init(_ engine: Engine, accounts count: Int = 2, at start: Instant = World.noon) throws {
        let world = try World(engine)
        self.world = world
        clock = Mutex(start)
        keys = MessageKeys(world.masterKey)
        senders = (0..<count).map { FakeSender("S\($0)") }
        accounts = (0..<count).map { index in
            SenderAccount(
                id: ID(at: World.noon), tenant: world.tenant.id, kind: .kannel, name: "account \(index)",
                position: index,
                credentialsSealed: [])
        }
        let time = Clock()
        keeper = try Self.keeper(world, world.store, accounts, senders, now: { time.now() })
        let (keys, accounts) = (keys, accounts)
        try world.store.writeNow(.tenant(world.tenant.id)) { transaction in
            for account in accounts {
                try transaction.insert(account, road: keys.hash(keys.token(of: account.id)), at: World.noon)
            }
        }
        time.bench.withLock { [self] in $0 = { [weak self] in self?.now ?? World.noon } }
    }

    /// What the keeper's clock reads; follows the bench's own.
    private final class Clock: Sendable {
        let bench = Mutex<(@Sendable () -> Instant)?>(nil)
        func now() -> Instant { bench.withLock { $0 }?() ?? World.noon }
    }

    static func keeper(
        _ world: World, _ store: Store, _ accounts: [SenderAccount], _ senders: [FakeSender],
        now: @escaping @Sendable () -> Instant
    ) throws -> MessageKeeper {
        let pairs = zip(accounts.map(\.id), senders)
        let byAccount = Dictionary(uniqueKeysWithValues: pairs)
        return MessageKeeper(
            store: store, masterKey: world.masterKey, locales: try locales.get(), log: .silent,
            publicURL: "https://isp.example", now: now
        ) { account in
            guard let sender = byAccount[account.id] else { throw SealBroken() }
            return sender
        }
    }

    // MARK: Messages

    func number() throws -> PhoneNumber {
        try #require(PhoneNumber(digits: "2547\(33_000_000 + readers.add(1, ordering: .relaxed).newValue)"))
    }

    /// Asks for a message; nil where nothing was asked for.
    func ask(_ kind: Message.Kind = .receipt, key: String? = nil, text: String = "Asante") throws -> ID<Message>? {
        let order = MessageOrder(
            sealing: .text(text), by: keys, as: kind, for: key, to: .phone(try number()), of: tenant, at: now)
        return try store.writeNow(.tenant(tenant)) { try $0.ask(for: order) }
    }

    func asked(_ kind: Message.Kind = .receipt) throws -> ID<Message> { try #require(try ask(kind)) }

    func message(_ id: ID<Message>) throws -> Message {
        try #require(try store.read(.tenant(tenant)) { try $0.message(id, of: tenant) })
    }

    func attempts(_ id: ID<Message>) throws -> [MessageAttempt] {
        try store.read(.tenant(tenant)) { try $0.attempts(at: id, of: tenant) }
    }

    func account(_ index: Int) throws -> SenderAccount {
        try #require(try store.read(.tenant(tenant)) { try $0.senderAccount(accounts[index].id, of: tenant) })
    }

    @discardableResult
    func report(_ text: String, by account: Int = 0) async throws -> Bool {
        try await report(text, at: keys.token(of: accounts[account].id))
    }

    func report(_ text: String, at token: String) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            keeper.receive(Array(text.utf8), at: token) { continuation.resume(with: $0) }
        }
    }

    func count(_ query: Query) throws -> Int { try world.count(query) }

    /// Works, and lets time pass, until nothing is due for so long.
    func work(for span: Span, stepping step: Span = .seconds(15)) async throws {
        let end = now + span
        while now < end {
            try await keeper.work()
            skip(step)
        }
    }
}
