import Catalog
import Entitlements
import Provisioning
import SQL
import Subscribers
import Support
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

/// A customer who is online, and what may go wrong.
private struct Case {
    let world: World
    let code: VoucherCode
    let device: Device
    let tenant: ID<Tenant>
    let now = World.noon + .minutes(10)

    init(_ engine: Engine) throws {
        world = try World(engine)
        tenant = world.tenant.id
        let offer = try world.makePackage(.fromFirstUse(.hours(1)), rate: "2M/5M")
        code = try world.makeVouchers(offer, until: World.noon + .days(2)).codes[0]
        device = try world.redeem(world.request(code)).get().device
        let (device, tenant, router, seen) = (device, tenant, world.routers[0].id, World.noon + .minutes(9))
        try world.store.writeNow(.tenant(tenant)) { transaction in
            let effect = try transaction.request(.connect, device, at: IPv4Address(bits: 9), of: tenant, on: World.noon)
            try transaction.run(
                "UPDATE main.effect SET state = 1, note = 'online', settled_at = $1 WHERE id = $2 AND tenant = $3",
                World.noon, effect, tenant)
            let entitlement = try #require(try transaction.entitlement(device.entitlement, of: tenant))
            try transaction.start(entitlement, at: World.noon)
            try transaction.record(.ready, note: "", at: World.noon, on: router, of: tenant)
            try transaction.askForSweep(of: router, of: tenant, at: seen)
            try transaction.run(
                "UPDATE main.router_sweep SET asked_at = NULL, swept_at = $1 WHERE router = $2 AND tenant = $3", seen,
                router, tenant)
            try transaction.insert(
                Session(
                    id: ID(at: World.noon), entitlement: device.entitlement, mac: device.mac, router: router,
                    address: IPv4Address(bits: 0x0A05_3207), startedAt: World.noon, seenAt: seen, online: .minutes(9),
                    bytesUp: 1, bytesDown: 1), of: tenant)
        }
    }

    /// Changes rows of the provider; `$1` is its key.
    func change(_ statement: Query) throws {
        let tenant = tenant
        _ = try world.store.writeNow(.tenant(tenant)) { try $0.run(statement, tenant) }
    }

    func drift(_ cause: String, _ name: String) throws {
        let (tenant, router) = (tenant, world.routers[0].id)
        _ = try world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.run(
                """
                INSERT INTO main.router_drift (id, tenant, router, cause, menu, name, detail, outcome, found_at, seen_at)
                VALUES ($1, $2, $1, $3, '/ip/hotspot/user', $4, '', 'told', 0, 0)
                """, router, tenant, cause, name)
        }
    }

    func explain(_ text: String? = nil) throws -> Explanation {
        let (text, tenant, keys, now) = (text ?? code.text, tenant, world.keys, now)
        return Explanation(
            try world.store.read(.tenant(tenant)) {
                try $0.accessFacts(about: text, of: tenant, keys: keys, andLines: true, at: now)
            },
            at: now)
    }
}

@Suite struct ExplanationTests {
    /// A fault, and the link that must be named first.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: Explanation.Reason
        let standing: Explanation.Standing
        fileprivate let deed: @Sendable (Case) throws -> String?

        fileprivate init(
            _ name: String, _ reason: Explanation.Reason, _ standing: Explanation.Standing = .broken,
            _ deed: @escaping @Sendable (Case) throws -> String?
        ) {
            testDescription = name
            self.reason = reason
            self.standing = standing
            self.deed = deed
        }

