import CPostgres
import Glibc
import Values

/// One connection to a PostgreSQL server, with its prepared statements.
///
/// Row-level security reads two settings of the transaction: `lango.tenant` and `lango.platform`.
@safe final class PostgresSession: Session {
    private let handle: OpaquePointer
    private var prepared: [UInt: String] = [:]
    private var platformPrepared: [UInt: String] = [:]
    private(set) var scope: Scope = .platform

    /// Connects by a `postgresql://` URL or a libpq keyword string.
    ///
    /// - Throws: `SQLError` of kind `.unavailable`; the message holds no password.
    init(url: String) throws(SQLError) {
        guard let handle = unsafe PQconnectdb(url) else {
            throw SQLError(.unavailable, code: "memory", message: "libpq could not allocate a connection")
        }
        unsafe self.handle = handle
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            // The connection is finished when this object goes, which is at the throw.
            let message = unsafe String(cString: PQerrorMessage(handle))
            throw SQLError(.unavailable, code: "connect", message: String(message.prefix { $0 != "\n" }))
        }
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try command("SET search_path = main; SET standard_conforming_strings = on; SET lock_timeout = '10s'")
    }

    deinit { unsafe PQfinish(handle) }

    var isAlive: Bool { unsafe PQstatus(handle) == CONNECTION_OK }
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

    func begin(_ scope: Scope, readOnly: Bool) throws(SQLError) {
        self.scope = scope
        // Readers see one state from their first query to their last, as SQLite's do.
        let mode = readOnly ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN"
        switch scope {
        case .platform:
            try command("\(mode); SET LOCAL lango.tenant = ''; SET LOCAL lango.platform = 'on'")
        case .tenant(let high, let low):
            let id = ID<Void>(high: high, low: low)
            try command("\(mode); SET LOCAL lango.tenant = '\(id)'; SET LOCAL lango.platform = 'off'")
        }
    }

    /// Runs one or more statements of our own making, outside the fence.
    func command(_ text: String) throws(SQLError) {
        let result = unsafe PQexec(handle, text)
        defer { unsafe PQclear(result) }
        try unsafe check(result)
    }

    func execute(
        _ query: Query, _ arguments: [SQLValue], _ body: (borrowing Row) throws(SQLError) -> Bool
    ) throws(SQLError) -> Int {
        try arguments.checkTexts()
        let name = try preparedName(query, arguments)
        return try unsafe withParameters(arguments) { count, values, lengths, formats throws(SQLError) in
            let result = unsafe PQexecPrepared(handle, name, count, values, lengths, formats, 0)
            return try unsafe consume(result, body)
        }
    }

    private func preparedName(_ query: Query, _ arguments: [SQLValue]) throws(SQLError) -> String {
        let isPlatform = scope == .platform
        if let kept = isPlatform ? platformPrepared[query.address] : prepared[query.address] { return kept }
        if !isPlatform { try Fence.check(query.text) }
        let name = "\(isPlatform ? "p" : "t")\(prepared.count + platformPrepared.count)"
        let types: [Oid] = arguments.map(\.postgresType)
        let lock = query.locked.map { " FOR \(query.isShared ? "SHARE" : "UPDATE") OF \($0)" }
        let text = query.text.description + (lock ?? "")
        let result = unsafe types.withUnsafeBufferPointer { types in
            unsafe PQprepare(handle, name, text, Int32(types.count), types.baseAddress)
        }
        defer { unsafe PQclear(result) }
        try unsafe check(result)
        if isPlatform { platformPrepared[query.address] = name } else { prepared[query.address] = name }
        return name
    }

    /// Runs a text that is not known when the program is built, fenced like any other; for tests of the fence.
    func executeUnchecked(_ text: String, lexically: Bool, _ body: (borrowing Row) throws(SQLError) -> Bool)
        throws(SQLError)
    {
        if lexically { try Fence.check(text: text) }
        _ = try unsafe consume(PQexecParams(handle, text, 0, nil, nil, nil, nil, 0), body)
    }

    private func consume(_ result: OpaquePointer?, _ body: (borrowing Row) throws(SQLError) -> Bool) throws(SQLError)
        -> Int
    {
        defer { unsafe PQclear(result) }
        try unsafe check(result)
        guard let result = unsafe result else { return 0 }
        let cursor = unsafe PostgresCursor(result)
        for row in 0..<(unsafe PQntuples(result)) {
            cursor.row = row
            guard try body(Row(cursor: cursor)) else { break }
        }
        let changed = unsafe String(cString: PQcmdTuples(result))
        return unsafe PQresultStatus(result) == PGRES_COMMAND_OK ? Int(changed) ?? 0 : 0
    }

    private func check(_ result: OpaquePointer?) throws(SQLError) {
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        default: throw unsafe SQLError(postgres: result, on: handle)
        }
    }

    /// Lays the arguments out as libpq wants them: texts ended by zero, bytes in binary.
    private func withParameters(
        _ arguments: [SQLValue],
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) throws(SQLError) -> Int
    ) throws(SQLError) -> Int {
        var bytes: [UInt8] = []
        var offsets: [Int?] = []
        var lengths: [Int32] = []
        var formats: [Int32] = []
        for argument in arguments {
            let wire = argument.postgresBytes
            offsets.append(wire == nil ? nil : bytes.count)
            lengths.append(Int32(wire?.count ?? 0))
            formats.append(argument.isBinary ? 1 : 0)
            bytes += wire ?? []
            bytes.append(0)
        }
        let outcome = unsafe bytes.withUnsafeBytes { storage -> Result<Int, SQLError> in
            let values: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
                unsafe offset.flatMap { offset in
                    unsafe storage.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
                }
            }
            return unsafe values.withUnsafeBufferPointer { values in
                Result { () throws(SQLError) in
                    try unsafe body(Int32(arguments.count), values.baseAddress, lengths, formats)
                }
            }
        }
        return try outcome.get()
    }
}

