package import SQL
package import Tenancy
package import Values

/// All accounts of a tenant in one currency, added up by kind.
package struct TrialBalance: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package let kind: Account.Kind
        /// How many accounts.
        package let accounts: Int
        package let debit: Money
        package let credit: Money
    }

    package let currency: Currency
    package let rows: [Row]

    package var debit: Int64 { rows.reduce(0) { $0 + $1.debit.minorUnits } }
    package var credit: Int64 { rows.reduce(0) { $0 + $1.credit.minorUnits } }
    package var isBalanced: Bool { debit == credit }
}

extension Transaction {
    /// The trial balance of each currency that a tenant has.
    package borrowing func trialBalances(of tenant: ID<Tenant>) throws(SQLError) -> [TrialBalance] {
        let rows = try all(
            """
            SELECT currency, kind, count(*), sum(CASE WHEN debit > 0 THEN debit ELSE 0 END),
                sum(CASE WHEN debit < 0 THEN 0 - debit ELSE 0 END)
            FROM ledger_account WHERE tenant = $1 GROUP BY currency, kind ORDER BY currency, kind
            """, tenant
        ) { (row: borrowing SQL.Row) throws(SQLError) in
            guard let currency = Currency(code: try row[0] as String), let kind = Account.Kind(rawValue: try row[1])
            else { throw SQLError(.damaged, code: "ledger", message: "An account has an unknown kind or currency") }
            return TrialBalance.Row(
                kind: kind, accounts: try row[2], debit: Money(minorUnits: try row[3], in: currency),
                credit: Money(minorUnits: try row[4], in: currency))
        }
        return Dictionary(grouping: rows, by: \.debit.currency).map { TrialBalance(currency: $0.key, rows: $0.value) }
            .sorted { $0.currency.code < $1.currency.code }
    }

    /// Looks through all lines of a tenant for what does not add up.
    ///
    /// An account's lines are numbered without gaps and add up to its balance, each posting's to nothing. Reads everything.
    ///
    /// - Returns: how many accounts and postings do not.
    package borrowing func ledgerFlaws(of tenant: ID<Tenant>) throws(SQLError) -> (accounts: Int, postings: Int) {
        let accounts: Int = try value(
            """
            SELECT count(*) FROM ledger_account AS a LEFT JOIN
                (SELECT account, count(*) AS count, max(position) AS last, sum(amount) AS sum FROM ledger_line
                    WHERE tenant = $1 GROUP BY account) AS l ON l.account = a.id
            WHERE a.tenant = $1 AND (a.lines <> COALESCE(l.count, 0) OR a.lines <> COALESCE(l.last, 0)
                OR a.debit <> COALESCE(l.sum, 0))
            """, tenant)
        let postings: Int = try value(
            """
            SELECT count(*) FROM (SELECT p.id FROM ledger_posting AS p LEFT JOIN ledger_line AS l ON l.posting = p.id
                LEFT JOIN ledger_account AS a ON a.id = l.account
                WHERE p.tenant = $1 GROUP BY p.id, a.currency HAVING COALESCE(sum(l.amount), 1) <> 0 OR count(*) < 2) AS x
            """, tenant)
        return (accounts, postings)
    }
}
