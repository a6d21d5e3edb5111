/// Whether a file is whole and can be written.
extension SQLiteSession {
    /// Pages up to which a file is looked through at each start: 32 MiB, some tens of milliseconds.
    static let fewPages: Int64 = 8_192

    /// Looks through a small file; in a large one at the beginning of every table, so that a start stays quick:
    /// `checkWhole` looks at the rest.
    ///
    /// - Throws: `SQLError` of kind `.damaged`.
    func checkAtStart() throws(SQLError) {
        let pages: Int64 = try Transaction(session: self).value("PRAGMA page_count")
        if pages <= Self.fewPages { return try checkWhole() }
        let tables = try Transaction(session: self).all(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0"
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as String }
        for table in tables where !table.contains("\"") {
            try command("SELECT * FROM main.\"\(table)\" LIMIT 1")
        }
    }

    /// Looks at every page of the file, in the time that reading it takes; https://www.sqlite.org/pragma.html#pragma_quick_check.
    ///
    /// - Throws: `SQLError` of kind `.damaged` with the first thing found.
    func checkWhole() throws(SQLError) {
        let found: String = try Transaction(session: self).value("PRAGMA quick_check(1)")
        guard found == "ok" else {
            let words = found.split(whereSeparator: \.isNewline).joined(separator: " ")
            throw SQLError(.damaged, code: "check", message: words)
        }
    }

    /// Commits a page that says what it said before: a file that may not grow or be written is told now.
    ///
    /// - Throws: `SQLError` of kind `.readOnly`, `.full` or `.unavailable`.
    func tryWriting() throws(SQLError) {
        let version: Int64 = try Transaction(session: self).value("PRAGMA user_version")
        try command("PRAGMA user_version = \(version)")
    }
}
