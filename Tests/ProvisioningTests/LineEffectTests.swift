import Catalog
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

@Suite(.serialized, .ownThreads) struct LineEffectTests {
    @Test(
        "A line dials in with its speed, and each change reaches its router and its session",
        arguments: Engine.available)
    func life(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        try bench.servePPPoE()
        bench.start()
        let line = try bench.openLine("asha")
        #expect(try eventually { try bench.isSettled(line) })
        #expect(bench.secret(of: line)?["profile"] == "lango-2M-5M")
        #expect(bench.secret(of: line)?["comment"]?.contains(" until=") == true, "the guard does not know its end")
        try bench.dial("asha")
        #expect(
            bench.rows("/queue/simple").contains {
                $0["name"] == "<pppoe-asha>" && $0["max-limit"] == "2000000/5000000"
            })

        try bench.changeLine { try $0.suspend(line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.connected().isEmpty })
        #expect(bench.secret(of: line)?["comment"]?.contains("until=") == false)
        let address = try bench.dial("asha")
        #expect(bench.isKeptOut(address))
        let rules = bench.rows("/ip/firewall/filter").filter { $0["dynamic"] != "true" && $0["chain"] == "forward" }
        #expect(rules.last?["comment"] == "the boss" && rules.dropLast().last?["action"] == "reject")

        try bench.changeLine { try $0.restore(line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.connected().isEmpty })
        #expect(!bench.isKeptOut(try bench.dial("asha")))

        let faster = try bench.world.makePackage(.fromFirstUse(.days(30)), rate: "8M/9M")
        try bench.changeLine { try $0.sell(faster, to: line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.connected().isEmpty })
        try bench.dial("asha")
        #expect(bench.rows("/queue/simple").contains { $0["max-limit"] == "8000000/9000000" })

        try bench.changeLine { try $0.rename(line.id, to: "neema", of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.connected().isEmpty })
        try bench.dial("neema", password: "secret-asha")
        try bench.changeLine { try $0.setPassword(Secret("another"), of: line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.connected().isEmpty })
        try bench.dial("neema", password: "another")

