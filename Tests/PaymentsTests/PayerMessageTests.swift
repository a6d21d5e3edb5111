import Catalog
import Entitlements
import Ledger
import Messages
import Messaging
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// What payers are told by SMS.
@Suite(.serialized, .ownThreads) struct PayerMessageTests {
    private static func open(_ bench: PaymentBench) throws {
        let account = SenderAccount(
            id: ID(at: World.noon), tenant: bench.tenant, kind: .kannel, name: "k", position: 1, credentialsSealed: [])
        try bench.store.writeNow(.tenant(bench.tenant)) { try $0.insert(account, road: [1], at: World.noon) }
    }

    private static func messages(_ bench: PaymentBench) throws -> [Message] {
        try bench.store.read(.tenant(bench.tenant)) { try $0.messages(of: bench.tenant, atMost: 10) }
    }

    /// Begins a payment in Swahili and lets the phone be asked.
    private static func begin(_ bench: PaymentBench, topUp: Money? = nil) async throws -> Payment {
        let order = PaymentOrder(
            tenant: bench.tenant, wish: topUp.map { .topUp($0) } ?? .package(bench.offer.id, bench.device()),
            phone: try bench.phone(), in: "sw", now: bench.now)
        let payment = try await bench.keeper.begin(order)
        try await bench.keeper.work()
        return payment
    }

