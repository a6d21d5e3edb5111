/// What SQLite's planner is told about the sizes of tables.
///
/// Without being told, it believes that one value of any indexed column finds ten rows. For `tenant` that is far from true: a
/// provider has a large part of all rows, and a search by the provider alone reads them all. It also takes a partial
/// index to be as long as its table. Counting (`ANALYZE`) would tell it, but a new store has nothing to count, and plans
/// would change while an install grows. So every install is planned as the large one that it may become; `QueryPlanTests`
/// reads the plans. https://www.sqlite.org/optoverview.html#manual_control_of_query_plans_using_sqlite_stat_tables
struct SQLiteStatistics {
    /// Rows of a table of a large install.
    private static let rows = 1_000_000
    /// Providers of such an install.
    private static let tenants = 10
    /// Rows of an index that has the unfinished ones only.
    private static let unfinished = 1_000

    let session: SQLiteSession

    /// An index and its columns, in their order.
    private struct Index {
        let table: String
        let name: String
        let isUnique: Bool
        let isPartial: Bool
        var columns: [String]

        /// How many rows there are, and how many one value of the first column finds, one of the first two, and so on.
        var figures: [Int] {
            var figures = [isPartial ? unfinished : rows]
            var guess = 11
            for column in columns {
                guess = max(2, guess - 1)
                let isOwner = column == "tenant"
                figures.append(isOwner ? figures[figures.count - 1] / tenants : min(guess, figures[figures.count - 1]))
            }
            if isUnique { figures[figures.count - 1] = 1 }
            return figures
        }
    }

    /// Writes down the figures of every index there is; connections read them when they open.
    func plant() throws(SQLError) {
        // Makes the table where there is none.
        try session.command("ANALYZE main.sqlite_schema")
        let transaction = Transaction(session: session)
        try transaction.run("DELETE FROM main.sqlite_stat1")
        for index in try indexes() {
            try transaction.run(
                "INSERT INTO main.sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)", index.table, index.name,
                index.figures.map(String.init).joined(separator: " "))
        }
        try session.command("ANALYZE main.sqlite_schema")
    }

    /// The indexes of all tables.
    ///
    /// The key in whose order a table lies goes by the table's name, as `ANALYZE` has it.
    private func indexes() throws(SQLError) -> [Index] {
        var found: [Index] = []
        try Transaction(session: session).forEach(
            """
            SELECT t.name, CASE WHEN i.origin = 'pk' AND t.wr = 1 THEN t.name ELSE i.name END, i."unique", i.partial, c.name
            FROM pragma_table_list AS t, pragma_index_list(t.name, 'main') AS i, pragma_index_info(i.name, 'main') AS c
            WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, i.name, c.seqno
            """
        ) { (row: borrowing Row) throws(SQLError) in
            let (table, name, column) = (try row[0] as String, try row[1] as String, try row[4] as String)
            if found.last.map({ $0.table != table || $0.name != name }) ?? true {
                found.append(
                    Index(
                        table: table, name: name, isUnique: try row[2] as Int == 1, isPartial: try row[3] as Int == 1,
                        columns: []))
            }
            found[found.count - 1].columns.append(column)
        }
        return found
    }
}
