import MobileMoney
import SQL
import Statements
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// Days compared with what providers say, and notices that are old enough to go.
@Suite(.serialized, .ownThreads) struct ReconcileTests {
    private func incoming(_ bench: PaymentBench, _ receipt: String, _ amount: Int64, at paidAt: Instant) throws
        -> IncomingPayment
    {
        IncomingPayment(
            receipt: try #require(ReceiptNumber(receipt)), amount: PaymentBench.shillings(amount), paidAt: paidAt,
            shortCode: "600100", reference: TypedReference(""), payer: .absent, payerName: nil, balance: nil)
    }

    @Test(
        "Receipts that one side alone has, or with another amount, are told; Nairobi's days count",
        arguments: Engine.available, [true, false])
    func compares(engine: Engine, isStatement: Bool) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let day = try #require(AccountDay("2026-11-20", offset: .hours(3)))
        // 21:00 UTC is midnight in Nairobi.
        #expect(day.start == Instant(milliseconds: 1_795_122_000_000) && day.end - day.start == .days(1))
        let facts: [(String, Int64, Instant)] = [
            ("UKKAAAAAA1", 50, day.start), ("UKKAAAAAA2", 60, day.end - .seconds(1)),
            ("UKKAAAAAA3", 70, day.start + .hours(9)),
            ("UKJAAAAAA4", 80, day.start - .seconds(1)),
        ]
        for (receipt, amount, time) in facts {
            let evidence = Evidence(
                road: .incoming, account: bench.account,
                news: .money(Arrival(try incoming(bench, receipt, amount, at: time))))
            try bench.settle(evidence)
        }
        // The provider: the first, the second with another amount, one that we do not know, and one that we have the day before.
        let told: [(String, Int64, Instant)] = [
            ("UKKAAAAAA1", 50, day.start), ("UKKAAAAAA2", 61, day.end - .seconds(1)),
            ("UKKAAAAAA9", 90, day.start + .hours(1)),
            ("UKJAAAAAA4", 80, day.start), ("UKLAAAAAA5", 10, day.end),
        ]
        let reconciliation = Reconciliation(of: bench.account, on: day, in: bench.store, at: bench.now)
        let comparison: DayComparison
        if isStatement {
            let rows = told.map { "\($0.0),\(NairobiTime.spaced($0.2)),Completed,\($0.1).00\n" }
            let text = "Receipt No.,Completion Time,Transaction Status,Paid In\n" + rows.joined()
            comparison = try reconciliation.compare(with: StatementFile(path: try Scratch.file(text), in: .kes))
        } else {
            bench.provider.list(try told.map { try incoming(bench, $0.0, $0.1, at: $0.2) })
            comparison = try await reconciliation.compare(with: bench.provider)
        }
        func name(_ text: String) throws -> ReceiptName { ReceiptName(.mpesa, try #require(ReceiptNumber(text))) }
        let shillings = { (count: Int64) in PaymentBench.shillings(count) }
        let expected: Set<DayComparison.Difference> = [
            .amount(try name("UKKAAAAAA2"), ours: shillings(60), theirs: shillings(61)),
            .missingHere(try name("UKKAAAAAA9"), shillings(90)), .missingThere(try name("UKKAAAAAA3"), shillings(70)),
            .elsewhere(try name("UKJAAAAAA4"), shillings(80)),
        ]
        #expect(Set(comparison.differences) == expected)
        #expect(!comparison.isEqual && comparison.theirs.count == 4 && comparison.ours.count == 3)
        #expect(comparison.ours.sums == [.kes: 18_000])
    }

    @Test("A day that fits is told so, also by another name of the money", arguments: Engine.available)
    func equal(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let bank = try bench.openBank(.kcb)
        let text =
            ":20:S\n:25:1234567890\n:28C:1\n:60F:C261119KES0,00\n"
            + ":61:261120C50,00NTRFNONREF//FT1234\n:86:MPS 254722000001 UKK35QEKV7 JANE\n:62F:C261120KES50,00\n"
        _ = try await bench.bring(text, to: bank)
        let day = try #require(AccountDay("2026-11-20", offset: .hours(3)))
        let bare = text.split(separator: "\n").filter { !$0.hasPrefix(":86:") }.joined(separator: "\n")
        let reconciliation = Reconciliation(of: bank, on: day, in: bench.store, at: bench.now)
        for text in [text, bare] {
            let comparison = try reconciliation.compare(with: StatementFile(path: try Scratch.file(text), in: .kes))
            #expect(comparison.isEqual && comparison.ours.count == 1 && comparison.theirs.count == 1)
        }
    }

    // swift-format-ignore
    static let clocks: [(rail: Rail, number: String, ahead: Int64)] = [
        (.mpesa, "600100", 3), (.momo, "mtnuganda", 3), (.momo, "mtnrwanda", 2), (.momo, "mtnghana", 0),
        (.momo, "mtnnigeria", 1), (.momo, "mtnsouthsudan", 2), (.momo, "sandbox", 1), (.bank, "12345678", 1),
    ]

    @Test("A day is one by the clock of whoever moves the money", arguments: clocks.indices)
    func days(index: Int) throws {
        let (rail, number, ahead) = Self.clocks[index]
        let world = try World(.sqlite)
        defer { world.store.close() }
        let tenant = world.tenant.id
        _ = try world.store.writeNow(.platform) { transaction in
            try transaction.run("UPDATE main.tenant SET time_zone = 'Africa/Lagos' WHERE id = $1", tenant)
        }
        let account = RailAccount(
            id: ID(at: World.noon), tenant: tenant, rail: rail, kind: .account, shortCode: number, currency: .kes,
            credentialsSealed: [])
        let offset = try world.store.read(.tenant(tenant)) { try $0.offset(of: account) }
        let day = try #require(AccountDay("2026-11-20", offset: offset))
        #expect(day.start == Instant(milliseconds: 1_795_132_800_000) - .hours(ahead))
        #expect(day.end - day.start == .days(1) && day.description == "2026-11-20")
    }

    @Test("A day on which clocks change is as long as it is")
    func changing() throws {
        let berlin = UTCOffset { $0 < Instant(milliseconds: 1_774_746_000_000) ? .hours(1) : .hours(2) }
        let day = try #require(AccountDay("2026-03-29", offset: berlin))
        #expect(day.end - day.start == .hours(23))
        #expect(AccountDay("2026-02-30", offset: .zero) == nil)
    }

    @Test("What was paid without a receipt is listed", arguments: Engine.available)
    func withoutReceipt(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.paidNameless()
        let (account, tenant, day) = (
            bench.account.id, bench.tenant, try #require(AccountDay("2026-11-20", offset: .hours(3)))
        )
        let found = try bench.store.read(.tenant(tenant)) {
            try $0.paymentsWithoutReceipt(on: day, of: account, of: tenant)
        }
        #expect(found.map(\.id) == [payment.id])
    }

    @Test("Notices go when they are old and settled, and not before", arguments: Engine.available)
    func retention(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked(device: 1)
        try await bench.callback(payment, bench.receipt())
        let road = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("{\"strange\":1}", at: road))
        try await bench.keeper.work()
        for number in 0..<450 { #expect(try await bench.post("came|UKZ\(1_000_000 + number)|1|600100||", at: road)) }
        try await bench.keeper.work()
        #expect(try bench.count("SELECT count(*) FROM main.payment_notice") == 452)
        bench.skip(.days(399))
        try await bench.keeper.removeOldNotices()
        #expect(try bench.count("SELECT count(*) FROM main.payment_notice") == 452)
        bench.skip(.days(2))
        try await bench.keeper.removeOldNotices()
        // What nobody could read stays.
        #expect(try bench.count("SELECT count(*) FROM main.payment_notice") == 1)
        #expect(try bench.count("SELECT count(*) FROM main.payment_notice WHERE state = 'unknown'") == 1)
    }
}
