import Catalog
import Entitlements
import RouterOS
import SQL
import Subscribers
import Tenancy
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// A router with a PPPoE server, and the lines behind it.
extension RouterBench {
    var lineDesk: LineDesk {
        let clock = clock
        return LineDesk(keys: LineKeys(world.masterKey), now: { clock.now() })
    }

    /// Lets a router give PPPoE logins addresses of a pool, as its operator does.
    func servePPPoE(at number: Int = 0) throws {
        let rows: [(String, String, [String: String])] = [
            ("/ip/pool", "add", ["name": "lines", "ranges": "10.9.0.2-10.9.0.200"]),
            (
                "/ppp/profile", "set",
                ["numbers": "default", "local-address": "10.9.0.1", "remote-address": "lines"]
            ),
            ("/interface/pppoe-server/server", "add", ["interface": "ether2", "disabled": "no"]),
            ("/ip/firewall/filter", "add", ["chain": "forward", "action": "accept", "comment": "the boss"]),
        ]
        for (menu, verb, values) in rows { try hosts[number].router.perform(RouterCommand(menu, verb, values)) }
    }

    /// Makes a line with a month of a package.
    func openLine(
        _ name: String, rate: String? = "2M/5M", kind: Line.Kind = .pppoe, address: String? = nil,
        mac: MACAddress? = nil, time: Span = .days(30), data: String? = nil, schedule: String? = nil,
        fairUse: String? = nil, at number: Int = 0
    ) throws -> Line {
        let order = LineOrder(
            kind: kind, name: name, password: kind == .pppoe ? Secret("secret-\(name)") : nil,
            offer: try world.makePackage(
                .fromFirstUse(time), data: Allowance(data.flatMap { DataVolume($0) }), rate: rate, schedule: schedule,
                fairUse: fairUse), router: world.routers[number].id,
            address: address.flatMap { IPv4Address($0) }, mac: mac)
        return try changeLine { desk, transaction, tenant in try desk.open(order, of: tenant, transaction) }
    }

    /// Changes a line as staff do: the gateway finds the effect by itself.
    @discardableResult
    func changeLine(
        _ change: @escaping @Sendable (LineDesk, borrowing Transaction, ID<Tenant>) throws -> LineChange
    ) throws -> Line {
        let (desk, tenant) = (lineDesk, world.tenant.id)
        return try world.store.writeNow(.tenant(tenant)) { try change(desk, $0, tenant) }.line
    }

    /// Whether every effect of a line is done.
    func isSettled(_ line: Line) throws -> Bool {
        let tenant = world.tenant.id
        let effects = try world.store.read(.tenant(tenant)) { try $0.effects(of: line.id, of: tenant, atMost: 50) }
        return !effects.isEmpty && effects.allSatisfy { $0.state == .done }
    }

    /// The modem of a line dials in.
    @discardableResult
    func dial(_ name: String, password: String? = nil, at number: Int = 0) throws -> IPv4Address {
        let mac = World.mac(900 + name.utf8.reduce(0) { $0 + Int($1) })
        return try hosts[number].router.with {
            try $0.dial(name, password: password ?? "secret-\(name)", from: mac, at: $1)
        }
    }

    func secret(of line: Line, at number: Int = 0) -> Record? {
        rows("/ppp/secret", number).first { $0["comment"]?.hasPrefix("lango:line/\(line.id)") == true }
    }

    /// What is used of a line's period, in bytes.
    func used(_ line: Line) throws -> Int64? { try entitlement(line.entitlement)?.dataUsed.bytes }

    func connected(at number: Int = 0) -> [String] { rows("/ppp/active", number).compactMap { $0["name"] } }

    func isKeptOut(_ address: IPv4Address) -> Bool {
        rows("/ip/firewall/address-list").contains {
            $0["list"] == "lango-suspended" && $0["address"] == address.description
        }
    }
}
