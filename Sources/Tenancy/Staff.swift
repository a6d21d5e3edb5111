package import SQL
package import Values

/// A person who works for a tenant.
package struct Staff: Hashable, Sendable {
    /// What a member of staff may do.
    package enum Role: String, Sendable, CaseIterable {
        /// Everything of the tenant.
        case admin = "isp_admin"
        /// Makes, prints and voids vouchers.
        case vouchers = "hotspot_admin"
    }

    package let id: ID<Staff>
    package let tenant: ID<Tenant>
    /// The name typed at sign-in: an e-mail address or a short name, in lower case; unique on the install.
    package let login: String
    package let name: String
    package let role: Role
    /// An argon2id hash in PHC form.
    package let passwordHash: String
    /// Counts up to end every session at once.
    package let sessionEpoch: Int
    package let failures: Int
    package let lockedUntil: Instant

    package init(
        id: ID<Staff>, tenant: ID<Tenant>, login: String, name: String, role: Role, passwordHash: String,
        sessionEpoch: Int = 0, failures: Int = 0, lockedUntil: Instant = 0
    ) {
        self.id = id
        self.tenant = tenant
        self.login = login
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.sessionEpoch = sessionEpoch
        self.failures = failures
        self.lockedUntil = lockedUntil
    }

    /// How long sign-in stays closed to one browser or address after so many wrong passwords under a name: five are free,
    /// then 30 s doubling to an hour.
    package static func pause(after failures: Int) -> Span {
        guard failures >= 5 else { return .zero }
        return .seconds(min(3_600, 30 << Int64(min(failures - 5, 10))))
    }

    /// How long a name stays closed to all but known browsers after so many wrong passwords from anywhere: a hundred are
    /// free, then a second doubling to half a minute, since anybody can cause it.
    package static func pause(afterAll failures: Int) -> Span {
        guard failures >= 100 else { return .zero }
        return .seconds(min(30, 1 << Int64(min(failures - 100, 10))))
    }
}

extension Transaction {
    package borrowing func insert(_ staff: Staff, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.staff (id, tenant, login, name, password_hash, role, session_epoch, failures,
                locked_until, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)
            """, staff.id, staff.tenant, staff.login, staff.name, staff.passwordHash, staff.role.rawValue,
            staff.sessionEpoch, now)
    }

    /// Who signs in by this name; before the tenant is known, so in the platform's scope.
    package borrowing func staff(login: String) throws(SQLError) -> Staff? {
        try first(
            """
            SELECT id, tenant, login, name, role, password_hash, session_epoch, failures, locked_until
            FROM main.staff WHERE login = $1
            """, login, read: Staff.init(row:))
    }

    package borrowing func staff(_ id: ID<Staff>, of tenant: ID<Tenant>) throws(SQLError) -> Staff? {
        try first(
            """
            SELECT id, tenant, login, name, role, password_hash, session_epoch, failures, locked_until
            FROM staff WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Staff.init(row:))
    }

    /// Counts a wrong password and closes the name for a while when there were too many.
    package borrowing func recordFailedSignIn(_ id: ID<Staff>, of tenant: ID<Tenant>, at now: Instant) throws(SQLError)
    {
        let failures: Int? = try first(
            "UPDATE main.staff SET failures = failures + 1 WHERE id = $1 AND tenant = $2 RETURNING failures", id, tenant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        guard let failures else { return }
        try run(
            "UPDATE main.staff SET locked_until = $1 WHERE id = $2 AND tenant = $3",
            now + Staff.pause(afterAll: failures),
            id, tenant)
    }

    /// Forgets the wrong passwords before a right one.
    package borrowing func recordSignIn(_ id: ID<Staff>, of tenant: ID<Tenant>) throws(SQLError) {
        try run("UPDATE main.staff SET failures = 0, locked_until = 0 WHERE id = $1 AND tenant = $2", id, tenant)
    }

    /// Gives a member of staff another password and ends every session.
    package borrowing func setPassword(_ hash: String, of id: ID<Staff>, of tenant: ID<Tenant>) throws(SQLError) {
        try run("UPDATE main.staff SET password_hash = $1 WHERE id = $2 AND tenant = $3", hash, id, tenant)
        try endSessions(of: id, of: tenant)
    }

    /// Ends every session of a member of staff.
    package borrowing func endSessions(of id: ID<Staff>, of tenant: ID<Tenant>) throws(SQLError) {
        try run("UPDATE main.staff SET session_epoch = session_epoch + 1 WHERE id = $1 AND tenant = $2", id, tenant)
    }
}

extension Staff {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let role = Role(rawValue: try row[4]) else {
            throw SQLError(.damaged, code: "staff", message: "A member of staff has an unknown role")
        }
        self.init(
            id: try row[0], tenant: try row[1], login: try row[2], name: try row[3], role: role,
            passwordHash: try row[5], sessionEpoch: try row[6], failures: try row[7], lockedUntil: try row[8])
    }
}
