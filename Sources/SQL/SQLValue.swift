package import Values

/// One argument of a statement, or one column of a row, in the few types that both engines share.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    /// A key: 16 bytes in SQLite, `uuid` in PostgreSQL.
    case id(high: UInt64, low: UInt64)
}

extension [SQLValue] {
    /// - Throws: `SQLError` of kind `.mismatch` for a text that holds NUL, which PostgreSQL cannot keep.
    func checkTexts() throws(SQLError) {
        for case .text(let text) in self where text.utf8Span.span.contains(0) {
            throw SQLError(.mismatch, code: "nul", message: "A text holds the character NUL; take it out")
        }
    }
}

/// A type that can be an argument of a statement.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

/// A type that can be read from a column.
package protocol SQLReadable {
    /// - Throws: `SQLError` of kind `.mismatch` where the column holds something else.
    static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self
}

extension SQLValue: SQLBindable {
    package var sqlValue: SQLValue { self }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

extension Optional: SQLReadable where Wrapped: SQLReadable {
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        row.isNull(column) ? nil : try Wrapped.read(row, column)
    }
}

extension Int64: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(self) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self { try row.integer(column) }
}

extension Int: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(Int64(self)) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Int(try row.integer(column))
    }
}

extension Bool: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        try row.integer(column) != 0
    }
}

extension String: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(self) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self { try row.text(column) }
}

extension [UInt8]: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .bytes(self) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self { try row.bytes(column) }
}

extension ID: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .id(high: high, low: low) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        let (high, low) = try row.key(column)
        return Self(high: high, low: low)
    }
}

extension Instant: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(milliseconds) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Self(milliseconds: try row.integer(column))
    }
}

extension Span: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(milliseconds) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Self(milliseconds: try row.integer(column))
    }
}

extension DataVolume: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(bytes) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Self(bytes: try row.integer(column))
    }
}

extension MACAddress: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(Int64(bits)) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Self(bits: UInt64(bitPattern: try row.integer(column)))
    }
}

extension IPv4Address: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(Int64(bits)) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Self(bits: UInt32(truncatingIfNeeded: try row.integer(column)))
    }
}
