package import MobileMoney
import SQL
import Tenancy
import Values

/// The rows from which gateways take their work.
extension Transaction {
    /// Payments for which something is due and that nobody holds, a few of each account, phones that wait to be asked first;
    /// platform's scope.
    ///
    /// Those of a provider that does not answer pile up, and must not stand before those of others.
    borrowing func duePayments(at now: Instant, ofEach most: Int, atMost limit: Int) throws(SQLError) -> [Payment] {
        try all(
            """
            SELECT id, tenant, code, account, package, site, router, mac, address, amount, currency, phone, state, outcome,
                reason, created_at, expires_at, prompted_at, decided_at, attempts, due_at, prompt_sealed, receipt, received,
                posting, entitlement, effect, needs_review, language, from_wallet
            FROM (SELECT p.*, row_number() OVER (PARTITION BY p.account
                    ORDER BY CASE WHEN p.state = 'new' THEN 0 ELSE 1 END, p.due_at, p.id) AS place
                FROM main.payment AS p WHERE p.due_at <= $1 AND p.held_until < $2) AS due
            WHERE place <= $3 ORDER BY place, due_at LIMIT $4
            """, now, now, most, limit, read: Payment.init(row:))
    }

    /// Holds a payment for a gateway, and notes that the phone is about to be asked, before it is.
    ///
    /// - Returns: the payment as it was before; nil where another gateway holds it or nothing is due any more.
    borrowing func hold(
        _ id: ID<Payment>, by holder: String, until: Instant, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> (Payment, RailAccount)? {
        let isHeld =
            try run(
                """
                UPDATE main.payment SET held_by = $1, held_until = $2
                WHERE id = $3 AND tenant = $4 AND due_at <= $5 AND held_until < $5
                """, holder, until, id, tenant, now) == 1
        guard isHeld, let payment = try payment(id, of: tenant),
            let account = try railAccount(payment.account, of: tenant)
        else { return nil }
        if payment.state == .new {
            try run(
                "UPDATE main.payment SET state = 'sending', prompted_at = $1 WHERE id = $2 AND tenant = $3", now, id,
                tenant)
        }
        return (payment, account)
    }

    /// The provider has taken the prompt; money that came in the meantime stays.
    borrowing func asked(
        _ payment: Payment, hash: [UInt8], sealed: [UInt8], at now: Instant, due: Instant?
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.payment SET prompt_hash = COALESCE(prompt_hash, $1), prompt_sealed = COALESCE(prompt_sealed, $2),
                prompted_at = $3, due_at = CASE WHEN state IN ('sending', 'silent') THEN $4 ELSE due_at END,
                reason = CASE WHEN state IN ('sending', 'silent') THEN '' ELSE reason END,
                state = CASE WHEN state IN ('sending', 'silent') THEN 'asked' ELSE state END, held_by = '', held_until = 0
            WHERE id = $5 AND tenant = $6
            """, hash, sealed, now, due, payment.id, payment.tenant)
    }

    /// Asks the phone later: nothing was done, or doing it again does nothing more.
    borrowing func tryAgain(_ payment: Payment, at due: Instant, isUnsent: Bool) throws(SQLError) {
        try run(
            """
            UPDATE main.payment SET state = 'new', reason = $1, attempts = attempts + 1, due_at = $2, held_by = '',
                held_until = 0
            WHERE id = $3 AND tenant = $4 AND state = 'sending'
            """, isUnsent ? "" : PaymentReason.outcomeUnknown.rawValue, due, payment.id, payment.tenant)
    }

    /// Waits for news from outside.
    borrowing func silence(_ payment: Payment, until due: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment SET state = 'silent', reason = 'outcome-unknown', due_at = $1, held_by = '', held_until = 0
            WHERE id = $2 AND tenant = $3 AND state = 'sending'
            """, due, payment.id, payment.tenant)
    }

    /// Plans the next question after an answer was settled.
    borrowing func looked(
        _ id: ID<Payment>, _ answer: PaymentAnswer, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        guard let payment = try payment(id, of: tenant) else { return }
        let prompted = payment.promptedAt ?? payment.createdAt
        let soon = PollSchedule.next(at: now, since: prompted)
        let close = now < prompted + PollSchedule.closeLooks ? soon : nil
        var due: Instant?
        switch (payment.state, answer) {
        // A code in no list is no failure: nobody waits at a page any more, and it is asked about further.
        case (.asked, .open(let reason)) where reason.endsWaiting:
            try fail(payment, .outcomeUnknown, at: now)
            due = soon
        case (.asked, _):
            due = soon
            if soon == nil {
                try fail(payment, .outcomeUnknown, at: now)
                try markForReview(payment)
            }
        case (.failed, .failed(let failure)) where failure.isCertain && !failure.reason.mayStillPay: break
        case (.failed, _) where payment.reason?.mayStillPay ?? true:
            due = PollSchedule.nextForLateMoney(at: now, since: prompted)
        case (.failed, _): due = close
        // Money that a callback told of is confirmed once; without a receipt it is looked for.
        case (.paid, .open) where payment.receipt != nil: due = close
        case (.paid, _): due = payment.receipt == nil ? soon : nil
        case (.new, _), (.sending, _), (.silent, _): due = payment.dueAt
        }
        try run(
            """
            UPDATE main.payment SET attempts = attempts + 1, due_at = $1, held_by = '', held_until = 0
            WHERE id = $2 AND tenant = $3
            """, due, id, tenant)
    }

    /// Plans the next look for a receipt.
    borrowing func lookedForReceipt(_ payment: Payment, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment SET attempts = attempts + 1, due_at = $1, held_by = '', held_until = 0
            WHERE id = $2 AND tenant = $3 AND receipt IS NULL
            """, PollSchedule.next(at: now, since: payment.promptedAt ?? payment.createdAt), payment.id, payment.tenant)
    }
}

extension PaymentReason {
    /// Whether providers have been seen to take the money after telling this.
    package var mayStillPay: Bool {
        switch self {
        case .noResponse, .expired, .outcomeUnknown, .providerBusy, .providerUnreachable: true
        default: false
        }
    }

    /// Whether the provider takes the same amount from the same phone again at once: nothing was paid, and nothing will be.
    package var freesAmount: Bool {
        concern == .payer && !mayStillPay && self != .tooSoon && self != .promptOpen
    }
}
