import Catalog
import Entitlements
import SQL
import Subscribers
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Provisioning
@testable import RouterSimulator

/// What staff do with an access, on a router: it is kept from being used, restored, given a speed, and loses a device.
@Suite(.serialized, .ownThreads) struct StaffOrderTests {
    @Test(
        "A suspended access is cut and stays out, restored it is in again; nobody else is touched, nothing counted is lost",
        arguments: Engine.available)
    func suspension(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let gateway = bench.start()
        let offer = try bench.world.makePackage(
            .fromFirstUse(.days(3)), data: .upTo(DataVolume(bytes: 50_000_000)), rate: "2M/5M", devices: 2)
        let code = try bench.vouchers(offer)[0]
        let device = try letIn(bench, code, 1)
        let shared = try letIn(bench, code, 2)
        let other = try letIn(bench, bench.vouchers(offer)[0], 3)
        for phone in 1...3 { bench.traffic(phone, up: 1_000, down: 2_000) }
        let others = try #require(bench.users().first { $0["name"] == other.username })
        let session = try #require(bench.online().first { $0["user"] == other.username })

        try bench.order { try $0.suspend(device.entitlement, because: "chargeback", by: "Asha", of: $1, at: $2) }
        #expect(eventually { bench.users().map { $0["name"] } == [other.username] })
        #expect(!bench.isOnline(1) && !bench.isOnline(2) && bench.isOnline(3))
        #expect(try eventually { try bench.waiting(device) == 0 })
        #expect(try bench.usage(device)?.bytes == 3_000 && bench.usage(shared)?.bytes == 3_000)
        #expect(try bench.entitlement(device.entitlement)?.dataUsed.bytes == 6_000)
        #expect(try bench.entitlement(device.entitlement)?.ended == nil)
        let left = try #require(bench.users().first)
        #expect(left[".id"] == others[".id"] && left["limit-bytes-total"] == others["limit-bytes-total"])
        #expect(bench.online().first?[".id"] == session[".id"])

        // The phones look for the Wi-Fi again, and are no strangers to the sweep that follows.
        for phone in 1...2 { bench.join(phone) }
        _ = try await bench.sweep(gateway)
        #expect(try await bench.sweep(gateway).writes == 0)
        #expect(bench.users().count == 1)
        let refused = try bench.ask(for: device)
        #expect(try eventually { try bench.effect(refused)?.note == .tooLate })
        #expect(bench.users().count == 1 && !bench.isOnline(1))

        try bench.order { try $0.restore(device.entitlement, by: "Ben", of: $1, at: $2) }
        #expect(eventually { bench.isOnline(1) && bench.isOnline(2) && bench.isOnline(3) })
        bench.traffic(1, up: 10, down: 20)
        gateway.readSoon(bench.world.routers[0].id)
        #expect(try eventually { try bench.entitlement(device.entitlement)?.dataUsed.bytes == 6_030 })
        let back = try #require(bench.users().first { $0["name"] == device.username })
        #expect(back["limit-bytes-total"].flatMap { Int64($0) }.map { $0 <= 49_994_000 } == true, "\(back)")
        #expect(bench.online().first { $0["user"] == other.username }?[".id"] == session[".id"])
        _ = try await bench.sweep(gateway)
        #expect(try await bench.sweep(gateway).writes == 0)
        await bench.stop()
    }

    @Test(
        "Suspended and restored while the router is down, a device that was online stays", arguments: Engine.available)
    func routerDown(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let gateway = bench.start()
        let device = try letIn(bench, bench.vouchers(bench.world.makePackage(.fromFirstUse(.days(3))))[0], 1)
        bench.host.closeREST()
        gateway.readSoon(bench.world.routers[0].id)
        #expect(try eventually { try bench.router()?.state == .unreachable })
        try bench.order { try $0.suspend(device.entitlement, because: "x", by: "Asha", of: $1, at: $2) }
        #expect(bench.isOnline(1))
        bench.clock.skip(.seconds(1))
        try bench.order { try $0.restore(device.entitlement, by: "Asha", of: $1, at: $2) }
        try bench.host.reopenREST()
        gateway.retry(bench.world.routers[0].id)
        #expect(try eventually { try bench.waiting(device) == 0 })
        #expect(bench.isOnline(1) && bench.users().count == 1)
        let effects = try bench.effects(device)
        #expect(effects.map(\.kind) == [.shape, .cut, .connect])
        #expect(effects.map(\.note) == [.none, .superseded, .online])
        await bench.stop()
    }

