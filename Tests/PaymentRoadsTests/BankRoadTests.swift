import Crypto
import DarajaSimulator
import HTTPClient
import HTTPServer
import Ledger
import MobileMoney
import Payments
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import PaymentRoads

/// A gateway with its doors open, and accounts of banks and of MTN.
final class RoadBench: Sendable {
    let world: World
    let keys: PaymentKeys
    let rails: PaymentRails
    let keeper: PaymentKeeper
    let server: Server
    let client = HTTPClient()

    init(_ engine: Engine, now: @escaping @Sendable () -> Instant = { World.noon }) throws {
        let port = try FreePort.first()
        world = try World(engine)
        keys = PaymentKeys(world.masterKey)
        let rails = PaymentRails(world.masterKey, client: client, now: now)
        self.rails = rails
        keeper = PaymentKeeper(
            store: world.store, masterKey: world.masterKey, log: .silent, publicURL: "http://127.0.0.1:\(port)",
            now: now,
            nudgeRouter: { _ in }, rail: { try rails.rail(of: $0) })
        var settings = ServerSettings()
        settings.port = port
        settings.accessLog = false
        server = try Server(
            settings: settings,
            application: Application(mounts: [Mount(prefix: PaymentRoads.path, PaymentRoads(keeper: keeper))]),
            log: .silent, now: now)
        try server.start()
    }

    func close() {
        server.stop(grace: .seconds(1))
        client.close()
        world.store.close()
    }

    func open(
        _ rail: Rail, _ number: String, store: String = "", in currency: Currency = .kes,
        _ secrets: [RailSecrets.Name: Secret]
    ) throws -> RailAccount {
        let id = ID<RailAccount>(at: World.noon)
        let account = RailAccount(
            id: id, tenant: world.tenant.id, rail: rail, kind: .account, shortCode: number, storeNumber: store,
            currency: currency, credentialsSealed: rails.seal(RailSecrets(secrets), for: id))
        let road = keys.hash(keys.token(of: id))
        try world.store.writeNow(.tenant(account.tenant)) { try $0.insert(account, road: road, at: World.noon) }
        return account
    }

    func balance(_ account: Account) throws -> Int64 {
        let tenant = world.tenant.id
        return try world.store.read(.tenant(tenant)) { try $0.balance(of: account, of: tenant) }.minorUnits
    }
}

