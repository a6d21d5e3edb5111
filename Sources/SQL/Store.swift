import Synchronization
import Threads

/// The database: SQLite in one file, or PostgreSQL by URL, behind one interface.
///
/// Reads run where they are called and block for microseconds (SQLite) or round trips (PostgreSQL). Writes run on the
/// store's own threads.
package final class Store: Sendable {
    /// Which engine stands behind the store, and where.
    package enum Location: Hashable, Sendable {
        case sqlite(path: String)
        case postgres(url: String)

        /// Reads `postgresql://…` and `postgres://…` as a server, anything else as the path of a file.
        package init(_ text: String) {
            let isServer = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
            self = isServer ? .postgres(url: text) : .sqlite(path: text)
        }
    }

    package let location: Location
    private let writer: any Writer
    private let readers: any Readers
    private let fetcher = Fetcher()
    private let commitCount = Atomic<Int>(0)
    private let trouble = Mutex<SQLError?>(nil)

    /// Opens the database and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - location: the engine and where it is.
    ///   - migrations: those of the whole program, in order.
    ///   - sharesCommits: whether writes share a trip to the disk on SQLite; only a measurement wants them apart.
    /// - Throws: `SQLError`; its `sentence` tells the operator what to do.
    package init(_ location: Location, migrations: [Migration], sharesCommits: Bool = true) throws(SQLError) {
        self.location = location
        switch location {
        case .sqlite(let path):
            let session: SQLiteSession
            let folding: SQLiteSession
            do throws(SQLError) {
                try StoreFile.checkMode(of: path)
                session = try SQLiteSession(path: path, readOnly: false, cacheKibibytes: 65_536)
                try session.checkAtStart()
                try SQLiteMigrator(session: session).run(migrations)
                try session.tryWriting()
                try session.raiseFence()
                folding = try SQLiteSession(path: path, readOnly: false, cacheKibibytes: 256)
            } catch {
                throw StoreFile.explain(error, at: path)
            }
            readers = SQLiteReaders(path: path)
            let log = LogFile(of: path)
            let checkpointer = Checkpointer(folding)
            writer = GroupWriter(session, sharesCommits: sharesCommits, checkpointer: checkpointer) {
                () throws(SQLError) in try log.sync()
            }
        case .postgres(let url):
            let session = try PostgresSession(url: url)
            try PostgresMigrator(session: session).run(migrations)
            readers = PostgresReaders(url: url)
            writer = PostgresWriter(url: url, connections: 8)
        }
    }

    /// How many writes this process has committed; lets a cache see cheaply that something may have changed.
    package var commits: Int { commitCount.load(ordering: .acquiring) }

    /// Reads a consistent state of the store.
    ///
    /// - Throws: what `body` throws, and `SQLError`.
    package func read<Value>(_ scope: Scope, _ body: (borrowing Transaction) throws -> Value) throws -> Value {
        let session = try readers.begin(scope)
        defer { readers.end(session) }
        return try body(Transaction(session: session))
    }

    /// Reads on a thread of the store, for tasks: a query must not hold one of the few threads that all tasks share.
    package func fetch<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            fetcher.run { [self] in
                continuation.resume(with: Result { try read(scope, body) })
            }
        }
    }

    /// Queues a write; `then` is called on a thread of the store once the work is on the disk or has failed.
    ///
    /// `body` may run more than once and must have no effect beyond the transaction.
    package func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value,
        then: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        writer.submit(
            WriteJob(
                scope: scope,
                perform: { transaction in
                    let value = try body(transaction)
                    return { [self] in
                        commitCount.add(1, ordering: .releasing)
                        trouble.withLock { $0 = nil }
                        then(.success(value))
                    }
                },
                fail: { [self] error in
                    if let error = error as? SQLError, error.isOfTheDisk { trouble.withLock { $0 = error } }
                    then(.failure(error))
                }))
    }

    /// Writes and waits without holding a thread.
    package func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            write(scope, body) { continuation.resume(with: $0) }
        }
    }

    /// Queues a write whose outcome the caller fetches later.
    package func begin<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) -> PendingWrite<Value> {
        let pending = PendingWrite<Value>()
        write(scope, body) { pending.deliver($0) }
        return pending
    }

    /// Writes and holds the calling thread until the work is on the disk; for the command line and for tests.
    package func writeNow<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) throws -> Value {
        try begin(scope, body).wait()
    }

    // MARK: Health

    /// Why the last write could not be kept, where the disk, the file or the server was the reason; nil after one that was.
    package var writeTrouble: SQLError? { trouble.withLock { $0 } }

    /// Queues a write that changes nothing, so that `writeTrouble` tells whether the trouble is over.
    package func tryWriting() {
        write(.platform) { transaction in
            try transaction.run("UPDATE main.schema_step SET name = name WHERE number = 1")
        } then: { _ in
        }
    }

    /// Looks at every page of a SQLite file, in the time that reading it takes; a server looks after its own.
    ///
    /// - Throws: `SQLError` of kind `.damaged` with the first thing found.
    package func checkWhole() throws(SQLError) {
        guard case .sqlite(let path) = location else { return }
        try SQLiteSession(path: path, readOnly: true, cacheKibibytes: 2_048).checkWhole()
    }

    /// Finishes the writes that wait and closes every connection.
    package func close() {
        fetcher.stop()
        // SQLite folds its log into the file when the last connection closes, which only a writing one can do.
        readers.close()
        writer.stop()
    }
}

/// A write under way.
package struct PendingWrite<Value: Sendable>: Sendable {
    private let outcome = WorkQueue<Result<Value, any Error>>()

    fileprivate func deliver(_ result: Result<Value, any Error>) { _ = outcome.add(result) }

    /// Holds the calling thread until the work is on the disk; call once.
    package func wait() throws -> Value {
        guard let result = outcome.take(atMost: 1)?.first else {
            throw SQLError(.unavailable, code: "stopped", message: "The store is closing")
        }
        return try result.get()
    }
}