        try bench.changeLine { try $0.close(line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.connected().isEmpty })
        #expect(bench.secret(of: line) == nil)
        await bench.stop()
    }

    @Test(
        "What differs is changed as one order for the router; nothing that differs is no order, and what cannot be is nothing"
    )
    func amend() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        bench.start()
        let line = try bench.openLine("asha")
        #expect(try eventually { try bench.isSettled(line) })
        let tenant = line.tenant
        let same = try #require(
            try bench.world.store.read(.tenant(tenant)) { try $0.package(line.package, of: tenant) })
        let faster = try bench.world.makePackage(.fromFirstUse(.days(30)), rate: "8M/9M")
        func amend(_ name: String, _ password: String?, _ offer: Package) throws {
            let wanted = LineAmendment(
                name: name, password: password.map { Secret($0) }, offer: offer, router: line.router, address: nil)
            try bench.changeLine { try $0.amend(line.id, as: wanted, of: $2, $1) }
        }
        let orders: () throws -> Int = { try bench.world.count("SELECT count(*) FROM main.effect WHERE kind = 'line'") }
        let before = try orders()
        try amend("asha", nil, same)
        #expect(try orders() == before)
        #expect(throws: LineRefusal.self) { try amend("neema", "short", faster) }
        #expect(try orders() == before)
        try amend("neema", "another-one", faster)
        #expect(try orders() == before + 1)
        #expect(try eventually { try bench.isSettled(line) })
        let secret = bench.secret(of: line)
        #expect(secret?["name"] == "neema" && secret?["profile"] == "lango-8M-9M")
        try bench.dial("neema", password: "another-one")
        await bench.stop()
    }

    @Test(
        "A change of the burst alone begins the session anew, once",
        arguments: [
            ("2M/5M", "2M/5M 4M/9M 1M/3M 8s/8s"), ("2M/5M 4M/9M 1M/3M 8s/8s", "2M/5M"),
            ("2M/5M 4M/9M 1M/3M 8s/8s", "2M/5M 4M/9M 1M/3M 16s/16s"),
        ])
    func burst(before: String, after: String) async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        let gateway = bench.start()
        let line = try bench.openLine("asha", rate: before)
        #expect(try eventually { try bench.isSettled(line) })
        try bench.dial("asha")
        _ = try await bench.sweep(gateway)
        #expect(bench.connected() == ["asha"])
        let offer = try bench.world.makePackage(.fromFirstUse(.days(30)), rate: after)
        let wanted = LineAmendment(name: "asha", password: nil, offer: offer, router: line.router, address: nil)
        try bench.changeLine { try $0.amend(line.id, as: wanted, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) })
        #expect(bench.connected().isEmpty, "the session goes on with the burst of before")
        try bench.dial("asha")
        #expect(try await bench.sweep(gateway).writes == 0)
        #expect(bench.connected() == ["asha"])
        await bench.stop()
    }

    @Test("A change of one line leaves the sessions of others, and its own where its terms stay")
    func others() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        let gateway = bench.start()
        let (one, two) = (try bench.openLine("one"), try bench.openLine("two"))
        #expect(try eventually { try bench.isSettled(one) && bench.isSettled(two) })
        for name in ["one", "two"] { try bench.dial(name) }
        try bench.changeLine { try $0.suspend(one.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(one) && bench.connected() == ["two"] })
        _ = try await bench.sweep(gateway)
        #expect(bench.connected() == ["two"])
        await bench.stop()
    }

    @Test("A line whose time is over is kept out at once, and restored with a new period")
    func over() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        bench.start()
        let line = try bench.openLine("juma", time: .hours(1))
        #expect(try eventually { try bench.isSettled(line) })
        try bench.dial("juma")
        bench.skip(.hours(2))
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-suspended" && bench.connected().isEmpty })
        #expect(bench.isKeptOut(try bench.dial("juma")))
        try bench.changeLine { try $0.restore(line.id, of: $2, $1) }
        #expect(eventually { bench.secret(of: line)?["profile"] == "lango-2M-5M" && bench.connected().isEmpty })
        await bench.stop()
    }

    @Test("A line that moves is made at its new router and gone from the one before")
    func moves() async throws {
        let bench = try RouterBench(routers: 2)
        for number in 0...1 { try bench.servePPPoE(at: number) }
        bench.start()
        let line = try bench.openLine("mover")
        #expect(try eventually { try bench.isSettled(line) })
        try bench.dial("mover")
        let target = bench.world.routers[1].id
        try bench.changeLine { try $0.move(line.id, to: target, address: nil, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) })
        #expect(bench.secret(of: line) == nil && bench.connected().isEmpty)
        #expect(bench.secret(of: line, at: 1)?["name"] == "mover")
        await bench.stop()
    }

    @Test("An answer that was lost makes nothing twice", arguments: ["add", "set"])
    func lostReply(verb: String) async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        let first = verb == "add" ? nil : try bench.openLine("lost")
        bench.start()
        if let first { #expect(try eventually { try bench.isSettled(first) }) }
        bench.host.router.plan(Fault(.loseReply, menu: "/ppp/secret", verb: verb))
        let line = try first ?? bench.openLine("lost")
        if first != nil { try bench.changeLine { try $0.suspend(line.id, of: $2, $1) } }
        #expect(try eventually(within: 30) { try bench.isSettled(line) })
        #expect(bench.rows("/ppp/secret").filter { $0["name"] == "lost" }.count == 1)
        #expect(bench.secret(of: line)?["profile"] == (verb == "add" ? "lango-2M-5M" : "lango-suspended"))
        await bench.stop()
    }

    @Test("A fixed address has its queue and its lease, and is kept out while it is suspended")
    func fixed() async throws {
        let bench = try RouterBench()
        bench.start()
        let line = try bench.openLine("shop", kind: .fixed, address: "10.8.0.5", mac: World.mac(4))
        #expect(try eventually { try bench.isSettled(line) })
        let queue = bench.rows("/queue/simple").first { $0["name"] == "lango-shop" }
        #expect(queue?["max-limit"] == "2000000/5000000" && queue?["target"] == "10.8.0.5/32")
        #expect(bench.rows("/ip/dhcp-server/lease").contains { $0["address"] == "10.8.0.5" && $0["dynamic"] != "true" })
        func leases() -> [String?] {
            bench.rows("/ip/dhcp-server/lease").filter { $0["address"] == "10.8.0.5" && $0["dynamic"] != "true" }
                .map { $0["mac-address"] }
        }
        for mac in [World.mac(5), nil, World.mac(4)] {
            try bench.changeLine { try $0.setDevice(mac, of: line.id, of: $2, $1) }
            #expect(try eventually { try bench.isSettled(line) })
            #expect(leases() == [mac].compactMap { $0?.description })
        }
        let address = try #require(line.address)
        #expect(!bench.isKeptOut(address))
        try bench.changeLine { try $0.suspend(line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && bench.isKeptOut(address) })
        try bench.changeLine { try $0.restore(line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) && !bench.isKeptOut(address) })
        try bench.changeLine { try $0.close(line.id, of: $2, $1) }
        #expect(try eventually { try bench.isSettled(line) })
        #expect(!bench.rows("/queue/simple").contains { $0["name"] == "lango-shop" })
        #expect(
            !bench.rows("/ip/dhcp-server/lease").contains { $0["address"] == "10.8.0.5" && $0["dynamic"] != "true" })
        await bench.stop()
    }
}
