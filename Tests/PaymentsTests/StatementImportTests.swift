import Ledger
import MobileMoney
import SQL
import Statements
import Synchronization
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// Statements that people bring, among the other roads of the same money.
@Suite(.serialized, .ownThreads) struct StatementImportTests {
    private static let header =
        "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Other Party Info,A/C No.\n"

    private static func row(_ receipt: String, _ amount: Int64, _ reference: String, day: Int = 20) -> String {
        "\(receipt),\(day)-11-2026 10:00:00,Pay Bill,Completed,\(amount).00,,,2547****0001 - JANE,\(reference)\n"
    }

    @Test("What other roads told of is known; the rest is matched, or waits for a person", arguments: Engine.available)
    func overlaps(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let (first, second) = try await (bench.beginAsked(device: 1), bench.beginAsked(device: 2))
        let receipt = try bench.receipt()
        try await bench.callback(first, receipt)
        try await bench.keeper.work()
        let text =
            Self.header + Self.row(receipt.text, 50, first.code.text) + Self.row("UKKAAAAAA2", 50, second.code.text)
            + Self.row("UKKAAAAAA3", 70, "peter") + "UKKAAAAAA4,20-11-2026 10:00:00,Charge,Completed,,-10.00,,,\n"
            + "UKKAAAAAA5,20-11-2026 10:00:00,Pay Bill,Completed,abc,,,,\n" + Self.row("UKKAAAAAA6", 20, "", day: 25)
            + Self.row("UKKAAAAAA3", 71, "peter")
        let (trial, remarks) = try await bench.bring(text, isTrial: true)
        // On trial nothing is kept, so the second line with a receipt is known by it, whatever its amount.
        #expect([trial.credited.count, trial.known.count, trial.unmatched.count, trial.broken] == [1, 2, 1, 2])
        #expect(try bench.count("SELECT count(*) FROM main.payment_receipt") == 1)
        for round in 0..<3 {
            let (report, told) = try await bench.bring(text)
            let counts: [Int] = [
                report.credited.count, report.known.count, report.unmatched.count, report.contradicting.count,
                report.debits.count, report.broken,
            ]
            #expect(counts == (round == 0 ? [1, 1, 1, 1, 1, 2] : [0, 3, 0, 1, 1, 2]), "round \(round)")
            #expect(told.count == 3 && remarks.count == 2)
        }
        #expect(try bench.payment(second).outcome == .granted)
        #expect(try bench.balance(bench.account.clearing) == 170 && bench.balance(bench.account.suspense) == 70)
        let unassigned = try bench.store.read(.tenant(bench.tenant)) { [tenant = bench.tenant] in
            try $0.unassigned(of: tenant, atMost: 9)
        }
        #expect(unassigned.map(\.receipt.text) == ["UKKAAAAAA3"])
        try bench.expectSound()
    }

    @Test("A callback after its statement is known", arguments: Engine.available)
    func callbackAfter(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        let receipt = try bench.receipt()
        _ = try await bench.bring(Self.header + Self.row(receipt.text, 50, payment.code.text))
        try await bench.callback(payment, receipt)
        try await bench.keeper.work()
        #expect(try bench.payment(payment).outcome == .granted)
        #expect(try bench.count("SELECT count(*) FROM main.ledger_posting") == 1)
    }

    private static func mt940(
        _ lines: String, closing: String, account: String = "1234567890", currency: String = "KES"
    ) -> String {
        ":20:S\n:25:\(account)\n:28C:1\n:60F:C261119\(currency)0,00\n\(lines):62F:C261120\(currency)\(closing)\n"
    }

