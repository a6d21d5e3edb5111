package import SQL
package import Values

/// A MikroTik router of a site and how it is reached.
package struct Router: Hashable, Sendable {
    /// What we know of a router now.
    package enum State: String, Sendable {
        /// Its line has not been pasted yet, so that we do not know how to reach it.
        case waiting
        /// Never reached yet.
        case new
        case ready
        /// Did not answer, or not in time.
        case unreachable
        /// Answered with a certificate that staff have not confirmed.
        case certificate
        /// Answered and refused: credentials, rights, version, device-mode.
        case refusing
        /// Given back to its operator: nothing is done there any more.
        case released

        /// Whether we work on it.
        package var isServed: Bool { self != .waiting && self != .released }
    }

    package let id: ID<Router>
    package let tenant: ID<Tenant>
    package let site: ID<Site>
    package let name: String
    /// Where its services listen, such as `https://192.0.2.1`; several by comma, the most wanted first.
    package let address: String
    package let username: String
    /// Sealed under the install's key, bound to the router's id.
    package let passwordSealed: [UInt8]
    /// The hotspot server on the router that users belong to; `all` for every one.
    package let hotspotServer: String
    /// SHA-256 of the certificate that staff confirmed, lower-case hexadecimal; nil before.
    package let certificatePin: String?
    /// The certificate that the router showed and nobody confirmed yet.
    package let certificateSeen: String?
    package let version: String?
    package let state: State
    /// A sentence on the state; empty when ready.
    package let stateNote: String
    package let stateAt: Instant

    package init(
        id: ID<Router>, tenant: ID<Tenant>, site: ID<Site>, name: String, address: String, username: String,
        passwordSealed: [UInt8], hotspotServer: String = "all", certificatePin: String? = nil,
        certificateSeen: String? = nil, version: String? = nil, state: State = .new, stateNote: String = "",
        stateAt: Instant
    ) {
        self.id = id
        self.tenant = tenant
        self.site = site
        self.name = name
        self.address = address
        self.username = username
        self.passwordSealed = passwordSealed
        self.hotspotServer = hotspotServer
        self.certificatePin = certificatePin
        self.certificateSeen = certificateSeen
        self.version = version
        self.state = state
        self.stateNote = stateNote
        self.stateAt = stateAt
    }
}

extension Transaction {
    package borrowing func insert(_ router: Router, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router (id, tenant, site, name, address, username, password_sealed, hotspot_server,
                certificate_pin, certificate_seen, version, state, state_note, state_at, lane_until, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15)
            """, router.id, router.tenant, router.site, router.name, router.address, router.username,
            router.passwordSealed, router.hotspotServer, router.certificatePin, router.certificateSeen, router.version,
            router.state.rawValue, router.stateNote, router.stateAt, now)
        try touchDirectory(of: router.tenant)
    }

    /// The routers of a tenant by name.
    package borrowing func routers(of tenant: ID<Tenant>) throws(SQLError) -> [Router] {
        try all(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, version, state, state_note, state_at
            FROM router WHERE tenant = $1 ORDER BY name
            """, tenant, read: Router.init(row:))
    }

    /// Every router of the install, in the platform's scope.
    package borrowing func allRouters() throws(SQLError) -> [Router] {
        try all(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, version, state, state_note, state_at
            FROM main.router
            """, read: Router.init(row:))
    }

    /// A router of any tenant, in the platform's scope.
    package borrowing func router(_ id: ID<Router>) throws(SQLError) -> Router? {
        try first(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, version, state, state_note, state_at
            FROM main.router WHERE id = $1
            """, id, read: Router.init(row:))
    }

    package borrowing func router(_ id: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> Router? {
        try first(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, version, state, state_note, state_at
            FROM router WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Router.init(row:))
    }

    /// Records what a router answered; `version` and `certificateSeen` are kept where nil is given.
    package borrowing func record(
        _ state: Router.State, note: String, version: String? = nil, certificateSeen: String? = nil, at now: Instant,
        on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router SET state = $1, state_note = $2, state_at = $3, version = COALESCE($4, version),
                certificate_seen = COALESCE($5, certificate_seen) WHERE id = $6 AND tenant = $7
            """, state.rawValue, note, now, version, certificateSeen, router, tenant)
    }

    /// Trusts the certificate that the router showed; only that very one.
    ///
    /// - Returns: false where the router shows another by now.
    package borrowing func confirmCertificate(
        _ fingerprint: String, on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.router SET certificate_pin = certificate_seen, state = 'new', state_note = ''
            WHERE id = $1 AND tenant = $2 AND certificate_seen = $3
            """, router, tenant, fingerprint) == 1
    }

    /// Puts a router at another site.
    package borrowing func move(
        _ router: ID<Router>, to site: ID<Site>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run("UPDATE main.router SET site = $1 WHERE id = $2 AND tenant = $3", site, router, tenant)
        try touchDirectory(of: tenant)
    }

    /// Tells where a router answers now, and with which credentials.
    package borrowing func readdress(
        _ router: ID<Router>, of tenant: ID<Tenant>, address: String, username: String, passwordSealed: [UInt8],
        certificatePin: String?
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router SET address = $1, username = $2, password_sealed = $3, certificate_pin = $4
            WHERE id = $5 AND tenant = $6
            """, address, username, passwordSealed, certificatePin, router, tenant)
    }
}

extension Router {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], tenant: try row[1], site: try row[2], name: try row[3], address: try row[4],
            username: try row[5], passwordSealed: try row[6], hotspotServer: try row[7], certificatePin: try row[8],
            certificateSeen: try row[9], version: try row[10], state: State(rawValue: try row[11]) ?? .new,
            stateNote: try row[12], stateAt: try row[13])
    }
}
