package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// Enters a posting, once for each source; the whole cost lies in its own lines.
    ///
    /// Call it late in a transaction: on PostgreSQL the accounts that every payment meets are held from here to the commit.
    ///
    /// - Throws: `LedgerRefusal.periodClosed`, `.insufficient`; `SQLError`.
    package borrowing func post(_ posting: Posting, of tenant: ID<Tenant>, at now: Instant) throws -> Entry {
        let closed = try closedThrough(of: tenant)
        let isNew =
            try run(
                """
                INSERT INTO main.ledger_posting (id, tenant, source, source_id, day, booked_at, note, reverses)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, source, source_id) DO NOTHING
                """, posting.id, tenant, posting.source.kind, posting.source.id, posting.day, now, posting.note,
                posting.reverses) == 1
        guard isNew else {
            guard let id = try self.posting(of: posting.source, of: tenant) else { throw Self.vanished }
            return .existing(id)
        }
        if let closed, posting.day <= closed { throw LedgerRefusal.periodClosed(through: closed) }
        for line in posting.lines { try enter(line, of: posting.id, of: tenant, at: now) }
        return .made(posting.id)
    }

    /// Takes a posting back, once; nothing of it is changed.
    ///
    /// - Throws: `LedgerRefusal`, `SQLError`.
    package borrowing func reverse(
        _ id: ID<Posting>, on day: BookDay, note: String, of tenant: ID<Tenant>, at now: Instant
    ) throws -> ID<Posting> {
        guard let record = try posting(id, of: tenant) else { throw LedgerRefusal.unknownPosting }
        guard record.reverses == nil else { throw LedgerRefusal.isReversal }
        let lines = record.lines.map { Posting.Line(account: $0.account, amount: $0.amount * -1) }
        let counter = try Posting(
            id: ID(at: now), for: Posting.Source("reversal", id.description), on: day, note: note, reversing: id, lines)
        let entry = try post(counter, of: tenant, at: now)
        guard entry.isNew else { throw LedgerRefusal.alreadyReversed }
        return entry.posting
    }

    /// The posting that a source asked for.
    package borrowing func posting(
        of source: Posting.Source, of tenant: ID<Tenant>
    ) throws(SQLError) -> ID<Posting>? {
        try first(
            "SELECT id FROM ledger_posting WHERE tenant = $1 AND source = $2 AND source_id = $3", tenant, source.kind,
            source.id
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
    }

    private static var vanished: SQLError {
        SQLError(.damaged, code: "ledger", message: "A posting of the same source is neither there nor can be made")
    }

    /// Changes an account's balance, makes the account where there is none, and writes the line.
    private borrowing func enter(
        _ line: Posting.Line, of posting: ID<Posting>, of tenant: ID<Tenant>, at now: Instant
    ) throws {
        guard let place = try move(line, of: tenant, at: now) else {
            throw LedgerRefusal.insufficient(try balance(of: line.account, of: tenant))
        }
        try run(
            """
            INSERT INTO main.ledger_line (account, position, tenant, posting, amount, balance)
            VALUES ($1, $2, $3, $4, $5, $6)
            """, place.account, place.position, tenant, posting, line.amount.minorUnits, place.balance)
    }

    private struct Place {
        let account: ID<Account>
        let position: Int64
        let balance: Int64

        init(row: borrowing Row) throws(SQLError) {
            account = try row[0]
            position = try row[1]
            balance = try row[2]
        }
    }

    /// Nil where the account has not enough.
    private borrowing func move(
        _ line: Posting.Line, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Place? {
        let account = line.account
        if account.kind.isGuarded, line.amount.minorUnits > 0 {
            return try first(
                """
                UPDATE main.ledger_account SET debit = debit + $1, lines = lines + 1
                WHERE tenant = $2 AND kind = $3 AND subject = $4 AND currency = $5 AND debit + $1 <= 0
                RETURNING id, lines, debit
                """, line.amount.minorUnits, tenant, account.kind.rawValue, account.subject, account.currency.code,
                read: Place.init(row:))
        }
        return try first(
            """
            INSERT INTO main.ledger_account (id, tenant, kind, subject, currency, is_guarded, debit, lines)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
            ON CONFLICT (tenant, kind, subject, currency) DO UPDATE SET
                debit = ledger_account.debit + excluded.debit, lines = ledger_account.lines + 1
            RETURNING id, lines, debit
            """, ID<Account>(at: now), tenant, account.kind.rawValue, account.subject, account.currency.code,
            account.kind.isGuarded, line.amount.minorUnits, read: Place.init(row:))
    }
}