/// What banks post to us, and what others post in their name.
@Suite(.serialized, .ownThreads) struct BankRoadTests {
    @Test(
        "KCB's notice is believed by its signature, answered as the bank wants, credited once",
        arguments: Engine.available)
    func kcb(engine: Engine) async throws {
        let bench = try RoadBench(engine)
        defer { bench.close() }
        let account = try bench.open(.kcb, "7504343", [.publicKey: Secret(SampleSigner.publicKey)])
        let path = "/in/b/\(bench.keys.token(of: account.id))"
        let body = Array(SignedNotice.text.utf8)
        for headers in [[], ["Signature: AAAA"], ["Signature: \(SignedNotice.signature.dropLast(8))AAAAAAA="]] {
            #expect(try Wire.ask(bench.server.port, "POST", path, headers: headers, body: body).status == 403)
        }
        // Another body under the same signature, and the right one at the door of unsigned news.
        let signed = ["Signature: \(SignedNotice.signature)"]
        #expect(
            try Wire.ask(bench.server.port, "POST", path, headers: signed, body: body + [0x20, 0x31]).status == 403)
        let open = "/in/c/\(bench.keys.token(of: account.id))/confirm"
        #expect(try Wire.ask(bench.server.port, "POST", open, headers: signed, body: body).status == 404)
        #expect(try bench.world.count("SELECT count(*) FROM main.payment_notice") == 0)
        #expect(bench.keeper.unprovenNotices == 4)
        for _ in 0..<3 {
            let answer = try Wire.ask(bench.server.port, "POST", path, headers: signed, body: body)
            #expect(answer.status == 200 && answer.text.contains(#""messageID":"m-1""#))
            #expect(answer.text.contains(#""statusCode":"0""#))
            try await bench.keeper.work()
        }
        #expect(try bench.balance(account.suspense) == 10_000)
        #expect(try bench.world.count("SELECT count(*) FROM main.payment_receipt WHERE standing <> 'alias'") == 1)
        // The same money as M-PESA tells of it.
        let tenant = bench.world.tenant.id
        let receipt = try #require(ReceiptNumber("UKK35QEKV7"))
        let known = try bench.world.store.read(.tenant(tenant)) { try $0.receipt(receipt, on: .mpesa, of: tenant) }
        #expect(known?.standing == .unassigned && known?.payerName == "JOHN DOE")
        let own = try #require(ReceiptNumber("FT26325ABCDE"))
        let alias = try bench.world.store.read(.tenant(tenant)) { try $0.receipt(own, on: .kcb, of: tenant) }
        #expect(alias == known)
    }

    @Test("Jenga's notice is believed by its password alone", arguments: Engine.available)
    func jenga(engine: Engine) async throws {
        let bench = try RoadBench(engine)
        defer { bench.close() }
        let account = try bench.open(
            .jenga, "0111234241028", [.user: Secret("equity"), .password: Secret("pass-word")])
        let path = "/in/b/\(bench.keys.token(of: account.id))"
        let text = """
            {"callbackType":"IPN","customer":{"name":"JANE","mobileNumber":"","reference":null},"transaction":{"date":\
            "2026-11-20 12:00:00.0","reference":" S2596405","paymentMode":"TPG","amount":"10","billNumber":"HSE12",\
            "additionalInfo":"MPS 254723000000 UKK35QEKV7 JANE/537620","status":"SUCCESS"},"bank":{"reference":" S2596405",\
            "transactionType":"C","account":"0111234241028"}}
            """
        let body = Array(text.utf8)
        let wrong = Base64.encode(Array("equity:password".utf8))
        for headers in [[], ["Authorization: Basic \(wrong)"], ["Authorization: Bearer x"]] {
            #expect(try Wire.ask(bench.server.port, "POST", path, headers: headers, body: body).status == 403)
        }
        let good = ["Authorization: Basic \(Base64.encode(Array("equity:pass-word".utf8)))"]
        #expect(try Wire.ask(bench.server.port, "POST", path, headers: good, body: body).status == 200)
        try await bench.keeper.work()
        #expect(try bench.balance(account.suspense) == 1_000)
        #expect(bench.keeper.unprovenNotices == 3)
    }

    @Test("A bank of which only statements are known takes no news", arguments: [Engine.sqlite])
    func silent(engine: Engine) throws {
        let bench = try RoadBench(engine)
        defer { bench.close() }
        let account = try bench.open(.bank, "1234567890", [:])
        let path = "/in/b/\(bench.keys.token(of: account.id))"
        #expect(try Wire.ask(bench.server.port, "POST", path, body: [0x7B, 0x7D]).status == 403)
    }
}

/// Being paid through MTN's collections, against the simulated service over real sockets.
@Suite(.serialized, .ownThreads) struct MomoRoadTests {
    private static let key = CredentialKey(at: .now)

    private func simulator(_ plan: PayerPlan) throws -> DarajaHost {
        var settings = try #require(DarajaHost.Settings(key: Self.key))
        settings.plan = plan
        return try DarajaHost(settings)
    }

    private func account(_ bench: RoadBench, _ host: DarajaHost, market: String = "sandbox") throws -> RailAccount {
        let currency = try #require(MomoMarket(named: market)).currency
        return try bench.open(
            .momo, market, in: currency,
            [
                .address: Secret(host.url), .subscriptionKey: Secret("subscription-key"),
                .apiUser: Secret("consumer-key"), .apiKey: Secret("consumer-secret"),
            ])
    }

