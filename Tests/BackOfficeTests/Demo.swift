import BackOffice
import Catalog
import Crypto
import Entitlements
import Glibc
import HTTPServer
import Provisioning
import SQL
import Tenancy
import TestKit
import Testing
import Values
import Vouchers

/// A tenant as it looks after a week of business, for people who want to see the pages.
private struct Business {
    let office: Office
    var dice = Dice(seed: 7)

    private var house: Household { office.mtaani }
    private var tenant: ID<Tenant> { office.mtaani.tenant.id }

    mutating func fill() throws {
        let now = office.clock.now
        let offers = try addOffers(at: now)
        let routers = try addPlaces(at: now)
        try TrafficSeed(router: routers[0], now: now).plant(in: office.store)
        let names = ["Duka la Mama Njeri", "Kinyozi cha Otieno", "", "Soko kuu, kibanda 14", "", "Sherehe ya ofisi"]
        for (index, note) in names.enumerated() {
            let made = now - .days(Int64(7 - index)) - .hours(2)
            let until: Instant? = index == 2 ? now - .hours(1) : index == 4 ? nil : now + .days(60)
            let order = try BatchOrder(
                offer: offers[index % offers.count], size: [400, 1_200, 90, 2_000, 500, 60][index],
                format: CodeFormat(length: 8, prefix: "MF", grouping: 4), note: note, validFrom: made,
                validUntil: until, madeBy: index % 2 == 0 ? house.admin.login : house.seller.login)
            let maker = BatchMaker(store: office.store, keys: CodeKeys(office.key))
            let batch = try Household.known(maker.make(order, at: made))
            try sell(batch, share: [70, 45, 100, 20, 8, 0][index], routers, until: now)
        }
    }

    private func addOffers(at now: Instant) throws -> [Package] {
        let terms: [(String, Int64, Package.TimeLimit, Int64?)] = [
            ("Saa Moja", 1_000, .fromFirstUse(.hours(1)), 1), ("Siku", 5_000, .fromFirstUse(.hours(24)), 5),
            ("Wiki", 25_000, .fromFirstUse(.days(7)), nil), ("Usiku", 2_000, .online(.hours(8)), 3),
        ]
        let offers = terms.map { name, cents, time, gigabytes in
            Package(
                id: ID(at: now), tenant: tenant, name: name, price: Money(minorUnits: cents, in: .kes), time: time,
                data: gigabytes.map { .upTo(DataVolume(bytes: $0 * 1_000_000_000)) } ?? .unlimited, deviceLimit: 2)
        }
        try office.store.writeNow(.platform) { transaction in
            for (index, offer) in offers.enumerated() { try transaction.insert(offer, position: index + 2, at: now) }
        }
        return offers
    }

    private func addPlaces(at now: Instant) throws -> [Router] {
        let states: [(String, String, Router.State, String)] = [
            ("kilimani", "Kilimani", .ready, ""), ("kawangware", "Kawangware", .unreachable, "No route to host."),
            ("ngong", "Ngong Road", .refusing, "The user lango may not write; give it the group full."),
        ]
        var routers: [Router] = []
        for (slug, name, state, note) in states {
            let site = Site(
                id: ID(at: now), tenant: tenant, slug: try Household.known(Slug(slug)), name: name,
                networkName: "Mtaani \(name)", hotspotURL: "http://10.5.50.1")
            let router = Router(
                id: ID(at: now), tenant: tenant, site: site.id, name: "rtr-\(slug)",
                address: "https://10.8.0.\(slug.utf8.count)",
                username: "lango", passwordSealed: [1], version: state == .unreachable ? "6.49.17" : "7.16.2",
                state: state, stateNote: note, stateAt: now - .minutes(state == .ready ? 3_000 : 14))
            try office.store.writeNow(.platform) { transaction in
                try transaction.insert(site, at: now)
                try transaction.insert(router, at: now)
            }
            routers.append(router)
        }
        return routers
    }

    /// Redeems a share of a batch over the days since it was made; some of the last are still online.
    private mutating func sell(_ batch: Batch, share: Int, _ routers: [Router], until now: Instant) throws {
        let keys = CodeKeys(office.key)
        let all = try office.store.read(.tenant(tenant)) { try $0.vouchers(of: batch, after: 0, atMost: batch.size) }
        let age = (now - batch.madeAt).milliseconds
        let moments = all.prefix(batch.size * share / 100).map { _ in
            batch.madeAt + Span(milliseconds: Int64.random(in: 0..<age, using: &dice))
        }.sorted()
        for (voucher, moment) in zip(all, moments) {
            let router = routers[Int.random(in: 0..<routers.count, using: &dice)]
            let mac = MACAddress(bits: 0xA450_4600_0000 | UInt64.random(in: 0..<0xFF_FFFF, using: &dice))
            let order = RedemptionRequest(
                tenant: tenant, site: router.site, router: router.id, mac: mac,
                clientAddress: "10.5.\(moments.count % 250).\(voucher.serial % 250)",
                hashes: [keys.hash(try voucher.code(keys), of: tenant)], now: moment, offset: .hours(3))
            let isFresh = now - moment < .hours(20)
            let tenant = tenant
            try office.store.writeNow(.tenant(tenant)) { transaction in
                guard case .success(let redemption) = try transaction.redeem(order) else { return }
                try transaction.start(redemption.entitlement, at: moment)
                guard isFresh else { return }
                if router.state != .ready {
                    _ = try transaction.request(
                        .connect, redemption.device, at: IPv4Address(bits: 0), of: tenant, on: moment)
                }
                try transaction.insert(
                    Session(
                        id: ID(at: moment), entitlement: redemption.entitlement.id, mac: mac, router: router.id,
                        address: IPv4Address(bits: 0x0A05_3217), startedAt: moment, seenAt: now - .seconds(9),
                        online: now - moment, bytesUp: 41_000_000, bytesDown: 613_000_000), of: tenant)
            }
        }
    }
}

@Suite struct DemoSoak {
    @Test("The pages can be looked at for as long as LANGO_OFFICE_DEMO says")
    func showsPages() throws {
        guard let seconds = unsafe getenv("LANGO_OFFICE_DEMO").flatMap({ unsafe UInt32(String(cString: $0)) }) else {
            return
        }
        let office = try Office(.sqlite)
        var business = Business(office: office)
        try business.fill()
        print("http://127.0.0.1:\(office.server.port)/office  \(office.mtaani.admin.login)  \(Office.password)")
        sleep(seconds)
    }
}
