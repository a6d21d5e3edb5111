import Catalog
import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Payments

/// Money that belongs to nobody, and money that goes back.
@Suite(.serialized, .ownThreads) struct AssignmentTests {
    /// Money that somebody sent with the words of nobody.
    private func stray(_ bench: PaymentBench, _ amount: Int64 = 50, payer: String = "2547 ***** 126") async throws
        -> PaymentReceipt
    {
        let (receipt, road) = (try bench.receipt(), bench.keys.token(of: bench.account.id))
        #expect(try await bench.post("came|\(receipt)|\(amount)|600100|peter|\(payer)", at: road))
        try await bench.keeper.work()
        let tenant = bench.tenant
        return try #require(try bench.store.read(.tenant(tenant)) { try $0.receipt(receipt, on: .mpesa, of: tenant) })
    }

    private func claim(
        _ bench: PaymentBench, _ receipt: ReceiptNumber, _ digits: String, of tenant: ID<Tenant>? = nil
    ) throws -> Result<EnteredReceipt, PaymentRefusal> {
        let (tenant, now) = (tenant ?? bench.tenant, bench.now)
        let throttle = GuessThrottle(of: tenant, device: "d", address: "192.0.2.7", place: "s", at: now)
        let claim = ReceiptClaim(
            tenant: tenant, receipt: receipt, phone: try #require(PhoneNumber(digits: digits)),
            throttle: throttle, now: now)
        return try bench.store.writeNow(.tenant(tenant)) { try $0.claim(claim) }
    }

