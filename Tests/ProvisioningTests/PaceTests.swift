import Catalog
import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// What fair use, hours and boosts do to devices that are online.
@Suite(.serialized, .ownThreads) struct PaceTests {
    @Test(
        "Who uses the fair share is slowed down while online, counts on, and is fast again the next day",
        arguments: Engine.available)
    func throttle(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start(readings: Span(milliseconds: 100))
        let offer = try bench.world.makePackage(
            .fromFirstUse(.days(9)), rate: "2M/5M", fairUse: "10KB/day throttle 256k/512k")
        let device = try connect(bench, offer)
        #expect(bench.users().first?["profile"] == "lango-2M-5M")
        bench.traffic(1, up: 4_000, down: 7_000)
        #expect(eventually { bench.users().first?["profile"] == "lango-256k-512k" })
        #expect(eventually { bench.isOnline(1) && isSettled(bench, device) })
        #expect(speeds(bench) == ["256000/512000"])
        bench.traffic(1, up: 100, down: 200)
        #expect(try eventually { try bench.usage(device)?.bytes == 11_300 })
        // A router's limits run on a clock of its own: only the gateway's day passes.
        bench.clock.skip(.days(1))
        #expect(eventually { bench.users().first?["profile"] == "lango-2M-5M" && isSettled(bench, device) })
        #expect(eventually { bench.isOnline(1) && speeds(bench) == ["2000000/5000000"] })
        await bench.stop()
    }

    @Test("Who is blocked by fair use is cut without losing the access, and let in with the next day")
    func block() async throws {
        let bench = try RouterBench()
        bench.start(readings: Span(milliseconds: 100))
        let offer = try bench.world.makePackage(.fromFirstUse(.days(9)), fairUse: "10KB/day block")
        let code = try bench.vouchers(offer)[0]
        let (first, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(first)?.state == .done })
        bench.traffic(1, up: 4_000, down: 7_000)
        #expect(eventually { bench.users().isEmpty && !bench.isOnline(1) })
        #expect(try bench.entitlement(device.entitlement)?.ended == nil)
        bench.skip(.days(1))
        #expect(try eventually { try bench.entitlement(device.entitlement)?.pacing.fairUsed.bytes == 0 })
        let (again, _) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(again)?.note == .online })
        #expect(bench.isOnline(1))
        await bench.stop()
    }

    @Test(
        "Who crosses a fair share that is only told stays online as before, and is noted once",
        arguments: Engine.available)
    func notify(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start(readings: Span(milliseconds: 100))
        let offer = try bench.world.makePackage(
            .fromFirstUse(.days(9)), rate: "2M/5M", fairUse: "10KB/day notify")
        let device = try connect(bench, offer)
        func notices() throws -> [FairUseNotice] {
            try bench.world.store.read(.platform) { try $0.fairUseNotices(atMost: 9) }
        }
        bench.traffic(1, up: 4_000, down: 5_000)
        #expect(try eventually { try bench.usage(device)?.bytes == 9_000 })
        #expect(try notices().isEmpty)
        bench.traffic(1, up: 1_000, down: 1_000)
        #expect(try eventually { try !notices().isEmpty })
        let until = try bench.entitlement(device.entitlement)?.pacing.fairUntil
        let notice = try #require(try notices().first)
        #expect(notice == .init(entitlement: device.entitlement, tenant: bench.world.tenant.id, until: until))
        let isMine = try bench.world.store.writeNow(.tenant(notice.tenant)) { try $0.take(notice) }
        #expect(isMine)
        bench.traffic(1, up: 1_000, down: 1_000)
        #expect(try eventually { try bench.usage(device)?.bytes == 13_000 })
        #expect(try notices().isEmpty, "it was noted twice")
        #expect(bench.users().first?["profile"] == "lango-2M-5M" && bench.isOnline(1))
        await bench.stop()
    }

    @Test("When the hours close devices are cut, and the access goes on when they open", arguments: Engine.available)
    func hours(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start()
        let code = try bench.vouchers(bench.world.makePackage(.fromFirstUse(.days(3)), schedule: bench.openNow))[0]
        let (first, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(first)?.state == .done })
        // The router itself would end it with the hours.
        let limit = bench.users().first?["limit-uptime"].flatMap { RouterDuration.read($0) }
        #expect(limit.map { $0 <= .hours(2) } == true, "\(limit as Any)")
        bench.clock.skip(.hours(2))
        #expect(eventually { bench.users().isEmpty && !bench.isOnline(1) })
        #expect(try bench.entitlement(device.entitlement)?.ended == nil)
        bench.clock.skip(.hours(22))
        #expect(
            try eventually {
                try bench.entitlement(device.entitlement)?.balance(at: bench.clock.now()).remainder != nil
            })
        let (again, _) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(again)?.note == .online })
        await bench.stop()
    }

    @Test("A boost reaches a device that is online at once, and is over by itself; more data lifts the router's limit")
    func boost() async throws {
        let bench = try RouterBench()
        bench.start()
        let offer = try bench.world.makePackage(
            .fromFirstUse(.days(3)), data: .upTo(DataVolume(bytes: 1_000_000)), rate: "1M/1M")
        let device = try connect(bench, offer)
        let tenant = bench.world.tenant.id
        let order = try #require(BoostOrder(rate: "8M/9M", span: "2h", volume: "2MB"))
        let now = bench.clock.now()
        let work = try bench.world.store.writeNow(.tenant(tenant)) {
            try $0.boost(device.entitlement, order, of: tenant, at: now)
        }
        #expect(work == [bench.world.routers[0].id])
        #expect(eventually { isSettled(bench, device) && speeds(bench) == ["8000000/9000000"] && bench.isOnline(1) })
        #expect(bench.users().first?["limit-bytes-total"] == "3000000")
        bench.clock.skip(.hours(2))
        #expect(eventually { isSettled(bench, device) && speeds(bench) == ["1000000/1000000"] && bench.isOnline(1) })
        await bench.stop()
    }

    @Test(
        "A boost that cannot be read is none",
        arguments: [
            ("", "", ""), ("8M", "", ""), ("", "2h", ""), ("fast", "2h", "1GB"), ("8M", "soon", ""), ("", "", "much"),
        ])
    func unreadable(rate: String, span: String, volume: String) {
        #expect(BoostOrder(rate: rate, span: span, volume: volume) == nil)
    }

    private func connect(_ bench: RouterBench, _ offer: Package) throws -> Device {
        let (id, device) = try bench.redeem(bench.vouchers(offer)[0], 1)
        #expect(try eventually { try bench.effect(id)?.note == .online })
        return device
    }

    /// Whether nothing waits for the device's router.
    private func isSettled(_ bench: RouterBench, _ device: Device) -> Bool {
        let tenant = bench.world.tenant.id
        let effects = try? bench.world.store.read(.tenant(tenant)) {
            try $0.effects(of: device.entitlement, of: tenant, atMost: 20)
        }
        return effects?.allSatisfy { $0.state != .waiting } ?? false
    }

    /// The speeds that the router really keeps: its queues of sessions.
    private func speeds(_ bench: RouterBench) -> [String] {
        bench.rows("/queue/simple").compactMap { $0["max-limit"] }
    }
}
