import CSQLite

/// SQLite's side of the fence between tenants.
///
/// For every table with a `tenant` column each connection gets, in its own temporary schema, a view of the same name
/// that shows the tenant's rows only, and triggers that keep other tenants' rows from being changed. An unqualified name
/// finds the view first. New rows are looked at as they are written; one of another tenant takes the job back. (A trigger
/// would do, but it makes each insert a transaction of its own.) The authorizer refuses everything else: unfenced
/// tables, other schemas, pragmas, other functions.
@safe final class SQLiteFence {
    /// Whose work runs on the connection now; read by `lango_tenant()` and by the authorizer.
    var scope: Scope = .platform
    /// The tables with a tenant, and which of their columns names it.
    private var fenced: [String: Int32] = [:]
    /// Whether a row of another tenant was written since the job began: its transaction must not be kept.
    private(set) var isBroken = false

    /// Begins a job of somebody.
    func enter(_ scope: Scope) {
        self.scope = scope
        isBroken = false
    }

    func raise(on handle: OpaquePointer, command: (String) throws(SQLError) -> Void) throws(SQLError) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        _ = unsafe sqlite3_create_function_v2(handle, "lango_tenant", 0, flags, context, tenantFunction, nil, nil, nil)
        for (table, column, place) in try unsafe tables(on: handle) where fenced[table] == nil {
            try command(Self.script(table: table, column: column))
            fenced[table] = Int32(place)
        }
        _ = unsafe sqlite3_set_authorizer(handle, authorize, context)
        _ = unsafe sqlite3_preupdate_hook(handle, watch, context)
    }

    /// The tables with a tenant, the column that names it, and its place among the columns.
    private func tables(on handle: OpaquePointer) throws(SQLError) -> [(String, String, Int)] {
        let text: StaticString = """
            SELECT t.name, c.name, c.cid FROM main.sqlite_schema AS t, pragma_table_info(t.name, 'main') AS c
            WHERE t.type = 'table' AND c.name = CASE WHEN t.name = 'tenant' THEN 'id' ELSE 'tenant' END
            """
        let statement = try unsafe SQLiteStatement(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), on: handle)
        var found: [(String, String, Int)] = []
        _ = try statement.execute([]) { (row: borrowing Row) throws(SQLError) in
            found.append((try row[0], try row[1], try row[2]))
            return true
        }
        return found
    }

    private static func script(table: String, column: String) -> String {
        """
        CREATE TEMP VIEW \(table) AS SELECT * FROM main.\(table) WHERE \(column) = lango_tenant();
        CREATE TEMP TRIGGER \(table)_update BEFORE UPDATE ON main.\(table)
            WHEN lango_tenant() IS NOT NULL AND OLD.\(column) IS NOT lango_tenant()
            BEGIN SELECT RAISE(IGNORE); END;
        CREATE TEMP TRIGGER \(table)_move BEFORE UPDATE OF \(column) ON main.\(table)
            WHEN lango_tenant() IS NOT NULL AND NEW.\(column) IS NOT OLD.\(column)
            BEGIN SELECT RAISE(ABORT, 'fence: a row cannot change its tenant'); END;
        CREATE TEMP TRIGGER \(table)_delete BEFORE DELETE ON main.\(table)
            WHEN lango_tenant() IS NOT NULL AND OLD.\(column) IS NOT lango_tenant()
            BEGIN SELECT RAISE(IGNORE); END;
        """
    }

    /// Notes a new row that is not the tenant's own.
    fileprivate func look(at handle: OpaquePointer, newRowOf table: String) {
        guard case .tenant(let high, let low) = scope, !isBroken else { return }
        var value: OpaquePointer?
        var key: (UInt64, UInt64)?
        if let place = fenced[table], unsafe sqlite3_preupdate_new(handle, place, &value) == SQLITE_OK,
            unsafe sqlite3_value_bytes(value) == 16, let bytes = unsafe sqlite3_value_blob(value)
        {
            key = unsafe (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        if key?.0 != high || key?.1 != low { isBroken = true }
    }

    fileprivate func permits(_ action: Int32, _ first: String?, _ second: String?, _ schema: String?) -> Bool {
        if scope == .platform { return true }
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE, SQLITE_TRANSACTION, SQLITE_SAVEPOINT: return true
        case SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
            // A schema of its own has a statement's common tables and subqueries: they carry no name of a schema.
            guard let schema else { return action == SQLITE_READ }
            return (schema == "main" || schema == "temp") && fenced[first ?? ""] != nil
        case SQLITE_FUNCTION: return Fence.functions.contains(second ?? "")
        default: return false
        }
    }
}

private func tenantFunction(
    _ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?
) {
    guard let data = unsafe sqlite3_user_data(context) else { return }
    let fence = unsafe Unmanaged<SQLiteFence>.fromOpaque(data).takeUnretainedValue()
    guard case .tenant(let high, let low) = fence.scope else {
        unsafe sqlite3_result_null(context)
        return
    }
    var key = (high.bigEndian, low.bigEndian)
    unsafe withUnsafeBytes(of: &key) { unsafe lango_sqlite_result_blob(context, $0.baseAddress, 16) }
}

/// Called before each change of a row.
private func watch(
    _ data: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ change: Int32, _: UnsafePointer<CChar>?,
    _ table: UnsafePointer<CChar>?, _: Int64, _: Int64
) {
    guard change == SQLITE_INSERT, let data = unsafe data, let handle = unsafe handle, let table = unsafe table else {
        return
    }
    let fence = unsafe Unmanaged<SQLiteFence>.fromOpaque(data).takeUnretainedValue()
    unsafe fence.look(at: handle, newRowOf: String(cString: table))
}

private func authorize(
    _ data: UnsafeMutableRawPointer?, _ action: Int32, _ first: UnsafePointer<CChar>?,
    _ second: UnsafePointer<CChar>?, _ schema: UnsafePointer<CChar>?, _ accessor: UnsafePointer<CChar>?
) -> Int32 {
    guard let data = unsafe data else { return SQLITE_DENY }
    let fence = unsafe Unmanaged<SQLiteFence>.fromOpaque(data).takeUnretainedValue()
    let name = unsafe first.map { unsafe String(cString: $0) }
    let detail = unsafe second.map { unsafe String(cString: $0) }
    let owner = unsafe schema.map { unsafe String(cString: $0) }
    return fence.permits(action, name, detail, owner) ? SQLITE_OK : SQLITE_DENY
}
