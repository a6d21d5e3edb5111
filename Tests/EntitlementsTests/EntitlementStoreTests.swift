import Catalog
import Crypto
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Entitlements

@Suite struct EntitlementStoreTests {
    /// An entitlement of the first provider with so many devices, granted at noon.
    private func grant(_ world: World, _ offer: Package, phones: Int = 1) throws -> (Entitlement, [Device]) {
        let entitlement = Entitlement(
            granting: offer, for: .staff, ID(high: 1, low: 1), at: nil, from: World.noon, offset: .zero)
        let devices = (1...phones).map { phone in
            Device(
                entitlement: entitlement.id, mac: World.mac(phone), router: world.routers[0].id,
                username: Device.username(entitlement.id, World.mac(phone)))
        }
        try world.store.writeNow(.tenant(world.tenant.id)) { transaction in
            try transaction.insert(entitlement)
            for device in devices { try transaction.join(device, of: world.tenant.id, at: World.noon) }
        }
        return (entitlement, devices)
    }

    private func read(_ world: World, _ id: ID<Entitlement>) throws -> Entitlement {
        try #require(try world.store.read(.tenant(world.tenant.id)) { try $0.entitlement(id, of: world.tenant.id) })
    }

    @Test("An entitlement comes back as it went in, and to its own provider only", arguments: Engine.available)
    func roundTrip(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(
            .online(.hours(3)), data: .upTo(DataVolume(bytes: 5)), rate: "1M/2M", devices: 2)
        let (entitlement, devices) = try grant(world, offer, phones: 2)
        #expect(try read(world, entitlement.id) == entitlement)
        try world.store.read(.tenant(world.tenant.id)) { (transaction: borrowing Transaction) throws in
            #expect(try transaction.devices(of: entitlement.id, of: world.tenant.id) == devices)
            #expect(try transaction.latestEntitlement(of: World.mac(2), of: world.tenant.id) == entitlement)
        }
        try world.store.read(.tenant(world.other.id)) { (transaction: borrowing Transaction) throws in
            for tenant in [world.tenant.id, world.other.id] {
                #expect(try transaction.entitlement(entitlement.id, of: tenant) == nil)
                #expect(try transaction.devices(of: entitlement.id, of: tenant).isEmpty)
                #expect(try transaction.latestEntitlement(of: World.mac(2), of: tenant) == nil)
                #expect(try transaction.membership(of: World.mac(2), in: entitlement.id, of: tenant).count == 0)
            }
        }
    }

    @Test("The clock starts when a router first lets a device in, and once only", arguments: Engine.available)
    func lateStart(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let (entitlement, _) = try grant(world, world.makePackage(.fromFirstUse(.hours(1))))
        let late = World.noon + .hours(5)
        for now in [late, late + .minutes(20)] {
            try world.store.writeNow(.tenant(world.tenant.id)) { try $0.start(entitlement, at: now) }
        }
        let started = try read(world, entitlement.id)
        #expect(started.startsAt == late)
        #expect(started.connectedAt == late)
        #expect(started.endsAt == late + .hours(1))
        #expect(started.balance(at: late + .minutes(50)).remainder?.time == .upTo(.minutes(10)))
    }

    @Test("Overdue is what ran out and nobody ended, oldest first; not what never started", arguments: Engine.available)
    func overdue(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offers = try [30, 10, 20].map { try world.makePackage(.fromFirstUse(.minutes($0))) }
        let granted = try offers.map { try grant(world, $0).0 }
        let unlimited = try grant(world, world.makePackage(.online(.minutes(1)))).0
        _ = try grant(world, world.makePackage(.fromFirstUse(.minutes(1))))
        for entitlement in granted + [unlimited] {
            try world.store.writeNow(.tenant(world.tenant.id)) { try $0.start(entitlement, at: World.noon) }
        }
        func due(_ minutes: Int64, _ limit: Int = 9) throws -> [ID<Entitlement>] {
            try world.store.read(.platform) {
                try $0.overdue(at: World.noon + .minutes(minutes), atMost: limit).map(\.id)
            }
        }
        #expect(try due(9).isEmpty)
        #expect(try due(10) == [granted[1].id])
        #expect(try due(60) == [granted[1].id, granted[2].id, granted[0].id])
        #expect(try due(60, 2) == [granted[1].id, granted[2].id])
        let (first, second) = try world.store.writeNow(.tenant(world.tenant.id)) { transaction in
            (
                try transaction.end(granted[1].id, .timeUp, of: world.tenant.id, at: World.noon + .hours(1)),
                try transaction.end(granted[1].id, .withdrawn, of: world.tenant.id, at: World.noon + .hours(2))
            )
        }
        #expect(first && !second)
        #expect(try due(600) == [granted[2].id, granted[0].id])
        #expect(try read(world, granted[1].id).ended == .init(at: World.noon + .hours(1), reason: .timeUp))
    }

