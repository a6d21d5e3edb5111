import Catalog
import Crypto
import Entitlements
import HTTPServer
import Ledger
import Locales
import MobileMoney
import Payments
import Provisioning
import SQL
import Synchronization
import Telemetry
import Templates
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Captive

/// The gate on a real port, its router played by a stand-in, its time the test's.
final class CaptiveBench: Sendable {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    let world: World
    let clock = Clock()
    let captive: Captive
    let payments: PaymentKeeper
    private let provisioner: Provisioner
    private let server: Server
    let router = Gate()

    final class Clock: Sendable {
        private let milliseconds = Atomic<Int64>(World.noon.milliseconds)
        func now() -> Instant { Instant(milliseconds: milliseconds.load(ordering: .relaxed)) }
        func skip(_ span: Span) { milliseconds.add(span.milliseconds, ordering: .relaxed) }
    }

    /// A router that does at once what it is told, or does not answer.
    final class Gate: RouterDoor {
        let isDown = Atomic(false)
        let admissions = Atomic(0)

        private func answer() throws(RouterTrouble) {
            if isDown.load(ordering: .relaxed) { throw .unreachable("down") }
        }
        func probe() async throws(RouterTrouble) -> RouterFacts {
            try answer()
            return RouterFacts(version: "7.16.2", warnings: [])
        }
        func reading(of username: String) async throws(RouterTrouble) -> UserReading? {
            try answer()
            return nil
        }
        func admit(_ order: AdmissionOrder) async throws(RouterTrouble) -> AdmissionOutcome {
            try answer()
            admissions.add(1, ordering: .relaxed)
            return .online
        }
        func cut(username: String, mac: MACAddress, keep: (UserReading) async throws -> Void) async throws {
            try answer()
        }
        func readings() async throws(RouterTrouble) -> [UserReading] {
            try answer()
            return []
        }
    }

    init(_ engine: Engine = .sqlite) throws {
        world = try World(engine)
        let look = try CaptiveLook(
            library: TemplateLibrary(directory: Self.root + "/portal"),
            locales: Locales(directory: Self.root + "/locales"))
        let offer = try world.makePackage(devices: 2)
        _ = try world.makeVouchers(offer)
        let places = try PlaceDirectory(store: world.store, look: look, publicURL: "http://portal.test")
        let (clock, router) = (clock, router)
        var pace = Provisioner.Pace()
        pace.tick = Span(milliseconds: 20)
        pace.readings = .seconds(3_600)
        // Waiting is by the computer's time, the rest by the test's.
        let started = Instant.now
        provisioner = Provisioner(
            store: world.store, masterKey: world.masterKey, log: .silent, pace: pace,
            now: { clock.now() + (.now - started) }, door: { _ in router })
        payments = PaymentKeeper(
            store: world.store, masterKey: world.masterKey, log: .silent, publicURL: "http://portal.test",
            now: { clock.now() }, nudgeRouter: { _ in }, rail: { _ in Till() })
        captive = try Captive(
            store: world.store, places: places, known: try KnownDevices(world.store), provisioner: provisioner,
            payments: payments, masterKey: world.masterKey, now: { clock.now() })
        var settings = ServerSettings()
        settings.port = 0
        settings.threads = 2
        settings.requestTimeout = 2
        server = try Server(
            settings: settings, application: Application(mounts: [Mount(prefix: "/hotspot", captive)]), log: .silent,
            access: { _ in }, now: { clock.now() })
        try server.start()
        provisioner.start()
    }

    func stop() async {
        await provisioner.stop()
        server.stop(grace: .seconds(1))
        world.store.close()
    }

    var port: UInt16 { server.port }
    static let market = "/hotspot/acme/market"

    /// What the router's page says of a phone.
    func phone(_ number: Int = 1) -> [(String, String)] {
        [("mac", World.mac(number).description), ("ip", "10.5.50.\(number + 10)"), ("identity", "gate-market")]
    }

    func query(_ number: Int = 1) -> String {
        phone(number).map { "\($0.0)=\(Wire.encode($0.1))" }.joined(separator: "&")
    }

    /// How many rows each table has.
    func rows() throws -> [Int] {
        try world.store.read(.platform) { transaction in
            [
                try transaction.value("SELECT count(*) FROM main.tenant"),
                try transaction.value("SELECT count(*) FROM main.site"),
                try transaction.value("SELECT count(*) FROM main.router"),
                try transaction.value("SELECT count(*) FROM main.staff"),
                try transaction.value("SELECT count(*) FROM main.package"),
                try transaction.value("SELECT count(*) FROM main.batch"),
                try transaction.value("SELECT count(*) FROM main.voucher"),
                try transaction.value("SELECT count(*) FROM main.guess"),
                try transaction.value("SELECT count(*) FROM main.entitlement"),
                try transaction.value("SELECT count(*) FROM main.device"),
                try transaction.value("SELECT count(*) FROM main.session"),
                try transaction.value("SELECT count(*) FROM main.effect"),
                try transaction.value("SELECT count(*) FROM main.voucher WHERE state <> 0"),
                try transaction.value("SELECT count(*) FROM main.device WHERE left_at IS NOT NULL"),
                try transaction.value("SELECT COALESCE(sum(failures), 0) FROM main.guess"),
            ] as [Int]
        }
    }

    /// A code that is good, of the first provider or of the other.
    func code(_ time: Package.TimeLimit = .fromFirstUse(.hours(1)), of owner: Tenant? = nil) throws -> String {
        try world.makeVouchers(world.makePackage(time, devices: 2, of: owner)).codes[0].text
    }

    /// Whether the router has done all it was asked for.
    func isSettled() throws -> Bool {
        try world.store.read(.platform) { try $0.value("SELECT count(*) FROM main.effect WHERE state = 0") } == 0
    }

    /// A signed pass of the phone's entitlement at a site.
    func token(
        _ entitlement: ID<Entitlement>, phone: Int = 1, at site: String = "market", isProven: Bool = true
    ) throws -> String {
        let place = try #require(captive.places[site == "town" ? "bravo" : "acme", site])
        let pass = DevicePass(entitlement: entitlement, mac: World.mac(phone), isProven: isProven)
        return captive.signed(pass, place, lasting: .hours(2))
    }

    /// The only entitlement of a phone.
    func entitlement(_ phone: Int = 1) throws -> ID<Entitlement> {
        let found = try world.store.read(.tenant(world.tenant.id)) {
            try $0.latestEntitlement(of: World.mac(phone), of: world.tenant.id)
        }
        return try #require(found).id
    }
}
