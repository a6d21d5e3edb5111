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

/// What a code gets, case by case, in one install that all cases of an engine share.
@Suite struct RedemptionTests {
    @Test("An unused code gets its package from now on, with the device in it", arguments: Engine.available)
    func unused(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(.fromFirstUse(.hours(6)), rate: "2M/5M", devices: 3)
        let code = try world.makeVouchers(offer).codes[0]
        let redemption = try world.redeem(world.request(code)).get()
        #expect(redemption.isFirst)
        #expect(redemption.entitlement.endsAt == World.noon + .hours(6))
        #expect(redemption.entitlement.rateLimit == RateLimit("2M/5M"))
        #expect(redemption.device.mac == World.mac(1))
        #expect(redemption.device.router == world.routers[0].id)
        let stored = try world.store.writeNow(.tenant(world.tenant.id)) {
            [tenant = world.tenant.id, keys = world.keys] in
            (
                try $0.entitlement(redemption.entitlement.id, of: tenant),
                try $0.voucher(hashed: keys.hash(code, of: tenant), of: tenant)
            )
        }
        #expect(stored.0 == redemption.entitlement)
        #expect(stored.1?.voucher.state == .used)
        #expect(stored.1?.voucher.entitlement == redemption.entitlement.id)
        #expect(stored.1?.voucher.changedAt == World.noon)
    }

