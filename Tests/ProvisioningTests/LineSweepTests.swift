import Catalog
import RouterOS
import SQL
import Subscribers
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// What happens to the rows of a line on its router, and what a sweep makes of it.
struct LineFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let cause: Drift.Cause
    let outcome: Drift.Outcome
    let deed: @Sendable (RouterBench, Line) throws -> Void

    init(
        _ name: String, _ cause: Drift.Cause, _ outcome: Drift.Outcome,
        _ deed: @escaping @Sendable (RouterBench, Line) throws -> Void
    ) {
        testDescription = name
        self.cause = cause
        self.outcome = outcome
        self.deed = deed
    }

    static let all: [LineFault] = [
        LineFault("secret removed", .missing, .repaired) { bench, _ in
            try bench.operate("/ppp/secret", "remove", ["numbers": "asha"])
        },
        LineFault("secret disabled", .changed, .repaired) { bench, _ in
            try bench.operate("/ppp/secret", "set", ["numbers": "asha", "disabled": "yes"])
        },
        LineFault("secret renamed", .changed, .repaired) { bench, _ in
            try bench.operate("/ppp/secret", "set", ["numbers": "asha", "name": "mine"])
        },
        LineFault("another password", .changed, .repaired) { bench, _ in
            try bench.operate("/ppp/secret", "set", ["numbers": "asha", "password": "guessed"])
        },
        LineFault("secret on another profile", .changed, .repaired) { bench, _ in
            try bench.operate("/ppp/secret", "set", ["numbers": "asha", "profile": "default"])
        },
        LineFault("secret twice", .doubled, .repaired) { bench, line in
            try bench.operate(
                "/ppp/secret", "add", ["name": "twin", "password": "x", "comment": "lango:line/\(line.id)"])
        },
        LineFault("profile made faster", .changed, .repaired) { bench, _ in
            try bench.operate("/ppp/profile", "set", ["numbers": "lango-2M-5M", "rate-limit": "50M/50M"])
        },
        LineFault("profile removed", .missing, .repaired) { bench, _ in
            try bench.operate("/ppp/profile", "remove", ["numbers": "lango-2M-5M"])
        },
        LineFault("queue of a fixed address removed", .missing, .repaired) { bench, _ in
            try bench.operate("/queue/simple", "remove", ["numbers": "lango-shop"])
        },
        LineFault("queue of a fixed address made faster", .changed, .repaired) { bench, _ in
            try bench.operate("/queue/simple", "set", ["numbers": "lango-shop", "max-limit": "90M/90M"])
        },
        LineFault("rule for those who are kept out removed", .missing, .repaired) { bench, _ in
            let rule = bench.rows("/ip/firewall/filter").first { $0["comment"] == "lango:suspended/rest" }
            try bench.operate("/ip/firewall/filter", "remove", ["numbers": rule?[".id"] ?? ""])
        },
        LineFault("rule for those who are kept out behind others", .changed, .repaired) { bench, _ in
            let rule = bench.rows("/ip/firewall/filter").first { $0["comment"] == "lango:suspended/rest" }
            try bench.operate("/ip/firewall/filter", "move", ["numbers": rule?[".id"] ?? ""])
        },
        LineFault("secret of a closed line", .over, .repaired) { bench, line in
            let (tenant, id) = (bench.world.tenant.id, line.id)
            try bench.world.store.writeNow(.tenant(tenant)) { transaction in
                let gone = try #require(try transaction.line(id, of: tenant)).closed(at: bench.clock.now())
                try transaction.save(gone)
            }
        },
        LineFault("secret with our mark that nobody knows", .unknown, .told) { bench, _ in
            try bench.operate(
                "/ppp/secret", "add", ["name": "ghost", "comment": "lango:line/\(ID<Line>(at: 7))"])
        },
        LineFault("secret made by hand", .handAdded, .told) { bench, _ in
            try bench.operate("/ppp/secret", "add", ["name": "cousin", "password": "free", "service": "pppoe"])
        },
        LineFault("narrow queue above a session's", .hiddenQueue, .told) { bench, _ in
            try bench.operate(
                "/queue/simple", "add", ["name": "everybody", "target": "172.16.0.0/16", "max-limit": "1M/1M"])
            try bench.operate("/ppp/profile", "set", ["numbers": "lango-2M-5M", "parent-queue": "everybody"])
            for session in bench.rows("/ppp/active") {
                try bench.operate("/ppp/active", "remove", [".id": session[".id"] ?? ""])
            }
            try bench.dial("asha")
        },
        LineFault("queue before that of a fixed address", .hiddenQueue, .told) { bench, _ in
            let ours = try #require(bench.rows("/queue/simple").first { $0["name"] == "lango-shop" }?[".id"])
            try bench.operate(
                "/queue/simple", "add",
                ["name": "street", "target": "10.8.0.0/24", "max-limit": "1M/1M", "place-before": ours])
        },
        LineFault("a line's name taken by hand", .nameTaken, .told) { bench, _ in
            try bench.operate("/ppp/secret", "remove", ["numbers": "asha"])
            try bench.operate("/ppp/secret", "add", ["name": "asha", "password": "free", "comment": "the boss"])
        },
        LineFault("FastTrack", .fastTrack, .told) { bench, _ in
            try bench.operate(
                "/ip/firewall/filter", "add",
                ["chain": "forward", "action": "fasttrack-connection", "comment": "defconf: fasttrack"])
        },
        LineFault("pool removed", .poolMissing, .told) { bench, _ in
            try bench.operate("/ip/pool", "remove", ["numbers": "lines"])
        },
    ]
}

