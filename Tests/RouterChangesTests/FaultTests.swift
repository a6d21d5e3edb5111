import RouterOS
import RouterSimulator
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import RouterChanges

/// What goes wrong while a change is made or undone.
@Suite(.serialized, .ownThreads) struct FaultTests {
    private static let user = ["name": "amina", "password": "siri-kubwa-77", "profile": "day"]

    @Test("A lost reply is recognised by reading again; nothing is made twice", arguments: Engine.available)
    func lostReplies(engine: Engine) async throws {
        let bench = try ChangeBench(engine)
        defer { bench.stop() }
        bench.host.router.plan(Fault(.loseReply, menu: "/ip/hotspot/user", verb: "add"))
        #expect(try await bench.make(.add, "hotspot-user", Self.user).state == .done)
        #expect(try await bench.rows("/ip/hotspot/user").count { $0["name"] == "amina" } == 1)
        bench.host.router.plan(Fault(.cut(9), menu: "/ip/hotspot/user", verb: "set"))
        #expect(try await bench.make(.set, "hotspot-user", row: "amina", ["limit-uptime": "1h"]).state == .done)
        bench.host.router.plan(Fault(.loseReply, menu: "/ip/hotspot/user", verb: "remove"))
        #expect(try await bench.make(.remove, "hotspot-user", row: "amina").state == .done)
        #expect(try await !bench.rows("/ip/hotspot/user").contains { $0["name"] == "amina" })
    }

