import CSQLite

/// SQLite's side of the fence between tenants.
///
/// For every table with a `tenant` column each connection gets, in its own temporary schema, a view of the same name
/// that shows the tenant's rows only, and triggers that let no other tenant's row be written. An unqualified name finds
/// the view first. The authorizer refuses everything else: unfenced tables, other schemas, pragmas, other functions.
@safe final class SQLiteFence {
    /// Whose work runs on the connection now; read by `lango_tenant()` and by the authorizer.
    var scope: Scope = .platform
    private var fenced: Set<String> = []

    func raise(on handle: OpaquePointer, command: (String) throws(SQLError) -> Void) throws(SQLError) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        _ = unsafe sqlite3_create_function_v2(handle, "lango_tenant", 0, flags, context, tenantFunction, nil, nil, nil)
        for (table, column) in try unsafe tables(on: handle) where !fenced.contains(table) {
            try command(Self.script(table: table, column: column))
            fenced.insert(table)
        }
        _ = unsafe sqlite3_set_authorizer(handle, authorize, context)
    }

    /// The tables with a tenant, and the column that names it.
    private func tables(on handle: OpaquePointer) throws(SQLError) -> [(String, String)] {
        let text: StaticString = """
            SELECT t.name, CASE WHEN t.name = 'tenant' THEN 'id' ELSE 'tenant' END
            FROM main.sqlite_schema AS t
            WHERE t.type = 'table' AND (t.name = 'tenant'
                OR EXISTS (SELECT 1 FROM pragma_table_info(t.name, 'main') AS c WHERE c.name = 'tenant'))
            """
        let statement = try unsafe SQLiteStatement(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), on: handle)
        var found: [(String, String)] = []
        _ = try statement.execute([]) { (row: borrowing Row) throws(SQLError) in
            found.append((try row[0], try row[1]))
            return true
        }
        return found
    }

    private static func script(table: String, column: String) -> String {
        """
        CREATE TEMP VIEW \(table) AS SELECT * FROM main.\(table) WHERE \(column) = lango_tenant();
        CREATE TEMP TRIGGER \(table)_insert BEFORE INSERT ON main.\(table)
            WHEN lango_tenant() IS NOT NULL AND NEW.\(column) IS NOT lango_tenant()
            BEGIN SELECT RAISE(ABORT, 'fence: a row of another tenant'); END;
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

    fileprivate func permits(_ action: Int32, _ first: String?, _ second: String?, _ schema: String?) -> Bool {
        if scope == .platform { return true }
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE, SQLITE_TRANSACTION, SQLITE_SAVEPOINT: return true
        case SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
            // A schema of its own has a statement's common tables and subqueries: they carry no name of a schema.
            guard let schema else { return action == SQLITE_READ }
            return (schema == "main" || schema == "temp") && fenced.contains(first ?? "")
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
