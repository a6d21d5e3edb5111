import Ledger
package import SQL
package import Tenancy
package import Values
import Entitlements
import Provisioning

/// Giving a payment back: asked for by one person, confirmed by another.
package struct Refund: Hashable, Sendable {
    package enum State: String, Sendable { case asked, confirmed, declined }

    /// Where the money goes.
    package enum Target: Sendable {
        /// Into the payer's wallet, at once.
        case wallet
        /// Out through the provider, by whom the money must then be sent back.
        case provider
    }

    package let id: ID<Refund>
    package let tenant: ID<Tenant>
    package let payment: ID<Payment>
    package let reason: String
    package let state: State
    package let askedBy: String
    package let askedAt: Instant
    package let settledBy: String
}

extension Transaction {
    /// Asks for a payment to be given back.
    ///
    /// - Throws: `PaymentRefusal.notRefundable`, `SQLError`.
    package borrowing func askRefund(
        of payment: Payment, because reason: String, by person: String, at now: Instant
    ) throws -> Refund {
        guard payment.state == .paid, payment.posting != nil, payment.outcome != .refunded else {
            throw PaymentRefusal.notRefundable
        }
        let id = ID<Refund>(at: now)
        do throws(SQLError) {
            try run(
                """
                INSERT INTO main.payment_refund (id, tenant, payment, reason, state, asked_by, asked_at, settled_by)
                VALUES ($1, $2, $3, $4, 'asked', $5, $6, '')
                """, id, payment.tenant, payment.id, reason, person, now)
        } catch  where error.kind == .duplicate {
            throw PaymentRefusal.notRefundable
        }
        return Refund(
            id: id, tenant: payment.tenant, payment: payment.id, reason: reason, state: .asked, askedBy: person,
            askedAt: now, settledBy: "")
    }

    /// Gives the money back: its posting is taken back, and what was bought ends.
    ///
    /// - Returns: the routers that have work now.
    /// - Throws: `PaymentRefusal`, `LedgerRefusal`, `SQLError`.
    package borrowing func confirmRefund(
        _ id: ID<Refund>, by person: String, into target: Refund.Target, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Set<ID<Router>> {
        guard let refund = try refund(id, of: tenant), refund.state == .asked,
            let payment = try lockedPayment(refund.payment, of: tenant), let posting = payment.posting,
            let account = try railAccount(payment.account, of: tenant)
        else { throw PaymentRefusal.notRefundable }
        guard refund.askedBy != person else { throw PaymentRefusal.samePerson }
        let settling = Settling(road: .statement, account: account, now: now, offset: try offset(of: tenant))
        try run(
            """
            UPDATE main.payment_refund SET state = 'confirmed', settled_by = $1, settled_at = $2 WHERE id = $3 AND tenant = $4
            """, person, now, id, tenant)
        try run(
            "UPDATE main.payment SET outcome = 'refunded', due_at = NULL WHERE id = $1 AND tenant = $2", payment.id,
            tenant)
        let work = try payment.entitlement.map { entitlement throws(SQLError) in
            try withdraw(entitlement, .withdrawn, of: tenant, at: now)
        }
        _ = try reverse(posting, on: settling.day, note: "refund", of: tenant, at: now)
        if target == .wallet {
            try enter(
                Posting.Source("refund", id.description),
                [.debit(account.clearing, payment.received), .credit(payment.wallet, payment.received)],
                as: ID(at: now), settling)
        }
        return work ?? []
    }

    /// Leaves a payment as it is.
    package borrowing func declineRefund(
        _ id: ID<Refund>, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.payment_refund SET state = 'declined', settled_by = $1, settled_at = $2
            WHERE id = $3 AND tenant = $4 AND state = 'asked'
            """, person, now, id, tenant) == 1
    }

    package borrowing func refund(_ id: ID<Refund>, of tenant: ID<Tenant>) throws(SQLError) -> Refund? {
        try first(
            """
            SELECT id, tenant, payment, reason, state, asked_by, asked_at, settled_by FROM payment_refund
            WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Refund.init(row:))
    }

    /// Refunds that wait for a second person, oldest first.
    package borrowing func openRefunds(of tenant: ID<Tenant>, atMost limit: Int) throws(SQLError) -> [Refund] {
        try all(
            """
            SELECT id, tenant, payment, reason, state, asked_by, asked_at, settled_by FROM payment_refund
            WHERE tenant = $1 AND state = 'asked' ORDER BY id LIMIT $2
            """, tenant, limit, read: Refund.init(row:))
    }
}

extension Refund {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let state = State(rawValue: try row[4]) else {
            throw SQLError(.damaged, code: "refund", message: "A refund has an unknown state")
        }
        self.init(
            id: try row[0], tenant: try row[1], payment: try row[2], reason: try row[3], state: state,
            askedBy: try row[5], askedAt: try row[6], settledBy: try row[7])
    }
}
