import RouterOS
import RouterSimulator
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Backups

@Suite struct RestoreTests {
    /// A router with settings of its own that has been running for a while, and its first two versions: an export and a
    /// binary backup.
    private static func bench(_ engine: Engine = .sqlite) async throws -> BackupBench {
        let bench = try BackupBench(engine)
        bench.host.skip(.minutes(30))
        bench.ahead.add(.minutes(30))
        let name = "q\"uo;te $5 = \u{1F600} Ünï " + String(repeating: "long ", count: 55)
        try bench.operate("/ip/hotspot/user", "add", ["name": name, "password": "secret-1", "comment": "a\nb"])
        try bench.operate("/ip/pool", "add", ["name": "pool-7", "ranges": "10.7.0.2-10.7.0.9"])
        try bench.operate("/ppp/profile", "add", ["name": "gold", "remote-address": "pool-7"])
        #expect(await bench.take(.always) == .done(export: 1, isNew: true, binary: 2, note: ""))
        return bench
    }

    private static func tables(_ bench: BackupBench) -> [String: [[String: String]]] {
        bench.host.router.with { machine, _ in
            var tables: [String: [[String: String]]] = [:]
            for path in ["/ip/hotspot/user", "/ip/pool", "/ppp/profile", "/ip/address", "/user", "/ip/hotspot/profile"]
            {
                tables[path] = machine.records(of: path).map { $0.filter { !["uptime", ".id"].contains($0.key) } }
            }
            return tables
        }
    }

    private static func restore(_ version: Int, _ bench: BackupBench) async throws -> Restore {
        try await bench.keeper.restore(version, of: bench.router, as: ID(at: .now), by: "asha")
    }

    @Test("A router whose tables were reset gets all of them back", arguments: Engine.available)
    func reset(engine: Engine) async throws {
        let bench = try await Self.bench(engine)
        let before = Self.tables(bench)
        bench.host.router.with { $0.resetTables(at: $1) }
        bench.host.skip(.minutes(5))
        bench.ahead.add(.minutes(5))
        #expect(Self.tables(bench) != before)
        let plan = try await bench.keeper.plan(2, of: bench.router)
        #expect(plan.diff.added > 0 && plan.obstacle == nil && plan.warnings.contains(.restart))
        let restore = try await Self.restore(2, bench)
        #expect(restore.state == .done, "\(restore.note)")
        #expect(Self.tables(bench) == before)
        #expect(bench.leftovers.isEmpty)
        // What the router had before is kept, in both forms.
        let versions = try bench.versions()
        #expect(versions.map(\.version) == [1, 2, 3, 4])
        #expect(versions[2...].allSatisfy { $0.reason == .beforeRestore && $0.takenBy == "asha" })
        #expect(try bench.keeper.restores(of: bench.router) == [restore])
        await bench.stop()
    }

    @Test("An export is imported on an empty router, and tells the line that stops it on one that is not")
    func exports() async throws {
        let bench = try await Self.bench()
        let stopped = try await Self.restore(1, bench)
        #expect(stopped.state == .stopped && stopped.note.hasPrefix("Line "), "\(stopped.note)")
        #expect(bench.leftovers.isEmpty)
        for (menu, name) in [("/ppp/profile", "gold"), ("/ip/pool", "pool-7")] {
            try bench.operate(menu, "remove", ["numbers": name])
        }
        let plan = try await bench.keeper.plan(1, of: bench.router)
        #expect((plan.diff.added, plan.diff.removed) == (2, 0))
        #expect(plan.warnings.contains(.noSecrets))
        await bench.stop()
    }

    /// Each moment at which the connection may be lost before the router was told, and what is said then.
    static let moments: [(menu: String, verb: String, fault: Fault.Kind)] = [
        ("/system/backup", "save", .closeBefore), ("/system/backup", "save", .loseReply),
        ("/file", "download", .closeBefore), ("/file", "download", .cut(1_000)), ("/", "export", .cut(500)),
        ("/", "export", .closeBefore), ("/file", "upload", .closeBefore), ("/file", "upload", .cut(1_000)),
        ("/file", "upload", .loseReply), ("/file", "upload", .error500),
    ]

    @Test("A connection lost before the router was told changes nothing", arguments: moments)
    func early(menu: String, verb: String, fault: Fault.Kind) async throws {
        let bench = try await Self.bench()
        let before = Self.tables(bench)
        // A file is asked for once more over a fresh connection, as nothing changes by it.
        bench.fault(fault, menu, verb, times: verb == "download" ? 2 : 1)
        let restore = try await Self.restore(2, bench)
        #expect(restore.state == .failed && restore.sentAt == nil && !restore.note.isEmpty)
        #expect(Self.tables(bench) == before)
        #expect(bench.host.router.with { machine, _ in machine.bootCount } == 0)
        bench.host.router.clearFaults()
        #expect(try await Self.restore(2, bench).state == .done)
        #expect(bench.leftovers.isEmpty)
        await bench.stop()
    }

