import Catalog
import Crypto
import Entitlements
import HTTPClient
import RouterOS
import RouterSimulator
import SQL
import Synchronization
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Provisioning

/// A provider's router on real sockets, its database, and a gateway that provisions it; time is the test's.
final class RouterBench: Sendable {
    let world: World
    let hosts: [RouterHost]
    let clock = Clock()
    private let gateways = Mutex<[Provisioner]>([])

    var host: RouterHost { hosts[0] }

    /// This computer's time and what the test has skipped; the routers' own time goes along.
    final class Clock: Sendable {
        private let skipped = Atomic<Int64>(0)
        func now() -> Instant { .now + Span(milliseconds: skipped.load(ordering: .relaxed)) }
        func skip(_ span: Span) { skipped.add(span.milliseconds, ordering: .relaxed) }
    }

    init(
        _ engine: Engine = .sqlite, by services: [RouterWay.Service] = [.http], routers: Int = 1,
        release: RouterRelease = RouterRelease(7, 16, 2)
    ) throws {
        world = try World(engine)
        hosts = try (0..<routers).map { number in
            var settings = RouterHost.Settings()
            settings.router.password = Secret("open")
            settings.router.seed = 11
            settings.router.version = release
            settings.router.loginBy = "cookie,http-chap,http-pap"
            settings.router.identity = "gate-\(number)"
            settings.phones = 1
            return try RouterHost(settings)
        }
        for (number, host) in hosts.enumerated() {
            let ways = services.map { RouterWay($0, host: "127.0.0.1", port: host.port(of: $0)).description }
            try address(number, ways.joined(separator: ","))
        }
        // The two routers whose hosts do not exist answer nobody; they are not part of these tests.
        let (tenant, known) = (world.tenant.id, world.routers.prefix(routers).map(\.id))
        let idle = world.routers.filter { !known.contains($0.id) }
        try world.store.writeNow(.platform) { transaction in
            for router in idle {
                try transaction.run(
                    "DELETE FROM main.router WHERE id = $1 AND (tenant = $2 OR tenant <> $2)", router.id, tenant)
            }
        }
    }

    private func address(_ number: Int, _ url: String) throws {
        let doors = RouterDoors(masterKey: world.masterKey, client: HTTPClient(), now: clock.now)
        let id = world.routers[number].id
        let sealed = doors.seal(Secret("open"), for: id)
        try world.store.writeNow(.tenant(world.tenant.id)) { [tenant = world.tenant.id] in
            try $0.readdress(
                id, of: tenant, address: url, username: "lango", passwordSealed: sealed, certificatePin: nil)
        }
    }

    /// Starts a gateway; on PostgreSQL several may share the work, each with a store of its own.
    @discardableResult
    func start(
        readings: Span = .seconds(3_600), pause: Span = Span(milliseconds: 40), on store: Store? = nil,
        portal: PortalPlace? = nil
    ) -> Provisioner {
        var pace = Provisioner.Pace()
        pace.tick = Span(milliseconds: 20)
        pace.readings = readings
        pace.longestPause = pause
        let clock = clock
        let doors = RouterDoors(masterKey: world.masterKey, client: HTTPClient(), rest: {}, now: { clock.now() })
        let gateway = Provisioner(
            store: store ?? world.store, masterKey: world.masterKey, log: .silent, pace: pace, portal: portal,
            now: { clock.now() },
            door: { try doors.open($0) })
        gateways.withLock { $0.append(gateway) }
        gateway.start()
        return gateway
    }

    /// Starts a gateway that reads each router's counters now and not again.
    func startAfterReading() {
        start()
        let isRead = eventually {
            hosts.allSatisfy { host in
                host.router.with { machine, _ in machine.journal.counts.keys.contains { $0 == "/ip/hotspot/user print" }
                }
            }
        }
        #expect(isRead)
    }

    /// The gateways that were started.
    var running: [Provisioner] { gateways.withLock { $0 } }

    /// Stops everything, gateways first.
    func stop() async {
        for host in hosts { host.router.clearFaults() }
        for gateway in running { await gateway.stop() }
        for host in hosts { host.stop() }
        world.store.close()
    }

    /// Time passes for everybody.
    func skip(_ span: Span) {
        clock.skip(span)
        for host in hosts { host.skip(span) }
    }

    // MARK: Phones

