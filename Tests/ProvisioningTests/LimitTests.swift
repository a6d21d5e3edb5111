import Catalog
import Crypto
import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers
import Wires

@testable import Provisioning
@testable import RouterSimulator

@Suite(.serialized, .ownThreads) struct LimitTests {
    @Test("With the gateway stopped the router itself ends the time")
    func routerEndsTime() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let (id, _) = try bench.redeem(bench.vouchers(bench.world.makePackage(.fromFirstUse(.seconds(2))))[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        await gateway.stop()
        #expect(bench.traffic(1))
        bench.skip(.seconds(4))
        #expect(!bench.isOnline(1))
        #expect(!bench.traffic(1))
        // The user is there still, but its time is used: it does not let anybody in.
        bench.skip(.minutes(5))
        #expect(!bench.traffic(1))
        await bench.stop()
    }

    @Test("The gateway ends the time too, and takes the user away", arguments: Engine.available)
    func gatewayEndsTime(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        bench.start()
        let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage(.fromFirstUse(.minutes(10))))[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        // Only the gateway's time passes: its end alone must be enough.
        bench.clock.skip(.minutes(11))
        #expect(eventually { bench.users().isEmpty && bench.online().isEmpty })
        #expect(try eventually { try bench.entitlement(device.entitlement)?.ended?.reason == .timeUp })
        await bench.stop()
    }

    @Test("Data that is used up ends on the router, and in the books with its reason")
    func data() async throws {
        let bench = try RouterBench()
        bench.start(readings: Span(milliseconds: 100))
        let offer = try bench.world.makePackage(.unlimited, data: .upTo(DataVolume(bytes: 10_000)))
        let (id, device) = try bench.redeem(bench.vouchers(offer)[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        bench.traffic(1, up: 1_000, down: 4_000)
        #expect(try eventually { try bench.usage(device)?.bytes ?? 0 >= 5_000 })
        #expect(bench.isOnline(1))
        bench.traffic(1, up: 2_000, down: 9_000)
        #expect(try eventually { try bench.entitlement(device.entitlement)?.ended?.reason == .dataUsed })
        #expect(eventually { bench.users().isEmpty && !bench.isOnline(1) })
        await bench.stop()
    }

    @Test(
        "What the router's own cut ended is not given again before the next reading",
        arguments: [Engine.sqlite, .postgres].filter(Engine.available.contains), [true, false])
    func ownCut(engine: Engine, byVolume: Bool) async throws {
        let bench = try RouterBench(engine)
        bench.startAfterReading()
        let offer = try bench.world.makePackage(
            byVolume ? .unlimited : .online(.minutes(10)),
            data: byVolume ? .upTo(DataVolume(bytes: 1_000_000)) : .unlimited)
        let code = try bench.vouchers(offer)[0]
        let (id, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        if byVolume { bench.traffic(1, up: 0, down: 1_000_000) } else { bench.skip(.minutes(11)) }
        #expect(!bench.traffic(1, up: 1, down: 1))
        // No reading has come in between: the store still has all of it.
        #expect(try bench.usage(device)?.bytes == 0)
        let (again, _) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(again)?.note == .tooLate })
        #expect(!bench.isOnline(1))
        #expect(try bench.entitlement(device.entitlement)?.ended?.reason == (byVolume ? .dataUsed : .timeUp))
        #expect(eventually { bench.users().isEmpty })
        await bench.stop()
    }

    @Test("Who comes back gets what the router's counters leave, also after the user was removed by hand")
    func partlyUsed() async throws {
        let bench = try RouterBench()
        bench.startAfterReading()
        let offer = try bench.world.makePackage(.unlimited, data: .upTo(DataVolume(bytes: 1_000_000)))
        let code = try bench.vouchers(offer)[0]
        let place = bench.join(1)
        let (id, device) = try bench.redeem(code, 1, address: place)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        bench.traffic(1, up: 100_000, down: 500_000)
        let (again, _) = try bench.redeem(code, 1, address: place)
        #expect(try eventually { try bench.effect(again)?.state == .done })
        #expect(try bench.usage(device)?.bytes == 600_000)
        #expect(bench.users().map { $0["limit-bytes-total"] } == ["1000000"])
        // What a removed user had counted since is gone with it; the new one counts from nothing.
        bench.host.router.with { machine, now in
            if let session = machine.hotspot.sessions.first { machine.close(session.id, because: "admin reset") }
        }
        let user = try #require(bench.users().first)
        try bench.host.router.perform(
            RouterCommand("/ip/hotspot/user", "remove", ["numbers": user["name"] ?? ""]))
        let (third, _) = try bench.redeem(code, 1, address: place)
        #expect(try eventually { try bench.effect(third)?.state == .done })
        #expect(bench.users().map { $0["limit-bytes-total"] } == ["400000"])
        bench.traffic(1, up: 0, down: 100_000)
        let (fourth, _) = try bench.redeem(code, 1, address: place)
        #expect(try eventually { try bench.effect(fourth)?.state == .done })
        #expect(try bench.usage(device)?.bytes == 700_000)
        await bench.stop()
    }

    @Test("A device that joins a shared voucher gets what the others' counters leave")
    func shared() async throws {
        let bench = try RouterBench()
        bench.startAfterReading()
        let offer = try bench.world.makePackage(.unlimited, data: .upTo(DataVolume(bytes: 1_000_000)), devices: 3)
        let code = try bench.vouchers(offer)[0]
        let (first, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(first)?.state == .done })
        bench.traffic(1, up: 0, down: 700_000)
        let (second, _) = try bench.redeem(code, 2)
        #expect(try eventually { try bench.effect(second)?.state == .done })
        #expect(bench.users().contains { $0["limit-bytes-total"] == "300000" })
        bench.traffic(2, up: 0, down: 300_000)
        let (third, _) = try bench.redeem(code, 3)
        #expect(try eventually { try bench.effect(third)?.note == .tooLate })
        #expect(try bench.entitlement(device.entitlement)?.ended?.reason == .dataUsed)
        #expect(eventually { bench.users().isEmpty && bench.online().isEmpty })
        await bench.stop()
    }

    @Test("Online time counts only while somebody is connected, all devices together")
    func onlineTime() async throws {
        let bench = try RouterBench()
        bench.start(readings: Span(milliseconds: 100))
        let offer = try bench.world.makePackage(.online(.minutes(30)), devices: 2)
        let code = try bench.vouchers(offer)[0]
        let (first, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(first)?.state == .done })
        bench.skip(.minutes(10))
        #expect(try eventually { try bench.usage(device)?.online ?? .zero >= Span.minutes(10) })
        let (second, _) = try bench.redeem(code, 2)
        #expect(try eventually { try bench.effect(second)?.state == .done })
        let limits = bench.users().compactMap { $0["limit-uptime"] }
        #expect(limits.contains { $0.hasPrefix("20m") || $0.hasPrefix("19m5") })
        bench.skip(.minutes(11))
        #expect(try eventually { try bench.entitlement(device.entitlement)?.ended?.reason == .timeUp })
        #expect(eventually { bench.users().isEmpty && bench.online().isEmpty })
        await bench.stop()
    }

