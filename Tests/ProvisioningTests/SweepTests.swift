import Catalog
import Entitlements
import RouterOS
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

@Suite(.serialized, .ownThreads) struct SweepTests {
    @Test("Devices that a power cut put off are let back in by themselves", arguments: Engine.available)
    func powerCut(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start(readings: Span(milliseconds: 100))
        for phone in 1...3 {
            let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage(.fromFirstUse(.hours(2))))[0], phone)
            #expect(try eventually { try bench.effect(id)?.state == .done })
        }
        bench.host.router.with { $0.cutPower(losingClock: false, ntpAfter: .seconds(1), at: $1) }
        #expect(bench.online().isEmpty)
        for phone in 1...2 { bench.join(phone) }
        try bench.ask()
        #expect(eventually { bench.isOnline(1) && bench.isOnline(2) })
        #expect(!bench.isOnline(3), "a device that is not there came online")
        await bench.stop()
    }

    @Test("Who logged out, whose volume others would use up, and who is out stays out")
    func staysOut() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let metered = try bench.world.makePackage(.unlimited, data: .upTo(DataVolume(bytes: 50_000_000)))
        let (id, device) = try bench.redeem(bench.vouchers(metered)[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        _ = try await bench.sweep(gateway)
        bench.skip(.hours(1))
        try bench.operate("/ip/hotspot/active", "remove", [".id": try #require(bench.online().first?[".id"])])
        bench.join(1)
        _ = try await bench.sweep(gateway)
        #expect(try bench.waiting(device) == 0)
        await bench.stop()
    }

    @Test("A router that lost everything is made anew within a reading", arguments: Engine.available)
    func rebuilt(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start(readings: Span(milliseconds: 100))
        var names: Set<String> = []
        for phone in 1...5 {
            let offer = try bench.world.makePackage(.fromFirstUse(.hours(2)), rate: phone < 3 ? "1M/2M" : "3M/4M")
            let (id, device) = try bench.redeem(bench.vouchers(offer)[0], phone)
            #expect(try eventually { try bench.effect(id)?.state == .done })
            names.insert(device.username)
        }
        for user in bench.users() {
            try bench.operate("/ip/hotspot/user", "remove", ["numbers": try #require(user["name"])])
        }
        for session in bench.online() {
            try bench.operate("/ip/hotspot/active", "remove", [".id": try #require(session[".id"])])
        }
        for name in ["lango-1M-2M", "lango-3M-4M"] {
            try bench.operate("/ip/hotspot/user/profile", "remove", ["numbers": name])
        }
        #expect(eventually { Set(bench.users().compactMap { $0["name"] }) == names })
        #expect(bench.users().allSatisfy { $0["limit-uptime"] != nil })
        #expect(eventually { (1...5).allSatisfy { bench.isOnline($0) } })
        await bench.stop()
    }

    @Test("Another board at the same address is told and nothing is written to it until staff say that it is meant")
    func otherBoard() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let code = try bench.vouchers(bench.world.makePackage(), 2)
        let (id, device) = try bench.redeem(code[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        bench.host.closeREST()
        let (second, _) = try bench.redeem(code[1], 2)
        #expect(try eventually { try bench.router()?.state == .unreachable })
        try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username])
        bench.host.router.with { machine, _ in
            machine.singletons["/system/routerboard"]?["serial-number"] = "ANOTHER"
            machine.singletons["/system/license"]?["system-id"] = "another"
        }
        try bench.host.reopenREST()
        #expect(try eventually { try bench.router()?.state == .refusing })
        #expect(try bench.router()?.stateNote.contains("Another board answers there") == true)
        #expect(bench.users().isEmpty, "the other board was written to")
        let router = try #require(try bench.router())
        let (tenant, now) = (bench.world.tenant.id, bench.clock.now())
        try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.amend(
                router.id, of: tenant, address: router.address, username: router.username,
                passwordSealed: router.passwordSealed, sshKeySealed: nil, at: now)
        }
        gateway.retry(router.id)
        #expect(try eventually { try bench.effect(second)?.state == .done })
        #expect(eventually { bench.users().count == 2 })
        await bench.stop()
    }

    @Test(
        "The guard is looked at once an hour and after each start of the router; what is missing of it is brought back")
    func keepsGuard() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        _ = try await bench.sweep(gateway)
        #expect(bench.guardScripts.count == GuardScript.parts.count + 2)
        let word = bench.word
        let usual = try await bench.sweep(gateway).requests
        #expect(usual <= 7)
        try bench.operate("/system/script", "remove", ["numbers": GuardScript.parts[0].name])
        #expect(try await bench.sweep(gateway).writes == 0)
        bench.skip(.hours(1))
        #expect(try await bench.sweep(gateway).drifts.contains { $0.name == GuardScript.parts[0].name })
        #expect(bench.guardScripts.count == GuardScript.parts.count + 2 && bench.word == word)
        let changes: [(String, [String: String])] = [
            ("/system/script", ["source": ":put 1"]), ("/system/script", ["policy": "read"]),
            ("/system/scheduler", ["interval": "1d"]), ("/system/scheduler", ["disabled": "yes"]),
            ("/system/scheduler", ["policy": "read"]),
        ]
        for (menu, change) in changes {
            try bench.operate(menu, "set", change.merging(["numbers": GuardScript.name]) { own, _ in own })
            bench.skip(.hours(1))
            #expect(try await bench.sweep(gateway).drifts.map(\.name) == [GuardScript.name], "\(change)")
            bench.skip(.hours(1))
            #expect(try await bench.sweep(gateway).writes == 0, "\(change)")
        }
        try bench.operate("/system/script", "remove", ["numbers": GuardScript.parts[0].name])
        bench.host.router.with { machine, now in machine.cutPower(losingClock: false, ntpAfter: nil, at: now) }
        bench.skip(.minutes(10))
        #expect(try await bench.sweep(gateway).drifts.contains { $0.name == GuardScript.parts[0].name })
        #expect(bench.word != word)
        await bench.stop()
    }

    @Test(
        "Phones reach the portal again where the rule for it is gone; a rule that shuts it out is told",
        arguments: ["192.0.2.7", "portal.example"])
    func keepsGarden(host: String) async throws {
        let bench = try RouterBench()
        let start = bench.clock.now()
        let gateway = bench.start(portal: PortalPlace("http://\(host):8080"))
        let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        _ = try await bench.sweep(gateway)
        let first = try bench.drifts(since: start)
        #expect(first.map(\.outcome) == [.repaired] && first.first?.name == host, "\(first)")
        let rules = "/ip/hotspot/walled-garden/ip"
        func isOpen() throws -> Bool {
            let ours = try #require(bench.rows(rules).first { $0["comment"] == "lango:garden" })
            return ours["dst-port"] == "8080" && ours["disabled"] != "true"
                && (ours["dst-address"] ?? ours["dst-host"])?.hasPrefix(host) == true
        }
        #expect(try isOpen())
        bench.skip(.hours(1))
        #expect(try await bench.sweep(gateway).writes == 0)
        for change in [["dst-port": "81"], ["disabled": "yes"], ["action": "drop"]] {
            for menu in [rules, "/ip/hotspot/walled-garden"] {
                // The table that looks into HTTP knows other actions.
                var change = change
                if menu != rules, change["action"] != nil { change["action"] = "deny" }
                for rule in bench.rows(menu) where rule["comment"] == "lango:garden" {
                    try bench.operate(menu, "set", change.merging(["numbers": rule[".id"] ?? ""]) { own, _ in own })
                }
            }
            bench.skip(.hours(1))
            #expect(try await bench.sweep(gateway).drifts.map(\.outcome) == [.repaired], "\(change)")
            #expect(try isOpen(), "\(change)")
        }
        for menu in [rules, "/ip/hotspot/walled-garden"] {
            for rule in bench.rows(menu) { try bench.operate(menu, "remove", ["numbers": try #require(rule[".id"])]) }
        }
        try bench.operate("/ip/hotspot/walled-garden", "add", ["action": "deny", "comment": "the boss"])
        try bench.operate(rules, "add", ["action": "drop", "protocol": "tcp", "comment": "the boss"])
        bench.skip(.hours(1))
        let shut = try await bench.sweep(gateway)
        #expect(shut.drifts.map(\.outcome) == [.told], "\(shut.drifts)")
        bench.skip(.hours(1))
        let again = try await bench.sweep(gateway)
        #expect(again.writes == 0 && again.drifts.map(\.outcome) == [.told])
        await bench.stop()
    }

    @Test("Two gateways on one database sweep by turns and double nothing")
    func together() async throws {
        guard case .postgres? = Engine.available.last else { return }
        let bench = try RouterBench(.postgres)
        let other = try Store(bench.world.store.location, migrations: World.migrations)
        bench.start()
        bench.start(on: other)
        let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        for _ in 0..<5 {
            try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username])
            try bench.ask()
            #expect(eventually(within: 30) { bench.users().count == 1 })
        }
        await bench.stop()
        other.close()
    }
}

extension RouterBench {
    /// Asks for a sweep, as a person does.
    func ask() throws {
        let (tenant, id, now) = (world.tenant.id, world.routers[0].id, clock.now())
        try world.store.writeNow(.tenant(tenant)) { try $0.askForSweep(of: id, of: tenant, at: now) }
    }

    /// How many effects wait for a device.
    func waiting(_ device: Device) throws -> Int {
        try world.store.read(.tenant(world.tenant.id)) {
            try $0.effects(of: device.entitlement, of: world.tenant.id, atMost: 100).count { $0.state == .waiting }
        }
    }

    /// An operator's command on the router.
    func operate(_ menu: String, _ verb: String, _ values: [String: String]) throws {
        try host.router.perform(RouterCommand(menu, verb, values))
    }

    /// Has a sweep made by the running gateway.
    func sweep(_ gateway: Provisioner) async throws -> (
        requests: Int, writes: Int, drifts: [Drift]
    ) {
        let (tenant, id) = (world.tenant.id, world.routers[0].id)
        let before = try world.store.read(.tenant(tenant)) { try $0.sweep(of: id, of: tenant)?.sweptAt }
        clock.skip(Span(milliseconds: 5))
        let start = clock.now()
        try ask()
        let isDone = try eventually(within: 30) {
            try world.store.read(.tenant(tenant)) { transaction in
                guard let sweep = try transaction.sweep(of: id, of: tenant) else { return false }
                return sweep.askedAt == nil && sweep.sweptAt != before
            }
        }
        try #require(isDone)
        return try world.store.read(.tenant(tenant)) { transaction in
            let sweep = try #require(try transaction.sweep(of: id, of: tenant))
            let drifts = try transaction.drifts(on: id, of: tenant, atMost: 100)
            // What was asked for while a sweep ended is swept once more.
            return (sweep.requests, sweep.writes, drifts.filter { $0.seenAt >= start }.map(\.drift))
        }
    }
}

extension RouterBench {
    /// The guard's scripts, with those in which it remembers.
    fileprivate var guardScripts: [String] {
        rows("/system/script").compactMap { $0["name"] }.filter { $0.hasPrefix(GuardScript.name) }
    }

    /// What the gateway has said of the time.
    fileprivate var word: String? { rows("/system/script").first { $0["name"] == GuardScript.word }?["source"] }
}