    @Test("A load whose reply is lost is told from one that never came, and never sent twice")
    func told() async throws {
        let bench = try await Self.bench()
        try bench.operate("/ip/pool", "remove", ["numbers": "hs-pool-1"])
        bench.fault(.closeBefore, "/system/backup", "load")
        let untouched = try await Self.restore(2, bench)
        #expect(untouched.state == .failed && untouched.note == "The router did not start anew.")
        #expect(untouched.sentAt != nil)
        bench.fault(.loseReply, "/system/backup", "load")
        #expect(try await Self.restore(2, bench).state == .done)
        let journal = bench.host.router.with { machine, _ in machine.journal.counts }
        #expect(journal.filter { $0.key.contains("backup") && $0.key.hasSuffix("load") }.map(\.value) == [2])
        await bench.stop()
    }

    @Test("A router that never returns leaves a clear state, and it is seen later")
    func gone() async throws {
        let bench = try await Self.bench()
        let before = try await Self.restoreThenGone(bench)
        #expect(before.state == .unanswered && before.sentAt != nil && before.endedAt != nil)
        #expect(!before.note.isEmpty)
        #expect(try bench.keeper.state(of: bench.router)?.busyUntil ?? .now <= .now)
        bench.host.router.clearFaults()
        #expect(await bench.take() == .done(export: 1, isNew: false, binary: nil, note: ""))
        await bench.stop()
    }

    private static func restoreThenGone(_ bench: BackupBench) async throws -> Restore {
        // One connection for the fresh backup, one for the restore; every later one is refused.
        bench.fault(.closeBefore, "/login", "connect", skip: 2, times: nil)
        return try await restore(2, bench)
    }

    @Test("A file that is not whole, a wrong password and another RouterOS are noticed before anything changes")
    func unfit() async throws {
        let bench = try await Self.bench()
        let boots = { bench.host.router.with { machine, _ in machine.bootCount } }
        let (backup, content) = try bench.keeper.content(2, of: bench.router)
        let cases: [(bytes: [UInt8], password: String, routerOS: String, says: String)] = [
            (Array(content.bytes.dropLast(10)), content.password?.revealed ?? "", "7.20", "incomplete"),
            (content.bytes, "another-password", "7.20", "incorrect password"),
            (content.bytes, content.password?.revealed ?? "", "7.21", "install 7.21"),
            (content.bytes, content.password?.revealed ?? "", "6.49.10", "install 6.49.10"),
        ]
        for (number, unfit) in cases.enumerated() {
            let id = ID<Backup>(at: .now)
            let sealed = try #require(bench.keeper.archive.seal(unfit.bytes, for: id))
            let password = bench.keeper.archive.seal(Secret(unfit.password), for: id)
            let row = Backup(
                id: id, tenant: backup.tenant, router: backup.router, version: 1_000 * (number + 1), kind: .binary,
                exportVersion: 1, takenAt: .now, seenAt: .now, reason: .asked, takenBy: "", routerOS: unfit.routerOS,
                note: "", size: unfit.bytes.count, digest: backup.digest)
            try await bench.world.store.write(.tenant(bench.tenant)) {
                try $0.insert(row, sealed: sealed, password: password)
            }
            let restore = try await Self.restore(1_000 * (number + 1), bench)
            #expect(restore.state == .failed && restore.note.contains(unfit.says), "\(restore.note)")
            #expect(!restore.note.contains(unfit.password))
        }
        #expect(boots() == 0)
        #expect(bench.leftovers.isEmpty)
        await bench.stop()
    }

    @Test("A full flash is told, for the backup and before a restore")
    func full() async throws {
        let bench = try await Self.bench()
        bench.host.router.with { machine, _ in machine.setFreeFlash(500) }
        guard case .done(export: 1, isNew: false, binary: nil, let note) = await bench.take(.always) else {
            Issue.record("not taken")
            return
        }
        #expect(note.contains("no space left"))
        let restore = try await Self.restore(2, bench)
        #expect(restore.state == .failed && restore.note.contains("No fresh backup could be taken"))
        await bench.stop()
    }

    @Test("Nobody restores another provider's router, nor one that is being worked on", arguments: Engine.available)
    func refusals(engine: Engine) async throws {
        let bench = try await Self.bench(engine)
        let stranger = Router(
            id: bench.router.id, tenant: bench.world.other.id, site: bench.router.site, name: "x",
            address: bench.router.address, username: "x", passwordSealed: [], stateAt: .now)
        await #expect(throws: BackupRefusal.noSuchVersion) {
            try await bench.keeper.restore(2, of: stranger, as: ID(at: .now), by: "x")
        }
        await #expect(throws: BackupRefusal.noSuchVersion) { try await Self.restore(9, bench) }
        #expect(try await bench.keeper.claim(bench.router.id, of: bench.tenant, for: .minutes(5)) != nil)
        await #expect(throws: BackupRefusal.busy) { try await Self.restore(2, bench) }
        #expect(await bench.take() == .busy)
        #expect(try bench.keeper.restores(of: bench.router).isEmpty)
        await bench.stop()
    }
}