    @Test("Usage adds up over sessions, restarts of the router and lost power, and never counts twice")
    func counting() async throws {
        let bench = try RouterBench()
        bench.start(readings: Span(milliseconds: 100))
        let code = try bench.vouchers(
            bench.world.makePackage(.fromFirstUse(.days(3)), data: .upTo(DataVolume(bytes: 1 << 40))))[0]
        let (id, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        var sent: Int64 = 0
        for round in 0..<4 {
            bench.traffic(1, up: 1_000, down: 9_000)
            sent += 10_000
            #expect(try eventually { try bench.usage(device)?.bytes ?? 0 >= sent }, "round \(round)")
            #expect(try bench.usage(device)?.bytes == sent)
            bench.host.router.with { machine, now in
                switch round {
                case 0:
                    let session = machine.hotspot.sessions.first { $0.mac == World.mac(1) }
                    if let session { machine.close(session.id, because: "user request") }
                case 1: machine.reboot(at: now)
                default: machine.cutPower(losingClock: round == 3, ntpAfter: .seconds(1), at: now)
                }
            }
            #expect(!bench.isOnline(1))
            // A reading sees the counters as they fell back, before they grow again.
            try await Task.sleep(for: .milliseconds(400))
            bench.join(1)
            let (again, _) = try bench.redeem(code, 1)
            #expect(try eventually { try bench.effect(again)?.state == .done }, "round \(round)")
            #expect(bench.isOnline(1), "round \(round)")
        }
        #expect(try bench.usage(device)?.bytes == sent)
        let entitlement = try bench.entitlement(device.entitlement)
        #expect(entitlement?.dataUsed.bytes == sent)
        let open = try bench.world.store.read(.tenant(bench.world.tenant.id)) {
            try $0.onlineCount(of: bench.world.tenant.id)
        }
        #expect(open <= 1)
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct CutTests {
    @Test("A cut ends the session, the cookie and the user: nobody comes back")
    func cut() async throws {
        let bench = try RouterBench()
        let gateway = bench.start()
        let (id, device) = try bench.redeem(
            bench.vouchers(bench.world.makePackage())[0], 1, address: IPv4Address(bits: 0x0A05_32C8))
        #expect(try eventually { try bench.effect(id)?.state == .done })
        let effect = try #require(try bench.effect(id))
        let password = try gateway.password(try #require(effect.answerSealed), of: effect).revealed
        // The phone's own browser logs in and is given a cookie.
        bench.join(1)
        let page = try #require(visit(bench, "POST", "/login", ["username": device.username, "password": password]))
        #expect(bench.isOnline(1))
        let cookies = Dictionary(
            page.headers.filter { $0.name.lowercased() == "set-cookie" }.compactMap { header -> (String, String)? in
                let pair = header.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
                return pair.count == 2 ? (String(pair[0]), String(pair[1])) : nil
            }
        ) { first, _ in first }
        #expect(!cookies.isEmpty && !bench.rows("/ip/hotspot/cookie").isEmpty)
        try bench.withdraw(device.entitlement)
        #expect(
            eventually { bench.users().isEmpty && bench.online().isEmpty && bench.rows("/ip/hotspot/cookie").isEmpty })
        bench.join(1)
        _ = visit(bench, "GET", "/login", [:], cookies)
        #expect(!bench.isOnline(1))
        _ = visit(bench, "POST", "/login", ["username": device.username, "password": password])
        #expect(!bench.isOnline(1) && !bench.traffic(1))
        await bench.stop()
    }

    private func visit(
        _ bench: RouterBench, _ method: String, _ target: String, _ form: [String: String],
        _ cookies: [String: String] = [:]
    ) -> ServletPage? {
        bench.host.router.with { machine, now in
            guard let address = WebAddress(authority: "127.0.0.1:8090", target: target) else { return nil }
            let request = PhoneRequest(method, address, form: form, cookies: cookies, directAuthority: "127.0.0.1:8090")
            guard case .page(let page) = machine.answer(request, from: World.mac(1), at: now) else { return nil }
            return page
        }
    }

    @Test("One device that logs out leaves the others of its code online; it may come back")
    func logOut() async throws {
        let bench = try RouterBench()
        bench.start()
        let code = try bench.vouchers(bench.world.makePackage(devices: 2))[0]
        let (tenant, now) = (bench.world.tenant.id, bench.clock.now())
        let (first, device) = try bench.redeem(code, 1)
        let (second, _) = try bench.redeem(code, 2)
        #expect(try eventually { try bench.effect(first)?.state == .done && bench.effect(second)?.state == .done })
        let cut = try bench.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.leave(device.mac, device.entitlement, of: tenant, at: now)
            return try transaction.request(.cut, device, at: IPv4Address(bits: 0), of: tenant, on: now)
        }
        #expect(try eventually { try bench.effect(cut)?.state == .done })
        #expect(!bench.isOnline(1) && bench.isOnline(2))
        let (back, _) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(back)?.state == .done })
        #expect(bench.isOnline(1) && bench.isOnline(2))
        await bench.stop()
    }

