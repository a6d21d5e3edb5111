package import Values

/// A piece of work on the store: everything it writes is kept, or nothing.
///
/// Lives only inside the closure that was given to `Store.read` or `Store.write`.
package struct Transaction: ~Copyable {
    let session: any Session

    /// Runs a statement that answers with no rows.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    package borrowing func run(_ query: Query, _ arguments: any SQLBindable...) throws(SQLError) -> Int {
        try session.execute(query, arguments.map(\.sqlValue)) { (_: borrowing Row) throws(SQLError) in true }
    }

    /// The first row, or nil.
    package borrowing func first<Value>(
        _ query: Query, _ arguments: any SQLBindable..., read: (borrowing Row) throws(SQLError) -> Value
    ) throws(SQLError) -> Value? {
        var found: Value?
        _ = try session.execute(query, arguments.map(\.sqlValue)) { (row: borrowing Row) throws(SQLError) in
            found = try read(row)
            return false
        }
        return found
    }

    /// The one value of a query that always answers with a row, such as a count.
    package borrowing func value<Value: SQLReadable>(
        _ query: Query, _ arguments: any SQLBindable...
    ) throws(SQLError) -> Value {
        var found: Value?
        _ = try session.execute(query, arguments.map(\.sqlValue)) { (row: borrowing Row) throws(SQLError) in
            // Typed, or an empty column of an optional type would read as no row.
            let value: Value = try row[0]
            found = .some(value)
            return false
        }
        guard let found else { throw SQLError(.mismatch, code: "no-row", message: "A query answered with no row") }
        return found
    }

    /// Every row, in the order of the query.
    package borrowing func all<Value>(
        _ query: Query, _ arguments: any SQLBindable..., read: (borrowing Row) throws(SQLError) -> Value
    ) throws(SQLError) -> [Value] {
        var found: [Value] = []
        _ = try session.execute(query, arguments.map(\.sqlValue)) { (row: borrowing Row) throws(SQLError) in
            found.append(try read(row))
            return true
        }
        return found
    }

    /// Hands each row to `body` as it comes, for answers too long to hold.
    package borrowing func forEach(
        _ query: Query, _ arguments: any SQLBindable..., body: (borrowing Row) throws(SQLError) -> Void
    ) throws(SQLError) {
        _ = try session.execute(query, arguments.map(\.sqlValue)) { (row: borrowing Row) throws(SQLError) in
            try body(row)
            return true
        }
    }
}

/// One row of an answer; good until the closure that was given it returns.
package struct Row: ~Copyable {
    let cursor: any Cursor

    /// The value of a column, counted from 0, in the type that is asked for.
    package subscript<Value: SQLReadable>(_ column: Int) -> Value {
        get throws(SQLError) { try Value.read(self, column) }
    }

    func isNull(_ column: Int) -> Bool { cursor.isNull(column) }
    func integer(_ column: Int) throws(SQLError) -> Int64 { try cursor.integer(column) }
    func text(_ column: Int) throws(SQLError) -> String { try cursor.text(column) }
    func bytes(_ column: Int) throws(SQLError) -> [UInt8] { try cursor.bytes(column) }
    func key(_ column: Int) throws(SQLError) -> (UInt64, UInt64) { try cursor.key(column) }
}

/// One connection to an engine, used by one thread at a time.
protocol Session: AnyObject {
    /// Runs a statement and hands over its rows until `body` returns false.
    ///
    /// - Returns: how many rows it changed.
    func execute(
        _ query: Query, _ arguments: [SQLValue], _ body: (borrowing Row) throws(SQLError) -> Bool
    ) throws(SQLError) -> Int
}

/// The row under the cursor of a running statement.
protocol Cursor {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) throws(SQLError) -> Int64
    func text(_ column: Int) throws(SQLError) -> String
    func bytes(_ column: Int) throws(SQLError) -> [UInt8]
    func key(_ column: Int) throws(SQLError) -> (UInt64, UInt64)
}

extension SQLError {
    static func mismatch(_ column: Int, _ wanted: String) -> Self {
        Self(.mismatch, code: "type", message: "Column \(column) is not \(wanted)")
    }
}

extension Scope {
    /// The scope of one tenant.
    package static func tenant<Tenant>(_ id: ID<Tenant>) -> Self { .tenant(high: id.high, low: id.low) }
}
