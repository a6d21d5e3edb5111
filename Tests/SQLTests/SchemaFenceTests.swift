import Catalog
import Crypto
import Entitlements
import Inventory
import Ledger
import Provisioning
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import SQL
@testable import Vouchers

/// For every table of the real schema: whatever one provider's statement says, the other's rows are neither seen nor
/// touched.
@Suite struct SchemaFenceTests {
    /// A table, its columns, and the one that names the provider.
    struct Table: Sendable {
        let name: String
        let columns: [String]
        let key: [String]
        var owner: String? { columns.contains("tenant") ? "tenant" : name == "tenant" ? "id" : nil }
        var list: String { columns.joined(separator: ", ") }
    }

    @Test(
        "Hostile statements made for every table show and change nothing of the other provider",
        arguments: Engine.available)
    func everyTable(engine: Engine) throws {
        let world = try Self.furnished(engine)
        defer { world.store.close() }
        let tables = try Self.tables(world, engine)
        #expect(tables.count >= 14)
        #expect(tables.filter { $0.owner == nil }.map(\.name) == ["key_mark", "schema_step"])
        let foreign = Self.literal(world.other.id, engine)
        for table in tables {
            guard let owner = table.owner else { continue }
            let before = try Self.rows(table, world, engine)
            #expect(!before.isEmpty, "\(table.name) has no row of the other provider: the test would prove nothing")
            for (text, isChecked) in Self.statements(table, owner, foreign, before, engine) {
                let seen = try? world.store.writeNow(.tenant(world.tenant.id)) { transaction in
                    try transaction.session.ids(text, lexically: isChecked)
                }
                #expect(seen?.contains(world.other.id.rebound(to: Void.self)) != true, "\(text)")
            }
            #expect(try Self.rows(table, world, engine) == before, "\(table.name)")
        }
    }

    @Test("Tables without a provider are shut for every provider", arguments: Engine.available)
    func platformTables(engine: Engine) throws {
        let world = try Self.furnished(engine)
        defer { world.store.close() }
        for text in [
            "SELECT number FROM schema_step", "UPDATE main.schema_step SET number = 0", "DELETE FROM main.schema_step",
            "INSERT INTO main.schema_step (number) VALUES (9999)", "SELECT id FROM key_mark",
            "DELETE FROM main.key_mark", "SELECT stat FROM sqlite_stat1", "DELETE FROM main.sqlite_stat1",
        ] {
            for isChecked in [true, false] {
                let seen = try? world.store.writeNow(.tenant(world.tenant.id)) { transaction in
                    try transaction.session.rowCount(text, lexically: isChecked)
                }
                #expect((seen ?? 0) == 0, "\(text)")
            }
        }
        #expect(try world.count("SELECT count(*) FROM main.schema_step WHERE number > 0") == World.migrations.count)
        #expect(try world.count("SELECT count(*) FROM main.schema_step WHERE number = 9999") == 0)
    }

    // MARK: Statements

