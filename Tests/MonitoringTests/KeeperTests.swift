import Entitlements
import RouterOS
import RouterSimulator
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Monitoring

@Suite(.serialized, .ownThreads) struct KeeperTests {
    @Test(
        "Power cut: who was online is over when last seen, who dials in again is new",
        arguments: WatchBench.Way.allCases)
    func powerCut(way: WatchBench.Way) async throws {
        let bench = try WatchBench(by: way)
        let mac = try bench.logIn("amina", 1)
        try bench.dial("home", 2)
        _ = await bench.keeper.read(bench.router)
        let seenAt = try #require(try bench.live().first?.seenAt)
        bench.skip(.seconds(60))
        bench.surf(mac, up: 10, down: 10)
        bench.cutPower(outage: .minutes(20))
        try bench.logIn("amina", 1)
        bench.surf(mac, up: 7, down: 70)
        bench.skip(.minutes(1))
        #expect(await bench.keeper.read(bench.router) == .read(sessions: 1))
        let past = try bench.past()
        #expect(Set(past.map(\.name)) == ["amina", "home"] && past.allSatisfy { $0.endedAt == seenAt })
        #expect(past.allSatisfy { $0.flow.isZero })
        let live = try #require(try bench.live().first)
        #expect(live.flow == Flow(up: 7, down: 70) && live.startedAt > seenAt)
        #expect(try bench.day().total(of: .hotspot) == Flow(up: 7, down: 70))
        #expect(try bench.day().points.reduce(0) { $0 + $1.slot.restarts } == 1)
        await bench.stop()
    }

    @Test(
        "A router that is silent for an hour has nobody online; when it is back, who stayed goes on",
        arguments: Engine.available)
    func silence(engine: Engine) async throws {
        let bench = try WatchBench(engine)
        let mac = try bench.logIn("amina", 1)
        try bench.logIn("baraka", 2)
        _ = await bench.keeper.read(bench.router)
        bench.host.closeREST()
        bench.skip(.minutes(50))
        guard case .trouble(let sentence) = await bench.keeper.read(bench.router) else {
            Issue.record("read a router that is off")
            return await bench.stop()
        }
        let kept = try bench.world.store.read(.tenant(bench.tenant)) {
            try $0.watch(of: bench.router.id, of: bench.tenant)
        }
        #expect(kept?.trouble == sentence)
        await bench.keeper.care()
        #expect(try bench.live().count == 2, "given up too early")
        bench.skip(.minutes(11))
        await bench.keeper.care()
        #expect(try bench.live().isEmpty)
        #expect(try bench.past().count == 2)
        try bench.host.reopenREST()
        bench.host.router.with { $0.phoneLeaves(World.mac(2), at: $1) }
        bench.skip(.minutes(10))
        bench.surf(mac, up: 1_000, down: 0)
        _ = await bench.keeper.read(bench.router)
        #expect(try bench.live().map(\.name) == ["amina"])
        #expect(try bench.past().map(\.name) == ["baraka"])
        #expect(try bench.live().first?.flow.up == 1_000)
        #expect(try bench.day().total(of: .hotspot) == Flow(up: 1_000, down: 0))
        // The pause is a gap, not a line.
        #expect(try bench.day().points.count { $0.slot.readings > 0 } == 2)
        await bench.stop()
    }

    @Test("The router tells who comes and goes; the interval does not have to be waited for")
    func told() async throws {
        var pace = TrafficKeeper.Pace()
        pace.tick = Span(milliseconds: 20)
        pace.breath = Span(milliseconds: 40)
        pace.interval = .hours(2)
        let bench = try WatchBench(by: .api, pace: pace)
        #expect(await bench.keeper.read(bench.router) == .read(sessions: 0))
        bench.keeper.start()
        try bench.logIn("amina", 1)
        try bench.dial("home", 2)
        #expect(try eventually(within: 20) { try Set(bench.live().map(\.name)) == ["amina", "home"] })
        bench.host.router.with { $0.hangUp("home", at: $1) }
        #expect(try eventually(within: 20) { try bench.live().map(\.name) == ["amina"] })
        // The stream is cut in the middle: the next reading, whenever it comes, takes it up again.
        bench.host.dropDoors(for: 0)
        try bench.dial("away", 3)
        // The first call may join a reading that looked before the change.
        for _ in 0..<2 { _ = await bench.keeper.read(bench.router) }
        #expect(try Set(bench.live().map(\.name)) == ["amina", "away"])
        bench.host.router.with { $0.hangUp("away", at: $1) }
        #expect(try eventually(within: 20) { try bench.live().map(\.name) == ["amina"] })
        await bench.stop()
    }

