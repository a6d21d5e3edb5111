package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// How far an account has come: what was tried with it, and what became of that.
package struct AccountStanding: Hashable, Sendable {
    package let account: ID<RailAccount>
    /// When its keys were tried last; nil where never.
    package let checkedAt: Instant?
    /// Why they were not good.
    package let checkFlaw: PaymentReason?
    package let registeredAt: Instant?
    /// Why its addresses were not taken.
    package let registerFlaw: PaymentReason?
    /// The payment by which staff tried it last.
    package let test: ID<Payment>?
    /// Whether the provider's list of payments is read.
    package let readsList: Bool
}

extension Transaction {
    package borrowing func standing(
        of account: ID<RailAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) -> AccountStanding? {
        try first(
            """
            SELECT id, checked_at, check_flaw, registered_at, register_flaw, test_payment, pull_due_at
            FROM rail_account WHERE id = $1 AND tenant = $2
            """, account, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            AccountStanding(
                account: try row[0], checkedAt: try row[1], checkFlaw: PaymentReason(rawValue: try row[2]),
                registeredAt: try row[3], registerFlaw: PaymentReason(rawValue: try row[4]), test: try row[5],
                readsList: try row[6] as Instant? != nil)
        }
    }

    borrowing func note(
        _ flaw: PaymentReason?, ofCheckAt now: Instant, _ account: ID<RailAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.rail_account SET checked_at = $1, check_flaw = $2 WHERE id = $3 AND tenant = $4", now,
            flaw?.rawValue ?? "", account, tenant)
    }

    /// A refusal leaves an earlier registration as it is, and is told beside it.
    borrowing func note(
        _ flaw: PaymentReason?, ofRegistrationAt now: Instant, _ account: ID<RailAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.rail_account SET register_flaw = $1,
                registered_at = CASE WHEN $2 = 1 THEN $3 ELSE registered_at END
            WHERE id = $4 AND tenant = $5
            """, flaw?.rawValue ?? "", flaw == nil, now, account, tenant)
    }

    borrowing func note(
        _ payment: ID<Payment>, asTestOf account: ID<RailAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.rail_account SET test_payment = $1 WHERE id = $2 AND tenant = $3", payment, account, tenant)
    }
}
