import Glibc
import Ledger
import SQL
import Synchronization
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

/// What happened, in its order.
private final class Diary: Sendable {
    let isUnderWay = Atomic(false)
    private let kept = Mutex<[String]>([])
    var words: [String] { kept.withLock { $0 } }
    func note(_ word: String) { kept.withLock { $0.append(word) } }
}

@Suite struct LedgerTests {
    @Test("A posting moves money and is entered once for its source", arguments: Engine.available)
    func once(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let first = try books.post(Books.move(50, from: Books.revenue("hour"), to: Books.clearing, for: "a"))
        let again = try books.post(Books.move(70, from: Books.revenue("day"), to: Books.clearing, for: "a"))
        #expect(first.isNew && again == .existing(first.posting))
        #expect(try books.balance(Books.clearing) == 50)
        #expect(try books.balance(Books.revenue("hour")) == 50)
        #expect(try books.balance(Books.revenue("day")) == 0)
        try books.expectSound()
    }

    static let noPostings: [[Posting.Line]] = [
        [], [.debit(Books.clearing, Books.shillings(1))],
        [.debit(Books.clearing, Books.shillings(1)), .credit(Books.revenue("a"), Books.shillings(2))],
        [.debit(Books.clearing, Books.shillings(0)), .credit(Books.revenue("a"), Books.shillings(0))],
        // The same amount in another currency is not the same.
        [
            .debit(Books.clearing, Books.shillings(1)),
            Posting.Line.credit(Account(.revenue, in: .ugx), Money(minorUnits: 100, in: .ugx)),
        ],
        [.debit(Books.clearing, Books.shillings(1)), .credit(Books.clearing, Books.shillings(1))],
        [.debit(Account(.clearing, in: .ugx), Books.shillings(1)), .credit(Books.revenue("a"), Books.shillings(1))],
    ]

