import SQL
import Tenancy
import TestKit
import Testing
import Values

@testable import Catalog

@Suite struct PackageTests {
    @Test("Every sort of package comes back as it went in, in its order", arguments: Engine.available)
    func roundTrip(engine: Engine) throws {
        let store = try engine.freshStore(tenancyMigrations + catalogMigrations)
        defer { store.close() }
        let now: Instant = 1_795_165_200_000
        let tenant = Tenant(
            id: ID(at: now), slug: try #require(Slug("acme")), name: "Acme", timeZone: "Africa/Nairobi", currency: .kes,
            language: "en", brand: Brand(colour: .standard))
        let price = Money(minorUnits: 2_050, in: .kes)
        let packages = [
            Package(id: ID(at: now), tenant: tenant.id, name: "Hour", price: price, time: .fromFirstUse(.hours(1))),
            Package(
                id: ID(at: now), tenant: tenant.id, name: "Ten hours", price: price, time: .online(.hours(10)),
                data: .upTo(DataVolume(bytes: 1)), rateLimit: RateLimit("2M/5M 4M/8M 1M/1M 8/8"), deviceLimit: 9,
                voucherValidity: .upTo(.days(90)), schedule: Schedule("mon-fri 22:00-06:00"),
                fairUse: FairUse("5GB/day throttle 512k/1M"), isListed: false),
            Package(
                id: ID(at: now), tenant: tenant.id, name: "Data", price: Money(minorUnits: 0, in: .kes),
                time: .unlimited,
                data: .upTo(DataVolume(bytes: .max)), trial: .every(.days(90))),
        ]
        try store.writeNow(.platform) { transaction in
            try transaction.insert(tenant, at: now)
            for (index, offer) in packages.enumerated() { try transaction.insert(offer, position: 9 - index, at: now) }
        }
        try store.read(.tenant(tenant.id)) { (transaction: borrowing Transaction) throws in
            #expect(try transaction.packages(of: tenant.id) == packages.reversed())
            for offer in packages { #expect(try transaction.package(offer.id, of: tenant.id) == offer) }
        }
        let stranger = ID<Tenant>(at: now)
        #expect(try store.read(.tenant(stranger)) { try $0.packages(of: tenant.id) }.isEmpty)
        #expect(try store.read(.tenant(stranger)) { try $0.package(packages[0].id, of: stranger) } == nil)
        #expect(throws: SQLError.self) {
            try store.writeNow(.tenant(tenant.id)) { try $0.insert(packages[0], position: 0, at: now) }
        }
    }
}
