package import SQL
package import Tenancy
package import Values

/// A closing of the books: nothing dated on its day or before is entered any more.
package struct Closing: Hashable, Sendable {
    package let through: BookDay
    package let closedAt: Instant
    package let closedBy: String
}

extension BookDay {
    /// Before every day that there is: nothing is closed.
    fileprivate static let never = BookDay(daysSinceEpoch: -1_000_000)
}

extension Transaction {
    /// The last day that is closed; one before all days while none is.
    ///
    /// Holds it against a closing until the transaction ends, but not against other postings.
    borrowing func closedThrough(of tenant: ID<Tenant>) throws(SQLError) -> BookDay? {
        if let day = try heldBook(of: tenant) { return day }
        // Made by the first posting: with no row to wait at, a first closing would pass the postings under way.
        try run(
            "INSERT INTO main.ledger_book (tenant, closed_through) VALUES ($1, $2) ON CONFLICT (tenant) DO NOTHING",
            tenant,
            BookDay.never)
        return try heldBook(of: tenant)
    }

    private borrowing func heldBook(of tenant: ID<Tenant>) throws(SQLError) -> BookDay? {
        try first(.sharing("b", "SELECT b.closed_through FROM ledger_book AS b WHERE b.tenant = $1"), tenant) {
            (row: borrowing Row) throws(SQLError) in try row[0]
        }
    }

    /// Closes the books through a day that is over.
    ///
    /// - Throws: `LedgerRefusal.cannotClose`; `SQLError`.
    package borrowing func closeBooks(
        through day: BookDay, today: BookDay, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws {
        guard day < today else { throw LedgerRefusal.cannotClose }
        // Waits for the postings under way and holds up those to come.
        let moved = try run(
            """
            INSERT INTO main.ledger_book (tenant, closed_through) VALUES ($1, $2)
            ON CONFLICT (tenant) DO UPDATE SET closed_through = excluded.closed_through
                WHERE ledger_book.closed_through < excluded.closed_through
            """, tenant, day)
        guard moved == 1 else { throw LedgerRefusal.cannotClose }
        try run(
            "INSERT INTO main.ledger_closing (tenant, through, closed_at, closed_by) VALUES ($1, $2, $3, $4)", tenant,
            day, now, person)
    }

    /// The closings of a tenant, newest first.
    package borrowing func closings(of tenant: ID<Tenant>) throws(SQLError) -> [Closing] {
        try all(
            "SELECT through, closed_at, closed_by FROM ledger_closing WHERE tenant = $1 ORDER BY through DESC", tenant
        ) { (row: borrowing Row) throws(SQLError) in
            Closing(through: try row[0], closedAt: try row[1], closedBy: try row[2])
        }
    }
}
