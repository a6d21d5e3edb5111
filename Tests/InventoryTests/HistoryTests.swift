import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Inventory

@Suite(.serialized) struct HistoryTests {
    private static func survey(_ name: String, at instant: Instant, pools: TableReading? = nil) -> Survey {
        let identity = TableReading("/system/identity", [InventoryRow(["name": name])])
        return Survey(beganAt: instant, endedAt: instant, tables: [identity] + [pools].compactMap(\.self))
    }

    @Test("Former settings can be looked up until they are too old; the newest stay", arguments: Engine.available)
    func retention(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let (router, tenant) = (world.routers[0].id, world.tenant.id)
        try world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.ask(toRead: router, of: tenant, at: World.noon)
            for (day, name) in ["a", "a", "b", "b", "c"].enumerated() {
                let survey = Self.survey(name, at: World.noon + .days(Int64(day)))
                try transaction.record(survey, of: router, of: tenant, dueAt: World.noon)
            }
        }
        func names() throws -> [String?] {
            try world.store.read(.tenant(tenant)) { transaction in
                try transaction.surveys(of: router, of: tenant, atMost: 10).map { survey in
                    try transaction.settings(of: "/system/identity", at: survey.id, of: router, of: tenant)?.first?[
                        "name"]
                }
            }
        }
        #expect(try names() == ["c", "b", "b", "a", "a"])
        #expect(try world.count("SELECT count(*) FROM main.router_table_past") == 3)
        try world.store.writeNow(.platform) { try $0.forgetSurveys(before: World.noon + .days(3)) }
        #expect(try names() == ["c", "b"])
        #expect(try world.count("SELECT count(*) FROM main.router_table_past") == 2)
        try world.store.writeNow(.platform) { try $0.forgetSurveys(before: World.noon + .days(30)) }
        #expect(try world.count("SELECT count(*) FROM main.router_survey") == 0)
        #expect(try world.count("SELECT count(*) FROM main.router_table_past") == 1)
        #expect(try world.count("SELECT count(*) FROM main.router_table") == 1)
    }

    @Test(
        "A table that could not be read keeps its rows; one that is gone is told and loses them",
        arguments: Engine.available)
    func standings(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let (router, tenant) = (world.routers[0].id, world.tenant.id)
        let pool = InventoryRow(id: "*1", ["name": "pool1", "ranges": "10.0.0.2-10.0.0.9"])
        let readings = [
            TableReading("/ip/pool", [pool]), TableReading("/ip/pool", .failed, note: "cut"),
            TableReading("/ip/pool", [pool]), TableReading("/ip/pool", .absent), TableReading("/ip/pool", [pool]),
        ]
        var seen: [(standing: Standing?, rows: Int, changes: [TableChange.Kind])] = []
        for (hour, reading) in readings.enumerated() {
            let survey = Self.survey("x", at: World.noon + .hours(Int64(hour)), pools: reading)
            try world.store.writeNow(.tenant(tenant)) { transaction in
                if hour == 0 { try transaction.ask(toRead: router, of: tenant, at: World.noon) }
                try transaction.record(survey, of: router, of: tenant, dueAt: World.noon)
            }
            let (table, last) = try world.store.read(.tenant(tenant)) { transaction in
                (
                    try transaction.storedTable("/ip/pool", of: router, of: tenant),
                    try transaction.surveys(of: router, of: tenant, atMost: 1).first
                )
            }
            seen.append((table?.standing, table?.rows.count ?? -1, last?.changes.map(\.kind) ?? []))
        }
        #expect(seen.map(\.standing) == [.read, .failed, .read, .absent, .read])
        #expect(seen.map(\.rows) == [1, 1, 1, 0, 1])
        #expect(seen.map(\.changes) == [[], [], [], [.vanished], [.appeared]])
    }
}
