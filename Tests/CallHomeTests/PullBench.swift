import Adoption
import Catalog
import CallHome
import Entitlements
import HTTPClient
import HTTPServer
import Provisioning
import RouterOS
import SQL
import Sockets
import Telemetry
import Templates
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import RouterSimulator

/// A router that nobody can call, with our script on it, and a gateway that it calls, on real sockets.
final class PullBench: Sendable {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    let world: World
    let host: RouterHost
    let desk = PullDesk(pace: PullBench.pace)
    let provisioner: Provisioner
    private let doors: RouterDoors
    private let server: Server

    /// Quick enough for a test.
    private static var pace: PullLine.Pace {
        var pace = PullLine.Pace()
        pace.hold = .milliseconds(200)
        pace.patience = .seconds(10)
        return pace
    }

    init(_ version: String = "7.16.2", engine: Engine = .sqlite) throws {
        world = try World(engine)
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 11
        settings.router.version = try #require(RouterRelease(version))
        settings.router.loginBy = "cookie,http-chap,http-pap"
        settings.phones = 2
        host = try RouterHost(settings)
        let doors = RouterDoors(masterKey: world.masterKey, client: HTTPClient(), desk: desk, now: { .now })
        self.doors = doors
        var pace = Provisioner.Pace()
        pace.tick = Span(milliseconds: 50)
        pace.longestPause = .seconds(2)
        pace.readings = .seconds(3_600)
        provisioner = Provisioner(
            store: world.store, masterKey: world.masterKey, log: .silent, pace: pace, now: { .now },
            door: { try doors.open($0) })
        var serving = ServerSettings()
        serving.addresses = ["127.0.0.1"]
        serving.port = 0
        serving.accessLog = false
        let adoptions = AdoptionDesk(
            store: world.store, masterKey: world.masterKey, doors: doors, publicURL: "http://127.0.0.1",
            library: try TemplateLibrary(directory: Self.root + "/portal"), now: { .now })
        server = try Server(
            settings: serving,
            application: Application(mounts: [
                Mount(
                    prefix: CallHome.path,
                    CallHome(
                        store: world.store, desk: adoptions, doors: doors, provisioner: provisioner, log: .silent))
            ]), log: .silent, now: { .now })
        try server.start()
        try readdress()
        provisioner.start()
    }

    func stop() async {
        await provisioner.stop()
        server.stop(grace: .seconds(1))
        host.stop()
        world.store.close()
    }

    var router: Router {
        get throws {
            let (id, tenant) = (world.routers[0].id, world.tenant.id)
            return try #require(try world.store.read(.tenant(tenant)) { try $0.router(id, of: tenant) })
        }
    }

    /// The other routers of the world answer nobody and are not part of these tests.
    private func readdress() throws {
        let (id, tenant) = (world.routers[0].id, world.tenant.id)
        let sealed = doors.seal(Secret("a drawn password"), for: id)
        let others = world.routers.map(\.id).filter { $0 != id }
        try world.store.writeNow(.platform) { transaction in
            for router in others {
                try transaction.run(
                    "DELETE FROM main.router WHERE id = $1 AND (tenant = $2 OR tenant <> $2)", router, tenant)
            }
        }
        try world.store.writeNow(.tenant(tenant)) {
            try $0.readdress(
                id, of: tenant, address: "pull:", username: "lango", passwordSealed: sealed, certificatePin: nil)
        }
    }

    // MARK: The router

    var url: String { get throws { "http://127.0.0.1:\(server.port)\(CallHome.path)/pull/\(try router.id)" } }

    var secret: PullSecret { get throws { PullSecret(try doors.password(of: router)) } }

    /// Puts the script on the router, as its operator does, and lets it begin.
    @discardableResult
    func install(_ secret: PullSecret? = nil) throws -> String {
        let script = PullScript(url: try url, secret: try secret ?? self.secret, checksCertificate: true)
        let words = Console(host.router, .full).run(script.commands)
        host.skip(.seconds(11))
        return words
    }

    /// Lets the script run for as long as the test needs it: its schedule goes by the router's clock, which goes five
    /// times as fast.
    func keepCalling() -> Task<Void, Never> {
        Task { [host] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(200))
                host.skip(.seconds(1))
            }
        }
    }

    /// What anybody could send.
    func post(_ url: String, _ token: String?, _ body: [UInt8]) async throws -> IncomingResponse {
        var request = OutgoingRequest(.post, url)
        request.body = body
        if let token { request.authorization = .bearer(Secret(token)) }
        return try await HTTPClient().send(request)
    }

    var transport: any RouterTransport { get throws { try doors.transport(to: router) } }

    func rows(_ menu: String) -> [Record] { host.router.with { machine, _ in machine.records(of: menu) } }

    /// A phone joins the Wi-Fi and gives a code.
    func redeem(_ phone: Int, _ package: Package) throws -> (ID<Effect>, Device) {
        let mac = World.mac(phone)
        let address = host.router.with { machine, now in
            machine.traffic(mac, up: 1, down: 0, at: now)
            return machine.phone(mac)?.address ?? IPv4Address(bits: 0)
        }
        let code = try world.makeVouchers(package, 1, from: .now - .hours(1)).codes[0]
        let (now, tenant) = (Instant.now, world.tenant.id)
        let request = RedemptionRequest(
            tenant: tenant, site: world.sites[0].id, router: try router.id, mac: mac, clientAddress: "192.0.2.1",
            hashes: [world.keys.hash(code, of: tenant)], now: now, offset: World.offset)
        return try world.store.writeNow(.tenant(tenant)) { transaction in
            let device = try transaction.redeem(request).get().device
            return (try transaction.request(.connect, device, at: address, of: tenant, on: now), device)
        }
    }

    func effect(_ id: ID<Effect>) throws -> Effect? {
        try world.store.read(.tenant(world.tenant.id)) { try $0.effect(id, of: world.tenant.id) }
    }
}
