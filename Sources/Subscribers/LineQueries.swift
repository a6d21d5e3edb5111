package import Entitlements
package import SQL
package import Tenancy
package import Values

extension Transaction {
    package borrowing func insert(_ line: Line) throws(SQLError) {
        try run(
            """
            INSERT INTO main.line (id, tenant, kind, name, password_sealed, password_at, package, entitlement, router,
                address, mac, state, state_at, created_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """, line.id, line.tenant, line.kind.rawValue, line.name, line.passwordSealed, line.passwordAt,
            line.package, line.entitlement, line.router, line.address, line.mac, line.state.rawValue, line.stateAt,
            line.createdAt, line.changedAt)
    }

    /// Keeps a line as it is now.
    package borrowing func save(_ line: Line) throws(SQLError) {
        try run(
            """
            UPDATE main.line SET name = $1, password_sealed = $2, password_at = $3, package = $4, entitlement = $5,
                router = $6, address = $7, mac = $8, state = $9, state_at = $10, changed_at = $11
            WHERE id = $12 AND tenant = $13
            """, line.name, line.passwordSealed, line.passwordAt, line.package, line.entitlement, line.router,
            line.address, line.mac, line.state.rawValue, line.stateAt, line.changedAt, line.id, line.tenant)
    }

    package borrowing func line(_ id: ID<Line>, of tenant: ID<Tenant>) throws(SQLError) -> Line? {
        try first(
            """
            SELECT id, tenant, kind, name, password_sealed, password_at, package, entitlement, router, address, mac,
                state, state_at, created_at, changed_at
            FROM line WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Line.init(row:))
    }

    /// A line that nobody else changes until the transaction ends.
    package borrowing func lineToChange(_ id: ID<Line>, of tenant: ID<Tenant>) throws(SQLError) -> Line? {
        try first(
            .locking(
                "l",
                """
                SELECT l.id, l.tenant, l.kind, l.name, l.password_sealed, l.password_at, l.package, l.entitlement,
                    l.router, l.address, l.mac, l.state, l.state_at, l.created_at, l.changed_at
                FROM line AS l WHERE l.id = $1 AND l.tenant = $2
                """), id, tenant, read: Line.init(row:))
    }

    /// The line of a name that is not closed; else the one that was closed last.
    package borrowing func line(named name: String, of tenant: ID<Tenant>) throws(SQLError) -> Line? {
        try first(
            """
            SELECT id, tenant, kind, name, password_sealed, password_at, package, entitlement, router, address, mac,
                state, state_at, created_at, changed_at
            FROM line WHERE tenant = $1 AND name = $2
            ORDER BY CASE WHEN state = 'closed' THEN 1 ELSE 0 END, id DESC LIMIT 1
            """, tenant, name, read: Line.init(row:))
    }

    /// The line that has an address behind a router and is not closed.
    package borrowing func line(
        at address: IPv4Address, behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Line? {
        try first(
            """
            SELECT id, tenant, kind, name, password_sealed, password_at, package, entitlement, router, address, mac,
                state, state_at, created_at, changed_at
            FROM line WHERE router = $1 AND address = $2 AND tenant = $3 AND state <> 'closed'
            """, router, address, tenant, read: Line.init(row:))
    }

    /// The lines whose name begins like this, from after a name on; closed ones only where they are asked for.
    package borrowing func lines(
        beginning prefix: String, after last: String, andClosed: Bool, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Line] {
        try all(
            """
            SELECT id, tenant, kind, name, password_sealed, password_at, package, entitlement, router, address, mac,
                state, state_at, created_at, changed_at
            FROM line WHERE tenant = $1 AND lower(name) LIKE $2 AND name > $3 AND (state <> 'closed' OR $4 = 1)
            ORDER BY name, id LIMIT $5
            """, tenant, prefix.lowercased().filter { $0 != "%" } + "%", last, andClosed ? 1 : 0, limit,
            read: Line.init(row:))
    }

    /// Whether a tenant has or had any line.
    package borrowing func hasLines(_ tenant: ID<Tenant>) throws(SQLError) -> Bool {
        try first("SELECT 1 FROM line WHERE tenant = $1 LIMIT 1", tenant) { (row: borrowing Row) throws(SQLError) in
            try row[0] as Int
        } != nil
    }

    /// How many lines of a tenant are in each state.
    package borrowing func lineCounts(of tenant: ID<Tenant>) throws(SQLError) -> [Line.State: Int] {
        let counts = try all("SELECT state, count(*) FROM line WHERE tenant = $1 GROUP BY state", tenant) {
            (row: borrowing Row) throws(SQLError) in (Line.State(rawValue: try row[0]), try row[1] as Int)
        }
        return Dictionary(counts.compactMap { state, count in state.map { ($0, count) } }) { first, _ in first }
    }

    /// The lines that an entitlement serves.
    package borrowing func lines(
        holding entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Line] {
        try all(
            """
            SELECT id, tenant, kind, name, password_sealed, password_at, package, entitlement, router, address, mac,
                state, state_at, created_at, changed_at
            FROM line WHERE entitlement = $1 AND tenant = $2
            """, entitlement, tenant, read: Line.init(row:))
    }

    /// The lines behind a router that are not closed, each with its entitlement.
    package borrowing func lines(
        behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [(line: Line, entitlement: Entitlement)] {
        try all(
            """
            SELECT e.id, e.tenant, e.package, e.source, e.source_id, e.site, e.starts_at, e.ends_at, e.online_limit,
                e.online_used, e.data_limit, e.data_used, e.rate_limit, e.device_limit, e.ended_at, e.end_reason,
                e.closes_at, e.connected_at, e.schedule, e.opens_at, e.fair_use, e.fair_used, e.fair_until, e.boost_rate,
                e.boost_until, e.staff_rate, e.suspended_at, l.id, l.tenant, l.kind, l.name, l.password_sealed, l.password_at, l.package,
                l.entitlement, l.router, l.address, l.mac, l.state, l.state_at, l.created_at, l.changed_at
            FROM line AS l JOIN entitlement AS e ON e.id = l.entitlement AND e.tenant = l.tenant
            WHERE l.router = $1 AND l.tenant = $2 AND l.state <> 'closed' ORDER BY l.name
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            (line: try Line(row: row, from: Entitlement.columnCount), entitlement: try Entitlement(row: row))
        }
    }
}

