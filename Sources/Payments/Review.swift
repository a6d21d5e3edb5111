package import SQL
package import Tenancy
package import Values

/// Payments at which a person must look: what is told of them contradicts itself, or nobody knows what became of them.
extension Transaction {
    /// Those that wait for a person, oldest first.
    package borrowing func paymentsToReview(
        of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Payment] {
        try all(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE needs_review = 1 AND tenant = $1 ORDER BY id LIMIT $2
            """, tenant, limit, read: Payment.init(row:))
    }

    /// Notes that a person has looked at a payment and set right what was to be set right; what comes after is told anew.
    ///
    /// - Returns: false where it does not wait for anybody.
    package borrowing func review(
        _ payment: ID<Payment>, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.payment SET needs_review = 0, reviewed_by = $1, reviewed_at = $2
            WHERE id = $3 AND tenant = $4 AND needs_review = 1
            """, person, now, payment, tenant) == 1
    }

    borrowing func markForReview(_ payment: Payment) throws(SQLError) {
        try run("UPDATE main.payment SET needs_review = 1 WHERE id = $1 AND tenant = $2", payment.id, payment.tenant)
    }
}
