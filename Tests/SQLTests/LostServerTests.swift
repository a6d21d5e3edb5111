import Synchronization
import TestKit
import Testing
import Values

@testable import SQL

/// Connections that the server has dropped: it restarted, or an operator ended them.
@Suite(.enabled(if: Engine.available.contains(.postgres), "needs a PostgreSQL server")) struct LostServerTests {
    /// Ends every other connection to the store's database.
    private func dropConnections(_ store: Store) throws {
        guard case .postgres(let url) = store.location else { return }
        try PostgresSession(url: url).command(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }

    @Test("Dead connections are replaced: nobody who writes or reads notices")
    func replaced() throws {
        let store = try Shop.stocked(.postgres)
        defer { store.close() }
        for _ in 0..<3 {
            try warmUp(store)
            _ = try store.read(.tenant(Shop.acme)) { try $0.value("SELECT count(*) FROM item") as Int }
            try dropConnections(store)
            for _ in 0..<20 {
                #expect(throws: Never.self) {
                    try store.writeNow(.tenant(Shop.acme)) { try $0.run("UPDATE main.item SET stock = stock + 1") }
                }
                #expect(throws: Never.self) {
                    try store.read(.tenant(Shop.acme)) { try $0.value("SELECT count(*) FROM item") as Int }
                }
            }
        }
    }

    @Test("A job that loses its connection half way runs once more, on a new one, and counts once")
    func halfWay() throws {
        let store = try Shop.stocked(.postgres)
        defer { store.close() }
        try warmUp(store)
        let runs = Atomic<Int>(0)
        try store.writeNow(.platform) { transaction in
            try transaction.run("UPDATE main.item SET stock = 77")
            if runs.add(1, ordering: .relaxed).newValue == 1 {
                let session = try #require(transaction.session as? PostgresSession)
                try session.command("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(runs.load(ordering: .relaxed) == 2)
        #expect(try store.read(.platform) { try $0.value("SELECT min(stock) FROM item") as Int } == 77)
    }

    @Test("A job whose commit was sent when the connection broke is not run again")
    func lostCommit() throws {
        let store = try Shop.stocked(.postgres)
        defer { store.close() }
        try store.writeNow(.platform) { transaction in
            try #require(transaction.session as? PostgresSession).command(
                """
                CREATE FUNCTION main.cut() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER cut AFTER UPDATE ON main.item DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION main.cut();
                """)
        }
        try warmUp(store)
        let runs = Atomic<Int>(0)
        let error = #expect(throws: SQLError.self) {
            try store.writeNow(.platform) { transaction in
                runs.add(1, ordering: .relaxed)
                try transaction.run("UPDATE main.item SET stock = 78")
            }
        }
        #expect(error?.kind == .unavailable)
        #expect(runs.load(ordering: .relaxed) == 1)
        #expect(error?.retryAfter == 5)
    }

    /// Gives every writer a connection.
    private func warmUp(_ store: Store) throws {
        let warm = (0..<40).map { _ in
            store.begin(.platform) { try $0.value("SELECT count(*) FROM pg_sleep(0.01)") as Int }
        }
        for write in warm { _ = try write.wait() }
    }
}