    @Test("A closing waits for a posting under way, also where it is the first one", arguments: Engine.available)
    func closingWaits(engine: Engine) async throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let (store, tenant, diary) = (books.store, books.tenant, Diary())
        let posting = try Books.move(50, from: Books.revenue("hour"), to: Books.clearing, for: "a")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await store.write(.tenant(tenant)) { transaction in
                    _ = try transaction.post(posting, of: tenant, at: World.noon)
                    diary.isUnderWay.store(true, ordering: .releasing)
                    usleep(300_000)
                    diary.note("posted")
                }
            }
            group.addTask {
                while !diary.isUnderWay.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(5)) }
                try await store.write(.tenant(tenant)) { transaction in
                    try transaction.closeBooks(
                        through: BookDay(daysSinceEpoch: 20_000), today: Books.today, by: "asha", of: tenant,
                        at: World.noon)
                    diary.note("closed")
                }
            }
            try await group.waitForAll()
        }
        #expect(diary.words == ["posted", "closed"])
    }

    @Test("What does not add up to nothing in each currency is no posting", arguments: noPostings)
    func lopsided(lines: [Posting.Line]) {
        #expect(throws: LedgerRefusal.unbalanced) {
            try Posting(id: ID(at: World.noon), for: Posting.Source("test", "a"), on: Books.today, lines)
        }
    }

    @Test("Nobody takes more from a wallet than is in it", arguments: Engine.available)
    func wallets(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let spend = { (shillings: Int64, source: String) in
            try books.post(Books.move(shillings, from: Books.revenue("a"), to: Books.wallet(1), for: source))
        }
        #expect(throws: LedgerRefusal.insufficient(Books.shillings(0))) { try spend(1, "a") }
        try books.post(Books.move(30, from: Books.wallet(1), to: Books.clearing, for: "b"))
        #expect(throws: LedgerRefusal.insufficient(Books.shillings(30))) { try spend(31, "c") }
        #expect(try spend(30, "c").isNew)
        #expect(throws: LedgerRefusal.insufficient(Books.shillings(0))) { try spend(1, "d") }
        #expect(try books.balance(Books.wallet(1)) == 0)
        // Not even a statement that forgets to ask.
        try books.post(Books.move(30, from: Books.wallet(2), to: Books.clearing, for: "e"))
        #expect(books.refusal("UPDATE main.ledger_account SET debit = 1 WHERE kind = 'wallet'")?.kind == .constraint)
        try books.expectSound()
    }

    @Test("Postings, lines and closings are changed by nobody", arguments: Engine.available)
    func onlyAdded(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let tenant = books.tenant
        try books.post(Books.move(50, from: Books.revenue("hour"), to: Books.clearing, for: "a"))
        try books.store.writeNow(.tenant(tenant)) {
            try $0.closeBooks(
                through: BookDay(daysSinceEpoch: 20_000), today: Books.today, by: "asha", of: tenant, at: World.noon)
        }
        let statements: [Query] = [
            "UPDATE main.ledger_posting SET note = 'x'", "DELETE FROM main.ledger_posting",
            "UPDATE main.ledger_line SET amount = 1", "DELETE FROM main.ledger_line",
            "UPDATE main.ledger_closing SET closed_by = 'x'", "DELETE FROM main.ledger_closing",
            "UPDATE main.ledger_account SET kind = 'wallet'", "UPDATE main.ledger_account SET is_guarded = 0",
            "DELETE FROM main.ledger_account", "UPDATE main.ledger_book SET closed_through = 1",
            "DELETE FROM main.ledger_book",
        ]
        for statement in statements {
            for scope in [Scope.tenant(tenant), .platform] {
                #expect(books.refusal(statement, in: scope)?.kind == .constraint, "\(statement)")
            }
        }
        try books.expectSound()
    }

    @Test("A posting is taken back once, by another one", arguments: Engine.available)
    func reversal(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let tenant = books.tenant
        let reverse = { (id: ID<Posting>) in
            try books.store.writeNow(.tenant(tenant)) {
                try $0.reverse(id, on: Books.today, note: "wrong till", of: tenant, at: World.noon)
            }
        }
        let paid = try books.post(Books.move(50, from: Books.wallet(1), to: Books.clearing, for: "a")).posting
        let back = try reverse(paid)
        #expect(throws: LedgerRefusal.alreadyReversed) { _ = try reverse(paid) }
        #expect(throws: LedgerRefusal.isReversal) { _ = try reverse(back) }
        #expect(throws: LedgerRefusal.unknownPosting) { _ = try reverse(ID(at: World.noon)) }
        #expect(try books.balance(Books.clearing) == 0)
        #expect(try books.balance(Books.wallet(1)) == 0)
        let spent = try books.post(Books.move(20, from: Books.wallet(2), to: Books.clearing, for: "b")).posting
        try books.post(Books.move(15, from: Books.revenue("a"), to: Books.wallet(2), for: "c"))
        #expect(throws: LedgerRefusal.insufficient(Books.shillings(5))) { _ = try reverse(spent) }
        let record = try books.store.read(.tenant(tenant)) { try $0.posting(back, of: tenant) }
        #expect(record?.reverses == paid && record?.lines.count == 2)
        try books.expectSound()
    }

    @Test("Nothing is entered into days that are closed", arguments: Engine.available)
    func closing(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let tenant = books.tenant
        let close = { (day: BookDay) in
            try books.store.writeNow(.tenant(tenant)) {
                try $0.closeBooks(through: day, today: Books.today, by: "asha", of: tenant, at: World.noon)
            }
        }
        let day = { BookDay(daysSinceEpoch: Books.today.daysSinceEpoch + $0) }
        let post = { (offset: Int64) in
            try books.post(
                Books.move(1, from: Books.revenue("a"), to: Books.clearing, for: "day \(offset)", on: day(offset)))
        }
        #expect(throws: LedgerRefusal.cannotClose) { try close(Books.today) }
        #expect(try post(-3).isNew)
        try close(day(-2))
        #expect(throws: LedgerRefusal.periodClosed(through: day(-2))) { try post(-4) }
        #expect(throws: LedgerRefusal.periodClosed(through: day(-2))) { try post(-2) }
        // What was entered before is told, not refused.
        #expect(try post(-3).isNew == false)
        #expect(try post(-1).isNew)
        #expect(throws: LedgerRefusal.cannotClose) { try close(day(-3)) }
        try close(day(-1))
        let late = try Books.move(1, from: Books.revenue("a"), to: Books.clearing, for: "late", on: day(-1))
        #expect(throws: LedgerRefusal.periodClosed(through: day(-1))) { try books.post(late) }
        let closings = try books.store.read(.tenant(tenant)) { try $0.closings(of: tenant) }
        #expect(closings.map(\.through) == [day(-1), day(-2)])
        try books.expectSound()
    }

    @Test("A statement is read in pages, each line with the balance after it", arguments: Engine.available)
    func statement(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let tenant = books.tenant
        for count in 1...25 {
            try books.post(Books.move(Int64(count), from: Books.wallet(1), to: Books.clearing, for: "\(count)"))
        }
        var position = Int64.max
        var seen: [StatementLine] = []
        while true {
            let before = position
            let page = try books.store.read(.tenant(tenant)) {
                try $0.statement(of: Books.wallet(1), of: tenant, before: before, atMost: 10)
            }
            guard let last = page.last else { break }
            seen += page
            position = last.position
        }
        let counts: [Int64] = (1...25).reversed()
        let balances: [Int64] = counts.map { -50 * $0 * ($0 + 1) }
        #expect(seen.map(\.position) == counts)
        #expect(seen.map(\.debitAfter.minorUnits) == balances)
        #expect(seen.map(\.source.id) == counts.map(String.init))
    }

    @Test("Two providers have books of their own", arguments: Engine.available)
    func apart(engine: Engine) throws {
        let books = try Books(engine)
        defer { books.store.close() }
        let (tenant, other) = (books.tenant, books.world.other.id)
        let paid = try books.post(Books.move(50, from: Books.wallet(1), to: Books.clearing, for: "a")).posting
        let posting = try Books.move(7, from: Books.wallet(1), to: Books.clearing, for: "a")
        let entry = try books.store.writeNow(.tenant(other)) { try $0.post(posting, of: other, at: World.noon) }
        #expect(entry.isNew)
        #expect(throws: LedgerRefusal.unknownPosting) {
            try books.store.writeNow(.tenant(other)) {
                _ = try $0.reverse(paid, on: Books.today, note: "", of: other, at: World.noon)
            }
        }
        #expect(
            try books.store.read(.tenant(other)) { try $0.balance(of: Books.wallet(1), of: other) }.minorUnits == 700)
        #expect(try books.store.read(.tenant(other)) { try $0.posting(paid, of: tenant) } == nil)
        #expect(try books.balance(Books.wallet(1)) == 50)
    }

    static let days: [(String, Int64?)] = [
        ("1970-01-01", 0), ("2026-11-30", 20_787), ("2024-02-29", 19_782), ("2026-02-29", nil), ("2026-13-01", nil),
        ("2026-1-1", nil), ("1969-12-31", -1), ("2026-11-3x", nil), ("", nil), ("2000-02-29", 11_016),
    ]

    @Test("A day is read as it is written", arguments: days)
    func day(text: String, count: Int64?) {
        #expect(BookDay(text)?.daysSinceEpoch == count)
        if let count { #expect(BookDay(daysSinceEpoch: count).description == text) }
    }

    @Test("A day begins at the tenant's midnight")
    func midnight() {
        let offset = UTCOffset.hours(3)
        let midnight = Instant(milliseconds: 20_787 * 86_400_000) - .hours(3)
        #expect(BookDay(at: midnight, offset: offset).description == "2026-11-30")
        #expect(BookDay(at: midnight - Span(milliseconds: 1), offset: offset).description == "2026-11-29")
    }
}

extension Currency {
    static let ugx = Currency(code: "UGX") ?? .kes
}
