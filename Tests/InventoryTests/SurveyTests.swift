import JSON
import RouterOS
import RouterSimulator
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Inventory

@Suite(.serialized, .ownThreads) struct SurveyTests {
    @Test("A router is read completely and kept; the next reading finds nothing new", arguments: Engine.available)
    func complete(engine: Engine) async throws {
        let bench = try SurveyBench(engine)
        guard case .done(let tables, let failed, let changes) = await bench.keeper.read(bench.router) else {
            Issue.record("not read")
            return await bench.stop()
        }
        #expect(tables >= 40 && changes == 0)
        let troubled = try bench.world.store.read(.tenant(bench.tenant)) {
            try $0.tableCounts(of: bench.router.id, of: bench.tenant).filter { !$0.standing.isKnown }
        }
        #expect(failed == 0, "\(troubled.map { "\($0.path) \($0.note)" })")
        #expect(try bench.rows("/system/identity").first?["name"] == "MikroTik")
        #expect(try bench.rows("/interface").contains { $0["name"] == "ether1" })
        #expect(try bench.rows("/ip/address").isEmpty == false)
        let facts = try #require(try bench.inventory()).capabilities
        #expect(facts.version == "7.16.2" && !facts.board.isEmpty && !facts.architecture.isEmpty)
        #expect(facts.has("/ip/hotspot") && !facts.has("/user-manager"))
        #expect(facts.tables["/user-manager"] == .absent)
        bench.host.skip(.minutes(7))
        guard case .done(_, _, changes: let news) = await bench.keeper.read(bench.router) else {
            Issue.record("not read")
            return await bench.stop()
        }
        let found = try bench.changes()
        #expect(news == 0, "\(found)")
        #expect(try bench.surveys().count == 2)
        await bench.stop()
    }

