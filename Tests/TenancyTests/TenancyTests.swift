import SQL
import TestKit
import Testing
import Values

@testable import Tenancy

@Suite struct TenancyTests {
    static let now: Instant = 1_795_165_200_000

    @Test(
        "A slug has 2 to 40 lower-case letters, digits and inner hyphens",
        arguments: [
            ("ab", true), ("kilimani-hotspot", true), ("a-b", true), ("99", true), ("a--b", true),
            (String(repeating: "a", count: 40), true), (String(repeating: "a", count: 41), false), ("a", false),
            ("", false),
            ("-ab", false), ("ab-", false), ("Ab", false), ("a b", false), ("a/b", false), ("a.b", false),
            ("..", false),
            ("a%2F", false), ("é1", false), ("ａｂ", false), ("a\u{0}b", false), ("a\nb", false), ("a_b", false),
        ])
    func slugs(text: String, isTaken: Bool) {
        #expect(Slug(text)?.description == (isTaken ? text : nil))
    }

    @Test(
        "Five wrong passwords are free; then the pause doubles from half a minute to an hour",
        arguments: [
            (0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 960), (11, 1_920), (12, 3_600),
            (13, 3_600),
            (1_000, 3_600), (Int.max, 3_600),
        ] as [(Int, Int64)])
    func pauses(failures: Int, seconds: Int64) {
        #expect(Staff.pause(after: failures) == .seconds(seconds))
    }

    @Test(
        "A name closes to strangers for half a minute at most",
        arguments: [(0, 0), (99, 0), (100, 1), (101, 2), (104, 16), (105, 30), (Int.max, 30)] as [(Int, Int64)])
    func pausesOfAll(failures: Int, seconds: Int64) {
        #expect(Staff.pause(afterAll: failures) == .seconds(seconds))
    }

    @Test(
        "A colour is a hash and six hexadecimal digits",
        arguments: [
            ("#0b6e4f", true), ("#FFFFFF", true), ("#fff", false), ("0b6e4f", false), ("#0b6e4g", false), ("", false),
            ("#0b6e4f;", false), ("#0b6e\u{301}", false), ("#éabc1", false),
        ])
    func colours(text: String, isTaken: Bool) {
        #expect(Colour(text)?.description == (isTaken ? text.lowercased() : nil))
    }