    @Test("The same device again is welcome and changes nothing", arguments: Engine.available)
    func again(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let code = try world.makeVouchers(world.makePackage()).codes[0]
        let first = try world.redeem(world.request(code)).get()
        for minute in 1...5 {
            let again = try world.redeem(world.request(code, on: World.noon + .minutes(Int64(minute)))).get()
            #expect(!again.isFirst)
            #expect(again.entitlement == first.entitlement)
        }
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == 1)
        #expect(try world.count("SELECT count(*) FROM main.device") == 1)
        #expect(try world.count("SELECT count(*) FROM main.guess") == 0)
    }

    @Test("As many devices as the package says, and a place that is left is free again", arguments: Engine.available)
    func deviceLimit(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let code = try world.makeVouchers(world.makePackage(devices: 3)).codes[0]
        for phone in 1...3 { _ = try world.redeem(world.request(code, from: World.mac(phone))).get() }
        #expect(try world.redeem(world.request(code, from: World.mac(4))).failure == .deviceLimit(3))
        let entitlement = try world.redeem(world.request(code, from: World.mac(2))).get().entitlement.id
        try world.store.writeNow(.tenant(world.tenant.id)) {
            try $0.leave(World.mac(2), entitlement, of: world.tenant.id, at: World.noon)
        }
        _ = try world.redeem(world.request(code, from: World.mac(4))).get()
        #expect(try world.redeem(world.request(code, from: World.mac(2))).failure == .deviceLimit(3))
    }

    @Test("A voided code is void, before and after its time", arguments: Engine.available)
    func void(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let (batch, codes) = try world.makeVouchers(world.makePackage(), 3, until: World.noon + .hours(1))
        _ = try world.redeem(world.request(codes[0])).get()
        let voided = try world.store.writeNow(.tenant(world.tenant.id)) { try $0.voidUnused(of: batch, at: World.noon) }
        #expect(voided == 2)
        let counts = try world.store.read(.tenant(world.tenant.id)) { try $0.count(batch) }
        #expect([counts.unused, counts.used, counts.void] == [0, 1, 2])
        #expect(try world.redeem(world.request(codes[1])).failure == .void)
        #expect(try world.redeem(world.request(codes[2], on: World.noon + .days(9))).failure == .void)
        _ = try world.redeem(world.request(codes[0], on: World.noon + .minutes(1))).get()
    }

    @Test(
        "Before its time a code is not yet valid, from its end on expired; one in use does not expire",
        arguments: Engine.available)
    func validity(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let (from, until) = (World.noon, World.noon + .days(30))
        let codes = try world.makeVouchers(world.makePackage(.fromFirstUse(.days(2))), 2, from: from, until: until)
            .codes
        let tick = Span(milliseconds: 1)
        #expect(try world.redeem(world.request(codes[0], on: from - tick)).failure == .notYetValid(from: from))
        #expect(try world.redeem(world.request(codes[0], on: until)).failure == .expired(at: until))
        _ = try world.redeem(world.request(codes[1], on: from)).get()
        _ = try world.redeem(world.request(codes[0], on: until - tick)).get()
        _ = try world.redeem(world.request(codes[0], on: until + .days(1))).get()
        #expect(try world.count("SELECT count(*) FROM main.guess") == 0)
    }

    @Test("The package tells how long a voucher is good where the batch does not", arguments: Engine.available)
    func packageValidity(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(validity: .upTo(.days(90)))
        #expect(try world.makeVouchers(offer).batch.validUntil == World.noon + .days(90))
        #expect(try world.makeVouchers(offer, until: World.noon + .days(1)).batch.validUntil == World.noon + .days(1))
        #expect(throws: BatchOrder.Flaw.validity) { try world.makeVouchers(offer, until: World.noon) }
        for size in [0, -1, 1_000_001] {
            #expect(throws: BatchOrder.Flaw.size) { try world.makeVouchers(offer, size) }
        }
    }

    @Test("A code of one site is refused at another, used or not", arguments: Engine.available)
    func otherSite(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let codes = try world.makeVouchers(world.makePackage(), 2, at: world.sites[1]).codes
        #expect(try world.redeem(world.request(codes[0], at: 0)).failure == .otherSite(world.sites[1].id))
        _ = try world.redeem(world.request(codes[0], at: 1)).get()
        #expect(try world.redeem(world.request(codes[0], at: 0)).failure == .otherSite(world.sites[1].id))
    }

    @Test("A code of one provider is unknown to the other, and counts as a guess there", arguments: Engine.available)
    func otherTenant(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let code = try world.makeVouchers(world.makePackage()).codes[0]
        #expect(try world.redeem(world.request(code, at: 2, of: world.other)).failure == .unknown)
        // Even the other's own keyed hash finds nothing in a foreign scope.
        let stolen = RedemptionRequest(
            tenant: world.other.id, site: world.sites[2].id, router: world.routers[2].id, mac: World.mac(1),
            clientAddress: "192.0.2.1", hashes: [world.keys.hash(code, of: world.tenant.id)], now: World.noon,
            offset: World.offset)
        #expect(try world.redeem(stolen).failure == .unknown)
        #expect(throws: (any Error).self) {
            try world.store.writeNow(.tenant(world.other.id)) { transaction in
                guard case .success = try transaction.redeem(world.request(code)) else { throw VoucherRefusal.unknown }
            }
        }
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == 0)
        _ = try world.redeem(world.request(code)).get()
    }

    @Test("Used up by time, data or online time a code says so, even outside its hours", arguments: Engine.available)
    func usedUp(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let cases: [(Package, Span, Int64, Instant, VoucherRefusal)] = try [
            (world.makePackage(), .zero, 0, World.noon + .hours(1), .usedUp(.timeUp, at: World.noon + .hours(1))),
            (
                world.makePackage(.online(.minutes(30))), .minutes(30), 0, World.noon + .days(2),
                .usedUp(.timeUp, at: World.noon + .days(2))
            ),
            (
                world.makePackage(.unlimited, data: .upTo(DataVolume(bytes: 1_000))), .zero, 1_000,
                World.noon + .days(2),
                .usedUp(.dataUsed, at: World.noon + .days(2))
            ),
            (
                world.makePackage(.fromFirstUse(.days(9)), schedule: "fri 08:00-14:00"), .zero, 0,
                World.noon + .hours(3),
                .outsideSchedule(opens: World.noon + .days(7) - .hours(4))
            ),
            (
                world.makePackage(.fromFirstUse(.days(6)), schedule: "fri 08:00-14:00"), .zero, 0,
                World.noon + .hours(3), .usedUp(.timeUp, at: World.noon + .hours(2))
            ),
            (
                world.makePackage(.fromFirstUse(.days(9)), fairUse: "1KB/day block"), .zero, 1_000,
                World.noon + .hours(3), .fairShareUsed(until: World.noon + .hours(12))
            ),
        ]
        for (offer, online, bytes, then, refusal) in cases {
            let code = try world.makeVouchers(offer).codes[0]
            let redemption = try world.redeem(world.request(code)).get()
            try world.store.writeNow(.tenant(world.tenant.id)) { transaction in
                try transaction.start(redemption.entitlement, at: World.noon)
                try transaction.record(Usage(), of: redemption.device, adding: online, bytes, of: world.tenant.id)
            }
            #expect(try world.redeem(world.request(code, on: then)).failure == refusal)
        }
    }

    @Test("A code whose access staff have suspended lets nobody in, whoever enters it", arguments: Engine.available)
    func suspended(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let code = try world.makeVouchers(world.makePackage(devices: 3)).codes[0]
        let access = try world.redeem(world.request(code)).get().entitlement.id
        try world.store.writeNow(.tenant(world.tenant.id)) { [tenant = world.tenant.id] in
            _ = try $0.markSuspended(access, because: "x", by: "Asha", of: tenant, at: World.noon)
        }
        for phone in 1...2 {
            let request = world.request(code, from: World.mac(phone), on: World.noon + .minutes(1))
            #expect(try world.redeem(request).failure == .suspended)
        }
    }

    @Test(
        "Outside its hours a code waits for the next; inside, closing time shortens what it gets",
        arguments: Engine.available)
    func schedule(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        // Noon is 12:00 on a Friday in Nairobi.
        let night = try world.makeVouchers(world.makePackage(.fromFirstUse(.hours(10)), schedule: "22:00-06:00")).codes[
            0]
        #expect(try world.redeem(world.request(night)).failure == .outsideSchedule(opens: World.noon + .hours(10)))
        let late = try world.redeem(world.request(night, on: World.noon + .hours(13))).get()
        #expect(late.entitlement.endsAt == World.noon + .hours(18))
        let weekend = try world.makeVouchers(world.makePackage(schedule: "sat-sun 00:00-24:00"), 1).codes[0]
        #expect(try world.redeem(world.request(weekend)).failure == .outsideSchedule(opens: World.noon + .hours(12)))
        let short = try world.redeem(world.request(weekend, on: World.noon + .hours(20))).get()
        #expect(short.entitlement.endsAt == World.noon + .hours(21))
    }

    @Test(
        "A batch cannot be used before it is complete, and is forgotten when it never was", arguments: Engine.available)
    func incomplete(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage()
        let (batch, codes) = try world.makeVouchers(offer, 2)
        _ = try world.store.writeNow(.platform) {
            try $0.run("UPDATE main.batch SET is_complete = 0 WHERE id = $1", batch.id)
        }
        #expect(try world.redeem(world.request(codes[0])).failure == .unknown)
        let discarded = try world.store.writeNow(.platform) {
            try $0.discardUnfinishedBatches(before: World.noon + .hours(1))
        }
        #expect(discarded == 1)
        #expect(try world.count("SELECT count(*) FROM main.voucher") == 0)
        let order = try BatchOrder(
            offer: offer, size: 12_000, format: CodeFormat(), validFrom: World.noon, madeBy: "a test")
        let given = try BatchMaker(store: world.store, keys: world.keys).make(order, at: World.noon) { $0 < 7_000 }
        #expect(given == nil)
        #expect(try world.count("SELECT count(*) FROM main.voucher") == 0)
        #expect(try world.count("SELECT count(*) FROM main.batch") == 0)
    }

    @Test(
        "Of several readings of what was typed the one that exists counts, and a wrong one counts once",
        arguments: Engine.available)
    func readings(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let code = try world.makeVouchers(world.makePackage()).codes[0]
        let wrong = [UInt8](repeating: 7, count: 16)
        let base = world.request(code)
        func request(_ hashes: [[UInt8]]) -> RedemptionRequest {
            RedemptionRequest(
                tenant: base.tenant, site: base.site, router: base.router, mac: base.mac, clientAddress: "192.0.2.1",
                hashes: hashes, now: World.noon, offset: World.offset)
        }
        _ = try world.redeem(request([wrong] + base.hashes)).get()
        #expect(try world.count("SELECT count(*) FROM main.guess") == 0)
        #expect(try world.redeem(request([wrong, wrong, wrong])).failure == .unknown)
        #expect(try world.count("SELECT max(failures) FROM main.guess") == 1)
        #expect(try world.redeem(request([])).failure == .unknown)
    }
}

extension Result {
    /// Why not, where it is no success.
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
