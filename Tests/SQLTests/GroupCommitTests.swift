import Synchronization
import TestKit
import Testing
import Threads
import Values

@testable import SQL

@Suite struct GroupCommitTests {
    struct Refused: Error {}
    private final class Flag: Sendable { let value = Atomic(false) }

    /// Holds the writers until everything is queued, so that the jobs behind it share a commit.
    private func hold(_ store: Store, _ engine: Engine) -> WorkQueue<Bool> {
        let gate = WorkQueue<Bool>()
        // PostgreSQL has eight writers.
        for _ in 0..<(engine == .sqlite ? 1 : 8) {
            store.write(.platform) { _ in
                _ = gate.take(atMost: 1)
            } then: { _ in
            }
        }
        return gate
    }

    private func add(_ number: Int, _ transaction: borrowing Transaction) throws(SQLError) {
        try transaction.run(
            "INSERT INTO main.item (id, tenant, name, stock) VALUES ($1, $2, $3, 1)",
            ID<Int>(high: 9, low: UInt64(number)), Shop.acme, "item \(number)")
    }

    @Test("In one commit a job that fails is undone alone, and no job counts twice", arguments: Engine.available)
    func isolation(engine: Engine) async throws {
        let store = try Shop.stocked(engine)
        let gate = hold(store, engine)
        let runs = Mutex([Int](repeating: 0, count: 200))
        let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<200 {
                let pending = store.begin(.tenant(Shop.acme)) { transaction in
                    runs.withLock { $0[number] += 1 }
                    if number % 7 == 1 { throw Refused() }
                    try add(number, transaction)
                    if number % 7 == 3 { throw Refused() }
                    // A key that is taken, after a write.
                    if number % 7 == 5 { try add(number, transaction) }
                }
                group.addTask { (number, (try? pending.wait()) != nil) }
            }
            gate.close()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let kept = try store.read(.tenant(Shop.acme)) { transaction in
            try transaction.all("SELECT name FROM item WHERE stock = 1") { (row: borrowing Row) throws(SQLError) in
                try row[0] as String
            }
        }
        let wanted = (0..<200).filter { ![1, 3, 5].contains($0 % 7) }
        #expect(Set(kept) == Set(wanted.map { "item \($0)" }))
        #expect(wanted.allSatisfy { outcomes[$0] == true })
        #expect(outcomes.values.filter { !$0 }.count == 200 - wanted.count)
        #expect(runs.withLock { $0.allSatisfy { (1...2).contains($0) } })
        store.close()
    }

    @Test("A job that only looks and refuses costs its group nothing")
    func refusalIsFree() async throws {
        let store = try Shop.stocked(.sqlite)
        let gate = hold(store, .sqlite)
        let runs = Atomic(0)
        let pending = (0..<60).map { number in
            store.begin(.tenant(Shop.acme)) { transaction in
                runs.add(1, ordering: .relaxed)
                let stock: Int = try transaction.value("SELECT count(*) FROM item")
                guard stock > 0, number % 2 == 0 else { throw Refused() }
                try add(number, transaction)
            }
        }
        gate.close()
        for (number, write) in pending.enumerated() { #expect(((try? write.wait()) != nil) == (number % 2 == 0)) }
        #expect(runs.load(ordering: .relaxed) == 60)
        store.close()
    }

    @Test("A thousand writers lose no step", arguments: Engine.available)
    func thousandWriters(engine: Engine) async throws {
        let store = try Shop.stocked(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    _ = try await store.write(.tenant(Shop.acme)) {
                        try $0.run("UPDATE main.item SET stock = stock + 1")
                    }
                }
            }
            try await group.waitForAll()
        }
        let stock: Int = try store.read(.tenant(Shop.acme)) { try $0.value("SELECT stock FROM item") }
        #expect(stock == 1_005)
        #expect(store.commits >= 1_000)
        store.close()
    }

    @Test("A reader sees one state from its first query to its last", arguments: Engine.available)
    func snapshot(engine: Engine) async throws {
        let store = try Shop.stocked(engine)
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<200 {
                    // Both rows move together: one up, one down.
                    try await store.write(.platform) { transaction in
                        try transaction.run("UPDATE main.item SET stock = stock + 1 WHERE tenant = $1", Shop.acme)
                        try transaction.run("UPDATE main.item SET stock = stock - 1 WHERE tenant = $1", Shop.bravo)
                    }
                }
                isDone.value.store(true, ordering: .relaxed)
            }
            group.addTask {
                var looks = 0
                while !isDone.value.load(ordering: .relaxed) || looks == 0 {
                    looks += 1
                    let (first, second) = try await store.fetch(.platform) { transaction -> (Int, Int) in
                        let query: Query = "SELECT stock FROM main.item WHERE tenant = $1"
                        return (try transaction.value(query, Shop.acme), try transaction.value(query, Shop.bravo))
                    }
                    #expect(first + second == 10)
                }
            }
            try await group.waitForAll()
        }
        store.close()
    }

    @Test("What is asked after closing is refused, what waits at closing is done", arguments: Engine.available)
    func closing(engine: Engine) throws {
        let store = try Shop.stocked(engine)
        let gate = hold(store, engine)
        let pending = (0..<20).map { number in store.begin(.platform) { try add(number, $0) } }
        gate.close()
        store.close()
        for write in pending { #expect(throws: Never.self) { try write.wait() } }
        let error = #expect(throws: SQLError.self) { try store.writeNow(.platform) { try add(99, $0) } }
        #expect(error?.kind == .unavailable)
    }
}
