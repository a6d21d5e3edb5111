import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

/// Two gateways on one PostgreSQL: one stands still between two steps for longer than it holds the lane, the other goes
/// on, and then the first one wakes.
@Suite(.serialized, .ownThreads) struct TakeoverTests {
    private static let hasPostgres = Engine.available.contains(.postgres)

    /// One gateway stands still at a step, another one does the work, and the first one wakes; false where it came to its
    /// end before the step.
    private func overtake(_ bench: RouterBench, at step: Int, meanwhile: () throws -> Void) async throws -> Bool {
        let life = Life(in: try Store(bench.world.store.location, migrations: World.migrations))
        let standstill = Standstill(at: step)
        let sleeper = bench.gateway(living: life, pausing: standstill)
        bench.clock.skip(Span(milliseconds: 5))
        let before = bench.clock.now()
        sleeper.nudge(bench.world.routers[0].id)
        let isReached = try eventually(within: 30) { try standstill.isHeld || bench.isSwept(since: before) }
        try #require(isReached, "step \(step)")
        let isHeld = standstill.isHeld
        if isHeld {
            bench.skip(.seconds(16))
            try meanwhile()
            try await bench.work()
        }
        standstill.release()
        await sleeper.stop()
        life.store.close()
        return isHeld
    }

    @Test(
        "A gateway that wakes after another one let the device in doubles nothing",
        .enabled(if: hasPostgres, "needs PostgreSQL"))
    func connect() async throws {
        let bench = try RouterBench(.postgres)
        let codes = try bench.vouchers(CrashTests.offer(bench), 200)
        var step = 1
        while true {
            let (id, device) = try bench.redeem(codes[step - 1], step)
            var sent = CrashTests.Sent()
            let wasHeld = try await overtake(bench, at: step) {}
            sent.send(bench, step, 700)
            try await bench.work()
            sent.send(bench, step, 900)
            try await bench.work()
            #expect(try bench.writes() == 0, "step \(step)")
            let effect = try #require(try bench.effect(id))
            #expect(effect.state == .done && effect.attempts == 1, "step \(step): \(effect)")
            try bench.expectOne(device, online: true, used: sent.bytes, "step \(step)")
            step += 1
            guard wasHeld else { break }
        }
        #expect(step > 20, "the table is too short to be true")
        await bench.stop()
    }

    @Test(
        "A gateway that wakes after the access was withdrawn and cut brings nobody back",
        .enabled(if: hasPostgres, "needs PostgreSQL"))
    func withdrawn() async throws {
        let bench = try RouterBench(.postgres)
        let codes = try bench.vouchers(CrashTests.offer(bench), 200)
        var step = 1
        while true {
            let (_, device) = try bench.redeem(codes[step - 1], step)
            let wasHeld = try await overtake(bench, at: step) { try bench.withdraw(device.entitlement) }
            if !wasHeld { try bench.withdraw(device.entitlement) }
            try await bench.work()
            try await bench.work()
            #expect(try bench.writes() == 0, "step \(step)")
            #expect(bench.users().isEmpty && bench.online().isEmpty, "step \(step)")
            try bench.expectNone(device, used: 0, "step \(step)")
            step += 1
            guard wasHeld else { break }
        }
        #expect(step > 20, "the table is too short to be true")
        await bench.stop()
    }

    @Test(
        "Two gateways that share every lane, sweeps and codes at once: each device once, nothing written afterwards",
        .enabled(if: hasPostgres, "needs PostgreSQL"))
    func together() async throws {
        let bench = try RouterBench(.postgres, routers: 2)
        let other = try Store(bench.world.store.location, migrations: World.migrations)
        bench.start(readings: Span(milliseconds: 50))
        bench.start(readings: Span(milliseconds: 50), on: other)
        let codes = try bench.vouchers(CrashTests.offer(bench), 24)
        var devices: [Device] = []
        for (number, code) in codes.enumerated() {
            devices.append(try bench.redeem(code, number + 1, at: number % 2).1)
            if number % 4 == 0 { try bench.ask() }
        }
        let store = bench.world.store
        #expect(try eventually(within: 60) { try store.read(.platform) { try $0.allWaitingEffects() } == 0 })
        for phone in devices.indices { #expect(bench.traffic(phone + 1, up: 1_000, at: phone % 2)) }
        #expect(try eventually { try devices.allSatisfy { try bench.usage($0)?.bytes == 1_000 } })
        for gateway in bench.running { await gateway.stop() }
        try await bench.work(on: [0, 1])
        #expect(try bench.writes(at: 0) == 0 && bench.writes(at: 1) == 0)
        for (number, device) in devices.enumerated() {
            try bench.expectOne(device, at: number % 2, online: true, used: 1_000, "phone \(number + 1)")
        }
        #expect(try bench.world.count("SELECT count(*) FROM main.effect WHERE state = 1 AND attempts = 1") == 24)
        await bench.stop()
        other.close()
    }
}

extension RouterBench {
    /// Whether a sweep of the first router ended since.
    fileprivate func isSwept(since start: Instant) throws -> Bool {
        let (router, tenant) = (world.routers[0].id, world.tenant.id)
        return try world.store.read(.tenant(tenant)) { try $0.sweep(of: router, of: tenant)?.sweptAt ?? start } > start
    }
}
