import Crypto
import HTTPClient
import RouterOS
import RouterSimulator
import SQL
import Sockets
import Synchronization
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Monitoring

/// A simulated router on real sockets, the database of its provider, and a keeper that follows it.
final class WatchBench: Sendable {
    /// How the router is reached.
    enum Way: String, CaseIterable, Sendable { case rest, api, ssh }

    /// The keeper's clocks; they go on with the router's.
    final class Clock: Sendable {
        private let skipped = Mutex((wall: Span.zero, steady: Span.zero))
        private let start = Instant.now

        var now: Instant { .now + skipped.withLock { $0.wall } }
        var steady: Span { (.now + skipped.withLock { $0.steady }) - start }
        func skip(_ span: Span) { skipped.withLock { $0 = ($0.wall + span, $0.steady + span) } }
        /// Somebody sets the calendar's clock.
        func set(ahead span: Span) { skipped.withLock { $0.wall = $0.wall + span } }
    }

    static let sockets = Sockets()

    let world: World
    let host: RouterHost
    let clock = Clock()
    let transport: any RouterTransport
    let keeper: TrafficKeeper

    var router: Router { world.routers[0] }
    var tenant: ID<Tenant> { world.tenant.id }

    init(
        _ engine: Engine = .sqlite, by way: Way = .rest, version: RouterRelease = RouterRelease(7, 16, 2),
        pace: TrafficKeeper.Pace = TrafficKeeper.Pace()
    ) throws {
        world = try World(engine)
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 5
        settings.router.version = version
        settings.phones = 0
        host = try RouterHost(settings)
        let transport = try Self.transport(to: host, by: way)
        self.transport = transport
        let clock = clock
        keeper = TrafficKeeper(
            store: world.store, log: .silent, pace: pace, now: { clock.now }, steady: { clock.steady }
        ) { _ in transport }
        try furnish()
    }

    static func transport(to host: RouterHost, by way: Way) throws -> any RouterTransport {
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
        access.isSecure = false
        switch way {
        case .rest:
            access.port = host.restPort
            let client = HTTPClient()
            return RESTTransport(access, rest: {}) { request throws(HTTPClientError) in
                try await client.send(request)
            }
        case .api:
            access.port = host.apiPort
            return APITransport(access, on: sockets, patience: .seconds(10))
        case .ssh:
            var access = SSHTransport.Access(host: "127.0.0.1", user: "lango", credential: .password(Secret("open")))
            access.port = host.sshPort
            access.trust = .pinned(try #require(CertificateFingerprint(host.router.hostKey?.fingerprint ?? "")))
            return SSHTransport(access, idle: .seconds(5)) {}
        }
    }

    /// A server for subscribers, and an address for each.
    private func furnish() throws {
        try operate("/ip/pool", "add", ["name": "ppp", "ranges": "10.8.0.2-10.8.3.254"])
        try operate("/ppp/profile", "set", [".id": "*0", "remote-address": "ppp", "local-address": "10.8.0.1"])
        try operate(
            "/interface/pppoe-server/server", "add",
            ["interface": "ether2", "service-name": "home", "disabled": "no"])
    }

    func stop() async {
        host.router.clearFaults()
        await keeper.stop()
        host.stop()
        world.store.close()
    }

    /// Lets time pass, for the router and for us.
    func skip(_ span: Span) {
        clock.skip(span)
        host.skip(span)
    }

    /// Changes something on the router as its operator does.
    func operate(_ menu: String, _ verb: String, _ values: [String: String]) throws {
        try host.router.perform(RouterCommand(menu, verb, values))
    }

    /// Pulls the plug and puts it in again.
    func cutPower(outage: Span = .seconds(30)) {
        skip(outage)
        host.router.with { $0.cutPower(losingClock: false, ntpAfter: nil, at: $1) }
        host.dropDoors(for: 0)
    }

    // MARK: Customers

    /// A customer of the hotspot by an operator's own user.
    @discardableResult
    func logIn(_ name: String, _ number: Int) throws -> MACAddress {
        let mac = World.mac(number)
        host.router.with { _ = $0.traffic(mac, up: 0, down: 0, at: $1) }
        let address = try #require(host.router.with { machine, _ in machine.phone(mac)?.address })
        let isKnown = try host.router.perform(
            RouterCommand("/ip/hotspot/user", "print", ["count-only": ""], query: ["name=\(name)"]))
        if case .value("0") = isKnown {
            try operate("/ip/hotspot/user", "add", ["name": name, "password": "p", "profile": "default"])
            try operate("/ip/hotspot/user/profile", "set", [".id": "*0", "shared-users": "10"])
        }
        try operate(
            "/ip/hotspot/active", "login",
            ["user": name, "password": "p", "ip": "\(address)", "mac-address": "\(mac)"])
        return mac
    }

    func surf(_ mac: MACAddress, up: Int64, down: Int64) {
        host.router.with { _ = $0.traffic(mac, up: up, down: down, at: $1) }
    }

    func dial(_ name: String, _ number: Int) throws {
        _ = try? host.router.perform(
            RouterCommand("/ppp/secret", "add", ["name": name, "password": "p", "service": "pppoe"]))
        let mac = World.mac(number)
        try host.router.with { _ = try $0.dial(name, password: "p", from: mac, at: $1) }
    }

    func stream(_ name: String, up: Int64, down: Int64) {
        host.router.with { _ = $0.pppTraffic(name, up: up, down: down, at: $1) }
    }

    /// The key of the one session of the hotspot.
    func activeID() throws -> String {
        let reply = try host.router.perform(RouterCommand("/ip/hotspot/active", "print", properties: [".id"]))
        guard case .records(let rows) = reply else { return "" }
        return rows.first?[".id"] ?? ""
    }

    // MARK: What is known

    func live() throws -> [LiveSession] {
        try world.store.read(.tenant(tenant)) { try $0.liveSessions(on: router.id, of: tenant) }
    }

    func past() throws -> [LiveSession] {
        try world.store.read(.tenant(tenant)) { try $0.pastSessions(on: router.id, of: tenant, atMost: 10_000) }
    }

    func day() throws -> TrafficHistory {
        try world.store.read(.tenant(tenant)) { try $0.trafficOfDay(of: router.id, of: tenant, at: clock.now) }
    }

    func month() throws -> TrafficHistory {
        try world.store.read(.tenant(tenant)) {
            try $0.traffic(ofDays: 30, of: router.id, of: tenant, at: clock.now)
        }
    }
}
