import Adoption
import BackOffice
import Backups
import Catalog
import Crypto
import Entitlements
import Guests
import Glibc
import HTTPClient
import HTTPServer
import Inventory
import Ledger
import Locales
import Messages
import MobileMoney
import Monitoring
import Payments
import Provisioning
import RouterChanges
import RouterOS
import SQL
import Subscribers
import Synchronization
import Telemetry
import Templates
import Tenancy
import TestKit
import Values
import Vouchers

/// A back office on a real server with a real store: two tenants, so that one can try to see the other's.
final class Office {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    static let library = Result { try TemplateLibrary(directory: root + "/portal") }
    static let locales = Result { try Locales(directory: root + "/locales") }
    static let designs = Result { try PrintDesigns(directory: root + "/vouchers") }
    static let password = "simba na chui 42"
    /// Hashed once, since a hash takes a while.
    static let passwordHash = Passwords.hash(Secret(password))
    static let migrations =
        tenancyMigrations + catalogMigrations + entitlementMigrations + voucherMigrations + guestMigrations
        + subscriberMigrations
        + provisioningMigrations
        + inventoryMigrations + routerChangeMigrations + adoptionMigrations + monitoringMigrations + backupMigrations
        + ledgerMigrations + messageMigrations + paymentMigrations

    /// A clock that tests set forward.
    final class Clock: Sendable {
        private let shift = Mutex(Span.zero)
        var now: Instant { Instant.now + shift.withLock(\.self) }
        func advance(by span: Span) { shift.withLock { $0 = $0 + span } }
    }

    let store: Store
    let key = SecretKey.random()
    let clock = Clock()
    let provisioner: Provisioner
    let inventory: InventoryKeeper
    let traffic: TrafficKeeper
    let backups: BackupKeeper
    let keeper: PaymentKeeper
    let server: Server
    let mtaani: Household
    let pwani: Household

    /// `transport` leads to the routers of everybody; they do not answer where nothing is given.
    init(_ engine: Engine, transport: (any RouterTransport)? = nil) throws {
        let store = try engine.freshStore(Self.migrations)
        self.store = store
        let (key, clock) = (key, clock)
        let now: @Sendable () -> Instant = { clock.now }
        mtaani = try Household(store, "mtaani", "Mtaani Fibre", key: key, now: now())
        pwani = try Household(store, "pwani", "Pwani Wireless", key: key, now: now())
        provisioner = Provisioner(store: store, masterKey: key, log: .silent, now: now) { _ in
            throw RouterTrouble.unreachable("no answer")
        }
        inventory = InventoryKeeper(store: store, log: .silent, now: now) { _ in
            throw RouterTrouble.unreachable("no answer")
        }
        traffic = TrafficKeeper(store: store, log: .silent, now: now) { _ in
            guard let transport else { throw RouterTrouble.unreachable("no answer") }
            return transport
        }
        backups = BackupKeeper(
            store: store, masterKey: key, log: .silent, now: now,
            open: { _ in
                guard let transport else { throw RouterTrouble.unreachable("no answer") }
                return BackupWays(transport: transport, console: transport as? SSHTransport)
            }, rest: { _ in })
        keeper = PaymentKeeper(
            store: store, masterKey: key, log: .silent, publicURL: "https://pay.test", now: now,
            nudgeRouter: { _ in }, rail: { _ in throw RailError(.unreachable) })
        let locales = try Self.locales.get()
        let url = "http://portal.test"
        let office = try BackOffice(
            store: store, library: Self.library.get(), locales: locales,
            printer: VoucherPrinter(store: store, keys: CodeKeys(key), locales: locales, publicURL: url),
            designs: Self.designs.get(), masterKey: key, provisioner: provisioner, inventory: inventory,
            traffic: traffic,
            changer: RouterChanger(
                store: store, masterKey: key, now: now,
                open: { _ in
                    guard let transport else { throw RouterTrouble.unreachable("no answer") }
                    return transport
                }, rest: {}),
            backups: backups,
            adoptions: AdoptionDesk(
                store: store, masterKey: key, doors: RouterDoors(masterKey: key, client: HTTPClient(), now: now),
                publicURL: url, library: try Self.library.get(), now: now),
            payments: keeper,
            accounts: AccountDesk(
                store: store, masterKey: key, rails: PaymentRails(key, client: HTTPClient(), now: now),
                publicURL: "https://pay.test", now: now), publicURL: url, log: .silent, now: now)
        var settings = ServerSettings()
        settings.port = unsafe getenv("LANGO_OFFICE_PORT").flatMap { unsafe UInt16(String(cString: $0)) } ?? 0
        settings.threads = 2
        settings.accessLog = false
        server = try Server(
            settings: settings, application: Application(mounts: [Mount(prefix: BackOffice.path, office)]),
            log: .silent,
            access: { _ in }, now: now)
        try server.start()
    }

