import CallHome
import HTTPClient
import HTTPServer
import RouterOS
import SQL
import Sockets
import Synchronization
import Telemetry
import Templates
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Adoption
@testable import Provisioning
@testable import RouterSimulator

/// A router as its operator has set it up, and a gateway that it can ask, on real sockets.
final class AdoptionBench: Sendable {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// A clock that tests set forward.
    final class Clock: Sendable {
        private let moment = Mutex<Instant>(World.noon)
        var now: Instant { moment.withLock { $0 } }
        func advance(by span: Span) { moment.withLock { $0 = $0 + span } }
    }

    let world: World
    let host: RouterHost
    let desk: AdoptionDesk
    let clock = Clock()
    private let server: Server
    let provisioner: Provisioner

    init(
        _ version: String = "7.16.2", engine: Engine = .sqlite,
        _ change: (inout RouterHost.Settings) -> Void = { _ in }
    ) throws {
        let world = try World(engine)
        self.world = world
        var settings = RouterHost.Settings()
        settings.router.userName = "operator"
        settings.router.password = Secret("open")
        settings.router.seed = 11
        settings.router.version = try #require(RouterRelease(version))
        settings.hasCertificate = false
        settings.phones = 1
        change(&settings)
        host = try RouterHost(settings)
        let port = try FreePort.first()
        let clock = clock
        let now: @Sendable () -> Instant = { clock.now }
        let doors = RouterDoors(masterKey: world.masterKey, client: HTTPClient(), now: now)
        desk = AdoptionDesk(
            store: world.store, masterKey: world.masterKey, doors: doors, publicURL: "http://127.0.0.1:\(port)",
            library: try TemplateLibrary(directory: Self.root + "/portal"), now: now)
        provisioner = Provisioner(
            store: world.store, masterKey: world.masterKey, log: .silent, now: now, door: { try doors.open($0) })
        var serving = ServerSettings()
        serving.addresses = ["127.0.0.1"]
        serving.port = port
        serving.accessLog = false
        server = try Server(
            settings: serving,
            application: Application(mounts: [
                Mount(
                    prefix: CallHome.path,
                    CallHome(store: world.store, desk: desk, doors: doors, provisioner: provisioner, log: .silent))
            ]), log: .silent, now: now)
        try server.start()
    }

    func stop() async {
        await provisioner.stop()
        server.stop(grace: .seconds(1))
        host.router.clearFaults()
        host.stop()
        world.store.close()
    }

    // MARK: What people do

    static var options: AdoptionOptions {
        AdoptionOptions(ours: [AddressPrefix(IPv4Address(bits: 0x7F00_0001))])
    }

    func offer(_ options: AdoptionOptions = AdoptionBench.options, name: String = "new-gate", secret: Secret? = nil)
        throws -> Adoption
    {
        let request = AdoptionRequest(
            tenant: world.tenant.id, site: world.sites[0].id, name: name, options: options, radiusSecret: secret,
            madeBy: "asha")
        return try world.store.writeNow(.tenant(world.tenant.id), desk.offer(request))
    }

    func release(_ router: ID<Router>) throws -> Adoption {
        try world.store.writeNow(.tenant(world.tenant.id), desk.release(router, of: world.tenant.id, by: "asha"))
    }

    /// Pastes a line into the router's terminal.
    @discardableResult
    func paste(_ adoption: Adoption) -> String { run(desk.line(of: adoption)) }

    func run(_ line: String, isCancelled: @escaping @Sendable () -> Bool = { false }) -> String {
        Console(host.router, .full, isCancelled: isCancelled).run(line)
    }

    func operate(_ menu: String, _ verb: String, _ values: [String: String]) throws {
        try host.router.perform(RouterCommand(menu, verb, values))
    }

