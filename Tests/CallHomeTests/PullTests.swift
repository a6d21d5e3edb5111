import Catalog
import Entitlements
import Provisioning
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import RouterOS
@testable import RouterSimulator

/// A router behind an address that cannot be called, from its script to a phone that is online.
@Suite(.serialized, .ownThreads) struct PullTests {
    @Test(
        "The script is taken by every release, and a second time it changes nothing",
        arguments: ["6.49.10", "7.8", "7.12.1", "7.16.2", "7.20.4", "7.24"])
    func install(version: String) async throws {
        let bench = try PullBench(version)
        #expect(try bench.install() == "")
        let made = (bench.rows("/system/script"), bench.rows("/system/scheduler").map { $0["name"] })
        #expect(made.0.count == 1 && made.1 == ["lango-pull"])
        #expect(try eventually { try bench.router.version?.hasPrefix(version) == true })
        #expect(try bench.router.state == .ready)
        #expect(try bench.install() == "")
        #expect(bench.rows("/system/script").map { $0["source"] } == made.0.map { $0["source"] })
        #expect(bench.rows("/system/scheduler").map { $0["name"] } == made.1)
        #expect(Console(bench.host.router, .full).run(PullScript.removal) == "")
        #expect(bench.rows("/system/script") == [] && bench.rows("/system/scheduler") == [])
        await bench.stop()
    }

    @Test("A code becomes a user, an open session and a running clock; the cut takes all of it away", arguments: Engine.available)
    func connectAndCut(engine: Engine) async throws {
        let bench = try PullBench(engine: engine)
        try bench.install()
        let calling = bench.keepCalling()
        let (effect, device) = try bench.redeem(1, bench.world.makePackage(.fromFirstUse(.hours(2)), rate: "2M/5M"))
        bench.provisioner.nudge(try bench.router.id)
        #expect(try eventually { try bench.effect(effect)?.state == .done })
        #expect(try bench.effect(effect)?.note == .online)
        #expect(bench.rows("/ip/hotspot/active").map { $0["user"] } == [device.username])
        let tenant = bench.world.tenant.id
        let routers = try bench.world.store.writeNow(.tenant(tenant)) {
            try $0.withdraw(device.entitlement, .withdrawn, of: tenant, at: .now)
        }
        for router in routers { bench.provisioner.nudge(router) }
        #expect(eventually { bench.rows("/ip/hotspot/user").allSatisfy { $0["name"] != device.username } })
        #expect(bench.rows("/ip/hotspot/active") == [])
        calling.cancel()
        await bench.stop()
    }
}
