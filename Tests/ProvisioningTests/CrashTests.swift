import Catalog
import Entitlements
import RouterOS
import RouterSimulator
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

/// The crash table: a gateway dies between any two steps of what it does, and another one goes on.
///
/// Nothing is doubled, nothing is lost, and the next sweep has nothing to write.
@Suite(.serialized, .ownThreads) struct CrashTests {
    /// What a device sent while it was online, told apart from what did not get through.
    struct Sent {
        var bytes: Int64 = 0

        mutating func send(_ bench: RouterBench, _ phone: Int, _ amount: Int64, at number: Int = 0) {
            if bench.traffic(phone, up: amount, down: 2 * amount, at: number) { bytes += 3 * amount }
        }
    }

    static func offer(_ bench: RouterBench) throws -> Package {
        try bench.world.makePackage(
            .fromFirstUse(.hours(12)), data: .upTo(DataVolume(bytes: 1 << 40)), rate: "2M/5M")
    }

    @Test("At any step of letting a device in", arguments: Engine.available)
    func connect(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let codes = try bench.vouchers(Self.offer(bench), 200)
        var step = 1
        while true {
            let (id, device) = try bench.redeem(codes[step - 1], step)
            let died = try await bench.work(dyingAt: step)
            var sent = Sent()
            sent.send(bench, step, 700)
            try await bench.work()
            sent.send(bench, step, 900)
            try await bench.work()
            let at = "step \(step)"
            #expect(try bench.writes() == 0, "\(at)")
            let effect = try #require(try bench.effect(id))
            #expect(effect.state == .done && effect.attempts == 1 && effect.note == .online, "\(at): \(effect)")
            #expect(sent.bytes >= 2_700, "\(at): what it sent did not get through")
            try bench.expectOne(device, online: true, used: sent.bytes, at)
            step += bench.stride
            guard died else { break }
        }
        #expect(step > 30, "the table is too short to be true")
        let devices = (step - 1) / bench.stride
        #expect(bench.users().count == devices && bench.online().count == devices)
        #expect(try bench.world.count("SELECT count(*) FROM main.entitlement") == devices)
        #expect(try bench.world.count("SELECT count(*) FROM main.effect WHERE state = 1") == devices)
        await bench.stop()
    }

    @Test("At any step of cutting one", arguments: Engine.available)
    func cut(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let codes = try bench.vouchers(Self.offer(bench), 200)
        var step = 1
        while true {
            let (_, device) = try bench.redeem(codes[step - 1], step)
            try await bench.work()
            var sent = Sent()
            sent.send(bench, step, 5_000)
            try bench.withdraw(device.entitlement)
            let died = try await bench.work(dyingAt: step)
            sent.send(bench, step, 700)
            try await bench.work()
            #expect(try bench.writes() == 0, "step \(step)")
            #expect(bench.users().isEmpty && bench.online().isEmpty, "step \(step)")
            try bench.expectNone(device, used: sent.bytes, "step \(step)")
            step += bench.stride
            guard died else { break }
        }
        #expect(step > 30, "the table is too short to be true")
        await bench.stop()
    }

    @Test("At any step of a device's way from one router to another", arguments: Engine.available)
    func move(engine: Engine) async throws {
        let bench = try RouterBench(engine, routers: 2)
        let codes = try bench.vouchers(Self.offer(bench), 200)
        var step = 1
        while true {
            let (_, device) = try bench.redeem(codes[step - 1], step)
            try await bench.work(on: [0, 1])
            var sent = Sent()
            sent.send(bench, step, 5_000)
            let (id, _) = try bench.redeem(codes[step - 1], step, at: 1)
            let died = try await bench.work(dyingAt: step, on: [1])
            sent.send(bench, step, 700)
            sent.send(bench, step, 700, at: 1)
            try await bench.work(on: [0, 1])
            sent.send(bench, step, 900, at: 1)
            try await bench.work(on: [0, 1])
            #expect(try bench.effect(id)?.state == .done, "step \(step)")
            #expect(bench.users(at: 0).isEmpty && bench.online(at: 0).isEmpty, "step \(step)")
            #expect(try bench.writes(at: 0) == 0 && bench.writes(at: 1) == 0, "step \(step)")
            try bench.expectOne(device, at: 1, online: true, used: sent.bytes, "step \(step)")
            try bench.withdraw(device.entitlement)
            step += bench.stride
            guard died else { break }
        }
        #expect(step > 40, "the table is too short to be true")
        await bench.stop()
    }

