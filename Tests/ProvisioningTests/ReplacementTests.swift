import Catalog
import Entitlements
import RouterSimulator
import SQL
import Subscribers
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

@Suite(.serialized, .ownThreads) struct ReplacementTests {
    private static func outcomes(_ devices: [ReplacedCustomer]) -> [String: ReplacedCustomer.Outcome] {
        Dictionary(devices.map { ($0.name, $0.outcome) }) { first, _ in first }
    }

    /// Two routers of which the first carries devices 1 to 3.
    private func bench(_ engine: Engine) async throws -> (RouterBench, [Device]) {
        let bench = try RouterBench(engine, routers: 2)
        let codes = try bench.vouchers(CrashTests.offer(bench), 4)
        let devices = try (1...3).map { try bench.redeem(codes[$0], $0).1 }
        try await bench.work(on: [0, 1])
        return (bench, devices)
    }

    @Test(
        "Each device has its user on the new router, counters are added up once, and a second run finds all there",
        arguments: Engine.available)
    func moves(engine: Engine) async throws {
        let (bench, devices) = try await bench(engine)
        for phone in 1...3 { #expect(bench.traffic(phone, up: 1_000, down: 2_000)) }
        bench.host.closeREST()
        let (late, waiting) = try bench.redeem(bench.vouchers(CrashTests.offer(bench))[0], 4)
        let replacement = try bench.replacement()
        let plan = try replacement.preview(at: bench.clock.now())
        #expect(Set(plan.map(\.outcome)) == [.moved] && plan.count == 4)
        #expect(try bench.world.count("SELECT count(*) FROM main.effect WHERE kind = 'cut'") == 0, "a preview wrote")

        #expect(try await replacement.carryOut(at: bench.clock.now()) == plan)
        for phone in 1...4 { bench.join(phone, at: 1) }
        try await bench.finish(1)
        #expect(Set(bench.users(at: 1).compactMap { $0["name"] }) == Set((devices + [waiting]).map(\.username)))
        #expect(try bench.effect(late)?.state == .done)
        for phone in 1...3 { #expect(bench.traffic(phone, up: 100, down: 200, at: 1), "\(phone) waits outside") }
        #expect(Set(try replacement.preview(at: bench.clock.now()).map(\.outcome)) == [.there])
        // What the old router counts and could not tell yet is added up when it answers; then its users go.
        #expect(bench.traffic(1, up: 10, down: 20))
        try bench.host.reopenREST()
        try await bench.work(on: [0, 1])
        #expect(bench.users(at: 0).isEmpty && bench.online(at: 0).isEmpty)
        #expect(bench.users(at: 1).count == 4)
        for (device, used) in zip(devices, [3_330, 3_300, 3_300] as [Int64]) {
            try bench.expectOne(device, at: 1, online: true, used: used, "\(device.mac)")
        }
        try await bench.work(on: [0, 1])
        #expect(try bench.writes(at: 0) == 0 && bench.writes(at: 1) == 0)
        #expect(try await replacement.carryOut(at: bench.clock.now()).isEmpty)
        await bench.stop()
    }

    @Test("What cannot or need not be moved is told with its reason and left as it is", arguments: Engine.available)
    func reasons(engine: Engine) async throws {
        let (bench, devices) = try await bench(engine)
        let (tenant, now, site) = (bench.world.tenant.id, bench.clock.now(), bench.world.sites[0].id)
        bench.host.closeREST()
        try bench.withdraw(devices[0].entitlement)
        try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.leave(devices[1].mac, devices[1].entitlement, of: tenant, at: now)
            try transaction.run(
                "UPDATE main.entitlement SET site = $1 WHERE id = $2 AND tenant = $3", site, devices[2].entitlement,
                tenant)
        }
        let before = try bench.world.count("SELECT count(*) FROM main.effect")
        let told = Self.outcomes(try await bench.replacement().carryOut(at: now))
        let names = devices.map(\.mac.description)
        #expect(told == [names[0]: .over, names[1]: .left, names[2]: .otherSite])
        #expect(try bench.world.count("SELECT count(*) FROM main.effect") == before)
        try bench.host.reopenREST()
        await bench.stop()
    }

    @Test("Who is paused has a place on the new router too")
    func paused() async throws {
        let (bench, devices) = try await bench(.sqlite)
        let (tenant, now) = (bench.world.tenant.id, bench.clock.now())
        try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            _ = try transaction.run(
                """
                UPDATE main.entitlement SET fair_use = '1B/day block', fair_used = 5, fair_until = $1
                WHERE id = $2 AND tenant = $3
                """, now + .hours(1), devices[0].entitlement, tenant)
        }
        let told = Self.outcomes(try await bench.replacement().carryOut(at: now))
        #expect(told[devices[0].mac.description] == .moved)
        await bench.stop()
    }

