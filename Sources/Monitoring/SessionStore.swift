import Entitlements
package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// Who is online on a router as far as we know, the longest first, with what was counted by its last reading.
    package borrowing func liveSessions(
        on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [LiveSession] {
        let open = try watch(of: router, of: tenant)?.watch.open ?? []
        let counted = Dictionary(open.map { ($0.id, $0) }) { first, _ in first }
        return try all(
            """
            SELECT id, router, service, name, mac, address, entitlement, started_at, seen_at, ended_at, bytes_up,
                bytes_down
            FROM router_session WHERE router = $1 AND tenant = $2 AND ended_at IS NULL ORDER BY started_at
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            let session = try LiveSession(row: row)
            return counted[session.id].map { session.counting($0.total, seenAt: $0.seenAt) } ?? session
        }
    }

    /// The session of one name on a router as far as we know, with what was counted by the last reading.
    package borrowing func liveSession(
        of name: String, by service: String, on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> LiveSession? {
        let session = try first(
            """
            SELECT id, router, service, name, mac, address, entitlement, started_at, seen_at, ended_at, bytes_up,
                bytes_down
            FROM router_session
            WHERE router = $1 AND tenant = $2 AND ended_at IS NULL AND name = $3 AND service = $4
            """, router, tenant, name, service, read: LiveSession.init(row:))
        guard let session else { return nil }
        let counted = try watch(of: router, of: tenant)?.watch.open.first { $0.id == session.id }
        return counted.map { session.counting($0.total, seenAt: $0.seenAt) } ?? session
    }

    /// The sessions of a router that are over, the latest begun first; those before `below` where it is given.
    package borrowing func pastSessions(
        on router: ID<Router>, of tenant: ID<Tenant>, below: ID<LiveSession>? = nil, atMost limit: Int
    ) throws(SQLError) -> [LiveSession] {
        try all(
            """
            SELECT id, router, service, name, mac, address, entitlement, started_at, seen_at, ended_at, bytes_up,
                bytes_down
            FROM router_session WHERE router = $1 AND tenant = $2 AND id < $3 AND ended_at IS NOT NULL
            ORDER BY id DESC LIMIT $4
            """, router, tenant, below ?? ID(high: .max, low: .max), limit, read: LiveSession.init(row:))
    }
}

extension LiveSession {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], router: try row[1], service: try row[2], name: try row[3], mac: try row[4],
            address: try row[5], entitlement: try row[6], startedAt: try row[7], seenAt: try row[8],
            endedAt: try row[9], flow: Flow(up: try row[10], down: try row[11]))
    }

    /// The same with what its router counted last.
    fileprivate func counting(_ flow: Flow, seenAt: Instant) -> Self {
        Self(
            id: id, router: router, service: service, name: name, mac: mac, address: address,
            entitlement: entitlement, startedAt: startedAt, seenAt: seenAt, endedAt: endedAt, flow: flow)
    }
}
