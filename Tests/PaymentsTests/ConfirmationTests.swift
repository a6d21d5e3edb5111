import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// An account's own message is unsigned: above a threshold it is not believed until something confirms it.
@Suite(.serialized, .ownThreads) struct ConfirmationTests {
    /// Posts that so much came by hand, and lets the gateway read it.
    private func come(
        _ bench: PaymentBench, _ amount: Int64, _ reference: String = "peter", to account: RailAccount? = nil
    ) async throws -> ReceiptNumber {
        let (receipt, account) = (try bench.receipt(), account ?? bench.account)
        let text = "came|\(receipt)|\(amount)|\(account.shortCode)|\(reference)|254722000126"
        #expect(try await bench.post(text, at: bench.keys.token(of: account.id)))
        try await bench.keeper.work()
        return receipt
    }

    private func notices(_ bench: PaymentBench, of tenant: ID<Tenant>? = nil) throws -> [StoredNotice] {
        let tenant = tenant ?? bench.tenant
        return try bench.store.read(.tenant(tenant)) { try $0.vainNotices(of: tenant, atMost: 10) }
    }

    private func suspense(_ account: RailAccount, _ bench: PaymentBench) throws -> Int64 {
        try bench.store.read(.tenant(account.tenant)) { try $0.balance(of: account.suspense, of: account.tenant) }
            .minorUnits / 100
    }

    @Test(
        "Up to the threshold a message is believed, above it the list must tell the same", arguments: Engine.available)
    func listed(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        _ = try await come(bench, 1_000)
        #expect(try suspense(bench.account, bench) == 1_000)
        let receipt = try await come(bench, 1_001)
        #expect(try suspense(bench.account, bench) == 1_000)
        bench.provider.list([
            IncomingPayment(
                receipt: receipt, amount: PaymentBench.shillings(1_001), paidAt: bench.now, shortCode: "600100",
                reference: TypedReference("peter"), payer: .absent, payerName: nil, balance: nil)
        ])
        // The list is read soon, not after a quarter of an hour.
        bench.skip(.seconds(61))
        try await bench.keeper.work()
        #expect(try suspense(bench.account, bench) == 2_001)
        bench.skip(.hours(1))
        try await bench.keeper.work()
        #expect(try suspense(bench.account, bench) == 2_001 && notices(bench).isEmpty)
        try bench.expectSound()
    }

    @Test(
        "What the list never tells is refused after two days, and a person can believe it", arguments: Engine.available)
    func never(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        _ = try await come(bench, 5_000)
        for _ in 0..<50 {
            bench.skip(.hours(1))
            try await bench.keeper.work()
        }
        let notice = try #require(try notices(bench).first)
        #expect(notice.note == "unconfirmed")
        #expect(try suspense(bench.account, bench) == 0)
        let (tenant, now) = (bench.tenant, bench.now)
        #expect(
            try bench.store.writeNow(.tenant(tenant)) { try $0.believe(notice.id, by: "asha", of: tenant, at: now) })
        try await bench.keeper.work()
        #expect(try suspense(bench.account, bench) == 5_000 && notices(bench).isEmpty)
        #expect(
            try !bench.store.writeNow(.tenant(tenant)) { try $0.believe(notice.id, by: "asha", of: tenant, at: now) })
        try bench.expectSound()
    }

    @Test("Where nothing can confirm it a person looks at once", arguments: Engine.available)
    func nobody(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let other = try bench.openOther(shortCode: "700700")
        _ = try await come(bench, 5_000, to: other)
        #expect(try notices(bench, of: other.tenant).map(\.note) == ["unconfirmed"])
        #expect(try suspense(other, bench) == 0)
    }

    // swift-format-ignore
    static let answers: [(answer: String, amount: Int64, note: String?)] = [
        ("status|RECEIPT|5000", 5_000, nil), ("status|RECEIPT|50", 0, "contradicted"),
        ("status|UJ6TXXXXXX|5000", 0, "contradicted"), ("unback|receipt-unknown", 0, "receipt-unknown"),
    ]

    @Test(
        "The provider is asked about the receipt, at an address of its own", arguments: Engine.available,
        answers.indices)
    func asked(engine: Engine, index: Int) async throws {
        let (answer, amount, note) = Self.answers[index]
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.nameInitiator()
        let receipt = try await come(bench, 5_000)
        let question = try #require(bench.provider.receiptQuestions.first)
        #expect(question.receipt == receipt && bench.provider.receiptQuestions.count == 1)
        let token = String(question.address.dropFirst("https://pay.example/in/q/".count))
        let text = answer.replacing("RECEIPT", with: receipt.text)
        // Whoever knows the account's address does not know this one.
        #expect(try await bench.post(text, at: bench.keys.token(of: bench.account.id)))
        try await bench.keeper.work()
        #expect(try suspense(bench.account, bench) == 0)
        #expect(try await bench.post(text, at: token))
        try await bench.keeper.work()
        #expect(try suspense(bench.account, bench) == amount)
        #expect(try notices(bench).map(\.note) == [note].compactMap(\.self))
        try bench.expectSound()
    }

    @Test("A lost answer is asked for again, and not for ever", arguments: Engine.available)
    func again(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.nameInitiator()
        _ = try await come(bench, 5_000)
        for _ in 0..<60 {
            bench.skip(.minutes(10))
            try await bench.keeper.work()
        }
        #expect((30...37).contains(bench.provider.receiptQuestions.count))
    }

    @Test("What names a payment waits for the answer about its prompt", arguments: Engine.available)
    func prompted(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked(topUp: PaymentBench.shillings(5_000))
        let receipt = try await come(bench, 5_000, payment.code.text)
        #expect(try bench.payment(payment).state == .asked && bench.balance(payment.wallet) == 0)
        bench.provider.answer(try bench.prompt(payment), .paid(PaymentFacts()))
        for _ in 0..<4 {
            bench.skip(.seconds(10))
            try await bench.keeper.work()
        }
        #expect(try bench.payment(payment).receipt == receipt && bench.balance(payment.wallet) == 5_000)
        // A second receipt about it is not believed because the first one was.
        _ = try await come(bench, 9_000, payment.code.text)
        #expect(try bench.balance(payment.wallet) == 5_000 && bench.balance(bench.account.clearing) == 5_000)
        try bench.expectSound()
    }

    @Test("Each currency has its own threshold")
    func currencies() throws {
        for (code, units) in [("KES", "1000"), ("UGX", "30000"), ("RWF", "10000"), ("GHS", "100"), ("KWD", "2")] {
            let currency = try #require(Currency(code: code))
            #expect(TrustedAmount.of(currency) == Money(units, in: currency))
        }
        for name in MomoMarket.names {
            let market = try #require(MomoMarket(named: name))
            #expect(TrustedAmount.of(market.currency).minorUnits > 0)
        }
    }
}
