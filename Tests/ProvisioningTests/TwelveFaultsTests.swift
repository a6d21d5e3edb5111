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

/// The twelve faults that providers meet, on one router at once: all told in one sweep, and what is ours repaired by it.
@Suite(.serialized, .ownThreads) struct TwelveFaultsTests {
    /// What is done to the router and by which word a sweep tells it.
    private struct Fault {
        let name: String
        let cause: Drift.Cause
        let place: String
        let outcome: Drift.Outcome

        init(_ name: String, _ cause: Drift.Cause, _ place: String, _ outcome: Drift.Outcome) {
            self.name = name
            self.cause = cause
            self.place = place
            self.outcome = outcome
        }

        func isTold(in drifts: [Drift]) -> Bool {
            drifts.contains { $0.cause == cause && $0.name == place && $0.outcome == outcome }
        }
    }

    @Test("Twelve of twelve on each release", arguments: FaultTableTests.releases)
    func twelve(release: RouterRelease) async throws {
        let bench = try RouterBench(by: [release < RouterRelease(7, 9) ? .api : .http], release: release)
        try bench.servePPPoE()
        let gateway = bench.start()
        let offer = try bench.world.makePackage(.fromFirstUse(.hours(2)), rate: "2M/5M")
        let devices = try bench.vouchers(offer, 4).enumerated().map { try bench.redeem($1, $0 + 1).1 }
        let (asha, gone) = (try bench.openLine("asha"), try bench.openLine("gone"))
        let shop = try bench.openLine("shop", kind: .fixed, address: "10.8.0.5")
        #expect(eventually(within: 30) { bench.users().count == 4 })
        #expect(try eventually { try [asha, gone, shop].allSatisfy { try bench.isSettled($0) } })
        try bench.withdraw(devices[3].entitlement)
        #expect(eventually { bench.users().count == 3 })
        _ = try await bench.sweep(gateway)
        #expect(try await bench.sweep(gateway).drifts.isEmpty)

        bench.clock.skip(Span(milliseconds: 5))
        let start = bench.clock.now()
        let faults = try damage(bench, devices, gone)
        let foreign = (bench.foreign(), bench.handMade())
        _ = try await bench.sweep(gateway)
        let found = try bench.drifts(since: start)
        for fault in faults { #expect(fault.isTold(in: found), "\(fault.name): \(found.map { "\($0)" })") }
        let again = try await bench.sweep(gateway)
        #expect(again.writes == 0, "\(again.drifts)")
        #expect(Set(again.drifts.map(\.name)) == Set(faults.filter { $0.outcome == .told }.map(\.place)))
        #expect(bench.foreign() == foreign.0 && bench.handMade() == foreign.1, "somebody else's rows were written")
        try expectSound(bench, devices)

        bench.host.router.with { machine, _ in machine.loseMenus(below: "/ip/hotspot") }
        let last = try await bench.sweep(gateway)
        #expect(last.drifts.contains { $0.cause == .hotspotMissing } && last.writes == 0)
        #expect(faults.count + 1 == 12)
        await bench.stop()
    }

    /// Eleven faults; the twelfth takes the hotspot away, and with it what four of these are about.
    private func damage(_ bench: RouterBench, _ devices: [Device], _ gone: Line) throws -> [Fault] {
        let (users, queues) = ("/ip/hotspot/user", "/queue/simple")
        let (tenant, over) = (bench.world.tenant.id, devices[3])
        // Closed while nobody could tell the router.
        try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.save(try #require(try transaction.line(gone.id, of: tenant)).closed(at: bench.clock.now()))
        }
        try bench.world.store.writeNow(.tenant(tenant)) { [id = devices[0].entitlement] transaction in
            _ = try transaction.run(
                "UPDATE main.entitlement SET rate_limit = '3M/6M' WHERE id = $1 AND tenant = $2", id, tenant)
        }
        try bench.operate(queues, "remove", ["numbers": "lango-shop"])
        try bench.operate(queues, "add", ["name": "everybody", "target": "172.16.0.0/16", "max-limit": "1M/1M"])
        try bench.operate(
            "/ip/hotspot/user/profile", "set", ["numbers": "lango-2M-5M", "parent-queue": "everybody"])
        try bench.operate(
            "/ip/firewall/filter", "add",
            ["chain": "forward", "action": "fasttrack-connection", "comment": "defconf: fasttrack"])
        try bench.operate("/ip/pool", "add", ["name": "guests", "ranges": "10.7.0.2-10.7.0.9"])
        let server = try #require(bench.rows("/ip/hotspot").first?["name"])
        try bench.operate("/ip/hotspot", "set", ["numbers": server, "address-pool": "guests"])
        try bench.operate("/ip/pool", "remove", ["numbers": "guests"])
        let twice = "02:00:00:00:00:77"
        for type in ["regular", "blocked"] {
            try bench.operate("/ip/hotspot/ip-binding", "add", ["mac-address": twice, "type": type])
        }
        try bench.operate(users, "add", ["name": "boss", "password": "free"])
        try bench.operate(users, "set", ["numbers": devices[1].username, "limit-uptime": "40d"])
        try bench.operate(users, "set", ["numbers": devices[2].username, "disabled": "yes"])
        let tag = UserTag(entitlement: over.entitlement, mac: over.mac)
        try bench.operate(users, "add", ["name": over.username, "comment": "\(tag)"])
        return [
            Fault("orphan PPP secret", .over, "gone", .repaired),
            Fault("stale profile after a plan change", .changed, devices[0].username, .repaired),
            Fault("deleted queue", .missing, "lango-shop", .repaired),
            Fault("dynamic parent queue hiding a limit", .hiddenQueue, "everybody", .told),
            Fault("FastTrack before the queues", .fastTrack, "defconf: fasttrack", .told),
            Fault("missing pool", .poolMissing, server, .told),
            Fault("duplicate MAC binding", .boundTwice, twice, .told),
            Fault("hand-added user", .handAdded, "boss", .told),
            Fault("wrong limit-uptime", .changed, devices[1].username, .repaired),
            Fault("disabled user", .changed, devices[2].username, .repaired),
            Fault("expired user re-added by hand", .over, over.username, .repaired),
        ]
    }

    private func expectSound(_ bench: RouterBench, _ devices: [Device]) throws {
        let users = bench.users().filter { $0["name"] != "boss" }
        #expect(Set(users.compactMap { $0["name"] }) == Set(devices.prefix(3).map(\.username)))
        #expect(users.allSatisfy { $0["disabled"] != "true" && $0["limit-uptime"] != "40d" })
        let profile = users.first { $0["name"] == devices[0].username }?["profile"]
        #expect(profile == "lango-3M-6M")
        #expect(bench.rows("/ppp/secret").compactMap { $0["name"] } == ["asha"])
        #expect(
            bench.rows("/queue/simple").contains { $0["name"] == "lango-shop" && $0["max-limit"] == "2000000/5000000" })
    }
}
