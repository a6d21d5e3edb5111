import DarajaSimulator
import Glibc
import HTTPClient
import Ledger
import MobileMoney
import Payments
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import PaymentRoads

/// Refunds against the simulated M-PESA over real sockets, its faults included.
@Suite(.serialized, .ownThreads) struct RefundRoadTests {
    private static let key = CredentialKey(at: .now)

    // swift-format-ignore
    static let cases: [(way: GiveBack.Way, fault: String?)] = [
        (.reversal, nil), (.reversal, "result-lost"), (.reversal, "result-twice"), (.reversal, "result-late"),
        (.reversal, "reply-lost"), (.payout, nil), (.payout, "result-lost"), (.payout, "reply-lost"),
    ]

    @Test("Money goes back once, whatever is lost on the way", arguments: Engine.available, cases.indices)
    func refunds(engine: Engine, index: Int) async throws {
        let (way, fault) = Self.cases[index]
        var settings = try #require(DarajaHost.Settings(key: Self.key))
        settings.plan = .pays(after: 1)
        let host = try DarajaHost(settings)
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let account = try open(bench, host)
        let payment = try await paid(bench, host, account)
        let refund = try await approved(bench, host, payment, way)
        if let fault { try tell(host, fault, door: way == .reversal ? "reversal" : "payout") }
        try await bench.keeper.work()
        // Time enough for the end, and for questions where it is missing.
        for seconds in [3, 180, 200, 900, 10] as [Int64] {
            host.advance(.seconds(seconds))
            usleep(150_000)
            try await bench.keeper.work()
        }
        let (tenant, id) = (payment.tenant, refund)
        var now = try bench.world.store.read(.tenant(tenant)) { try $0.refund(id, of: tenant) }
        // What the simulator posts arrives when the machine has time for it.
        for _ in 0..<100 where now?.state != .confirmed {
            usleep(100_000)
            try await bench.keeper.work()
            now = try bench.world.store.read(.tenant(tenant)) { try $0.refund(id, of: tenant) }
        }
        #expect(now?.state == .confirmed, "\(way) \(fault ?? ""): \(now?.state.rawValue ?? "") \(now?.flaw ?? "")")
        #expect(try bench.balance(account.clearing) == 0)
        let again = try bench.world.store.read(.tenant(tenant)) { try $0.payment(payment.id, of: tenant) }
        #expect(again?.outcome == .refunded && again?.needsReview == false)
        // The payer has the money once.
        let state = try control(host, "GET", "state")
        let reversed = state.components("\"reversed\":\"true\"")
        let payouts = state.components("\"shortcode\":\"254712345678\"")
        #expect(reversed + payouts == 1, "\(way) \(fault ?? "")")
    }

