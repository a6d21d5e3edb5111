import TestKit
import Testing
import Values

@testable import Inventory

@Suite struct ChangeTests {
    private static func changes(
        _ path: String, _ before: [InventoryRow], _ after: [InventoryRow]
    ) throws -> [TableChange] {
        try #require(SurveyPlan.table(path)).changes(from: before, to: after)
    }

    private static func user(_ id: String, _ name: String, _ more: [String: String] = [:]) -> InventoryRow {
        InventoryRow(id: id, ["name": name, "profile": "default"].merging(more) { _, new in new })
    }

    @Test("Counters, states and moments of a router are no change")
    func volatile() throws {
        let before = Self.user("*1", "a", ["uptime": "1h", "bytes-in": "5", "packets-out": "1", "future-bytes": "1"])
        let after = Self.user("*1", "a", ["uptime": "2h", "bytes-in": "9", "packets-out": "7", "future-bytes": "2"])
        #expect(try Self.changes("/ip/hotspot/user", [before], [after]).isEmpty)
        let idle = InventoryRow(["uptime": "1w", "cpu-load": "3", "free-memory": "9", "version": "7.16.2 (stable)"])
        let busy = InventoryRow(["uptime": "2s", "cpu-load": "90", "free-memory": "1", "version": "7.16.2 (stable)"])
        #expect(try Self.changes("/system/resource", [idle], [busy]).isEmpty)
        let newer = InventoryRow(["uptime": "2s", "version": "7.20 (stable)"])
        let upgrade = try Self.changes("/system/resource", [idle], [newer])
        #expect(upgrade.first?.properties.map(\.name) == ["version"])
    }

    @Test("Sessions, leases that the router gave and users that are ours come and go without a word")
    func transient() throws {
        #expect(try Self.changes("/ip/hotspot/active", [], [Self.user("*1", "a")]).isEmpty)
        let lease = InventoryRow(id: "*1", ["address": "10.0.0.2", "dynamic": "true"])
        #expect(try Self.changes("/ip/dhcp-server/lease", [lease], []).isEmpty)
        let ours = Self.user("*2", "lango-1", ["comment": "lango:0199/02:00"])
        #expect(try Self.changes("/ip/hotspot/user", [ours], []).isEmpty)
    }

    @Test("Added, removed and changed rows are told with what they are called")
    func rows() throws {
        let rule = InventoryRow(id: "*1", ["chain": "input", "action": "drop", "comment": "the rest"])
        let added = try Self.changes("/ip/firewall/filter", [], [rule])
        #expect(added.map(\.kind) == [.added] && added.first?.row == "input drop the rest")
        #expect(try Self.changes("/ip/firewall/filter", [rule], []).map(\.kind) == [.removed])
        let off = InventoryRow(id: "*1", rule.values.merging(["disabled": "true"]) { $1 })
        #expect(
            try Self.changes("/ip/firewall/filter", [rule], [off]) == [
                TableChange(
                    "/ip/firewall/filter", .changed, row: "input drop the rest",
                    [.init(name: "disabled", before: nil, after: "true")])
            ])
        let named = try Self.changes("/system/identity", [InventoryRow(["name": "a"])], [InventoryRow(["name": "b"])])
        #expect(named == [TableChange("/system/identity", .changed, [.init(name: "name", before: "a", after: "b")])])
    }

    @Test("Rules in another order are told; rows of a table without an order are not")
    func order() throws {
        let rules = ["accept", "drop", "reject"].enumerated().map {
            InventoryRow(id: "*\($0.offset)", ["chain": "input", "action": $0.element])
        }
        let moved = [rules[1], rules[0], rules[2]]
        #expect(try Self.changes("/ip/firewall/filter", rules, moved).map(\.kind) == [.reordered])
        let without = try Self.changes("/ip/firewall/filter", rules, [rules[0], rules[2]])
        #expect(without.map(\.kind) == [.removed])
        let users = [Self.user("*1", "a"), Self.user("*2", "b")]
        #expect(try Self.changes("/ip/hotspot/user", users, users.reversed()).isEmpty)
    }

    @Test("After a restore, when every id is new, only what is really different is told")
    func restored() throws {
        let before = [Self.user("*1", "a"), Self.user("*2", "b"), Self.user("*3", "c")]
        let after = [Self.user("*A", "a"), Self.user("*B", "b", ["comment": "new"]), Self.user("*C", "d")]
        let changes = try Self.changes("/ip/hotspot/user", before, after)
        #expect(changes.map(\.kind) == [.changed, .removed, .added])
        #expect(changes.map(\.row) == ["b", "c", "d"])
        let rules = ["accept", "drop"].map { InventoryRow(id: "*1\($0.count)", ["chain": "input", "action": $0]) }
        let same = rules.enumerated().map { InventoryRow(id: "*F\($0.offset)", $0.element.values) }
        #expect(try Self.changes("/ip/firewall/filter", rules, same).isEmpty)
    }

    @Test("A secret that is set or cleared is told without its value")
    func secrets() throws {
        let open = InventoryRow(id: "*1", ["name": "a"])
        let closed = InventoryRow(id: "*1", ["name": "a"], secrets: ["password"])
        let change = try #require(try Self.changes("/ppp/secret", [open], [closed]).first)
        #expect(change.properties == [.init(name: "password", before: nil, after: "*****")])
    }

    @Test(
        "Whatever happens to a table, the changes are as many as its differences",
        arguments: 1...4 as ClosedRange<UInt64>)
    func adds(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<50 {
            let before = (0..<Int.random(in: 0...30, using: &dice)).map { Self.user("*\($0)", "user-\($0)") }
            let removed = Set(before.indices.filter { _ in Int.random(in: 0..<5, using: &dice) == 0 })
            let edited = Set(before.indices.filter { _ in Int.random(in: 0..<5, using: &dice) == 0 }).subtracting(
                removed)
            let new = (0..<Int.random(in: 0...5, using: &dice)).map { Self.user("*F\($0)", "new-\($0)") }
            let after =
                before.indices.filter { !removed.contains($0) }.map { place in
                    edited.contains(place) ? Self.user("*\(place)", "user-\(place)", ["comment": "x"]) : before[place]
                } + new
            let changes = try Self.changes("/ip/hotspot/user", before, after)
            #expect(changes.count { $0.kind == .removed } == removed.count)
            #expect(changes.count { $0.kind == .changed } == edited.count)
            #expect(changes.count { $0.kind == .added } == new.count)
            let packed = try #require(TableContent.packed(changes))
            #expect(TableContent.changes(packed) == changes)
        }
    }
}
