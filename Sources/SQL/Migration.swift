/// A numbered step of the schema; written once, never edited.
///
/// The text is SQL with placeholders for what the engines spell differently: `{id}` a key, `{int}` a 64-bit number,
/// `{bytes}` bytes, `{strict}` behind a table, `{clustered}` behind a table that lies in the order of its key. A statement
/// that begins with `{sqlite}` or `{postgres}` is for that engine alone.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    let script: String

    package init(_ number: Int, _ name: String, _ script: String) {
        self.number = number
        self.name = name
        self.script = script
    }

    /// A fingerprint of the text, so that an edited migration is noticed; FNV-1a, 64 bits.
    var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in script.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// The statements for an engine: its own, and those for both.
    func script(for engine: String, _ words: [(String, String)]) -> [String] {
        let marks = ["{sqlite}", "{postgres}"]
        return script.split(separator: ";\n").compactMap { statement in
            let mark = marks.first { statement.hasPrefix($0) }
            guard mark == nil || mark == engine, !statement.allSatisfy(\.isWhitespace) else { return nil }
            let own = String(statement.dropFirst(mark?.count ?? 0))
            return words.reduce(own) { text, word in Self.replace(word.0, by: word.1, in: text) }
        }
    }

    private static func replace(_ placeholder: String, by word: String, in text: String) -> String {
        var rest = text[...]
        var result = ""
        while let start = rest.firstIndex(of: "{") {
            result += rest[..<start]
            if rest[start...].hasPrefix(placeholder) {
                result += word
                rest = rest[start...].dropFirst(placeholder.count)
            } else {
                result.append("{")
                rest = rest[start...].dropFirst()
            }
        }
        return result + rest
    }
}

/// What the two migrators share: which steps are missing, and whether those that ran are still the same.
protocol Migrator {
    func prepare() throws(SQLError)
    func applied() throws(SQLError) -> [Int: String]
    func apply(_ migration: Migration) throws(SQLError)
}

extension Migrator {
    /// Runs the missing steps in order.
    ///
    /// - Returns: whether there were any.
    /// - Throws: `.newerSchema` where the database has a step that this program does not know; `.damaged` where a step
    ///   that ran has another text now.
    func runMissing(_ migrations: [Migration]) throws(SQLError) -> Bool {
        let migrations = migrations.sorted { $0.number < $1.number }
        let applied = try applied()
        let known = Set(migrations.map(\.number))
        if let foreign = applied.keys.filter({ !known.contains($0) }).max() {
            throw SQLError(.newerSchema, code: "schema", message: "step \(foreign) is not known to this program")
        }
        for migration in migrations {
            guard let fingerprint = applied[migration.number] else {
                try apply(migration)
                continue
            }
            guard fingerprint == migration.fingerprint else {
                throw SQLError(
                    .damaged, code: "schema", message: "step \(migration.number) was changed after it had run")
            }
        }
        return applied.count < migrations.count
    }
}

struct SQLiteMigrator: Migrator {
    let session: SQLiteSession

    func run(_ migrations: [Migration]) throws(SQLError) {
        try session.command("BEGIN IMMEDIATE")
        do throws(SQLError) {
            try prepare()
            if try runMissing(migrations) { try SQLiteStatistics(session: session).plant() }
            try session.command("COMMIT")
        } catch {
            if session.isInTransaction { try? session.command("ROLLBACK") }
            throw error
        }
    }

    func prepare() throws(SQLError) {
        try session.command(
            "CREATE TABLE IF NOT EXISTS schema_step (number INTEGER PRIMARY KEY, name TEXT, fingerprint TEXT) STRICT")
    }

