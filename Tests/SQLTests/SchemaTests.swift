import Catalog
import Crypto
import Entitlements
import Glibc
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import SQL

/// The schema of each engine as the real migrations make it, against `Tests/Golden`.
///
/// `LANGO_UPDATE_GOLDEN=1` writes the files anew; the difference is then for a person to read.
@Suite struct SchemaTests {
    private static let folder =
        String(#filePath.prefix(#filePath.count - "SQLTests/SchemaTests.swift".count)) + "Golden"

    @Test("The schema is the one that was agreed on", arguments: Engine.available)
    func golden(engine: Engine) throws {
        let store = try engine.freshStore(World.migrations)
        defer { store.close() }
        let lines = try store.read(.platform) { transaction in
            try transaction.all(engine == .sqlite ? Self.sqlite : Self.postgres) {
                (row: borrowing Row) throws(SQLError) in
                try row[0] as String
            }
        }
        let text = lines.joined(separator: "\n") + "\n"
        let path = "\(Self.folder)/schema-\(engine.rawValue).txt"
        if unsafe getenv("LANGO_UPDATE_GOLDEN") != nil { try Self.write(text, to: path) }
        #expect(Self.read(path) == text, "run the test with LANGO_UPDATE_GOLDEN=1 where the change is meant")
    }

    private static let sqlite: Query = """
        SELECT sql || ';' FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name
        """

    private static let postgres: Query = """
        SELECT line FROM (
            SELECT table_name AS place, 1 AS rank, table_name || '.' || column_name || ' ' || data_type
                || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END AS line
            FROM information_schema.columns WHERE table_schema = 'main'
            UNION ALL
            SELECT CAST(tablename AS text), 2, indexdef FROM pg_indexes WHERE schemaname = 'main'
            UNION ALL
            SELECT CAST(tablename AS text), 3, 'policy ' || policyname || ' on ' || tablename || ' ' || qual FROM pg_policies
            WHERE schemaname = 'main'
            UNION ALL
            SELECT CAST(c.relname AS text), 4, c.relname || ' forces row security: ' || c.relforcerowsecurity
            FROM pg_class AS c WHERE c.relnamespace = CAST('main' AS regnamespace) AND c.relkind = 'r'
        ) AS lines ORDER BY place COLLATE "C", rank, line COLLATE "C"
        """

    private static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) throws {
        _ = unsafe mkdir(folder, 0o755)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        try #require(count == bytes.count)
    }
}