    @Test(
        "Whoever paid is told once, in the language of the page, how another device comes in",
        arguments: Engine.available)
    func paid(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        try Self.open(bench)
        let payment = try await Self.begin(bench)
        let receipt = try bench.receipt()
        for _ in 0..<2 {
            try await bench.callback(payment, receipt)
            try await bench.keeper.work()
        }
        // The confirmation of the same money is no news.
        let road = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("came|\(receipt)|50|600100|\(payment.code)|", at: road))
        try await bench.keeper.work()
        let message = try #require(try Self.messages(bench).first)
        #expect(try Self.messages(bench).count == 1)
        #expect(message.reader == .phone(payment.phone) && message.language == "sw" && message.kind == .receipt)
        #expect(
            message.content(MessageKeys(bench.world.masterKey))
                == .template(
                    .paid,
                    [
                        "amount": .money(PaymentBench.shillings(50)), "package": .text(bench.offer.name),
                        "receipt": .text(receipt.text), "number": .text(payment.code.text),
                        "link": .text("http://10.5.50.1"),
                    ]))
        // A second payment for the same is in the wallet, and told.
        #expect(try await bench.post("came|\(bench.receipt())|50|600100|\(payment.code)|", at: road))
        try await bench.keeper.work()
        let keys = MessageKeys(bench.world.masterKey)
        let told = try Self.messages(bench).map { message -> MessageTemplate? in
            if case .template(let template, _)? = message.content(keys) { template } else { nil }
        }
        #expect(told.count == 2 && Set(told) == [.paid, .paidWallet])
    }

    static let outcomes: [(came: Int64, late: Bool, template: MessageTemplate)] = [
        (50, false, .paid), (70, false, .paid), (30, false, .paidShort), (50, true, .paidLate),
    ]

    @Test("Too little and too late are told with where the money is", arguments: outcomes)
    func otherwise(came: Int64, late: Bool, template: MessageTemplate) async throws {
        let bench = try PaymentBench(.sqlite)
        defer { bench.store.close() }
        try Self.open(bench)
        let payment = try await Self.begin(bench)
        if late {
            bench.skip(.hours(1))
            let tenant = bench.tenant
            try bench.store.writeNow(.tenant(tenant)) { transaction in
                _ = try transaction.run("UPDATE main.package SET is_listed = 0 WHERE tenant = $1", tenant)
            }
        }
        try await bench.callback(payment, bench.receipt(), came)
        try await bench.keeper.work()
        let message = try #require(try Self.messages(bench).first)
        guard case .template(let told, let facts)? = message.content(MessageKeys(bench.world.masterKey)) else {
            Issue.record("no template")
            return
        }
        #expect(told == template)
        #expect(facts["amount"] == .money(PaymentBench.shillings(came)))
        #expect(facts["missing"] == (template == .paidShort ? .money(PaymentBench.shillings(20)) : nil))
    }

    @Test("Money for the wallet is told, an answer without a receipt too, and without an account nothing is")
    func others() async throws {
        let bench = try PaymentBench(.sqlite)
        defer { bench.store.close() }
        let silent = try await Self.begin(bench)
        try await bench.callback(silent, bench.receipt())
        try await bench.keeper.work()
        #expect(try bench.payment(silent).state == .paid && Self.messages(bench).isEmpty)
        try Self.open(bench)
        let topUp = try await Self.begin(bench, topUp: PaymentBench.shillings(20))
        try await bench.callback(topUp, bench.receipt(), 20)
        try await bench.keeper.work()
        let asked = try await Self.begin(bench)
        bench.provider.answer(try bench.prompt(asked), .paid(PaymentFacts()))
        bench.skip(.seconds(5))
        try await bench.keeper.work()
        let keys = MessageKeys(bench.world.masterKey)
        let told = try Self.messages(bench).map { message -> MessageTemplate? in
            if case .template(let template, _)? = message.content(keys) { template } else { nil }
        }
        #expect(told.count == 2 && Set(told) == [.paidUnnumbered, .paidWallet])
    }

    @Test("Who has used the fair share is told once a period, in the language of the page", arguments: Engine.available)
    func fairUse(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        try Self.open(bench)
        let (tenant, share) = (bench.tenant, "5GB/day notify")
        try bench.store.writeNow(.tenant(tenant)) { transaction in
            _ = try transaction.run("UPDATE main.package SET fair_use = $1 WHERE tenant = $2", share, tenant)
        }
        let payment = try await Self.begin(bench)
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        let access = try #require(try bench.payment(payment).entitlement)
        let first = try #require(try bench.access(access).pacing.fairUntil)
        func told() throws -> [Message] { try Self.messages(bench).filter { $0.kind == .notice } }
        for (until, count) in [(first, 1), (first, 1), (first + .days(1), 2)] {
            try bench.store.writeNow(.tenant(tenant)) { transaction in
                var access = try #require(try transaction.entitlement(access, of: tenant))
                access = access.turned(at: until - .hours(1), offset: World.offset)
                try transaction.noteFairShareUsed(access)
            }
            try await bench.keeper.work()
            #expect(try told().count == count, "until \(until)")
        }
        let message = try #require(try told().first)
        #expect(message.reader == .phone(payment.phone) && message.language == "sw")
        #expect(
            message.content(MessageKeys(bench.world.masterKey))
                == .template(
                    .fairUse,
                    [
                        "volume": .volume(DataVolume(bytes: 5_000_000_000)), "package": .text(bench.offer.name),
                    ]))
        #expect(try bench.store.read(.platform) { try $0.fairUseNotices(atMost: 9) }.isEmpty)
    }

    @Test("Where nobody knows a number, or the access is over, nobody is told")
    func fairUseUntold() async throws {
        let bench = try PaymentBench(.sqlite)
        defer { bench.store.close() }
        try Self.open(bench)
        let (tenant, offer) = (bench.tenant, try bench.world.makePackage(fairUse: "1KB/day notify"))
        for source in [Entitlement.Source.voucher, .trial, .subscription, .payment] {
            let access = Entitlement(
                granting: offer, for: source, ID(high: 7, low: 7), at: nil, from: bench.now, offset: World.offset)
            try bench.store.writeNow(.tenant(tenant)) { transaction in
                try transaction.insert(access)
                try transaction.noteFairShareUsed(access)
            }
        }
        try await bench.keeper.work()
        #expect(try Self.messages(bench).isEmpty)
        #expect(try bench.store.read(.platform) { try $0.fairUseNotices(atMost: 9) }.isEmpty)
    }
}

extension PaymentBench {
    fileprivate func access(_ id: ID<Entitlement>) throws -> Entitlement {
        try #require(try store.read(.tenant(tenant)) { try $0.entitlement(id, of: tenant) })
    }
}
