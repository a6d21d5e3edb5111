import Catalog
import Crypto
import Entitlements
import SQL
import Subscribers
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@Suite struct LineTests {
    private static func line(_ kind: Line.Kind = .pppoe, state: Line.State = .active) -> Line {
        Line(
            id: ID(at: 1), tenant: ID(at: 1), kind: kind, name: "asha", passwordSealed: nil, passwordAt: World.noon,
            package: ID(at: 1), entitlement: ID(at: 1), router: ID(at: 1),
            address: kind == .fixed ? IPv4Address(bits: 9) : nil, mac: nil, state: state, stateAt: World.noon,
            createdAt: World.noon, changedAt: World.noon)
    }

    @Test(
        "Names are what every modem's form takes",
        arguments: [
            ("asha", true), ("asha.mwangi@house-7_b", true), ("a", false), ("", false), ("asha mwangi", false),
            ("ashä", false), (String(repeating: "a", count: 41), false),
        ])
    func names(text: String, isFit: Bool) {
        #expect((try? Line.name(text)) == (isFit ? text : nil))
    }

    @Test("A line is suspended once, restored once, and closed for good")
    func states() throws {
        let later = World.noon + .hours(1)
        let suspended = try Self.line().suspended(at: later)
        #expect(suspended.state == .suspended && suspended.stateAt == later && suspended.changedAt == later)
        #expect(throws: LineRefusal.suspendedAlready) { try suspended.suspended(at: later) }
        #expect(try suspended.restored(under: suspended.entitlement, at: later).state == .active)
        let running = Self.line()
        #expect(throws: LineRefusal.runsAlready) { try running.restored(under: running.entitlement, at: later) }
        let closed = try suspended.closed(at: later)
        #expect(throws: LineRefusal.closed) { try closed.restored(under: ID(at: 2), at: later) }
        #expect(throws: LineRefusal.closed) { try closed.renamed(to: "other", at: later) }
    }

    @Test("A fixed address is never without its address and has no password")
    func fixed() {
        #expect(throws: LineRefusal.addressMissing) {
            try Self.line(.fixed).moved(to: ID(at: 2), address: nil, at: World.noon)
        }
        #expect(throws: LineRefusal.passwordless) { try Self.line(.fixed).withPassword([1], at: World.noon) }
    }

    @Test("Lines run by the clock on the wall, never by connected time", arguments: Engine.available)
    func packages(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let month = try world.makePackage(.fromFirstUse(.days(30)))
        let hours = try world.makePackage(.online(.hours(3)))
        let data = try world.makePackage(.fromFirstUse(.days(30)), data: .upTo(DataVolume(bytes: 9)))
        try Line.check(month)
        try Line.check(data)
        #expect(throws: LineRefusal.packageUnfit(hours.name)) { try Line.check(hours) }
    }

    @Test("A password opens for its own line only")
    func passwords() throws {
        let keys = LineKeys(.random())
        let line = Self.line()
        let sealed = try line.withPassword(keys.seal(Secret("open sesame"), of: line.id), at: World.noon)
        #expect(try keys.password(of: sealed)?.revealed == "open sesame")
        let strange = try line.withPassword(keys.seal(Secret("open sesame"), of: ID(at: 5)), at: World.noon)
        #expect(throws: SealBroken.self) { try keys.password(of: strange) }
        #expect(throws: LineRefusal.passwordUnfit) { try Line.check(password: Secret("short")) }
    }
}

@Suite struct LineQueryTests {
    private static func plant(_ world: World, _ name: String, state: Line.State = .active, address: UInt32? = nil)
        throws
        -> Line
    {
        let offer = try world.makePackage(.fromFirstUse(.days(30)))
        let id = ID<Line>(at: World.noon)
        let period = Entitlement(
            granting: offer, for: .subscription, id.rebound(to: Void.self), at: nil, from: World.noon, offset: .zero)
        let line = Line(
            id: id, tenant: world.tenant.id, kind: .pppoe, name: name, passwordSealed: [1], passwordAt: World.noon,
            package: offer.id, entitlement: period.id, router: world.routers[0].id,
            address: address.map { IPv4Address(bits: $0) }, mac: World.mac(1), state: state, stateAt: World.noon,
            createdAt: World.noon, changedAt: World.noon)
        try world.store.writeNow(.tenant(world.tenant.id)) { transaction in
            try transaction.insert(period)
            try transaction.insert(line)
        }
        return line
    }

    @Test("What was kept is read back, and changes are kept", arguments: Engine.available)
    func roundTrip(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let tenant = world.tenant.id
        let line = try Self.plant(world, "asha", address: 7)
        let read = try world.store.read(.tenant(tenant)) { try $0.line(line.id, of: tenant) }
        #expect(read == line)
        let suspended = try line.suspended(at: World.noon + .hours(1))
        try world.store.writeNow(.tenant(tenant)) { try $0.save(suspended) }
        let found = try world.store.read(.tenant(tenant)) { transaction in
            (
                try transaction.line(named: "asha", of: tenant), try transaction.lines(behind: line.router, of: tenant),
                try transaction.lines(holding: line.entitlement, of: tenant),
                try transaction.lineCounts(of: tenant)
            )
        }
        #expect(found.0 == suspended && found.2 == [suspended] && found.3 == [.suspended: 1])
        #expect(found.1.map(\.line) == [suspended] && found.1.first?.entitlement.id == line.entitlement)
    }

    @Test("A name and an address belong to one line, until it is closed", arguments: Engine.available)
    func unique(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let line = try Self.plant(world, "asha", address: 7)
        #expect(throws: SQLError.self) { try Self.plant(world, "asha") }
        #expect(throws: SQLError.self) { try Self.plant(world, "juma", address: 7) }
        let closed = try line.closed(at: World.noon)
        try world.store.writeNow(.tenant(world.tenant.id)) { try $0.save(closed) }
        let next = try Self.plant(world, "asha", address: 7)
        let named = try world.store.read(.tenant(world.tenant.id)) { try $0.line(named: "asha", of: world.tenant.id) }
        #expect(named?.id == next.id)
    }

    @Test("Lines are listed page by page, by how their names begin", arguments: Engine.available)
    func listed(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        for name in ["asha", "asmin", "juma"] { _ = try Self.plant(world, name) }
        _ = try Self.plant(world, "aziz", state: .closed)
        func names(_ prefix: String, after last: String = "", andClosed: Bool = false, _ limit: Int = 10) throws
            -> [String]
        {
            try world.store.read(.tenant(world.tenant.id)) {
                try $0.lines(
                    beginning: prefix, after: last, andClosed: andClosed, of: world.tenant.id, atMost: limit
                ).map(\.name)
            }
        }
        #expect(try names("") == ["asha", "asmin", "juma"])
        #expect(try names("As") == ["asha", "asmin"])
        #expect(try names("", after: "asha", 1) == ["asmin"])
        #expect(try names("a", andClosed: true) == ["asha", "asmin", "aziz"])
        #expect(try names("%").count == 3)
    }

    @Test("Another provider's lines are neither seen nor changed", arguments: Engine.available)
    func fenced(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let line = try Self.plant(world, "asha")
        let closed = try line.closed(at: World.noon)
        try world.store.writeNow(.tenant(world.other.id)) { try $0.save(closed) }
        let seen = try world.store.read(.tenant(world.other.id)) { try $0.line(line.id, of: line.tenant) }
        let kept = try world.store.read(.tenant(line.tenant)) { try $0.line(line.id, of: line.tenant) }
        #expect(seen == nil && kept == line)
    }
}
