import Catalog
import Entitlements
import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// What money does, and what cannot be made to look like money.
@Suite(.serialized, .ownThreads) struct SettlementTests {
    /// How much came of the fifty shillings that were asked for, and what became of it.
    struct Amount: Sendable {
        let came: Int64
        let outcome: Payment.Outcome
        let earned: Int64
        let kept: Int64
    }

    static let amounts = [
        Amount(came: 50, outcome: .granted, earned: 50, kept: 0),
        Amount(came: 80, outcome: .granted, earned: 50, kept: 30),
        Amount(came: 49, outcome: .short, earned: 0, kept: 49),
        Amount(came: 1, outcome: .short, earned: 0, kept: 1),
    ]

    @Test("The amount that came decides, not the one asked for", arguments: Engine.available)
    func amount(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        var (came, earned) = (0 as Int64, 0 as Int64)
        for (number, amount) in Self.amounts.enumerated() {
            let payment = try await bench.beginAsked(device: number)
            try await bench.callback(payment, bench.receipt(), amount.came)
            try await bench.keeper.work()
            let now = try bench.payment(payment)
            (came, earned) = (came + amount.came, earned + amount.earned)
            #expect(now.state == .paid && now.outcome == amount.outcome, "\(amount)")
            #expect(now.received == PaymentBench.shillings(amount.came), "\(amount)")
            #expect((now.entitlement != nil) == (amount.outcome == .granted), "\(amount)")
            #expect((now.effect != nil) == (amount.outcome == .granted), "\(amount)")
            #expect(try bench.balance(now.wallet) == amount.kept, "\(amount)")
            #expect(try bench.balance(Account(.revenue, bench.offer.id.description, in: .kes)) == earned, "\(amount)")
            #expect(try bench.balance(bench.account.clearing) == came, "\(amount)")
        }
        try bench.expectSound()
    }

