import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// Money that goes back through the provider: once, and in the books when it did.
@Suite(.serialized, .ownThreads) struct RefundTests {
    /// A paid payment whose refund one person asked for and another approved.
    private func approved(
        _ bench: PaymentBench, _ way: GiveBack.Way = .reversal, device: Int = 1
    ) async throws -> (Payment, Refund) {
        let payment = try await bench.beginAsked(device: device)
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        return (payment, try approve(bench, payment, way))
    }

    private func approve(_ bench: PaymentBench, _ payment: Payment, _ way: GiveBack.Way) throws -> Refund {
        let (tenant, now, keys, paid) = (bench.tenant, bench.now, bench.keys, try bench.payment(payment))
        let refund = try bench.store.writeNow(.tenant(tenant)) {
            try $0.askRefund(of: paid, because: "no signal", by: "asha", at: now)
        }
        #expect(throws: PaymentRefusal.samePerson) {
            try bench.store.writeNow(.tenant(tenant)) {
                try $0.approveRefund(refund.id, by: "asha", way: way, keys: keys, of: tenant, at: now)
            }
        }
        try bench.store.writeNow(.tenant(tenant)) {
            try $0.approveRefund(refund.id, by: "juma", way: way, keys: keys, of: tenant, at: now)
        }
        return refund
    }

    private func state(_ bench: PaymentBench, _ refund: Refund) throws -> Refund {
        try #require(try bench.store.read(.tenant(refund.tenant)) { try $0.refund(refund.id, of: refund.tenant) })
    }

    /// Posts to one of a refund's addresses.
    private func tell(
        _ bench: PaymentBench, _ refund: Refund, _ text: String, _ part: StoredNotice.Part = .end,
        on keeper: PaymentKeeper? = nil
    ) async throws {
        let token = bench.keys.token(of: refund.id)
        let isKept: Bool = try await withCheckedThrowingContinuation { continuation in
            (keeper ?? bench.keeper).receive(Array(text.utf8), at: token, by: .refund(part)) { outcome in
                continuation.resume(with: outcome.map { if case .kept = $0 { true } else { false } })
            }
        }
        #expect(isKept)
    }

    private func expectBack(_ bench: PaymentBench, _ payment: Payment, _ isBack: Bool, _ words: String = "") throws {
        let now = try bench.payment(payment)
        #expect((now.outcome == .refunded) == isBack, "\(words)")
        #expect(try bench.balance(bench.account.clearing) == (isBack ? 0 : 50), "\(words)")
        #expect(
            try bench.count("SELECT count(*) FROM main.entitlement WHERE ended_at IS NOT NULL") == (isBack ? 1 : 0),
            "\(words)")
        try bench.expectSound(words)
    }

    @Test(
        "An order is sent once; the books follow its end, however often that is told", arguments: Engine.available,
        GiveBack.Way.allCases)
    func done(engine: Engine, way: GiveBack.Way) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (payment, refund) = try await approved(bench, way)
        for _ in 0..<3 { try await bench.keeper.work() }
        #expect(bench.provider.orders.map(\.key) == [refund.id.description])
        #expect(bench.provider.orders.first?.amount == PaymentBench.shillings(50))
        #expect(try state(bench, refund).state == .sent)
        try expectBack(bench, payment, false)
        for number in 0..<3 {
            try await tell(bench, refund, "back|UKBACK0001|\(number)")
            try await bench.keeper.work()
        }
        let now = try state(bench, refund)
        #expect(now.state == .confirmed && now.receipt?.text == "UKBACK0001")
        try expectBack(bench, payment, true)
        // A second word about it changes nothing, and a person is told.
        try await tell(bench, refund, "unback|no-money")
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == .confirmed && bench.payment(payment).needsReview)
        try expectBack(bench, payment, true)
        bench.skip(.hours(72))
        try await bench.keeper.work()
        #expect(bench.provider.orders.count == 1 && bench.provider.refundQuestions == 0)
    }

    @Test("What the provider refuses is not booked, and may be asked for again", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (payment, refund) = try await approved(bench)
        try await bench.keeper.work()
        try await tell(bench, refund, "unback|no-money")
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == .failed && state(bench, refund).flaw == "no-money")
        try expectBack(bench, payment, false)
        let again = try approve(bench, payment, .payout)
        try await bench.keeper.work()
        try await tell(bench, again, "back|UKBACK0002|1")
        try await bench.keeper.work()
        try expectBack(bench, payment, true)
        // The first one was done after all: the money went twice, and a person is told.
        try await tell(bench, refund, "back|UKBACK0003|1")
        await #expect(throws: Never.self) { try await bench.keeper.work() }
        #expect(try bench.payment(payment).needsReview)
        try expectBack(bench, payment, true)
    }

    // swift-format-ignore
    static let receptions: [(reception: FakeProvider.Reception, state: Refund.State, orders: Int)] = [
        (.losesReply,              .unknown,  1),
        (.isUnreachable,           .approved, 0),
        (.refuses(.initiatorWrong), .failed,  0),
        (.refuses(.duplicate),     .unknown,  0),
    ]

    @Test(
        "A missing answer is asked about and never sent again; an order that never left is",
        arguments: Engine.available, receptions.indices)
    func troubles(engine: Engine, index: Int) async throws {
        let (reception, wanted, orders) = Self.receptions[index]
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (payment, refund) = try await approved(bench)
        bench.provider.receiveRefund(reception)
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == wanted)
        bench.provider.receiveRefund(.accepts)
        for _ in 0..<20 {
            bench.skip(.minutes(10))
            try await bench.keeper.work()
        }
        let sent = bench.provider.orders.count
        #expect(sent == (wanted == .approved ? 1 : orders))
        #expect((bench.provider.refundQuestions > 0) == (wanted != .failed))
        try expectBack(bench, payment, false)
        guard wanted == .unknown else { return }
        try await tell(bench, refund, "asked|Reversed", .state)
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == .confirmed)
        try expectBack(bench, payment, true)
    }

    @Test(
        "Of a refund that nobody asks about any more a person says whether it went", arguments: Engine.available,
        [true, false])
    func decided(engine: Engine, went: Bool) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (payment, refund) = try await approved(bench)
        let tenant = bench.tenant
        bench.provider.receiveRefund(.losesReply)
        try await bench.keeper.work()
        // While it is asked about nobody decides.
        #expect(
            try !bench.store.writeNow(.tenant(tenant)) {
                try $0.declineRefund(refund.id, by: "juma", of: tenant, at: bench.now)
            })
        #expect(throws: PaymentRefusal.notRefundable) {
            try bench.store.writeNow(.tenant(tenant)) {
                try $0.confirmRefund(refund.id, by: "juma", into: .byHand, of: tenant, at: bench.now)
            }
        }
        for _ in 0..<20 {
            bench.skip(.hours(6))
            try await bench.keeper.work()
        }
        #expect(try state(bench, refund).state == .unknown)
        let now = bench.now
        if went {
            #expect(throws: PaymentRefusal.notRefundable) {
                try bench.store.writeNow(.tenant(tenant)) {
                    try $0.confirmRefund(refund.id, by: "juma", into: .wallet, of: tenant, at: now)
                }
            }
            _ = try bench.store.writeNow(.tenant(tenant)) {
                try $0.confirmRefund(refund.id, by: "juma", into: .byHand, of: tenant, at: now)
            }
        } else {
            #expect(
                try bench.store.writeNow(.tenant(tenant)) {
                    try $0.declineRefund(refund.id, by: "juma", of: tenant, at: now)
                })
        }
        try expectBack(bench, payment, went)
        #expect(try state(bench, refund).state == (went ? .confirmed : .declined))
    }

    @Test("A queue's timeout decides nothing; after two days a person looks", arguments: Engine.available)
    func late(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (payment, refund) = try await approved(bench)
        try await bench.keeper.work()
        try await tell(bench, refund, "anything", .late)
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == .unknown)
        for _ in 0..<12 {
            bench.skip(.hours(6))
            try await bench.keeper.work()
            try await tell(bench, refund, "asked|Completed|\(bench.now.milliseconds)", .state)
        }
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == .unknown && bench.payment(payment).needsReview)
        // Asked for again it might go out twice.
        let paid = try bench.payment(payment)
        #expect(throws: PaymentRefusal.notRefundable) {
            try bench.store.writeNow(.tenant(bench.tenant)) {
                try $0.askRefund(of: paid, because: "again", by: "asha", at: bench.now)
            }
        }
        #expect(bench.provider.orders.count == 1)
        try expectBack(bench, payment, false)
        // It was done after all.
        try await tell(bench, refund, "back|UKBACK0001|1")
        try await bench.keeper.work()
        #expect(try state(bench, refund).state == .confirmed)
        try expectBack(bench, payment, true)
    }

    @Test(
        "At any step at which a gateway dies: sent once at most, booked when it was done", arguments: Engine.available)
    func crash(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        var (step, kept) = (1, 0 as Int64)
        while true {
            let (payment, refund) = try await approved(bench, device: step)
            let life = try Life(in: bench.store.location, endingAt: step)
            bench.provider.watch { life.step() }
            let keeper = PaymentBench.keeper(bench.world, life.store, bench.provider) {
                life.step()
                return bench.now
            }
            func orders() -> Int { bench.provider.orders.count { $0.key == refund.id.description } }
            // It dies: whatever it throws is nobody's business.
            try? await keeper.work()
            let wasSent = orders() > 0
            if wasSent { try await tell(bench, refund, "back|UKBACK\(1_000 + step)|1") }
            try? await keeper.work()
            bench.provider.watch {}
            bench.skip(.minutes(10))
            for _ in 0..<3 { try await bench.keeper.work() }
            if !wasSent, orders() == 1 {
                try await tell(bench, refund, "back|UKBACK\(1_000 + step)|1")
                try await bench.keeper.work()
            }
            let now = try state(bench, refund)
            #expect(orders() <= 1, "step \(step)")
            // One that died before it sent, and after it said so, is asked about; nobody knows that it was never sent.
            #expect(now.state == .confirmed || now.state == .unknown && orders() == 0, "step \(step)")
            kept += now.state == .confirmed ? 0 : 50
            #expect(try (bench.payment(payment).outcome == .refunded) == (now.state == .confirmed), "step \(step)")
            #expect(try bench.balance(bench.account.clearing) == kept, "step \(step)")
            let died = life.isOver
            life.finish()
            step += 1
            guard died else { break }
        }
        #expect(step > 5, "the table is too short to be true: \(step)")
        try bench.expectSound()
    }
}
