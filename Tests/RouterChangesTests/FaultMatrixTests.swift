import RouterOS
import RouterSimulator
import TestKit
import Testing
import Values

@testable import RouterChanges

/// Each fault of a router over each way to it: a change is made once or not at all, and the journal says which.
@Suite(.serialized, .ownThreads) struct FaultMatrixTests {
    private static let user = ["name": "amina", "password": "siri-kubwa", "profile": "day"]
    private static let faults: [(kind: Fault.Kind, isMade: Bool)] = [
        (.slow(300), true), (.loseReply, true), (.cut(3), true), (.closeBefore, false), (.error500, false),
    ]

    private func count(_ bench: ChangeBench) async throws -> Int {
        try await bench.rows("/ip/hotspot/user").count { $0["name"] == "amina" }
    }

    @Test("A fault at the write is seen through", arguments: ChangeBench.Way.allCases)
    func write(way: ChangeBench.Way) async throws {
        for fault in Self.faults {
            let bench = try ChangeBench(by: way)
            defer { bench.stop() }
            bench.host.router.plan(Fault(fault.kind, menu: "/ip/hotspot/user", verb: "add"))
            let change = try await bench.make(.add, "hotspot-user", Self.user)
            let place: Comment = "\(way) \(fault.kind): \(String(describing: change.flaw))"
            #expect(change.state == (fault.isMade ? .done : .failed), place)
            #expect(try await count(bench) == (fault.isMade ? 1 : 0), place)
        }
    }

    @Test("A router that restarts or is reset between preview and change", arguments: ChangeBench.Way.allCases)
    func between(way: ChangeBench.Way) async throws {
        let bench = try ChangeBench(by: way)
        defer { bench.stop() }
        let order = ChangeOrder.row(RowOrder(.add, "hotspot-user", Self.user))
        let mark = try await bench.changer.preview(order, on: bench.router).fingerprint
        bench.host.router.with { $0.reboot(at: $1) }
        bench.host.dropDoors(for: 0)
        let change = try await bench.changer.apply(
            order, on: bench.router, as: ID(at: .now), expecting: mark, by: "achieng")
        #expect(change.state == .done, "\(String(describing: change.flaw))")
        bench.host.router.with { $0.resetTables(at: $1) }
        // The profile that is named went with the tables.
        #expect(try await bench.flaws(.add, "hotspot-user", Self.user) == ["profile no-such-reference"])
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.undo(change) }
        #expect(try await count(bench) == 0)
    }
}
