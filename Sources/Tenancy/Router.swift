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
    /// The certificate that the router showed last; where it is not the confirmed one, it waits for staff.
    package let certificateSeen: String?
    /// SHA-256 of the host key of its SSH that staff confirmed, and of the one that it showed last.
    package let hostKeyPin: String?
    package let hostKeySeen: String?
    /// The private key with which we log in over SSH, sealed like the password; nil where the password does for it too.
    package let sshKeySealed: [UInt8]?
    package let version: String?
    /// What no other board has, as the router told it when we first met; nil before.
    package let serial: String?
    package let state: State
    /// A sentence on the state; empty when ready.
    package let stateNote: String
    package let stateAt: Instant

    package init(
        id: ID<Router>, tenant: ID<Tenant>, site: ID<Site>, name: String, address: String, username: String,
        passwordSealed: [UInt8], hotspotServer: String = "all", certificatePin: String? = nil,
        certificateSeen: String? = nil, hostKeyPin: String? = nil, hostKeySeen: String? = nil,
        sshKeySealed: [UInt8]? = nil, version: String? = nil, serial: String? = nil, state: State = .new,
        stateNote: String = "", stateAt: Instant
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
        self.hostKeyPin = hostKeyPin
        self.hostKeySeen = hostKeySeen
        self.sshKeySealed = sshKeySealed
        self.version = version
        self.serial = serial
        self.state = state
        self.stateNote = stateNote
        self.stateAt = stateAt
    }

    /// The confirmed identity of a kind, lower-case hexadecimal.
    package func pin(of kind: IdentityKind) -> String? { kind == .certificate ? certificatePin : hostKeyPin }

    /// The identity of a kind that the router showed last.
    package func seen(_ kind: IdentityKind) -> String? { kind == .certificate ? certificateSeen : hostKeySeen }

    /// The kinds of identity that wait for staff: what the router showed last is not what was confirmed.
    package var unconfirmed: [IdentityKind] {
        state.isServed ? IdentityKind.allCases.filter { seen($0) != nil && seen($0) != pin(of: $0) } : []
    }
}

extension Transaction {
    package borrowing func insert(_ router: Router, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router (id, tenant, site, name, address, username, password_sealed, hotspot_server,
                certificate_pin, certificate_seen, host_key_pin, host_key_seen, ssh_key_sealed, version, state,
                state_note, state_at, lane_until, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $18)
            """, router.id, router.tenant, router.site, router.name, router.address, router.username,
            router.passwordSealed, router.hotspotServer, router.certificatePin, router.certificateSeen,
            router.hostKeyPin, router.hostKeySeen, router.sshKeySealed, router.version, router.state.rawValue,
            router.stateNote, router.stateAt, now)
        try touchDirectory(of: router.tenant)
    }

    /// The routers of a tenant by name.
    package borrowing func routers(of tenant: ID<Tenant>) throws(SQLError) -> [Router] {
        try all(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, host_key_pin, host_key_seen, ssh_key_sealed, version, state, state_note, state_at,
                serial
            FROM router WHERE tenant = $1 ORDER BY name
            """, tenant, read: Router.init(row:))
    }

    /// Every router of the install, in the platform's scope.
    package borrowing func allRouters() throws(SQLError) -> [Router] {
        try all(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, host_key_pin, host_key_seen, ssh_key_sealed, version, state, state_note, state_at,
                serial
            FROM main.router
            """, read: Router.init(row:))
    }

    /// A router of any tenant, in the platform's scope.
    package borrowing func router(_ id: ID<Router>) throws(SQLError) -> Router? {
        try first(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, host_key_pin, host_key_seen, ssh_key_sealed, version, state, state_note, state_at,
                serial
            FROM main.router WHERE id = $1
            """, id, read: Router.init(row:))
    }

    package borrowing func router(_ id: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> Router? {
        try first(
            """
            SELECT id, tenant, site, name, address, username, password_sealed, hotspot_server, certificate_pin,
                certificate_seen, host_key_pin, host_key_seen, ssh_key_sealed, version, state, state_note, state_at,
                serial
            FROM router WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Router.init(row:))
    }

    /// Records what a router answered to work on it; one that was given back meanwhile, or waits for its line, stays so.
    ///
    /// Version and serial number are kept where nil is given.
    package borrowing func recordAnswer(
        _ state: Router.State, note: String, version: String? = nil, serial: String? = nil, at now: Instant,
        on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router SET state = $1, state_note = $2, state_at = $3, version = COALESCE($4, version),
                serial = COALESCE($5, serial)
            WHERE id = $6 AND tenant = $7 AND state NOT IN ('waiting', 'released')
            """, state.rawValue, note, now, version, serial, router, tenant)
    }

    /// Records a router's state; its version is kept where nil is given.
    package borrowing func record(
        _ state: Router.State, note: String, version: String? = nil, at now: Instant, on router: ID<Router>,
        of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router SET state = $1, state_note = $2, state_at = $3, version = COALESCE($4, version)
            WHERE id = $5 AND tenant = $6
            """, state.rawValue, note, now, version, router, tenant)
    }

    /// Puts a router at another site.
    package borrowing func move(
        _ router: ID<Router>, to site: ID<Site>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run("UPDATE main.router SET site = $1 WHERE id = $2 AND tenant = $3", site, router, tenant)
        try touchDirectory(of: tenant)
    }

    /// Keeps what staff say of where a router is and how we log in there; it is met anew, and may be another board.
    package borrowing func amend(
        _ router: ID<Router>, of tenant: ID<Tenant>, address: String, username: String, passwordSealed: [UInt8],
        sshKeySealed: [UInt8]?, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router SET address = $1, username = $2, password_sealed = $3, ssh_key_sealed = $4,
                state = 'new', state_note = '', state_at = $5, serial = NULL
            WHERE id = $6 AND tenant = $7
            """, address, username, passwordSealed, sshKeySealed, now, router, tenant)
        try touchDirectory(of: tenant)
    }

    /// Tells where a router answers now, and with which credentials.
    ///
    /// What was confirmed of its certificate gives way to `certificatePin`; the host key stays confirmed.
    package borrowing func readdress(
        _ router: ID<Router>, of tenant: ID<Tenant>, address: String, username: String, passwordSealed: [UInt8],
        certificatePin: String?
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router SET address = $1, username = $2, password_sealed = $3, certificate_pin = $4, serial = NULL
            WHERE id = $5 AND tenant = $6
            """, address, username, passwordSealed, certificatePin, router, tenant)
    }
}

extension Router {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], tenant: try row[1], site: try row[2], name: try row[3], address: try row[4],
            username: try row[5], passwordSealed: try row[6], hotspotServer: try row[7], certificatePin: try row[8],
            certificateSeen: try row[9], hostKeyPin: try row[10], hostKeySeen: try row[11],
            sshKeySealed: try row[12], version: try row[13], serial: try row[17],
            state: State(rawValue: try row[14]) ?? .new, stateNote: try row[15], stateAt: try row[16])
    }
}