    /// A lane that still runs needs its provisioner beyond the end of a test; its store answers it no more.
    private static let kept = Mutex<[Provisioner]>([])

    deinit {
        server.stop(grace: .seconds(1))
        store.close()
        let provisioner = provisioner
        Self.kept.withLock { $0.append(provisioner) }
    }

    func browser() -> Browser { Browser(port: server.port) }

    /// A browser that has signed in.
    func browser(as login: String) throws -> Browser {
        let browser = browser()
        let door = try browser.get("/office/sign-in")
        let page = try browser.post(
            "/office/sign-in", ["token": door.field("token") ?? "", "login": login, "password": Self.password])
        guard page.status == 303 else { throw Browser.Failure(description: "sign-in: \(page.status)") }
        return browser
    }

    /// The number of rows that matter, to see that nothing was written.
    func rows() throws -> [Int] {
        try store.read(.platform) { transaction in
            [
                try transaction.value("SELECT count(*) FROM main.batch"),
                try transaction.value("SELECT count(*) FROM main.voucher WHERE state = 0"),
                try transaction.value("SELECT count(*) FROM main.effect"),
                try transaction.value("SELECT count(*) FROM main.router WHERE certificate_pin IS NULL"),
            ]
        }
    }
}

/// A tenant with a site, a router, packages, staff, and a batch of which one voucher is used.
struct Household {
    let tenant: Tenant
    let site: Site
    let router: Router
    let offer: Package
    let admin: Staff
    let seller: Staff
    let batch: Batch
    let voucher: Voucher
    let used: Voucher
    let entitlement: Entitlement
    let line: Line
    let payment: Payment

    static let mac = MACAddress(bits: 0x3C2E_F901_2345)
    static let fingerprint = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    init(_ store: Store, _ slug: String, _ name: String, key: SecretKey, now: Instant) throws {
        let tenant = Tenant(
            id: ID(at: now), slug: try Self.known(Slug(slug)), name: name, timeZone: "Africa/Nairobi", currency: .kes,
            language: "en", brand: Brand(colour: try Self.known(Colour(slug == "mtaani" ? "#0b6e4f" : "#8a1c4a"))))
        let site = Site(
            id: ID(at: now), tenant: tenant.id, slug: try Self.known(Slug("soko")), name: "Soko ya \(name)",
            networkName: "\(name) WiFi", hotspotURL: "http://10.5.50.1")
        let router = Router(
            id: ID(at: now), tenant: tenant.id, site: site.id, name: "rtr-\(slug)", address: "https://192.0.2.1",
            username: "lango", passwordSealed: [1], certificateSeen: Self.fingerprint, version: "7.16.2",
            state: .certificate, stateNote: "The certificate waits.", stateAt: now)
        let offer = Package(
            id: ID(at: now), tenant: tenant.id, name: "Siku \(slug)", price: Money(minorUnits: 5_000, in: .kes),
            time: .fromFirstUse(.hours(24)), data: .upTo(DataVolume(bytes: 5_000_000_000)), deviceLimit: 2)
        func person(_ login: String, _ role: Staff.Role) -> Staff {
            Staff(
                id: ID(at: now), tenant: tenant.id, login: "\(login)@\(slug).example", name: "\(login) wa \(name)",
                role: role, passwordHash: Office.passwordHash)
        }
        let (admin, seller) = (person("achieng", .admin), person("baraka", .vouchers))
        try store.writeNow(.platform) { transaction in
            try transaction.insert(tenant, at: now)
            try transaction.insert(site, at: now)
            try transaction.insert(router, at: now)
            try transaction.insert(offer, position: 1, at: now)
            try transaction.insert(admin, at: now)
            try transaction.insert(seller, at: now)
        }
        let maker = BatchMaker(store: store, keys: CodeKeys(key))
        let order = try BatchOrder(
            offer: offer, size: 60, format: CodeFormat(prefix: slug.prefix(3).uppercased()), note: "Duka la \(slug)",
            validFrom: now, madeBy: admin.login)
        let batch = try Self.known(maker.make(order, at: now))
        let vouchers = try store.read(.tenant(tenant.id)) { try $0.vouchers(of: batch, after: 0, atMost: 2) }
        let redemption = try store.writeNow(.tenant(tenant.id)) { transaction in
            let code = try vouchers[1].code(CodeKeys(key))
            let request = RedemptionRequest(
                tenant: tenant.id, site: site.id, router: router.id, mac: Self.mac, clientAddress: "10.5.50.23",
                hashes: [CodeKeys(key).hash(code, of: tenant.id)], now: now, offset: .hours(3))
            let redemption = try transaction.redeem(request).get()
            _ = try transaction.request(
                .connect, redemption.device, at: IPv4Address(bits: 0), of: tenant.id, on: now)
            return redemption
        }
        line = try Self.plantLine(store, router, offer, key: key, now: now)
        payment = try Self.plantPayment(store, router, offer, key: key, now: now)
        (self.tenant, self.site, self.router, self.offer) = (tenant, site, router, offer)
        (self.admin, self.seller, self.batch) = (admin, seller, batch)
        (voucher, used, entitlement) = (vouchers[0], vouchers[1], redemption.entitlement)
    }

