import Adoption
import BackOffice
import Backups
import CallHome
import Captive
import Catalog
import Crypto
import Documents
import Entitlements
import Guests
import HTTPClient
import HTTPServer
import Inventory
import Ledger
import Locales
import MessageRoads
import Messages
import Monitoring
import PaymentRoads
import Payments
import Provisioning
import RouterChanges
import RouterOS
import SQL
import Subscribers
import Telemetry
import Templates
import Tenancy
import Threads
import Values
import Vouchers

/// The store, the key and the words: what every command needs.
struct Install: Sendable {
    /// Every step of the schema.
    static let migrations =
        tenancyMigrations + catalogMigrations + entitlementMigrations + voucherMigrations + guestMigrations
        + subscriberMigrations
        + provisioningMigrations
        + inventoryMigrations + routerChangeMigrations + adoptionMigrations + monitoringMigrations + backupMigrations
        + ledgerMigrations + messageMigrations + paymentMigrations

    /// The number of the last of them.
    static var newestStep: Int { migrations.map { $0.number }.max() ?? 0 }

    let settings: Settings
    let masterKey: SecretKey
    let store: Store
    let locales: Locales

    /// Opens what there is.
    ///
    /// - Parameters:
    ///   - settings: where it lies.
    ///   - makes: whether folder, key and database are made where there are none.
    /// - Throws: errors whose description is a sentence for the operator.
    init(_ settings: Settings, makes: Bool = false) throws {
        self.settings = settings
        let location = Store.Location(settings.databaseLocation)
        try Self.checkAssets(settings)
        if makes { try TextFile.makeFolder(settings.data) } else { try Self.checkPresence(settings, location) }
        let key = try InstallKey(at: settings.keyLocation, for: location)
        masterKey = key.secret
        locales = try Locales(directory: settings.assets + "/locales")
        store = try Store(location, migrations: Self.migrations, sharesCommits: settings.groupCommit)
        try key.check(against: store)
    }

    /// Where phones and staff find the gateway.
    var publicURL: String {
        let scheme = settings.tlsCertificate == nil ? "http" : "https"
        return settings.publicURL ?? "\(scheme)://\(settings.addresses.first ?? "127.0.0.1"):\(settings.port)"
    }

    /// Where routers lead lines that are suspended or over; nil where the gateway's own address is a name.
    var blockedPage: BlockedPage? {
        PortalPlace(publicURL)?.address.map {
            BlockedPage(address: $0, port: settings.suspendedPort > 0 ? settings.suspendedPort : nil)
        }
    }

    /// What to tell where nobody said where phones find the gateway, and the address to listen on does not tell either.
    var publicURLAdvice: String? {
        let address = settings.addresses.first ?? "127.0.0.1"
        let tellsNothing =
            address.hasPrefix("127.") || ["::1", "[::1]", "localhost", "0.0.0.0", "::", "[::]"].contains(address)
        guard settings.publicURL == nil, tellsNothing else { return nil }
        return "public-url is not set: QR codes and router files lead to \(publicURL), which no phone can reach"
    }
}

/// The running program: every room opened and wired.
final class Gateway: Sendable {
    let install: Install
    let provisioner: Provisioner
    let inventory: InventoryKeeper
    let traffic: TrafficKeeper
    let backups: BackupKeeper
    let payments: PaymentKeeper
    let messages: MessageKeeper
    private let changes: ChangeKeeper
    let log: Log
    private let places: PlaceDirectory
    private let server: Server
    /// What suspended lines see; nil where no port was chosen for it.
    private let keptOut: Server?
    private let metrics: GatewayMetrics