    /// Texts, and whether the check of words is asked first; without it the rows themselves must be apart.
    private static func statements(
        _ table: Table, _ owner: String, _ foreign: String, _ rows: [[String: String]], _ engine: Engine
    ) -> [(String, Bool)] {
        let (name, list) = (table.name, table.list)
        let moved = table.columns.map { $0 == owner ? foreign : $0 }.joined(separator: ", ")
        let filler = table.columns.first { $0 != owner && !table.key.contains($0) } ?? owner
        var texts = [
            "SELECT \(owner) FROM \(name)", "SELECT \(owner) FROM \(name) WHERE 1 = 1 OR \(owner) IS NOT NULL",
            "SELECT \(owner) FROM \(name) WHERE \(owner) <> lango_tenant() OR 1 = 1",
            "SELECT a.\(owner) FROM \(name) AS a JOIN \(name) AS b ON 1 = 1",
            "SELECT \(owner) FROM (SELECT * FROM \(name)) AS x",
            "WITH x AS (SELECT * FROM \(name)) SELECT \(owner) FROM x",
            "SELECT \(owner) FROM \(name) UNION ALL SELECT \(owner) FROM \(name)",
            "SELECT max(\(owner)) FROM \(name) GROUP BY \(owner)",
            "SELECT (SELECT b.\(owner) FROM \(name) AS b ORDER BY b.\(owner) DESC LIMIT 1) FROM \(name)",
            "UPDATE main.\(name) SET \(filler) = \(filler) RETURNING \(owner)",
            "UPDATE main.\(name) SET \(filler) = \(filler) WHERE \(owner) <> lango_tenant() RETURNING \(owner)",
            "UPDATE main.\(name) SET \(filler) = \(filler) FROM \(name) AS b RETURNING \(name).\(owner)",
            "UPDATE main.\(name) SET \(owner) = \(foreign) RETURNING \(owner)",
            "INSERT INTO main.\(name) (\(list)) SELECT \(moved) FROM \(name)",
            "INSERT INTO main.\(name) (\(list)) SELECT \(list) FROM \(name) WHERE 1 = 1 ON CONFLICT DO NOTHING RETURNING \(owner)",
            "INSERT INTO main.\(name) (\(list)) SELECT \(list) FROM \(name) WHERE 1 = 1 "
                + "ON CONFLICT (\(table.key.joined(separator: ", "))) DO UPDATE SET \(owner) = \(foreign) RETURNING \(owner)",
        ]
        // An own row under a key that the other provider has.
        for row in rows.prefix(2) {
            let taken = table.columns.map { column in
                table.key.contains(column) && column != owner ? row[column] ?? "NULL" : column
            }.joined(separator: ", ")
            texts.append(
                "INSERT INTO main.\(name) (\(list)) SELECT \(taken) FROM \(name) WHERE 1 = 1 ON CONFLICT "
                    + "(\(table.key.joined(separator: ", "))) DO UPDATE SET \(filler) = excluded.\(filler) RETURNING \(owner)"
            )
        }
        texts.append("DELETE FROM main.\(name) WHERE \(owner) <> lango_tenant() RETURNING \(owner)")
        let lexical = [
            "SELECT \(owner) FROM main.\(name)",
            "WITH \(name) AS (SELECT * FROM main.\(name)) SELECT \(owner) FROM \(name)",
            "SELECT \(owner) FROM \(name) WHERE EXISTS (SELECT 1 FROM main.\(name)) UNION SELECT \(owner) FROM main.\(name)",
            "UPDATE main.\(name) SET \(owner) = (SELECT max(\(owner)) FROM main.\(name)) RETURNING \(owner)",
            "WITH gone AS (DELETE FROM main.\(name) RETURNING \(owner)) SELECT \(owner) FROM gone",
            "DELETE FROM main.\(name) USING main.\(name) AS b RETURNING b.\(owner)",
            "INSERT OR REPLACE INTO main.\(name) SELECT * FROM \(name)",
            "REPLACE INTO main.\(name) SELECT * FROM \(name)",
            "SELECT \(owner) FROM temp.\(name)", "SELECT \(owner) FROM \"main\".\"\(name)\"",
        ]
        // PostgreSQL keeps its rows apart even where the check of words is left out; there SQLite relies on it.
        let unchecked = engine == .postgres ? texts + lexical : texts
        return (texts + lexical).map { ($0, true) } + unchecked.map { ($0, false) }
            + [
                ("DELETE FROM main.\(name) RETURNING \(owner)", true),
                ("DELETE FROM main.\(name) RETURNING \(owner)", false),
            ]
    }

    private static func literal(_ id: ID<Tenant>, _ engine: Engine) -> String {
        let hex = id.description.filter { $0 != "-" }
        return engine == .sqlite ? "X'\(hex)'" : "CAST('\(id)' AS uuid)"
    }

    // MARK: Furniture

