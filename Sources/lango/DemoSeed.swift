import Adoption
import Captive
import Catalog
import Crypto
import Entitlements
import HTTPClient
import JSON
import MobileMoney
import Payments
import Provisioning
import SQL
import Templates
import Tenancy
import Values
import Vouchers

/// What the demo's ISP consists of; planted once, found again at the next start.
struct DemoSeed {
    private static let login = "asha@kilimani.example"
    private static let hour = "1 hour"
    private static let day = "Day"
    let ports: DemoPorts
    private let install: Install
    private let doors: RouterDoors

    init(_ install: Install, ports: DemoPorts) throws {
        self.install = install
        self.ports = ports
        doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
    }

    private var vouchers: DemoVouchers { DemoVouchers(store: install.store, keys: CodeKeys(install.masterKey)) }
    private var hotspotURL: String { "http://127.0.0.1:\(ports.phones)" }
    private var gatewayURL: String { "http://127.0.0.1:\(ports.gateway)" }

    // MARK: Planting

    /// The ISP of the demo: a tenant with two sites, a router and packages.
    ///
    /// - Returns: the tenant, as planted now or at an earlier start.
    func plant() throws -> Tenant {
        if let slug = Slug("kilimani"), let found = try install.store.read(.platform, { try $0.tenant(named: slug) }) {
            return found
        }
        let now = SystemClock.now()
        let tenant = try makeTenant("kilimani", "Kilimani Wi-Fi", colour: "#0b6b4f", support: "+254 700 123 456", now)
        let market = try makeSite("market", "Kilimani Market", "Kilimani Wi-Fi", of: tenant, now)
        _ = try makeSite("beach", "Diani Beach", "Diani Wi-Fi", of: tenant, now)
        try makeRouter("market-gate", at: market, now)
        try insert(makePackages(of: tenant, now), of: tenant, now)
        let other = try makeTenant("umoja", "Umoja Net", colour: "#7a2e8e", support: "+254 711 000 000", now)
        _ = try makeSite("town", "Umoja Town", "Umoja Net", of: other, now)
        let offer = Package(
            id: ID(at: now), tenant: other.id, name: "1 hour", price: Money(minorUnits: 2_000, in: .kes),
            time: .fromFirstUse(.hours(1)))
        try insert([offer], of: other, now)
        _ = try vouchers.codes(of: DemoVouchers.Pile(offer: offer, site: nil, size: 5, told: 5), at: now)
        return tenant
    }

    private func makeTenant(
        _ slug: String, _ name: String, colour: String, support: String, _ now: Instant
    ) throws -> Tenant {
        guard let slug = Slug(slug), let colour = Colour(colour) else { preconditionFailure("The demo's own words") }
        let tenant = Tenant(
            id: ID(at: now), slug: slug, name: name, timeZone: "Africa/Nairobi", currency: .kes, language: "en",
            brand: Brand(colour: colour, support: support))
        try install.store.writeNow(.platform) { try $0.insert(tenant, at: now) }
        return tenant
    }

    private func makeSite(
        _ slug: String, _ name: String, _ network: String, of tenant: Tenant, _ now: Instant
    ) throws -> Site {
        guard let slug = Slug(slug) else { preconditionFailure("The demo's own words") }
        let site = Site(
            id: ID(at: now), tenant: tenant.id, slug: slug, name: name, networkName: network, hotspotURL: hotspotURL)
        try install.store.writeNow(.tenant(tenant.id)) { try $0.insert(site, at: now) }
        return site
    }

    private func makeRouter(_ name: String, at site: Site, _ now: Instant) throws {
        let id = ID<Router>(at: now)
        let router = Router(
            id: id, tenant: site.tenant, site: site.id, name: name, address: "https://127.0.0.1:\(ports.restTLS)",
            username: "lango", passwordSealed: doors.seal(Secret("not known yet"), for: id), stateAt: now)
        try install.store.writeNow(.tenant(site.tenant)) { try $0.insert(router, at: now) }
    }

    private func makePackages(of tenant: Tenant, _ now: Instant) -> [Package] {
        func offer(
            _ name: String, _ price: Int64, _ time: Package.TimeLimit, data: String? = nil, rate: String,
            devices: Int = 1
        ) -> Package {
            Package(
                id: ID(at: now), tenant: tenant.id, name: name, price: Money(minorUnits: price * 100, in: .kes),
                time: time, data: Allowance(data.flatMap { DataVolume($0) }), rateLimit: RateLimit(rate),
                deviceLimit: devices, voucherValidity: .upTo(.days(90)))
        }
        return [
            offer(Self.hour, 20, .fromFirstUse(.hours(1)), rate: "2M/5M"),
            offer(Self.day, 80, .fromFirstUse(.days(1)), data: "3GB", rate: "2M/5M", devices: 2),
            offer("10 hours", 150, .online(.hours(10)), rate: "2M/8M"),
            offer("Week", 400, .fromFirstUse(.days(7)), data: "20GB", rate: "5M/10M", devices: 3),
        ]
    }

    private func insert(_ packages: [Package], of tenant: Tenant, _ now: Instant) throws {
        try install.store.writeNow(.tenant(tenant.id)) { transaction in
            for (position, offer) in packages.enumerated() {
                try transaction.insert(offer, position: position, at: now)
            }
        }
    }

