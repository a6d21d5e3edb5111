import Entitlements
package import SQL
package import Subscribers
package import Tenancy
package import Values

extension Transaction {
    /// Asks for a line to be brought to how it shall be on a router: there, or gone from there.
    package borrowing func request(_ line: Line, on router: ID<Router>, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.effect (id, tenant, router, kind, entitlement, mac, address, line, state, attempts, due_at,
                note)
            VALUES ($1, $2, $3, $4, $5, 0, 0, $6, 0, 0, $7, '')
            """, ID<Effect>(at: now), line.tenant, router, Effect.Kind.line.rawValue, line.entitlement, line.id, now)
    }

    /// Asks for the lines that an entitlement serves to be brought to how they shall be now.
    ///
    /// - Returns: the routers that have work now.
    borrowing func requestLines(
        holding entitlement: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let lines = try lines(holding: entitlement, of: tenant)
        for line in lines { try request(line, on: line.router, at: now) }
        return Set(lines.map(\.router))
    }

    /// The effects of a line, newest first.
    package borrowing func effects(
        of line: ID<Line>, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Effect] {
        try all(
            """
            SELECT e.id, e.tenant, e.router, e.kind, e.entitlement, e.mac, e.address, e.state, e.attempts, e.due_at,
                CASE WHEN e.state <> 0 OR e.note <> '' THEN e.note WHEN r.state = 'unreachable' THEN 'router-down'
                    WHEN r.state IN ('certificate', 'refusing') THEN 'router-refused' ELSE '' END,
                e.answer_sealed, e.settled_at, e.line
            FROM effect AS e JOIN router AS r ON r.id = e.router
            WHERE e.tenant = $1 AND e.line = $2 ORDER BY e.id DESC LIMIT $3
            """, tenant, line, limit, read: Effect.init(row:))
    }
}
