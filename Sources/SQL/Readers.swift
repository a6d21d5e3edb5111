import Synchronization

/// A pool of connections that only read.
protocol Readers: Sendable {
    func take() throws(SQLError) -> any ReadingSession
    func give(back session: any ReadingSession)
    func close()
}

/// A connection that can show a consistent state.
protocol ReadingSession: Session {
    func reading<Value>(_ scope: Scope, _ body: (borrowing Transaction) throws -> Value) throws -> Value
    var isUsable: Bool { get }
}

extension SQLiteSession: ReadingSession {
    var isUsable: Bool { true }

    func reading<Value>(_ scope: Scope, _ body: (borrowing Transaction) throws -> Value) throws -> Value {
        fence.scope = .platform
        try command("BEGIN")
        fence.scope = scope
        defer {
            fence.scope = .platform
            try? command("COMMIT")
        }
        return try body(Transaction(session: self))
    }
}

extension PostgresSession: ReadingSession {
    var isUsable: Bool { isAlive && !isInTransaction }

    func reading<Value>(_ scope: Scope, _ body: (borrowing Transaction) throws -> Value) throws -> Value {
        try begin(scope, readOnly: true)
        defer { if isAlive { try? command("COMMIT") } }
        return try body(Transaction(session: self))
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
