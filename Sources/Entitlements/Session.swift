package import SQL
package import Tenancy
package import Values

/// One stay of a device on a router, from login to its end.
package struct Session: Hashable, Sendable {
    package let id: ID<Session>
    package let entitlement: ID<Entitlement>
    package let mac: MACAddress
    package let router: ID<Router>
    package let address: IPv4Address
    package let startedAt: Instant
    package let seenAt: Instant
    package let online: Span
    package let bytesUp: Int64
    package let bytesDown: Int64

    package init(
        id: ID<Session>, entitlement: ID<Entitlement>, mac: MACAddress, router: ID<Router>, address: IPv4Address,
        startedAt: Instant, seenAt: Instant, online: Span, bytesUp: Int64, bytesDown: Int64
    ) {
        self.id = id
        self.entitlement = entitlement
        self.mac = mac
        self.router = router
        self.address = address
        self.startedAt = startedAt
        self.seenAt = seenAt
        self.online = online
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
    }
}

extension Transaction {
    /// The session of a device that is going on behind a router, if one is known.
    package borrowing func openSession(
        of mac: MACAddress, on entitlement: ID<Entitlement>, behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Session? {
        try first(
            """
            SELECT id, entitlement, mac, router, address, started_at, seen_at, online, bytes_up, bytes_down
            FROM session WHERE router = $1 AND entitlement = $2 AND mac = $3 AND tenant = $4 AND ended_at IS NULL
            """, router, entitlement, mac, tenant, read: Session.init(row:))
    }

    /// The sessions that are going on behind a router as far as we know.
    package borrowing func openSessions(behind router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> [Session]
    {
        try all(
            """
            SELECT id, entitlement, mac, router, address, started_at, seen_at, online, bytes_up, bytes_down
            FROM session WHERE router = $1 AND tenant = $2 AND ended_at IS NULL
            """, router, tenant, read: Session.init(row:))
    }

    package borrowing func insert(_ session: Session, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            INSERT INTO main.session (id, tenant, entitlement, mac, router, address, started_at, seen_at, online,
                bytes_up, bytes_down)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, session.id, tenant, session.entitlement, session.mac, session.router, session.address,
            session.startedAt, session.seenAt, session.online, session.bytesUp, session.bytesDown)
    }

    /// Notes that a session still goes on, with its counters.
    package borrowing func record(
        _ session: ID<Session>, seenAt now: Instant, online: Span, bytesUp: Int64, bytesDown: Int64,
        of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.session SET seen_at = $1, online = $2, bytes_up = $3, bytes_down = $4
            WHERE id = $5 AND tenant = $6
            """, now, online, bytesUp, bytesDown, session, tenant)
    }

    /// Ends a session at the moment it was last seen.
    package borrowing func close(_ session: ID<Session>, of tenant: ID<Tenant>) throws(SQLError) {
        try run("UPDATE main.session SET ended_at = seen_at WHERE id = $1 AND tenant = $2", session, tenant)
    }

    /// How many devices of all tenants are online as far as we know; platform's scope.
    package borrowing func allOpenSessions() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.session WHERE ended_at IS NULL")
    }

    /// How many devices are online at a tenant's sites as far as we know.
    package borrowing func onlineCount(of tenant: ID<Tenant>) throws(SQLError) -> Int {
        try value("SELECT count(*) FROM session WHERE tenant = $1 AND ended_at IS NULL", tenant)
    }
}

extension Session {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], entitlement: try row[1], mac: try row[2], router: try row[3], address: try row[4],
            startedAt: try row[5], seenAt: try row[6], online: try row[7], bytesUp: try row[8], bytesDown: try row[9])
    }
}
