import CGatherVFS
import CSQLite
import Glibc
import Values

/// One connection to a SQLite file, with its prepared statements and its fence.
@safe final class SQLiteSession: Session {
    private let handle: OpaquePointer
    let fence = SQLiteFence()
    /// Prepared statements by the address of their text; a statement of the platform is kept apart from a tenant's.
    private var statements: [UInt: SQLiteStatement] = [:]
    private var platformStatements: [UInt: SQLiteStatement] = [:]
    /// Where SQLite notes the length of the log after a commit of this connection.
    private let pagesSeen = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    /// Opens or creates the file.
    ///
    /// - Throws: `SQLError` of kind `.unavailable`, `.damaged`, `.readOnly` or `.full`.
    init(path: String, readOnly: Bool, cacheKibibytes: Int) throws(SQLError) {
        _ = Self.withoutStatistics
        if !readOnly { try Self.checkFolder(of: path) }
        var opened: OpaquePointer?
        let flags =
            SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
            | (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        let code = unsafe sqlite3_open_v2(path, &opened, flags, readOnly ? nil : lango_gathering_vfs())
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let error = unsafe SQLError(sqlite: code, on: opened)
            unsafe sqlite3_close_v2(opened)
            throw SQLError(
                error.kind == .other ? .unavailable : error.kind, code: error.code, message: "\(path): \(error.message)"
            )
        }
        unsafe self.handle = handle
        unsafe pagesSeen.initialize(to: 0)
        _ = unsafe lango_sqlite_defensive(handle)
        _ = unsafe sqlite3_busy_timeout(handle, 5_000)
        try command("PRAGMA journal_mode = WAL")
        // A writer's commits end in a sync that hands them to the system (CGatherVFS.h); `LogFile.sync` waits for the disk.
        try command("PRAGMA synchronous = FULL")
        try command("PRAGMA foreign_keys = ON")
        try command("PRAGMA recursive_triggers = ON")
        try command("PRAGMA temp_store = MEMORY")
        try command("PRAGMA cache_size = -\(cacheKibibytes)")
        // Instead of SQLite's own checkpoints within a commit: `Checkpointer`.
        _ = unsafe sqlite3_wal_hook(handle, noteLog, pagesSeen)
    }

    /// Counting memory costs a lock at each allocation, and nobody asks for the count; once, before the first connection.
    private static let withoutStatistics = lango_sqlite_without_statistics()

    /// The log and its index are made beside the file; SQLite itself says no more than that it cannot open.
    private static func checkFolder(of path: String) throws(SQLError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = parts.isEmpty ? "." : parts == [""] ? "/" : parts.joined(separator: "/")
        guard unsafe access(folder, F_OK) != 0 || access(folder, W_OK) == 0 else {
            throw SQLError(.readOnly, code: "folder", message: "\(folder): \(unsafe String(cString: strerror(errno)))")
        }
    }

    deinit {
        statements.removeAll()
        platformStatements.removeAll()
        _ = unsafe sqlite3_close_v2(handle)
        unsafe pagesSeen.deallocate()
    }

    /// Puts the fence around every table that has a tenant.
    func raiseFence() throws(SQLError) {
        try unsafe fence.raise(on: handle, command: command)
    }

    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// How many rows this connection has changed in its life.
    var totalChanges: Int64 { unsafe sqlite3_total_changes64(handle) }

    // MARK: The write-ahead log

    /// Pages in the log after the last commit of this connection.
    var pagesInLog: Int { unsafe pagesSeen.pointee }

    /// Copies pages of the log into the database, as far as no reader needs the old ones; waits for nobody.
    ///
    /// - Returns: how many are left, or `Int.max` where it failed: then all are left for another time.
    func foldLog() -> Int {
        var (inLog, folded) = (Int32(0), Int32(0))
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, &inLog, &folded)
        return code == SQLITE_OK && inLog >= 0 ? Int(inLog - folded) : .max
    }

    /// Waits until what was copied is on the disk, so that the last step of a checkpoint finds little to wait for.
    ///
    /// - Returns: whether it is.
    func syncDatabase() -> Bool { unsafe lango_sqlite_sync(handle) == SQLITE_OK }

    // MARK: Statements

    /// Runs one or more statements of our own making, outside the fence.
    func command(_ text: String) throws(SQLError) {
        try unfenced { () throws(SQLError) in
            let code = unsafe sqlite3_exec(handle, text, nil, nil, nil)
            guard code == SQLITE_OK else { throw unsafe SQLError(sqlite: code, on: handle) }
        }
    }

    func execute(
        _ query: Query, _ arguments: [SQLValue], _ body: (borrowing Row) throws(SQLError) -> Bool
    ) throws(SQLError) -> Int {
        try arguments.checkTexts()
        let changed = try prepared(query).execute(arguments, body)
        try checkFence()
        return changed
    }

    /// - Throws: `SQLError` of kind `.fenced` where the job has written a row of another tenant.
    func checkFence() throws(SQLError) {
        guard fence.isBroken else { return }
        throw SQLError(.fenced, code: "fence", message: "A tenant's job wrote a row of another tenant")
    }

    private func unfenced(_ body: () throws(SQLError) -> Void) throws(SQLError) {
        let scope = fence.scope
        fence.scope = .platform
        defer { fence.scope = scope }
        try body()
    }

    private func prepared(_ query: Query) throws(SQLError) -> SQLiteStatement {
        let isPlatform = fence.scope == .platform
        if let kept = isPlatform ? platformStatements[query.address] : statements[query.address] { return kept }
        if !isPlatform { try Fence.check(query.text) }
        let statement = try unsafe SQLiteStatement(
            UnsafeBufferPointer(start: query.text.utf8Start, count: query.text.utf8CodeUnitCount), on: handle)
        if isPlatform { platformStatements[query.address] = statement } else { statements[query.address] = statement }
        return statement
    }

    /// Runs a text that is not known when the program is built, fenced like any other; for tests of the fence.
    func executeUnchecked(_ text: String, lexically: Bool, _ body: (borrowing Row) throws(SQLError) -> Bool)
        throws(SQLError)
    {
        if lexically { try Fence.check(text: text) }
        let bytes = Array(text.utf8)
        let made = unsafe bytes.withUnsafeBufferPointer { source in
            Result { () throws(SQLError) in try unsafe SQLiteStatement(source, on: handle) }
        }
        _ = try made.get().execute([], body)
        try checkFence()
    }
}

extension SQLError {
    init(sqlite code: Int32, on connection: OpaquePointer?) {
        let kind: Kind =
            switch code & 0xFF {
            case SQLITE_CONSTRAINT:
                code == 1_555 || code == 2_067 || code == 2_579 ? .duplicate : .constraint
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_PERM: .unavailable
            case SQLITE_AUTH: .fenced
            default: .other
            }
        self.init(kind, code: String(code), message: unsafe String(cString: sqlite3_errmsg(connection)))
    }
}

/// SQLite's call after each commit to the log.
private func noteLog(
    _ seen: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, _ pages: Int32
) -> Int32 {
    unsafe seen?.storeBytes(of: Int(pages), as: Int.self)
    return SQLITE_OK
}
