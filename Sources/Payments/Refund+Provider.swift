import Ledger
package import MobileMoney
import Provisioning
package import SQL
package import Tenancy
package import Values

/// What a gateway needs to carry a refund out.
struct RefundWork: Sendable {
    let refund: Refund
    let payment: Payment
    let account: RailAccount

    var order: GiveBack? {
        refund.way.map {
            GiveBack(
                $0, key: refund.id.description, receipt: payment.receipt, amount: payment.received, payee: payment.phone
            )
        }
    }
}

/// The way of a refund through the provider: approved → sending → sent → confirmed or failed; unknown where an answer is
/// missing. What was possibly sent is asked about and never sent again.
extension Transaction {
    /// Lets a refund go out, by a second person; the books follow when the provider says that it did.
    ///
    /// - Throws: `PaymentRefusal`, `LedgerRefusal.insufficient` where the payer has spent the money, `SQLError`.
    package borrowing func approveRefund(
        _ id: ID<Refund>, by person: String, way: GiveBack.Way, keys: PaymentKeys, of tenant: ID<Tenant>,
        at now: Instant
    ) throws {
        guard let refund = try refund(id, of: tenant), refund.state == .asked,
            let payment = try lockedPayment(refund.payment, of: tenant), let posting = payment.posting,
            let account = try railAccount(payment.account, of: tenant), account.rail.givesBack(by: way),
            way == .payout || payment.receipt != nil
        else { throw PaymentRefusal.notRefundable }
        guard refund.askedBy != person else { throw PaymentRefusal.samePerson }
        for line in try self.posting(posting, of: tenant)?.lines ?? []
        where line.account.kind == .wallet && line.amount.minorUnits < 0 {
            let left = try balance(of: line.account, of: tenant)
            guard left.minorUnits >= -line.amount.minorUnits else { throw LedgerRefusal.insufficient(left) }
        }
        try run(
            """
            UPDATE main.payment_refund SET state = 'approved', settled_by = $1, settled_at = $2, way = $3, token_hash = $4,
                due_at = $2
            WHERE id = $5 AND tenant = $6 AND state = 'asked'
            """, person, now, way.rawValue, keys.hash(keys.token(of: id)), id, tenant)
    }

    /// Refunds for which something is due and that nobody holds; platform's scope.
    borrowing func dueRefunds(at now: Instant, atMost limit: Int) throws(SQLError) -> [Refund] {
        try all(
            """
            SELECT id, tenant, payment, reason, state, asked_by, asked_at, settled_by, way, attempts, sent_at, flaw, receipt
            FROM main.payment_refund WHERE due_at <= $1 AND held_until < $2 ORDER BY due_at LIMIT $3
            """, now, now, limit, read: Refund.init(row:))
    }

    /// Holds a refund for a gateway, and notes that it is about to be sent, before it is.
    ///
    /// - Returns: the refund as it was before; nil where another gateway holds it or nothing is due any more.
    borrowing func hold(_ candidate: Refund, until: Instant, at now: Instant) throws(SQLError) -> RefundWork? {
        let isHeld =
            try run(
                """
                UPDATE main.payment_refund SET held_until = $1 WHERE id = $2 AND tenant = $3 AND due_at <= $4 AND held_until < $4
                """, until, candidate.id, candidate.tenant, now) == 1
        guard isHeld, let work = try refundWork(candidate.id, of: candidate.tenant) else { return nil }
        if work.refund.state == .approved {
            try run(
                "UPDATE main.payment_refund SET state = 'sending', sent_at = $1 WHERE id = $2 AND tenant = $3", now,
                candidate.id, candidate.tenant)
        }
        return work
    }

    borrowing func refundWork(_ id: ID<Refund>, of tenant: ID<Tenant>) throws(SQLError) -> RefundWork? {
        guard let refund = try refund(id, of: tenant), let payment = try payment(refund.payment, of: tenant),
            let account = try railAccount(payment.account, of: tenant)
        else { return nil }
        return RefundWork(refund: refund, payment: payment, account: account)
    }

    /// Writes where an order stands that is neither done nor refused; what came to an end in the meantime stays.
    borrowing func place(
        _ refund: Refund, _ state: Refund.State, due: Instant?, flaw: String = ""
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.payment_refund SET state = $1, due_at = $2, flaw = $3, attempts = attempts + 1, held_until = 0
            WHERE id = $4 AND tenant = $5 AND state IN ('approved', 'sending', 'sent', 'unknown')
            """, state.rawValue, due, flaw, refund.id, refund.tenant)
    }

    /// Settles what a provider says of an order, once; the books follow what was done.
    ///
    /// - Returns: the routers that have work now.
    borrowing func settle(
        _ work: RefundWork, _ outcome: GiveBackOutcome, at now: Instant
    ) throws -> Set<ID<Router>> {
        let refund = work.refund
        switch outcome {
        case .open:
            // Asked soon, since a result is not told twice.
            try place(refund, .unknown, due: now + .seconds(30), flaw: "outcome-unknown")
            return []
        case .failed(let reason):
            let isOver =
                try run(
                    """
                    UPDATE main.payment_refund SET state = 'failed', flaw = $1, due_at = NULL, held_until = 0
                    WHERE id = $2 AND tenant = $3 AND state IN ('approved', 'sending', 'sent', 'unknown')
                    """, reason.rawValue, refund.id, refund.tenant) == 1
            // What was done does not come undone by a second word about it.
            if !isOver, refund.state == .confirmed { try markForReview(work.payment) }
            return []
        case .done(let receipt): return try finish(work, receipt, at: now)
        }
    }

    /// Also after it was thought to have failed: the money is gone.
    private borrowing func finish(
        _ work: RefundWork, _ receipt: ReceiptNumber?, at now: Instant
    ) throws -> Set<ID<Router>> {
        let refund = work.refund
        guard refund.state != .confirmed else { return [] }
        guard let payment = try lockedPayment(refund.payment, of: refund.tenant), payment.outcome != .refunded,
            let posting = payment.posting
        else {
            // Given back on another way meanwhile, so twice.
            try markForReview(work.payment)
            return []
        }
        let isFirst =
            try run(
                """
                UPDATE main.payment_refund SET state = 'confirmed', flaw = '', due_at = NULL, held_until = 0, receipt = $1
                WHERE id = $2 AND tenant = $3 AND state IN ('approved', 'sending', 'sent', 'unknown', 'failed')
                """, receipt?.text, refund.id, refund.tenant) == 1
        return isFirst ? try giveBack(payment, posting, of: refund.id, into: .byHand, work.account, at: now) : []
    }
}

extension Rail {
    /// Whether money can go back through the provider so: M-PESA in both ways, MTN by a new payment alone.
    package func givesBack(by way: GiveBack.Way) -> Bool {
        switch self {
        case .mpesa: true
        case .momo: way == .payout
        case .kcb, .jenga, .bank: false
        }
    }
}

/// When a provider is asked what became of money that was to go back.
enum RefundSchedule {
    /// Minutes after it was sent; a result comes within seconds or not at all.
    private static let pauses: [Int64] = [2, 5, 15, 60, 180, 360, 720, 1_440, 2_880]

    /// Nil after two days: a person looks.
    static func next(after attempts: Int, since sent: Instant) -> Instant? {
        attempts < pauses.count ? sent + .minutes(pauses[attempts]) : nil
    }
}
