import SQL
import Subscribers
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning

/// A gateway dies between any two steps of a line's change, and another one goes on.
@Suite(.serialized, .ownThreads) struct LineCrashTests {
    @Test("At any step of suspending and restoring a line", arguments: Engine.available)
    func change(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        try bench.servePPPoE()
        let line = try bench.openLine("asha")
        try await bench.work()
        var step = 1
        while true {
            if bench.connected().isEmpty { try bench.dial("asha") }
            let suspends = step % 2 == 1
            try bench.changeLine { desk, transaction, tenant in
                suspends
                    ? try desk.suspend(line.id, of: tenant, transaction)
                    : try desk.restore(line.id, of: tenant, transaction)
            }
            let died = try await bench.work(dyingAt: step)
            try await bench.work()
            try await bench.work()
            let at = "step \(step)"
            #expect(try bench.writes() == 0 && bench.isSettled(line), "\(at)")
            #expect(bench.rows("/ppp/secret").count == 1, "\(at)")
            #expect(bench.secret(of: line)?["profile"] == (suspends ? "lango-suspended" : "lango-2M-5M"), "\(at)")
            #expect(bench.connected().isEmpty, "\(at): a session goes on under terms of before")
            step += 1
            guard died else { break }
        }
        #expect(step > 20, "the table is too short to be true")
        await bench.stop()
    }
}