    @Test(
        "Money at a bank finds the payment of another account by any of its names, once", arguments: Engine.available,
        [true, false])
    func bank(engine: Engine, isStatementFirst: Bool) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let bank = try bench.openBank(.kcb)
        let payment = try await bench.beginAsked()
        let line =
            ":61:2611201120C50,00NTRFNONREF//FT26325ABCDE\n:86:MPS 254722000001 UKK35QEKV7 JANE/\(payment.code)\n"
        let text = Self.mt940(line + ":61:261120C9,00NTRFNONREF\n:86:CASH\n", closing: "59,00")
        if !isStatementFirst {
            try await bench.callback(payment, #require(ReceiptNumber("UKK35QEKV7")))
            try await bench.keeper.work()
        }
        let (report, _) = try await bench.bring(text, to: bank)
        #expect(report.credited.count == (isStatementFirst ? 1 : 0) && report.known.count == (isStatementFirst ? 0 : 1))
        #expect(report.unmatched.count == 1 && report.balanced == 1 && report.isClean)
        // The same money by the bank's own number alone, and by a callback.
        let bare = Self.mt940(":61:2611201120C50,00NTRFNONREF//FT26325ABCDE\n", closing: "50,00")
        #expect(try await bench.bring(bare, to: bank).0.known.count == 1)
        if isStatementFirst {
            try await bench.callback(payment, #require(ReceiptNumber("UKK35QEKV7")))
            try await bench.keeper.work()
        }
        #expect(try bench.payment(payment).outcome == .granted && !bench.payment(payment).needsReview)
        let (here, there) = try (bench.balance(bank.clearing), bench.balance(bench.account.clearing))
        #expect(here + there == 59 && here == (isStatementFirst ? 59 : 9))
        #expect(try bench.count("SELECT count(*) FROM main.entitlement") == 1)
        try bench.expectSound()
    }

    @Test(
        "Unassigned money of a bank is given to a payment of another account by a person", arguments: Engine.available)
    func assigned(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let bank = try bench.openBank(.bank)
        let payment = try await bench.beginAsked()
        let text = Self.mt940(
            ":61:261120C50,00NTRFNONREF//FT1\n:86:JANE\n", closing: "50,00", account: "KE00EQBL1234567890")
        _ = try await bench.bring(text, to: bank)
        let (tenant, now) = (bench.tenant, bench.now)
        let receipt = try #require(
            try bench.store.read(.tenant(tenant)) { try $0.unassigned(of: tenant, atMost: 1) }.first)
        #expect(receipt.receipt.text == "567890-FT1")
        let suggestions = try bench.store.read(.tenant(tenant)) { try $0.suggestions(for: receipt) }
        #expect(suggestions.map(\.id) == [payment.id])
        _ = try bench.store.writeNow(.tenant(tenant)) { try $0.assign(receipt, to: payment.id, at: now) }
        #expect(try bench.payment(payment).outcome == .granted)
        #expect(try bench.balance(bank.clearing) == 50 && bench.balance(bank.suspense) == 0)
        #expect(try bench.balance(bench.account.clearing) == 0)
        try bench.expectSound()
    }