/// The rows of one answer, held by the client.
@safe private final class PostgresCursor: Cursor {
    private let result: OpaquePointer
    var row: Int32 = 0

    init(_ result: OpaquePointer) { unsafe self.result = result }

    func isNull(_ column: Int) -> Bool { unsafe PQgetisnull(result, row, Int32(column)) == 1 }

    func text(_ column: Int) throws(SQLError) -> String {
        guard !isNull(column), let start = unsafe PQgetvalue(result, row, Int32(column)) else {
            throw .mismatch(column, "text")
        }
        return unsafe String(cString: start)
    }

    func integer(_ column: Int) throws(SQLError) -> Int64 {
        guard let number = Int64(try text(column)) else { throw .mismatch(column, "a number") }
        return number
    }

    func bytes(_ column: Int) throws(SQLError) -> [UInt8] {
        let hex = try text(column)
        guard hex.hasPrefix("\\x"), let bytes = Hex.decode(hex.dropFirst(2)) else { throw .mismatch(column, "bytes") }
        return bytes
    }

    func key(_ column: Int) throws(SQLError) -> (UInt64, UInt64) {
        guard let id = ID<Void>(try text(column)) else { throw .mismatch(column, "a key") }
        return (id.high, id.low)
    }
}

extension SQLValue {
    /// Object identifiers of the built-in types; PostgreSQL 15, pg_type.dat.
    fileprivate var postgresType: Oid {
        switch self {
        case .null: 0
        case .integer: 20
        case .text: 25
        case .bytes: 17
        case .id: 2_950
        }
    }

    fileprivate var isBinary: Bool {
        if case .bytes = self { true } else { false }
    }

    fileprivate var postgresBytes: [UInt8]? {
        switch self {
        case .null: nil
        case .integer(let integer): Array(String(integer).utf8)
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .id(let high, let low): Array(ID<Void>(high: high, low: low).description.utf8)
        }
    }
}

extension SQLError {
    init(postgres result: OpaquePointer?, on connection: OpaquePointer) {
        // 'C': the diagnostic field that holds the SQLSTATE; 'M': the message. PostgreSQL 15 manual, 34.3.1.
        let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { unsafe String(cString: $0) } ?? ""
        let words = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { unsafe String(cString: $0) }
        let kind: Kind =
            switch state {
            case "23505": .duplicate
            case "40001", "40P01", "55P03", "57014": .busy
            case "53100": .full
            case "25006": .readOnly
            case "42501": .fenced
            case "XX001", "XX002": .damaged
            case "": .unavailable
            default:
                state.hasPrefix("23")
                    ? .constraint : state.hasPrefix("08") || state.hasPrefix("57P") ? .unavailable : .other
            }
        let message = unsafe words ?? String(cString: PQerrorMessage(connection))
        self.init(kind, code: state.isEmpty ? "connection" : state, message: String(message.prefix { $0 != "\n" }))
    }
}
