import Glibc
import TestKit
import Testing
import Threads
import Values

@testable import SQL

/// What a store says when its file or its server is not as it should be.
@Suite struct TroubleTests {
    private func path(_ store: Store) -> String {
        if case .sqlite(let path) = store.location { path } else { "" }
    }

    /// A closed database with some two hundred pages.
    private func filled() throws -> String {
        let store = try Shop.stocked(.sqlite)
        try store.writeNow(.platform) { transaction in
            for number in 0..<2_000 {
                try transaction.run(
                    "INSERT INTO main.item (id, tenant, name, stock, picture) VALUES ($1, $2, $3, 1, $4)",
                    ID<Int>(high: 9, low: UInt64(number)), Shop.acme, "item \(number)",
                    [UInt8](repeating: 7, count: 300))
            }
        }
        store.close()
        return path(store)
    }

    private func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT, 0o600)
        _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset) }
        close(descriptor)
    }

    private func kind(opening path: String) -> SQLError.Kind? {
        do throws(SQLError) {
            let store = try Store(.sqlite(path: path), migrations: Shop.migrations)
            store.close()
            return nil
        } catch {
            #expect(!error.sentence.isEmpty)
            return error.kind
        }
    }

    @Test("A file that is no database is told from one that is damaged or missing its folder")
    func notADatabase() throws {
        let folder = try Scratch.directory()
        overwrite(folder + "/text.db", at: 0, with: Array(String(repeating: "no database at all ", count: 900).utf8))
        #expect(kind(opening: folder + "/text.db") == .damaged)
        #expect(kind(opening: folder) == .unavailable)
        #expect(kind(opening: folder + "/missing/lango.db") == .unavailable)
        overwrite(folder + "/empty.db", at: 0, with: [])
        #expect(kind(opening: folder + "/empty.db") == nil)
    }

    @Test(
        "A damaged or cut file is reported as such, at opening or when its pages are read",
        arguments: ["header", "middle", "cut"])
    func damaged(how: String) throws {
        let path = try filled()
        switch how {
        case "header": overwrite(path, at: 16, with: [UInt8](repeating: 0xFF, count: 84))
        case "middle":
            for page in 2..<400 { overwrite(path, at: page * 4_096, with: [UInt8](repeating: 0xA5, count: 64)) }
        default: #expect(unsafe truncate(path, 40_000) == 0)
        }
        do {
            let store = try Store(.sqlite(path: path), migrations: Shop.migrations)
            defer { store.close() }
            let error = #expect(throws: SQLError.self) {
                try store.read(.platform) { try $0.forEach("SELECT picture FROM main.item") { _ in } }
            }
            #expect(error?.kind == .damaged)
        } catch {
            #expect(error.kind == .damaged)
            #expect(error.sentence.contains("Restore the last backup"))
        }
    }

    @Test("A full disk fails every job of the commit with that word, and the store goes on when there is room")
    func full() throws {
        let store = try Shop.stocked(.sqlite)
        defer { store.close() }
        try store.writeNow(.platform) { transaction in
            let session = try #require(transaction.session as? SQLiteSession)
            try session.command("PRAGMA max_page_count = 60")
        }
        let gate = WorkQueue<Bool>()
        store.write(.platform) { _ in
            _ = gate.take(atMost: 1)
        } then: { _ in
        }
        let pending = (0..<40).map { number in
            store.begin(.tenant(Shop.acme)) { transaction in
                try transaction.run(
                    "INSERT INTO main.item (id, tenant, name, stock, picture) VALUES ($1, $2, $3, 1, $4)",
                    ID<Int>(high: 9, low: UInt64(number)), Shop.acme, "item \(number)",
                    [UInt8](repeating: 7, count: 20_000))
            }
        }
        gate.close()
        var kinds: Set<SQLError.Kind> = []
        var kept = 0
        for write in pending {
            do {
                _ = try write.wait()
                kept += 1
            } catch let error as SQLError {
                kinds.insert(error.kind)
                #expect(error.sentence.contains("disk"))
            }
        }
        #expect(kinds == [.full])
        let rows: Int = try store.read(.platform) { try $0.value("SELECT count(*) FROM main.item WHERE stock = 1") }
        #expect(rows == kept)
        try store.writeNow(.platform) { transaction in
            let session = try #require(transaction.session as? SQLiteSession)
            try session.command("PRAGMA max_page_count = 100000")
        }
        _ = try store.writeNow(.tenant(Shop.acme)) { try $0.run("UPDATE main.item SET stock = 9") }
    }

    @Test("A database that another connection holds is busy, and free again when it lets go")
    func busy() throws {
        let store = try Shop.stocked(.sqlite)
        defer { store.close() }
        let holder = try SQLiteSession(path: path(store), readOnly: false, cacheKibibytes: 100)
        try holder.command("BEGIN IMMEDIATE")
        let error = #expect(throws: SQLError.self) {
            try store.writeNow(.platform) { try $0.run("UPDATE main.item SET stock = 9") }
        }
        #expect(error?.kind == .busy)
        #expect(error?.sentence.contains("another program") == true)
        // Readers do not wait for a writer.
        #expect(try store.read(.platform) { try $0.value("SELECT max(stock) FROM main.item") as Int } == 5)
        try holder.command("ROLLBACK")
        _ = try store.writeNow(.platform) { try $0.run("UPDATE main.item SET stock = 9") }
    }

    @Test("A server that is not there is unavailable, and its password is not told")
    func noServer() throws {
        let error = #expect(throws: SQLError.self) {
            try Store(.postgres(url: "postgresql://lango:hunter2@127.0.0.1:1/lango"), migrations: [])
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.contains("hunter2") == false)
    }

    @Test(
        "Every sort of error has a sentence that ends",
        arguments: [
            SQLError.Kind.duplicate, .constraint, .busy, .full, .readOnly, .damaged, .unavailable, .fenced, .mismatch,
            .newerSchema, .other,
        ])
    func sentences(kind: SQLError.Kind) {
        let sentence = SQLError(kind, code: "1", message: "what the engine said").sentence
        #expect(sentence.contains("what the engine said"))
        #expect(sentence.hasSuffix(".") || sentence.hasSuffix(")"))
    }

    @Test("A transaction may read what it asks in the wrong type, and is told so", arguments: Engine.available)
    func mismatch(engine: Engine) throws {
        let store = try Shop.stocked(engine)
        defer { store.close() }
        let error = #expect(throws: SQLError.self) {
            try store.read(.platform) { try $0.value("SELECT name FROM main.item LIMIT 1") as Int }
        }
        #expect(error?.kind == .mismatch)
        let none = #expect(throws: SQLError.self) {
            try store.read(.platform) { try $0.value("SELECT stock FROM main.item WHERE stock < 0") as Int }
        }
        #expect(none?.kind == .mismatch)
    }
}
