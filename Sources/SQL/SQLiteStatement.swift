import CSQLite
import Values

/// A prepared statement: made once for a connection, run many times.
@safe final class SQLiteStatement: Cursor {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    /// The engine's index of our `$n`, which SQLite numbers by first appearance; nil where `$n` does not occur.
    private let positions: [Int32]
    /// Texts and bytes of the arguments while the statement runs.
    private let held = ByteBuffer(capacity: 128)

    init(_ text: UnsafeBufferPointer<UInt8>, on connection: OpaquePointer) throws(SQLError) {
        var prepared: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        let code = unsafe text.withMemoryRebound(to: CChar.self) { characters in
            unsafe sqlite3_prepare_v3(
                connection, characters.baseAddress, Int32(characters.count), UInt32(SQLITE_PREPARE_PERSISTENT),
                &prepared, &tail)
        }
        guard code == SQLITE_OK, let handle = unsafe prepared else {
            throw unsafe SQLError(sqlite: code, on: connection)
        }
        unsafe self.handle = handle
        unsafe self.connection = connection
        var positions: [Int32] = []
        for number in 1...32 {
            let index = unsafe sqlite3_bind_parameter_index(handle, "$\(number)")
            positions.append(index)
        }
        self.positions = Array(positions.prefix { $0 != 0 })
    }

    deinit { _ = unsafe sqlite3_finalize(handle) }

    func execute(
        _ arguments: [SQLValue], _ body: (borrowing Row) throws(SQLError) -> Bool
    ) throws(SQLError) -> Int {
        guard arguments.count == positions.count else {
            throw SQLError(
                .other, code: "arguments", message: "\(positions.count) arguments wanted, \(arguments.count) given")
        }
        defer { _ = unsafe sqlite3_reset(handle) }
        try bind(arguments)
        while true {
            let code = unsafe sqlite3_step(handle)
            switch code {
            case SQLITE_ROW:
                guard try body(Row(cursor: self)) else { return 0 }
            case SQLITE_DONE:
                return unsafe sqlite3_stmt_readonly(handle) == 0 ? Int(sqlite3_changes(connection)) : 0
            default:
                throw unsafe SQLError(sqlite: code, on: connection)
            }
        }
    }

    /// Copies the arguments together and binds them where they lie: the engine would allocate for each one.
    private func bind(_ arguments: [SQLValue]) throws(SQLError) {
        held.clear()
        held.reserve(arguments.reduce(0) { $0 + $1.heldBytes })
        for index in arguments.indices {
            let (start, place) = (held.count, positions[index])
            let code: Int32
            switch arguments[index] {
            case .null: code = unsafe sqlite3_bind_null(handle, place)
            case .integer(let integer): code = unsafe sqlite3_bind_int64(handle, place, integer)
            case .text(let text):
                held.append(text)
                code = unsafe lango_sqlite_bind_text(handle, place, held.address + start, Int32(held.count - start))
            case .bytes(let bytes):
                held.append(bytes)
                code = unsafe lango_sqlite_bind_blob(handle, place, held.address + start, Int32(bytes.count))
            case .id(let high, let low):
                held.append(bigEndian: high)
                held.append(bigEndian: low)
                code = unsafe lango_sqlite_bind_blob(handle, place, held.address + start, 16)
            }
            guard code == SQLITE_OK else { throw unsafe SQLError(sqlite: code, on: connection) }
        }
    }

    func isNull(_ column: Int) -> Bool { unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) throws(SQLError) -> Int64 {
        guard unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_INTEGER else {
            throw .mismatch(column, "a number")
        }
        return unsafe sqlite3_column_int64(handle, Int32(column))
    }

    func text(_ column: Int) throws(SQLError) -> String {
        guard unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_TEXT,
            let start = unsafe sqlite3_column_text(handle, Int32(column))
        else { throw .mismatch(column, "text") }
        let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) throws(SQLError) -> [UInt8] {
        guard unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_BLOB else { throw .mismatch(column, "bytes") }
        let start = unsafe sqlite3_column_blob(handle, Int32(column))
        let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    func key(_ column: Int) throws(SQLError) -> (UInt64, UInt64) {
        guard let start = unsafe sqlite3_column_blob(handle, Int32(column)),
            unsafe sqlite3_column_bytes(handle, Int32(column)) == 16
        else { throw .mismatch(column, "a key") }
        return unsafe (
            UInt64(bigEndian: start.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }
}

extension SQLValue {
    /// The bytes that must lie somewhere while a statement runs.
    fileprivate var heldBytes: Int {
        switch self {
        case .null, .integer: 0
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .id: 16
        }
    }
}
