import Ledger
import SQL
import Tenancy
import Values

/// Enters payments into the books: 64 writers, each posting on the disk before the next of its writer.
///
/// Makes the database where there is none. Prints the seconds that all took.
struct LedgerPostings {
    /// How many payers there are; scripts/bench.d/ledger_limit.c has as many.
    private static let payers: UInt64 = 10_000
    private static let writers = 64
    private let path: String
    private let count: Int

    init(_ path: String, _ count: String) throws {
        self.path = path
        self.count = try Misuse.count(count)
    }

    func run() async throws {
        let store = try Store(.sqlite(path: path), migrations: tenancyMigrations + ledgerMigrations)
        let tenant = ID<Tenant>(at: 0)
        let share = count / Self.writers
        let start = ContinuousClock().now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers {
                group.addTask { try await enter(share, by: writer, of: tenant, into: store) }
            }
            try await group.waitForAll()
        }
        let (seconds, attoseconds) = (ContinuousClock().now - start).components
        print(Double(seconds) + Double(attoseconds) / 1e18)
        store.close()
    }

    private func enter(_ share: Int, by writer: Int, of tenant: ID<Tenant>, into store: Store) async throws {
        var dice = SystemDice()
        let clearing = Account(.clearing, "600100", in: .kes)
        let amount = Money(minorUnits: 5_000, in: .kes)
        for number in 0..<share {
            let now = Instant(milliseconds: 1_795_165_200_000 + Int64(number))
            let id = ID<Posting>(at: now)
            let wallet = Account(.wallet, "2547\(10_000_000 + dice.next() % Self.payers)", in: .kes)
            let posting = try Posting(
                id: id, for: Posting.Source("payment", id.description), on: BookDay(daysSinceEpoch: 20_777),
                [.debit(clearing, amount), .credit(wallet, amount)])
            _ = try await store.write(.tenant(tenant)) { try $0.post(posting, of: tenant, at: now) }
        }
    }
}
