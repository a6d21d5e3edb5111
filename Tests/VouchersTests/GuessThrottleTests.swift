import Catalog
import Crypto
import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Vouchers

@Suite struct GuessThrottleTests {
    @Test(
        "The pause doubles from the first up to the longest and stays there",
        arguments: [
            (
                GuessThrottle.Patience.device,
                [(4, 0), (5, 30), (6, 60), (7, 120), (11, 1_920), (12, 3_600), (13, 3_600), (1_000_000, 3_600)]
            ),
            (.address, [(29, 0), (30, 10), (31, 20), (33, 80), (34, 120), (99, 120)]),
            (.site, [(199, 0), (200, 2), (201, 4), (205, 60), (9_999, 60)]),
            (.tenant, [(1_999, 0), (2_000, 1), (2_004, 16), (2_005, 30), (.max, 30)]),
        ])
    func pauses(patience: GuessThrottle.Patience, pauses: [(Int, Int64)]) {
        for (failures, seconds) in pauses {
            #expect(patience.pause(after: failures) == .seconds(seconds), "\(failures)")
        }
    }

    /// Guesses a code that does not exist.
    private func guess(
        _ world: World, from mac: Int = 1, address: String = "192.0.2.1", at site: Int = 0, on now: Instant = World.noon
    ) throws -> VoucherRefusal? {
        let wrong = VoucherCode(canonical: Array("NOSUCHCODE".utf8))
        let owner = site == 2 ? world.other : world.tenant
        return try world.redeem(
            world.request(wrong, from: World.mac(mac), at: site, address: address, on: now, of: owner)
        ).failure
    }

    @Test(
        "Five guesses of a device are free, then the right code too must wait its time out", arguments: Engine.available
    )
    func device(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let code = try world.makeVouchers(world.makePackage()).codes[0]
        for _ in 0..<5 { #expect(try guess(world) == .unknown) }
        let until = World.noon + .seconds(30)
        #expect(try guess(world) == .locked(until: until))
        #expect(try world.redeem(world.request(code)).failure == .locked(until: until))
        #expect(
            try world.redeem(world.request(code, on: until - Span(milliseconds: 1))).failure == .locked(until: until))
        // Another device behind the same address is free.
        #expect(try guess(world, from: 2) == .unknown)
        #expect(try guess(world, on: until) == .unknown)
        #expect(try guess(world, on: until) == .locked(until: until + .minutes(1)))
        _ = try world.redeem(world.request(code, on: until + .minutes(1))).get()
    }

    @Test("Guesses while locked out do not lengthen the pause", arguments: Engine.available)
    func whileLocked(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        for _ in 0..<50 { _ = try guess(world) }
        #expect(try guess(world) == .locked(until: World.noon + .seconds(30)))
        #expect(try world.count("SELECT max(failures) FROM main.guess") == 5)
    }

    @Test("A device is forgotten after six quiet hours, not before", arguments: Engine.available)
    func memory(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        for _ in 0..<4 { _ = try guess(world) }
        let almost = World.noon + .hours(6)
        #expect(try guess(world, on: almost) == .unknown)
        #expect(try guess(world, on: almost) == .locked(until: almost + .seconds(30)))
        let later = almost + .hours(6) + Span(milliseconds: 1)
        for _ in 0..<5 { #expect(try guess(world, on: later) == .unknown) }
        #expect(try guess(world, on: later) == .locked(until: later + .seconds(30)))
    }

    @Test(
        "A device that changes its name is held by its address, one that changes both by the site",
        arguments: Engine.available)
    func evasion(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        for number in 0..<30 { #expect(try guess(world, from: number) == .unknown) }
        #expect(try guess(world, from: 99) == .locked(until: World.noon + .seconds(10)))
        for number in 30..<200 {
            #expect(try guess(world, from: number, address: "198.51.100.\(number)") == .unknown)
        }
        #expect(try guess(world, from: 999, address: "203.0.113.1") == .locked(until: World.noon + .seconds(2)))
        // Another site is open, and another provider wholly untouched.
        #expect(try guess(world, from: 999, address: "203.0.113.1", at: 1) == .unknown)
        #expect(try guess(world, from: 0, at: 2) == .unknown)
    }

    @Test("Who makes up devices does not hold a neighbour that was let in before", arguments: Engine.available)
    func neighbours(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let codes = try world.makeVouchers(world.makePackage(), 2).codes
        let entitlement = try world.redeem(world.request(codes[0], from: World.mac(500))).get().entitlement
        try world.store.writeNow(.tenant(world.tenant.id)) { try $0.start(entitlement, at: World.noon) }
        for number in 0..<250 { _ = try guess(world, from: number, address: "192.0.2.\(number % 5)") }
        #expect(try guess(world, from: 99) != .unknown)
        #expect(try world.redeem(world.request(codes[1], from: World.mac(501))).failure != nil, "a newcomer waits")
        _ = try world.redeem(world.request(codes[1], from: World.mac(500))).get()
        // Its own wrong codes hold it as ever.
        for _ in 0..<5 { #expect(try guess(world, from: 500) == .unknown) }
        #expect(try guess(world, from: 500) != .unknown)
    }

    @Test("What is mistyped, refused or welcome is no guess", arguments: Engine.available)
    func noGuess(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let codes = try world.makeVouchers(world.makePackage(), 2, until: World.noon + .hours(2)).codes
        for _ in 0..<8 {
            _ = try world.redeem(world.request(codes[0])).get()
            _ = try world.redeem(world.request(codes[0], from: World.mac(2))).failure
            _ = try world.redeem(world.request(codes[1], on: World.noon + .days(1))).failure
        }
        #expect(try world.count("SELECT count(*) FROM main.guess") == 0)
    }

    @Test("A very long client address is cut, not refused", arguments: Engine.available)
    func longAddress(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        #expect(try guess(world, address: String(repeating: "f", count: 10_000)) == .unknown)
        #expect(try world.count("SELECT max(length(subject)) FROM main.guess") <= 80)
    }
}
