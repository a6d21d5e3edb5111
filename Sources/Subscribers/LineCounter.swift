package import SQL
package import Tenancy
package import Values

/// What a router counted of a line when it was read last.
package struct LineCounter: Hashable, Sendable {
    package let router: ID<Router>
    package let bytesUp: Int64
    package let bytesDown: Int64
    package let seenAt: Instant
    /// The router's own name of the session that is counted; nil for what has no sessions, or where it told none.
    package let session: String?

    /// Up and down together.
    package var bytes: Int64 { bytesUp + bytesDown }

    package init(router: ID<Router>, bytesUp: Int64, bytesDown: Int64, seenAt: Instant, session: String? = nil) {
        self.router = router
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.seenAt = seenAt
        self.session = session
    }

    /// What passed since another reading, up and down together.
    ///
    /// A counter that goes back, is another router's or another session's, or began after it was read last (`began`, as
    /// early as it may have been) counts from nothing.
    package func passed(since known: LineCounter?, countingFrom began: Instant?) -> DataVolume {
        guard let known, known.router == router, bytesUp >= known.bytesUp, bytesDown >= known.bytesDown,
            known.session == nil || session == nil || known.session == session,
            began.map({ $0 <= known.seenAt }) ?? true
        else { return DataVolume(bytes: bytes) }
        return DataVolume(bytes: bytes - known.bytes)
    }
}

extension Transaction {
    /// What a router counted of its lines.
    package borrowing func counters(
        behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [ID<Line>: LineCounter] {
        let counters = try all(
            """
            SELECT c.line, c.router, c.bytes_up, c.bytes_down, c.seen_at, c.session
            FROM line AS l JOIN line_counter AS c ON c.line = l.id AND c.router = l.router
            WHERE l.router = $1 AND l.tenant = $2
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            let line: ID<Line> = try row[0]
            return (
                line,
                LineCounter(
                    router: try row[1], bytesUp: try row[2], bytesDown: try row[3], seenAt: try row[4],
                    session: try row[5])
            )
        }
        return Dictionary(uniqueKeysWithValues: counters)
    }

    package borrowing func counter(of line: ID<Line>, of tenant: ID<Tenant>) throws(SQLError) -> LineCounter? {
        try first(
            "SELECT router, bytes_up, bytes_down, seen_at, session FROM line_counter WHERE line = $1 AND tenant = $2",
            line, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            LineCounter(
                router: try row[0], bytesUp: try row[1], bytesDown: try row[2], seenAt: try row[3], session: try row[4])
        }
    }

    package borrowing func record(
        _ counter: LineCounter, of line: ID<Line>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.line_counter (line, tenant, router, bytes_up, bytes_down, seen_at, session)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (line) DO UPDATE SET router = excluded.router, bytes_up = excluded.bytes_up,
                bytes_down = excluded.bytes_down, seen_at = excluded.seen_at, session = excluded.session
            """, line, tenant, counter.router, counter.bytesUp, counter.bytesDown, counter.seenAt, counter.session)
    }
}
