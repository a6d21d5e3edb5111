import Catalog
import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Guests

@Suite struct PairingTests {
    /// A phone that is in by a voucher, and screens that it may bring along.
    private struct Scene {
        let world: World
        let host: ID<Entitlement>
        var now = World.noon
        var keys: GuestKeys { GuestKeys(world.masterKey) }

        init(_ engine: Engine, devices: Int = 2) throws {
            world = try World(engine)
            host = try Self.host(world, devices: devices)
        }

        static func host(_ world: World, devices: Int = 2, phone: Int = 1) throws -> ID<Entitlement> {
            let code = try world.makeVouchers(world.makePackage(devices: devices)).codes[0]
            return try world.redeem(world.request(code, from: World.mac(phone))).get().entitlement.id
        }

        func show(_ screen: Int) throws -> Pairing {
            let pairing = Pairing(
                at: GrantPlace(router: world.routers[0].id, mac: World.mac(screen)), address: IPv4Address(bits: 9),
                expiresAt: now + Pairing.span)
            return try world.store.writeNow(.tenant(world.tenant.id)) {
                try $0.show(pairing, at: world.sites[0].id, of: world.tenant.id, keys, now: now)
            }
        }

        func code(_ screen: Int) throws -> String { try show(screen).code(keys, of: world.tenant.id).text }

        func bring(
            _ typed: String, to host: ID<Entitlement>? = nil, by phone: Int = 1, at site: Int = 0
        ) throws -> Result<Guest, BringRefusal> {
            let wish = BringRequest(
                tenant: world.tenant.id, site: world.sites[site].id, host: host ?? self.host, mac: World.mac(phone),
                guest: try TypedGuest(typed), keys: keys,
                throttle: GuessThrottle(
                    of: world.tenant.id, device: "\(World.mac(phone))", address: "192.0.2.1", place: "market", at: now),
                now: now)
            return try world.store.writeNow(.tenant(world.tenant.id)) { try $0.bring(wish) }
        }
    }

    @Test("A code brings the screen along that shows it, once, and until its time is over", arguments: Engine.available)
    func code(engine: Engine) throws {
        var scene = try Scene(engine, devices: 3)
        defer { scene.world.store.close() }
        let code = try scene.code(20)
        #expect(code.utf8.count == 6)
        scene.now = World.noon + .minutes(5)
        #expect(try scene.code(20) == code, "a page that is opened again shows the same")
        #expect(try scene.bring(code, at: 1) == .failure(.unknownCode), "it is shown at another site")
        let guest = try scene.bring(code.lowercased()).get()
        #expect(guest.device.mac == World.mac(20) && guest.device.entitlement == scene.host)
        #expect(guest.address == IPv4Address(bits: 9))
        #expect(try scene.bring(code).get() == guest, "a form that is sent twice brings one")
        let stranger = try Scene.host(scene.world, phone: 2)
        #expect(try scene.bring(code, to: stranger, by: 2) == .failure(.unknownCode))
        let next = try scene.code(20)
        #expect(next != code)
        scene.now = World.noon + .minutes(15)
        #expect(try scene.bring(next) == .failure(.unknownCode), "ten minutes are over")
        #expect(try scene.code(20) != next)
    }

    @Test("As many share it as may, and what ends, ends for all", arguments: Engine.available)
    func limit(engine: Engine) throws {
        var scene = try Scene(engine)
        defer { scene.world.store.close() }
        #expect((try? scene.bring("02-50-00-00-00-14").get()) != nil)
        #expect(try scene.bring(scene.code(21)) == .failure(.deviceLimit(2)))
        #expect(try scene.bring("025000000015") == .failure(.deviceLimit(2)))
        #expect((try? scene.bring("0250.0000.0014").get()) != nil, "it is in already")
        #expect(try scene.bring("025000000014", by: 7) == .failure(.hostIsOut))
        let (tenant, host) = (scene.world.tenant.id, scene.host)
        _ = try scene.world.store.writeNow(.tenant(tenant)) {
            try $0.end(host, .withdrawn, of: tenant, at: World.noon)
        }
        scene.now = World.noon + .minutes(1)
        #expect(try scene.bring("025000000014") == .failure(.over(.usedUp(.withdrawn, at: World.noon))))
    }

    @Test("Whoever knows the address of a device that is online by itself cannot take it from there")
    func onlineElsewhere() throws {
        let scene = try Scene(.sqlite)
        defer { scene.world.store.close() }
        let own = try Scene.host(scene.world, phone: 2)
        let (tenant, router) = (scene.world.tenant.id, scene.world.routers[0].id)
        try scene.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.insert(
                Session(
                    id: ID(at: World.noon), entitlement: own, mac: World.mac(2), router: router,
                    address: IPv4Address(bits: 1), startedAt: World.noon, seenAt: World.noon, online: .zero, bytesUp: 0,
                    bytesDown: 0), of: tenant)
        }
        #expect(try scene.bring("\(World.mac(2))") == .failure(.onlineElsewhere))
        #expect((try? scene.bring(scene.code(2)).get()) != nil, "its own screen shows a code")
    }

    @Test("Wrong codes count like those of vouchers", arguments: Engine.available)
    func throttled(engine: Engine) throws {
        var scene = try Scene(engine)
        defer { scene.world.store.close() }
        let code = try scene.code(20)
        let wrong = String(code.reversed()) == code ? "222222" : String(code.reversed())
        for _ in 0..<5 { #expect(try scene.bring(wrong) == .failure(.unknownCode)) }
        #expect(try scene.bring(code) == .failure(.locked(until: World.noon + .seconds(30))))
        scene.now = World.noon + .seconds(31)
        #expect((try? scene.bring(code).get()) != nil)
    }

    static let spellings: [(typed: String, mac: UInt64?)] = [
        ("3C:2E:F9:01:23:45", 0x3C2E_F901_2345), ("3c-2e-f9-01-23-45", 0x3C2E_F901_2345),
        ("3C2E.F901.2345", 0x3C2E_F901_2345), ("3c 2e f9 01 23 45", 0x3C2E_F901_2345),
        (" 3C2EF9O12345 ", 0x3C2E_F901_2345), ("3C–2E–F9–01–23–45", 0x3C2E_F901_2345), ("3C:2E:F9:01:23", nil),
        ("3C:2E:F9:01:23:4G", nil), ("01:00:5E:00:00:01", nil), ("00:00:00:00:00:00", nil), ("", nil), ("K7M2", nil),
    ]

    @Test("A hardware address is read in any spelling", arguments: spellings)
    func reads(typed: String, mac: UInt64?) {
        let guest = try? TypedGuest(typed)
        #expect(guest == mac.map { .device(MACAddress(bits: $0)) }, "\(typed)")
    }
}
