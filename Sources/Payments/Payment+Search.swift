package import SQL
package import Tenancy
package import Values

/// Lists for staff, a page at a time.
extension Transaction {
    /// A page of a number's payments, newest first, those before a key.
    package borrowing func payments(
        from phone: PhoneNumber, of tenant: ID<Tenant>, before id: ID<Payment> = ID(high: .max, low: .max),
        atMost limit: Int
    ) throws(SQLError) -> [Payment] {
        try all(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE tenant = $1 AND phone = $2 AND id < $3 ORDER BY id DESC LIMIT $4
            """, tenant, phone.digits, id, limit, read: Payment.init(row:))
    }

    /// A page of money that belongs to nobody, oldest first, what came after a place: when it was seen, and its receipt.
    package borrowing func unassigned(
        of tenant: ID<Tenant>, after place: (seenAt: Instant, receipt: String), atMost limit: Int
    ) throws(SQLError) -> [PaymentReceipt] {
        try all(
            """
            SELECT tenant, rail, receipt, account, payment, amount, currency, paid_at, seen_at, road, reference, payer,
                payer_name, standing, posting
            FROM payment_receipt WHERE tenant = $1 AND standing = 'unassigned' AND seen_at >= $2
                AND (seen_at > $2 OR receipt > $3)
            ORDER BY seen_at, receipt LIMIT $4
            """, tenant, place.seenAt, place.receipt, limit, read: PaymentReceipt.init(row:))
    }
}