    @Test("Money into the wallet stays there", arguments: Engine.available)
    func topUp(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked(topUp: PaymentBench.shillings(200))
        try await bench.callback(payment, bench.receipt(), 200)
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.outcome == .toppedUp && now.entitlement == nil)
        #expect(try bench.balance(now.wallet) == 200)
    }

    @Test("The entitlement is what a voucher would have given, and the device is let in", arguments: Engine.available)
    func grants(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked(device: 7)
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        let id = try #require(now.entitlement)
        let tenant = bench.tenant
        let (entitlement, devices) = try bench.store.read(.tenant(tenant)) {
            (try $0.entitlement(id, of: tenant), try $0.devices(of: id, of: tenant))
        }
        #expect(entitlement?.source == .payment && entitlement?.sourceID == payment.id.rebound(to: Void.self))
        #expect(entitlement?.package == bench.offer.id)
        #expect(devices.map(\.mac) == [World.mac(7)])
        #expect(try bench.count("SELECT count(*) FROM main.effect WHERE kind = 'connect' AND state = 0") == 1)
    }

    @Test(
        "Late money is credited: the service where it is still sold, else the wallet", arguments: Engine.available,
        [true, false])
    func late(engine: Engine, isSold: Bool) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        let prompt = try bench.prompt(payment).revealed
        #expect(try await bench.post("failed|\(prompt)|no-response", at: bench.keys.token(of: payment.id)))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .failed)
        bench.skip(.hours(3))
        if !isSold {
            let (offer, tenant) = (bench.offer.id, bench.tenant)
            try bench.store.writeNow(.tenant(tenant)) {
                _ = try $0.run("UPDATE main.package SET is_listed = 0 WHERE id = $1 AND tenant = $2", offer, tenant)
            }
        }
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.state == .paid && now.outcome == (isSold ? .granted : .late))
        // Nobody waits at the hotspot any more: the device is let in when it comes back.
        #expect(now.effect == nil && (now.entitlement != nil) == isSold)
        #expect(try bench.balance(now.wallet) == (isSold ? 0 : 50))
        try bench.expectSound()
    }

    @Test("A success is never taken back; a contradiction goes to a person", arguments: Engine.available)
    func contradiction(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        let failure = PaymentFailure(code: "1032", reason: .cancelled)
        bench.provider.answer(try bench.prompt(payment), .failed(failure))
        bench.skip(.minutes(1))
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.state == .paid && now.outcome == .granted && now.needsReview)
        #expect(try bench.balance(bench.account.clearing) == 50)
    }

    @Test("Whoever pays twice keeps the money", arguments: Engine.available)
    func twice(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        try await bench.callback(payment, bench.receipt())
        let token = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("came|\(bench.receipt())|50|600100|\(payment.code)|", at: token))
        try await bench.keeper.work()
        #expect(try bench.balance(payment.wallet) == 50)
        #expect(try bench.count("SELECT count(*) FROM main.entitlement") == 1)
        try bench.expectSound()
    }

    @Test("What names another account, currency or prompt is no money", arguments: Engine.available)
    func foreign(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        let token = bench.keys.token(of: payment.id)
        #expect(try await bench.post("paid|ws_CO_other|\(bench.receipt())|50", at: token))
        let road = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("came|\(bench.receipt())|50|999999|\(payment.code)|", at: road))
        try await bench.keeper.work()
        let ugandan = Arrival(
            PaymentFacts(
                receipt: try bench.receipt(), amount: Money(minorUnits: 5_000, in: try #require(Currency(code: "UGX"))))
        )
        let evidence = Evidence(road: .callback, account: bench.account, payment: payment.id, news: .money(ugandan))
        #expect(try bench.settle(evidence).settled == .foreign)
        let now = try bench.payment(payment)
        #expect(now.state == .asked && now.entitlement == nil && now.needsReview)
        #expect(try bench.count("SELECT count(*) FROM main.ledger_posting") == 0)
        let refused = try bench.store.read(.tenant(bench.tenant)) { [tenant = bench.tenant] in
            try $0.vainNotices(of: tenant, atMost: 10).map(\.note)
        }
        #expect(Set(refused) == ["prompt-mismatch", "foreign"])
    }

    @Test("An address that nobody gave leads nowhere, and nothing is kept", arguments: Engine.available)
    func forged(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        for token in ["", "x", payment.id.description, payment.code.text, bench.keys.token(of: ID<Payment>(at: 0))] {
            #expect(try await bench.post("paid|x|\(bench.receipt())|50", at: token) == false)
        }
        #expect(try bench.count("SELECT count(*) FROM main.payment_notice") == 0)
    }

    @Test(
        "Many providers share a paybill: the reference's beginning says whose money it is", arguments: Engine.available)
    func shared(engine: Engine) async throws {
        let bench = try PaymentBench(engine, prefix: "A")
        defer { bench.store.close() }
        let other = try bench.openOther(shortCode: "600100", prefix: "B")
        let payment = try await bench.beginAsked()
        #expect(bench.provider.asked.first?.prompt.reference.text == "A" + payment.code.text)
        let road = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("came|\(bench.receipt())|50|600100|a \(payment.code)|", at: road))
        #expect(try await bench.post("came|\(bench.receipt())|70|600100|b123|", at: road))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .paid)
        #expect(try bench.balance(bench.account.suspense) == 0)
        let theirs = try bench.store.read(.tenant(other.tenant)) {
            try $0.balance(of: other.suspense, of: other.tenant)
        }
        #expect(theirs == PaymentBench.shillings(70))
    }

    @Test(
        "A code that begins like another provider's references by chance stays its payment's",
        arguments: Engine.available)
    func chance(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        let other = try bench.openOther(shortCode: "600100", prefix: String(payment.code.text.prefix(1)))
        let road = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("came|\(bench.receipt())|50|600100|\(payment.code)|", at: road))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .paid)
        #expect(try bench.count("SELECT count(*) FROM main.payment_receipt") == 1)
        #expect(
            try bench.store.read(.tenant(other.tenant)) {
                try $0.balance(of: other.suspense, of: other.tenant)
            } == PaymentBench.shillings(0))
    }
}