    @Test("What an operator changes is told in words; what the router counts is not", arguments: Engine.available)
    func changes(engine: Engine) async throws {
        let bench = try SurveyBench(engine)
        let strange = "Duka \"la\" Mama = 50% 🦁 \\ 'x' <b>"
        try bench.operate("/ip/hotspot/user", "add", ["name": "amina", "password": "siri-kubwa", "comment": "one"])
        try bench.operate("/ip/hotspot/user", "add", ["name": "baraka", "password": "siri", "comment": "two"])
        _ = await bench.keeper.read(bench.router)
        let user = try #require(try bench.rows("/ip/hotspot/user").first { $0["name"] == "amina" })
        #expect(user.secrets == ["password"] && user["password"] == nil)
        try bench.operate("/ip/hotspot/user", "set", [".id": user.id ?? "", "comment": strange])
        let gone = try #require(try bench.rows("/ip/hotspot/user").first { $0["name"] == "baraka" })
        try bench.operate("/ip/hotspot/user", "remove", [".id": gone.id ?? ""])
        let long = String(repeating: "n", count: 300)
        try bench.operate("/ip/hotspot/user", "add", ["name": long, "comment": "lango-free"])
        try bench.operate("/ip/hotspot/user", "add", ["name": "ours", "comment": "lango:x/02:00:00:00:00:01"])
        bench.host.skip(.minutes(3))
        let outcome = await bench.keeper.read(bench.router)
        guard case .done(_, 0, 3) = outcome else {
            Issue.record("\(outcome) \(try bench.changes())")
            return await bench.stop()
        }
        let changes = try bench.changes()
        #expect(
            changes.contains(
                TableChange(
                    "/ip/hotspot/user", .changed, row: "amina",
                    [TableChange.Property(name: "comment", before: "one", after: strange)])))
        #expect(changes.contains { $0.kind == .removed && $0.row == "baraka" })
        #expect(changes.contains { $0.kind == .added && $0.row == long })
        #expect(!changes.contains { $0.row == "ours" })
        #expect(try bench.rows("/ip/hotspot/user").contains { $0["name"] == "ours" })
        #expect(try bench.table("/ip/hotspot/user")?.changedAt != nil)
        #expect(try bench.table("/ip/address")?.changedAt == nil)
        await bench.stop()
    }

    @Test("No secret is in the store, in the clear or masked", arguments: Engine.available)
    func secrets(engine: Engine) async throws {
        let bench = try SurveyBench(engine)
        try bench.operate("/ip/hotspot/user", "add", ["name": "amina", "password": "kiboko-9931"])
        try bench.operate("/ppp/secret", "add", ["name": "home-1", "password": "kiboko-9931"])
        try bench.operate("/radius", "add", ["service": "hotspot", "address": "192.0.2.9", "secret": "kiboko-9931"])
        try bench.operate(
            "/system/script", "add",
            ["name": "push", "source": ":local password kiboko-9931; /tool fetch url=\"x\" password=\"kiboko-9931\""])
        _ = await bench.keeper.read(bench.router)
        let tables = try bench.world.store.read(.tenant(bench.tenant)) {
            try $0.storedTables(of: bench.router.id, of: bench.tenant)
        }
        for table in tables { #expect(!table.json.description.contains("kiboko"), "\(table.path)") }
        #expect(try bench.rows("/ppp/secret").first?.secrets == ["password"])
        #expect(try bench.rows("/radius").first?.secrets == ["secret"])
        #expect(try bench.rows("/system/script").first?["source"]?.contains(":local password *****;") == true)
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct SurveyTroubleTests {
    @Test("A table whose answer is cut is read again; one that stays broken does not stop the others")
    func cut() async throws {
        let bench = try SurveyBench()
        bench.host.router.plan(Fault(.cut(20), menu: "/ip/address"))
        guard case .done(_, 0, _) = await bench.keeper.read(bench.router) else {
            Issue.record("a cut answer was not read again")
            return await bench.stop()
        }
        let addresses = try bench.rows("/ip/address")
        #expect(!addresses.isEmpty)
        bench.host.router.plan(Fault(.cut(220), menu: "/ip/address", times: 4))
        bench.host.router.plan(Fault(.error500, menu: "/ip/dhcp-server/lease", times: 4))
        guard case .done(_, let failed, let changes) = await bench.keeper.read(bench.router) else {
            Issue.record("not read")
            return await bench.stop()
        }
        #expect(failed >= 2 && changes == 0)
        let table = try #require(try bench.table("/ip/address"))
        #expect(table.standing == .failed && !table.note.isEmpty && table.rows == addresses)
        bench.host.router.clearFaults()
        _ = await bench.keeper.read(bench.router)
        #expect(try bench.table("/ip/address")?.standing == .read)
        let found = try bench.changes()
        #expect(found.isEmpty, "\(found)")
        await bench.stop()
    }

    @Test("A router that does not answer is told in a sentence, and left alone for longer each time")
    func down() async throws {
        let bench = try SurveyBench()
        bench.host.closeREST()
        guard case .trouble(let sentence) = await bench.keeper.read(bench.router) else {
            Issue.record("read")
            return await bench.stop()
        }
        #expect(sentence.contains("cannot be reached"))
        let first = try #require(try bench.inventory())
        #expect(first.trouble == sentence && first.failures == 1 && first.surveyedAt == nil)
        _ = await bench.keeper.read(bench.router)
        let second = try #require(try bench.inventory())
        #expect(second.failures == 2 && second.dueAt > first.dueAt)
        try bench.host.reopenREST()
        guard case .done = await bench.keeper.read(bench.router) else {
            Issue.record("not read")
            return await bench.stop()
        }
        #expect(try bench.inventory()?.trouble == "")
        #expect(try bench.inventory()?.failures == 0)
        await bench.stop()
    }

    @Test("Another provider's router is neither read nor seen", arguments: Engine.available)
    func otherTenant(engine: Engine) async throws {
        let bench = try SurveyBench(engine)
        _ = await bench.keeper.read(bench.router)
        let (router, other) = (bench.router, bench.world.other.id)
        let seen = try bench.world.store.read(.tenant(other)) { transaction in
            [
                try transaction.inventories(of: bench.tenant).count,
                try transaction.storedTables(of: router.id, of: bench.tenant).count,
                try transaction.surveys(of: router.id, of: bench.tenant, atMost: 10).count,
            ]
        }
        #expect(seen == [0, 0, 0])
        let disguised = Router(
            id: router.id, tenant: other, site: router.site, name: router.name, address: router.address,
            username: router.username, passwordSealed: [], stateAt: World.noon)
        let before = try bench.surveys().count
        if case .done = await bench.keeper.read(disguised) { Issue.record("read for another provider") }
        #expect(try bench.surveys().count == before)
        await bench.stop()
    }

    @Test("A program that ends in the middle of a reading leaves the router free and without a blot")
    func stopped() async throws {
        let bench = try SurveyBench()
        bench.host.router.plan(Fault(.hang, menu: "/interface", times: nil))
        let (keeper, router) = (bench.keeper, bench.router)
        let reading = Task { await keeper.read(router) }
        #expect(try eventually(within: 10) { try (bench.inventory()?.busyUntil ?? 0) > .now })
        try await Task.sleep(for: .milliseconds(300))
        await bench.keeper.stop()
        #expect(await reading.value == .busy)
        let known = try #require(try bench.inventory())
        #expect(known.busyUntil == 0 && known.failures == 0 && known.trouble.isEmpty)
        #expect(await bench.keeper.read(bench.router) == .busy, "A keeper that has stopped reads nothing")
        await bench.stop()
    }

    @Test("A router that is silent holds no place of one that answers")
    func silent() async throws {
        let bench = try SurveyBench()
        let (silent, router) = (bench.world.routers[1], bench.router)
        var pace = InventoryKeeper.Pace()
        pace.atOnce = 1
        let keeper = InventoryKeeper(store: bench.world.store, log: .silent, pace: pace, now: { .now }) {
            [host = bench.host] in $0.id == silent.id ? SilentRouter() : SurveyBench.transport(to: host)
        }
        let waiting = Task { await keeper.read(silent) }
        #expect(
            try eventually(within: 10) {
                let known = try bench.world.store.read(.tenant(silent.tenant)) {
                    try $0.inventory(of: silent.id, of: silent.tenant)
                }
                return (known?.busyUntil ?? 0) > .now
            })
        guard case .done = await keeper.read(router) else {
            Issue.record("not read")
            return await bench.stop()
        }
        await keeper.stop()
        #expect(await waiting.value == .busy)
        await bench.stop()
    }

    @Test("Two that want to read a router at once read it once")
    func together() async throws {
        let bench = try SurveyBench()
        bench.host.router.plan(Fault(.slow(400), menu: "/interface"))
        let other = InventoryKeeper(store: bench.world.store, log: .silent, now: { .now }) { [host = bench.host] _ in
            SurveyBench.transport(to: host)
        }
        let (keeper, router) = (bench.keeper, bench.router)
        let first = Task { await keeper.read(router) }
        let second = Task { await keeper.read(router) }
        #expect(try eventually(within: 10) { try (bench.inventory()?.busyUntil ?? 0) > .now })
        #expect(await other.read(router) == .busy)
        let outcomes = (await first.value, await second.value)
        #expect(outcomes.0 == outcomes.1)
        #expect(try bench.surveys().count == 1)
        await other.stop()
        await bench.stop()
    }

    @Test(
        "Each release is read without a table that fails",
        arguments: [RouterRelease(7, 9, 2), RouterRelease(7, 12, 1), RouterRelease(7, 20, 8), RouterRelease(7, 24, 0)])
    func releases(version: RouterRelease) async throws {
        let bench = try SurveyBench(version: version)
        guard case .done(let tables, 0, 0) = await bench.keeper.read(bench.router) else {
            Issue.record("\(version) could not be read")
            return await bench.stop()
        }
        #expect(tables >= 40)
        await bench.stop()
    }

    @Test("Whoever is due is read by itself, and again after the interval", arguments: Engine.available)
    func schedule(engine: Engine) async throws {
        var pace = InventoryKeeper.Pace()
        pace.tick = Span(milliseconds: 20)
        pace.interval = Span(milliseconds: 200)
        let bench = try SurveyBench(engine, pace: pace)
        bench.keeper.start()
        #expect(try eventually(within: 20) { try bench.surveys().count >= 2 })
        // Each router of the provider has its own turn.
        let others = try bench.world.store.read(.tenant(bench.tenant)) { try $0.inventories(of: bench.tenant) }
        #expect(others.count == 2)
        await bench.stop()
    }
}
