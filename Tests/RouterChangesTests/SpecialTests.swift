import RouterOS
import RouterSimulator
import TestKit
import Testing
import Values

@testable import RouterChanges

/// Order of rules, speed, disconnecting, restarting.
@Suite(.serialized, .ownThreads) struct SpecialTests {
    private func comments(_ bench: ChangeBench) async throws -> [String] {
        try await bench.rows("/ip/firewall/filter").map { $0["comment"] ?? "" }
    }

    @Test("A rule is put where it is wanted, moved, removed and brought back to its place", arguments: Engine.available)
    func keepsOrder(engine: Engine) async throws {
        let bench = try ChangeBench(engine)
        defer { bench.stop() }
        let last = try #require(try await bench.rows("/ip/firewall/filter").last?.id?.description)
        let rule = ["chain": "input", "action": "log", "comment": "new"]
        let made = try await bench.make(.add, "filter", rule, before: last)
        #expect(made.state == .done)
        #expect(try await comments(bench) == ["first", "new", "last"])
        let first = try #require(try await bench.rows("/ip/firewall/filter").first?.id?.description)
        let id = try #require(made.steps.first?.id)
        let moved = try await bench.make(.set, "filter", row: id, ["log": "yes"], before: first)
        #expect(moved.state == .done && moved.steps.map(\.deed) == [.set, .move])
        #expect(try await comments(bench) == ["new", "first", "last"])
        #expect(try await bench.undo(moved).state == .undone)
        #expect(try await comments(bench) == ["first", "new", "last"])
        let removed = try await bench.make(.remove, "filter", row: id)
        #expect(try await comments(bench) == ["first", "last"])
        #expect(try await bench.undo(removed).state == .undone)
        #expect(try await comments(bench) == ["first", "new", "last"])
        #expect(try await bench.flaws(.add, "filter", rule, before: "*7F") == ["no-such-place"])
    }

    @Test("A customer who is online gets another speed at once, again and back")
    func speed() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        let address = try await logIn(bench)
        let made = try await bench.make(.speed(customer: "amina", limit: "2M/5M"))
        #expect(made.state == .done, "\(String(describing: made.flaw))")
        let queue = try #require(try await bench.rows("/queue/simple").first)
        #expect(queue["name"] == "speed-amina" && queue["target"] == "\(address)/32")
        #expect(queue["max-limit"] == "2000000/5000000")
        let again = try await bench.make(.speed(customer: "amina", limit: "1M"))
        #expect(again.steps.map(\.deed) == [.set])
        #expect(try await bench.rows("/queue/simple").first?["max-limit"] == "1000000/1000000")
        #expect(try await bench.undo(again).state == .undone)
        #expect(try await bench.undo(made).state == .undone)
        #expect(try await !bench.rows("/queue/simple").contains { $0["name"] == "speed-amina" })
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.make(.speed(customer: "nobody", limit: "1M")) }
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.make(.speed(customer: "amina", limit: "fast")) }
    }

    @Test("A customer's sessions end, cookies first; there is no way back")
    func disconnects() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        _ = try await logIn(bench)
        let change = try await bench.make(.disconnect(customer: "amina"))
        #expect(change.state == .done && !change.isUndoable)
        #expect(change.steps.last?.path == "/ip/hotspot/active")
        #expect(try await bench.rows("/ip/hotspot/active").isEmpty)
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.undo(change) }
        await #expect(throws: ChangeFlaws.self) { _ = try await bench.make(.disconnect(customer: "amina")) }
    }

    @Test("A router is restarted and known by its short uptime; a lost answer is no failure")
    func reboots() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        bench.host.skip(.hours(5))
        #expect(try await bench.make(.reboot).state == .done)
        bench.host.skip(.hours(5))
        bench.host.router.plan(Fault(.loseReply, menu: "/system", verb: "reboot"))
        let change = try await bench.make(.reboot)
        #expect(change.state == .done && change.flaw == nil && !change.isUndoable)
    }

    /// Lets a phone come in, and tells its address.
    private func logIn(_ bench: ChangeBench) async throws -> String {
        try bench.operate("/ip/hotspot/user", "add", ["name": "amina", "password": "siri"])
        let phone = MACAddress(bits: 0x0250_0000_0001)
        let known = bench.host.router.with { machine, now in
            let address = machine.phone(phone)?.address
            _ = machine.traffic(phone, up: 100, down: 0, at: now)
            return address
        }
        let address = try #require(known)
        try bench.operate(
            "/ip/hotspot/active", "login",
            ["ip": address.description, "mac-address": phone.description, "user": "amina", "password": "siri"])
        return address.description
    }
}
