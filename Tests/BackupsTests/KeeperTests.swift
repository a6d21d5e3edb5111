import RouterSimulator
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Backups

@Suite struct KeeperTests {
    @Test("A binary backup is taken on schedule where the export changed or it grew old")
    func binaries() async throws {
        let bench = try BackupBench()
        let due = BackupKeeper.Wish.Binary.whenDue
        #expect(await bench.take(due) == .done(export: 1, isNew: true, binary: 2, note: ""))
        #expect(await bench.take(due) == .done(export: 1, isNew: false, binary: nil, note: ""))
        bench.ahead.add(.days(8))
        #expect(await bench.take(due) == .done(export: 1, isNew: false, binary: 3, note: ""))
        try bench.operate("/ip/pool", "add", ["name": "p", "ranges": "10.7.0.2-10.7.0.9"])
        #expect(await bench.take(due) == .done(export: 4, isNew: true, binary: 5, note: ""))
        await bench.stop()
    }

    @Test("Routers have their turn by themselves, a dead one only its own trouble", arguments: Engine.available)
    func schedule(engine: Engine) async throws {
        var pace = BackupBench.pace
        pace.tick = .seconds(1)
        pace.interval = .minutes(1)
        let bench = try BackupBench(engine, pace: pace)
        let given = try #require(bench.world.routers.last)
        try bench.world.store.writeNow(.tenant(given.tenant)) {
            try $0.record(.released, note: "", at: .now, on: given.id, of: given.tenant)
        }
        bench.fault(.closeBefore, "/login", "connect", times: 1)
        bench.keeper.start()
        // Every router of this world leads to the same machine; the first one to knock finds it dead.
        let ids = bench.world.routers.dropLast()
        for _ in 0..<600 {
            bench.ahead.add(.seconds(20))
            let taken = try ids.count { try bench.keeper.state(of: $0)?.takenAt != nil }
            if taken == ids.count { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        for router in ids {
            let state = try #require(try bench.keeper.state(of: router))
            #expect(state.takenAt != nil && state.dueAt > state.takenAt ?? .now)
            #expect(try !bench.keeper.backups(of: router).isEmpty)
        }
        #expect(try bench.keeper.state(of: given)?.triedAt == nil, "a router that was given back is left alone")
        let late = try bench.world.store.read(.platform) { try $0.routersWithoutBackup(since: .now - .days(2)) }
        #expect(late == 0)
        await bench.stop()
    }

    @Test("What two gateways want at once is done once", arguments: Engine.available)
    func twoGateways(engine: Engine) async throws {
        let bench = try BackupBench(engine)
        let host = bench.host
        let other = BackupKeeper(
            store: bench.world.store, masterKey: bench.world.masterKey, log: .silent, now: { .now },
            open: { _ in try BackupBench.ways(to: host, over: .ssh) })
        bench.fault(.slow(400), "/", "export")
        async let first = bench.take()
        async let second = other.take(bench.router, BackupKeeper.Wish(.asked, by: "b", binary: .never))
        let outcomes = await [first, second]
        #expect(outcomes.contains(.done(export: 1, isNew: true, binary: nil, note: "")))
        #expect(outcomes.contains(.busy) || outcomes.contains(.done(export: 1, isNew: false, binary: nil, note: "")))
        #expect(try bench.versions().count == 1)
        await other.stop()
        await bench.stop()
    }

    /// Where a backup may break, with what is taken all the same.
    static let steps: [(fault: Fault.Kind, menu: String, verb: String, hasExport: Bool)] = [
        (.closeBefore, "/system/resource", "get", false), (.closeBefore, "/", "export", false),
        (.cut(300), "/", "export", false), (.loseReply, "/", "export", false), (.error500, "/", "export", false),
        (.closeBefore, "/system/backup", "save", true), (.loseReply, "/system/backup", "save", true),
        (.error500, "/system/backup", "save", true), (.closeBefore, "/file", "download", true),
        (.cut(2_000), "/file", "download", true), (.error500, "/file", "download", true),
    ]

    @Test(
        "A connection lost at any step keeps nothing half, says why, and the next attempt heals it", arguments: steps)
    func breaks(fault: Fault.Kind, menu: String, verb: String, hasExport: Bool) async throws {
        let bench = try BackupBench()
        // A file is asked for once more over a fresh connection, as nothing changes by it.
        bench.fault(fault, menu, verb, times: verb == "download" ? 2 : 1)
        switch await bench.take(.always) {
        case .done(export: 1, isNew: true, binary: nil, let note): #expect(hasExport && !note.isEmpty)
        case .trouble(let sentence): #expect(!hasExport && !sentence.isEmpty)
        case let outcome: Issue.record("\(outcome)")
        }
        #expect(try bench.versions().count == (hasExport ? 1 : 0))
        bench.host.router.clearFaults()
        let next = await bench.take(.always)
        #expect(next == .done(export: 1, isNew: !hasExport, binary: 2, note: ""))
        #expect(bench.leftovers.isEmpty)
        #expect(try bench.keeper.state(of: bench.router)?.trouble == "")
        await bench.stop()
    }

    private static func backup(_ version: Int, _ kind: Backup.Kind, day: Int64, export: Int? = nil) -> Backup {
        let at = World.noon - .days(day)
        return Backup(
            id: ID(at: at), tenant: ID(at: at), router: ID(at: at), version: version, kind: kind,
            exportVersion: export ?? version, takenAt: at, seenAt: at, reason: .schedule, takenBy: "", routerOS: "7.20",
            note: "", size: 1, digest: [])
    }

    @Test("The newest of each kind are kept, one a month, and the export of each binary backup that is kept")
    func retention() {
        var rule = Retention()
        (rule.newest, rule.months) = (2, 3)
        // 20 November: 100 days of exports, then three binary backups.
        let exports = (1...100).map { Self.backup($0, .export, day: Int64(100 - $0)) }
        let binaries = [(101, 90), (102, 20), (103, 0)].map {
            Self.backup($0.0, .binary, day: $0.1, export: 100 - Int($0.1))
        }
        let gone = Set(rule.surplus(exports + binaries, at: World.noon).map(\.version))
        let kept = Set(1...103).subtracting(gone)
        // Two newest, the last of October (day 20 back) and of September (day 51 back), and what the binaries rest on.
        #expect(kept == [100, 99, 80, 49, 103, 102])
        rule.newest = 0
        #expect(!rule.surplus(exports, at: World.noon).map(\.version).contains(100))
    }

    @Test("What is too old goes when a backup is taken", arguments: Engine.available)
    func trims(engine: Engine) async throws {
        var pace = BackupBench.pace
        (pace.retention.newest, pace.retention.months) = (2, 0)
        let bench = try BackupBench(engine, pace: pace)
        for number in 1...4 {
            try bench.operate("/ip/pool", "add", ["name": "p\(number)", "ranges": "10.7.0.\(number)"])
            _ = await bench.take()
        }
        #expect(try bench.versions().map(\.version) == [3, 4])
        await bench.stop()
    }
}
