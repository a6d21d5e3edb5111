import Adoption
import Testing
import Backups
package import Catalog
package import Crypto
import Entitlements
import Guests
import Inventory
import Ledger
import Messages
import Monitoring
import Payments
import Provisioning
import RouterChanges
package import SQL
import Subscribers
package import Tenancy
package import TestKit
package import Values
package import Vouchers

/// A small install for tests: two providers that must never see each other, the first with two sites.
package struct World: Sendable {
    /// Every step of the program's schema.
    package static let migrations =
        tenancyMigrations + catalogMigrations + entitlementMigrations + voucherMigrations + guestMigrations
        + subscriberMigrations
        + provisioningMigrations
        + inventoryMigrations + routerChangeMigrations + adoptionMigrations + monitoringMigrations + backupMigrations
        + ledgerMigrations + messageMigrations + paymentMigrations
    /// Friday, 20 November 2026, 12:00 in Nairobi.
    package static let noon: Instant = 1_795_165_200_000
    /// Nairobi lies three hours ahead of UTC.
    package static let offset = UTCOffset.hours(3)

    package let store: Store
    package let masterKey: SecretKey
    package let tenant: Tenant
    package let other: Tenant
    /// Two sites of `tenant`, then one of `other`.
    package let sites: [Site]
    /// A router at each of the sites.
    package let routers: [Router]

    package var keys: CodeKeys { CodeKeys(masterKey) }

    /// Plants the install into an empty place.
    package init(_ engine: Engine) throws { try self.init(at: engine.freshLocation()) }

    package init(at location: Store.Location) throws {
        store = try Store(location, migrations: Self.migrations)
        masterKey = .random()
        tenant = try Self.tenant("acme", "Acme Wi-Fi")
        other = try Self.tenant("bravo", "Bravo Net")
        sites = try [("market", tenant), ("beach", tenant), ("town", other)].map { try Self.site($0.0, of: $0.1) }
        routers = sites.map { site in
            Router(
                id: ID(at: Self.noon), tenant: site.tenant, site: site.id, name: "gate-\(site.slug)",
                address: "http://127.0.0.1:1", username: "lango", passwordSealed: [], stateAt: Self.noon)
        }
        let (tenants, sites, routers) = ([tenant, other], sites, routers)
        try store.writeNow(.platform) { transaction in
            for tenant in tenants { try transaction.insert(tenant, at: Self.noon) }
            for site in sites { try transaction.insert(site, at: Self.noon) }
            for router in routers { try transaction.insert(router, at: Self.noon) }
        }
    }

    private static func tenant(_ slug: String, _ name: String) throws -> Tenant {
        Tenant(
            id: ID(at: noon), slug: try #require(Slug(slug)), name: name, timeZone: "Africa/Nairobi", currency: .kes,
            language: "en", brand: Brand(colour: .standard))
    }

    private static func site(_ slug: String, of tenant: Tenant) throws -> Site {
        Site(
            id: ID(at: noon), tenant: tenant.id, slug: try #require(Slug(slug)), name: "The \(slug)",
            networkName: "Wi-Fi \(slug)", hotspotURL: "http://10.5.50.1")
    }
}

extension World {
    /// Makes a package of a provider, the first one's where none is named.
    package func makePackage(
        _ time: Package.TimeLimit = .fromFirstUse(.hours(1)), data: Allowance<DataVolume> = .unlimited,
        rate: String? = nil, devices: Int = 1, validity: Allowance<Span> = .unlimited, schedule: String? = nil,
        fairUse: String? = nil, trial: Trial? = nil, of owner: Tenant? = nil
    ) throws -> Package {
        let offer = Package(
            id: ID(at: Self.noon), tenant: (owner ?? tenant).id, name: "offer \(UInt32.random(in: 0 ... .max))",
            price: Money(minorUnits: trial == nil ? 5_000 : 0, in: .kes), time: time, data: data,
            rateLimit: rate.flatMap { RateLimit($0) },
            deviceLimit: devices, voucherValidity: validity, schedule: schedule.flatMap { Schedule($0) },
            fairUse: fairUse.flatMap { FairUse($0) }, trial: trial)
        try store.writeNow(.tenant(offer.tenant)) { try $0.insert(offer, position: 0, at: Self.noon) }
        return offer
    }

    /// Makes a batch and tells its codes, in the order of their serial numbers.
    package func makeVouchers(
        _ offer: Package, _ count: Int = 1, at site: Site? = nil, format: CodeFormat? = nil,
        from: Instant = World.noon, until: Instant? = nil
    ) throws -> (batch: Batch, codes: [VoucherCode]) {
        let order = try BatchOrder(
            offer: offer, site: site?.id, size: count, format: format ?? CodeFormat(), validFrom: from,
            validUntil: until, madeBy: "a test")
        let batch = try #require(try BatchMaker(store: store, keys: keys).make(order, at: Self.noon))
        let vouchers = try store.read(.tenant(offer.tenant)) {
            try $0.vouchers(of: batch, after: 0, atMost: count)
        }
        return (batch, try vouchers.map { try $0.code(keys) })
    }

    /// What a device at a site asks for with a code.
    package func request(
        _ code: VoucherCode, from mac: MACAddress = World.mac(1), at site: Int = 0, address: String = "192.0.2.1",
        on now: Instant = World.noon, of owner: Tenant? = nil
    ) -> RedemptionRequest {
        let owner = owner ?? tenant
        return RedemptionRequest(
            tenant: owner.id, site: sites[site].id, router: routers[site].id, mac: mac, clientAddress: address,
            hashes: [keys.hash(code, of: owner.id)], now: now, offset: Self.offset)
    }

    /// Redeems in a transaction of its own.
    package func redeem(_ request: RedemptionRequest) throws -> Result<Redemption, VoucherRefusal> {
        try store.writeNow(.tenant(request.tenant)) { try $0.redeem(request) }
    }

    /// The hardware address of a test's phone.
    package static func mac(_ number: Int) -> MACAddress { MACAddress(bits: 0x0250_0000_0000 + UInt64(number)) }

    /// How many rows a table has, of all providers.
    package func count(_ table: Query) throws -> Int { try store.read(.platform) { try $0.value(table) } }
}
