package import MobileMoney
package import SQL
package import Statements
package import Values
import Tenancy

/// Compares a day of an account with what its provider says: by its list, or by a statement.
package struct Reconciliation: Sendable {
    private let store: Store
    private let account: RailAccount
    private let day: AccountDay
    private let now: Instant
    /// The most pages of a list; a hundred payments each.
    private static let mostPages = 1_000

    package init(of account: RailAccount, on day: AccountDay, in store: Store, at now: Instant) {
        self.store = store
        self.account = account
        self.day = day
        self.now = now
    }

    /// By the provider's list, which remembers two days.
    package func compare(with rail: any StatementRail) async throws -> DayComparison {
        var comparison = try begin()
        var next: Int? = 0
        for _ in 0..<Self.mostPages {
            guard let offset = next else { break }
            let page = try await rail.payments(from: day.start, to: day.end, after: offset)
            for payment in page.payments { try take(Arrival(payment), &comparison) }
            next = page.next
        }
        return comparison
    }

    /// By a statement, of which the credits of that day count.
    package func compare(with file: StatementFile) throws -> DayComparison {
        var comparison = try begin()
        let (own, reader) = (account, try file.open())
        var evidence = StatementEvidence(own, offset: try store.read(.tenant(own.tenant)) { try $0.offset(of: own) })
        while let item = try reader.next() {
            guard case .entry(let entry) = item, entry.direction == .credit else { continue }
            // A line that cannot be read is told when the statement is imported.
            guard let arrival = try? evidence.arrival(of: entry, at: now) else { continue }
            try take(arrival, &comparison)
        }
        return comparison
    }

    private func begin() throws -> DayComparison {
        let (account, day) = (account, day)
        return DayComparison(
            try store.read(.tenant(account.tenant)) { try $0.receipts(of: account.id, on: day, of: account.tenant) })
    }

    private func take(_ arrival: Arrival, _ comparison: inout DayComparison) throws {
        guard let amount = arrival.amount, let paidAt = arrival.paidAt, paidAt >= day.start, paidAt < day.end else {
            return
        }
        let tenant = account.tenant
        try comparison.take(arrival.names(on: account.rail), amount) { name in
            try store.read(.tenant(tenant)) { try $0.receipt(name, of: tenant) }
        }
    }
}
