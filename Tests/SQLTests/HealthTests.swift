import Glibc
import TestKit
import Testing
import Values

@testable import SQL

/// What a store finds out about its file before anybody relies on it, and while it works.
@Suite struct HealthTests {
    /// A closed database with some thousand pages, and its path.
    private func filled() throws -> String {
        let store = try Shop.stocked(.sqlite)
        try store.writeNow(.platform) { transaction in
            for number in 0..<1_000 {
                try transaction.run(
                    "INSERT INTO main.item (id, tenant, name, stock, picture) VALUES ($1, $2, $3, 1, $4)",
                    ID<Int>(high: 9, low: UInt64(number)), Shop.acme, "item \(number)",
                    [UInt8](repeating: 7, count: 900))
            }
        }
        store.close()
        guard case .sqlite(let path) = store.location else { return "" }
        return path
    }

    private func damage(_ path: String) {
        let descriptor = unsafe open(path, O_RDWR)
        let garbage = [UInt8](repeating: 0xA5, count: 30 * 4_096)
        _ = unsafe garbage.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 120 * 4_096) }
        close(descriptor)
    }

    private func error(opening path: String) -> SQLError? {
        do throws(SQLError) {
            try Store(.sqlite(path: path), migrations: Shop.migrations).close()
            return nil
        } catch {
            return error
        }
    }

    @Test("Thirty pages of garbage in the middle are found at start, and by a look at the whole")
    func garbage() throws {
        let path = try filled()
        let open = try Store(.sqlite(path: path), migrations: Shop.migrations)
        defer { open.close() }
        #expect(throws: Never.self) { try open.checkWhole() }
        damage(path)
        #expect(error(opening: path)?.kind == .damaged)
        let found = #expect(throws: SQLError.self) { try open.checkWhole() }
        #expect(found?.kind == .damaged)
    }

    @Test("A file whose mode lets nobody write it is refused, for the superuser too")
    func readOnly() throws {
        let path = try filled()
        #expect(unsafe chmod(path, 0o444) == 0)
        #expect(error(opening: path)?.kind == .readOnly)
        #expect(unsafe chmod(path, 0o600) == 0)
        #expect(error(opening: path) == nil)
    }

    @Test("A store tells while its last write failed for the disk, and no longer")
    func trouble() throws {
        let store = try Shop.stocked(.sqlite)
        defer { store.close() }
        #expect(store.writeTrouble == nil)
        func limit(_ pages: Int) throws {
            try store.writeNow(.platform) { transaction in
                try #require(transaction.session as? SQLiteSession).command("PRAGMA max_page_count = \(pages)")
            }
        }
        try limit(1)
        #expect(throws: SQLError.self) {
            try store.writeNow(.platform) { transaction in
                try transaction.run(
                    "INSERT INTO main.item (id, tenant, name, stock, picture) VALUES ($1, $2, $3, 1, $4)",
                    ID<Int>(high: 9, low: 9), Shop.acme, "large", [UInt8](repeating: 7, count: 900_000))
            }
        }
        #expect(store.writeTrouble?.kind == .full)
        store.tryWriting()
        #expect(eventually { store.writeTrouble == nil })
        // What a person did wrong is no trouble of the disk.
        #expect(throws: SQLError.self) {
            try store.writeNow(.platform) { try $0.run("INSERT INTO main.none (a) VALUES (1)") }
        }
        #expect(store.writeTrouble == nil)
    }

    @Test("In a log an error is its sentence")
    func described() {
        let error = SQLError(.damaged, code: "11", message: "malformed")
        #expect("\(error)" == error.sentence)
        #expect(String(describing: error as any Error) == error.sentence)
    }
}