    @Test("A payer claims stray money with its receipt and the number that paid", arguments: Engine.available)
    func claims(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let receipt = try await stray(bench)
        #expect(receipt.standing == .unassigned)
        #expect(try bench.balance(bench.account.suspense) == 50)
        #expect(try claim(bench, receipt.receipt, "254722000127") == .failure(.receiptUnknown))
        // Another provider knows nothing of it.
        #expect(
            try claim(bench, receipt.receipt, "254722000126", of: bench.world.other.id) == .failure(.receiptUnknown))
        let owner = try #require(PhoneNumber(digits: "254722000126"))
        #expect(
            try claim(bench, receipt.receipt, "254722000126") == .success(.wallet(owner, PaymentBench.shillings(50))))
        #expect(try claim(bench, receipt.receipt, "254722000126") == .failure(.receiptUnknown))
        #expect(try bench.balance(bench.account.suspense) == 0)
        let wallet = Account.wallet(of: try #require(PhoneNumber(digits: "254722000126")), in: .kes)
        #expect(try bench.balance(wallet) == 50)
        try bench.expectSound()
    }

    @Test("Whoever guesses receipts waits", arguments: Engine.available)
    func throttles(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        for _ in 0..<5 { #expect(try claim(bench, bench.receipt(), "254722000126") == .failure(.receiptUnknown)) }
        guard case .failure(.locked) = try claim(bench, bench.receipt(), "254722000126") else {
            Issue.record("five guesses did not close the door")
            return
        }
        let receipt = try await stray(bench)
        guard case .failure(.locked) = try claim(bench, receipt.receipt, "254722000126") else {
            Issue.record("a closed door let a true receipt in")
            return
        }
    }

    @Test("Staff give stray money to a payment or to a wallet, once", arguments: Engine.available)
    func assigns(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (tenant, now) = (bench.tenant, bench.now)
        let payment = try await bench.beginAsked()
        let (first, second) = (try await stray(bench), try await stray(bench, 30))
        let suggested = try bench.store.read(.tenant(tenant)) { try $0.suggestions(for: first) }
        #expect(suggested.map(\.id) == [payment.id])
        let settlement = try bench.store.writeNow(.tenant(tenant)) { try $0.assign(first, to: payment.id, at: now) }
        #expect(settlement.settled == .attached && settlement.work == [bench.world.routers[0].id])
        #expect(try bench.payment(payment).outcome == .granted)
        #expect(try bench.payment(payment).receipt == first.receipt)
        let phone = try bench.phone()
        let entered = try bench.store.writeNow(.tenant(tenant)) { try $0.assign(second, toWalletOf: phone, at: now) }
        #expect(entered == .wallet(phone, PaymentBench.shillings(30)))
        #expect(try bench.balance(Account.wallet(of: phone, in: .kes)) == 30)
        for receipt in [first, second] {
            #expect(throws: PaymentRefusal.alreadyAssigned) {
                _ = try bench.store.writeNow(.tenant(tenant)) { try $0.assign(receipt, toWalletOf: phone, at: now) }
            }
        }
        #expect(try bench.balance(bench.account.suspense) == 0)
        #expect(try bench.balance(bench.account.clearing) == 80)
        try bench.expectSound()
    }

    @Test("A payment is given back by two people", arguments: Engine.available, [Refund.Target.wallet, .byHand])
    func refunds(engine: Engine, target: Refund.Target) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (tenant, now) = (bench.tenant, bench.now)
        let payment = try await bench.beginAsked()
        #expect(throws: PaymentRefusal.notRefundable) {
            try bench.store.writeNow(.tenant(tenant)) {
                _ = try $0.askRefund(of: payment, because: "x", by: "asha", at: now)
            }
        }
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        let paid = try bench.payment(payment)
        let refund = try bench.store.writeNow(.tenant(tenant)) {
            try $0.askRefund(of: paid, because: "no signal", by: "asha", at: now)
        }
        #expect(throws: PaymentRefusal.notRefundable) {
            try bench.store.writeNow(.tenant(tenant)) {
                _ = try $0.askRefund(of: paid, because: "x", by: "juma", at: now)
            }
        }
        #expect(throws: PaymentRefusal.samePerson) {
            try bench.store.writeNow(.tenant(tenant)) {
                _ = try $0.confirmRefund(refund.id, by: "asha", into: target, of: tenant, at: now)
            }
        }
        let work = try bench.store.writeNow(.tenant(tenant)) {
            try $0.confirmRefund(refund.id, by: "juma", into: target, of: tenant, at: now)
        }
        #expect(work == [bench.world.routers[0].id])
        #expect(throws: PaymentRefusal.notRefundable) {
            try bench.store.writeNow(.tenant(tenant)) {
                _ = try $0.confirmRefund(refund.id, by: "juma", into: target, of: tenant, at: now)
            }
        }
        #expect(try bench.payment(payment).outcome == .refunded)
        #expect(try bench.balance(payment.wallet) == (target == .wallet ? 50 : 0))
        #expect(try bench.balance(bench.account.clearing) == (target == .wallet ? 50 : 0))
        #expect(try bench.balance(Account(.revenue, bench.offer.id.description, in: .kes)) == 0)
        #expect(try bench.count("SELECT count(*) FROM main.entitlement WHERE ended_at IS NOT NULL") == 1)
        try bench.expectSound()
    }

    @Test("What was sent back by hand has its number, once, on any rail", arguments: Engine.available)
    func byHand(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (tenant, bank) = (bench.tenant, try bench.openBank(.kcb))
        let payments = [try await bench.beginAsked(), try await bench.beginAsked(device: 2)]
        // One is paid at a bank, which can be told nothing.
        let arrival = IncomingPayment(
            receipt: try bench.receipt(), amount: payments[0].amount, paidAt: bench.now, shortCode: "",
            reference: TypedReference(payments[0].code.text), payer: .absent, payerName: nil, balance: nil)
        try bench.settle(Evidence(road: .incoming, account: bank, news: .money(Arrival(arrival))))
        try await bench.callback(payments[1], bench.receipt())
        try await bench.keeper.work()
        #expect(try bench.balance(bank.clearing) == 50 && bench.balance(bench.account.clearing) == 50)
        let (now, reference) = (bench.now, try #require(ReceiptNumber("FT26-0001")))
        let refunds = try payments.map { payment in
            let paid = try bench.payment(payment)
            return try bench.store.writeNow(.tenant(tenant)) {
                try $0.askRefund(of: paid, because: "no signal", by: "asha", at: now)
            }
        }
        func confirm(_ refund: Refund, _ number: ReceiptNumber) throws {
            _ = try bench.store.writeNow(.tenant(tenant)) {
                try $0.confirmRefund(
                    refund.id, by: "juma", into: .byHand, reference: number, of: tenant, at: now)
            }
        }
        try confirm(refunds[0], reference)
        #expect(throws: PaymentRefusal.referenceUsed) { try confirm(refunds[1], reference) }
        #expect(try bench.balance(bank.clearing) == 0 && bench.balance(bench.account.clearing) == 50)
        let done = try bench.store.read(.tenant(tenant)) { try $0.refund(refunds[0].id, of: tenant) }
        #expect(done?.state == .confirmed && done?.receipt == reference && done?.settledBy == "juma")
        try confirm(refunds[1], try #require(ReceiptNumber("FT26-0002")))
        #expect(try bench.balance(bench.account.clearing) == 0)
        try bench.expectSound()
    }

    static let marks: [(mark: String, fits: Bool)] = [
        ("2547 ***** 126", true), ("2547 ***** 127", false), ("0722000***", true), ("0722001***", false),
        ("254722000126", true), ("254722000127", false), ("", false), ("2547********", true), ("*********126", true),
        ("**********26", false), ("XXXXXXXXX126", true),
    ]

    @Test("A covered number fits the numbers that it may be", arguments: marks)
    func covered(mark: String, fits: Bool) throws {
        let phone = try #require(PhoneNumber(digits: "254722000126"))
        #expect(PayerMark(mark).fits(phone, isCertain: false) == fits)
    }
}
