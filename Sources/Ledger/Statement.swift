package import SQL
package import Tenancy
package import Values

/// A line of an account's statement.
package struct StatementLine: Hashable, Sendable {
    /// Its number within the account, from 1 on without gaps: the key of the next page.
    package let position: Int64
    package let posting: ID<Posting>
    package let source: Posting.Source
    package let day: BookDay
    package let bookedAt: Instant
    package let note: String
    /// Positive for a debit.
    package let amount: Money
    /// Debits less credits after this line.
    package let debitAfter: Money
}

/// A posting as it was entered.
package struct PostingRecord: Hashable, Sendable {
    package let id: ID<Posting>
    package let source: Posting.Source
    package let day: BookDay
    package let bookedAt: Instant
    package let note: String
    package let reverses: ID<Posting>?
    package let lines: [Posting.Line]
}

extension Transaction {
    /// A page of an account's lines, newest first, those before a position; the cost is that of the page.
    package borrowing func statement(
        of account: Account, of tenant: ID<Tenant>, before position: Int64 = .max, atMost limit: Int
    ) throws(SQLError) -> [StatementLine] {
        guard let standing = try standing(of: account, of: tenant) else { return [] }
        return try all(
            """
            SELECT l.position, l.posting, p.source, p.source_id, p.day, p.booked_at, p.note, l.amount, l.balance
            FROM ledger_line AS l JOIN ledger_posting AS p ON p.id = l.posting
            WHERE l.account = $1 AND l.tenant = $2 AND l.position < $3 ORDER BY l.position DESC LIMIT $4
            """, standing.id, tenant, position, limit
        ) { (row: borrowing Row) throws(SQLError) in
            StatementLine(
                position: try row[0], posting: try row[1], source: Posting.Source(try row[2], try row[3]),
                day: try row[4], bookedAt: try row[5], note: try row[6],
                amount: Money(minorUnits: try row[7], in: account.currency),
                debitAfter: Money(minorUnits: try row[8], in: account.currency))
        }
    }

    /// An account with what is in it; nil where nothing was ever entered.
    package borrowing func standing(
        of account: Account, of tenant: ID<Tenant>
    ) throws(SQLError) -> AccountBalance? {
        try first(
            """
            SELECT id, debit, lines FROM ledger_account
            WHERE tenant = $1 AND kind = $2 AND subject = $3 AND currency = $4
            """, tenant, account.kind.rawValue, account.subject, account.currency.code
        ) { (row: borrowing Row) throws(SQLError) in
            AccountBalance(id: try row[0], account: account, debit: try row[1], lines: try row[2])
        }
    }

    /// The same, found by its key.
    package borrowing func standing(
        of account: ID<Account>, of tenant: ID<Tenant>
    ) throws(SQLError) -> AccountBalance? {
        try first(
            "SELECT id, kind, subject, currency, debit, lines FROM ledger_account WHERE id = $1 AND tenant = $2",
            account, tenant, read: AccountBalance.init(row:))
    }

    /// What is in an account, counted on its usual side.
    package borrowing func balance(of account: Account, of tenant: ID<Tenant>) throws(SQLError) -> Money {
        try standing(of: account, of: tenant)?.balance ?? Money(minorUnits: 0, in: account.currency)
    }

    /// A page of a tenant's accounts of one kind by subject, those after a subject.
    package borrowing func accounts(
        _ kind: Account.Kind, of tenant: ID<Tenant>, after subject: String = "", atMost limit: Int
    ) throws(SQLError) -> [AccountBalance] {
        try all(
            """
            SELECT id, kind, subject, currency, debit, lines FROM ledger_account
            WHERE tenant = $1 AND kind = $2 AND subject >= $3 ORDER BY subject, currency LIMIT $4
            """, tenant, kind.rawValue, subject, limit, read: AccountBalance.init(row:))
    }

    /// A posting with its lines.
    package borrowing func posting(_ id: ID<Posting>, of tenant: ID<Tenant>) throws(SQLError) -> PostingRecord? {
        let lines = try all(
            """
            SELECT a.id, a.kind, a.subject, a.currency, a.debit, a.lines, l.amount
            FROM ledger_line AS l JOIN ledger_account AS a ON a.id = l.account
            WHERE l.posting = $1 AND l.tenant = $2 ORDER BY a.kind, a.subject
            """, id, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            let account = try AccountBalance(row: row).account
            return Posting.Line(account: account, amount: Money(minorUnits: try row[6], in: account.currency))
        }
        return try first(
            """
            SELECT id, source, source_id, day, booked_at, note, reverses FROM ledger_posting WHERE id = $1 AND tenant = $2
            """, id, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            PostingRecord(
                id: try row[0], source: Posting.Source(try row[1], try row[2]), day: try row[3], bookedAt: try row[4],
                note: try row[5], reverses: try row[6], lines: lines)
        }
    }
}

extension AccountBalance {
    /// Reads the columns `id, kind, subject, currency, debit, lines`.
    init(row: borrowing Row) throws(SQLError) {
        guard let kind = Account.Kind(rawValue: try row[1]), let currency = Currency(code: try row[3] as String) else {
            throw SQLError(.damaged, code: "ledger", message: "An account has an unknown kind or currency")
        }
        self.init(
            id: try row[0], account: Account(kind, try row[2], in: currency), debit: try row[4], lines: try row[5])
    }
}
