import Catalog
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Entitlements

/// What staff keep from being used, and the speed that they give.
@Suite struct SuspensionTests {
    static let start = PacingTests.midnight + .hours(23)

    /// An access as it is where `change` made it so.
    private static func access(
        hours: String? = nil, fairUse: String? = nil, _ change: (inout Pacing) -> Void
    ) -> Entitlement {
        let granted = PacingTests.granted(hours: hours, fairUse: fairUse)
        var pacing = granted.pacing
        change(&pacing)
        return Entitlement(
            id: granted.id, tenant: granted.tenant, package: granted.package, source: .staff,
            sourceID: granted.sourceID, site: nil, startsAt: start, endsAt: granted.endsAt, closesAt: granted.closesAt,
            connectedAt: start, onlineLimit: granted.onlineLimit, dataLimit: granted.dataLimit,
            rateLimit: granted.rateLimit, deviceLimit: 1, pacing: pacing)
    }

    @Test("Suspended stands above hours and fair use; an end by the clock still comes")
    func balance() {
        let since = Self.start + .minutes(5)
        let plain = Self.access { $0.suspendedAt = since }
        #expect(plain.balance(at: Self.start + .hours(1)) == .suspended(since: since))
        #expect(plain.balance(at: Self.start + .hours(1)).remainder == nil)
        #expect(!plain.balance(at: Self.start + .hours(1)).isOver)
        let end = Self.start + .days(3)
        #expect(plain.balance(at: end - Span(milliseconds: 1)) == .suspended(since: since))
        #expect(plain.balance(at: end) == .ended(.timeUp, at: end))
        let shut = Self.access(hours: "22:00-06:00", fairUse: "5B/day block") {
            $0.suspendedAt = since
            $0.fairUsed = DataVolume(bytes: 9)
        }
        #expect(shut.balance(at: Self.start + .hours(8)) == .suspended(since: since))
        #expect(shut.turned(at: Self.start + .hours(30), offset: World.offset).pacing.suspendedAt == since)
    }

    @Test("Staff's speed takes the package's place; fair use and a boost stand above it")
    func speed() throws {
        let rate = try #require(RateLimit("6M/7M"))
        #expect(Self.access { $0.staffRate = rate }.speed == rate)
        #expect(Self.access { _ in }.speed == RateLimit("2M/5M"))
        let slow = Self.access(fairUse: "5B/day throttle 1k") {
            $0.staffRate = rate
            $0.fairUsed = DataVolume(bytes: 5)
        }
        #expect(slow.speed == RateLimit("1k"))
        let boost = Pacing.Boost(rate: try #require(RateLimit("9M")), until: Self.start + .hours(1))
        #expect(slow.boosted(boost).speed == RateLimit("9M"))
        #expect(
            Self.access { $0.staffRate = rate }.turned(at: Self.start + .days(1), offset: World.offset).speed == rate)
    }

    @Test("Who suspended, when and why is kept, and who restored; each is done once", arguments: Engine.available)
    func store(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let (tenant, noon) = (world.tenant.id, World.noon)
        let offer = try world.makePackage(.fromFirstUse(.hours(2)), rate: "2M/5M")
        let access = Entitlement(
            granting: offer, for: .staff, ID(high: 1, low: 1), at: nil, from: noon, offset: World.offset)
        try world.store.writeNow(.tenant(tenant)) { try $0.insert(access) }
        func write<Value: Sendable>(_ deed: @escaping @Sendable (borrowing Transaction) throws -> Value) throws -> Value
        {
            try world.store.writeNow(.tenant(tenant), deed)
        }
        func stored() throws -> (access: Entitlement?, past: [Suspension]) {
            try world.store.read(.tenant(tenant)) {
                (
                    try $0.entitlement(access.id, of: tenant),
                    try $0.suspensions(of: access.id, of: tenant, atMost: 9)
                )
            }
        }
        #expect(try !write { try $0.markRestored(access.id, by: "Asha", of: tenant, at: noon) })
        for (minute, isFirst) in [(1, true), (2, false)] as [(Int64, Bool)] {
            let done = try write {
                try $0.markSuspended(
                    access.id, because: "chargeback", by: "Asha", of: tenant, at: noon + .minutes(minute))
            }
            #expect(done == isFirst)
        }
        #expect(try stored().access?.balance(at: noon + .hours(1)) == .suspended(since: noon + .minutes(1)))
        let open = Suspension(at: noon + .minutes(1), by: "Asha", reason: "chargeback", restored: nil)
        #expect(try stored().past == [open])
        for isFirst in [true, false] {
            let done = try write { try $0.markRestored(access.id, by: "Ben", of: tenant, at: noon + .minutes(5)) }
            #expect(done == isFirst)
        }
        #expect(try stored().access == access)
        #expect(try stored().past.first?.restored == .init(at: noon + .minutes(5), by: "Ben"))
        _ = try write {
            try $0.markSuspended(access.id, because: "again", by: "Asha", of: tenant, at: noon + .minutes(9))
        }
        #expect(try stored().past.map(\.reason) == ["again", "chargeback"])

        try write { try $0.setStaffRate(RateLimit("6M/7M"), of: access.id, of: tenant) }
        #expect(try stored().access?.speed == RateLimit("6M/7M"))
        try write { try $0.setStaffRate(nil, of: access.id, of: tenant) }
        #expect(try stored().access?.speed == RateLimit("2M/5M"))

        let other = world.other.id
        let foreign = try world.store.writeNow(.tenant(other)) { transaction in
            (
                try transaction.markRestored(access.id, by: "Eve", of: tenant, at: noon),
                try transaction.suspensions(of: access.id, of: tenant, atMost: 9)
            )
        }
        #expect(!foreign.0 && foreign.1.isEmpty)
        _ = try write { try $0.end(access.id, .withdrawn, of: tenant, at: noon + .hours(1)) }
        #expect(try !write { try $0.markRestored(access.id, by: "Ben", of: tenant, at: noon + .hours(1)) })
    }
}
