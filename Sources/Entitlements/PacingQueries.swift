import Catalog
package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// Entitlements of every tenant whose hours, period of fair use or boost turn by now; platform's scope.
    package borrowing func turning(at now: Instant, atMost limit: Int) throws(SQLError) -> [(
        entitlement: ID<Entitlement>, tenant: ID<Tenant>
    )] {
        try all(
            """
            SELECT id, tenant FROM main.entitlement WHERE ended_at IS NULL AND turns_at IS NOT NULL AND turns_at <= $1
            ORDER BY turns_at LIMIT $2
            """, now, limit
        ) { (row: borrowing Row) throws(SQLError) in
            (entitlement: try row[0] as ID<Entitlement>, tenant: try row[1] as ID<Tenant>)
        }
    }

    /// Writes the pace of an entitlement as it stands at `now`.
    ///
    /// What is counted meanwhile is not lost: a period that goes on keeps its count.
    package borrowing func pace(_ entitlement: Entitlement, at now: Instant) throws(SQLError) {
        let pacing = entitlement.pacing
        try run(
            """
            UPDATE main.entitlement SET ends_at = $1, closes_at = $2, opens_at = $3,
                fair_used = CASE WHEN fair_until = $4 OR $4 IS NULL THEN fair_used ELSE $5 END, fair_until = $4,
                boost_rate = $6, boost_until = $7, turns_at = $8
            WHERE id = $9 AND tenant = $10
            """, entitlement.endsAt, entitlement.closesAt, pacing.opensAt, pacing.fairUntil, pacing.fairUsed,
            pacing.boost?.rate.text, pacing.boost?.until, entitlement.nextTurn(after: now), entitlement.id,
            entitlement.tenant)
    }

    /// Counts data that passed.
    package borrowing func count(
        _ volume: DataVolume, on entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.entitlement SET data_used = data_used + $1, fair_used = fair_used + $1
            WHERE id = $2 AND tenant = $3
            """, volume, entitlement, tenant)
    }

    /// Adds data to an entitlement: to what it may use as a whole, and to the fair share of the running period.
    package borrowing func add(
        _ volume: DataVolume, to entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.entitlement SET data_limit = data_limit + $1, fair_used = fair_used - $1
            WHERE id = $2 AND tenant = $3
            """, volume, entitlement, tenant)
    }
}

extension Pacing {
    /// Reads the nine columns `schedule, opens_at, fair_use, fair_used, fair_until, boost_rate, boost_until, staff_rate,
    /// suspended_at`.
    init(row: borrowing Row, from column: Int) throws(SQLError) {
        self.init()
        schedule = try (row[column] as String?).flatMap { Schedule($0) }
        opensAt = try row[column + 1]
        fairUse = try (row[column + 2] as String?).flatMap { FairUse($0) }
        fairUsed = try row[column + 3]
        fairUntil = try row[column + 4]
        let rate = try (row[column + 5] as String?).flatMap { RateLimit($0) }
        if let rate, let until: Instant = try row[column + 6] { boost = Boost(rate: rate, until: until) }
        staffRate = try (row[column + 7] as String?).flatMap { RateLimit($0) }
        suspendedAt = try row[column + 8]
    }
}