    @Test("A logo is a PNG or JPEG of at most 64 KiB")
    func logos() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        #expect(Logo(bytes: png)?.mediaType == "image/png")
        #expect(Logo(bytes: [0xFF, 0xD8, 0xFF, 0xE0])?.mediaType == "image/jpeg")
        #expect(Logo(bytes: Array("<svg onload=alert(1)>".utf8)) == nil)
        #expect(Logo(bytes: []) == nil)
        #expect(Logo(bytes: png + [UInt8](repeating: 0, count: 65_528)) != nil)
        #expect(Logo(bytes: png + [UInt8](repeating: 0, count: 65_529)) == nil)
    }

    // MARK: Store

    private func tenant(_ slug: String) throws -> Tenant {
        Tenant(
            id: ID(at: Self.now), slug: try #require(Slug(slug)), name: "Wi-Fi \(slug) é 網", timeZone: "Africa/Nairobi",
            currency: .kes, language: "sw",
            brand: Brand(
                colour: try #require(Colour("#112233")), logo: Logo(bytes: [0xFF, 0xD8, 0xFF, 0, 1]), welcome: "Karibu",
                support: "+254 700"))
    }

    private func store(_ engine: Engine, _ tenants: [Tenant]) throws -> Store {
        let store = try engine.freshStore(tenancyMigrations)
        try store.writeNow(.platform) { for tenant in tenants { try $0.insert(tenant, at: Self.now) } }
        return store
    }

    @Test("Providers, sites and routers come back as they went in", arguments: Engine.available)
    func roundTrip(engine: Engine) throws {
        let tenants = try [tenant("acme"), tenant("bravo")]
        let store = try store(engine, tenants)
        defer { store.close() }
        let acme = tenants[0].id
        let site = Site(
            id: ID(at: Self.now), tenant: acme, slug: try #require(Slug("market")), name: "Market",
            networkName: "Wi-Fi",
            hotspotURL: "http://10.5.50.1")
        let router = Router(
            id: ID(at: Self.now), tenant: acme, site: site.id, name: "gate", address: "https://192.0.2.1",
            username: "lango", passwordSealed: [1, 2, 0, 255], stateAt: Self.now)
        try store.writeNow(.tenant(acme)) { transaction in
            try transaction.insert(site, at: Self.now)
            try transaction.insert(router, at: Self.now)
        }
        #expect(try store.read(.platform) { try $0.tenants() } == tenants)
        #expect(try store.read(.platform) { try $0.tenant(named: tenants[1].slug) } == tenants[1])
        try store.read(.tenant(acme)) { (transaction: borrowing Transaction) throws in
            #expect(try transaction.sites(of: acme) == [site])
            #expect(try transaction.routers(of: acme) == [router])
            #expect(try transaction.router(router.id, of: acme) == router)
        }
        try store.read(.tenant(tenants[1].id)) { (transaction: borrowing Transaction) throws in
            #expect(try transaction.sites(of: acme).isEmpty)
            #expect(try transaction.router(router.id, of: acme) == nil)
            #expect(try transaction.router(router.id, of: tenants[1].id) == nil)
        }
    }

    @Test(
        "Only what was shown can be confirmed, certificate and host key each by itself, and by its own provider",
        arguments: Engine.available)
    func certificate(engine: Engine) throws {
        let tenants = try [tenant("acme"), tenant("bravo")]
        let store = try store(engine, tenants)
        defer { store.close() }
        let (acme, bravo) = (tenants[0].id, tenants[1].id)
        let site = Site(
            id: ID(at: Self.now), tenant: acme, slug: try #require(Slug("market")), name: "Market",
            networkName: "Wi-Fi",
            hotspotURL: "http://10.5.50.1")
        let router = Router(
            id: ID(at: Self.now), tenant: acme, site: site.id, name: "gate", address: "https://192.0.2.1",
            username: "lango", passwordSealed: [], stateAt: Self.now)
        func confirm(_ seen: String, _ scope: ID<Tenant>) throws -> Bool {
            try store.writeNow(.tenant(scope)) { try $0.confirm(seen, on: router.id, of: scope) } != nil
        }
        try store.writeNow(.tenant(acme)) { transaction in
            try transaction.insert(site, at: Self.now)
            try transaction.insert(router, at: Self.now)
        }
        let (one, other) = (String(repeating: "aa", count: 32), String(repeating: "bb", count: 32))
        let shown = try #require(CertificateFingerprint(one)), key = try #require(CertificateFingerprint(other))
        #expect(try !confirm(one, acme))
        try store.writeNow(.tenant(acme)) { transaction in
            try transaction.record(.certificate, note: "waits", at: Self.now, on: router.id, of: acme)
            try transaction.record(ShownIdentity(.certificate, shown), on: router.id, of: acme)
            try transaction.record(ShownIdentity(.hostKey, key), on: router.id, of: acme)
        }
        func read() throws -> Router? { try store.read(.tenant(acme)) { try $0.router(router.id, of: acme) } }
        #expect(try read()?.unconfirmed == [.certificate, .hostKey])
        #expect(try !confirm(String(repeating: "cc", count: 32), acme))
        #expect(try !confirm(one, bravo))
        #expect(try confirm(one, acme))
        let confirmed = try read()
        #expect(confirmed?.certificatePin == one && confirmed?.hostKeyPin == nil)
        #expect(confirmed?.state == .new && confirmed?.unconfirmed == [.hostKey])
        #expect(try confirm(other, acme))
        #expect(try read()?.hostKeyPin == other && read()?.certificatePin == one)
        #expect(try read()?.unconfirmed == [])
        try store.writeNow(.tenant(acme)) { transaction in
            try transaction.record(ShownIdentity(.hostKey, shown), on: router.id, of: acme)
        }
        #expect(try read()?.unconfirmed == [.hostKey] && read()?.hostKeyPin == other)
        try store.writeNow(.tenant(acme)) { try $0.recordConfirmed(.hostKey, other, on: router.id, of: acme) }
        #expect(try read()?.unconfirmed == [])
        try store.writeNow(.tenant(acme)) {
            try $0.record(.ready, note: "", version: "7.16.2", at: Self.now, on: router.id, of: acme)
        }
        let ready = try store.read(.tenant(acme)) { try $0.router(router.id, of: acme) }
        #expect(ready?.certificateSeen == one && ready?.version == "7.16.2")
    }

    @Test(
        "Wrong passwords lock, a right one forgets them, another password ends every session",
        arguments: Engine.available)
    func staff(engine: Engine) throws {
        let acme = try tenant("acme")
        let store = try store(engine, [acme])
        defer { store.close() }
        let staff = Staff(
            id: ID(at: Self.now), tenant: acme.id, login: "asha", name: "Asha", role: .vouchers, passwordHash: "x")
        try store.writeNow(.tenant(acme.id)) { try $0.insert(staff, at: Self.now) }
        #expect(try store.read(.platform) { try $0.staff(login: "asha") } == staff)
        for _ in 0..<101 {
            try store.writeNow(.tenant(acme.id)) { try $0.recordFailedSignIn(staff.id, of: acme.id, at: Self.now) }
        }
        func now() throws -> Staff? { try store.read(.tenant(acme.id)) { try $0.staff(staff.id, of: acme.id) } }
        #expect(try now()?.failures == 101)
        #expect(try now()?.lockedUntil == Self.now + .seconds(2))
        try store.writeNow(.tenant(acme.id)) { try $0.recordSignIn(staff.id, of: acme.id) }
        #expect(try now()?.failures == 0)
        try store.writeNow(.tenant(acme.id)) { try $0.setPassword("y", of: staff.id, of: acme.id) }
        #expect(try now()?.sessionEpoch == 1)
        #expect(try now()?.passwordHash == "y")
    }

    @Test("Every change of the directory moves its version on", arguments: Engine.available)
    func directory(engine: Engine) throws {
        let store = try store(engine, [])
        defer { store.close() }
        var versions: [Int64] = [try store.read(.platform) { try $0.directoryVersion() }]
        for slug in ["acme", "bravo"] {
            let tenant = try tenant(slug)
            try store.writeNow(.platform) { try $0.insert(tenant, at: Self.now) }
            versions.append(try store.read(.platform) { try $0.directoryVersion() })
            try store.writeNow(.tenant(tenant.id)) { try $0.touchDirectory(of: tenant.id) }
            versions.append(try store.read(.platform) { try $0.directoryVersion() })
        }
        #expect(versions == versions.sorted() && Set(versions).count == versions.count)
    }
}
