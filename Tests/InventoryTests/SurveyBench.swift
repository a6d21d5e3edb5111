import Crypto
import HTTPClient
import RouterOS
import RouterSimulator
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Inventory

/// A simulated router on real sockets, the database of its provider, and a keeper that reads it.
final class SurveyBench: Sendable {
    let world: World
    let host: RouterHost
    let keeper: InventoryKeeper

    var router: Router { world.routers[0] }
    var tenant: ID<Tenant> { world.tenant.id }

    init(
        _ engine: Engine = .sqlite, version: RouterRelease = RouterRelease(7, 16, 2),
        pace: InventoryKeeper.Pace = InventoryKeeper.Pace()
    ) throws {
        world = try World(engine)
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 5
        settings.router.version = version
        settings.phones = 1
        let host = try RouterHost(settings)
        self.host = host
        keeper = InventoryKeeper(store: world.store, log: .silent, pace: pace, now: { .now }) { _ in
            Self.transport(to: host)
        }
    }

    static func transport(to host: RouterHost) -> any RouterTransport {
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
        access.isSecure = false
        access.port = host.restPort
        let client = HTTPClient()
        return RESTTransport(access, rest: {}) { request throws(HTTPClientError) in try await client.send(request) }
    }

    func stop() async {
        host.router.clearFaults()
        await keeper.stop()
        host.stop()
        world.store.close()
    }

    /// Changes something on the router as its operator does.
    func operate(_ menu: String, _ verb: String, _ values: [String: String]) throws {
        try host.router.perform(RouterCommand(menu, verb, values))
    }

    func table(_ path: String) throws -> StoredTable? {
        try world.store.read(.tenant(tenant)) { try $0.storedTable(path, of: self.router.id, of: self.tenant) }
    }

    func rows(_ path: String) throws -> [InventoryRow] { try table(path)?.rows ?? [] }

    func inventory() throws -> RouterInventory? {
        try world.store.read(.tenant(tenant)) { try $0.inventory(of: self.router.id, of: self.tenant) }
    }

    func surveys() throws -> [PastSurvey] {
        try world.store.read(.tenant(tenant)) { try $0.surveys(of: self.router.id, of: self.tenant, atMost: 100) }
    }

    /// What the newest survey found changed.
    func changes() throws -> [TableChange] { try surveys().first?.changes ?? [] }
}