    // MARK: Starting

    /// The router's hotspot files for the site, written for the simulated router to serve.
    func writeRouterFiles(to folder: String) throws -> String {
        let library = try TemplateLibrary(directory: install.settings.assets + "/portal")
        try RouterPages(library: library, portal: gatewayURL, path: "/hotspot/kilimani/market").write(to: folder)
        return folder
    }

    /// Tells the store where the router is in this run, and trusts the certificate of the program we started ourselves.
    func connect(_ tenant: Tenant, to process: SimulatedRouterProcess) throws {
        let (routers, sites) = try install.store.read(.tenant(tenant.id)) {
            (try $0.routers(of: tenant.id), try $0.sites(of: tenant.id))
        }
        guard let router = routers.first else { return }
        let sealed = doors.seal(Secret(process.password), for: router.id)
        try install.store.writeNow(.tenant(tenant.id)) { transaction in
            try transaction.readdress(
                router.id, of: tenant.id, address: "https://127.0.0.1:\(ports.restTLS)", username: process.username,
                passwordSealed: sealed, certificatePin: process.certificateFingerprint)
            for site in sites { try transaction.moveHotspot(of: site.id, to: hotspotURL, tenant: tenant.id) }
        }
    }

    /// Gives the demo's ISP a paybill at the simulated payment service, or tells the one that it has where that is now.
    func connect(_ tenant: Tenant, to process: SimulatedPhonesProcess) throws {
        let rails = PaymentRails(install.masterKey, client: HTTPClient(), now: SystemClock.now)
        let accounts = try install.store.read(.tenant(tenant.id)) { try $0.railAccounts(of: tenant.id) }
        let (now, keys) = (SystemClock.now(), PaymentKeys(install.masterKey))
        let id = accounts.first { $0.shortCode == SimulatedPhonesProcess.shortCode }?.id ?? ID<RailAccount>(at: now)
        let account = RailAccount(
            id: id, tenant: tenant.id, rail: .mpesa, kind: .paybill, shortCode: SimulatedPhonesProcess.shortCode,
            currency: .kes, credentialsSealed: rails.seal(process.credentials, for: id))
        let (isNew, road) = (!accounts.contains { $0.id == id }, keys.hash(keys.token(of: id)))
        try install.store.writeNow(.tenant(tenant.id)) { transaction in
            if isNew {
                try transaction.insert(account, road: road, at: now)
            } else {
                try transaction.set(id, credentials: account.credentialsSealed, of: tenant.id)
            }
        }
    }

    /// What a person and a program need to know to try the demo.
    func facts(
        _ tenant: Tenant, _ process: SimulatedRouterProcess, _ phones: SimulatedPhonesProcess
    ) throws -> DemoFacts {
        let password = try staffPassword(of: tenant)
        let (packages, sites) = try install.store.read(.tenant(tenant.id)) {
            (try $0.packages(of: tenant.id), try $0.sites(of: tenant.id))
        }
        let now = SystemClock.now()
        func codes(_ name: String, at site: String? = nil, of size: Int, told: Int) throws -> [String] {
            guard let offer = packages.first(where: { $0.name == name }) else { return [] }
            let home = sites.first { $0.slug.description == site }
            return try vouchers.codes(
                of: DemoVouchers.Pile(offer: offer, site: home, size: size, told: told), at: now)
        }
        return DemoFacts(
            gatewayURL: gatewayURL, hotspotURL: hotspotURL, routerURL: "https://127.0.0.1:\(ports.restTLS)",
            routerAPIPort: ports.api, routerAPITLSPort: ports.apiTLS, routerSSHPort: ports.ssh,
            routerUser: process.username, routerPassword: process.password, controlURL: process.controlURL,
            controlToken: process.controlToken, phonesURL: phones.phonesURL, phonesControlURL: phones.controlURL,
            phonesControlToken: phones.controlToken, staffLogin: Self.login, staffPassword: password,
            vouchers: try codes(Self.hour, of: 60, told: 40), dayVouchers: try codes(Self.day, of: 20, told: 10),
            otherSite: try codes(Self.hour, at: "beach", of: 5, told: 1).first)
    }

    /// The sign-in of the demo's member of staff: made at the first start and kept in the facts file after that.
    private func staffPassword(of tenant: Tenant) throws -> String {
        let path = install.settings.data + "/demo.json"
        let known = TextFile.read(path).flatMap { try? JSON(parsing: Array($0.utf8)) }?["staff"]?[0]?["password"]?.text
        let found = try install.store.read(.platform) { try $0.staff(login: Self.login) }
        if let known, found != nil { return known }
        let password = SystemRandom.text(12, from: Array("abcdefghjkmnpqrstuvwxyz23456789".utf8))
        let hash = Passwords.hash(Secret(password))
        let now = SystemClock.now()
        try install.store.writeNow(.tenant(tenant.id)) { transaction in
            if let found {
                try transaction.setPassword(hash, of: found.id, of: tenant.id)
            } else {
                let staff = Staff(
                    id: ID(at: now), tenant: tenant.id, login: Self.login, name: "Asha", role: .admin,
                    passwordHash: hash)
                try transaction.insert(staff, at: now)
            }
        }
        return password
    }
}