        /// A fault that is a change of rows.
        fileprivate init(
            _ name: String, _ reason: Explanation.Reason, _ standing: Explanation.Standing = .broken, sql: Query
        ) {
            self.init(name, reason, standing) {
                try $0.change(sql)
                return nil
            }
        }
    }

    static let faults: [Fault] = [
        Fault("a voucher that was never used", .codeUnused) { one in
            let code = try one.world.makeVouchers(one.world.makePackage(), until: World.noon + .days(2)).codes[0]
            return code.text
        },
        Fault("a voucher that lay too long", .codeExpired) { one in
            let code = try one.world.makeVouchers(one.world.makePackage(), until: World.noon + .minutes(1)).codes[0]
            return code.text
        },
        Fault("a void voucher", .codeVoid, sql: "UPDATE main.voucher SET state = 2 WHERE tenant = $1"),
        Fault("the time is over", .accessTime, sql: "UPDATE main.entitlement SET ends_at = 1 WHERE tenant = $1"),
        Fault(
            "the data is used up", .accessData,
            sql: "UPDATE main.entitlement SET data_limit = 5, data_used = 5 WHERE tenant = $1"),
        Fault(
            "staff ended the access", .accessWithdrawn,
            sql: "UPDATE main.entitlement SET ended_at = 1, end_reason = 'withdrawn' WHERE tenant = $1"),
        Fault("staff suspended the access", .accessSuspended) { one in
            let (id, tenant) = (one.device.entitlement, one.tenant)
            _ = try one.world.store.writeNow(.tenant(tenant)) {
                try $0.suspend(id, because: "chargeback", by: "Asha", of: tenant, at: World.noon + .minutes(9))
            }
            return nil
        },
        Fault("the device logged out", .deviceLeft, sql: "UPDATE main.device SET left_at = 1 WHERE tenant = $1"),
        Fault("no device came", .deviceNone, sql: "DELETE FROM main.device WHERE tenant = $1"),
        Fault("a device that nobody knows", .deviceStranger) { _ in "02:AB:00:00:00:77" },
        Fault("the router refused the order", .effectFailed, sql: "UPDATE main.effect SET state = 2 WHERE tenant = $1"),
        Fault(
            "the order is stuck", .effectStuck,
            sql: "UPDATE main.effect SET state = 0, settled_at = NULL WHERE tenant = $1"),
        Fault(
            "the router is down, and the order waits for it", .routerAway,
            sql: "UPDATE main.router SET state = 'unreachable' WHERE tenant = $1"),
        Fault(
            "the router shows another certificate", .routerUnconfirmed,
            sql: "UPDATE main.router SET state = 'certificate' WHERE tenant = $1"),
        Fault(
            "the router refuses us", .routerRefusing, sql: "UPDATE main.router SET state = 'refusing' WHERE tenant = $1"
        ),
        Fault(
            "the router was never met", .routerUnmet, .unknown,
            sql: "UPDATE main.router SET state = 'new' WHERE tenant = $1"),
        Fault("somebody else has the user's name", .objectDrift) { one in
            try one.drift("name-taken", one.device.username)
            return nil
        },
        Fault("a binding keeps the device out", .objectDrift) { one in
            try one.drift("bound", one.device.mac.description)
            return one.device.mac.description
        },
        Fault("the hotspot is gone", .objectDrift) { one in
            try one.drift("hotspot-missing", "hotspot")
            return nil
        },
        Fault(
            "the router was not swept lately", .objectUnseen, .unknown,
            sql: "UPDATE main.router_sweep SET swept_at = 1 WHERE tenant = $1"),
        Fault(
            "the device is not connected", .sessionNone, sql: "UPDATE main.session SET ended_at = 1 WHERE tenant = $1"),
        Fault("the device's own form is awaited", .sessionForm) { one in
            try one.change("UPDATE main.session SET ended_at = 1 WHERE tenant = $1")
            try one.change("UPDATE main.effect SET note = 'needs-form' WHERE tenant = $1")
            return nil
        },
        Fault(
            "the router was not read lately", .sessionUnseen, .unknown,
            sql: "UPDATE main.session SET seen_at = 1 WHERE tenant = $1"),
        Fault("FastTrack passes the queues", .speedPassed) { one in
            try one.drift("fast-track", "defconf")
            return nil
        },
    ]

    @Test("Each fault is named first, and the unknown is never told as broken", arguments: faults, Engine.available)
    func names(fault: Fault, engine: Engine) throws {
        let one = try Case(engine)
        defer { one.world.store.close() }
        let text = try fault.deed(one)
        let cause = try #require(try one.explain(text).cause)
        #expect(cause.reason == fault.reason && cause.standing == fault.standing)
    }

    static let texts: [(text: String, isDevice: Bool)] = [
        ("02:AB:00:00:00:77", true), ("02-ab-00-00-00-77", true), ("02ab.0000.0077", true), ("", false), ("?", false),
        ("+254 700 000 000", false), ("moon", false),
    ]

    @Test("What a person types is a device or a code; anything else is told as no name", arguments: texts)
    func told(text: String, isDevice: Bool) throws {
        let world = try World(.sqlite)
        defer { world.store.close() }
        let tenant = world.tenant.id
        func name() throws -> AccessName {
            try world.store.read(.tenant(tenant)) { try $0.accessName(text, of: tenant, andLines: true) }
        }
        if isDevice {
            #expect(try name() == .device(MACAddress(bits: 0x02AB_0000_0077)))
        } else {
            #expect(throws: TypedCode.Flaw.self) { try name() }
        }
    }

    @Test("All is well by code, in any spelling, and by device", arguments: Engine.available)
    func well(engine: Engine) throws {
        let one = try Case(engine)
        defer { one.world.store.close() }
        for text in [nil, one.device.mac.description, one.device.mac.description.lowercased()] {
            let chain = try one.explain(text)
            #expect(chain.cause == nil && chain.findings.allSatisfy { $0.standing == .fine }, "\(chain.findings)")
            #expect(chain.findings.map(\.link).last == .speed)
        }
    }

    @Test("A stranger's order that waits for a router that is down is unknown, the router is what is broken")
    func order() throws {
        let one = try Case(.sqlite)
        defer { one.world.store.close() }
        try one.change("UPDATE main.effect SET state = 0, settled_at = NULL WHERE tenant = $1")
        try one.change("UPDATE main.router SET state = 'unreachable' WHERE tenant = $1")
        let chain = try one.explain()
        #expect(chain.cause?.reason == .routerAway)
        #expect(chain.findings.first { $0.link == .effect }?.standing == .unknown)
    }

    @Test("What nobody has looked at is unknown, with a session or without", arguments: [true, false])
    func unread(isLine: Bool) throws {
        let one = try Case(.sqlite)
        defer { one.world.store.close() }
        if isLine { try one.openLine() }
        try one.change("DELETE FROM main.session WHERE tenant = $1")
        try one.change("DELETE FROM main.router_session WHERE tenant = $1")
        try one.change("UPDATE main.router_watch SET read_at = NULL WHERE tenant = $1")
        if !isLine { try one.change("UPDATE main.router_sweep SET swept_at = 1 WHERE tenant = $1") }
        let chain = try one.explain(isLine ? "asha" : nil)
        #expect(chain.findings.allSatisfy { $0.standing != .broken }, "\(chain.findings)")
        #expect(chain.findings.contains { $0.reason == .sessionUnknown })
    }

    @Test("An order for a router that the device left, or that came to nothing, says nothing of it now")
    func leftBehind() throws {
        let one = try Case(.sqlite)
        defer { one.world.store.close() }
        let (tenant, device, left) = (one.tenant, one.device, one.world.routers[1].id)
        _ = try one.world.store.writeNow(.tenant(tenant)) { transaction in
            for state in [0, 2] {
                let effect = try transaction.request(
                    .cut, device, at: IPv4Address(bits: 9), of: tenant, on: World.noon + .minutes(1))
                try transaction.run(
                    "UPDATE main.effect SET router = $1, state = $2 WHERE id = $3 AND tenant = $4", left, state, effect,
                    tenant)
            }
            let effect = try transaction.request(
                .cut, device, at: IPv4Address(bits: 9), of: tenant, on: World.noon + .minutes(2))
            try transaction.run(
                "UPDATE main.effect SET state = 2, note = 'superseded' WHERE id = $1 AND tenant = $2", effect, tenant)
        }
        #expect(try one.explain().cause == nil)
    }

    @Test("Of a code's devices one that is in is spoken of, not a later one that left")
    func leftLater() throws {
        let one = try Case(.sqlite)
        defer { one.world.store.close() }
        try one.change(
            """
            INSERT INTO main.device (tenant, entitlement, mac, router, username, added_at, left_at, online_used, bytes_up,
                bytes_down)
            SELECT tenant, entitlement, mac + 1, router, 'later', added_at + 1, added_at + 2, 0, 0, 0 FROM device
            WHERE tenant = $1
            """)
        #expect(try one.explain().cause == nil)
        #expect(try one.explain(MACAddress(bits: one.device.mac.bits + 1).description).cause?.reason == .deviceLeft)
    }

    @Test("Who suspended an access and why is told to staff, and who set its speed", arguments: Engine.available)
    func staffOrders(engine: Engine) throws {
        let one = try Case(engine)
        defer { one.world.store.close() }
        let (id, tenant) = (one.device.entitlement, one.tenant)
        try one.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.setStaffRate(RateLimit("6M/7M"), of: id, of: tenant)
        }
        let speed = try one.explain().findings.last
        #expect(speed?.reason == .speedStaff && speed?.name == "↓ 7Mbit/s ↑ 6Mbit/s")
        _ = try one.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.suspend(id, because: "chargeback", by: "Asha", of: tenant, at: World.noon + .minutes(9))
        }
        for name in [one.code.text, one.device.mac.description] {
            let cause = try one.explain(name).cause
            #expect(cause?.reason == .accessSuspended && cause?.name == "Asha" && cause?.detail == "(chargeback)")
            #expect(cause?.at == World.noon + .minutes(9))
        }
    }

    @Test("A month later the orders are forgotten, and all is well all the same")
    func forgotten() throws {
        let one = try Case(.sqlite)
        defer { one.world.store.close() }
        try one.change("DELETE FROM main.effect WHERE tenant = $1")
        #expect(try one.explain().cause?.reason == .effectNone)
        let old = ID<Entitlement>(at: World.noon - .days(40))
        let (tenant, known) = (one.tenant, one.device.entitlement)
        try one.world.store.writeNow(.tenant(tenant)) { transaction in
            try transaction.run("UPDATE main.entitlement SET id = $1 WHERE id = $2 AND tenant = $3", old, known, tenant)
            try transaction.run(
                "UPDATE main.device SET entitlement = $1 WHERE entitlement = $2 AND tenant = $3", old, known, tenant)
            try transaction.run(
                "UPDATE main.session SET entitlement = $1 WHERE entitlement = $2 AND tenant = $3", old, known, tenant)
        }
        #expect(try one.explain(one.device.mac.description).cause == nil)
    }

    @Test("What is wrong with another service of the router is not what is wrong here")
    func otherService() throws {
        let one = try Case(.sqlite)
        defer { one.world.store.close() }
        try one.openLine()
        try one.drift("pool-missing", "hotspot1")
        #expect(try one.explain("asha").cause == nil)
        #expect(try one.explain().cause?.reason == .objectDrift)
    }

    // MARK: Lines

    /// A fault of a line that dials in, and the link that must be named first.
    static let lineFaults: [(String, Explanation.Reason, Explanation.Standing, Query)] = [
        ("suspended", .lineSuspended, .broken, "UPDATE main.line SET state = 'suspended' WHERE tenant = $1"),
        ("closed", .lineClosed, .broken, "UPDATE main.line SET state = 'closed' WHERE tenant = $1"),
        ("its period is over", .accessTime, .broken, "UPDATE main.entitlement SET ends_at = 1 WHERE tenant = $1"),
        ("the router refused it", .effectFailed, .broken, "UPDATE main.effect SET state = 2 WHERE tenant = $1"),
        ("the router is down", .routerAway, .broken, "UPDATE main.router SET state = 'unreachable' WHERE tenant = $1"),
        (
            "its secret's name is taken", .objectDrift, .broken,
            """
            INSERT INTO main.router_drift (id, tenant, router, cause, menu, name, detail, outcome, found_at, seen_at)
            SELECT id, tenant, id, 'name-taken', '/ppp/secret', 'asha', '', 'told', 0, 0 FROM router
            WHERE tenant = $1 AND state = 'ready'
            """
        ),
        (
            "the modem is off", .sessionDial, .broken,
            "UPDATE main.router_session SET ended_at = seen_at WHERE tenant = $1"
        ),
        (
            "nobody has looked for an hour", .objectUnseen, .unknown,
            "UPDATE main.router_sweep SET swept_at = 1 WHERE tenant = $1"
        ),
    ]

    @Test("Of a line, the account is its name: the first link that is broken is told", arguments: Engine.available)
    func lines(engine: Engine) throws {
        for (name, reason, standing, deed) in Self.lineFaults {
            let one = try Case(engine)
            defer { one.world.store.close() }
            try one.openLine()
            let sound = try one.explain("asha")
            #expect(sound.cause == nil, "\(sound.findings)")
            try one.change(deed)
            let cause = try one.explain("asha").cause
            #expect(cause?.reason == reason && cause?.standing == standing, "\(name): \(String(describing: cause))")
        }
    }
}

