import Entitlements
import RouterOS
import SQL
import Subscribers
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// What a lost answer, a broken connection or a refusal makes of each request of an effect: nothing, once it is tried again.
@Suite(.serialized, .ownThreads) struct RequestFaultTests {
    private static let kinds = [Fault.Kind.loseReply, .closeBefore, .error500]

    private func isQuiet(_ bench: RouterBench) throws -> Bool {
        try bench.world.store.read(.platform) { try $0.allWaitingEffects() } == 0
    }

    @Test("Whichever request of another speed goes wrong, one user and one session have it")
    func shape() async throws {
        let bench = try RouterBench()
        bench.start()
        let (id, device) = try bench.redeem(bench.vouchers(CrashTests.offer(bench))[0], 1)
        #expect(try eventually { try bench.effect(id)?.state == .done })
        var isFaster = false
        for kind in Self.kinds {
            for step in 0..<16 {
                isFaster.toggle()
                let rate = isFaster ? "4M/8M" : "3M/6M"
                bench.host.router.plan(Fault(kind, skip: step))
                try bench.boost(device, rate)
                #expect(try eventually(within: 20) { try isQuiet(bench) }, "\(kind) at step \(step)")
                bench.host.router.clearFaults()
                let users = bench.users()
                #expect(users.map { $0["name"] } == [device.username], "\(kind) at step \(step)")
                #expect(users.first?["profile"] == HotspotProfile(for: RateLimit(rate)).name, "\(kind) at step \(step)")
                #expect(bench.online().map { $0["user"] } == [device.username], "\(kind) at step \(step)")
            }
        }
        await bench.stop()
    }

    @Test("Whichever request of a line goes wrong, it has one login with the terms of now")
    func line() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        bench.start()
        let line = try bench.openLine("asha")
        #expect(try eventually { try bench.isSettled(line) })
        var suspends = false
        for kind in Self.kinds {
            for step in 0..<12 {
                suspends.toggle()
                if bench.connected().isEmpty { try bench.dial("asha") }
                bench.host.router.plan(Fault(kind, skip: step))
                try bench.changeLine { [suspends] desk, transaction, tenant in
                    suspends
                        ? try desk.suspend(line.id, of: tenant, transaction)
                        : try desk.restore(line.id, of: tenant, transaction)
                }
                #expect(try eventually(within: 20) { try isQuiet(bench) }, "\(kind) at step \(step)")
                bench.host.router.clearFaults()
                #expect(bench.rows("/ppp/secret").map { $0["name"] } == ["asha"], "\(kind) at step \(step)")
                let profile = suspends ? "lango-suspended" : "lango-2M-5M"
                #expect(bench.secret(of: line)?["profile"] == profile, "\(kind) at step \(step)")
                #expect(bench.connected().isEmpty, "\(kind) at step \(step): a session goes on under terms of before")
                let rules = bench.rows("/ip/firewall/filter").compactMap { $0["comment"] }
                #expect(Set(rules).count == rules.count, "\(kind) at step \(step)")
            }
        }
        await bench.stop()
    }
}
