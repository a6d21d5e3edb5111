import RouterOS
import RouterSimulator
import TestKit
import Testing
import Values

@testable import RouterChanges

/// Each recipe made, changed, removed and undone on the simulated router.
@Suite(.serialized, .ownThreads) struct RoundTripTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let recipe: String
        let made: [String: String]
        let changed: [String: String]
        var testDescription: String { recipe }

        init(_ recipe: String, _ made: [String: String], _ changed: [String: String]) {
            self.recipe = recipe
            self.made = made
            self.changed = changed
        }
    }

    static let cases = [
        Case(
            "ppp-secret", ["name": "home-1", "password": "siri-1", "profile": "gold", "remote-address": "10.77.0.9"],
            ["profile": "default", "comment": "Duka la \"Mama\" = 50%; 🦁", "remote-address": "", "disabled": "yes"]),
        Case(
            "ppp-profile", ["name": "silver", "rate-limit": "1M/2M", "remote-address": "pool-home"],
            ["rate-limit": "2M/4M", "session-timeout": "1d", "only-one": "yes"]),
        Case(
            "hotspot-user", ["name": "amina", "password": "siri", "profile": "day", "limit-uptime": "36h"],
            ["limit-uptime": "", "limit-bytes-total": "1000000", "mac-address": "3c:2e:f9:01:23:45"]),
        Case(
            "hotspot-user-profile",
            ["name": "week", "rate-limit": "1M/2M", "add-mac-cookie": "no", "shared-users": "2"],
            ["mac-cookie-timeout": "7d", "shared-users": "unlimited", "idle-timeout": "5m"]),
        Case(
            "queue", ["name": "duka", "target": "10.77.0.20", "max-limit": "2M/5M", "time": "8h-17h,mon,tue"],
            ["max-limit": "1M/1M", "burst-limit": "2M/2M", "burst-threshold": "1M/1M", "burst-time": "8s", "time": ""]),
        Case(
            "queue-tree", ["name": "down", "parent": "global", "packet-mark": "web", "max-limit": "20M"],
            ["limit-at": "5M", "priority": "3", "burst-time": "10s"]),
        Case(
            "hotspot-server",
            ["name": "hs2", "interface": "ether2", "address-pool": "pool-home", "profile": "hsprof1"],
            ["addresses-per-mac": "1", "idle-timeout": "10m", "disabled": "yes"]),
        Case(
            "hotspot-server-profile", ["name": "prof2", "login-by": "http-pap,cookie", "dns-name": "wifi.test"],
            ["login-by": "http-chap", "mac-auth-password": "siri", "rate-limit": "10M/10M"]),
        Case("vlan", ["name": "vlan20", "vlan-id": "20", "interface": "ether1"], ["vlan-id": "21", "mtu": "1480"]),
        Case("bridge", ["name": "bridge-lan"], ["protocol-mode": "none", "vlan-filtering": "yes", "comment": "ok"]),
        Case("bridge-port", ["interface": "vlan30", "bridge": "bridge-hotspot"], ["pvid": "20", "hw": "no"]),
        Case("address", ["address": "10.78.0.1/24", "interface": "ether1"], ["address": "10.78.1.1/24"]),
        Case("pool", ["name": "pool-2", "ranges": "10.78.0.10-10.78.0.99"], ["next-pool": "pool-home"]),
        Case(
            "dhcp-server", ["name": "dhcp2", "interface": "ether2", "address-pool": "pool-home"],
            ["lease-time": "1h", "authoritative": "after-2sec-delay"]),
        Case(
            "dhcp-network", ["address": "10.77.0.0/24", "gateway": "10.77.0.1"],
            ["dns-server": "10.77.0.1,8.8.8.8", "domain": "lan.test"]),
        Case("dns", ["name": "printer.lan", "address": "10.77.0.4"], ["address": "10.77.0.5", "ttl": "1h"]),
        Case(
            "filter",
            ["chain": "forward", "action": "drop", "protocol": "tcp", "dst-port": "25", "comment": "no mail"],
            ["dst-port": "25,465", "in-interface": "ether2", "connection-state": "new", "log": "yes"]),
        Case("masquerade", ["out-interface": "ether1", "comment": "net"], [:]),
        Case(
            "port-forward", ["protocol": "tcp", "dst-port": "8080", "to-addresses": "10.77.0.4", "to-ports": "80"], [:]),
        Case(
            "nat", ["chain": "srcnat", "action": "masquerade", "out-interface": "ether1"],
            ["src-address": "10.77.0.0/24"]),
        Case(
            "mangle", ["chain": "forward", "action": "mark-packet", "new-packet-mark": "web"],
            ["passthrough": "no", "src-address": "10.77.0.0/24"]),
        Case("mark-connection", ["chain": "prerouting", "new-connection-mark": "c1"], [:]),
        Case("mark-packet", ["chain": "prerouting", "new-packet-mark": "p1", "connection-mark": "c1"], [:]),
        Case(
            "queue-type", ["name": "per-house", "kind": "pcq", "pcq-rate": "2M", "pcq-classifier": "dst-address"],
            ["pcq-rate": "512k", "pcq-limit": "60"]),
        Case(
            "hotspot-binding", ["mac-address": "02-00-00-00-00-09", "type": "bypassed", "comment": "printer"],
            ["type": "blocked", "server": "hotspot1"]),
        Case(
            "bridge-vlan", ["bridge": "bridge-hotspot", "vlan-ids": "30", "tagged": "ether1"],
            ["untagged": "ether2", "comment": "office"]),
        Case(
            "dhcp-lease", ["address": "10.77.0.21", "mac-address": "02:00:00:00:00:0A", "comment": "camera"],
            ["rate-limit": "1M/2M", "block-access": "yes"]),
        Case(
            "pppoe-server", ["service-name": "isp", "interface": "ether2", "disabled": "no"],
            ["default-profile": "gold", "one-session-per-host": "yes", "authentication": "chap,mschap2"]),
        Case("wireguard", ["name": "wg-2", "listen-port": "13232"], ["mtu": "1400", "comment": "to the tower"]),
        Case(
            "wireguard-peer",
            ["interface": "wg-home", "public-key": key(65), "allowed-address": "10.9.0.2,fd00::2/128"],
            ["endpoint-address": "192.0.2.9", "endpoint-port": "13231", "persistent-keepalive": "25s"]),
        Case(
            "address-list", ["list": "late", "address": "10.77.0.30"], ["comment": "since Monday", "disabled": "yes"]),
        Case(
            "walled-garden", ["dst-host": "*.bank.example", "comment": "payments"],
            ["action": "deny", "path": "/news", "method": "GET"]),
        Case(
            "walled-garden-ip", ["dst-address": "192.0.2.0/24", "protocol": "tcp", "dst-port": "443"],
            ["action": "reject", "server": "hotspot1"]),
        Case(
            "radius", ["service": "hotspot,ppp", "address": "192.0.2.5", "secret": "siri"],
            ["timeout": "3s", "authentication-port": "1645"]),
        Case("um-user", ["name": "u9", "password": "siri"], ["shared-users": "3", "comment": "office"]),
        Case(
            "um-profile", ["name": "week", "validity": "7d", "price": "100"],
            ["starts-when": "first-auth", "override-shared-users": "unlimited"]),
        Case(
            "um-limitation", ["name": "mid", "rate-limit-rx": "2M"], ["uptime-limit": "1d", "transfer-limit": "5000"]),
        Case(
            "um-profile-limitation", ["profile": "day", "limitation": "slow", "weekdays": "monday,sunday"],
            ["from-time": "8h", "till-time": "17h"]),
        Case("um-user-profile", ["user": "day", "profile": "day"], [:]),
        Case("um-router", ["name": "tower", "address": "192.0.2.6", "shared-secret": "siri"], ["coa-port": "1701"]),
    ]

    private static func key(_ letter: UInt8) -> String {
        String(repeating: String(UnicodeScalar(letter)), count: 43) + "="
    }

    @Test("Every recipe that makes rows goes round")
    func complete() {
        let makers = ChangeRecipe.all.filter { $0.deeds.contains(.add) }.map(\.word)
        #expect(Set(makers) == Set(Self.cases.map(\.recipe)))
    }

    /// Whether two readings of a table have rows of the same settings, whatever their ids.
    private func mean(_ left: [RouterRecord], sameAs right: [RouterRecord], _ menu: Menu) throws -> Bool {
        let schema = try #require(RouterSchema.menu(menu.path))
        let version = RouterVersion(7, 16, 2)
        let pairs = zip(left, right).map { ($0.settings(of: menu, in: version), $1.settings(of: menu, in: version)) }
        return left.count == right.count
            && pairs.allSatisfy { left, right in
                Set(left.keys).union(right.keys).allSatisfy { name in
                    guard let property = schema.property(name) else { return false }
                    return FieldMeaning.same(left[name], right[name], property, in: menu.path)
                }
            }
    }

    @Test(
        "Each recipe is made, read back, changed, removed and undone; other rows stay", arguments: Engine.available,
        cases)
    func goesRound(engine: Engine, entry: Case) async throws {
        let bench = try ChangeBench(engine)
        defer { bench.stop() }
        let recipe = try #require(ChangeRecipe.named(entry.recipe))
        let table = try #require(ChangeRecipe.table(recipe.menu.path)).word
        guard await isServed(recipe.menu, bench) else {
            Issue.record("the simulated router has no \(recipe.menu)")
            return
        }
        let before = try await bench.rows(recipe.menu.path)
        let made = try await bench.make(.add, entry.recipe, entry.made)
        #expect(made.state == .done, "\(String(describing: made.flaw))")
        let id = try #require(made.steps.first?.id)
        let rows = try await bench.rows(recipe.menu.path)
        #expect(rows.count == before.count + 1 && rows.filter { $0.id?.description != id } == before)
        try await expect(entry.made, in: rows, id, recipe)
        if !entry.changed.isEmpty {
            let changed = try await bench.make(.set, table, row: id, entry.changed)
            #expect(changed.state == .done, "\(String(describing: changed.flaw))")
            let after = try await bench.rows(recipe.menu.path)
            #expect(after.filter { $0.id?.description != id } == before)
            try await expect(entry.changed, in: after, id, recipe)
            #expect(try await bench.undo(changed).state == .undone)
            let back = try await bench.rows(recipe.menu.path)
            #expect(try mean(back, sameAs: rows, recipe.menu))
        }
        let removed = try await bench.make(.remove, table, row: id)
        #expect(removed.state == .done)
        #expect(try await bench.rows(recipe.menu.path) == before)
        #expect(try await bench.undo(removed).state == .undone)
        let again = try await bench.rows(recipe.menu.path)
        #expect(try mean(again, sameAs: rows, recipe.menu))
        let last = try await bench.make(.remove, table, row: try #require(again.last?.id?.description))
        #expect(last.state == .done)
        let final = try await bench.rows(recipe.menu.path)
        #expect(final == before)
        #expect(try bench.changer.journal(of: bench.router).count >= 3)
    }

    @Test("What was made is gone after undo", arguments: cases)
    func undoesAdding(entry: Case) async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let recipe = try #require(ChangeRecipe.named(entry.recipe))
        guard await isServed(recipe.menu, bench) else { return }
        let before = try await bench.rows(recipe.menu.path)
        let made = try await bench.make(.add, entry.recipe, entry.made)
        #expect(made.isUndoable)
        #expect(try await bench.undo(made).state == .undone)
        #expect(try await bench.rows(recipe.menu.path) == before)
        let kept = try #require(try bench.changer.change(made.id, of: bench.tenant))
        #expect(kept.state == .undone && kept.madeBy == "achieng" && kept.undoneBy == "baraka")
    }

    private func isServed(_ menu: Menu, _ bench: ChangeBench) async -> Bool {
        (try? await bench.transport.read(menu, properties: [])) != nil
    }

    /// Whether the row has what was asked for, in the router's forms.
    private func expect(
        _ wanted: [String: String], in rows: [RouterRecord], _ id: String, _ recipe: ChangeRecipe
    ) async throws {
        let row = try #require(rows.first { $0.id?.description == id })
        for (name, value) in wanted {
            let property = try #require(recipe.schema?.property(name))
            let written = try FieldForm(property: property, path: recipe.menu.path).normalised(value)
            let isSame = FieldMeaning.same(row.values[name], written, property, in: recipe.menu.path)
            #expect(isSame, "\(name): \(row.values[name] ?? "-") for \(value)")
        }
    }
}
