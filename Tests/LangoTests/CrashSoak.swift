import Glibc
import TestKit
import Testing

/// The program is killed at a random moment, again and again, while phones send their codes.
///
/// Short by itself; `LANGO_SOAK_ROUNDS` says how often (scripts/soak).
@Suite(.serialized, .ownThreads) struct CrashSoak {
    private static let rounds = unsafe getenv("LANGO_SOAK_ROUNDS").flatMap { unsafe Int(String(cString: $0)) } ?? 20

    @Test("What was answered is there after kill -9, nothing is there twice, and no log tells a code")
    func killed() throws {
        let install = try Install()
        try install.furnish()
        let perRound = 60
        let codes = try install.vouchers(Self.rounds * perRound)
        var answered: [String] = []
        var secrets: [String] = []
        var logs = ""
        for round in 0..<Self.rounds {
            let program = try install.serve()
            let batch = codes[round * perRound..<(round + 1) * perRound]
            let wires = try batch.enumerated().map { offset, code in
                let wire = try Wire(port: install.port)
                try wire.send(Install.redemption(code, round * perRound + offset))
                return (wire, code)
            }
            usleep(.random(in: 0...30_000))
            program.signal(SIGKILL)
            #expect(program.end().code == -SIGKILL)
            for (wire, code) in wires {
                guard let answer = try? wire.answer() else { continue }
                #expect(answer.status == 303)
                answered.append(code)
                secrets += (answer["location"] ?? "").split(separator: "/").suffix(1).map {
                    String($0.prefix { $0 != "?" })
                }
            }
            logs += program.output + program.errors
        }
        #expect(try install.query("PRAGMA integrity_check") == "ok")
        #expect(
            try install.query(
                "SELECT count(*) FROM (SELECT source_id FROM entitlement GROUP BY source_id HAVING count(*) > 1)")
                == "0")
        #expect(
            try install.query("SELECT count(*) FROM voucher WHERE state = 1")
                == install.query("SELECT count(*) FROM entitlement"))
        #expect(try install.query("SELECT count(*) FROM entitlement") == install.query("SELECT count(*) FROM effect"))
        let program = try install.serve()
        // Whoever was told yes is in: the same device is welcome, another is one too many.
        for (number, code) in answered.enumerated() where number % 5 == 0 {
            let wire = try Wire(port: install.port)
            try wire.send(Install.redemption(code, 60_000 + number))
            #expect(try wire.answer().status == 409, "an answered redemption is lost")
        }
        program.signal(SIGTERM)
        let end = program.end()
        #expect(end.code == 0)
        logs += end.output + end.errors
        #expect(logs.contains("/redemptions"))
        for secret in codes + secrets + ["routersecret"] { #expect(!logs.contains(secret)) }
    }
}
