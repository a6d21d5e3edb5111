import Synchronization

/// A pool of connections that only read.
protocol Readers: Sendable {
    func take() throws(SQLError) -> any ReadingSession
    func give(back session: any ReadingSession)
    /// Forgets the connections that wait: the server that they led to has gone.
    func close()
}

extension Readers {
    /// A connection that shows one state from here on; one that died in the pool is replaced once.
    func begin(_ scope: Scope) throws(SQLError) -> any ReadingSession {
        let session = try take()
        do throws(SQLError) {
            try session.beginReading(scope)
            return session
        } catch {
            guard session.isLost(after: error) else {
                give(back: session)
                throw error
            }
        }
        close()
        let fresh = try take()
        try fresh.beginReading(scope)
        return fresh
    }

    func end(_ session: any ReadingSession) {
        session.endReading()
        give(back: session)
    }
}

/// A connection that can show a consistent state.
protocol ReadingSession: Session {
    func beginReading(_ scope: Scope) throws(SQLError)
    func endReading()
    var isUsable: Bool { get }
    /// Whether the error means that the connection is of no more use, while a new one may be.
    func isLost(after error: SQLError) -> Bool
}

extension SQLiteSession: ReadingSession {
    var isUsable: Bool { true }

    func isLost(after error: SQLError) -> Bool { false }

    func beginReading(_ scope: Scope) throws(SQLError) {
        fence.scope = .platform
        try command("BEGIN")
        fence.scope = scope
    }

    func endReading() {
        fence.scope = .platform
        try? command("COMMIT")
    }
}

extension PostgresSession: ReadingSession {
    var isUsable: Bool { isAlive && !isInTransaction }

    func isLost(after error: SQLError) -> Bool { !isAlive || error.kind == .unavailable }

    func beginReading(_ scope: Scope) throws(SQLError) { try begin(scope, readOnly: true) }

    func endReading() {
        if isAlive { try? command("COMMIT") }
    }
}

/// Connections lent to one thread at a time and kept for the next.
final class SessionPool: Sendable {
    private struct Idle: @unchecked Sendable {
        // Unchecked: a session in the pool is used by nobody.
        var sessions: [any ReadingSession] = []
    }

    private let idle = Mutex(Idle())

    func take(orOpen open: () throws(SQLError) -> any ReadingSession) throws(SQLError) -> any ReadingSession {
        let kept = idle.withLock { idle in
            nonisolated(unsafe) let session = idle.sessions.popLast()
            return unsafe session
        }
        if let kept { return kept }
        return try open()
    }

    func give(back session: any ReadingSession) {
        guard session.isUsable else { return }
        nonisolated(unsafe) let session = session
        idle.withLock { unsafe $0.sessions.append(session) }
    }

    func close() {
        idle.withLock { $0.sessions.removeAll() }
    }
}

struct SQLiteReaders: Readers {
    let path: String
    let pool = SessionPool()

    func take() throws(SQLError) -> any ReadingSession {
        try pool.take { () throws(SQLError) in
            let session = try SQLiteSession(path: path, readOnly: true, cacheKibibytes: 2_048)
            try session.raiseFence()
            return session
        }
    }

    func give(back session: any ReadingSession) { pool.give(back: session) }
    func close() { pool.close() }
}

struct PostgresReaders: Readers {
    let url: String
    let pool = SessionPool()

    func take() throws(SQLError) -> any ReadingSession {
        try pool.take { () throws(SQLError) in try PostgresSession(url: url) }
    }

    func give(back session: any ReadingSession) { pool.give(back: session) }
    func close() { pool.close() }
}
