import Messaging
package import SQL
package import Tenancy
package import Values

extension Transaction {
    package borrowing func message(_ id: ID<Message>, of tenant: ID<Tenant>) throws(SQLError) -> Message? {
        try first(
            """
            SELECT id, tenant, key, kind, channel, reader, language, content, is_sealed, state, reason, created_at, expires_at,
                due_at, ended_at, forgiven, segments
            FROM message WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Message.init(row:))
    }

    /// The same, locked until the transaction ends.
    borrowing func lockedMessage(_ id: ID<Message>, of tenant: ID<Tenant>) throws(SQLError) -> Message? {
        try first(
            .locking(
                "m",
                """
                SELECT m.id, m.tenant, m.key, m.kind, m.channel, m.reader, m.language, m.content, m.is_sealed, m.state, m.reason,
                    m.created_at, m.expires_at, m.due_at, m.ended_at, m.forgiven, m.segments
                FROM message AS m WHERE m.id = $1 AND m.tenant = $2
                """), id, tenant, read: Message.init(row:))
    }

    /// A page of a tenant's messages, newest first, those before a key.
    package borrowing func messages(
        of tenant: ID<Tenant>, before id: ID<Message> = ID(high: .max, low: .max), atMost limit: Int
    ) throws(SQLError) -> [Message] {
        try all(
            """
            SELECT id, tenant, key, kind, channel, reader, language, content, is_sealed, state, reason, created_at, expires_at,
                due_at, ended_at, forgiven, segments
            FROM message WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3
            """, tenant, id, limit, read: Message.init(row:))
    }

    /// A page of a tenant's messages that failed, newest first.
    package borrowing func failedMessages(of tenant: ID<Tenant>, atMost limit: Int) throws(SQLError) -> [Message] {
        try all(
            """
            SELECT id, tenant, key, kind, channel, reader, language, content, is_sealed, state, reason, created_at, expires_at,
                due_at, ended_at, forgiven, segments
            FROM message WHERE tenant = $1 AND state = 'failed' ORDER BY id DESC LIMIT $2
            """, tenant, limit, read: Message.init(row:))
    }

    /// How a message was handed over, in order.
    package borrowing func attempts(
        at message: ID<Message>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [MessageAttempt] {
        try all(
            """
            SELECT id, account, number, state, reason, code, began_at, ended_at
            FROM message_attempt WHERE message = $1 AND tenant = $2 ORDER BY number
            """, message, tenant, read: MessageAttempt.init(row:))
    }

    // MARK: The worker's rows

    /// Messages for which something is due and that nobody holds, a few of each tenant; platform's scope.
    borrowing func dueMessages(at now: Instant, ofEach most: Int, atMost limit: Int) throws(SQLError) -> [Message] {
        try all(
            """
            SELECT id, tenant, key, kind, channel, reader, language, content, is_sealed, state, reason, created_at, expires_at,
                due_at, ended_at, forgiven, segments
            FROM (SELECT m.*, row_number() OVER (PARTITION BY m.tenant ORDER BY m.due_at, m.id) AS place
                FROM main.message AS m WHERE m.due_at <= $1 AND m.held_until < $2) AS due
            WHERE place <= $3 ORDER BY place, due_at LIMIT $4
            """, now, now, most, limit, read: Message.init(row:))
    }

    /// Holds a message for a gateway.
    ///
    /// - Returns: false where another gateway holds it or nothing is due any more.
    borrowing func hold(_ message: Message, by holder: String, until: Instant, at now: Instant) throws(SQLError) -> Bool
    {
        try run(
            """
            UPDATE main.message SET held_by = $1, held_until = $2
            WHERE id = $3 AND tenant = $4 AND due_at <= $5 AND held_until < $5
            """, holder, until, message.id, message.tenant, now) == 1
    }

    /// Notes that a message is about to be handed over, before it is.
    borrowing func begin(_ attempt: MessageAttempt, at message: Message) throws(SQLError) {
        try run(
            """
            INSERT INTO main.message_attempt (id, tenant, message, account, number, state, reason, code, began_at)
            VALUES ($1, $2, $3, $4, $5, 'sending', '', '', $6)
            """, attempt.id, message.tenant, message.id, attempt.account, attempt.number, attempt.beganAt)
        try run(
            "UPDATE main.message SET state = 'sending', due_at = held_until WHERE id = $1 AND tenant = $2", message.id,
            message.tenant)
    }

    /// Notes what became of an attempt, where that is news.
    borrowing func note(
        _ state: MessageAttempt.State, _ reason: MessageReason?, code: String, name: String?,
        on attempt: ID<MessageAttempt>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        let known = try first(
            "SELECT state FROM message_attempt WHERE id = $1 AND tenant = $2", attempt, tenant
        ) { (row: borrowing Row) throws(SQLError) in MessageAttempt.State(rawValue: try row[0]) }
        guard case .some(.some(let known)) = known else { return }
        if let name {
            try run(
                "UPDATE main.message_attempt SET name = $1 WHERE id = $2 AND tenant = $3", name, attempt, tenant)
        }
        guard known.leads(to: state) else { return }
        try run(
            """
            UPDATE main.message_attempt SET state = $1, reason = $2, code = $3, ended_at = $4 WHERE id = $5 AND tenant = $6
            """, state.rawValue, reason?.rawValue ?? "", code, now, attempt, tenant)
    }

    /// Writes what is next for a message, and lets it go.
    borrowing func plan(
        _ message: Message, _ state: Message.State, _ reason: MessageReason?, due: Instant?, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.message SET state = $1, reason = $2, due_at = $3, ended_at = $4, held_by = '', held_until = 0
            WHERE id = $5 AND tenant = $6
            """, state.rawValue, reason?.rawValue ?? "", due, due == nil ? now : nil, message.id, message.tenant)
        try learn(state, reason, of: message, at: now)
    }

