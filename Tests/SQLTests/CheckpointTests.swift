import Glibc
import TestKit
import Testing
import Threads
import Values

@testable import SQL

/// The write-ahead log: gathered in large pieces, folded into the database beside the writer.
@Suite struct CheckpointTests {
    private static let page = 4_096
    private let path: String

    init() throws { path = try Scratch.directory() + "/log.db" }

    private func session() throws -> SQLiteSession {
        try SQLiteSession(path: path, readOnly: false, cacheKibibytes: 100)
    }

    private func writer() throws -> GroupWriter {
        let session = try session()
        try session.command("CREATE TABLE IF NOT EXISTS leaf (number INTEGER PRIMARY KEY, bytes BLOB)")
        let log = LogFile(of: path)
        let checkpointer = Checkpointer(try self.session(), enough: 4_000)
        return GroupWriter(session, checkpointer: checkpointer) { () throws(SQLError) in try log.sync() }
    }

    /// Writes rows of a page each, a job a row; returns when all are on the disk.
    private func fill(_ writer: GroupWriter, _ numbers: Range<Int>) {
        let answers = WorkQueue<Bool>()
        for number in numbers {
            writer.submit(
                WriteJob(
                    scope: .platform,
                    perform: { transaction in
                        try transaction.run(
                            "INSERT INTO main.leaf (number, bytes) VALUES ($1, $2)", number,
                            [UInt8](repeating: UInt8(number % 251), count: 3_000))
                        return { _ = answers.add(true) }
                    }, fail: { _ in _ = answers.add(false) }))
        }
        var kept = 0
        while kept < numbers.count {
            guard let more = answers.take(atMost: .max), more.allSatisfy(\.self) else { return }
            kept += more.count
        }
    }

    private var logSize: Int {
        var facts = stat()
        return unsafe stat(path + "-wal", &facts) == 0 ? Int(facts.st_size) : 0
    }

    private func count(_ session: SQLiteSession) throws -> Int {
        try Transaction(session: session).value("SELECT count(*) FROM main.leaf")
    }

    private func expectSound(_ session: SQLiteSession, rows: Int) throws {
        let verdict: String = try Transaction(session: session).value("PRAGMA main.integrity_check")
        #expect(verdict == "ok")
        #expect(try count(session) == rows)
    }

    @Test("Under steady writing the log starts over again and again, and nothing is lost")
    func startsOver() throws {
        let writer = try writer()
        for round in 0..<12 { fill(writer, round * 2_000..<(round + 1) * 2_000) }
        // Some 24,000 pages were written.
        #expect(logSize < 14_000 * Self.page)
        writer.stop()
        try expectSound(session(), rows: 24_000)
    }

    @Test("A reader keeps its state for as long as it reads; then the log starts over")
    func reader() throws {
        let writer = try writer()
        fill(writer, 0..<100)
        let reader = try session()
        try reader.command("BEGIN")
        #expect(try count(reader) == 100)
        fill(writer, 100..<9_000)
        #expect(try count(reader) == 100)
        try reader.command("COMMIT")
        let before = logSize
        fill(writer, 9_000..<40_000)
        #expect(logSize < before + 16_000 * Self.page)
        writer.stop()
        try expectSound(session(), rows: 40_000)
    }

    @Test("A transaction larger than the cache can be read back and taken back before it is committed")
    func spills() throws {
        let session = try session()
        try session.command("CREATE TABLE leaf (number INTEGER PRIMARY KEY, bytes BLOB)")
        let many = """
            WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000)
            INSERT INTO main.leaf (bytes) SELECT randomblob(3000) FROM n
            """
        try session.command("BEGIN IMMEDIATE; \(many)")
        #expect(try count(session) == 3_000)
        try session.command("ROLLBACK")
        #expect(try count(session) == 0)
        try session.command("BEGIN IMMEDIATE; \(many); COMMIT")
        // Another connection sees it at once, in what the system has.
        try expectSound(self.session(), rows: 3_000)
        #expect(session.foldLog() == 0 && session.syncDatabase())
        try expectSound(session, rows: 3_000)
    }
}
