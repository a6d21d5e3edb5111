import Catalog
package import SQL
package import Tenancy
package import Values

/// Somebody has used the fair share of a period under a rule that only tells so; kept until whoever knows a way tells it.
package struct FairUseNotice: Hashable, Sendable {
    package let entitlement: ID<Entitlement>
    package let tenant: ID<Tenant>
    /// When the period is over; nil where it lasts as long as the entitlement.
    package let until: Instant?

    package init(entitlement: ID<Entitlement>, tenant: ID<Tenant>, until: Instant?) {
        self.entitlement = entitlement
        self.tenant = tenant
        self.until = until
    }
}

extension Entitlement {
    /// Whether its fair share was used up since `before`, and that is only to be told.
    package func isToBeTold(since before: Entitlement) -> Bool {
        pacing.isBeyondFairUse && !before.pacing.isBeyondFairUse && pacing.fairUse?.deed == .notify
    }
}

extension Transaction {
    /// Asks for somebody to be told that the fair share is used, in the transaction that counts.
    package borrowing func noteFairShareUsed(_ entitlement: Entitlement) throws(SQLError) {
        try run(
            """
            INSERT INTO main.fair_use_notice (entitlement, tenant, fair_until) VALUES ($1, $2, $3)
            ON CONFLICT (entitlement) DO UPDATE SET fair_until = excluded.fair_until
            """, entitlement.id, entitlement.tenant, entitlement.pacing.fairUntil)
    }

    /// What is to be told, of every tenant; platform's scope.
    package borrowing func fairUseNotices(atMost limit: Int) throws(SQLError) -> [FairUseNotice] {
        try all("SELECT entitlement, tenant, fair_until FROM main.fair_use_notice LIMIT $1", limit) {
            (row: borrowing Row) throws(SQLError) in
            FairUseNotice(entitlement: try row[0], tenant: try row[1], until: try row[2])
        }
    }

    /// Takes a notice to tell it; false where another gateway did.
    package borrowing func take(_ notice: FairUseNotice) throws(SQLError) -> Bool {
        try run(
            "DELETE FROM main.fair_use_notice WHERE entitlement = $1 AND tenant = $2", notice.entitlement, notice.tenant
        ) == 1
    }
}
