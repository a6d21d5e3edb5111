import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// A router that is left alone, as while its adoption is undone.
@Suite(.ownThreads) struct RestTests {
    @Test(
        "Nothing reaches a router that rests; what waited is done when the rest is over, or is ended",
        arguments: Engine.available, [false, true])
    func rest(engine: Engine, isRoused: Bool) async throws {
        let bench = try RouterBench(engine)
        let code = try bench.vouchers(bench.world.makePackage())[0]
        let (id, tenant) = (bench.world.routers[0].id, bench.world.tenant.id)
        let end = bench.clock.now() + .minutes(2)
        try bench.world.store.writeNow(.tenant(tenant)) { try $0.rest(id, of: tenant, until: end) }
        let gateway = bench.start()
        let (effect, _) = try bench.redeem(code, 1)
        let seen = commands(bench)
        for _ in 0..<5 {
            gateway.retry(id)
            gateway.readSoon(id)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(commands(bench) == seen)
        #expect(try bench.effect(effect)?.state == .waiting)
        if isRoused {
            try bench.world.store.writeNow(.tenant(tenant)) { try $0.rouse(id, of: tenant) }
        } else {
            bench.skip(.minutes(3))
        }
        #expect(eventually { (try? bench.effect(effect)?.state) == .done })
        #expect(bench.isOnline(1))
        await bench.stop()
    }

    @Test("A router that was given back stays so, whatever the work on it still answers", arguments: Engine.available)
    func lateAnswer(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let (tenant, router, now) = (bench.world.tenant.id, bench.world.routers[0].id, bench.clock.now())
        try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.record(.released, note: "", at: now, on: router, of: tenant)
            for state in [Router.State.ready, .unreachable, .refusing] {
                try transaction.recordAnswer(state, note: "late", at: now, on: router, of: tenant)
            }
        }
        #expect(try bench.router()?.state == .released && bench.router()?.stateNote == "")
        await bench.stop()
    }

    /// How many commands the router has had.
    private func commands(_ bench: RouterBench) -> Int {
        bench.host.router.with { machine, _ in machine.journal.counts.values.reduce(0, +) }
    }
}