extension Case {
    /// A line `asha` behind the first router whose modem has dialled in.
    fileprivate func openLine() throws {
        let (tenant, router, seen) = (tenant, world.routers[0].id, World.noon + .minutes(9))
        let order = LineOrder(
            kind: .pppoe, name: "asha", password: nil, offer: try world.makePackage(.fromFirstUse(.days(30))),
            router: router, address: nil, mac: nil)
        let desk = LineDesk(keys: LineKeys(world.masterKey), now: { World.noon })
        try world.store.writeNow(.tenant(tenant)) { transaction in
            _ = try desk.open(order, of: tenant, transaction)
            try transaction.run(
                "UPDATE main.effect SET state = 1, settled_at = $1 WHERE tenant = $2", World.noon, tenant)
            try transaction.run(
                """
                INSERT INTO main.router_session (id, tenant, router, service, name, address, started_at, seen_at, bytes_up,
                    bytes_down)
                VALUES ($1, $2, $1, 'pppoe', 'asha', 9, $3, $4, 0, 0)
                """, router, tenant, World.noon, seen)
            try transaction.run(
                """
                INSERT INTO main.router_watch (router, tenant, revision, trouble, holder, held_until, read_at)
                VALUES ($1, $2, 1, '', '', 0, $3)
                """, router, tenant, seen)
        }
    }
}
