import Catalog
import Entitlements
import RouterSimulator
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

/// Effects go between the steps of a sweep: who pays is not kept waiting by a router that is filled again.
@Suite(.serialized, .ownThreads) struct InterludeTests {
    /// A router that lost its users and is slow to take them back.
    private func losing(_ count: Int, _ engine: Engine) async throws -> (RouterBench, Provisioner, [Device]) {
        let bench = try RouterBench(engine)
        let gateway = bench.start()
        let offer = try bench.world.makePackage(.fromFirstUse(.hours(2)))
        let devices = try bench.vouchers(offer, count).enumerated().map { try bench.redeem($1, $0 + 1).1 }
        #expect(eventually(within: 30) { bench.users().count == count })
        _ = try await bench.sweep(gateway)
        for device in devices { try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username]) }
        bench.host.router.plan(Fault(.slow(40), menu: "/ip/hotspot/user", verb: "add", times: nil))
        try bench.ask()
        #expect(eventually(within: 20) { bench.users().count >= 2 })
        return (bench, gateway, devices)
    }

    @Test(
        "A code that is redeemed while a router is filled again is online before that is over",
        arguments: Engine.available)
    func redeemed(engine: Engine) async throws {
        let (bench, gateway, devices) = try await losing(60, engine)
        let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 100)
        #expect(try eventually(within: 20) { try bench.effect(id)?.state == .done })
        #expect(bench.isOnline(100))
        #expect(bench.users().count < devices.count, "the sweep was over before")
        bench.host.router.clearFaults()
        #expect(eventually(within: 20) { bench.users().count == devices.count + 1 })
        #expect(bench.users().count { $0["name"] == device.username } == 1)
        #expect(try await bench.sweep(gateway).writes == 0)
        await bench.stop()
    }

    @Test(
        "What ends while a router is filled again is not made on it, and another sweep writes the rest",
        arguments: Engine.available)
    func withdrawn(engine: Engine) async throws {
        let (bench, gateway, devices) = try await losing(60, engine)
        let made = Set(bench.users().compactMap { $0["name"] })
        let late = try #require(devices.last { !made.contains($0.username) })
        try bench.withdraw(late.entitlement)
        #expect(try eventually(within: 20) { try bench.waiting(late) == 0 })
        #expect(bench.users().count < devices.count - 1, "the sweep was over before")
        bench.host.router.clearFaults()
        #expect(eventually(within: 20) { bench.users().count == devices.count - 1 })
        #expect(!bench.users().contains { $0["name"] == late.username }, "an access that is over was brought back")
        #expect(try await bench.sweep(gateway).writes == 0)
        #expect(!bench.users().contains { $0["name"] == late.username }, "an access that is over was brought back")
        await bench.stop()
    }
}
