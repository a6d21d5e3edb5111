import Glibc
import Ledger
import SQL
import Synchronization
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

/// Many writers with chance operations on the same few accounts, some of whose jobs die in the middle.
///
/// `LANGO_LEDGER_OPERATIONS` says how many operations, `LANGO_LEDGER_WRITERS` how many writers, `LANGO_LEDGER_SEED` with which
/// seed they begin (scripts/soak ledger).
@Suite(.serialized) struct LedgerPropertyTests {
    struct Killed: Error {}

    static func setting(_ name: String, _ usual: Int) -> Int {
        unsafe getenv(name).flatMap { unsafe Int(String(cString: $0)) } ?? usual
    }

    /// What writers count beside the books.
    struct Tally: Sendable {
        var made = 0
        var refused = 0
        var killed = 0
        var existing = 0
        var numbers: [Int64] = []

        static func + (left: Self, right: Self) -> Self {
            Self(
                made: left.made + right.made, refused: left.refused + right.refused,
                killed: left.killed + right.killed, existing: left.existing + right.existing,
                numbers: left.numbers + right.numbers)
        }
    }

    @Test("Whatever many writers do, the books are sound", arguments: Engine.available)
    func property(engine: Engine) async throws {
        let seed = UInt64(Self.setting("LANGO_LEDGER_SEED", Int(UInt32.random(in: 1 ... .max))))
        let operations = Self.setting("LANGO_LEDGER_OPERATIONS", 1_500)
        let writers = Self.setting("LANGO_LEDGER_WRITERS", 16)
        print("ledger: \(engine.rawValue), \(operations) operations, \(writers) writers, seed \(seed)")
        let books = try Books(engine)
        defer { books.store.close() }
        let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var life = Writer(books: books, seed: seed &+ UInt64(writer) &* 7_919, number: writer)
                    for _ in 0..<operations / writers { try await life.act() }
                    return life.tally
                }
            }
            return try await group.reduce(Tally(), +)
        }
        print("ledger: \(tally.made) made, \(tally.existing) again, \(tally.refused) refused, \(tally.killed) killed")
        let words = "seed \(seed)"
        try books.expectSound(words)
        #expect(tally.numbers.sorted() == (0..<tally.numbers.count).map { Int64($0 + 1) }, "\(words)")
        #expect(try books.world.count("SELECT count(*) FROM main.ledger_posting") == tally.made, "\(words)")
        #expect(
            try books.world.count("SELECT count(*) FROM main.ledger_account WHERE kind = 'wallet' AND debit > 0") == 0)
        #expect(tally.made > operations / 4 && tally.refused > 0 && tally.killed > 0, "\(words)")
    }

    /// One of the writers.
    struct Writer {
        let books: Books
        var dice: Dice
        let number: Int
        var count = 0
        var tally = Tally()
        /// Sources and postings of its own, to ask for again and to take back.
        var sources: [String] = []
        var postings: [ID<Posting>] = []

        init(books: Books, seed: UInt64, number: Int) {
            self.books = books
            self.number = number
            dice = Dice(seed: seed)
        }

        private mutating func account() -> Account {
            switch dice.next() % 4 {
            case 0: Books.clearing
            case 1: Books.revenue("\(dice.next() % 3)")
            default: Books.wallet(Int(dice.next() % 20))
            }
        }

        /// One operation; a refusal is an answer.
        mutating func act() async throws {
            count += 1
            let dies = dice.next() % 20 == 0
            let takesNumber = dice.next() % 3 == 0
            let reversed = dice.next() % 5 == 0 ? postings.randomElement(using: &dice) : nil
            let again = dice.next() % 10 == 0 ? sources.randomElement(using: &dice) : nil
            let (from, to) = (account(), account())
            guard from != to else { return }
            let source = again ?? "\(number)/\(count)"
            let posting = try Books.move(.random(in: 1...40, using: &dice), from: from, to: to, for: source)
            let tenant = books.tenant
            do {
                let (entry, given) = try await books.store.write(.tenant(tenant)) { transaction in
                    let entry =
                        if let reversed {
                            Entry.made(
                                try transaction.reverse(
                                    reversed, on: Books.today, note: "", of: tenant, at: World.noon))
                        } else {
                            try transaction.post(posting, of: tenant, at: World.noon)
                        }
                    let given = takesNumber ? try transaction.nextNumber(in: "receipt", of: tenant) : nil
                    if dies { throw Killed() }
                    return (entry, given)
                }
                tally.numbers += given.map { [$0] } ?? []
                guard entry.isNew else { return tally.existing += 1 }
                tally.made += 1
                if reversed == nil {
                    sources.append(source)
                    postings.append(entry.posting)
                }
            } catch is Killed {
                tally.killed += 1
            } catch is LedgerRefusal {
                tally.refused += 1
            }
        }
    }
}
