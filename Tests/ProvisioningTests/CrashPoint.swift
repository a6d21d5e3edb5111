import Foundation
import HTTPClient
import RouterOS
import SQL
import Synchronization
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

/// Stands still at an exchange, as a process that its machine has put aside, until a test lets it go on.
final class Standstill: Sendable {
    private enum Phase {
        case counting(Int)
        case held(CheckedContinuation<Void, Never>)
        case over
    }

    private let phase: Mutex<Phase>

    /// Stands still where an exchange begins or ends for the n-th time.
    init(at pass: Int) { phase = Mutex(.counting(pass)) }

    var isHeld: Bool { phase.withLock { if case .held = $0 { true } else { false } } }

    func pass() async {
        await withCheckedContinuation { go in
            let goesOn = phase.withLock { phase in
                guard case .counting(let left) = phase else { return true }
                phase = left == 1 ? .held(go) : .counting(left - 1)
                return left != 1
            }
            if goesOn { go.resume() }
        }
    }

    func release() {
        let held: CheckedContinuation<Void, Never>? = phase.withLock { phase in
            defer { phase = .over }
            if case .held(let go) = phase { return go }
            return nil
        }
        held?.resume()
    }
}

/// A way to a router that is watched before and after each exchange.
struct WatchedTransport: RouterTransport {
    let way: any RouterTransport
    let pass: @Sendable () async throws(RouterError) -> Void

    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        try await exchange { () async throws(RouterError) in
            try await way.read(menu, where: conditions, properties: properties)
        }
    }

    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        try await exchange { () async throws(RouterError) in try await way.add(menu, values) }
    }

    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        try await exchange { () async throws(RouterError) in try await way.set(menu, id, values) }
    }

    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        try await exchange { () async throws(RouterError) in try await way.remove(menu, id) }
    }

    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        try await exchange { () async throws(RouterError) in try await way.run(command, in: menu, arguments) }
    }

    private func exchange<Answer>(
        _ operation: () async throws(RouterError) -> Answer
    ) async throws(RouterError) -> Answer {
        try await pass()
        let answer = try await operation()
        try await pass()
        return answer
    }
}

extension RouterBench {
    /// How many steps later than the one before the next gateway of a crash table dies.
    ///
    /// The suite tries every third, `scripts/soak crashes` all. An odd number, since tables change things to and fro.
    var stride: Int { ProcessInfo.processInfo.environment["LANGO_CRASH_STEPS"] == "all" ? 1 : 3 }

    /// A gateway that works only when it is nudged; it dies or stands still at a step.
    func gateway(living life: Life, pausing standstill: Standstill? = nil) -> Provisioner {
        let clock = clock
        let doors = RouterDoors(masterKey: world.masterKey, client: HTTPClient(), rest: {}, now: { clock.now() })
        return Provisioner(
            store: life.store, masterKey: world.masterKey, log: .silent,
            now: {
                life.step()
                return clock.now()
            },
            door: { router in
                let transports = try doors.ways(to: router).map { way, transport in
                    let watched = WatchedTransport(way: transport) { () async throws(RouterError) in
                        life.step()
                        await standstill?.pass()
                        if life.isOver { throw RouterError(.interrupted(maybeDone: true)) }
                    }
                    return (way: way, transport: watched as any RouterTransport)
                }
                let transport = RouterWays(transports) { clock.now() }
                return RouterOSDoor(
                    hotspot: HotspotClient(transport), transport: transport, username: router.username,
                    server: router.hotspotServer, now: { clock.now() })
            })
    }

    /// Has a gateway do what waits and sweep the routers, unless it dies at a step before; whether it died.
    @discardableResult
    func work(dyingAt step: Int? = nil, on routers: [Int] = [0]) async throws -> Bool {
        clock.skip(Span(milliseconds: 5))
        let before = try routers.map { try sweptAt($0) }
        let life = try step.map { try Life(in: world.store.location, endingAt: $0) } ?? Life(in: world.store)
        let gateway = gateway(living: life)
        for number in routers { gateway.nudge(world.routers[number].id) }
        var nudged = ContinuousClock.now
        let isDone = try eventually(within: 30) {
            if life.isOver { return true }
            // Nobody else looks again where an exchange failed.
            if nudged.duration(to: .now) > .seconds(3) {
                for number in routers { gateway.retry(world.routers[number].id) }
                nudged = .now
            }
            let swept = try routers.map { try sweptAt($0) }
            return try zip(swept, before).allSatisfy { $0 != $1 }
                && world.store.read(.platform) { try $0.allWaitingEffects() } == 0
        }
        await gateway.stop()
        // It may have died after the work was done.
        let died = life.isOver
        life.finish()
        try #require(isDone, "step \(step ?? 0)")
        // What a dead gateway holds is free again after a while.
        if died, world.store.location.isShared { skip(.seconds(16)) }
        return died
    }

    func sweptAt(_ number: Int) throws -> Instant? {
        let (router, tenant) = (world.routers[number].id, world.tenant.id)
        return try world.store.read(.tenant(tenant)) { try $0.sweep(of: router, of: tenant)?.sweptAt }
    }

    /// How many requests of the last sweep were writes.
    func writes(at number: Int = 0) throws -> Int {
        let (router, tenant) = (world.routers[number].id, world.tenant.id)
        return try world.store.read(.tenant(tenant)) { try #require(try $0.sweep(of: router, of: tenant)).writes }
    }
}

extension Store.Location {
    /// Whether several gateways may work on it at once.
    var isShared: Bool { if case .postgres = self { true } else { false } }
}