extension Transaction {
    /// The routers behind which a line of any tenant has an address; platform's scope.
    package borrowing func routersOfLines(at address: IPv4Address) throws(SQLError) -> Set<ID<Router>> {
        let routers = try all("SELECT router FROM main.line WHERE address = $1 AND state <> 'closed'", address) {
            (row: borrowing Row) throws(SQLError) in try row[0] as ID<Router>
        }
        return Set(routers)
    }

    /// The tenants that have lines which are not closed; platform's scope.
    package borrowing func tenantsWithLines() throws(SQLError) -> Set<ID<Tenant>> {
        let tenants = try all("SELECT DISTINCT tenant FROM main.line WHERE state <> 'closed'") {
            (row: borrowing Row) throws(SQLError) in try row[0] as ID<Tenant>
        }
        return Set(tenants)
    }
}

extension Line {
    fileprivate init(row: borrowing Row) throws(SQLError) { try self.init(row: row, from: 0) }

    /// Reads the fifteen columns in the order of the queries above, the first of them at `start`.
    fileprivate init(row: borrowing Row, from start: Int) throws(SQLError) {
        guard let kind = Kind(rawValue: try row[start + 2]), let state = State(rawValue: try row[start + 11]) else {
            throw SQLError(.damaged, code: "line", message: "A line has an unknown kind or state")
        }
        self.init(
            id: try row[start], tenant: try row[start + 1], kind: kind, name: try row[start + 3],
            passwordSealed: try row[start + 4], passwordAt: try row[start + 5], package: try row[start + 6],
            entitlement: try row[start + 7], router: try row[start + 8], address: try row[start + 9],
            mac: try row[start + 10], state: state, stateAt: try row[start + 12], createdAt: try row[start + 13],
            changedAt: try row[start + 14])
    }
}