    @Test("What several devices use adds up in their entitlement", arguments: Engine.available)
    func severalDevices(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(.online(.hours(1)), data: .upTo(DataVolume(bytes: 1_000)), devices: 3)
        let (entitlement, devices) = try grant(world, offer, phones: 3)
        for (round, bytes) in [(1, 100), (2, 150)] as [(Int64, Int64)] {
            try world.store.writeNow(.tenant(world.tenant.id)) { transaction in
                for device in devices {
                    let known = try transaction.device(device.mac, on: entitlement.id, of: world.tenant.id)
                    let (usage, online, more) = try #require(known).usage.counting(
                        CounterReading(online: .minutes(round * 5), bytesUp: bytes / 5, bytesDown: bytes - bytes / 5))
                    try transaction.record(usage, of: device, adding: online, more, of: world.tenant.id)
                }
            }
        }
        let used = try read(world, entitlement.id)
        #expect(used.onlineUsed == .minutes(30))
        #expect(used.dataUsed == DataVolume(bytes: 450))
        let stored = try world.store.read(.tenant(world.tenant.id)) {
            try $0.device(World.mac(2), on: entitlement.id, of: world.tenant.id)
        }
        #expect(
            stored?.usage
                == Usage(
                    online: .minutes(10), bytesUp: 30, bytesDown: 120, countedOnline: .minutes(10), countedBytes: 150))
    }

    @Test("A device that leaves frees its place and may come back", arguments: Engine.available)
    func leaving(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let tenant = world.tenant.id
        let (entitlement, devices) = try grant(world, world.makePackage(devices: 2), phones: 2)
        func membership(_ phone: Int) throws -> (isMember: Bool, count: Int) {
            try world.store.read(.tenant(tenant)) {
                try $0.membership(of: World.mac(phone), in: entitlement.id, of: tenant)
            }
        }
        #expect(try membership(1) == (true, 2))
        #expect(try membership(7) == (false, 2))
        try world.store.writeNow(.tenant(tenant)) {
            try $0.leave(World.mac(1), entitlement.id, of: tenant, at: World.noon)
        }
        #expect(try membership(1) == (false, 1))
        try world.store.writeNow(.tenant(tenant)) { try $0.join(devices[0], of: tenant, at: World.noon) }
        #expect(try membership(1) == (true, 2))
    }

    @Test("A device that is known is never taken for a stranger", arguments: Engine.available)
    func knownDevices(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let before = try KnownDevices(world.store)
        _ = try grant(world, world.makePackage(devices: 2), phones: 2)
        let known = try KnownDevices(world.store)
        #expect(known.mayKnow(World.mac(1), of: world.tenant.id))
        #expect(known.mayKnow(World.mac(2), of: world.tenant.id))
        before.add(World.mac(3), of: world.tenant.id)
        #expect(before.mayKnow(World.mac(3), of: world.tenant.id))
        // Strangers are told apart only where no other gateway can have let them in.
        let isAlone = engine == .sqlite
        #expect(known.mayKnow(World.mac(3), of: world.tenant.id) != isAlone)
        #expect(known.mayKnow(World.mac(1), of: world.other.id) != isAlone)
        #expect(before.mayKnow(World.mac(1), of: world.tenant.id) != isAlone)
    }
}