    @Test("At any step of another speed", arguments: Engine.available)
    func shape(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let (_, device) = try bench.redeem(bench.vouchers(Self.offer(bench))[0], 1)
        try await bench.work()
        var (step, sent) = (1, Sent())
        while true {
            sent.send(bench, 1, 700)
            let rate = step % 2 == 1 ? "3M/6M" : "4M/8M"
            try bench.boost(device, rate)
            let died = try await bench.work(dyingAt: step)
            try await bench.work()
            sent.send(bench, 1, 900)
            try await bench.work()
            let at = "step \(step)"
            #expect(try bench.writes() == 0, "\(at)")
            let profile = HotspotProfile(for: RateLimit(rate)).name
            try bench.expectOne(device, online: true, profile: profile, used: sent.bytes, at)
            let queues = bench.rows("/queue/simple").filter { $0["name"]?.hasPrefix("<hotspot-") == true }
            #expect(queues.map { $0["max-limit"] } == [RouterRateLimit(rate).map { "\($0.rate)" }], "\(at)")
            step += bench.stride
            guard died else { break }
        }
        #expect(step > 25, "the table is too short to be true")
        await bench.stop()
    }

    @Test("At any step of a sweep", arguments: Engine.available)
    func sweep(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        let codes = try bench.vouchers(Self.offer(bench), 4)
        let devices = try codes.enumerated().map { try bench.redeem($1, $0 + 1).1 }
        try await bench.work()
        var step = 1
        while true {
            try damage(bench, devices)
            let died = try await bench.work(dyingAt: step)
            try await bench.work()
            try await bench.work()
            #expect(try bench.writes() == 0, "step \(step)")
            for device in devices { try bench.expectOne(device, online: true, used: 0, "step \(step)") }
            #expect(bench.users().count == devices.count, "step \(step)")
            step += bench.stride
            guard died else { break }
        }
        #expect(step > 30, "the table is too short to be true")
        await bench.stop()
    }

    /// One user gone with its session, one disabled, one made twice, one given more than it paid for.
    private func damage(_ bench: RouterBench, _ devices: [Device]) throws {
        let users = "/ip/hotspot/user"
        let session = bench.online().first { $0["user"] == devices[0].username }
        if let id = session?[".id"] { try bench.operate("/ip/hotspot/active", "remove", [".id": id]) }
        try bench.operate(users, "remove", ["numbers": devices[0].username])
        bench.join(1)
        try bench.operate(users, "set", ["numbers": devices[1].username, "disabled": "yes"])
        let tag = UserTag(entitlement: devices[2].entitlement, mac: devices[2].mac)
        try bench.operate(users, "add", ["name": "twin", "comment": "\(tag)"])
        try bench.operate(
            users, "set", ["numbers": devices[3].username, "limit-bytes-total": "0", "profile": "default"])
    }
}

extension RouterBench {
    /// A device has one user and one session on the router, one counter and one entitlement, and used just what it sent.
    func expectOne(
        _ device: Device, at number: Int = 0, online isOnline: Bool, profile: String = "lango-2M-5M", used: Int64,
        _ words: String
    ) throws {
        let user = users(at: number).filter {
            RouterTag(comment: $0["comment"])?.subject.hasSuffix("/\(device.mac)") == true
        }
        #expect(user.map { $0["name"] } == [device.username], "\(words)")
        #expect(user.allSatisfy { $0["disabled"] != "true" && $0["profile"] == profile }, "\(words)")
        let sessions = online(at: number).filter { $0["mac-address"] == device.mac.description }
        #expect(sessions.map { $0["user"] } == (isOnline ? [device.username] : []), "\(words)")
        let entitlement = try #require(try entitlement(device.entitlement))
        #expect(entitlement.connectedAt != nil && entitlement.ended == nil, "\(words)")
        #expect(entitlement.dataUsed.bytes == used, "\(words): \(entitlement.dataUsed.bytes) of \(used)")
        #expect(try counters(of: device) == [world.routers[number].id], "\(words)")
    }

    /// Gives a device's access another speed for a day, as staff do.
    func boost(_ device: Device, _ rate: String) throws {
        let order = try #require(BoostOrder(rate: rate, span: "1d", volume: ""))
        let (now, tenant) = (clock.now(), world.tenant.id)
        let work = try world.store.writeNow(.tenant(tenant)) {
            try $0.boost(device.entitlement, order, of: tenant, at: now)
        }
        #expect(work?.isEmpty == false)
    }

    /// A device has no user, no session, no counter, and used just what it sent.
    func expectNone(_ device: Device, used: Int64, _ words: String) throws {
        #expect(try entitlement(device.entitlement)?.dataUsed.bytes == used, "\(words)")
        #expect(try counters(of: device).isEmpty, "\(words)")
        let open = try world.store.read(.tenant(world.tenant.id)) { transaction in
            try transaction.onlineCount(of: world.tenant.id)
        }
        #expect(open == 0, "\(words)")
    }

    private func counters(of device: Device) throws -> [ID<Router>] {
        let tenant = world.tenant.id
        return try world.store.read(.tenant(tenant)) {
            try $0.counters(of: device.entitlement, of: tenant).filter { $0.mac == device.mac }.map(\.router)
        }
    }
}
