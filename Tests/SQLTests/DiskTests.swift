import Synchronization
import TestKit
import Testing
import Threads
import Values

@testable import SQL

/// What the writer does while it waits for the disk, and when the disk fails it.
@Suite struct DiskTests {
    private final class Heard: Sendable {
        let successes = Mutex<[Int]>([])
        let failures = Mutex<[Int]>([])
        let syncs = Mutex(0)
    }

    private func session() throws -> SQLiteSession {
        let session = try SQLiteSession(
            path: Scratch.directory() + "/disk.db", readOnly: false, cacheKibibytes: 1_024)
        try session.command("CREATE TABLE mark (number INTEGER)")
        return session
    }

    private func job(_ number: Int, _ heard: Heard) -> WriteJob {
        WriteJob(
            scope: .platform,
            perform: { transaction in
                try transaction.run("INSERT INTO main.mark (number) VALUES ($1)", number)
                return { heard.successes.withLock { $0.append(number) } }
            }, fail: { _ in heard.failures.withLock { $0.append(number) } })
    }

    @Test("No answer before the disk has it; the next jobs run meanwhile and share a commit; answers keep their order")
    func answersWait() throws {
        let (reached, gate) = (WorkQueue<Bool>(), WorkQueue<Bool>())
        let heard = Heard()
        let writer = GroupWriter(try session()) { () throws(SQLError) in
            heard.syncs.withLock { $0 += 1 }
            _ = reached.add(true)
            _ = gate.take(atMost: 1)
        }
        writer.submit(job(1, heard))
        _ = reached.take(atMost: 1)
        for number in 2...5 { writer.submit(job(number, heard)) }
        let ran = WorkQueue<Int>()
        writer.submit(
            WriteJob(
                scope: .platform,
                perform: { transaction in
                    let count: Int = try transaction.value("SELECT count(*) FROM main.mark")
                    _ = ran.add(count)
                    return {}
                }, fail: { _ in }))
        #expect(ran.take(atMost: 1) == [5])
        #expect(heard.successes.withLock { $0 } == [])
        gate.close()
        writer.stop()
        #expect(heard.successes.withLock { $0 } == [1, 2, 3, 4, 5])
        #expect(heard.failures.withLock { $0 } == [])
        #expect(heard.syncs.withLock { $0 } == 2)
    }

    @Test("Where commits are not shared, each job has a trip to the disk of its own, and the next waits for its end")
    func apart() throws {
        let (reached, gate) = (WorkQueue<Bool>(), WorkQueue<Bool>())
        let heard = Heard()
        let writer = GroupWriter(try session(), sharesCommits: false) { () throws(SQLError) in
            heard.syncs.withLock { $0 += 1 }
            _ = reached.add(true)
            _ = gate.take(atMost: 1)
        }
        for number in 1...5 { writer.submit(job(number, heard)) }
        for number in 1...5 {
            _ = reached.take(atMost: 1)
            #expect(heard.successes.withLock { $0 } == Array(1..<number))
            _ = gate.add(true)
        }
        writer.stop()
        #expect(heard.successes.withLock { $0 } == [1, 2, 3, 4, 5])
        #expect(heard.syncs.withLock { $0 } == 5)
    }

    @Test("When the disk fails, nobody is told that it was kept, and nothing is written after")
    func diskFails() throws {
        let heard = Heard()
        let writer = GroupWriter(try session()) { () throws(SQLError) in
            heard.syncs.withLock { $0 += 1 }
            throw SQLError(.unavailable, code: "sync", message: "input/output error")
        }
        writer.submit(job(1, heard))
        #expect(eventually { heard.failures.withLock { $0 } == [1] })
        writer.submit(job(2, heard))
        writer.stop()
        #expect(heard.failures.withLock { $0 } == [1, 2])
        #expect(heard.successes.withLock { $0 } == [])
        #expect(heard.syncs.withLock { $0 } == 1)
    }

    @Test("The log is found beside the database, whatever the folder is called, and its absence is told")
    func logFile() throws {
        let folder = try Scratch.directory() + "/a folder"
        #expect(throws: SQLError.self) { try LogFile(of: folder + "/none.db").sync() }
        let store = try Shop.stocked(.sqlite)
        guard case .sqlite(let path) = store.location else { return }
        #expect(throws: Never.self) { try LogFile(of: path).sync() }
        store.close()
    }
}
