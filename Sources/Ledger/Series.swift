package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// The next number of a tenant's series, from 1 on, without gaps: a transaction that is not kept gives its number back.
    ///
    /// Take it late: others of the same series wait for the commit.
    package borrowing func nextNumber(
        in series: String, of tenant: ID<Tenant>
    ) throws(SQLError) -> Int64 {
        let number: Int64? = try first(
            """
            INSERT INTO main.ledger_series (tenant, series, last) VALUES ($1, $2, 1)
            ON CONFLICT (tenant, series) DO UPDATE SET last = ledger_series.last + 1 RETURNING last
            """, tenant, series
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        guard let number else { throw SQLError(.damaged, code: "series", message: "A series gave no number") }
        return number
    }
}
