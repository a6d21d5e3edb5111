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

/// Lines whose package counts data.
@Suite(.serialized, .ownThreads) struct LineUsageTests {
    @Test("Data that a login uses is counted over its sessions, and ends it", arguments: Engine.available)
    func data(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        try bench.servePPPoE()
        bench.start(readings: Span(milliseconds: 100))
        let line = try bench.openLine("asha", data: "10KB")
        #expect(try eventually { try bench.isSettled(line) })
        try bench.dial("asha")
        pass(bench, "asha", up: 1_000, down: 3_000)
        #expect(try eventually { try bench.used(line) == 4_000 })
        // Several readings within the session's first second, whose beginning the router tells in whole seconds.
        try readAgain(bench)
        #expect(try bench.used(line) == 4_000)
        bench.host.router.with { $0.hangUp("asha", at: $1) }
        bench.skip(.minutes(1))
        try bench.dial("asha")
        // More than before in the new session: only its beginning tells it from the old one.
        pass(bench, "asha", up: 1_500, down: 3_500)
        #expect(try eventually { try bench.used(line) == 9_000 })
        pass(bench, "asha", up: 500, down: 600)
        #expect(try eventually { try bench.entitlement(line.entitlement)?.ended?.reason == .dataUsed })
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-suspended" && bench.connected().isEmpty })
        await bench.stop()
    }

    @Test("Beyond the fair share a login dials in again slower, and is fast again the next day")
    func fairUse() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        bench.start(readings: Span(milliseconds: 100))
        let line = try bench.openLine("asha", fairUse: "10KB/day throttle 256k/512k")
        #expect(try eventually { try bench.isSettled(line) })
        try bench.dial("asha")
        pass(bench, "asha", up: 4_000, down: 7_000)
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-256k-512k" && bench.connected().isEmpty })
        try bench.dial("asha")
        #expect(speeds(bench) == ["256000/512000"])
        bench.clock.skip(.days(1))
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-2M-5M" && bench.connected().isEmpty })
        await bench.stop()
    }

    @Test("A fixed address is counted by its queue, also where its speed has no limit")
    func fixed() async throws {
        let bench = try RouterBench()
        bench.start(readings: Span(milliseconds: 100))
        let line = try bench.openLine("shop", rate: nil, kind: .fixed, address: "10.9.0.7", data: "10KB")
        #expect(try eventually { try bench.isSettled(line) })
        #expect(bench.rows("/queue/simple").first?["target"] == "10.9.0.7/32")
        bench.host.router.with { machine, now in
            machine.countQueue(of: IPv4Address("10.9.0.7") ?? IPv4Address(bits: 0), on: nil, up: 5_000, down: 6_000)
        }
        #expect(try eventually { try bench.entitlement(line.entitlement)?.ended?.reason == .dataUsed })
        #expect(eventually { bench.isKeptOut(IPv4Address("10.9.0.7") ?? IPv4Address(bits: 0)) })
        await bench.stop()
    }

    @Test("A line for nights is kept out by day, and let on by night", arguments: Engine.available)
    func hours(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        try bench.servePPPoE()
        bench.start()
        let line = try bench.openLine("asha", schedule: bench.openNow)
        #expect(try eventually { try bench.isSettled(line) })
        #expect(bench.secret(of: line)?["profile"] == "lango-2M-5M")
        bench.clock.skip(.hours(2))
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-suspended" })
        #expect(try bench.entitlement(line.entitlement)?.ended == nil)
        bench.clock.skip(.hours(22))
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-2M-5M" })
        await bench.stop()
    }

    private static let router = ID<Router>(high: 1, low: 1)

    @Test(
        "What passed between two readings",
        arguments: [
            (nil, nil, 30), ((router, 5, 10, 100), 50, 15), ((router, 5, 10, 100), nil, 15),
            ((router, 5, 10, 100), 101, 30),
            ((router, 11, 10, 100), 50, 30), ((router, 5, 21, 100), 50, 30),
            ((ID<Router>(high: 2, low: 2), 5, 10, 100), 50, 30), ((router, 10, 20, 100), 50, 0),
        ] as [((ID<Router>, Int64, Int64, Int64)?, Int64?, Int64)])
    func passed(known: (ID<Router>, Int64, Int64, Int64)?, began: Int64?, bytes: Int64) {
        let reading = LineCounter(router: Self.router, bytesUp: 10, bytesDown: 20, seenAt: 200)
        let before = known.map {
            LineCounter(router: $0.0, bytesUp: $0.1, bytesDown: $0.2, seenAt: Instant(milliseconds: $0.3))
        }
        #expect(reading.passed(since: before, countingFrom: began.map { Instant(milliseconds: $0) }).bytes == bytes)
    }

    @Test(
        "Another session counts from nothing",
        arguments: [("a", "b", 30), ("a", "a", 15), (nil, "a", 15), ("a", nil, 15)] as [(String?, String?, Int64)])
    func sessions(known: String?, now: String?, bytes: Int64) {
        let before = LineCounter(router: Self.router, bytesUp: 5, bytesDown: 10, seenAt: 100, session: known)
        let reading = LineCounter(router: Self.router, bytesUp: 10, bytesDown: 20, seenAt: 200, session: now)
        #expect(reading.passed(since: before, countingFrom: 50).bytes == bytes)
    }

    private func pass(_ bench: RouterBench, _ user: String, up: Int64, down: Int64) {
        _ = bench.host.router.with { $0.pppTraffic(user, up: up, down: down, at: $1) }
    }

    /// Waits until the counters were read a few times more.
    private func readAgain(_ bench: RouterBench) throws {
        let readings = { bench.host.router.with { machine, _ in machine.journal.counts["/interface print"] ?? 0 } }
        let known = readings()
        #expect(eventually { readings() > known + 3 })
    }

    private func speeds(_ bench: RouterBench) -> [String] {
        bench.rows("/queue/simple").filter { $0["dynamic"] == "true" }.compactMap { $0["max-limit"] }
    }
}