    @Test(
        "MTN sends money back by a transfer, once, and is asked what became of it", arguments: Engine.available,
        [false, true])
    func transfers(engine: Engine, isReplyLost: Bool) async throws {
        var settings = try #require(DarajaHost.Settings(key: Self.key))
        settings.plan = .pays(after: 1)
        let host = try DarajaHost(settings)
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let euro = try #require(Currency(code: "EUR"))
        let bare = try bench.open(
            .momo, "sandbox", in: euro,
            [
                .address: Secret(host.url), .subscriptionKey: Secret("subscription-key"),
                .apiUser: Secret("consumer-key"), .apiKey: Secret("consumer-secret"),
            ])
        let payouts = MomoSettings.Access(
            subscriptionKey: Secret("subscription-key"), user: "consumer-key", apiKey: Secret("consumer-secret"))
        let (sealed, tenant) = (try bench.rails.sealed(payouts, for: bare), bare.tenant)
        try bench.world.store.writeNow(.tenant(tenant)) { try $0.set(bare.id, credentials: sealed, of: tenant) }
        let order = PaymentOrder(
            tenant: tenant, wish: .topUp(Money(minorUnits: 500, in: euro)),
            phone: try #require(PhoneNumber(digits: "256772123456")), now: host.now)
        let begun = try await bench.keeper.begin(order)
        var payment = begun
        for _ in 0..<5 where payment.state != .paid {
            try await bench.keeper.work()
            host.advance(.seconds(6))
            payment = try #require(try bench.world.store.read(.tenant(tenant)) { try $0.payment(begun.id, of: tenant) })
        }
        #expect(payment.state == .paid)
        // It knows no payment that is taken back under its own receipt.
        await #expect(throws: PaymentRefusal.notRefundable) { try await approved(bench, host, payment, .reversal) }
        let refund = try await approved(bench, host, payment, .payout)
        if isReplyLost { try tell(host, "reply-lost", door: "momo-transfer") }
        for seconds in [0, 130, 300, 900] as [Int64] {
            host.advance(.seconds(seconds))
            try await bench.keeper.work()
        }
        let now = try bench.world.store.read(.tenant(tenant)) { try $0.refund(refund, of: tenant) }
        #expect(now?.state == .confirmed && now?.receipt != nil)
        #expect(try bench.balance(bare.clearing) == 0)
        #expect(try control(host, "GET", "state").components("\"payee\"") == 1)
    }

    private func open(_ bench: RoadBench, _ host: DarajaHost) throws -> RailAccount {
        let id = ID<RailAccount>(at: World.noon)
        var credentials = RailCredentials(
            address: host.url, consumerKey: "consumer-key", consumerSecret: Secret("consumer-secret"),
            passkey: Secret("bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"))
        credentials.initiator = DarajaSettings.Initiator(
            name: "testapi", password: Secret("Safaricom999!*!"), certificate: host.certificate)
        let account = RailAccount(
            id: id, tenant: bench.world.tenant.id, rail: .mpesa, kind: .paybill, shortCode: "174379", currency: .kes,
            credentialsSealed: bench.rails.seal(credentials, for: id))
        let road = bench.keys.hash(bench.keys.token(of: id))
        try bench.world.store.writeNow(.tenant(account.tenant)) { try $0.insert(account, road: road, at: World.noon) }
        return account
    }

    private func paid(_ bench: RoadBench, _ host: DarajaHost, _ account: RailAccount) async throws -> Payment {
        let order = PaymentOrder(
            tenant: account.tenant, wish: .topUp(Money(minorUnits: 5_000, in: .kes)),
            phone: try #require(PhoneNumber(digits: "254712345678")), now: host.now)
        let begun = try await bench.keeper.begin(order)
        try await bench.keeper.work()
        host.advance(.seconds(2))
        #expect(try eventually(within: 30) { try bench.world.count("SELECT count(*) FROM main.payment_notice") >= 1 })
        try await bench.keeper.work()
        let paid = try bench.world.store.read(.tenant(begun.tenant)) { try $0.payment(begun.id, of: begun.tenant) }
        let payment = try #require(paid)
        #expect(payment.state == .paid && payment.receipt != nil)
        return payment
    }

    private func approved(
        _ bench: RoadBench, _ host: DarajaHost, _ payment: Payment, _ way: GiveBack.Way
    ) async throws -> ID<Refund> {
        let (now, keys, tenant) = (host.now, bench.keys, payment.tenant)
        return try await bench.world.store.write(.tenant(tenant)) {
            let refund = try $0.askRefund(of: payment, because: "no signal", by: "asha", at: now)
            try $0.approveRefund(refund.id, by: "juma", way: way, keys: keys, of: tenant, at: now)
            return refund.id
        }
    }

    private func tell(_ host: DarajaHost, _ fault: String, door: String) throws {
        _ = try control(host, "POST", "faults", "{\"fault\":\"\(fault)\",\"door\":\"\(door)\"}")
    }

    private func control(_ host: DarajaHost, _ method: String, _ path: String, _ body: String = "") throws -> String {
        let answer = try Wire.ask(
            host.port, method, "/_simulator/" + path, headers: ["Authorization: Bearer \(host.settings.controlToken)"],
            body: Array(body.utf8))
        #expect(answer.status == 200)
        return answer.text
    }
}

extension String {
    /// How often a word stands in it.
    fileprivate func components(_ word: String) -> Int { ranges(of: word).count }
}
