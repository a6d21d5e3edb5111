package import JSON
package import SQL
package import Tenancy
package import Values

/// A table of a router as the store keeps it.
package struct StoredTable: Hashable, Sendable {
    package let path: String
    /// What became of its last reading.
    package let standing: Standing
    package let note: String
    /// How many rows the router had.
    package let count: Int
    /// When its rows were read; they are older than the last survey where that could not read the table.
    package let readAt: Instant
    /// When its settings were last found different.
    package let changedAt: Instant?
    /// The rows, packed; nil where there are none to keep.
    let content: [UInt8]?

    /// The rows of the last reading that succeeded.
    package var rows: [InventoryRow] { content.flatMap(TableContent.rows) ?? [] }
}

extension Transaction {
    /// The tables of a router with their rows.
    package borrowing func storedTables(
        of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [StoredTable] {
        try all(
            """
            SELECT path, standing, note, row_count, read_at, changed_at, content FROM router_table
            WHERE router = $1 AND tenant = $2
            """, router, tenant, read: StoredTable.init(row:))
    }

    /// The table of a router at a path.
    package borrowing func storedTable(
        _ path: String, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> StoredTable? {
        try first(
            """
            SELECT path, standing, note, row_count, read_at, changed_at, content FROM router_table
            WHERE router = $1 AND path = $2 AND tenant = $3
            """, router, path, tenant, read: StoredTable.init(row:))
    }

    /// How many rows each table of a router has, and how its reading went; without the rows.
    package borrowing func tableCounts(
        of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [StoredTable] {
        try all(
            """
            SELECT path, standing, note, row_count, read_at, changed_at, NULL FROM router_table
            WHERE router = $1 AND tenant = $2
            """, router, tenant, read: StoredTable.init(row:))
    }

    borrowing func keep(_ table: StoredTable, of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_table (router, path, tenant, standing, note, row_count, read_at, changed_at, content)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (router, path) DO UPDATE SET standing = excluded.standing, note = excluded.note,
                row_count = excluded.row_count, read_at = excluded.read_at, changed_at = excluded.changed_at,
                content = excluded.content
            """, router, table.path, tenant, table.standing.rawValue, table.note, table.count, table.readAt,
            table.changedAt, table.content)
    }
}

extension StoredTable {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            path: try row[0], standing: Standing(rawValue: try row[1]) ?? .failed, note: try row[2],
            count: try row[3], readAt: try row[4], changedAt: try row[5], content: try row[6])
    }
}

extension StoredTable {
    /// All that is known of the table, for programs.
    package var json: JSON {
        [
            "path": .string(path), "standing": .string(standing.rawValue), "note": .string(note),
            "count": .number(count), "read": .string(readAt.iso8601), "rows": .array(rows.map(\.json)),
        ]
    }
}
