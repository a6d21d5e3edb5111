package import MobileMoney
import Provisioning
package import SQL
package import Tenancy
package import Values
import Catalog
import Entitlements
import Ledger

extension Transaction {
    package borrowing func payment(_ id: ID<Payment>, of tenant: ID<Tenant>) throws(SQLError) -> Payment? {
        try first(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Payment.init(row:))
    }

    /// The same, locked until the transaction ends.
    borrowing func lockedPayment(_ id: ID<Payment>, of tenant: ID<Tenant>) throws(SQLError) -> Payment? {
        try first(
            .locking(
                "p",
                """
                SELECT p.id, p.tenant, p.code, p.account, p.package, p.site, p.router, p.mac, p.address, p.amount, p.currency,
                    p.phone, p.state, p.outcome, p.reason, p.created_at, p.expires_at, p.prompted_at, p.decided_at, p.attempts,
                    p.due_at, p.prompt_sealed, p.receipt, p.received, p.posting, p.entitlement, p.effect, p.needs_review,
                    p.language, p.from_wallet
                FROM payment AS p WHERE p.id = $1 AND p.tenant = $2
                """), id, tenant, read: Payment.init(row:))
    }

    /// The payment with this public name.
    package borrowing func payment(
        named code: AccountNumber, of tenant: ID<Tenant>
    ) throws(SQLError) -> Payment? {
        try first(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE tenant = $1 AND code = $2
            """, tenant, code.text, read: Payment.init(row:))
    }

    /// The newest payment from a phone.
    package borrowing func newestPayment(
        from phone: PhoneNumber, of tenant: ID<Tenant>
    ) throws(SQLError) -> Payment? {
        try first(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE tenant = $1 AND phone = $2 ORDER BY id DESC LIMIT 1
            """, tenant, phone.digits, read: Payment.init(row:))
    }

    /// A page of a tenant's payments, newest first, those before a key.
    package borrowing func payments(
        of tenant: ID<Tenant>, before id: ID<Payment> = ID(high: .max, low: .max), atMost limit: Int
    ) throws(SQLError) -> [Payment] {
        try all(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3
            """, tenant, id, limit, read: Payment.init(row:))
    }

    /// Payments of an account that wait for a receipt of this amount and began in a time.
    borrowing func payments(
        awaiting amount: Money, on account: ID<RailAccount>, from start: Instant, to end: Instant,
        of tenant: ID<Tenant>,
        atMost limit: Int = 1_000
    ) throws(SQLError) -> [Payment] {
        try all(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM payment WHERE tenant = $1 AND account = $2 AND amount = $3 AND receipt IS NULL AND created_at >= $4
                AND created_at <= $5 ORDER BY id LIMIT $6
            """, tenant, account, amount.minorUnits, start, end, limit, read: Payment.init(row:)
        ).filter { $0.amount.currency == amount.currency }
    }
}

extension Payment {
    /// Reads the columns in the order of the queries above.
    init(row: borrowing Row) throws(SQLError) {
        guard let code = AccountNumber(typed: try row[2] as String),
            let currency = Currency(code: try row[10] as String),
            let phone = PhoneNumber(digits: try row[11] as String), let state = State(rawValue: try row[12]),
            let outcome = Outcome(rawValue: try row[13])
        else { throw SQLError(.damaged, code: "payment", message: "A payment has an unreadable code, phone or state") }
        var purchase = Purchase.topUp
        if let offer = try row[4] as ID<Package>? {
            let device = PayingDevice(site: try row[5], router: try row[6], mac: try row[7], address: try row[8])
            purchase = .package(offer, device)
        }
        self.init(
            id: try row[0], tenant: try row[1], code: code, account: try row[3], purchase: purchase,
            amount: Money(minorUnits: try row[9], in: currency), phone: phone, state: state, outcome: outcome,
            reason: PaymentReason(rawValue: try row[14]), createdAt: try row[15], expiresAt: try row[16],
            promptedAt: try row[17], decidedAt: try row[18], attempts: try row[19], dueAt: try row[20],
            promptSealed: try row[21], receipt: try (row[22] as String?).flatMap { ReceiptNumber($0) },
            received: Money(minorUnits: try row[23], in: currency), posting: try row[24], entitlement: try row[25],
            effect: try row[26], needsReview: try row[27], language: try row[28],
            fromWallet: Money(minorUnits: try row[29], in: currency))
    }
}
