import Catalog
import SQL
import Subscribers
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

/// A gateway dies between any two steps of a line's change, and another one goes on.
@Suite(.serialized, .ownThreads) struct LineCrashTests {
    /// Makes a change again and again, each time with a gateway that dies a step later than the one before.
    private func everyStep(
        of bench: RouterBench, on routers: [Int] = [0], atLeast least: Int, change: (Int) throws -> Void,
        expect: (Int) throws -> Void
    ) async throws {
        var step = 1
        while true {
            try change(step)
            let died = try await bench.work(dyingAt: step, on: routers)
            for _ in 1...2 { try await bench.work(on: routers) }
            for number in routers { #expect(try bench.writes(at: number) == 0, "step \(step)") }
            try expect(step)
            step += bench.stride
            guard died else { break }
        }
        #expect(step > least, "the table is too short to be true")
        await bench.stop()
    }

    private func bench(_ engine: Engine, routers: Int = 1) throws -> RouterBench {
        let bench = try RouterBench(engine, routers: routers)
        for number in 0..<routers { try bench.servePPPoE(at: number) }
        return bench
    }

    @Test("At any step of suspending and restoring a line", arguments: Engine.available)
    func change(engine: Engine) async throws {
        let bench = try bench(engine)
        let line = try bench.openLine("asha")
        try await bench.work()
        try await everyStep(of: bench, atLeast: 20) { step in
            if bench.connected().isEmpty { try bench.dial("asha") }
            try bench.changeLine { desk, transaction, tenant in
                step % 2 == 1
                    ? try desk.suspend(line.id, of: tenant, transaction)
                    : try desk.restore(line.id, of: tenant, transaction)
            }
        } expect: { (step) throws in
            #expect(try bench.isSettled(line), "step \(step)")
            #expect(bench.rows("/ppp/secret").count == 1, "step \(step)")
            let profile = step % 2 == 1 ? "lango-suspended" : "lango-2M-5M"
            #expect(bench.secret(of: line)?["profile"] == profile, "step \(step)")
            #expect(bench.connected().isEmpty, "step \(step): a session goes on under terms of before")
        }
    }

    @Test("At any step of opening a line and closing it", arguments: Engine.available)
    func life(engine: Engine) async throws {
        let bench = try bench(engine)
        var line: Line?
        try await everyStep(of: bench, atLeast: 15) { step in
            if let open = line {
                try bench.changeLine { try $0.close(open.id, of: $2, $1) }
                line = nil
            } else {
                line = try bench.openLine("line\(step)")
            }
        } expect: { step in
            #expect(
                bench.rows("/ppp/secret").compactMap { $0["name"] } == (line.map { [$0.name] } ?? []), "step \(step)")
            if let line { try bench.dial(line.name) }
            #expect(bench.connected() == (line.map { [$0.name] } ?? []), "step \(step)")
        }
    }

    @Test("At any step of another name, password and speed", arguments: Engine.available)
    func rename(engine: Engine) async throws {
        let bench = try bench(engine)
        let line = try bench.openLine("asha")
        let offers = try ["3M/6M", "4M/8M"].map { try bench.world.makePackage(.fromFirstUse(.days(30)), rate: $0) }
        try await bench.work()
        try bench.dial("asha")
        try await everyStep(of: bench, atLeast: 20) { step in
            let wanted = LineAmendment(
                name: "name\(step)", password: Secret("secret-name\(step)"), offer: offers[step % 2],
                router: line.router,
                address: nil)
            try bench.changeLine { try $0.amend(line.id, as: wanted, of: $2, $1) }
        } expect: { step in
            #expect(bench.rows("/ppp/secret").map { $0["name"] } == ["name\(step)"], "step \(step)")
            #expect(bench.connected().isEmpty, "step \(step): a session goes on under terms of before")
            try bench.dial("name\(step)")
        }
    }

    @Test("At any step of a line's way from one router to another", arguments: Engine.available)
    func move(engine: Engine) async throws {
        let bench = try bench(engine, routers: 2)
        let line = try bench.openLine("asha")
        let offer = try #require(
            try bench.world.store.read(.tenant(line.tenant)) { try $0.package(line.package, of: line.tenant) })
        try await bench.work(on: [0, 1])
        try bench.dial("asha")
        try await everyStep(of: bench, on: [0, 1], atLeast: 20) { step in
            let wanted = LineAmendment(
                name: "asha", password: nil, offer: offer, router: bench.world.routers[step % 2].id, address: nil)
            try bench.changeLine { try $0.amend(line.id, as: wanted, of: $2, $1) }
        } expect: { step in
            let (here, gone) = (step % 2, (step + 1) % 2)
            #expect(bench.rows("/ppp/secret", here).map { $0["name"] } == ["asha"], "step \(step)")
            #expect(bench.rows("/ppp/secret", gone).isEmpty && bench.connected(at: gone).isEmpty, "step \(step)")
            try bench.dial("asha", at: here)
        }
    }

    @Test("At any step of keeping a fixed address out and letting it back", arguments: Engine.available)
    func fixed(engine: Engine) async throws {
        let bench = try bench(engine)
        let address = try #require(IPv4Address("10.8.0.5"))
        let line = try bench.openLine("shop", kind: .fixed, address: "10.8.0.5", mac: World.mac(50))
        try await bench.work()
        try await everyStep(of: bench, atLeast: 15) { step in
            try bench.changeLine { desk, transaction, tenant in
                step % 2 == 1
                    ? try desk.suspend(line.id, of: tenant, transaction)
                    : try desk.restore(line.id, of: tenant, transaction)
            }
        } expect: { step in
            #expect(bench.isKeptOut(address) == (step % 2 == 1), "step \(step)")
            #expect(bench.rows("/queue/simple").count { $0["name"] == "lango-shop" } == 1, "step \(step)")
            #expect(bench.rows("/ip/dhcp-server/lease").count { $0["address"] == "10.8.0.5" } == 1, "step \(step)")
            let rules = bench.rows("/ip/firewall/filter").compactMap { $0["comment"] }.filter { $0.hasPrefix("lango:") }
            #expect(Set(rules).count == rules.count, "step \(step): \(rules)")
        }
    }
}
