import Ledger
package import MobileMoney
package import SQL
package import Tenancy
package import Values
import Entitlements
import Provisioning

/// Giving a payment back: asked for by one person, confirmed by another.
package struct Refund: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// It waits for a second person.
        case asked
        /// Two people want it; the provider is to be told.
        case approved
        /// The provider is being told; whether it was is not known until it answers.
        case sending
        /// The provider has taken the order.
        case sent
        /// Nobody knows what became of it; it is asked about for two days and not sent again. Then a person finds out,
        /// and confirms or declines it.
        case unknown
        /// The money went back, and the books say so.
        case confirmed
        case declined
        /// No money went back, as far as is known; it may be asked for again.
        case failed

        /// Whether the provider may be carrying it out.
        package var isUnderWay: Bool { [.approved, .sending, .sent, .unknown].contains(self) }
    }

    /// Where the money goes.
    package enum Target: Sendable {
        /// Into the payer's wallet, at once.
        case wallet
        /// Out: somebody sends it back himself, on whichever way.
        case byHand
    }

    package let id: ID<Refund>
    package let tenant: ID<Tenant>
    package let payment: ID<Payment>
    package let reason: String
    package let state: State
    package let askedBy: String
    package let askedAt: Instant
    package let settledBy: String
    /// How the provider sends it back; nil where it does not.
    package let way: GiveBack.Way?
    /// How often the provider was told or asked.
    package let attempts: Int
    package let sentAt: Instant?
    /// Why it is where it is, as the name of a `PaymentReason`; empty where nothing is wrong.
    package let flaw: String
    /// The provider's own number of what went back.
    package let receipt: ReceiptNumber?
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
            askedAt: now, settledBy: "", way: nil, attempts: 0, sentAt: nil, flaw: "", receipt: nil)
    }

    /// Gives the money back: its posting is taken back, and what was bought ends.
    ///
    /// One that the provider was asked about in vain can only be confirmed as gone `byHand`. What went by hand has the number of
    /// that payment as its `reference`, so that nobody takes one payment for two refunds.
    ///
    /// - Returns: the routers that have work now.
    /// - Throws: `PaymentRefusal`, `LedgerRefusal`, `SQLError`.
    package borrowing func confirmRefund(
        _ id: ID<Refund>, by person: String, into target: Refund.Target, reference: ReceiptNumber? = nil,
        of tenant: ID<Tenant>, at now: Instant
    ) throws -> Set<ID<Router>> {
        guard let refund = try refund(id, of: tenant), refund.state == .asked || target == .byHand,
            let payment = try lockedPayment(refund.payment, of: tenant), payment.outcome != .refunded,
            let posting = payment.posting, let account = try railAccount(payment.account, of: tenant)
        else { throw PaymentRefusal.notRefundable }
        guard refund.askedBy != person else { throw PaymentRefusal.samePerson }
        if let reference, try isUsed(reference, of: tenant) { throw PaymentRefusal.referenceUsed }
        guard try end(id, as: .confirmed, by: person, reference, of: tenant, at: now) else {
            throw PaymentRefusal.notRefundable
        }
        return try giveBack(payment, posting, of: id, into: target, account, at: now)
    }

    /// Takes a payment back in the books, and ends what was bought.
    borrowing func giveBack(
        _ payment: Payment, _ posting: ID<Posting>, of refund: ID<Refund>, into target: Refund.Target,
        _ account: RailAccount, at now: Instant
    ) throws -> Set<ID<Router>> {
        let tenant = payment.tenant
        let settling = Settling(road: .statement, account: account, now: now, offset: try offset(of: tenant))
        try run(
            "UPDATE main.payment SET outcome = 'refunded', due_at = NULL WHERE id = $1 AND tenant = $2", payment.id,
            tenant)
        let work = try payment.entitlement.map { entitlement throws(SQLError) in
            try withdraw(entitlement, .withdrawn, of: tenant, at: now)
        }
        _ = try reverse(posting, on: settling.day, note: "refund", of: tenant, at: now)
        if target == .wallet {
            // Where the money came in, which may have been another account than the one that asked.
            let lines = try self.posting(posting, of: tenant)?.lines ?? []
            let clearing = lines.first { $0.account.kind == .clearing }?.account ?? account.clearing
            try enter(
                Posting.Source("refund", refund.description),
                [.debit(clearing, payment.received), .credit(payment.wallet, payment.received)],
                as: ID(at: now), settling)
        }
        return work ?? []
    }

    /// Leaves a payment as it is.
    package borrowing func declineRefund(
        _ id: ID<Refund>, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        try end(id, as: .declined, by: person, of: tenant, at: now)
    }

    /// What a person decides of a refund that waits for one; false for any other.
    private borrowing func end(
        _ id: ID<Refund>, as state: Refund.State, by person: String, _ reference: ReceiptNumber? = nil,
        of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.payment_refund SET state = $1, settled_by = $2, settled_at = $3, flaw = '',
                receipt = COALESCE($4, receipt)
            WHERE id = $5 AND tenant = $6 AND (state = 'asked' OR state = 'unknown' AND due_at IS NULL)
            """, state.rawValue, person, now, reference?.text, id, tenant) == 1
    }

    /// Whether a refund went back under this number before.
    private borrowing func isUsed(_ reference: ReceiptNumber, of tenant: ID<Tenant>) throws(SQLError) -> Bool {
        try first(
            "SELECT 1 FROM payment_refund WHERE tenant = $1 AND receipt = $2 LIMIT 1", tenant, reference.text
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as Int } != nil
    }

    package borrowing func refund(_ id: ID<Refund>, of tenant: ID<Tenant>) throws(SQLError) -> Refund? {
        try first(
            """
            SELECT id, tenant, payment, reason, state, asked_by, asked_at, settled_by, way, attempts, sent_at, flaw, receipt
            FROM payment_refund WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Refund.init(row:))
    }

    /// Refunds that wait for a second person or for the provider, or that failed, oldest first.
    package borrowing func openRefunds(of tenant: ID<Tenant>, atMost limit: Int) throws(SQLError) -> [Refund] {
        try all(
            """
            SELECT id, tenant, payment, reason, state, asked_by, asked_at, settled_by, way, attempts, sent_at, flaw, receipt
            FROM payment_refund WHERE tenant = $1 AND state NOT IN ('confirmed', 'declined') ORDER BY id LIMIT $2
            """, tenant, limit, read: Refund.init(row:))
    }
}

extension Refund {
    init(row: borrowing Row) throws(SQLError) {
        guard let state = State(rawValue: try row[4]) else {
            throw SQLError(.damaged, code: "refund", message: "A refund has an unknown state")
        }
        self.init(
            id: try row[0], tenant: try row[1], payment: try row[2], reason: try row[3], state: state,
            askedBy: try row[5], askedAt: try row[6], settledBy: try row[7], way: GiveBack.Way(rawValue: try row[8]),
            attempts: try row[9], sentAt: try row[10], flaw: try row[11],
            receipt: (try row[12] as String?).flatMap { ReceiptNumber($0) })
    }
}