    /// Both providers with a row in every table.
    private static func furnished(_ engine: Engine) throws -> World {
        let world = try World(engine)
        for (owner, site) in [(world.tenant, 0), (world.other, 2)] {
            try survey(world.routers[site], in: world.store)
            try change(world.routers[site], in: world.store)
            try follow(world.routers[site], in: world.store)
            try backUp(world.routers[site], in: world.store)
            try adoption(world.routers[site], in: world.store)
            try sweep(world.routers[site], in: world.store)
            try way(world.routers[site], in: world.store)
            try line(world.routers[site], in: world.store)
            try books(of: owner, in: world.store)
            try payments(of: owner, in: world.store)
            try messages(of: owner, in: world.store)
            try guests(of: owner, in: world.store)
            let codes = try world.makeVouchers(world.makePackage(of: owner), 2).codes
            let redemption = try world.redeem(world.request(codes[0], at: site, of: owner)).get()
            let strange = VoucherCode(canonical: Array("NOSUCHCODE".utf8))
            _ = try world.redeem(world.request(strange, from: World.mac(site + 5), at: site, of: owner))
            let device = redemption.device
            try world.store.writeNow(.tenant(owner.id)) { transaction in
                try transaction.beginCounter(of: device, of: owner.id)
                try transaction.noteFairShareUsed(redemption.entitlement)
                _ = try transaction.markSuspended(
                    device.entitlement, because: "x", by: "Asha", of: owner.id, at: World.noon)
                _ = try transaction.request(.connect, device, at: IPv4Address(bits: 1), of: owner.id, on: World.noon)
                try transaction.insert(
                    Session(
                        id: ID(at: World.noon), entitlement: device.entitlement, mac: device.mac, router: device.router,
                        address: IPv4Address(bits: 1), startedAt: World.noon, seenAt: World.noon, online: .zero,
                        bytesUp: 0, bytesDown: 0), of: owner.id)
                try transaction.insert(
                    Staff(
                        id: ID(at: World.noon), tenant: owner.id, login: "asha@\(owner.slug)", name: "Asha",
                        role: .admin,
                        passwordHash: "x"), at: World.noon)
            }
        }
        return world
    }

