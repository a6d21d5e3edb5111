import Catalog
import Entitlements
import RouterOS
import SQL
import Subscribers
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// A router that lacks something holds up nothing but what needs it.
@Suite(.serialized, .ownThreads) struct ShortcomingTests {
    @Test("An order for a hotspot that is missing holds up neither lines nor the sweep, and waits")
    func hotspotMissing() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        let code = try bench.vouchers(bench.world.makePackage())[0]
        let place = bench.join(1)
        bench.host.router.with { machine, _ in machine.loseMenus(below: "/ip/hotspot") }
        let (order, _) = try bench.redeem(code, 1, address: place)
        let gateway = bench.start()
        #expect(try eventually { try bench.effect(order)?.note == .routerRefused })
        let line = try bench.openLine("asha")
        #expect(try eventually { try bench.isSettled(line) }, "the line never arrived")
        #expect(try await bench.sweep(gateway).drifts.contains { $0.cause == .hotspotMissing })
        #expect(try bench.router()?.state == .ready)
        // However long it takes until staff switch the package on.
        for _ in 0..<20 { bench.skip(.minutes(6)) }
        #expect(try bench.effect(order)?.state == .waiting)
        await bench.stop()
    }

    @Test("A stray user goes without its device, which is online by another access and comes back by its cookie")
    func strayAlone() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let codes = try bench.vouchers(bench.world.makePackage(), 2)
        let (first, old) = try bench.redeem(codes[0], 1)
        #expect(try eventually { try bench.effect(first)?.state == .done })
        try bench.withdraw(old.entitlement)
        #expect(eventually { bench.users().isEmpty })
        let (second, device) = try bench.redeem(codes[1], 1)
        #expect(try eventually { try bench.effect(second)?.state == .done })
        let tag = UserTag(entitlement: old.entitlement, mac: old.mac)
        try bench.operate(
            "/ip/hotspot/user", "add", ["name": old.username, "mac-address": "\(old.mac)", "comment": "\(tag)"])
        bench.host.router.with { machine, now in
            machine.hotspot.cookies.append(
                Cookie(
                    id: machine.hotspot.newID(), user: old.username, mac: old.mac, domain: "", isMAC: true, value: "",
                    expires: now + .days(1)))
        }
        let session = bench.online().first?[".id"]
        #expect(try await bench.sweep(gateway).drifts.contains { $0.cause == .over })
        #expect(bench.users().compactMap { $0["name"] } == [device.username])
        #expect(bench.online().first?[".id"] == session, "the device was put off")
        await bench.stop()
    }
}
