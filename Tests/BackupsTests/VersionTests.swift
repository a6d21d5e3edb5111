import Crypto
import RouterOS
import RouterSimulator
import SQL
import Telemetry
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Backups

@Suite struct VersionTests {
    @Test(
        "An export is kept, the same again is only seen again, another is another version", arguments: Engine.available)
    func exports(engine: Engine) async throws {
        let bench = try BackupBench(engine)
        #expect(await bench.take() == .done(export: 1, isNew: true, binary: nil, note: ""))
        bench.ahead.add(.hours(1))
        // The time in its first line is another by now.
        bench.host.skip(.hours(1))
        #expect(await bench.take() == .done(export: 1, isNew: false, binary: nil, note: ""))
        try bench.operate("/ip/pool", "add", ["name": "pool-7", "ranges": "10.7.0.2-10.7.0.9"])
        #expect(await bench.take() == .done(export: 2, isNew: true, binary: nil, note: ""))
        let versions = try bench.versions()
        try #require(versions.map(\.version) == [1, 2])
        #expect(versions[0].seenAt - versions[0].takenAt >= .minutes(50))
        #expect(versions[1].takenBy == "asha" && versions[1].reason == .asked && versions[1].routerOS == "7.20")
        let diff = try bench.keeper.diff(from: 1, to: 2, of: bench.router)
        #expect((diff.added, diff.removed) == (1, 0))
        #expect(diff.sections.map(\.path) == ["/ip pool"])
        #expect(bench.leftovers.isEmpty)
        await bench.stop()
    }

    @Test("Every way brings the same export, and what a way cannot bring is said", arguments: BackupBench.Way.allCases)
    func ways(way: BackupBench.Way) async throws {
        let bench = try BackupBench(over: way)
        let name = "q\"uo;te $5 = \u{1F600} Ünï " + String(repeating: "long ", count: 60)
        try bench.operate("/ip/hotspot/user", "add", ["name": name, "password": "hidden-word", "comment": "a\nb\tc"])
        for number in 0..<2_600 {
            try bench.operate("/ip/hotspot/user", "add", ["name": "user-\(number)", "comment": "the \(number)th"])
        }
        let outcome = await bench.take(.always)
        let console = try BackupBench.console(to: bench.host)
        let direct = try #require(ExportText(try await console.export(of: RouterVersion(7, 20))))
        let kept = try bench.keeper.export(1, of: bench.router).export
        #expect(kept.settings == direct.settings)
        #expect(kept.text.utf8.count > 3 * 32_768)
        #expect(!kept.text.contains("hidden-word"))
        switch (way, outcome) {
        case (.ssh, .done(export: 1, isNew: true, binary: 2, note: "")): break
        case (.rest, .done(export: 1, isNew: true, binary: nil, let note)),
            (.api, .done(export: 1, isNew: true, binary: nil, let note)):
            #expect(note.contains("add ssh://"))
            #expect(try bench.keeper.state(of: bench.router)?.note == note)
        default: Issue.record("\(way) \(outcome)")
        }
        #expect(bench.leftovers.isEmpty)
        await bench.stop()
    }

    @Test("Before 7.13 an export without SSH is refused with what to do, and nothing is written to the router")
    func oldRouters() async throws {
        let bench = try BackupBench(version: RouterRelease(7, 12), over: .rest)
        guard case .trouble(let sentence) = await bench.take() else {
            Issue.record("taken")
            return
        }
        #expect(sentence.contains("needs SSH: add ssh:// to the router's addresses"))
        #expect(bench.leftovers.isEmpty)
        #expect(try bench.versions().isEmpty)
        let state = try #require(try bench.keeper.state(of: bench.router))
        #expect(state.trouble == sentence && state.failures == 1 && state.busyUntil <= .now)
        await bench.stop()
        let old = try BackupBench(version: RouterRelease(6, 49, 10))
        try old.operate("/ppp/secret", "add", ["name": "v", "password": "hidden-word"])
        #expect(await old.take(.always) == .done(export: 1, isNew: true, binary: 2, note: ""))
        let text = try old.keeper.export(1, of: old.router).export.text
        #expect(!text.contains("hidden-word"))
        await old.stop()
    }

    @Test("Nothing of a backup can be read in the database, its password neither", arguments: Engine.available)
    func sealed(engine: Engine) async throws {
        let bench = try BackupBench(engine)
        try bench.operate("/ip/hotspot/user", "add", ["name": "very-telling-name"])
        _ = await bench.take(.always)
        let (backup, content) = try bench.keeper.content(2, of: bench.router)
        #expect(backup.kind == .binary && backup.exportVersion == 1 && backup.size == content.bytes.count)
        let password = try #require(content.password).revealed
        #expect(password.utf8.count == 32)
        let rows = try bench.world.store.read(.platform) { transaction in
            try transaction.all("SELECT content_sealed, password_sealed, digest FROM main.router_backup") {
                (row: borrowing Row) throws(SQLError) in
                (try row[0] as [UInt8]) + (try row[1] as [UInt8]? ?? []) + (try row[2] as [UInt8])
            }
        }
        #expect(rows.count == 2)
        for row in rows {
            let text = String(decoding: row, as: UTF8.self)
            for word in ["very-telling-name", "/ip hotspot", "RouterOS", password] { #expect(!text.contains(word)) }
        }
        let other = BackupKeeper(
            store: bench.world.store, masterKey: .random(), log: .silent, now: { .now },
            open: { _ in throw BackupRefusal.busy })
        #expect(throws: BackupRefusal.unreadable) { try other.content(1, of: bench.router) }
        await bench.stop()
    }

    @Test("Another provider sees no version, whatever it asks for", arguments: Engine.available)
    func fence(engine: Engine) async throws {
        let bench = try BackupBench(engine)
        _ = await bench.take(.always)
        let stranger = bench.world.other.id
        let (router, store) = (bench.router, bench.world.store)
        let found = try store.read(.tenant(stranger)) { transaction in
            (
                try transaction.backups(of: router.id, of: stranger),
                try transaction.backups(of: router.id, of: router.tenant),
                try transaction.backup(1, of: router.id, of: router.tenant),
                try transaction.backupState(of: router.id, of: router.tenant)
            )
        }
        #expect(found.0.isEmpty && found.1.isEmpty && found.2 == nil && found.3 == nil)
        let forged = Router(
            id: router.id, tenant: stranger, site: router.site, name: router.name, address: router.address,
            username: router.username, passwordSealed: [], stateAt: .now)
        #expect(throws: BackupRefusal.noSuchVersion) { try bench.keeper.content(1, of: forged) }
        #expect(await bench.keeper.take(forged, BackupKeeper.Wish(.asked, by: "x", binary: .never)) == .busy)
        #expect(try bench.versions().count == 2)
        await bench.stop()
    }
}
