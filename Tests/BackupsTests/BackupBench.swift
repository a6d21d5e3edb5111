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

@testable import Backups

/// A simulated router on real sockets, the database of its provider, and a keeper between them.
final class BackupBench: Sendable {
    /// How the router is reached.
    enum Way: String, CaseIterable { case ssh, rest, api }

    let world: World
    let host: RouterHost
    let keeper: BackupKeeper
    /// How far the tests' clock is ahead.
    let ahead: Ahead

    final class Ahead: Sendable {
        private let span = Mutex(Span.zero)
        func add(_ more: Span) { span.withLock { $0 = $0 + more } }
        var now: Instant { .now + span.withLock { $0 } }
    }

    var router: Router { world.routers[0] }
    var tenant: ID<Tenant> { world.tenant.id }

    init(
        _ engine: Engine = .sqlite, version: RouterRelease = RouterRelease(7, 20), over way: Way = .ssh,
        pace: BackupKeeper.Pace = BackupBench.pace
    ) throws {
        world = try World(engine)
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 5
        settings.router.version = version
        settings.phones = 0
        let host = try RouterHost(settings)
        self.host = host
        let ahead = Ahead()
        self.ahead = ahead
        keeper = BackupKeeper(
            store: world.store, masterKey: world.masterKey, log: .silent, pace: pace, now: { ahead.now },
            open: { _ in try Self.ways(to: host, over: way) }, rest: { _ in })
    }

    /// Looks for a restored router without waiting long.
    static var pace: BackupKeeper.Pace {
        var pace = BackupKeeper.Pace()
        pace.returnLooks = 5
        return pace
    }

    static func ways(to host: RouterHost, over way: Way) throws -> BackupWays {
        switch way {
        case .ssh:
            let console = try console(to: host)
            return BackupWays(transport: console, console: console)
        case .rest:
            var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
            access.isSecure = false
            access.port = host.restPort
            let client = HTTPClient()
            let rest = RESTTransport(access, rest: {}) { request throws(HTTPClientError) in
                try await client.send(request)
            }
            return BackupWays(transport: rest, console: nil)
        case .api:
            var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
            access.isSecure = false
            access.port = host.apiPort
            return BackupWays(transport: APITransport(access, on: sockets), console: nil)
        }
    }

    private static let sockets = Sockets()

    static func console(to host: RouterHost) throws -> SSHTransport {
        var access = SSHTransport.Access(host: "127.0.0.1", user: "lango", credential: .password(Secret("open")))
        access.port = host.sshPort
        access.trust = .pinned(try #require(CertificateFingerprint(host.router.hostKey?.fingerprint ?? "")))
        return SSHTransport(access, idle: .seconds(2)) {}
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

    func fault(_ kind: Fault.Kind, _ menu: String, _ verb: String? = nil, skip: Int = 0, times: Int? = 1) {
        var fault = Fault(kind, menu: menu, verb: verb)
        (fault.skip, fault.times) = (skip, times)
        host.router.plan(fault)
    }

    func take(_ binary: BackupKeeper.Wish.Binary = .never) async -> BackupKeeper.Outcome {
        await keeper.take(router, BackupKeeper.Wish(.asked, by: "asha", binary: binary))
    }

    func versions() throws -> [Backup] { try keeper.backups(of: router).reversed() }

    /// The files of ours that lie on the router.
    var leftovers: [String] {
        host.router.with { machine, _ in machine.fileNames.filter { $0.hasPrefix("lango") } }
    }
}