    @Test("A device that was to be cut on the new router stays there once it is wanted", arguments: Engine.available)
    func wantedAgain(engine: Engine) async throws {
        let bench = try RouterBench(engine, routers: 2)
        let code = try bench.vouchers(CrashTests.offer(bench))[0]
        let (_, device) = try bench.redeem(code, 1, at: 1)
        try await bench.work(on: [0, 1])
        #expect(bench.traffic(1, up: 1_000, at: 1))
        // It moves to the other router while its own is out of reach, and that one is to be replaced at once.
        bench.hosts[1].closeREST()
        _ = try bench.redeem(code, 1)
        try await bench.finish(0)
        #expect(bench.traffic(1, up: 500))
        _ = try await bench.replacement().carryOut(at: bench.clock.now())
        try bench.hosts[1].reopenREST()
        try await bench.work(on: [0, 1])
        try await bench.work(on: [0, 1])
        #expect(bench.users(at: 0).isEmpty && bench.online(at: 0).isEmpty)
        try bench.expectOne(device, at: 1, online: true, used: 1_500, "the one device")
        await bench.stop()
    }

    @Test("Lines move too, but one whose address is taken there", arguments: Engine.available)
    func lines(engine: Engine) async throws {
        let bench = try RouterBench(engine, routers: 2)
        for number in 0...1 { try bench.servePPPoE(at: number) }
        let line = try bench.openLine("amina")
        _ = try bench.openLine("baraka", kind: .fixed, address: "10.9.1.7")
        _ = try bench.openLine("chausiku", kind: .fixed, address: "10.9.1.7", at: 1)
        try await bench.work(on: [0, 1])
        #expect(bench.rows("/ppp/secret", 0).count == 1 && bench.rows("/ppp/secret", 1).isEmpty)
        let told = Self.outcomes(try await bench.replacement().carryOut(at: bench.clock.now()))
        #expect(told == ["amina": .moved, "baraka": .addressTaken])
        try await bench.work(on: [0, 1])
        #expect(try bench.isSettled(line))
        #expect(bench.rows("/ppp/secret", 0).isEmpty && bench.rows("/ppp/secret", 1).map { $0["name"] } == ["amina"])
        #expect(Self.outcomes(try bench.replacement().preview(at: bench.clock.now())) == ["baraka": .addressTaken])
        await bench.stop()
    }

    @Test("A router takes no place of its own, nor does one that never answered or was released")
    func refusals() async throws {
        let bench = try RouterBench(routers: 2)
        let (first, second) = (try #require(try bench.router(0)), try #require(try bench.router(1)))
        let (store, lines) = (bench.world.store, bench.lineDesk)
        #expect(throws: ReplacementRefusal.sameRouter) {
            try RouterReplacement(of: first, by: first, in: store, lines: lines)
        }
        #expect(throws: ReplacementRefusal.notServing) {
            try RouterReplacement(of: first, by: second, in: store, lines: lines)
        }
        await bench.stop()
    }
}

extension RouterBench {
    /// The second router takes the place of the first.
    func replacement() throws -> RouterReplacement {
        try RouterReplacement(
            of: #require(try router(0)), by: #require(try router(1)), in: world.store, lines: lineDesk)
    }

    /// Has gateways do all that they can for one router while the other one is out of reach, devices that wait included.
    func finish(_ number: Int) async throws {
        let (id, tenant) = (world.routers[number].id, world.tenant.id)
        for _ in 0..<2 {
            clock.skip(Span(milliseconds: 5))
            let before = try sweptAt(number)
            let gateway = gateway(living: Life(in: world.store))
            gateway.nudge(id)
            let isDone = try eventually(within: 30) {
                try sweptAt(number) != before
                    && world.store.read(.tenant(tenant)) { try $0.waitingEffects(of: tenant)[id, default: 0] } == 0
            }
            await gateway.stop()
            try #require(isDone)
        }
    }
}