    /// What an operator has made before we come: rules, a garden, addresses that may use the service, a RADIUS server.
    func furnish() throws {
        try operate("/ip/firewall/filter", "add", ["chain": "forward", "action": "accept", "comment": "through"])
        try operate("/ip/firewall/filter", "add", ["chain": "input", "action": "accept", "comment": "lan"])
        try operate("/ip/firewall/filter", "add", ["chain": "input", "action": "drop", "comment": "rest; \"all\""])
        try operate("/ip/hotspot/walled-garden", "add", ["dst-host": "bank.example", "comment": "theirs"])
        try operate("/ip/service", "set", ["numbers": "api-ssl", "disabled": "true", "address": "10.1.0.0/16"])
        try operate("/radius", "add", ["service": "login", "address": "10.1.0.9", "secret": "theirs"])
        try operate("/system/script", "add", ["name": "theirs", "source": "/log info hello"])
    }

    // MARK: What there is

    func router(_ adoption: Adoption) throws -> Router {
        let (id, tenant) = (adoption.router, adoption.tenant)
        return try #require(try world.store.read(.tenant(tenant)) { try $0.router(id, of: tenant) })
    }

    func adoption(_ router: ID<Router>) throws -> Adoption {
        let tenant = world.tenant.id
        return try #require(try world.store.read(.tenant(tenant)) { try $0.adoption(of: router, of: tenant) })
    }

    func isResting(_ router: ID<Router>) throws -> Bool {
        let moment = clock.now
        return try world.store.read(.platform) { try $0.isResting(router, at: moment) }
    }

    func rows(_ path: String) -> [Record] { host.router.with { machine, _ in machine.records(of: path) } }

    /// Every table of the router, but what changes by itself: logs, clocks, sessions, when a file was written.
    var picture: [String: [Record]] {
        host.router.with { machine, _ in
            var picture: [String: [Record]] = [:]
            let moving: Set = ["/log", "/system/resource", "/system/clock", "/user/active", "/ip/firewall/connection"]
            for path in machine.tree.menus.keys where !moving.contains(path) {
                picture[path] = machine.records(of: path).map { row in
                    row.filter { !Self.moves($0.key, of: row) }
                }
            }
            // Rows that come and go with the connections of a service.
            picture["/ip/service"]?.removeAll { $0["dynamic"] == "true" }
            // Secrets that no print shows.
            picture["passwords"] = machine.tables["/user"]?.order.compactMap { id in
                machine.tables["/user"]?[id]?.filter { ["name", "password"].contains($0.key) }
            }
            return picture
        }
    }

    /// Whether a value changes by itself: what the guard remembers does too.
    private static func moves(_ property: String, of row: Record) -> Bool {
        ["last-modified", "last-logged-in", "last-started", "hits", "run-count", "next-run"].contains(property)
            || property == "source" && row["name"] == GuardScript.memory
    }

    /// A connection to the router as the gateway makes it; the simulator listens on ports of its own.
    func connect(_ router: Router, password: Secret? = nil) throws -> any RouterTransport {
        let way = try #require(RouterAddresses(router.address)?.ways.first)
        let port = way.service == .https ? host.restTLSPort : host.apiTLSPort
        let doors = RouterDoors(masterKey: world.masterKey, client: HTTPClient(), now: { World.noon })
        let pin = try #require(router.certificatePin.flatMap { CertificateFingerprint($0) })
        return RouterServices(client: HTTPClient(), sockets: Sockets()).transport(
            by: RouterWay(way.service, host: way.host, port: port), to: router.id.description, as: router.username,
            try password ?? doors.password(of: router), trusting: .pinned(pin))
    }
}

/// Where two pictures differ, for a message that can be read.
func differences(_ before: [String: [Record]], _ after: [String: [Record]]) -> [String] {
    Set(before.keys).union(after.keys).sorted().compactMap { path in
        let (old, new) = (before[path] ?? [], after[path] ?? [])
        guard old != new else { return nil }
        return "\(path): -\(old.filter { !new.contains($0) }) +\(new.filter { !old.contains($0) })"
    }
}
