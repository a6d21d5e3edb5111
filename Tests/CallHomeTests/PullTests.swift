import Catalog
import Entitlements
import HTTPClient
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

    @Test(
        "A code becomes a user, an open session and a running clock; the cut takes all of it away",
        arguments: Engine.available)
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

    @Test(
        "What is asked of the router comes back as over the other ways, whatever the text",
        arguments: ["6.49.10", "7.24"])
    func texts(version: String) async throws {
        let bench = try PullBench(version)
        try bench.install()
        let calling = bench.keepCalling()
        #expect(try eventually { try bench.router.state == .ready })
        let transport = try bench.transport
        let names = [
            "plain", "two words", "a=b;c=d", "quoted \"name\"", "dollar $x [boo]", "h\u{E9}t\u{E9} \u{1F600}",
            ";.id=*1;name=x", "\u{1}begins low", String(repeating: "x", count: 300), "back\\slash", "tab\tand\nline",
        ]
        for name in names {
            let id = try await transport.add(
                .hotspotUser, [("name", "texts"), ("comment", name)])
            let rows = try await transport.read(.hotspotUser, where: [("comment", name)], properties: ["comment"])
            #expect(rows.map(\.id) == [id], "\(name)")
            #expect(rows.first?["comment"] == name)
            try await transport.set(.hotspotUser, id, [("comment", "changed \(name)")])
            #expect(bench.rows("/ip/hotspot/user").contains { $0["comment"] == "changed \(name)" })
            try await transport.remove(.hotspotUser, id)
        }
        await #expect(throws: RouterError.self) {
            try await transport.remove(.hotspotUser, try #require(RouterID("*FFFF")))
        }
        calling.cancel()
        await bench.stop()
    }

    @Test("A table of thousands comes in parts")
    func parts() async throws {
        let bench = try PullBench("7.20.4")
        for number in 1...2_000 {
            try bench.host.router.perform(RouterCommand("/ip/hotspot/user", "add", ["name": "user-\(number)"]))
        }
        try bench.install()
        let calling = bench.keepCalling()
        #expect(try eventually { try bench.router.state == .ready })
        let rows = try await bench.transport.read(.hotspotUser, properties: ["name", "comment"])
        #expect(rows.count == bench.rows("/ip/hotspot/user").count)
        calling.cancel()
        await bench.stop()
    }

    @Test("A router that was away finds nothing of what is over by now, and what is still wanted is done")
    func lateReturn() async throws {
        let bench = try PullBench()
        let package = try bench.world.makePackage(.fromFirstUse(.hours(2)))
        let (_, over) = try bench.redeem(1, package)
        let (wanted, device) = try bench.redeem(2, package)
        bench.provisioner.nudge(try bench.router.id)
        #expect(try eventually { try bench.router.state == .unreachable })
        let tenant = bench.world.tenant.id
        _ = try bench.world.store.writeNow(.tenant(tenant)) {
            try $0.withdraw(over.entitlement, .withdrawn, of: tenant, at: .now)
        }
        try bench.install()
        let calling = bench.keepCalling()
        #expect(try eventually { try bench.effect(wanted)?.state == .done })
        #expect(bench.rows("/ip/hotspot/user").contains { $0["name"] == device.username })
        let made = bench.host.router.with { machine, _ in machine.journal.entries.map(\.command) }
        #expect(!made.contains { $0.verb == "add" && $0.arguments["name"] == over.username })
        #expect(!bench.rows("/ip/hotspot/user").contains { $0["name"] == over.username })
        calling.cancel()
        await bench.stop()
    }

    @Test("After a power cut in the middle of the work the script begins anew, and everything gets done")
    func powerCut() async throws {
        let bench = try PullBench()
        try bench.install()
        let calling = bench.keepCalling()
        #expect(try eventually { try bench.router.state == .ready })
        let package = try bench.world.makePackage(.fromFirstUse(.hours(2)))
        for phone in 1...2 {
            let (effect, device) = try bench.redeem(phone, package)
            bench.provisioner.nudge(try bench.router.id)
            bench.host.router.with { machine, now in
                machine.cutPower(losingClock: phone == 2, ntpAfter: .seconds(5), at: now)
            }
            // A call that the power cut off in the middle is waited for, ten seconds, before the next one is made.
            #expect(try eventually(within: 60) { try bench.effect(effect)?.state == .done }, "phone \(phone)")
            #expect(bench.rows("/ip/hotspot/user").filter { $0["name"] == device.username }.count == 1)
        }
        calling.cancel()
        await bench.stop()
    }

    @Test("A page that somebody put in between is not taken for an answer")
    func anotherAnswers() async throws {
        let bench = try PullBench()
        try bench.install(PullSecret(Secret("other")))
        #expect(eventually { bench.rows("/log").contains { $0["message"]?.contains("does not answer") == true } })
        #expect(try bench.router.state != .ready)
        #expect(!bench.desk.line(of: try bench.router.id.description).isPresent)
        await bench.stop()
    }

    @Test("Who does not show the router's token is nobody, and hears nothing of the router")
    func strangers() async throws {
        let bench = try PullBench()
        let token = try bench.secret.token.revealed
        let call = Array("lango 1 - 0 end\n".utf8)
        let wrong: [(String, String?, [UInt8], Int)] = try [
            (bench.url, nil, call, 401), (bench.url, "nobody", call, 401), (bench.url, token + "0", call, 401),
            (bench.url + "0", token, call, 401), (bench.url, token, Array("hello".utf8), 422),
            (bench.url, token, [], 422),
            (bench.url, token, [UInt8](repeating: 65, count: 70_000), 413),
        ]
        for (url, token, body, status) in wrong {
            #expect(try await bench.post(url, token, body).status == status)
        }
        let idle = try await bench.post(bench.url, token, call)
        #expect(idle.status == 200)
        #expect(String(decoding: idle.body, as: UTF8.self).hasPrefix("\(try bench.secret.mark.revealed) "))
        await bench.stop()
    }
}
