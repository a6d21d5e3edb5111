import Catalog
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Entitlements

/// Hours that open again, fair use and boosts, as a pure matter of what is stored.
@Suite struct PacingTests {
    /// Midnight at the place is noon of the world minus twelve hours.
    static let midnight = World.noon - .hours(12)

    static func granted(
        _ time: Package.TimeLimit = .fromFirstUse(.days(3)), hours: String? = nil, fairUse: String? = nil,
        from start: Instant = midnight + .hours(23)
    ) -> Entitlement {
        let offer = Package(
            id: ID(high: 3, low: 3), tenant: ID(high: 2, low: 2), name: "x", price: Money(minorUnits: 1, in: .kes),
            time: time, rateLimit: RateLimit("2M/5M"), schedule: hours.flatMap { Schedule($0) },
            fairUse: fairUse.flatMap { FairUse($0) })
        let fresh = Entitlement(
            granting: offer, for: .staff, ID(high: 4, low: 4), at: nil, from: start, offset: World.offset)
        return Entitlement(
            id: fresh.id, tenant: fresh.tenant, package: fresh.package, source: .staff, sourceID: fresh.sourceID,
            site: nil,
            startsAt: start, endsAt: fresh.endsAt, closesAt: fresh.closesAt, connectedAt: start,
            onlineLimit: fresh.onlineLimit, dataLimit: fresh.dataLimit, rateLimit: fresh.rateLimit,
            deviceLimit: 1, pacing: fresh.pacing)
    }

    static func using(_ bytes: Int64, of entitlement: Entitlement) -> Entitlement {
        var pacing = entitlement.pacing
        pacing.fairUsed = DataVolume(bytes: bytes)
        return Entitlement(
            id: entitlement.id, tenant: entitlement.tenant, package: entitlement.package, source: .staff,
            sourceID: entitlement.sourceID, site: nil, startsAt: entitlement.startsAt, endsAt: entitlement.endsAt,
            closesAt: entitlement.closesAt, connectedAt: entitlement.connectedAt, onlineLimit: entitlement.onlineLimit,
            dataLimit: entitlement.dataLimit, rateLimit: entitlement.rateLimit, deviceLimit: 1, pacing: pacing)
    }

    @Test("A package for nights is open by night until it is over")
    func nights() {
        var access = Self.granted(hours: "22:00-06:00")
        let start = Self.midnight + .hours(23)
        #expect(access.wallEnd(at: start) == start + .hours(7))
        #expect(access.nextTurn(after: start) == start + .hours(7))
        for night in 0..<3 {
            let closing = Self.midnight + .days(Int64(night) + 1) + .hours(6)
            let opening = closing + .hours(16)
            #expect(access.balance(at: closing - .minutes(1)).remainder?.time == .upTo(.minutes(1)))
            #expect(access.balance(at: closing) == .paused(Pause(.hours, until: opening)), "night \(night)")
            #expect(access.turned(at: closing, offset: World.offset) == access)
            #expect(access.nextTurn(after: closing) == opening)
            access = access.turned(at: opening, offset: World.offset)
        }
        // The fourth evening: an hour is left of the three days.
        let evening = Self.midnight + .days(3) + .hours(22)
        #expect(access.balance(at: evening).remainder?.time == .upTo(.hours(1)))
        #expect(access.pacing.opensAt == nil)
        #expect(access.nextTurn(after: evening) == nil)
        #expect(access.balance(at: evening + .hours(1)) == .ended(.timeUp, at: evening + .hours(1)))
    }

    @Test("A gateway that was away for days enters the window of the present")
    func sleeper() {
        let access = Self.granted(.fromFirstUse(.days(30)), hours: "22:00-06:00")
        let later = Self.midnight + .days(9) + .hours(23)
        #expect(access.turned(at: later, offset: World.offset).wallEnd(at: later) == later + .hours(7))
        let noon = Self.midnight + .days(9) + .hours(12)
        let turned = access.turned(at: noon, offset: World.offset)
        #expect(turned.balance(at: noon) == .paused(Pause(.hours, until: noon + .hours(10))))
        #expect(turned.nextTurn(after: noon) == noon + .hours(10))
    }