    @Test("A write that never arrived is told as not made")
    func neverArrived() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let before = try await bench.rows("/ip/hotspot/user")
        for kind in [Fault.Kind.closeBefore, .error500] {
            bench.host.router.plan(Fault(kind, menu: "/ip/hotspot/user", verb: "add"))
            let change = try await bench.make(.add, "hotspot-user", Self.user)
            #expect(change.state == .failed && change.flaw != nil && !change.isUndoable)
            #expect(try await bench.rows("/ip/hotspot/user") == before)
        }
    }

    @Test("What was done before a step that fails is taken back")
    func takesBack() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let path = "/ip/hotspot/user/profile"
        let before = try await bench.rows(path)
        bench.host.router.plan(Fault(.error500, menu: path, verb: "set"))
        let change = try await bench.make(.add, "hotspot-user-profile", ["name": "week", "add-mac-cookie": "no"])
        #expect(change.steps.count == 2 && change.state == .failed)
        #expect(try await bench.rows(path) == before)
    }

    @Test("A router that goes away in the middle leaves a change that says so")
    func goesAway() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let order = ChangeOrder.row(RowOrder(.add, "hotspot-user", Self.user))
        let plan = try await bench.changer.preview(order, on: bench.router)
        bench.host.router.plan(Fault(.loseReply, menu: "/ip/hotspot/user", verb: "add"))
        // The three readings before the write pass, those after it do not.
        bench.host.router.plan(Fault(.closeBefore, menu: "/ip/hotspot/user", verb: "print", skip: 3, times: nil))
        let change = try await bench.changer.apply(
            order, on: bench.router, as: ID(at: .now), expecting: plan.fingerprint, by: "achieng")
        #expect(change.state == .broken)
        #expect(change.flaw?.kind == .unknownOutcome)
    }

    @Test("Applying refuses where the router changed since the preview, and leaves no trace")
    func changedMeanwhile() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        try bench.operate("/ip/hotspot/user", "add", ["name": "baraka", "comment": "one"])
        let id = try #require(try await bench.rows("/ip/hotspot/user").last?.id?.description)
        let rules = try await bench.rows("/ip/firewall/filter")
        let orders: [(order: RowOrder, menu: String, meanwhile: [String: String], verb: String)] = [
            (
                RowOrder(.set, "hotspot-user", row: "baraka", ["profile": "day"]), "/ip/hotspot/user",
                [".id": id, "comment": "two"], "set"
            ),
            (
                RowOrder(.add, "filter", ["chain": "input", "action": "drop"]), "/ip/firewall/filter",
                ["numbers": rules[1].id?.description ?? "", "destination": rules[0].id?.description ?? ""], "move"
            ),
        ]
        for entry in orders {
            let plan = try await bench.changer.preview(.row(entry.order), on: bench.router)
            #expect(
                try await bench.changer.preview(.row(entry.order), on: bench.router).fingerprint == plan.fingerprint)
            try bench.operate(entry.menu, entry.verb, entry.meanwhile)
            let rows = try await bench.rows(entry.menu)
            await #expect(throws: ChangeFlaws(flaws: [ChangeFlaw(.changedMeanwhile)])) {
                _ = try await bench.changer.apply(
                    .row(entry.order), on: bench.router, as: ID(at: .now), expecting: plan.fingerprint, by: "achieng")
            }
            #expect(try await bench.rows(entry.menu) == rows)
        }
        #expect(try bench.changer.journal(of: bench.router).isEmpty)
    }

    @Test("A row that vanishes between reading and writing is told", arguments: [RowOrder.Deed.set, .remove])
    func vanishes(deed: RowOrder.Deed) async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        var step = ChangeStep(deed == .set ? .set : .remove, "/ip/hotspot/user", id: "*7F", label: "amina")
        if deed == .set { step.fields = [.init("comment", before: nil, after: "x")] }
        let before = try await bench.rows("/ip/hotspot/user")
        let runner = ChangeRunner(transport: bench.transport, version: RouterVersion(7, 16, 2), rest: {})
        let outcome = await runner.perform(step)
        #expect(outcome.flaw?.kind == .vanished && !outcome.isDone)
        #expect(try await bench.rows("/ip/hotspot/user") == before)
    }

    @Test("Undo refuses where the row was changed or removed since, and writes nothing")
    func undoRefuses() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let change = try await bench.make(.add, "hotspot-user", Self.user)
        let id = try #require(change.steps.first?.id)
        try bench.operate("/ip/hotspot/user", "set", [".id": id, "comment": "somebody else"])
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.undo(change) }
        #expect(try await bench.rows("/ip/hotspot/user").contains { $0["comment"] == "somebody else" })
        #expect(try bench.changer.change(change.id, of: bench.tenant)?.state == .done)
        try bench.operate("/ip/hotspot/user", "remove", [".id": id])
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.undo(change) }
    }

    @Test("Secrets are written once, shown nowhere, sealed in the store; masked ones are never written back")
    func secrets() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let order = ChangeOrder.row(RowOrder(.add, "hotspot-user", Self.user))
        let plan = try await bench.changer.preview(order, on: bench.router)
        #expect(plan.steps.first?.line.contains("kubwa") == false)
        let made = try await bench.make(order)
        let sealed: [UInt8]? = try bench.world.store.read(.platform) { transaction in
            try transaction.first("SELECT steps_sealed FROM main.router_change") {
                (row: borrowing Row) throws(SQLError) in try row[0]
            }
        }
        #expect(sealed.map { !String(decoding: $0, as: UTF8.self).contains("kubwa") } == true)
        // A user without the policy `sensitive` sees stars.
        try bench.operate("/user/group", "add", ["name": "blind", "policy": "read,write,api,rest-api,test"])
        try bench.operate("/user", "add", ["name": "blind", "group": "blind", "password": "open"])
        let blind = ChangeBench.transport(to: bench.host, as: "blind")
        let changer = RouterChanger(
            store: bench.world.store, masterKey: bench.world.masterKey, now: { .now }, open: { _ in blind }, rest: {})
        let wish = ChangeOrder.row(RowOrder(.set, "hotspot-user", row: "amina", ["password": "mpya"]))
        let blindPlan = try await changer.preview(wish, on: bench.router)
        #expect(!blindPlan.isReversible && blindPlan.steps.first?.lost == ["password"])
        let change = try await changer.apply(
            wish, on: bench.router, as: ID(at: .now), expecting: blindPlan.fingerprint, by: "achieng")
        #expect(change.state == .done && !change.isUndoable)
        await #expect(throws: ChangeFlaws(flaws: [ChangeFlaw(.lost, nil, ["words": .text("password")])])) {
            _ = try await changer.undo(change.id, on: bench.router, by: "baraka")
        }
        #expect(try await bench.rows("/ip/hotspot/user").contains { $0["password"] == "mpya" })
        _ = made
    }

    @Test("The same key applied twice makes one change; another tenant's is refused", arguments: Engine.available)
    func onceAndFenced(engine: Engine) async throws {
        let bench = try ChangeBench(engine)
        defer { bench.stop() }
        let order = ChangeOrder.row(RowOrder(.add, "hotspot-user", Self.user))
        let plan = try await bench.changer.preview(order, on: bench.router)
        let id = ID<RouterChange>(at: .now)
        for _ in 0..<2 {
            let change = try await bench.changer.apply(
                order, on: bench.router, as: id, expecting: plan.fingerprint, by: "achieng")
            #expect(change.state == .done && change.id == id)
        }
        #expect(try await bench.rows("/ip/hotspot/user").count { $0["name"] == "amina" } == 1)
        let foreign = bench.world.routers[2]
        #expect(try bench.changer.change(id, of: foreign.tenant) == nil)
        #expect(try bench.changer.journal(of: foreign).isEmpty)
        await #expect(throws: ChangeFlaws(flaws: [ChangeFlaw(.noSuchChange)])) {
            _ = try await bench.changer.undo(id, on: foreign, by: "x")
        }
        let own = bench.router
        let forged = Router(
            id: own.id, tenant: foreign.tenant, site: own.site, name: own.name, address: own.address,
            username: own.username, passwordSealed: [], stateAt: .now)
        let other = ChangeOrder.row(RowOrder(.add, "hotspot-user", ["name": "thief"]))
        let mark = try await bench.changer.preview(other, on: forged).fingerprint
        await #expect(throws: ChangeFlaws.self) {
            _ = try await bench.changer.apply(other, on: forged, as: ID(at: .now), expecting: mark, by: "x")
        }
        #expect(try await !bench.rows("/ip/hotspot/user").contains { $0["name"] == "thief" })
    }

    @Test("While a change is under way another is refused", arguments: Engine.available)
    func oneAtATime(engine: Engine) async throws {
        let bench = try ChangeBench(engine)
        defer { bench.stop() }
        let (first, second) = (
            ChangeOrder.row(RowOrder(.add, "hotspot-user", Self.user)),
            ChangeOrder.row(RowOrder(.add, "pool", ["name": "p", "ranges": "10.1.0.1"]))
        )
        let mark = try await bench.changer.preview(second, on: bench.router).fingerprint
        bench.host.router.plan(Fault(.slow(1_500), menu: "/ip/hotspot/user", verb: "add"))
        let slow = Task { try await bench.make(first) }
        let isTaken = try await eventually {
            try bench.changer.journal(of: bench.router).contains { $0.state == .running }
        }
        #expect(isTaken)
        await #expect(throws: ChangeFlaws(flaws: [ChangeFlaw(.busy)])) {
            _ = try await bench.changer.apply(second, on: bench.router, as: ID(at: .now), expecting: mark, by: "x")
        }
        #expect(try await slow.value.state == .done)
        #expect(try await bench.make(second).state == .done)
    }

    private func eventually(_ isTrue: () throws -> Bool) async throws -> Bool {
        for _ in 0..<100 {
            if try isTrue() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