    /// A paybill with a payment that waits.
    private static func plantPayment(
        _ store: Store, _ router: Router, _ offer: Package, key: SecretKey, now: Instant
    ) throws -> Payment {
        let (keys, id) = (PaymentKeys(key), ID<RailAccount>(at: now))
        let rails = PaymentRails(key, client: HTTPClient(), now: { now })
        let credentials = RailCredentials(
            // Nothing listens there: what is tried fails at once.
            address: "http://127.0.0.1:9", consumerKey: "key-\(router.name)", consumerSecret: Secret("s"),
            passkey: Secret("p"))
        let account = RailAccount(
            id: id, tenant: router.tenant, rail: .mpesa, kind: .paybill, shortCode: "600100",
            prefix: String(router.name.suffix(4)),
            currency: .kes, credentialsSealed: rails.seal(credentials, for: id))
        let device = PayingDevice(site: router.site, router: router.id, mac: mac)
        let order = PaymentOrder(
            tenant: router.tenant, wish: .package(offer.id, device),
            phone: try known(PhoneNumber(digits: "254712345678")), now: now)
        return try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.insert(account, road: keys.hash(keys.token(of: id)), at: now)
            return try transaction.begin(order, keys: keys)
        }
    }

    /// A PPPoE line that its router knows already.
    private static func plantLine(
        _ store: Store, _ router: Router, _ offer: Package, key: SecretKey, now: Instant
    ) throws -> Line {
        let id = ID<Line>(at: now)
        let period = Entitlement(
            granting: offer, for: .subscription, id.rebound(to: Void.self), at: nil, from: now, offset: .zero)
        let line = Line(
            id: id, tenant: router.tenant, kind: .pppoe, name: "nyumba-\(router.name)",
            passwordSealed: LineKeys(key).seal(Secret("open sesame"), of: id), passwordAt: now, package: offer.id,
            entitlement: period.id, router: router.id, address: nil, mac: nil, state: .active, stateAt: now,
            createdAt: now, changedAt: now)
        try store.writeNow(.tenant(router.tenant)) { transaction in
            try transaction.insert(period)
            try transaction.insert(line)
        }
        return line
    }

    /// What nobody of another tenant may ever read.
    func marks(_ key: SecretKey) throws -> [String] {
        [
            tenant.name, site.name, router.name, offer.name, admin.login, batch.note, line.name,
            batch.format.printed(try voucher.code(CodeKeys(key))), batch.format.printed(try used.code(CodeKeys(key))),
        ]
    }

    struct Missing: Error {}

    static func known<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }
}
