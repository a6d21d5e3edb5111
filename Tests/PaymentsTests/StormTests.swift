import Glibc
import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// Payments in bad weather: replies are lost, news comes twice, late, in any order or not at all, payers do what they like.
///
/// `LANGO_STORM_PAYMENTS` says how many, `LANGO_STORM_SEED` with which seed (scripts/soak roads).
@Suite(.serialized, .ownThreads) struct StormTests {
    private static func setting(_ name: String, _ usual: UInt64) -> UInt64 {
        unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) } ?? usual
    }

    /// Money that really moved, and the ways on which it is told.
    private struct Money {
        let payment: Payment
        let receipt: ReceiptNumber
        let amount: Int64
        let prompt: PromptID?
    }

    @Test("Whatever the weather, all money is entered once and nobody gets two services", arguments: Engine.available)
    func storm(engine: Engine) async throws {
        let seed = Self.setting("LANGO_STORM_SEED", UInt64(UInt32.random(in: 1 ... .max)))
        let count = Int(Self.setting("LANGO_STORM_PAYMENTS", 60))
        print("storm: \(engine.rawValue), \(count) payments, seed \(seed)")
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        var dice = Dice(seed: seed)
        var moved: [Money] = []
        for number in 0..<count {
            moved += try await pay(bench, number, &dice)
            bench.skip(.seconds(Int64(dice.next() % 90)))
            try await bench.keeper.work()
        }
        // The list of the provider tells everything in the end, some of it twice.
        bench.skip(.hours(1))
        for money in (moved + moved.prefix(count / 4)).shuffled(using: &dice) {
            try bench.settle(Self.row(money, bench, on: .pull))
        }
        try await bench.keeper.work()
        try await expectAll(moved, bench, "seed \(seed)")
    }

    /// One payer with a phone, from the wish to the money.
    private func pay(_ bench: PaymentBench, _ number: Int, _ dice: inout Dice) async throws -> [Money] {
        switch dice.next() % 8 {
        case 0: bench.provider.receive(.losesReply)
        case 1: bench.provider.receive(.isUnreachable)
        case 2: bench.provider.receive(.refuses(.wrongPasskey))
        default: bench.provider.receive(.accepts)
        }
        let payment = try await bench.beginAsked(device: number)
        let prompt = bench.promptIfAsked(payment)
        // A refused prompt asks nobody, but a payer may pay by hand with the reference.
        let pays = dice.next() % 4 != 0
        if !pays, let prompt {
            bench.provider.answer(prompt, .failed(PaymentFailure(code: "1032", reason: .cancelled)))
            if dice.next() % 2 == 0 {
                let token = bench.keys.token(of: payment.id)
                #expect(try await bench.post("failed|\(prompt.revealed)|cancelled", at: token))
            }
            // Some change their mind after they were told that it failed.
            guard dice.next() % 4 == 0 else { return [] }
        } else if !pays {
            return []
        }
        let wrong: [Int64] = prompt == nil ? [50, 49, 70, 120] : [50]
        var moved = [
            Money(
                payment: payment, receipt: try bench.receipt(), amount: wrong.randomElement(using: &dice) ?? 50,
                prompt: prompt)
        ]
        if dice.next() % 10 == 0 {
            moved.append(Money(payment: payment, receipt: try bench.receipt(), amount: 50, prompt: nil))
        }
        for money in moved { try await tell(money, bench, &dice) }
        return moved
    }

    /// Tells of money on some of the roads, in some order, some of them twice.
    private func tell(_ money: Money, _ bench: PaymentBench, _ dice: inout Dice) async throws {
        var roads = [Road.callback, .incoming, .query].filter { _ in dice.next() % 3 != 0 }
        roads += roads.filter { _ in dice.next() % 3 == 0 }
        for road in roads.shuffled(using: &dice) {
            switch road {
            case .callback:
                guard let prompt = money.prompt else { continue }
                let text = "paid|\(prompt.revealed)|\(money.receipt)|\(money.amount)"
                #expect(try await bench.post(text, at: bench.keys.token(of: money.payment.id)))
            case .query:
                guard let prompt = money.prompt else { continue }
                bench.provider.answer(prompt, .paid(PaymentFacts()))
                bench.skip(.seconds(Int64(dice.next() % 30)))
            default:
                let text = "came|\(money.receipt)|\(money.amount)|600100|\(money.payment.code)|2547 ***** 126"
                #expect(try await bench.post(text, at: bench.keys.token(of: bench.account.id)))
            }
            if dice.next() % 2 == 0 { try await bench.keeper.work() }
        }
    }

    private static func row(_ money: Money, _ bench: PaymentBench, on road: Road) -> Evidence {
        let payment = IncomingPayment(
            receipt: money.receipt, amount: PaymentBench.shillings(money.amount), paidAt: bench.now,
            shortCode: "600100",
            reference: TypedReference(money.payment.code.text), payer: .absent, payerName: nil, balance: nil)
        return Evidence(road: road, account: bench.account, news: .money(Arrival(payment)))
    }

    private func expectAll(_ moved: [Money], _ bench: PaymentBench, _ words: String) async throws {
        try bench.expectSound(words)
        let total = moved.reduce(0) { $0 + $1.amount }
        #expect(try bench.balance(bench.account.clearing) == total, "\(words)")
        #expect(try bench.balance(bench.account.suspense) == 0, "\(words)")
        #expect(try bench.count("SELECT count(*) FROM main.payment_receipt") == moved.count, "\(words)")
        #expect(
            try bench.count("SELECT count(*) FROM main.entitlement")
                == bench.count(
                    "SELECT count(DISTINCT source_id) FROM main.entitlement"), "\(words)")
        let keys = bench.provider.asked.map(\.prompt.key)
        #expect(Set(keys).count == keys.count, "\(words): a phone was asked twice")
        for (id, all) in Dictionary(grouping: moved, by: \.payment.id) {
            let payment = try bench.payment(all[0].payment)
            #expect(payment.state == .paid, "\(words): \(id)")
            let came = all.reduce(0) { $0 + $1.amount }
            let earned: Int64 = payment.entitlement == nil ? 0 : 50
            #expect(try bench.balance(payment.wallet) == came - earned, "\(words): \(id)")
        }
    }
}