    /// The phone joins the Wi-Fi of a router; the answer is its address there.
    @discardableResult
    func join(_ phone: Int, at number: Int = 0) -> IPv4Address {
        let mac = World.mac(phone)
        return hosts[number].router.with { machine, now in
            machine.traffic(mac, up: 1, down: 0, at: now)
            return machine.phone(mac)?.address ?? IPv4Address(bits: 0)
        }
    }

    /// The phone sends and receives; whether it got through.
    @discardableResult
    func traffic(_ phone: Int, up: Int64 = 0, down: Int64 = 0, at number: Int = 0) -> Bool {
        hosts[number].router.with { $0.traffic(World.mac(phone), up: up, down: down, at: $1) } == .passed
    }

    /// Makes vouchers that are good now.
    func vouchers(_ offer: Package, _ count: Int = 1) throws -> [VoucherCode] {
        try world.makeVouchers(offer, count, from: clock.now() - .hours(1)).codes
    }

    /// The phone gives its code, as through the page: one write with the effect in it.
    func redeem(_ code: VoucherCode, _ phone: Int, at number: Int = 0, address: IPv4Address? = nil) throws -> (
        ID<Effect>, Device
    ) {
        let place = address ?? join(phone, at: number)
        let (now, tenant) = (clock.now(), world.tenant.id)
        let request = RedemptionRequest(
            tenant: tenant, site: world.sites[number].id, router: world.routers[number].id, mac: World.mac(phone),
            clientAddress: "192.0.2.1", hashes: [world.keys.hash(code, of: tenant)], now: now, offset: World.offset)
        return try world.store.writeNow(.tenant(tenant)) { transaction in
            let device = try transaction.redeem(request).get().device
            return (try transaction.request(.connect, device, at: place, of: tenant, on: now), device)
        }
    }

    func effect(_ id: ID<Effect>) throws -> Effect? {
        try world.store.read(.tenant(world.tenant.id)) { try $0.effect(id, of: world.tenant.id) }
    }

    func entitlement(_ id: ID<Entitlement>) throws -> Entitlement? {
        try world.store.read(.tenant(world.tenant.id)) { try $0.entitlement(id, of: world.tenant.id) }
    }

    func usage(_ device: Device) throws -> Entitlements.Usage? {
        try world.store.read(.tenant(world.tenant.id)) {
            try $0.device(device.mac, on: device.entitlement, of: world.tenant.id)
        }?.usage
    }

    func router(_ number: Int = 0) throws -> Router? {
        try world.store.read(.tenant(world.tenant.id)) { try $0.router(world.routers[number].id, of: world.tenant.id) }
    }

    /// How the ways to the first router fared, in their order.
    func standings() throws -> [WayStanding] {
        let router = try #require(try router())
        return try world.store.read(.tenant(router.tenant)) {
            WayStanding.ordered(try $0.wayStandings(of: router.id, of: router.tenant), of: router)
        }
    }

    /// Ends an entitlement and cuts its devices, as staff do.
    func withdraw(_ id: ID<Entitlement>) throws {
        let (now, tenant) = (clock.now(), world.tenant.id)
        _ = try world.store.writeNow(.tenant(tenant)) { try $0.withdraw(id, .withdrawn, of: tenant, at: now) }
    }

    /// Hours of every day that hold this moment at the place, and close within two hours.
    var openNow: String {
        let now = clock.now()
        let minute = floorDivide(now.milliseconds + World.offset(at: now).milliseconds, by: 60_000).quotient % 1_440
        return "\(twoDigits((minute / 60 + 23) % 24)):00-\(twoDigits((minute / 60 + 2) % 24)):00"
    }

    // MARK: The router's side

    /// The users on the router, but the one that it counts trials with.
    func users(at number: Int = 0) -> [Record] {
        rows("/ip/hotspot/user", number).filter { $0["name"] != "default-trial" }
    }
    func online(at number: Int = 0) -> [Record] { rows("/ip/hotspot/active", number) }
    func rows(_ menu: String, _ number: Int = 0) -> [Record] {
        hosts[number].router.with { machine, _ in machine.records(of: menu) }
    }

    func isOnline(_ phone: Int, at number: Int = 0) -> Bool {
        online(at: number).contains { $0["mac-address"] == World.mac(phone).description }
    }
}

extension RouterHost {
    /// Where a service listens.
    fileprivate func port(of service: RouterWay.Service) -> UInt16 {
        switch service {
        case .http: restPort
        case .https: restTLSPort
        case .api: apiPort
        case .apiTLS: apiTLSPort
        case .ssh: sshPort
        case .pull: 0
        }
    }
}
