import Synchronization
import Threads

/// PostgreSQL's writers: several connections, a transaction a job.
///
/// The server itself lets transactions that commit at the same time share an fsync. A job that loses against another
/// (deadlock, serialisation) runs again, up to five times.
final class PostgresWriter: Writer {
    private let queue = WorkQueue<WriteJob>()
    private let threads: [OwnThread]

    init(url: String, connections: Int) {
        let queue = queue
        threads = (0..<connections).map { _ in
            OwnThread.needed(named: "store-writer") {
                var lane = Lane(url: url)
                while let jobs = queue.take(atMost: 1) {
                    for job in jobs { lane.run(job) }
                }
            }
        }
    }

    func submit(_ job: WriteJob) {
        guard queue.add(job) else {
            job.fail(SQLError(.unavailable, code: "stopped", message: "The store is closing"))
            return
        }
    }

    func stop() {
        queue.close()
        for thread in threads { thread.join() }
    }

    /// One connection, made anew when it breaks.
    private struct Lane {
        let url: String
        private var session: PostgresSession?

        init(url: String) { self.url = url }

        mutating func run(_ job: WriteJob) {
            var attempt = 1
            var mayReplace = session != nil
            while true {
                do {
                    let deliver = try perform(job)
                    deliver()
                    return
                } catch let error as SQLError where error.kind == .busy && attempt < 5 {
                    attempt += 1
                } catch is Broken where mayReplace {
                    mayReplace = false
                } catch let error as Broken {
                    job.fail(error.reason)
                    return
                } catch {
                    job.fail(error)
                    return
                }
            }
        }

        /// The connection was lost before the server was asked to commit: it has kept nothing.
        private struct Broken: Error { let reason: SQLError }

        private mutating func perform(_ job: WriteJob) throws -> @Sendable () -> Void {
            let session = try connected()
            let deliver: @Sendable () -> Void
            do {
                try session.begin(job.scope, readOnly: false)
                deliver = try job.perform(Transaction(session: session))
            } catch {
                if let error = error as? SQLError, session.isLost(after: error) {
                    self.session = nil
                    throw Broken(reason: error)
                }
                if session.isInTransaction { try? session.command("ROLLBACK") }
                throw error
            }
            do throws(SQLError) {
                try session.command("COMMIT")
                return deliver
            } catch {
                // Whether it was kept is not known where the connection broke here; so it is not tried again.
                if session.isLost(after: error) {
                    self.session = nil
                } else if session.isInTransaction {
                    try? session.command("ROLLBACK")
                }
                throw error
            }
        }

        private mutating func connected() throws(SQLError) -> PostgresSession {
            if let session, session.isAlive { return session }
            let fresh = try PostgresSession(url: url)
            session = fresh
            return fresh
        }
    }
}