    private func payment(_ bench: RoadBench, _ payment: Payment) throws -> Payment {
        try #require(
            try bench.world.store.read(.tenant(payment.tenant)) { try $0.payment(payment.id, of: payment.tenant) })
    }

    /// Whether the end is told by the provider, or asked for where its news is lost.
    @Test(
        "A payer is asked, and pays; the news and our question credit once", arguments: Engine.available, [true, false])
    func pays(engine: Engine, isTold: Bool) async throws {
        let host = try simulator(.pays(after: 2))
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let account = try account(bench, host)
        if !isTold { try Self.fault(host, "callback-lost") }
        let phone = try #require(PhoneNumber(digits: "256772123456"))
        let order = PaymentOrder(
            tenant: bench.world.tenant.id, wish: .topUp(Money(minorUnits: 500, in: account.currency)), phone: phone,
            now: host.now)
        let begun = try await bench.keeper.begin(order)
        try await bench.keeper.work()
        #expect(try payment(bench, begun).state == .asked)
        host.advance(.seconds(isTold ? 3 : 30))
        if isTold {
            #expect(
                try eventually(within: 30) { try bench.world.count("SELECT count(*) FROM main.payment_notice") == 1 })
        }
        try await bench.keeper.work()
        let paid = try payment(bench, begun)
        #expect(paid.state == .paid && paid.outcome == .toppedUp && paid.receipt != nil)
        // Three minutes later the same news again, and our own question about it.
        host.advance(.seconds(185))
        try await bench.keeper.work()
        #expect(try bench.balance(paid.wallet) == 500 && bench.balance(account.clearing) == 500)
        #expect(try !payment(bench, begun).needsReview)
    }

    @Test("A lost reply is sent again under its key, and a refusal is told", arguments: Engine.available)
    func lost(engine: Engine) async throws {
        let host = try simulator(.cancels(after: 1))
        let bench = try RoadBench(engine, now: { host.now })
        defer {
            bench.close()
            host.stop()
        }
        let account = try account(bench, host)
        try Self.fault(host, "reply-lost", door: "momo")
        let phone = try #require(PhoneNumber(digits: "256772123456"))
        let order = PaymentOrder(
            tenant: bench.world.tenant.id, wish: .topUp(Money(minorUnits: 500, in: account.currency)), phone: phone,
            now: host.now)
        let begun = try await bench.keeper.begin(order)
        for _ in 0..<4 {
            try await bench.keeper.work()
            host.advance(.seconds(31))
        }
        try await bench.keeper.work()
        let failed = try payment(bench, begun)
        #expect(failed.state == .failed && failed.reason == .cancelled)
        #expect(try bench.balance(account.clearing) == 0)
    }

    // swift-format-ignore
    static let wishes: [(market: String, currency: String, phone: String, refusal: PaymentRefusal?)] = [
        ("mtnuganda", "UGX", "256772123456", nil),
        ("mtnuganda", "UGX", "254712345678", .phoneUnfit),
        ("mtnuganda", "KES", "256772123456", .noAccount),
        ("mtnrwanda", "RWF", "250788123456", nil),
        ("mtnrwanda", "RWF", "256772123456", .phoneUnfit),
    ]

    @Test("Payer and currency must fit the account", arguments: wishes)
    func fits(market: String, code: String, digits: String, refusal: PaymentRefusal?) throws {
        let host = try simulator(.byHand)
        let bench = try RoadBench(.sqlite)
        defer {
            bench.close()
            host.stop()
        }
        _ = try account(bench, host, market: market)
        let currency = try #require(Currency(code: code))
        // Five hundred thousand is little in Uganda.
        let units: Int64 = currency.exponent == 0 ? 500_000 : 100
        let order = PaymentOrder(
            tenant: bench.world.tenant.id, wish: .topUp(Money(minorUnits: units, in: currency)),
            phone: try #require(PhoneNumber(digits: digits)), now: World.noon)
        let (tenant, keys) = (order.tenant, bench.keys)
        var told: PaymentRefusal?
        do {
            _ = try bench.world.store.writeNow(.tenant(tenant)) { try $0.begin(order, keys: keys) }
        } catch let error as PaymentRefusal {
            told = error
        }
        #expect(told == refusal)
    }

    private static func fault(_ host: DarajaHost, _ name: String, door: String? = nil) throws {
        let door = door.map { ",\"door\":\"\($0)\"" } ?? ""
        let answer = try Wire.ask(
            host.port, "POST", "/_simulator/faults",
            headers: ["Authorization: Bearer \(host.settings.controlToken)"],
            body: Array("{\"fault\":\"\(name)\"\(door)}".utf8))
        #expect(answer.status == 200)
    }
}
