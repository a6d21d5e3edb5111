import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// A gateway dies between any two steps of a payment's way, and another one goes on.
@Suite(.serialized, .ownThreads) struct CrashTests {
    @Test(
        "At any step: the phone is asked once at most, and money that came is entered once", arguments: Engine.available
    )
    func crash(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        var (step, paid) = (1, 0)
        while true {
            let life = try Life(in: bench.store.location, endingAt: step)
            let payment = try bench.begin(device: step)
            let came = try await live(life, bench, payment)
            // Long enough that nothing is held any more, short enough that the device still waits.
            bench.skip(.minutes(3))
            try await bench.keeper.work()
            if let came {
                paid += 1
                let road = bench.keys.token(of: bench.account.id)
                #expect(try await bench.post("came|\(came)|50|600100|\(payment.code)|", at: road))
                try await bench.keeper.work()
            }
            let (now, at) = (try bench.payment(payment), "step \(step)")
            #expect(bench.provider.asked.filter { $0.prompt.key == payment.id.description }.count <= 1, "\(at)")
            #expect((now.state == .paid) == (came != nil), "\(at): \(now.state)")
            #expect(now.receipt == came && (now.entitlement != nil) == (came != nil) && !now.needsReview, "\(at)")
            #expect(try bench.balance(bench.account.clearing) == Int64(paid) * 50, "\(at)")
            #expect(try bench.count("SELECT count(*) FROM main.entitlement") == paid, "\(at)")
            #expect(try bench.count("SELECT count(*) FROM main.effect") == paid, "\(at)")
            #expect(try bench.count("SELECT count(*) FROM main.ledger_posting") == paid, "\(at)")
            let died = life.isOver
            life.finish()
            step += 1
            guard died else { break }
        }
        #expect(step > 12, "the table is too short to be true: \(step)")
        try bench.expectSound()
    }

    /// The gateway that dies asks the phone, hears that it paid, and settles, as far as it comes.
    ///
    /// - Returns: the receipt, where the phone was asked and so paid.
    private func live(_ life: Life, _ bench: PaymentBench, _ payment: Payment) async throws -> ReceiptNumber? {
        bench.provider.watch { life.step() }
        defer { bench.provider.watch {} }
        let keeper = PaymentBench.keeper(bench.world, life.store, bench.provider) {
            life.step()
            return bench.now
        }
        // It dies: whatever it throws is nobody's business.
        try? await keeper.work()
        guard let prompt = bench.promptIfAsked(payment) else { return nil }
        let receipt = try bench.receipt()
        _ = try? await bench.post(
            "paid|\(prompt.revealed)|\(receipt)|50", at: bench.keys.token(of: payment.id), on: keeper)
        try? await keeper.work()
        return receipt
    }
}