    @Test("Beyond the fair share the speed falls, and rises with the next day")
    func throttle() {
        let day = Self.granted(fairUse: "1GB/day throttle 256k/512k")
        let start = Self.midnight + .hours(23)
        #expect(day.speed == RateLimit("2M/5M"))
        #expect(Self.using(999_999_999, of: day).speed == RateLimit("2M/5M"))
        let slow = Self.using(1_000_000_000, of: day)
        #expect(slow.speed == RateLimit("256k/512k"))
        #expect(slow.balance(at: start).remainder != nil)
        #expect(slow.nextTurn(after: start) == start + .hours(1))
        let next = slow.turned(at: start + .hours(1), offset: World.offset)
        #expect(next.speed == RateLimit("2M/5M"))
        #expect(next.pacing.fairUntil == start + .hours(25))
        #expect(slow.turned(at: start + .hours(1) - Span(milliseconds: 1), offset: World.offset) == slow)
    }

    @Test("A block lasts until the period is over; a notice changes nothing; a share without period never ends")
    func deeds() {
        let start = Self.midnight + .hours(23)
        let blocked = Self.using(5, of: Self.granted(fairUse: "5B/day block"))
        #expect(blocked.balance(at: start) == .paused(Pause(.fairUse, until: start + .hours(1))))
        let noticed = Self.using(5, of: Self.granted(fairUse: "5B/day notify"))
        #expect(noticed.balance(at: start).remainder != nil && noticed.speed == RateLimit("2M/5M"))
        let forever = Self.using(5, of: Self.granted(fairUse: "5B throttle 1k"))
        #expect(forever.speed == RateLimit("1k") && forever.nextTurn(after: start) == nil)
    }

    @Test("A boost stands above fair use while it lasts")
    func boost() throws {
        let speed = try #require(RateLimit("9M"))
        let start = Self.midnight + .hours(23)
        let slow = Self.using(5, of: Self.granted(fairUse: "5B/month throttle 1k"))
        let fast = slow.boosted(Pacing.Boost(rate: speed, until: start + .hours(2)))
        #expect(fast.speed == RateLimit("9M"))
        #expect(fast.nextTurn(after: start) == start + .hours(2))
        #expect(fast.turned(at: start + .hours(2), offset: World.offset).speed == RateLimit("1k"))
    }

    @Test("The pace is stored, counted and turned; a period that goes on keeps its count", arguments: Engine.available)
    func store(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let tenant = world.tenant.id
        let offer = try world.makePackage(
            .fromFirstUse(.days(9)), rate: "2M/5M", schedule: "10:00-14:00", fairUse: "1KB/day throttle 1k/2k")
        let access = Entitlement(
            granting: offer, for: .staff, ID(high: 1, low: 1), at: nil, from: World.noon, offset: World.offset)
        try world.store.writeNow(.tenant(tenant)) { try $0.insert(access) }
        func stored() throws -> Entitlement {
            try #require(try world.store.read(.tenant(tenant)) { try $0.entitlement(access.id, of: tenant) })
        }
        func turning(_ now: Instant) throws -> [ID<Entitlement>] {
            try world.store.read(.platform) { try $0.turning(at: now, atMost: 9) }.map(\.entitlement)
        }
        #expect(try stored() == access)
        #expect(try turning(World.noon + .hours(2) - Span(milliseconds: 1)).isEmpty)
        #expect(try turning(World.noon + .hours(2)) == [access.id])
        let device = Device(
            entitlement: access.id, mac: World.mac(1), router: world.routers[0].id,
            username: Device.username(access.id, World.mac(1)))
        try world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.join(device, of: tenant, at: World.noon)
            try transaction.record(Usage(), of: device, adding: .zero, 1_500, of: tenant)
        }
        #expect(try stored().speed == RateLimit("1k/2k"))
        let boost = Pacing.Boost(rate: try #require(RateLimit("9M/9M")), until: World.noon + .hours(1))
        let boosted = try stored().boosted(boost)
        try world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.record(Usage(), of: device, adding: .zero, 100, of: tenant)
            try transaction.pace(boosted, at: World.noon)
        }
        #expect(try stored().pacing.fairUsed.bytes == 1_600)
        #expect(try stored().speed == RateLimit("9M/9M"))
        #expect(try turning(World.noon + .hours(1)) == [access.id])
        let night = World.noon + .hours(12)
        let turned = try stored().turned(at: night, offset: World.offset)
        try world.store.writeNow(.tenant(tenant)) { try $0.pace(turned, at: night) }
        #expect(try stored().pacing.fairUsed.bytes == 0)
        #expect(try stored().speed == RateLimit("2M/5M"))
        try world.store.writeNow(.tenant(tenant)) { try $0.add(DataVolume(bytes: 300), to: access.id, of: tenant) }
        #expect(try stored().pacing.fairUsed.bytes == -300)
    }
}
