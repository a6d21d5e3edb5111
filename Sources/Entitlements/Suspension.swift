package import SQL
package import Tenancy
package import Values

/// One time that staff kept an access from being used: who did so, when and why, and who ended it.
package struct Suspension: Hashable, Sendable {
    /// Who restored it, and when.
    package struct Restoration: Hashable, Sendable {
        package let at: Instant
        package let by: String
    }

    package let at: Instant
    package let by: String
    /// For staff; customers are not told.
    package let reason: String
    /// Nil while it lasts.
    package let restored: Restoration?
}

extension Transaction {
    /// Notes that staff keep an entitlement from being used.
    ///
    /// - Returns: false where somebody does already, or it was ended.
    package borrowing func markSuspended(
        _ entitlement: ID<Entitlement>, because reason: String, by person: String, of tenant: ID<Tenant>,
        at now: Instant
    ) throws(SQLError) -> Bool {
        let suspended = try run(
            """
            UPDATE main.entitlement SET suspended_at = $1
            WHERE id = $2 AND tenant = $3 AND suspended_at IS NULL AND ended_at IS NULL
            """, now, entitlement, tenant)
        guard suspended == 1 else { return false }
        try run(
            """
            INSERT INTO main.suspension (id, tenant, entitlement, suspended_at, suspended_by, reason)
            VALUES ($1, $2, $3, $4, $5, $6)
            """, ID<Suspension>(at: now), tenant, entitlement, now, person, reason)
        return true
    }

    /// Notes that staff let an entitlement be used again.
    ///
    /// - Returns: false where nobody kept it from being used, or it was ended.
    package borrowing func markRestored(
        _ entitlement: ID<Entitlement>, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        let restored = try run(
            """
            UPDATE main.entitlement SET suspended_at = NULL
            WHERE id = $1 AND tenant = $2 AND suspended_at IS NOT NULL AND ended_at IS NULL
            """, entitlement, tenant)
        guard restored == 1 else { return false }
        try run(
            """
            UPDATE main.suspension SET restored_at = $1, restored_by = $2
            WHERE tenant = $3 AND entitlement = $4 AND restored_at IS NULL
            """, now, person, tenant, entitlement)
        return true
    }

    /// The suspensions of an entitlement, newest first.
    package borrowing func suspensions(
        of entitlement: ID<Entitlement>, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Suspension] {
        try all(
            """
            SELECT suspended_at, suspended_by, reason, restored_at, restored_by FROM suspension
            WHERE tenant = $1 AND entitlement = $2 ORDER BY suspended_at DESC LIMIT $3
            """, tenant, entitlement, limit
        ) { (row: borrowing Row) throws(SQLError) in
            let (at, by) = (try row[3] as Instant?, try row[4] as String?)
            return Suspension(
                at: try row[0], by: try row[1], reason: try row[2],
                restored: at.map { Suspension.Restoration(at: $0, by: by ?? "") })
        }
    }

    /// Gives an entitlement the speed that staff chose; nil for its package's.
    package borrowing func setStaffRate(
        _ rate: RateLimit?, of entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.entitlement SET staff_rate = $1 WHERE id = $2 AND tenant = $3", rate?.text, entitlement, tenant
        )
    }
}
