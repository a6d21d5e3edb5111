import HTTPClient
import RouterOS
import RouterSimulator
import SQL
import Sockets
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import RouterChanges

/// A simulated router on real sockets, the database of its provider, and a changer between them.
final class ChangeBench: Sendable {
    /// How the router is reached.
    enum Way: String, CaseIterable, Sendable { case rest, api, ssh }

    let world: World
    let host: RouterHost
    let changer: RouterChanger
    let transport: any RouterTransport

    var router: Router { world.routers[0] }
    var tenant: ID<Tenant> { world.tenant.id }

    init(
        _ engine: Engine = .sqlite, version: RouterRelease = RouterRelease(7, 16, 2), by way: Way = .rest
    ) throws {
        world = try World(engine)
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 5
        settings.router.version = version
        settings.router.packages = ["user-manager"]
        settings.phones = 1
        host = try RouterHost(settings)
        let transport =
            switch way {
            case .rest: Self.transport(to: host)
            case .api: Self.api(to: host)
            case .ssh: try Self.ssh(to: host)
            }
        self.transport = transport
        changer = RouterChanger(
            store: world.store, masterKey: world.masterKey, now: { .now }, open: { _ in transport }, rest: {})
        // A customer's network beside what the router has from the factory.
        try operate("/ppp/profile", "add", ["name": "gold", "rate-limit": "2M/5M"])
        try operate("/ip/hotspot/user/profile", "add", ["name": "day"])
        try operate("/interface/vlan", "add", ["name": "vlan30", "vlan-id": "30", "interface": "ether1"])
        if version >= RouterRelease(7, 0) {
            try operate("/interface/wireguard", "add", ["name": "wg-home", "listen-port": "13231"])
            for menu in ["/user", "/profile"] { try operate("/user-manager" + menu, "add", ["name": "day"]) }
            try operate("/user-manager/limitation", "add", ["name": "slow"])
        }
        try operate("/ip/pool", "add", ["name": "pool-home", "ranges": "10.77.0.10-10.77.0.99"])
        try operate("/ip/address", "add", ["address": "10.77.0.1/24", "interface": "ether2"])
        try operate("/ip/firewall/filter", "add", ["chain": "input", "action": "accept", "comment": "first"])
        try operate("/ip/firewall/filter", "add", ["chain": "input", "action": "drop", "comment": "last"])
        try operate("/ip/firewall/nat", "add", ["chain": "srcnat", "action": "accept", "comment": "theirs"])
        try operate(
            "/queue/simple", "add", ["name": "theirs", "target": "10.77.0.50/32", "max-limit": "1000000/1000000"])
    }

    static func transport(to host: RouterHost, as user: String = "lango") -> any RouterTransport {
        var access = ServiceAccess(host: "127.0.0.1", user: user, password: Secret("open"))
        access.isSecure = false
        access.port = host.restPort
        let client = HTTPClient()
        return RESTTransport(access, rest: {}) { request throws(HTTPClientError) in try await client.send(request) }
    }

    private static let sockets = Sockets()

    /// The binary API, which versions before 7.1 speak alone.
    static func api(to host: RouterHost) -> any RouterTransport {
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
        access.isSecure = false
        access.port = host.apiPort
        return APITransport(access, on: sockets)
    }

    static func ssh(to host: RouterHost) throws -> any RouterTransport {
        var access = SSHTransport.Access(host: "127.0.0.1", user: "lango", credential: .password(Secret("open")))
        access.port = host.sshPort
        access.trust = .pinned(try #require(CertificateFingerprint(host.router.hostKey?.fingerprint ?? "")))
        return SSHTransport(access, idle: .seconds(5)) {}
    }

    func stop() {
        host.router.clearFaults()
        host.stop()
        world.store.close()
    }

    /// Changes something on the router as its operator does.
    func operate(_ menu: String, _ verb: String, _ values: [String: String]) throws {
        try host.router.perform(RouterCommand(menu, verb, values))
    }

    /// The rows of a table as the router shows them.
    func rows(_ path: String) async throws -> [RouterRecord] {
        try await transport.read(Menu(try #require(RouterSchema.menu(path))), properties: [])
    }

    /// Previews and makes a change.
    func make(_ order: ChangeOrder) async throws -> RouterChange {
        let plan = try await changer.preview(order, on: router)
        return try await changer.apply(order, on: router, as: ID(at: .now), expecting: plan.fingerprint, by: "achieng")
    }

    func make(
        _ deed: RowOrder.Deed, _ recipe: String, row: String? = nil, _ fields: [String: String] = [:],
        before: String? = nil
    ) async throws -> RouterChange {
        try await make(.row(RowOrder(deed, recipe, row: row, fields, before: before)))
    }

    func undo(_ change: RouterChange) async throws -> RouterChange {
        try await changer.undo(change.id, on: router, by: "baraka")
    }

    /// The kinds of flaws that an order has, with their properties: `profile no-such-reference`.
    func flaws(
        _ deed: RowOrder.Deed, _ recipe: String, row: String? = nil, _ fields: [String: String] = [:],
        before: String? = nil
    ) async throws -> [String] {
        do {
            _ = try await changer.preview(.row(RowOrder(deed, recipe, row: row, fields, before: before)), on: router)
            return []
        } catch let flaws as ChangeFlaws {
            return flaws.flaws.map { "\($0.property.map { $0 + " " } ?? "")\($0.kind.rawValue)" }
        }
    }
}