    @Test("A file of another account or currency is refused as a whole", arguments: Engine.available)
    func foreign(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let bank = try bench.openBank(.bank)
        let line = ":61:261120C50,00NTRFNONREF//FT1\n"
        let own = Self.mt940(line, closing: "50,00")
        let other = Self.mt940(line, closing: "50,00", account: "9999999999")
        await #expect(throws: StatementRefusal.foreignAccount("9999999999", line: 6)) {
            _ = try await bench.bring(own + other, to: bank)
        }
        await #expect(throws: StatementRefusal.foreignCurrency("USD")) {
            _ = try await bench.bring(own + Self.mt940(line, closing: "50,00", currency: "USD"), to: bank)
        }
        #expect(try bench.count("SELECT count(*) FROM main.payment_receipt") == 0)
        #expect(try await bench.bring(other, to: bank, takesAny: true).0.unmatched.count == 1)
    }

    @Test("Lines without a reference are told apart by how many same ones there are", arguments: Engine.available)
    func nameless(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let bank = try bench.openBank(.bank)
        let line = "2026-11-20,Cash,100.00\n"
        #expect(try await bench.bring("Date,Details,Credit\n" + line + line, to: bank).0.unmatched.count == 2)
        let (report, _) = try await bench.bring("Date,Details,Credit\n" + line + line + line, to: bank)
        #expect(report.known.count == 2 && report.unmatched.count == 1)
        #expect(try bench.balance(bank.suspense) == 300)
    }

    // swift-format-ignore
    static let lines: [(rail: Rail, payer: String, reference: String?, isKnown: Bool, receipt: String)] = [
        (.mpesa, "2547****0001", "UKKAAAAAA1",       true,  "UKKAAAAAA1"),
        (.bank,  "254712345678", "FT26325ABCDE\\BNK", true,  "567890-FT26325ABCDE"),
        (.bank,  "1234567890",   "a/b c",            false, "567890-A-B-C"),
        (.kcb,   "0123456789",   "FT12",             false, "FT12"),
        (.kcb,   "",             "NONREF",           false, "LINE-"),
        (.kcb,   "",             "000000",           false, "LINE-"),
        (.kcb,   "",             nil,                false, "LINE-"),
        (.kcb,   "", String(repeating: "A", count: 60), false, "AAAAAAAAAAAAAAAAAAAA-"),
    ]

    @Test("A line's number is the bank's where it gave one, and an account is not taken for a phone", arguments: lines)
    func evidence(rail: Rail, payer: String, reference: String?, isKnown: Bool, receipt: String) throws {
        let account = RailAccount(
            id: ID(at: World.noon), tenant: ID(at: World.noon), rail: rail, kind: .account, shortCode: "1234567890",
            currency: .kes, credentialsSealed: [])
        var evidence = StatementEvidence(account, offset: .hours(3))
        var entry = StatementEntry(
            line: 1, amount: PaymentBench.shillings(5), direction: .credit, time: .day(20_777), bankReference: reference
        )
        entry.payer = payer
        let arrival = try evidence.arrival(of: entry, at: World.noon)
        #expect((arrival.payer != .absent) == isKnown)
        #expect(arrival.receipt?.text.hasPrefix(receipt) == true, "\(arrival.receipt?.text ?? "")")
        #expect(!arrival.isTimed)
        #expect(throws: StatementFlaw.future) { _ = try evidence.arrival(of: entry, at: World.noon - .days(2)) }
    }

    @Test("Killed in the middle and brought again, everything is there once", arguments: Engine.available)
    func killed(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let text = Self.header + (0..<700).map { Self.row("UKK\(1_000_000 + $0)", 10, "") }.joined()
        for step in [2, 3] {
            let life = try Life(in: bench.store.location, endingAt: step)
            // It dies: whatever it throws is nobody's business.
            _ = try? await bench.bring(text, store: life.store) {
                life.step()
                return bench.now
            }
            life.finish()
        }
        let before = try bench.count("SELECT count(*) FROM main.payment_receipt")
        #expect(before > 0 && before < 700)
        let (report, _) = try await bench.bring(text)
        #expect(report.known.count == before && report.known.count + report.unmatched.count == 700)
        #expect(try bench.balance(bench.account.suspense) == 7_000)
        try bench.expectSound()
    }

    @Test(
        "A long file with broken lines: all others are there, and balances that do not fit are told",
        arguments: [Engine.sqlite])
    func long(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let bank = try bench.openBank(.bank)
        let lines = (0..<3_000).map { number in
            number % 100 == 7 ? ":61:26112xC1,00NTRF\n" : ":61:261120C1,00NTRFNONREF//R\(number)\n:86:\(number)\n"
        }
        let (report, remarks) = try await bench.bring(Self.mt940(lines.joined(), closing: "3000,00"), to: bank)
        #expect(report.unmatched.count == 2_970 && report.broken == 30 && report.unbalanced == 1)
        #expect(remarks.count == 31)
        #expect(try bench.balance(bank.suspense) == 2_970)
    }
}

extension PaymentBench {
    func openBank(_ rail: Rail) throws -> RailAccount {
        let bank = RailAccount(
            id: ID(at: World.noon), tenant: tenant, rail: rail, kind: .account, shortCode: "1234567890", currency: .kes,
            credentialsSealed: [])
        let road = keys.hash(keys.token(of: bank.id))
        try store.writeNow(.tenant(bank.tenant)) { try $0.insert(bank, road: road, at: World.noon) }
        return bank
    }

    func bring(
        _ text: String, to account: RailAccount? = nil, takesAny: Bool = false, isTrial: Bool = false,
        store: Store? = nil, now: (@Sendable () -> Instant)? = nil
    ) async throws -> (StatementReport, [StatementRemark]) {
        let account = account ?? self.account
        let file = try StatementFile(path: try Scratch.file(text), in: account.currency)
        let remarks = Remarks()
        let statement = StatementImport(
            file, of: account, in: store ?? self.store, takesAnyAccount: takesAny, isTrial: isTrial,
            now: now ?? { [self] in self.now })
        let report = try await statement.run { remark in remarks.list.withLock { $0.append(remark) } }
        return (report, remarks.list.withLock { $0 })
    }

    private final class Remarks: Sendable {
        let list = Mutex<[StatementRemark]>([])
    }
}
