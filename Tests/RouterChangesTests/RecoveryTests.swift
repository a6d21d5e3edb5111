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

@testable import RouterChanges

/// A gateway that is killed while it changes a router, and the look at what it left.
@Suite(.serialized, .ownThreads) struct RecoveryTests {
    /// A way to a router on which the gateway dies at one of its writes; what it does afterwards reaches nobody.
    private struct DyingTransport: RouterTransport {
        let inner: any RouterTransport
        /// Which write is the last, and whether it arrives.
        let last: Int
        let arrives: Bool
        let dies: @Sendable () throws -> Void
        let writes = Counter()

        final class Counter: Sendable {
            let count = Mutex(0)
        }

        private func check(_ menu: Menu) throws(RouterError) {
            if writes.count.withLock({ $0 >= last }) { throw RouterError(.unreachable, in: menu) }
        }

        private func write(_ menu: Menu, _ work: () async throws(RouterError) -> Void) async throws(RouterError) {
            try check(menu)
            guard writes.count.withLock({ $0 + 1 == last }) else {
                try await work()
                return writes.count.withLock { $0 += 1 }
            }
            if arrives { try await work() }
            writes.count.withLock { $0 += 1 }
            do { try dies() } catch { Issue.record(error) }
            throw RouterError(.unreachable, in: menu)
        }

        func read(
            _ menu: Menu, where conditions: [RouterField], properties: [String]
        ) async throws(RouterError) -> [RouterRecord] {
            try check(menu)
            return try await inner.read(menu, where: conditions, properties: properties)
        }

        func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
            var made: RouterID?
            try await write(menu) { () throws(RouterError) in made = try await inner.add(menu, values) }
            guard let made else { throw RouterError(.unreachable, in: menu) }
            return made
        }

