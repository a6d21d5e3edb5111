import RouterOS
import RouterSimulator
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Monitoring

/// Many routers followed at once.
@Suite(.serialized, .ownThreads) struct FleetWatchTests {
    private static let count = 500

    @Test("Five hundred routers are read in their turn; those that are dead or silent cost nobody else's")
    func follows() async throws {
        let fleet = try RouterFleet(
            (0..<Self.count).map { number in
                var settings = RouterHost.Settings()
                settings.router.password = Secret("open")
                settings.router.seed = UInt64(number)
                settings.router.version =
                    [RouterRelease(6, 49, 10), RouterRelease(7, 12), RouterRelease(7, 20)][number % 3]
                settings.phones = 0
                return settings
            })
        let world = try World(.sqlite)
        let template = world.routers[0]
        let routers = fleet.hosts.indices.map { number in
            Router(
                id: ID(at: World.noon), tenant: template.tenant, site: template.site, name: "r\(number)",
                address: "api://127.0.0.1", username: "lango", passwordSealed: [], stateAt: World.noon)
        }
        _ = try world.store.writeNow(.platform) { transaction in
            for router in routers { try transaction.insert(router, at: World.noon) }
        }
        // Every twentieth says nothing, every other twentieth is off.
        let isSilent = { (number: Int) in number % 20 == 7 }
        let isOff = { (number: Int) in number % 20 == 13 }
        var ways: [ID<Router>: any RouterTransport] = [:]
        for (number, router) in routers.enumerated() {
            if isSilent(number) { fleet.hosts[number].router.plan(Fault(.hang, times: nil)) }
            var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
            access.isSecure = false
            access.port = isOff(number) ? 1 : fleet.hosts[number].apiPort
            ways[router.id] = APITransport(access, on: WatchBench.sockets)
        }
        let (known, clock) = (ways, WatchBench.Clock())
        let keeper = TrafficKeeper(
            store: world.store, log: .silent, now: { clock.now }, steady: { clock.steady }
        ) { router in
            guard let way = known[router.id] else { throw RouterError(.unreachable, in: .systemResource) }
            return way
        }
        func read(since moment: Instant) async throws -> Set<Int> {
            let kept = try await world.store.fetch(.tenant(template.tenant)) { transaction in
                try routers.map { try transaction.watch(of: $0.id, of: $0.tenant)?.watch.readAt }
            }
            return Set(kept.indices.filter { kept[$0].map { $0 > moment } ?? false })
        }
        let alive = Set(routers.indices.filter { !isSilent($0) && !isOff($0) })
        keeper.start()
        #expect(try await eventually { try await read(since: 0) == alive }, "not all were read")
        let moment = clock.now
        clock.skip(.seconds(61))
        #expect(
            try await eventually { try await read(since: moment + .seconds(60)) == alive }, "not all in the next turn")
        for host in fleet.hosts { host.router.clearFaults() }
        await keeper.stop()
        fleet.stop()
        world.store.close()
    }

    private func eventually(_ isTrue: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<600 {
            if try await isTrue() { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }
}