    func applied() throws(SQLError) -> [Int: String] {
        let rows = try Transaction(session: session).all("SELECT number, fingerprint FROM main.schema_step") {
            (row: borrowing Row) throws(SQLError) in (try row[0] as Int, try row[1] as String)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func apply(_ migration: Migration) throws(SQLError) {
        let words = [
            ("{id}", "BLOB"), ("{int}", "INTEGER"), ("{bytes}", "BLOB"), ("{strict}", "STRICT"),
            ("{clustered}", "STRICT, WITHOUT ROWID"),
        ]
        for statement in migration.script(for: "{sqlite}", words) { try session.command(statement) }
        try Transaction(session: session).run(
            "INSERT INTO main.schema_step (number, name, fingerprint) VALUES ($1, $2, $3)", migration.number,
            migration.name, migration.fingerprint)
    }
}

struct PostgresMigrator: Migrator {
    let session: PostgresSession

    func run(_ migrations: [Migration]) throws(SQLError) {
        try refuseSuperuser()
        try session.begin(.platform, readOnly: false)
        do throws(SQLError) {
            // One gateway migrates, the others wait; the number is ours alone.
            try session.command("SELECT pg_advisory_xact_lock(7310314159)")
            try prepare()
            _ = try runMissing(migrations)
            try secureRows()
            try session.command("COMMIT")
        } catch {
            if session.isInTransaction { try? session.command("ROLLBACK") }
            throw error
        }
    }

    /// Superusers pass row-level security by; the fence would be a wish.
    private func refuseSuperuser() throws(SQLError) {
        let passes: Int? = try Transaction(session: session).first(
            "SELECT CAST(rolsuper OR rolbypassrls AS INTEGER) FROM pg_roles WHERE rolname = current_user"
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        guard passes == 0 else {
            throw SQLError(
                .unavailable, code: "superuser",
                message: "This database role is a superuser or bypasses row-level security, which would take the fence "
                    + "between tenants away. Create an ordinary role that owns the database and connect as that.")
        }
    }

    func prepare() throws(SQLError) {
        try session.command(
            """
            CREATE SCHEMA IF NOT EXISTS main;
            CREATE TABLE IF NOT EXISTS main.schema_step (number BIGINT PRIMARY KEY, name TEXT, fingerprint TEXT);
            CREATE OR REPLACE FUNCTION main.lango_tenant() RETURNS uuid LANGUAGE sql STABLE AS
                $$ SELECT CAST(NULLIF(current_setting('lango.tenant', true), '') AS uuid) $$;
            """)
    }

    func applied() throws(SQLError) -> [Int: String] {
        let rows = try Transaction(session: session).all("SELECT number, fingerprint FROM main.schema_step") {
            (row: borrowing Row) throws(SQLError) in (try row[0] as Int, try row[1] as String)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func apply(_ migration: Migration) throws(SQLError) {
        let words = [
            ("{id}", "UUID"), ("{int}", "BIGINT"), ("{bytes}", "BYTEA"), ("{strict}", ""), ("{clustered}", ""),
        ]
        for statement in migration.script(for: "{postgres}", words) { try session.command(statement) }
        try Transaction(session: session).run(
            "INSERT INTO main.schema_step (number, name, fingerprint) VALUES ($1, $2, $3)", migration.number,
            migration.name, migration.fingerprint)
    }

    /// Row-level security on every table, forced on the owner too: a tenant's rows, or all in the platform's scope.
    private func secureRows() throws(SQLError) {
        try session.command(
            """
            DO $$
            DECLARE t record;
            BEGIN
                FOR t IN SELECT c.relname AS name, COALESCE(a.attname, CASE WHEN c.relname = 'tenant' THEN 'id' END) AS col
                    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
                    WHERE c.relnamespace = 'main'::regnamespace AND c.relkind = 'r' AND NOT c.relforcerowsecurity
                LOOP
                    EXECUTE format('ALTER TABLE main.%I ENABLE ROW LEVEL SECURITY', t.name);
                    EXECUTE format('ALTER TABLE main.%I FORCE ROW LEVEL SECURITY', t.name);
                    EXECUTE format(
                        'CREATE POLICY platform ON main.%I USING (current_setting(''lango.platform'', true) = ''on'')', t.name);
                    IF t.col IS NOT NULL THEN
                        EXECUTE format('CREATE POLICY tenant ON main.%I USING (%I = main.lango_tenant())', t.name, t.col);
                    END IF;
                END LOOP;
            END $$
            """)
    }
}