    @Test("A second code takes the device over: one session, the new user's")
    func takeOver() async throws {
        let bench = try RouterBench()
        bench.start()
        let codes = try bench.vouchers(bench.world.makePackage(), 2)
        for code in codes {
            let (id, device) = try bench.redeem(code, 1)
            #expect(try eventually { try bench.effect(id)?.state == .done })
            #expect(bench.online().map { $0["user"] } == [device.username])
        }
        await bench.stop()
    }

    @Test("What an operator made by hand stays as it is")
    func foreignUsers() async throws {
        let bench = try RouterBench()
        try bench.host.router.perform(
            RouterCommand("/ip/hotspot/user", "add", ["name": "office", "password": "x", "comment": "by hand"]))
        bench.start(readings: Span(milliseconds: 100))
        let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        try bench.withdraw(device.entitlement)
        #expect(eventually { bench.users().count == 1 })
        #expect(bench.users()[0]["name"] == "office" && bench.users()[0]["comment"] == "by hand")
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct RoamingTests {
    @Test("A device that moves to another router of its provider is counted once and leaves the first")
    func roaming() async throws {
        let bench = try RouterBench(routers: 2)
        bench.start(readings: Span(milliseconds: 100))
        let offer = try bench.world.makePackage(.fromFirstUse(.days(1)), data: .upTo(DataVolume(bytes: 1 << 40)))
        let code = try bench.vouchers(offer)[0]
        var sent: Int64 = 0
        for (round, number) in [0, 1, 0].enumerated() {
            let (id, device) = try bench.redeem(code, 1, at: number)
            #expect(try eventually { try bench.effect(id)?.state == .done }, "round \(round)")
            #expect(
                eventually { bench.online(at: 1 - number).isEmpty && bench.users(at: 1 - number).isEmpty },
                "round \(round)")
            bench.traffic(1, up: 0, down: 50_000, at: number)
            sent += 50_000
            #expect(try eventually { try bench.usage(device)?.bytes ?? 0 >= sent }, "round \(round)")
            // Several readings of both routers later it is the same.
            try await Task.sleep(for: .milliseconds(600))
            #expect(try bench.usage(device)?.bytes == sent, "round \(round)")
        }
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct LeftRouterTests {
    @Test("A request that names a router where the device is not ends nothing where it is", arguments: Engine.available)
    func namedElsewhere(engine: Engine) async throws {
        let bench = try RouterBench(engine, routers: 2)
        bench.start(readings: Span(milliseconds: 100))
        let code = try bench.vouchers(bench.world.makePackage())[0]
        let (id, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        // Nobody of that address waits at the second router.
        let (forged, _) = try bench.redeem(code, 1, at: 1, address: IPv4Address(bits: 0x0A05_32C8))
        #expect(try eventually { try bench.effect(forged)?.note == .needsForm })
        let reads = bench.hosts[1].router.with { machine, _ in machine.journal.counts["/ip/hotspot/user print"] ?? 0 }
        #expect(
            eventually {
                bench.hosts[1].router.with { machine, _ in machine.journal.counts["/ip/hotspot/user print"] ?? 0 }
                    > reads + 4
            })
        #expect(bench.isOnline(1) && bench.users().count == 1)
        // All of it ends with the voucher.
        try bench.withdraw(device.entitlement)
        #expect(eventually { bench.users().isEmpty && bench.users(at: 1).isEmpty && !bench.isOnline(1) })
        await bench.stop()
    }

    @Test("Who sends the login form at another router is there from then on, and leaves the first")
    func byForm() async throws {
        let bench = try RouterBench(routers: 2)
        let gateway = bench.start(readings: Span(milliseconds: 100))
        let code = try bench.vouchers(bench.world.makePackage(.fromFirstUse(.days(1))))[0]
        let (id, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        // A reading that time passes in would take the session for one that has just begun.
        #expect(try eventually { try bench.world.count("SELECT count(*) FROM main.session") == 1 })
        bench.skip(.minutes(1))
        let (moved, _) = try bench.redeem(code, 1, at: 1, address: IPv4Address(bits: 0x0A05_32C8))
        #expect(try eventually { try bench.effect(moved)?.note == .needsForm })
        let effect = try #require(try bench.effect(moved))
        let password = try gateway.password(try #require(effect.answerSealed), of: effect).revealed
        bench.join(1, at: 1)
        let address = try #require(WebAddress(authority: "127.0.0.1:8090", target: "/login"))
        _ = bench.hosts[1].router.with { machine, now in
            machine.answer(
                PhoneRequest(
                    "POST", address, form: ["username": device.username, "password": password], cookies: [:],
                    directAuthority: "127.0.0.1:8090"), from: World.mac(1), at: now)
        }
        #expect(eventually { bench.users().isEmpty && bench.online().isEmpty })
        #expect(bench.isOnline(1, at: 1))
        let tenant = bench.world.tenant.id
        let now = try bench.world.store.read(.tenant(tenant)) {
            try $0.device(device.mac, on: device.entitlement, of: tenant)
        }
        #expect(now?.router == bench.world.routers[1].id)
        await bench.stop()
    }

    @Test("What a router counted is added up after the device moved on, and the voucher ends by it")
    func leftBehind() async throws {
        let bench = try RouterBench(routers: 2)
        bench.startAfterReading()
        let offer = try bench.world.makePackage(.unlimited, data: .upTo(DataVolume(bytes: 1_000_000)))
        let code = try bench.vouchers(offer)[0]
        let (id, device) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        bench.traffic(1, up: 0, down: 600_001)
        // Nobody has read the first router when the second lets the device in, and both are asked for nothing but effects.
        let (moved, _) = try bench.redeem(code, 1, at: 1)
        #expect(try eventually { try bench.effect(moved)?.state == .done })
        #expect(try eventually { try bench.usage(device)?.bytes == 600_001 && bench.users().isEmpty })
        bench.traffic(1, up: 0, down: 400_000, at: 1)
        let (back, _) = try bench.redeem(code, 1)
        #expect(try eventually { try bench.entitlement(device.entitlement)?.ended?.reason == .dataUsed })
        #expect(try eventually { try bench.effect(back)?.state != .waiting })
        #expect(eventually { bench.users().isEmpty && bench.users(at: 1).isEmpty })
        let used = try bench.entitlement(device.entitlement)?.dataUsed
        #expect(used == DataVolume(bytes: 1_000_001))
        await bench.stop()
    }
}

@Suite(.serialized, .ownThreads) struct SharedWorkTests {
    @Test(
        "Two gateways on one database share the work: nothing is done twice",
        .enabled(if: Engine.available.contains(.postgres)))
    func twoGateways() async throws {
        let bench = try RouterBench(.postgres)
        let second = try Store(bench.world.store.location, migrations: World.migrations)
        bench.start()
        bench.start(on: second)
        let codes = try bench.vouchers(bench.world.makePackage(), 30)
        let ids = try codes.enumerated().map { try bench.redeem($0.element, $0.offset + 1).0 }
        #expect(
            try eventually(within: 40) { try bench.world.store.read(.platform) { try $0.allWaitingEffects() } == 0 })
        for id in ids { #expect(try bench.effect(id)?.note == .online) }
        let added = bench.host.router.with { machine, _ in
            machine.journal.entries.filter { $0.command.menu == "/ip/hotspot/user" && $0.command.verb == "add" }.count
        }
        let logins = bench.host.router.with { machine, _ in
            machine.journal.entries.filter { $0.command.menu == "/ip/hotspot/active" && $0.command.verb == "login" }
                .count
        }
        #expect(added == 30 && logins == 30)
        #expect(bench.users().count == 30 && bench.online().count == 30)
        await bench.stop()
        second.close()
    }
}