    @Test("An access that is used behind two routers is cut on both, and comes back on both")
    func twoRouters() async throws {
        let bench = try RouterBench(routers: 2)
        bench.start()
        let code = try bench.vouchers(bench.world.makePackage(.fromFirstUse(.days(3)), devices: 2))[0]
        let device = try letIn(bench, code, 1)
        let (id, other) = try bench.redeem(code, 2, at: 1)
        #expect(try eventually { try bench.effect(id)?.note == .online })
        try bench.order { try $0.suspend(device.entitlement, because: "x", by: "Asha", of: $1, at: $2) }
        #expect(eventually { bench.users().isEmpty && bench.users(at: 1).isEmpty })
        #expect(!bench.isOnline(1) && !bench.isOnline(2, at: 1))
        #expect(try eventually { try bench.waiting(device) == 0 })
        bench.join(1)
        bench.join(2, at: 1)
        try bench.order { try $0.restore(device.entitlement, by: "Asha", of: $1, at: $2) }
        #expect(eventually { bench.isOnline(1) && bench.isOnline(2, at: 1) })
        #expect(bench.users().map { $0["name"] } == [device.username])
        #expect(bench.users(at: 1).map { $0["name"] } == [other.username])
        await bench.stop()
    }

    @Test("A suspension that waits for a router is carried out when it answers, and the clock on the wall goes on")
    func late() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let device = try letIn(bench, bench.vouchers(bench.world.makePackage(.fromFirstUse(.hours(3))))[0], 1)
        bench.host.closeREST()
        gateway.readSoon(bench.world.routers[0].id)
        #expect(try eventually { try bench.router()?.state == .unreachable })
        try bench.order { try $0.suspend(device.entitlement, because: "x", by: "Asha", of: $1, at: $2) }
        try bench.host.reopenREST()
        gateway.retry(bench.world.routers[0].id)
        #expect(eventually { bench.users().isEmpty && !bench.isOnline(1) })
        bench.skip(.hours(3))
        #expect(try eventually { try bench.entitlement(device.entitlement)?.ended?.reason == .timeUp })
        #expect(throws: AccessRefusal.over) {
            try bench.order { try $0.restore(device.entitlement, by: "Asha", of: $1, at: $2) }
        }
        await bench.stop()
    }

    @Test("Staff's speed reaches a device that is online at once, and is given back")
    func speed() async throws {
        let bench = try RouterBench()
        bench.start()
        let offer = try bench.world.makePackage(.fromFirstUse(.days(3)), rate: "2M/5M")
        let device = try letIn(bench, bench.vouchers(offer)[0], 1)
        let other = try letIn(bench, bench.vouchers(offer)[0], 2)
        for (rate, profile, queues) in [
            (RateLimit("6M/7M"), "lango-6M-7M", ["2000000/5000000", "6000000/7000000"]),
            (nil, "lango-2M-5M", ["2000000/5000000", "2000000/5000000"]),
        ] {
            try bench.order { try $0.setSpeed(rate, of: device.entitlement, of: $1, at: $2) }
            #expect(try eventually { try bench.waiting(device) == 0 })
            #expect(bench.users().first { $0["name"] == device.username }?["profile"] == profile)
            #expect(bench.users().first { $0["name"] == other.username }?["profile"] == "lango-2M-5M")
            #expect(bench.isOnline(1) && bench.isOnline(2))
            #expect(bench.rows("/queue/simple").compactMap { $0["max-limit"] }.sorted() == queues)
        }
        // The same once more is nothing to do.
        let asked = try bench.effects(device).count
        try bench.order { try $0.setSpeed(nil, of: device.entitlement, of: $1, at: $2) }
        #expect(try bench.effects(device).count == asked)
        await bench.stop()
    }

    @Test("A device that staff send away is cut and its place is free; the others stay, what it used stays counted")
    func sentAway() async throws {
        let bench = try RouterBench()
        bench.start()
        let offer = try bench.world.makePackage(
            .fromFirstUse(.days(3)), data: .upTo(DataVolume(bytes: 50_000_000)), devices: 2)
        let code = try bench.vouchers(offer)[0]
        let (first, second) = (try letIn(bench, code, 1), try letIn(bench, code, 2))
        bench.traffic(1, up: 1_000, down: 2_000)
        #expect(throws: VoucherRefusal.deviceLimit(2)) { try bench.redeem(code, 3) }
        try bench.order { try $0.sendAway(first.mac, from: first.entitlement, of: $1, at: $2) }
        #expect(eventually { !bench.isOnline(1) && bench.users().map { $0["name"] } == [second.username] })
        #expect(bench.isOnline(2))
        #expect(try eventually { try bench.waiting(first) == 0 })
        #expect(try bench.entitlement(first.entitlement)?.dataUsed.bytes == 3_000)
        #expect(throws: AccessRefusal.deviceUnknown) {
            try bench.order { try $0.sendAway(first.mac, from: first.entitlement, of: $1, at: $2) }
        }
        let (id, _) = try bench.redeem(code, 3)
        #expect(try eventually { try bench.effect(id)?.note == .online })
        await bench.stop()
    }

    @Test("A device that waits for a router that is down, and is sent away, is not let in when it answers")
    func sentAwayWaiting() async throws {
        let bench = try RouterBench()
        bench.host.closeREST()
        let gateway = bench.start()
        let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        try bench.order { try $0.sendAway(device.mac, from: device.entitlement, of: $1, at: $2) }
        #expect(try bench.effect(id)?.note == .superseded)
        try bench.host.reopenREST()
        gateway.retry(bench.world.routers[0].id)
        #expect(try eventually { try bench.waiting(device) == 0 })
        #expect(bench.users().isEmpty && !bench.isOnline(1))
        await bench.stop()
    }

    @Test("What does not fit the state of an access is refused and changes nothing", arguments: Engine.available)
    func refusals(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let (_, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        let id = device.entitlement
        func suspend() throws { try bench.order { try $0.suspend(id, because: "x", by: "Asha", of: $1, at: $2) } }
        func restore() throws { try bench.order { try $0.restore(id, by: "Asha", of: $1, at: $2) } }
        #expect(throws: AccessRefusal.notSuspended) { try restore() }
        try suspend()
        #expect(throws: AccessRefusal.suspendedAlready) { try suspend() }
        try restore()
        #expect(throws: AccessRefusal.notSuspended) { try restore() }
        #expect(throws: AccessRefusal.none) {
            try bench.order { try $0.suspend(ID(high: 9, low: 9), because: "x", by: "Asha", of: $1, at: $2) }
        }
        #expect(throws: AccessRefusal.deviceUnknown) {
            try bench.order { try $0.sendAway(World.mac(9), from: id, of: $1, at: $2) }
        }
        try bench.withdraw(id)
        for deed in [suspend, restore] { #expect(throws: AccessRefusal.over) { try deed() } }
        let line = try bench.openLine("asha")
        #expect(throws: AccessRefusal.isLine) {
            try bench.order { try $0.suspend(line.entitlement, because: "x", by: "Asha", of: $1, at: $2) }
        }
        await bench.stop()
    }

    private func letIn(_ bench: RouterBench, _ code: VoucherCode, _ phone: Int) throws -> Device {
        let (id, device) = try bench.redeem(code, phone)
        #expect(try eventually { try bench.effect(id)?.note == .online })
        return device
    }
}

extension RouterBench {
    /// Carries out what staff order, and leaves the routers to the gateway.
    fileprivate func order(
        _ deed: @escaping @Sendable (borrowing Transaction, ID<Tenant>, Instant) throws -> Set<ID<Router>>
    ) throws {
        let (tenant, now) = (world.tenant.id, clock.now())
        _ = try world.store.writeNow(.tenant(tenant)) { try deed($0, tenant, now) }
    }

    /// Asks for a device to be let in, as a page does that was opened before.
    fileprivate func ask(for device: Device) throws -> ID<Effect> {
        let (tenant, now) = (world.tenant.id, clock.now())
        return try world.store.writeNow(.tenant(tenant)) {
            try $0.request(.connect, device, at: IPv4Address(bits: 0), of: tenant, on: now)
        }
    }

    /// The effects of a device's access, newest first.
    fileprivate func effects(_ device: Device) throws -> [Effect] {
        try world.store.read(.tenant(world.tenant.id)) {
            try $0.effects(of: device.entitlement, of: world.tenant.id, atMost: 100)
        }
    }
}
