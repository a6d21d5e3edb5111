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

/// What an operator, a restart or a mistake does to a router, and what a sweep makes of it.
struct RouterFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let cause: Drift.Cause
    let outcome: Drift.Outcome
    let deed: @Sendable (RouterBench, Device) throws -> Void

    init(
        _ name: String, _ cause: Drift.Cause, _ outcome: Drift.Outcome,
        _ deed: @escaping @Sendable (RouterBench, Device) throws -> Void
    ) {
        testDescription = name
        self.cause = cause
        self.outcome = outcome
        self.deed = deed
    }

    static let all: [RouterFault] = [
        RouterFault("user removed", .missing, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username])
        },
        RouterFault("user disabled", .changed, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "set", ["numbers": device.username, "disabled": "yes"])
        },
        RouterFault("limit-uptime raised", .changed, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "set", ["numbers": device.username, "limit-uptime": "40d"])
        },
        RouterFault("limit-uptime lowered", .changed, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "set", ["numbers": device.username, "limit-uptime": "10m"])
        },
        RouterFault("limits taken away", .changed, .repaired) { bench, device in
            try bench.operate(
                "/ip/hotspot/user", "set",
                ["numbers": device.username, "limit-uptime": "0s", "limit-bytes-total": "0"])
        },
        RouterFault("volume raised", .changed, .repaired) { bench, device in
            try bench.operate(
                "/ip/hotspot/user", "set", ["numbers": device.username, "limit-bytes-total": "1000000000"])
        },
        RouterFault("another device bound to the user", .changed, .repaired) { bench, device in
            try bench.operate(
                "/ip/hotspot/user", "set", ["numbers": device.username, "mac-address": "02:00:00:00:00:99"])
        },
        RouterFault("user renamed", .changed, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "set", ["numbers": device.username, "name": "mine"])
        },
        RouterFault("user on another profile", .changed, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "set", ["numbers": device.username, "profile": "default"])
        },
        RouterFault("profile made faster", .changed, .repaired) { bench, _ in
            try bench.operate("/ip/hotspot/user/profile", "set", ["numbers": "lango-2M-5M", "rate-limit": "50M/50M"])
        },
        RouterFault("user twice", .doubled, .repaired) { bench, device in
            let tag = UserTag(entitlement: device.entitlement, mac: device.mac)
            try bench.operate("/ip/hotspot/user", "add", ["name": "twin", "comment": "\(tag)"])
        },
        RouterFault("user with our mark that nobody knows", .unknown, .told) { bench, device in
            let tag = UserTag(entitlement: ID(at: 7), mac: device.mac)
            try bench.operate("/ip/hotspot/user", "add", ["name": "ghost", "comment": "\(tag)"])
        },
        RouterFault("user made by hand", .handAdded, .told) { bench, _ in
            try bench.operate("/ip/hotspot/user", "add", ["name": "boss", "password": "free"])
        },
        RouterFault("name taken by hand", .nameTaken, .told) { bench, device in
            try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username])
            try bench.operate("/ip/hotspot/user", "add", ["name": device.username, "comment": "the boss"])
        },
        RouterFault("binding past the hotspot", .bound, .told) { bench, device in
            try bench.operate(
                "/ip/hotspot/ip-binding", "add", ["mac-address": "\(device.mac)", "type": "bypassed"])
        },
        RouterFault("two bindings of one device", .boundTwice, .told) { bench, device in
            for type in ["regular", "blocked"] {
                try bench.operate(
                    "/ip/hotspot/ip-binding", "add", ["mac-address": "02:00:00:00:00:77", "type": type])
            }
        },
        RouterFault("queue in front of the users' queues", .hiddenQueue, .told) { bench, _ in
            try bench.operate(
                "/queue/simple", "add", ["name": "whole-lan", "target": "10.5.0.0/16", "max-limit": "1M/1M"])
        },
        RouterFault("FastTrack", .fastTrack, .told) { bench, _ in
            try bench.operate(
                "/ip/firewall/filter", "add",
                ["chain": "forward", "action": "fasttrack-connection", "comment": "defconf: fasttrack"])
        },
        RouterFault("pool removed", .poolMissing, .told) { bench, _ in
            try bench.operate("/ip/pool", "add", ["name": "guests", "ranges": "10.7.0.2-10.7.0.9"])
            let server = try #require(bench.rows("/ip/hotspot").first?["name"])
            try bench.operate("/ip/hotspot", "set", ["numbers": server, "address-pool": "guests"])
            try bench.operate("/ip/pool", "remove", ["numbers": "guests"])
        },
    ]
}

@Suite(.serialized, .ownThreads) struct SweepTests {
    @Test(
        "Each fault is told in one sweep and repaired where it is ours; the next sweep writes nothing",
        arguments: RouterFault.all)
    func fault(_ fault: RouterFault) async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let offer = try bench.world.makePackage(
            .fromFirstUse(.hours(2)), data: .upTo(DataVolume(bytes: 50_000_000)), rate: "2M/5M")
        let (id, device) = try bench.redeem(bench.vouchers(offer)[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        // The first sweep of a router brings the guard.
        #expect(try await bench.sweep(gateway).drifts.isEmpty)
        let sound = try await bench.sweep(gateway)
        #expect(sound.writes == 0 && sound.drifts.isEmpty, "\(sound.drifts)")

        try fault.deed(bench, device)
        let foreign = bench.foreign()
        let found = try await bench.sweep(gateway)
        #expect(found.drifts.contains { $0.cause == fault.cause && $0.outcome == fault.outcome }, "\(found.drifts)")
        #expect(bench.foreign() == foreign, "somebody else's rows were written")
        let again = try await bench.sweep(gateway)
        #expect(again.writes == 0, "\(again.drifts)")
        #expect(again.drifts.allSatisfy { $0.outcome == .told })
        if fault.cause == .unknown { #expect(bench.users().contains { $0["name"] == "ghost" }, "it was cut") }
        if fault.outcome == .repaired {
            let user = try #require(bench.users().first { $0["name"] == device.username })
            #expect(user["disabled"] != "true" && user["profile"] == "lango-2M-5M")
            #expect(user["mac-address"] == device.mac.description)
            #expect(bench.users().count == 1 && again.drifts.isEmpty)
            #expect(bench.rows("/ip/hotspot/user/profile").contains { $0["rate-limit"] == "2M/5M" })
        }
        await bench.stop()
    }

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
    func sweep(_ gateway: Provisioner) async throws -> (writes: Int, drifts: [Drift]) {
        let (tenant, id) = (world.tenant.id, world.routers[0].id)
        let before = try world.store.read(.tenant(tenant)) { try $0.sweep(of: id, of: tenant)?.sweptAt }
        clock.skip(Span(milliseconds: 5))
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
            return (sweep.writes, drifts.filter { $0.seenAt == sweep.sweptAt }.map(\.drift))
        }
    }

    /// Rows without our mark, as they stand.
    func foreign() -> [[Record]] {
        ["/ip/hotspot/user", "/ip/hotspot/ip-binding", "/queue/simple", "/ip/firewall/filter", "/ip/pool"].map { menu in
            rows(menu).filter { $0["comment"]?.hasPrefix("lango:") != true && $0["dynamic"] != "true" }
        }
    }
}
