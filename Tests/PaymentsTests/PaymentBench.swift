import Catalog
import Crypto
import Entitlements
import Ledger
import MobileMoney
import SQL
import Synchronization
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// A provider of internet with a paybill, a provider of money, and a gateway between them; time is the test's.
final class PaymentBench: Sendable {
    let world: World
    let account: RailAccount
    let provider = FakeProvider()
    let clock = Mutex(World.noon)
    let keys: PaymentKeys
    let offer: Package
    let keeper: PaymentKeeper
    private let phones = Atomic<Int>(0)
    private let receipts = Atomic<Int>(0)

    var tenant: ID<Tenant> { world.tenant.id }
    var store: Store { world.store }
    var now: Instant { clock.withLock { $0 } }
    func skip(_ span: Span) { clock.withLock { $0 = $0 + span } }

    init(_ engine: Engine, kind: RailAccount.Kind = .paybill, prefix: String = "") throws {
        world = try World(engine)
        keys = PaymentKeys(world.masterKey)
        account = RailAccount(
            id: ID(at: World.noon), tenant: world.tenant.id, rail: .mpesa, kind: kind, shortCode: "600100",
            prefix: prefix, currency: .kes, credentialsSealed: [])
        offer = try world.makePackage()
        let clock = Clock()
        (self.keeper, self.time) = (
            Self.keeper(world, world.store, provider, now: { clock.now() }), clock
        )
        try open(account)
    }

    /// What the keeper's clock reads; follows the bench's own.
    private let time: Clock

    private final class Clock: Sendable {
        let bench = Mutex<(@Sendable () -> Instant)?>(nil)
        func now() -> Instant { bench.withLock { $0 }?() ?? World.noon }
    }

    static func keeper(
        _ world: World, _ store: Store, _ provider: FakeProvider, now: @escaping @Sendable () -> Instant
    ) -> PaymentKeeper {
        PaymentKeeper(
            store: store, masterKey: world.masterKey, log: .silent, publicURL: "https://pay.example", now: now,
            nudgeRouter: { _ in }, rail: { _ in provider })
    }

    private func open(_ account: RailAccount) throws {
        let road = keys.hash(keys.token(of: account.id))
        try store.writeNow(.tenant(account.tenant)) { try $0.insert(account, road: road, pulls: true, at: World.noon) }
        time.bench.withLock { [self] in $0 = { [weak self] in self?.now ?? World.noon } }
    }

    /// Gives another provider an account.
    func openOther(shortCode: String, prefix: String = "") throws -> RailAccount {
        let other = RailAccount(
            id: ID(at: World.noon), tenant: world.other.id, rail: .mpesa, kind: .paybill, shortCode: shortCode,
            prefix: prefix, currency: .kes, credentialsSealed: [])
        let road = keys.hash(keys.token(of: other.id))
        try store.writeNow(.tenant(other.tenant)) { try $0.insert(other, road: road, at: World.noon) }
        return other
    }

    // MARK: Payers

    static func shillings(_ count: Int64) -> Money { Money(minorUnits: count * 100, in: .kes) }

    /// A number that nobody had before.
    func phone() throws -> PhoneNumber {
        let number = phones.add(1, ordering: .relaxed).newValue
        return try #require(PhoneNumber(digits: "2547\(22_000_000 + number)"))
    }

    func receipt() throws -> ReceiptNumber {
        try #require(ReceiptNumber("UJ6T\(receipts.add(1, ordering: .relaxed).newValue + 100_000)"))
    }

    func device(_ number: Int = 1) -> PayingDevice {
        PayingDevice(site: world.sites[0].id, router: world.routers[0].id, mac: World.mac(number))
    }

    /// Begins a payment: for the bench's package, KES 50, or into the wallet.
    func begin(_ phone: PhoneNumber? = nil, topUp: Money? = nil, device: Int = 1) throws -> Payment {
        let wish: PaymentOrder.Wish = topUp.map { .topUp($0) } ?? .package(offer.id, self.device(device))
        let order = PaymentOrder(tenant: tenant, wish: wish, phone: try phone ?? self.phone(), now: now)
        return try store.writeNow(.tenant(tenant)) { [keys] in try $0.begin(order, keys: keys) }
    }

    /// Begins a payment and lets the phone be asked.
    func beginAsked(_ phone: PhoneNumber? = nil, topUp: Money? = nil, device: Int = 1) async throws -> Payment {
        let payment = try begin(phone, topUp: topUp, device: device)
        try await keeper.work()
        return try self.payment(payment)
    }

    /// A payment of which the provider said that it is paid, and no receipt.
    func paidNameless() async throws -> Payment {
        let payment = try await beginAsked()
        provider.answer(try prompt(payment), .paid(PaymentFacts()))
        skip(.seconds(5))
        try await keeper.work()
        return try self.payment(payment)
    }

    /// The provider's name of a payment's prompt; nil where the phone was not asked.
    func promptIfAsked(_ payment: Payment) -> PromptID? {
        provider.asked.first { $0.prompt.key == payment.id.description }?.id
    }

    func prompt(_ payment: Payment) throws -> PromptID { try #require(promptIfAsked(payment)) }

    func payment(_ payment: Payment) throws -> Payment {
        try #require(try store.read(.tenant(payment.tenant)) { try $0.payment(payment.id, of: payment.tenant) })
    }

    // MARK: News

    @discardableResult
    func settle(_ evidence: Evidence) throws -> Settlement {
        let now = now
        return try store.writeNow(.tenant(evidence.account.tenant)) { try $0.settle(evidence, at: now) }
    }

    /// Posts to one of our addresses; false where it leads nowhere.
    func post(_ text: String, at token: String, on keeper: PaymentKeeper? = nil) async throws -> Bool {
        for door in [.payment, .account, .question(.none)] as [RoadDoor] {
            let isKept: Bool = try await withCheckedThrowingContinuation { continuation in
                (keeper ?? self.keeper).receive(Array(text.utf8), at: token, by: door) { outcome in
                    continuation.resume(with: outcome.map { if case .kept = $0 { true } else { false } })
                }
            }
            if isKept { return true }
        }
        return false
    }

    func callback(_ payment: Payment, _ receipt: ReceiptNumber, _ amount: Int64 = 50) async throws {
        let prompt = try prompt(payment).revealed
        #expect(try await post("paid|\(prompt)|\(receipt)|\(amount)", at: keys.token(of: payment.id)))
    }

    // MARK: Facts

    func balance(_ account: Account) throws -> Int64 {
        try store.read(.tenant(tenant)) { [tenant] in try $0.balance(of: account, of: tenant) }.minorUnits / 100
    }

    func count(_ query: Query) throws -> Int { try world.count(query) }

    /// The ledger is sound, and what lies with the provider is what came.
    func expectSound(_ words: String = "") throws {
        let tenant = tenant
        let (balances, flaws) = try store.read(.tenant(tenant)) {
            (try $0.trialBalances(of: tenant), try $0.ledgerFlaws(of: tenant))
        }
        #expect(balances.allSatisfy { $0.isBalanced }, "\(words): \(balances)")
        #expect(flaws.accounts == 0 && flaws.postings == 0, "\(words): \(flaws)")
    }
}