    @Test("An hour is the sum of its slots, before they go and after; what is old goes", arguments: Engine.available)
    func retention(engine: Engine) async throws {
        let bench = try WatchBench(engine)
        let mac = try bench.logIn("amina", 1)
        _ = await bench.keeper.read(bench.router)
        var sent: Int64 = 0
        for step in 0..<40 {
            bench.skip(.minutes(17))
            bench.surf(mac, up: Int64(step * 1_001), down: 1)
            sent += Int64(step * 1_001)
            _ = await bench.keeper.read(bench.router)
        }
        let before = try bench.month()
        #expect(before.total(of: .hotspot) == Flow(up: sent, down: 40))
        bench.skip(.hours(27))
        // Every gateway lets history age.
        let (clock, transport) = (bench.clock, bench.transport)
        let other = TrafficKeeper(store: bench.world.store, log: .silent, now: { clock.now }) { _ in transport }
        async let one: Void = bench.keeper.care()
        async let two: Void = other.care()
        _ = await (one, two)
        #expect(try bench.world.count("SELECT count(*) FROM main.router_traffic WHERE grain = 0") == 0)
        let after = try bench.month()
        for series in before.series { #expect(after.total(of: series) == before.total(of: series)) }
        let known = before.points.filter { $0.slot.readings > 0 }
        #expect(known.allSatisfy { point in after.points.contains(point) })
        await bench.keeper.care()
        #expect(try bench.month() == after, "aged twice")
        try bench.operate("/ip/hotspot/active", "remove", [".id": try bench.activeID()])
        _ = await bench.keeper.read(bench.router)
        #expect(try bench.past().count == 1)
        bench.skip(.days(34))
        await bench.keeper.care()
        #expect(try bench.past().isEmpty)
        #expect(try bench.world.count("SELECT count(*) FROM main.router_traffic") == 0)
        await bench.stop()
    }

    @Test("Two gateways read a router by turns, and count it once", arguments: Engine.available)
    func together(engine: Engine) async throws {
        let bench = try WatchBench(engine)
        let mac = try bench.logIn("amina", 1)
        let (clock, transport) = (bench.clock, bench.transport)
        let other = TrafficKeeper(
            store: bench.world.store, log: .silent, now: { clock.now }, steady: { clock.steady }
        ) { _ in transport }
        #expect(await bench.keeper.read(bench.router) == .read(sessions: 1))
        #expect(await other.read(bench.router) == .busy)
        bench.skip(.minutes(1))
        bench.surf(mac, up: 100, down: 0)
        // The first is gone without a word: its time runs out.
        bench.skip(.minutes(4))
        #expect(await other.read(bench.router) == .read(sessions: 1))
        #expect(await bench.keeper.read(bench.router) == .busy)
        await other.stop()
        bench.surf(mac, up: 11, down: 0)
        #expect(await bench.keeper.read(bench.router) == .read(sessions: 1))
        #expect(try bench.day().total(of: .hotspot) == Flow(up: 111, down: 0))
        // A reading that counts on from an older one is refused as a whole.
        let reading = try await HistoryModelTests.reading(bench)
        let kept = try #require(
            try bench.world.store.read(.tenant(bench.tenant)) {
                try $0.watch(of: bench.router.id, of: bench.tenant)
            })
        let ledger = WatchLedger(reading, after: RouterWatch(), elapsed: .zero ... .zero)
        let (router, tenant, revision) = (bench.router.id, bench.tenant, kept.revision - 1)
        let isKept = try bench.world.store.writeNow(.tenant(tenant)) {
            try $0.record(
                ledger, TrafficEntry(ledger, reading), after: revision, at: clock.now, of: router, of: tenant,
                heldUntil: clock.now)
        }
        #expect(!isKept)
        #expect(try bench.live().count == 1)
        await bench.stop()
    }

    @Test("Another provider sees nothing of it, and cannot have it read", arguments: Engine.available)
    func otherTenant(engine: Engine) async throws {
        let bench = try WatchBench(engine)
        try bench.logIn("amina", 1)
        _ = await bench.keeper.read(bench.router)
        let (router, other, tenant) = (bench.router, bench.world.other.id, bench.tenant)
        let seen = try bench.world.store.read(.tenant(other)) { transaction in
            [
                try transaction.liveSessions(on: router.id, of: tenant).count,
                try transaction.pastSessions(on: router.id, of: tenant, atMost: 10).count,
                try transaction.trafficOfDay(of: router.id, of: tenant, at: bench.clock.now).series.count,
                try transaction.watch(of: router.id, of: tenant) == nil ? 0 : 1,
            ]
        }
        #expect(seen == [0, 0, 0, 0])
        let disguised = Router(
            id: router.id, tenant: other, site: router.site, name: router.name, address: router.address,
            username: router.username, passwordSealed: [], stateAt: World.noon)
        if case .read = await bench.keeper.read(disguised) { Issue.record("read for another provider") }
        #expect(try bench.live().count == 1)
        await bench.stop()
    }