        func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
            try await write(menu) { () throws(RouterError) in try await inner.set(menu, id, values) }
        }

        func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
            try await write(menu) { () throws(RouterError) in try await inner.remove(menu, id) }
        }

        func run(
            _ command: String, in menu: Menu, _ arguments: [RouterField]
        ) async throws(RouterError) -> [RouterRecord] {
            try await write(menu) { () throws(RouterError) in _ = try await inner.run(command, in: menu, arguments) }
            return []
        }
    }

    /// The journal's row as it was when the gateway died.
    private struct Remains: Sendable {
        let state: String
        let steps: [UInt8]
        let undoneBy: String?
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        let order: RowOrder
        let writes: Int
        var testDescription: String { "\(order.recipe) \(order.deed)" }
    }

    private static let cases = [
        Case(order: RowOrder(.add, "hotspot-user", ["name": "amina", "password": "siri"]), writes: 1),
        Case(order: RowOrder(.set, "hotspot-user", row: "baraka", ["limit-uptime": "1h", "comment": ""]), writes: 1),
        Case(order: RowOrder(.remove, "hotspot-user", row: "baraka"), writes: 1),
        Case(order: RowOrder(.add, "hotspot-user-profile", ["name": "week", "add-mac-cookie": "no"]), writes: 2),
        Case(order: RowOrder(.add, "filter", ["chain": "input", "action": "log"], before: "FIRST"), writes: 1),
        Case(order: RowOrder(.set, "filter", row: "LAST", ["log": "yes"], before: "FIRST"), writes: 2),
        Case(order: RowOrder(.remove, "filter", row: "FIRST"), writes: 1),
    ]

    private func bench(_ engine: Engine = .sqlite) throws -> ChangeBench {
        let bench = try ChangeBench(engine)
        try bench.operate("/ip/hotspot/user", "add", ["name": "baraka", "comment": "one"])
        return bench
    }

    /// The order with the ids of the first and the last rule.
    private func order(_ entry: Case, _ bench: ChangeBench) async throws -> ChangeOrder {
        let rules = try await bench.rows("/ip/firewall/filter").compactMap { $0.id?.description }
        let places = ["FIRST": rules.first, "LAST": rules.last]
        func id(_ text: String?) -> String? { text.flatMap { places[$0] ?? $0 } }
        let order = entry.order
        return .row(RowOrder(order.deed, order.recipe, row: id(order.row), order.fields, before: id(order.before)))
    }

    /// Lets a gateway die, and brings the journal into the state in which it was at that moment.
    private func die(
        _ bench: ChangeBench, _ id: ID<RouterChange>, at write: Int, arrives: Bool,
        _ work: (RouterChanger) async throws -> Void
    ) async throws {
        let remains = Mutex<Remains?>(nil)
        let store = bench.world.store
        let dying = DyingTransport(inner: bench.transport, last: write, arrives: arrives) {
            let row = try store.read(.platform) { transaction in
                try transaction.first(
                    "SELECT state, steps_sealed, undone_by FROM main.router_change WHERE id = $1", id
                ) { (row: borrowing Row) throws(SQLError) in
                    Remains(state: try row[0], steps: try row[1], undoneBy: try row[2])
                }
            }
            remains.withLock { $0 = row }
        }
        let changer = RouterChanger(
            store: store, masterKey: bench.world.masterKey, now: { .now }, open: { _ in dying }, rest: {})
        try await work(changer)
        let left = try #require(remains.withLock { $0 })
        _ = try store.writeNow(.tenant(bench.tenant)) { transaction in
            try transaction.run(
                """
                UPDATE main.router_change SET state = $1, note = '', steps_sealed = $2, undone_by = $3, busy_until = 1,
                    ended_at = NULL, undone_at = NULL WHERE id = $4 AND tenant = $5
                """, left.state, left.steps, left.undoneBy, id, bench.tenant)
        }
        #expect(try bench.changer.change(id, of: bench.tenant)?.isAbandoned(at: .now) == true)
    }

    private func settings(_ bench: ChangeBench) async throws -> [[String: String]] {
        var all: [[String: String]] = []
        for path in ["/ip/hotspot/user", "/ip/hotspot/user/profile", "/ip/firewall/filter"] {
            let menu = Menu(try #require(RouterSchema.menu(path)))
            all += try await bench.rows(path).map { $0.settings(of: menu, in: RouterVersion(7, 16, 2)) }
        }
        return all
    }

    @Test(
        "A change that was cut off is found done, or taken back, whatever write was the last",
        arguments: Engine.available)
    func making(engine: Engine) async throws {
        for entry in Self.cases {
            for write in 1...entry.writes {
                for arrives in [false, true] {
                    let bench = try bench(engine)
                    defer { bench.stop() }
                    let before = try await settings(bench)
                    let order = try await order(entry, bench)
                    let mark = try await bench.changer.preview(order, on: bench.router).fingerprint
                    let id = ID<RouterChange>(at: .now)
                    try await die(bench, id, at: write, arrives: arrives) {
                        _ = try await $0.apply(order, on: bench.router, as: id, expecting: mark, by: "achieng")
                    }
                    let change = try #require(try await bench.changer.recover(id, on: bench.router))
                    let isMade = arrives && write == entry.writes
                    let place: Comment = "\(entry.testDescription), write \(write), arrives: \(arrives)"
                    #expect(change.state == (isMade ? .done : .failed), place)
                    #expect(change.flaw?.kind == .interrupted, place)
                    #expect(try await settings(bench) != before || !isMade, place)
                    if !isMade { #expect(try await settings(bench) == before, place) }
                    if isMade {
                        #expect(try await bench.undo(change).state == .undone, place)
                        #expect(try await settings(bench).count == before.count, place)
                    }
                    #expect(try await bench.changer.recover(id, on: bench.router) == nil, "it is seen to once")
                }
            }
        }
    }

    @Test("An undoing that was cut off is completed, and makes nothing twice", arguments: [false, true])
    func undoing(arrives: Bool) async throws {
        for entry in Self.cases {
            for write in 1...entry.writes where entry.writes == 1 || entry.order.deed == .set {
                let bench = try bench(.sqlite)
                defer { bench.stop() }
                let before = try await settings(bench)
                let change = try await bench.make(try await order(entry, bench))
                #expect(change.state == .done)
                try await die(bench, change.id, at: write, arrives: arrives) {
                    _ = try? await $0.undo(change.id, on: bench.router, by: "baraka")
                }
                let found = try #require(try await bench.changer.recover(change.id, on: bench.router))
                #expect(found.state == .undone && found.undoneBy == "baraka" && found.undoneAt != nil)
                #expect(try await settings(bench) == before, "\(entry.testDescription), write \(write)")
            }
        }
    }

    @Test("Where the router stays away the change waits; where somebody changed the row it is told, and left alone")
    func unclear() async throws {
        let bench = try bench(.sqlite)
        defer { bench.stop() }
        let order = ChangeOrder.row(RowOrder(.set, "hotspot-user", row: "baraka", ["comment": "two"]))
        let mark = try await bench.changer.preview(order, on: bench.router).fingerprint
        let id = ID<RouterChange>(at: .now)
        try await die(bench, id, at: 1, arrives: true) {
            _ = try await $0.apply(order, on: bench.router, as: id, expecting: mark, by: "achieng")
        }
        let dead = RouterChanger(
            store: bench.world.store, masterKey: bench.world.masterKey, now: { .now },
            open: { _ in DyingTransport(inner: bench.transport, last: 0, arrives: false) {} }, rest: {})
        await ChangeKeeper(dead, log: .silent).recover()
        #expect(try bench.changer.change(id, of: bench.tenant)?.state == .running)
        let row = try #require(try await bench.rows("/ip/hotspot/user").last?.id?.description)
        try bench.operate("/ip/hotspot/user", "set", [".id": row, "comment": "three"])
        await ChangeKeeper(bench.changer, log: .silent).recover()
        let change = try #require(try bench.changer.change(id, of: bench.tenant))
        #expect(change.state == .broken && change.flaw?.kind == .interrupted)
        #expect(try await bench.rows("/ip/hotspot/user").last?["comment"] == "three")
    }

    @Test("The journal forgets what is neither recent nor among the newest", arguments: Engine.available)
    func trimmed(engine: Engine) async throws {
        let bench = try ChangeBench(engine)
        defer { bench.stop() }
        let change = try await bench.make(.add, "hotspot-user", ["name": "amina", "password": "x"])
        let now = Instant.now
        // A thousand and ten further ones: five of long ago, the others of this month.
        try bench.world.store.writeNow(.tenant(bench.tenant)) { transaction in
            for number in 0..<1_010 {
                let at = now - (number < 5 ? .days(100) : .days(20))
                try transaction.run(
                    """
                    INSERT INTO main.router_change (id, tenant, router, title, subject, state, note, steps_sealed,
                        made_by, made_at, busy_until)
                    VALUES ($1, $2, $3, 'reboot', '', 'done', '', $4, 'x', $5, 0)
                    """, ID<RouterChange>(at: at), bench.tenant, bench.router.id, [UInt8](), at)
            }
        }
        try await ChangeKeeper(bench.changer, log: .silent).forget()
        let kept = try bench.changer.journal(of: bench.router, atMost: 5_000)
        #expect(kept.count == 1_006 && kept.first?.id == change.id)
        #expect(kept.allSatisfy { $0.madeAt > now - .days(90) })
        #expect(try await bench.undo(change).state == .undone)
    }
}