    init(_ install: Install, log: Log) throws {
        let settings = install.settings
        let now: @Sendable () -> Instant = SystemClock.now
        self.install = install
        self.log = log
        let library = try TemplateLibrary(directory: settings.assets + "/portal")
        let look = try CaptiveLook(library: library, locales: install.locales)
        places = try PlaceDirectory(store: install.store, look: look, publicURL: install.publicURL)
        var pace = Provisioner.Pace()
        pace.readings = .seconds(settings.readings)
        let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: now)
        provisioner = Provisioner(
            store: install.store, masterKey: install.masterKey, log: log, pace: pace,
            blockedPage: install.blockedPage, portal: PortalPlace(install.publicURL), now: now,
            door: { try doors.open($0) })
        var surveys = InventoryKeeper.Pace()
        surveys.interval = .minutes(settings.surveys)
        surveys.retention = .days(settings.surveyDays)
        inventory = InventoryKeeper(
            store: install.store, log: log, pace: surveys, now: now,
            open: { try doors.transport(to: $0) })
        var watching = TrafficKeeper.Pace()
        watching.interval = .seconds(max(10, settings.traffic))
        traffic = TrafficKeeper(
            store: install.store, log: log, pace: watching, now: now,
            open: { try doors.transport(to: $0) })
        let changer = RouterChanger(
            store: install.store, masterKey: install.masterKey, now: now, open: { try doors.transport(to: $0) })
        changes = ChangeKeeper(changer, log: log)
        backups = BackupKeeper(install, log: log, doors: doors)
        payments = PaymentKeeper(install, log: log, tells: provisioner)
        messages = MessageKeeper(install, log: log)
        metrics = GatewayMetrics(store: install.store, payments: payments)
        let known = try KnownDevices(install.store)
        let captive = try Captive(
            store: install.store, places: places, known: known, provisioner: provisioner, payments: payments,
            masterKey: install.masterKey, now: now)
        let desk = AdoptionDesk(
            store: install.store, masterKey: install.masterKey, doors: doors, publicURL: install.publicURL,
            library: library, now: now)
        let office = try BackOffice(
            store: install.store, library: library, locales: install.locales,
            printer: VoucherPrinter(
                store: install.store, keys: CodeKeys(install.masterKey), locales: install.locales,
                publicURL: install.publicURL),
            designs: try PrintDesigns(directory: settings.assets + "/vouchers"), masterKey: install.masterKey,
            provisioner: provisioner, inventory: inventory, traffic: settings.traffic > 0 ? traffic : nil,
            changer: changer, backups: backups, adoptions: desk, payments: payments,
            accounts: AccountDesk(install), publicURL: install.publicURL, log: log, now: now)
        let home = CallHome(store: install.store, desk: desk, doors: doors, provisioner: provisioner, log: log)
        let operations = Operations(store: install.store, places: places, metrics: metrics)
        server = try Server(
            settings: Self.serverSettings(settings),
            application: Application(mounts: [
                Mount(prefix: "/hotspot", captive), Mount(prefix: "/office", office),
                Mount(prefix: CallHome.path, home),
                Mount(prefix: PaymentRoads.path, PaymentRoads(keeper: payments)),
                Mount(prefix: MessageRoads.path, MessageRoads(keeper: messages)),
                Mount(prefix: "", operations),
            ]), log: log, now: now)
        keptOut = try Self.keptOut(KeptOut(store: install.store, places: places), settings, log, now)
        metrics.watch(server)
    }

    private static func keptOut(
        _ surface: KeptOut, _ settings: Settings, _ log: Log, _ now: @escaping @Sendable () -> Instant
    ) throws -> Server? {
        guard settings.suspendedPort > 0 else { return nil }
        var server = serverSettings(settings)
        // Devices that are kept out ask again and again; they must not cost more than a page.
        (server.port, server.tls, server.threads, server.accessLog) = (settings.suspendedPort, nil, 1, false)
        return try Server(
            settings: server, application: Application(mounts: [Mount(prefix: "", surface)]), log: log, now: now)
    }

    private static func serverSettings(_ settings: Settings) -> ServerSettings {
        var server = ServerSettings()
        server.addresses = settings.addresses
        server.port = settings.port
        server.connectionLimit = settings.connectionLimit
        server.perAddressLimit = Allowance(settings.perAddressLimit)
        server.idleTimeout = settings.idleTimeout
        server.requestTimeout = settings.requestTimeout
        server.trustedProxies = settings.trustedProxies
        server.accessLog = settings.accessLog
        if let certificate = settings.tlsCertificate, let key = settings.tlsKey {
            server.tls = .init(certificatePath: certificate, keyPath: key)
        }
        return server
    }

    /// Listens and works until `signals` says to stop.
    ///
    /// `whenReady` is called once the gateway answers.
    func run(until signals: Signals, whenReady: () -> Void = {}) async throws {
        // What listens last tells that all of it is ready.
        try keptOut?.start()
        try server.start()
        provisioner.start()
        inventory.start()
        if install.settings.traffic > 0 { traffic.start() }
        backups.start()
        payments.start()
        messages.start()
        log.notice("gateway.started", ["gateway.url": .text(install.publicURL)])
        whenReady()
        ProgramPages.release()
        let keeper = Task { [self] in await keepFresh() }
        let recovery = Task { [self] in await finishChanges() }
        await signals.wait(onReload: { [self] in reload() })
        log.notice("gateway.stopping")
        keeper.cancel()
        recovery.cancel()
        await keeper.value
        await recovery.value
        await traffic.stop()
        await backups.stop()
        await inventory.stop()
        await payments.stop()
        await messages.stop()
        await provisioner.stop()
        // With what comes before and after, the program ends within five seconds.
        keptOut?.stop(grace: .seconds(1))
        server.stop(grace: .seconds(4))
        install.store.close()
        log.notice("gateway.stopped")
        log.flush(within: .seconds(2))
    }

    /// Effects that are done are kept for a month, messages for three, wrong guesses for a day; batches that were never
    /// finished go.
    private func clean(_ now: Instant) async throws {
        try await install.store.write(.platform) { transaction in
            _ = try transaction.discardUnfinishedBatches(before: now - .hours(6))
            try transaction.forgetGuesses(before: now - .days(1))
            try transaction.forgetEffects(before: now - .days(30))
            try transaction.forgetMessages(before: now - .days(90))
        }
    }

    /// Looks at what only a start would try: certificate and key.
    ///
    /// - Throws: `ServerError`.
    func checkCertificate() throws(ServerError) { try server.reloadCertificate() }

    private func reload() {
        do {
            try server.reloadCertificate()
            log.notice("certificate.reloaded")
        } catch {
            log.error("certificate.unusable", ["reason": .text(error.description)])
        }
    }

    /// Sees from time to time to changes of routers that were left in the middle.
    private func finishChanges() async {
        while !Task.isCancelled {
            await changes.recover()
            // The pace of looking for changes that another gateway left behind; ends at once when the task is cancelled.
            try? await Task.sleep(for: .seconds(15))
        }
    }

    /// Follows what other processes and gateways change, and forgets what is of no more use.
    private func keepFresh() async {
        var nextCleaning = SystemClock.now()
        while !Task.isCancelled {
            do {
                try places.refresh()
                if SystemClock.now() >= nextCleaning {
                    try await clean(SystemClock.now())
                    try await changes.forget()
                    nextCleaning = SystemClock.now() + .hours(1)
                }
            } catch {
                log.error("gateway.refresh-failed", ["reason": .text(Sentence.about(error))])
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }
}