    @Test("Names are kept as the router has them", arguments: [WatchBench.Way.rest, .api])
    func names(way: WatchBench.Way) async throws {
        let bench = try WatchBench(by: way)
        let names = [
            "Duka \"la\" Mama = 50%; 🦁 \\ 'x' <b>", String(repeating: "n", count: 300), "?#|", "=", "home-1",
        ]
        for (index, name) in names.enumerated() { try bench.dial(name, index + 1) }
        #expect(await bench.keeper.read(bench.router) == .read(sessions: names.count))
        bench.skip(.minutes(1))
        for name in names { bench.stream(name, up: 5, down: 0) }
        _ = await bench.keeper.read(bench.router)
        let live = try bench.live()
        #expect(Set(live.map(\.name)) == Set(names) && live.allSatisfy { $0.flow.up == 5 })
        await bench.stop()
    }

    @Test("A session of ours is linked to the access that it belongs to")
    func ours() async throws {
        let bench = try WatchBench()
        let offer = try bench.world.makePackage()
        let (_, codes) = try bench.world.makeVouchers(offer)
        let redemption = try bench.world.redeem(bench.world.request(codes[0])).get()
        let device = try #require(
            try bench.world.store.read(.tenant(bench.tenant)) {
                try $0.devices(of: redemption.entitlement.id, of: bench.tenant).first
            })
        try bench.logIn(device.username, 1)
        try bench.logIn("amina", 2)
        _ = await bench.keeper.read(bench.router)
        let live = try bench.live()
        #expect(live.first { $0.name == device.username }?.entitlement == redemption.entitlement.id)
        #expect(live.first { $0.name == "amina" }?.entitlement == nil)
        await bench.stop()
    }

    @Test("A router that was given back, or waits for its line, is not read", arguments: Engine.available)
    func leftAlone(engine: Engine) async throws {
        var pace = TrafficKeeper.Pace()
        pace.tick = Span(milliseconds: 20)
        pace.interval = Span(milliseconds: 100)
        let bench = try WatchBench(engine)
        let (given, waiting) = (bench.world.routers[1], bench.world.routers[2])
        for (router, state) in [(given, Router.State.released), (waiting, .waiting)] {
            try bench.world.store.writeNow(.tenant(router.tenant)) {
                try $0.record(state, note: "", at: .now, on: router.id, of: router.tenant)
            }
        }
        let keeper = TrafficKeeper(store: bench.world.store, log: .silent, pace: pace, now: { .now }) {
            [open = bench.transport] _ in open
        }
        keeper.start()
        #expect(
            try eventually(within: 30) {
                try bench.world.count("SELECT count(*) FROM main.router_watch WHERE revision >= 3") == 1
            })
        #expect(try bench.world.count("SELECT count(*) FROM main.router_watch") == 1)
        await keeper.stop()
        await bench.stop()
    }

    @Test("Whoever is due is read by itself; a router that is off costs only its own", arguments: Engine.available)
    func schedule(engine: Engine) async throws {
        var pace = TrafficKeeper.Pace()
        pace.tick = Span(milliseconds: 20)
        pace.interval = Span(milliseconds: 100)
        pace.atOnce = 1
        let (bench, silent) = (try WatchBench(engine), try WatchBench())
        silent.host.router.plan(Fault(.hang, menu: "/system/resource", times: nil))
        let dead = bench.world.routers[1].id
        let keeper = TrafficKeeper(store: bench.world.store, log: .silent, pace: pace, now: { .now }) {
            [open = bench.transport, shut = silent.transport] in $0.id == dead ? shut : open
        }
        keeper.start()
        #expect(
            try eventually(within: 30) {
                try bench.world.count("SELECT count(*) FROM main.router_watch WHERE revision >= 3") == 2
            }, "those that answer have their turns")
        let kept = try bench.world.store.read(.tenant(bench.tenant)) { try $0.watch(of: dead, of: bench.tenant) }
        #expect(kept?.revision == 0)
        silent.host.router.clearFaults()
        await keeper.stop()
        await silent.stop()
        await bench.stop()
    }
}