    borrowing func set(segments: Int, of message: Message) throws(SQLError) {
        try run(
            "UPDATE main.message SET segments = $1 WHERE id = $2 AND tenant = $3", segments, message.id, message.tenant)
    }

    // MARK: Keeping

    /// Forgets messages, what was tried and what was told of them; platform's scope.
    package borrowing func forgetMessages(before instant: Instant) throws(SQLError) {
        let (oldest, oldestReport) = (ID<Message>(firstAt: instant), ID<StoredReport>(firstAt: instant))
        try run(
            """
            DELETE FROM main.message_attempt WHERE message IN
                (SELECT id FROM main.message WHERE id < $1 AND due_at IS NULL)
            """, oldest)
        try run("DELETE FROM main.message WHERE id < $1 AND due_at IS NULL", oldest)
        try run("DELETE FROM main.message_report WHERE id < $1 AND due_at IS NULL", oldestReport)
    }
}

extension Message {
    /// Reads the columns in the order of the queries above.
    init(row: borrowing Row) throws(SQLError) {
        guard let kind = Kind(rawValue: try row[3]), let channel = MessageChannel(rawValue: try row[4]),
            let reader = MessageReader(try row[5], by: channel), let state = State(rawValue: try row[9])
        else { throw SQLError(.damaged, code: "message", message: "A message has an unreadable reader or state") }
        self.init(
            id: try row[0], tenant: try row[1], key: try row[2], kind: kind, reader: reader, language: try row[6],
            content: try row[7], isSealed: try row[8], state: state, reason: MessageReason(rawValue: try row[10]),
            createdAt: try row[11], expiresAt: try row[12], dueAt: try row[13], endedAt: try row[14],
            forgiven: try row[15], segments: try row[16])
    }
}

extension MessageAttempt {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let state = State(rawValue: try row[3]) else {
            throw SQLError(.damaged, code: "message-attempt", message: "An attempt has an unknown state")
        }
        self.init(
            id: try row[0], account: try row[1], number: try row[2], state: state,
            reason: MessageReason(rawValue: try row[4]), code: try row[5], beganAt: try row[6], endedAt: try row[7])
    }
}
