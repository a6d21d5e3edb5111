import JSON
package import SQL
package import Tenancy
package import Values

/// One line for a router's terminal: what it will do there, until when it is good, and what became of it.
package struct Adoption: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Takes a router into service.
        case adopt
        /// Undoes that.
        case release
    }

    package enum State: String, Hashable, Sendable {
        case offered
        /// The router, or whoever has the line, has asked for the script.
        case fetched
        /// The router has reported the end of the script.
        case done
        /// A newer line has taken its place.
        case replaced
    }

    package let id: ID<Adoption>
    package let tenant: ID<Tenant>
    package let router: ID<Router>
    package let kind: Kind
    package let state: State
    package let options: AdoptionOptions
    let secretSealed: [UInt8]?
    /// A member of staff, or the command line.
    package let madeBy: String
    package let madeAt: Instant
    /// The first instant at which the link is no longer good.
    package let expiresAt: Instant
    package let fetchedAt: Instant?
    /// Where it was fetched from.
    package let fetchedFrom: String?
    package let settledAt: Instant?
    /// The router's own key of the tunnel, as it reported it.
    package let tunnelKey: String?

    /// Whether the link still gives its script.
    package func isGood(at now: Instant) -> Bool { now < expiresAt && state != .replaced }
}

extension Transaction {
    /// Keeps a new line; older ones of the router that are not done give way.
    borrowing func insert(_ adoption: Adoption, hash: [UInt8]) throws(SQLError) {
        try run(
            "UPDATE main.adoption SET state = 'replaced' WHERE tenant = $1 AND router = $2 AND state <> 'done'",
            adoption.tenant, adoption.router)
        try run(
            """
            INSERT INTO main.adoption (id, tenant, router, kind, state, options, secret_sealed, token_hash, made_by,
                made_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, adoption.id, adoption.tenant, adoption.router, adoption.kind.rawValue, adoption.state.rawValue,
            adoption.options.json.description, adoption.secretSealed, hash, adoption.madeBy, adoption.madeAt,
            adoption.expiresAt)
    }

    /// Whose link it is; platform's scope.
    borrowing func adoption(hashed hash: [UInt8]) throws(SQLError) -> Adoption? {
        try first(
            """
            SELECT id, tenant, router, kind, state, options, secret_sealed, made_by, made_at, expires_at, fetched_at,
                fetched_from, settled_at, tunnel_key
            FROM main.adoption WHERE token_hash = $1
            """, hash, read: Adoption.init(row:))
    }

    /// The newest line of a router; of one kind where that is given.
    package borrowing func adoption(
        of router: ID<Router>, _ kind: Adoption.Kind? = nil, of tenant: ID<Tenant>
    ) throws(SQLError) -> Adoption? {
        try first(
            """
            SELECT id, tenant, router, kind, state, options, secret_sealed, made_by, made_at, expires_at, fetched_at,
                fetched_from, settled_at, tunnel_key
            FROM adoption WHERE tenant = $1 AND router = $2 AND ($3 = '' OR kind = $3) ORDER BY id DESC LIMIT 1
            """, tenant, router, kind?.rawValue ?? "", read: Adoption.init(row:))
    }

    /// Notes that a script was fetched; one that is done stays done.
    borrowing func noteFetch(
        _ id: ID<Adoption>, of tenant: ID<Tenant>, from client: String, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.adoption SET state = CASE WHEN state = 'offered' THEN 'fetched' ELSE state END,
                fetched_at = $1, fetched_from = $2
            WHERE id = $3 AND tenant = $4
            """, now, client, id, tenant)
    }

    borrowing func settle(
        _ id: ID<Adoption>, of tenant: ID<Tenant>, tunnelKey: String?, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.adoption SET state = 'done', settled_at = $1, tunnel_key = COALESCE($2, tunnel_key)
            WHERE id = $3 AND tenant = $4
            """, now, tunnelKey, id, tenant)
    }
}

extension Adoption {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        let text: String = try row[5]
        guard let kind = Kind(rawValue: try row[3]), let state = State(rawValue: try row[4]),
            let options = (try? JSON(parsing: Array(text.utf8))).flatMap({ AdoptionOptions($0) })
        else {
            throw SQLError(.damaged, code: "adoption", message: "An adoption has an unknown kind, state or options")
        }
        self.init(
            id: try row[0], tenant: try row[1], router: try row[2], kind: kind, state: state, options: options,
            secretSealed: try row[6], madeBy: try row[7], madeAt: try row[8], expiresAt: try row[9],
            fetchedAt: try row[10], fetchedFrom: try row[11], settledAt: try row[12], tunnelKey: try row[13])
    }
}
