import MobileMoney
package import SQL
package import Tenancy
package import Values

/// Money that an account's unsigned message tells of and that is too much to be believed: it is not entered until the
/// provider confirms it, by an answer about the receipt or by its list, or until a person does.
extension Transaction {
    /// Lets a notice wait for what confirms it; where nothing can, or nothing did for two days, a person looks.
    borrowing func putOff(
        _ notice: StoredNotice, of payment: ID<Payment>?, on road: RailAccount, canAsk: Bool, at now: Instant
    ) throws(SQLError) {
        let payment = try payment.flatMap { id throws(SQLError) in try self.payment(id, of: notice.tenant) }
        // The answer to a prompt can be confirmed by asking about it.
        var isAwaited = notice.payment != nil || payment?.promptSealed != nil
        if notice.payment == nil {
            if canAsk { try ask(about: notice, at: now) }
            let isListed = try hurryList(of: road, at: now)
            isAwaited = isAwaited || canAsk || isListed
        }
        guard isAwaited, now < notice.receivedAt + PollSchedule.end else {
            if let payment { try markForReview(payment) }
            try finish(notice, .refused, "unconfirmed")
            return
        }
        let pause = min(3_600, 2 + notice.attempts * notice.attempts)
        try postpone(notice, until: now + .seconds(Int64(pause)))
    }

    /// Has the provider asked about a notice's receipt, if it was not yet.
    private borrowing func ask(about notice: StoredNotice, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment_notice SET ask_due_at = $1
            WHERE id = $2 AND tenant = $3 AND state = 'waiting' AND ask_due_at IS NULL AND ask_hash IS NULL
            """, now, notice.id, notice.tenant)
    }

    /// Has the provider's list read within a minute; false where there is none.
    private borrowing func hurryList(of account: RailAccount, at now: Instant) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.rail_account SET pull_due_at = CASE WHEN pull_due_at > $1 THEN $1 ELSE pull_due_at END
            WHERE id = $2 AND tenant = $3 AND pull_due_at IS NOT NULL
            """, now + .minutes(1), account.id, account.tenant) == 1
    }

    /// Notices about whose receipts the provider is to be asked; platform's scope.
    borrowing func dueQuestions(at now: Instant, atMost limit: Int) throws(SQLError) -> [StoredNotice] {
        try all(
            """
            SELECT id, tenant, account, payment, body_sealed, received_at, state, note, attempts, refund, part, about,
                believed_by
            FROM main.payment_notice WHERE ask_due_at <= $1 ORDER BY ask_due_at, id LIMIT $2
            """, now, limit, read: StoredNotice.init(row:))
    }

    /// Lets one gateway ask about a notice, with the address at which the answer is awaited; false where another was faster.
    borrowing func takeQuestion(
        _ notice: StoredNotice, road hash: [UInt8], next due: Instant?, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.payment_notice SET ask_hash = $1, ask_due_at = CASE WHEN state = 'waiting' THEN $2 ELSE NULL END
            WHERE id = $3 AND tenant = $4 AND ask_due_at <= $5
            """, hash, due, notice.id, notice.tenant, now) == 1 && notice.state == .waiting
    }

    borrowing func notice(_ id: ID<StoredNotice>, of tenant: ID<Tenant>) throws(SQLError) -> StoredNotice? {
        try first(
            """
            SELECT id, tenant, account, payment, body_sealed, received_at, state, note, attempts, refund, part, about,
                believed_by
            FROM payment_notice WHERE id = $1 AND tenant = $2
            """, id, tenant, read: StoredNotice.init(row:))
    }

    /// The provider says that a notice is true: it is read once more.
    borrowing func confirm(_ notice: StoredNotice, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment_notice SET believed_by = 'provider', due_at = $1, ask_due_at = NULL
            WHERE id = $2 AND tenant = $3 AND state = 'waiting'
            """, now, notice.id, notice.tenant)
    }

    /// Believes a notice that nothing confirmed, by a person who has found the money at the provider's own desk.
    ///
    /// The gateway settles it at its next look.
    ///
    /// - Returns: false where the notice does not wait for that.
    package borrowing func believe(
        _ notice: ID<StoredNotice>, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.payment_notice SET believed_by = $1, state = 'waiting', due_at = $2, ask_due_at = NULL
            WHERE id = $3 AND tenant = $4 AND state = 'refused' AND note IN ('unconfirmed', 'receipt-unknown', 'contradicted')
            """, person, now, notice, tenant) == 1
    }
}