    /// Lets a way to a router have been tried.
    private static func way(_ router: Router, in store: Store) throws {
        _ = try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.run(
                "INSERT INTO main.router_way (tenant, router, address, tried_at, trouble) VALUES ($1, $2, 'a', 0, '')",
                router.tenant, router.id)
        }
    }

    /// Enters a payment and closes the books of a day.
    private static func books(of owner: Tenant, in store: Store) throws {
        let money = Money(minorUnits: 100, in: .kes)
        let posting = try Posting(
            id: ID(at: World.noon), for: Posting.Source("test", "1"), on: BookDay(daysSinceEpoch: 2),
            [.debit(Account(.clearing, in: .kes), money), .credit(Account(.wallet, "1", in: .kes), money)])
        try store.writeNow(.tenant(owner.id)) { transaction in
            _ = try transaction.post(posting, of: owner.id, at: World.noon)
            _ = try transaction.nextNumber(in: "receipt", of: owner.id)
            try transaction.closeBooks(
                through: BookDay(daysSinceEpoch: 1), today: BookDay(daysSinceEpoch: 2), by: "Asha", of: owner.id,
                at: World.noon)
        }
    }

    /// Plants a payment with all that belongs to one.
    private static func payments(of owner: Tenant, in store: Store) throws {
        let key = owner.id
        let mark = Array("\(key)".utf8)
        _ = try store.writeNow(.tenant(key)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.rail_account (id, tenant, rail, kind, short_code, store_number, prefix, currency,
                    credentials_sealed, road_hash, is_open, created_at)
                VALUES ($1, $1, 'mpesa', 'paybill', '1', '', '', 'KES', $2, $2, 1, 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.payment (id, tenant, code, account, amount, currency, phone, token_hash, state, outcome,
                    reason, created_at, expires_at, attempts, held_by, held_until, received, needs_review)
                VALUES ($1, $1, '2', $1, 1, 'KES', '1', $2, 'new', '', '', 0, 0, 0, '', 0, 0, 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.provider_question (id, tenant, account, kind, token_hash, asked_at)
                VALUES ($1, $1, $1, 'balance', $2, 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.wallet_purchase (id, tenant, phone, package, amount, currency, site, router, mac, address,
                    bought_at, language) VALUES ($1, $1, '1', $1, 1, 'KES', $1, $1, 0, 0, 0, '')
                """, key)
            try transaction.run(
                """
                INSERT INTO main.payment_guard (tenant, phone, payment, open_until, amount, amount_until)
                VALUES ($1, '1', $1, 0, 0, 0)
                """, key)
            try transaction.run(
                """
                INSERT INTO main.payment_notice (id, tenant, account, road, digest, body_sealed, received_at, state, note,
                    attempts) VALUES ($1, $1, $1, 'incoming', $2, $2, 0, 'waiting', '', 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.payment_receipt (tenant, rail, receipt, account, amount, currency, paid_at, seen_at, road,
                    reference, payer, payer_name, standing)
                VALUES ($1, 'mpesa', 'A', $1, 1, 'KES', 0, 0, 'pull', '', '', '', 'unassigned')
                """, key)
            try transaction.run(
                """
                INSERT INTO main.payment_refund (id, tenant, payment, reason, state, asked_by, asked_at, settled_by)
                VALUES ($1, $1, $1, '', 'asked', 'Asha', 0, '')
                """, key)
        }
    }

    /// Plants an account for messages, a message with an attempt and a report, words and hours.
    private static func messages(of owner: Tenant, in store: Store) throws {
        let key = owner.id
        let mark = Array("message \(key)".utf8)
        _ = try store.writeNow(.tenant(key)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.sender_account (id, tenant, kind, channel, name, position, credentials_sealed, road_hash, trouble,
                    rests_until, created_at) VALUES ($1, $1, 'kannel', 'sms', 'k', 1, $2, $2, '', 0, 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.message (id, tenant, key, kind, channel, reader, language, content, is_sealed, state, reason,
                    created_at, expires_at, forgiven, segments, held_by, held_until)
                VALUES ($1, $1, 'k', 'notice', 'sms', '1', '', $2, 1, 'queued', '', 0, 0, 0, 0, '', 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.message_attempt (id, tenant, message, account, number, state, reason, code, began_at)
                VALUES ($1, $1, $1, $1, 1, 'sending', '', '', 0)
                """, key)
            try transaction.run(
                """
                INSERT INTO main.message_report (id, tenant, account, digest, body_sealed, received_at, state, note, attempts)
                VALUES ($1, $1, $1, $2, $2, 0, 'waiting', '', 0)
                """, key, mark)
            try transaction.run(
                """
                INSERT INTO main.message_template (tenant, name, language, text, changed_at) VALUES ($1, 'paid', 'en', 'x', 0)
                """, key)
            try transaction.run(
                """
                INSERT INTO main.message_reader (tenant, channel, reader, opted_out, dead, changed_at)
                VALUES ($1, 'sms', '1', 1, '', 0)
                """, key)
            try transaction.run(
                "INSERT INTO main.message_hours (tenant, quiet_from, quiet_until) VALUES ($1, 1, 2)", key)
        }
    }

    /// Lets somebody have had a free trial, and a screen wait for somebody.
    private static func guests(of owner: Tenant, in store: Store) throws {
        _ = try store.writeNow(.tenant(owner.id)) { transaction in
            try transaction.run(
                "INSERT INTO main.trial_claim (tenant, subject, taken_at, entitlement) VALUES ($1, $2, 0, $1)",
                owner.id, Array("\(owner.id)".utf8))
            try transaction.run(
                """
                INSERT INTO main.trial_proof (tenant, phone, device, expires_at, tries, sends, began_at, sent_at)
                VALUES ($1, $2, $2, 0, 0, 1, 0, 0)
                """, owner.id, Array("\(owner.id)".utf8))
            try transaction.run(
                """
                INSERT INTO main.pairing (tenant, mac, code_hash, site, router, address, expires_at)
                VALUES ($1, 1, $2, $1, $1, 0, 0)
                """, owner.id, Array("\(owner.id)".utf8))
        }
    }

    /// Plants a line behind a router.
    private static func line(_ router: Router, in store: Store) throws {
        _ = try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.line (id, tenant, kind, name, password_at, package, entitlement, router, state,
                    state_at, created_at, changed_at)
                VALUES ($1, $2, 'pppoe', 'home', 0, $1, $1, $1, 'active', 0, 0, 0)
                """, router.id, router.tenant)
            try transaction.run(
                """
                INSERT INTO main.line_counter (line, tenant, router, bytes_up, bytes_down, seen_at)
                VALUES ($1, $2, $1, 0, 0, 0)
                """, router.id, router.tenant)
        }
    }

    /// Puts a change into the journal of a router.
    private static func change(_ router: Router, in store: Store) throws {
        _ = try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.router_change (id, tenant, router, title, subject, state, note, steps_sealed, made_by,
                    made_at, busy_until)
                VALUES ($1, $2, $3, 'reboot', '', 'done', '', $4, 'a test', $5, 0)
                """, router.id, router.tenant, router.id, [1] as [UInt8], World.noon)
        }
    }

    /// Lets a router have been swept.
    private static func sweep(_ router: Router, in store: Store) throws {
        try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.askForSweep(of: router.id, of: router.tenant, at: World.noon)
            try transaction.run(
                """
                INSERT INTO main.router_drift (id, tenant, router, cause, menu, name, detail, outcome, found_at, seen_at)
                VALUES ($1, $2, $1, 'missing', '', '', '', 'told', 0, 0)
                """, router.id, router.tenant)
        }
    }

    /// Lets a router have been followed.
    private static func follow(_ router: Router, in store: Store) throws {
        _ = try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.router_watch (router, tenant, revision, trouble, holder, held_until)
                VALUES ($1, $2, 1, '', '', 0)
                """, router.id, router.tenant)
            try transaction.run(
                """
                INSERT INTO main.router_session (id, tenant, router, service, name, started_at, seen_at, bytes_up,
                    bytes_down) VALUES ($1, $2, $1, 'pppoe', 'home', 0, 0, 0, 0)
                """, router.id, router.tenant)
            try transaction.run(
                """
                INSERT INTO main.router_traffic (router, grain, starts_at, tenant, content) VALUES ($1, 0, 0, $2, $3)
                """, router.id, router.tenant, [1] as [UInt8])
        }
    }

    /// Lets a router have been backed up and restored.
    private static func backUp(_ router: Router, in store: Store) throws {
        _ = try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.router_backup (id, tenant, router, version, kind, export_version, taken_at, seen_at,
                    reason, taken_by, routeros, note, size, digest, content_sealed)
                VALUES ($1, $2, $1, 1, 'export', 1, 0, 0, 'schedule', '', '7.16', '', 1, $3, $3)
                """, router.id, router.tenant, [1] as [UInt8])
            try transaction.run(
                """
                INSERT INTO main.router_backup_state (router, tenant, trouble, note, failures, due_at, busy_until)
                VALUES ($1, $2, '', '', 0, 0, 0)
                """, router.id, router.tenant)
            try transaction.run(
                """
                INSERT INTO main.router_restore (id, tenant, router, version, state, note, asked_by, began_at,
                    busy_until) VALUES ($1, $2, $1, 1, 'done', '', '', 0, 0)
                """, router.id, router.tenant)
        }
    }

    /// A line by which a router comes.
    private static func adoption(_ router: Router, in store: Store) throws {
        _ = try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.adoption (id, tenant, router, kind, state, options, token_hash, made_by, made_at,
                    expires_at)
                VALUES ($1, $2, $3, 'adopt', 'offered', '{}', $4, 'a test', $5, $6)
                """, router.id, router.tenant, router.id, Array("\(router.id)".utf8), World.noon,
                World.noon + .hours(1))
        }
    }

    /// Reads a router of one menu, so that the tables of its inventory have rows.
    private static func survey(_ router: Router, in store: Store) throws {
        let reading = TableReading("/system/identity", [InventoryRow(["name": "\(router.name)"])])
        let survey = Survey(beganAt: World.noon, endedAt: World.noon, tables: [reading])
        try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.ask(toRead: router.id, of: router.tenant, at: World.noon)
            try transaction.record(survey, of: router.id, of: router.tenant, dueAt: World.noon)
        }
    }

    private static func tables(_ world: World, _ engine: Engine) throws -> [Table] {
        let text =
            engine == .sqlite
            ? """
            SELECT t.name, c.name, c.pk FROM main.sqlite_schema AS t JOIN pragma_table_info(t.name, 'main') AS c
            WHERE t.type = 'table' AND t.name <> 'sqlite_stat1' ORDER BY t.name, c.cid
            """
            : """
            SELECT c.relname, a.attname, CASE WHEN a.attnum = ANY (i.indkey) THEN 1 ELSE 0 END
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
            WHERE c.relnamespace = CAST('main' AS regnamespace) AND c.relkind = 'r' ORDER BY c.relname, a.attnum
            """
        var tables: [(String, [(String, Int)])] = []
        try world.store.read(.platform) { transaction in
            try transaction.session.unchecked(text, lexically: false) { (row: borrowing Row) throws(SQLError) in
                let (name, column, key) = (try row[0] as String, try row[1] as String, try row[2] as Int)
                if tables.last?.0 != name { tables.append((name, [])) }
                tables[tables.count - 1].1.append((column, key))
            }
        }
        return tables.map { name, columns in
            Table(name: name, columns: columns.map(\.0), key: columns.filter { $0.1 > 0 }.map(\.0))
        }
    }

    /// The other provider's rows of a table as literals.
    private static func rows(_ table: Table, _ world: World, _ engine: Engine) throws -> [[String: String]] {
        let owner = table.owner ?? "tenant"
        let quoted = table.columns.map {
            engine == .sqlite ? "quote(\($0))" : "COALESCE(quote_literal(CAST(\($0) AS text)), 'NULL')"
        }.joined(separator: ", ")
        let text = "SELECT \(quoted) FROM main.\(table.name) WHERE \(owner) = \(literal(world.other.id, engine))"
        var rows: [[String: String]] = []
        try world.store.read(.platform) { transaction in
            try transaction.session.unchecked(text, lexically: false) { (row: borrowing Row) throws(SQLError) in
                var values: [String: String] = [:]
                for (index, column) in table.columns.enumerated() { values[column] = try row[index] }
                rows.append(values)
            }
        }
        return rows
    }
}

extension SQL.Session {
    func unchecked(
        _ text: String, lexically: Bool, _ body: (borrowing Row) throws(SQLError) -> Void
    ) throws(SQLError) {
        let each: (borrowing Row) throws(SQLError) -> Bool = { (row: borrowing Row) throws(SQLError) in
            try body(row)
            return true
        }
        if let session = self as? SQLiteSession { try session.executeUnchecked(text, lexically: lexically, each) }
        if let session = self as? PostgresSession { try session.executeUnchecked(text, lexically: lexically, each) }
    }

    /// The keys in the first column.
    fileprivate func ids(_ text: String, lexically: Bool) throws(SQLError) -> [ID<Void>] {
        var ids: [ID<Void>] = []
        try unchecked(text, lexically: lexically) { (row: borrowing Row) throws(SQLError) in ids.append(try row[0]) }
        return ids
    }

    fileprivate func rowCount(_ text: String, lexically: Bool) throws(SQLError) -> Int {
        var count = 0
        try unchecked(text, lexically: lexically) { _ in count += 1 }
        return count
    }
}