@Suite(.serialized, .ownThreads) struct LineSweepTests {
    @Test(
        "Each fault of a line is told in one sweep and repaired where it is ours; the next sweep writes nothing",
        arguments: LineFault.all)
    func fault(_ fault: LineFault) async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        let gateway = bench.start()
        let line = try bench.openLine("asha")
        let shop = try bench.openLine("shop", kind: .fixed, address: "10.8.0.5")
        #expect(try eventually { try bench.isSettled(line) && bench.isSettled(shop) })
        _ = try await bench.sweep(gateway)
        try bench.dial("asha")
        // The first sweep of a router brings the guard.
        #expect(try await bench.sweep(gateway).drifts.isEmpty)
        let sound = try await bench.sweep(gateway)
        #expect(sound.writes == 0 && sound.drifts.isEmpty, "\(sound.drifts)")

        let start = bench.clock.now()
        try fault.deed(bench, line)
        let foreign = bench.handMade()
        _ = try await bench.sweep(gateway)
        let found = try bench.drifts(since: start)
        #expect(found.contains { $0.cause == fault.cause && $0.outcome == fault.outcome }, "\(found)")
        #expect(bench.handMade() == foreign, "somebody else's rows were written")
        let again = try await bench.sweep(gateway)
        #expect(again.writes == 0, "\(again.drifts)")
        #expect(again.drifts.allSatisfy { $0.outcome == .told })
        switch (fault.cause, fault.outcome) {
        case (.over, _): #expect(bench.secret(of: line) == nil && bench.connected().isEmpty)
        case (_, .repaired):
            let secret = try #require(bench.secret(of: line))
            #expect(secret["name"] == "asha" && secret["disabled"] != "true" && secret["profile"] == "lango-2M-5M")
            #expect(bench.rows("/ppp/secret").count == 1 && again.drifts.isEmpty)
            if bench.connected().isEmpty { try bench.dial("asha") }
        case (.unknown, _): #expect(bench.rows("/ppp/secret").contains { $0["name"] == "ghost" }, "it was cut")
        default: break
        }
        await bench.stop()
    }

    @Test("A session that goes on with the speed of before is ended; others stay")
    func staleSession() async throws {
        let bench = try RouterBench()
        try bench.servePPPoE()
        let gateway = bench.start()
        let (line, other) = (try bench.openLine("asha"), try bench.openLine("other"))
        #expect(try eventually { try bench.isSettled(line) && bench.isSettled(other) })
        let start = bench.clock.now()
        try bench.operate("/ppp/profile", "set", ["numbers": "lango-2M-5M", "rate-limit": "50M/50M"])
        try bench.dial("asha")
        try bench.operate("/ppp/profile", "set", ["numbers": "lango-2M-5M", "rate-limit": "2M/5M"])
        try bench.dial("other")
        _ = try await bench.sweep(gateway)
        let found = try bench.drifts(since: start)
        #expect(found.map(\.cause) == [.staleSession], "\(found)")
        #expect(bench.connected() == ["other"])
        await bench.stop()
    }

    @Test("A router that was reset has all its lines again after one sweep", arguments: Engine.available)
    func rebuilt(engine: Engine) async throws {
        let bench = try RouterBench(engine)
        try bench.servePPPoE()
        let gateway = bench.start()
        let lines = try (1...4).map { try bench.openLine("line\($0)", rate: $0 < 3 ? "1M/2M" : "3M/4M") }
        try bench.changeLine { try $0.suspend(lines[3].id, of: $2, $1) }
        #expect(try eventually { try lines.allSatisfy { try bench.isSettled($0) } })
        for menu in ["/ppp/secret", "/ppp/profile", "/ip/firewall/filter"] {
            for row in bench.rows(menu) where row["dynamic"] != "true" && row["name"]?.hasPrefix("default") != true {
                try bench.operate(menu, "remove", ["numbers": try #require(row[".id"])])
            }
        }
        _ = try await bench.sweep(gateway)
        #expect(bench.rows("/ppp/secret").compactMap { $0["name"] }.sorted() == lines.map(\.name))
        for line in lines { try bench.dial(line.name) }
        let again = try await bench.sweep(gateway)
        #expect(again.writes == 0 && again.drifts.isEmpty, "\(again.drifts)")
        await bench.stop()
    }
}

extension RouterBench {
    /// What sweeps told from an instant on; one that somebody else asked for may have come before ours.
    func drifts(since start: Instant) throws -> [Drift] {
        let (tenant, id) = (world.tenant.id, world.routers[0].id)
        let all = try world.store.read(.tenant(tenant)) { try $0.drifts(on: id, of: tenant, atMost: 100) }
        return all.filter { $0.seenAt >= start }.map(\.drift)
    }

    /// Rows without our mark in the menus of lines, as they stand.
    func handMade() -> [[Record]] {
        ["/ppp/secret", "/queue/simple", "/ip/firewall/filter", "/ip/firewall/nat"].map { menu in
            rows(menu).filter { $0["comment"]?.hasPrefix("lango:") != true && $0["dynamic"] != "true" }
        }
    }
}
