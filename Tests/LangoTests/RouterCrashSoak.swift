import Glibc
import TestKit
import Testing

/// The program is killed at a random moment, again and again, while it works on a live router.
///
/// Short by itself; `LANGO_SOAK_ROUNDS` says how often (scripts/soak).
@Suite(.serialized, .ownThreads) struct RouterCrashSoak {
    private static let rounds = unsafe getenv("LANGO_SOAK_ROUNDS").flatMap { unsafe Int(String(cString: $0)) } ?? 8
    private static let perRound = 6

    @Test("After kill -9 in the middle of its work the router has each device once, and a sweep has nothing to write")
    func killed() throws {
        let install = try Install()
        let router = try install.simulate("--identity", "gate")
        try install.furnish(routerAt: router.rest)
        let codes = try install.vouchers(Self.rounds * Self.perRound)
        for round in 0..<Self.rounds {
            let gateway = try install.serve()
            let wires = try (0..<Self.perRound).map { offset in
                let phone = round * Self.perRound + offset
                let wire = try Wire(port: install.port)
                try wire.send(Install.redemption(codes[phone], phone))
                return wire
            }
            for wire in wires { #expect(try wire.answer().status == 303) }
            usleep(.random(in: 0...400_000))
            gateway.signal(SIGKILL)
            #expect(gateway.end().code == -SIGKILL)
        }
        let gateway = try install.serve()
        #expect(try eventually(within: 60) { try install.query("SELECT count(*) FROM effect WHERE state = 0") == "0" })
        let total = String(codes.count)
        #expect(try install.query("SELECT count(*) FROM effect WHERE state = 1 AND attempts = 1") == total)
        #expect(try install.query("SELECT count(*) FROM entitlement WHERE connected_at IS NOT NULL") == total)
        #expect(try install.query("SELECT count(*) FROM counter") == total)
        try install.must("router", "sweep", "gate", "--tenant", "acme", "--wait", "30")
        let told = try install.must("router", "sweep", "gate", "--tenant", "acme", "--wait", "30")
        #expect(told.contains(" 0 of them writes"), "\(told)")
        let names = try install.query("SELECT group_concat(username) FROM device").split(separator: ",")
        let users = try install.users(of: router)
        #expect(users.sorted() == names.map(String.init).sorted())
        gateway.signal(SIGTERM)
        #expect(gateway.end().code == 0)
        withExtendedLifetime(router) {}
    }
}
