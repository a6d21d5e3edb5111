package import Messaging
package import SQL
package import Tenancy
package import Values

/// A message that is asked for, in the transaction of what it tells of.
package struct MessageOrder: Sendable {
    let id: ID<Message>
    let tenant: ID<Tenant>
    let key: String
    let kind: Message.Kind
    let reader: MessageReader
    let language: String
    let content: [UInt8]
    let isSealed: Bool
    let now: Instant

    /// An order whose facts may stand in the store as they are.
    ///
    /// `key` names the event: a second order under it asks for nothing. `language` is a tag, empty for the tenant's.
    package init(
        _ template: MessageTemplate, _ facts: [String: Fact], as kind: Message.Kind, for key: String,
        to reader: MessageReader, in language: String = "", of tenant: ID<Tenant>, at now: Instant
    ) {
        id = ID(at: now)
        content = MessageContent.template(template, facts).bytes
        isSealed = false
        (self.kind, self.key, self.reader, self.language) = (kind, key, reader, language)
        (self.tenant, self.now) = (tenant, now)
    }

    /// An order whose content nobody may read in the store, such as a code or a person's own words.
    package init(
        sealing content: MessageContent, by keys: MessageKeys, as kind: Message.Kind, for key: String? = nil,
        to reader: MessageReader, in language: String = "", of tenant: ID<Tenant>, at now: Instant
    ) {
        id = ID(at: now)
        self.content = keys.seal(content.bytes, for: id)
        isSealed = true
        self.key = key ?? "own/\(id)"
        (self.kind, self.reader, self.language) = (kind, reader, language)
        (self.tenant, self.now) = (tenant, now)
    }
}

extension Transaction {
    /// Asks for a message; the running gateway sends it.
    ///
    /// - Returns: its key; nil where the tenant has no account for its channel, the event has its message already, or the
    ///   reader wants none of its kind or is not there.
    @discardableResult
    package borrowing func ask(for order: MessageOrder) throws(SQLError) -> ID<Message>? {
        guard try sends(order.reader.channel, of: order.tenant),
            try reaches(order.reader, order.kind, of: order.tenant)
        else { return nil }
        let isNew =
            try run(
                """
                INSERT INTO main.message (id, tenant, key, kind, channel, reader, language, content, is_sealed, state, reason,
                    created_at, expires_at, due_at, forgiven, segments, held_by, held_until)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', '', $10, $11, $12, 0, 0, '', 0)
                ON CONFLICT (tenant, key) DO NOTHING
                """, order.id, order.tenant, order.key, order.kind.rawValue, order.reader.channel.rawValue,
                order.reader.text, order.language, order.content, order.isSealed, order.now,
                order.now + order.kind.lifetime, order.now) == 1
        return isNew ? order.id : nil
    }

    /// Has a message sent again that came to nothing; what was tried before no longer counts.
    ///
    /// - Throws: `MessageRefusal`, `SQLError`.
    package borrowing func sendAgain(_ id: ID<Message>, of tenant: ID<Tenant>, at now: Instant) throws {
        guard let message = try lockedMessage(id, of: tenant) else { throw MessageRefusal.unknown }
        guard [.failed, .expired, .unknown].contains(message.state), message.kind != .code else {
            throw MessageRefusal.notRepeatable
        }
        try revive(message.reader, of: tenant, at: now)
        try run(
            """
            UPDATE main.message SET state = 'queued', reason = '', due_at = $1, ended_at = NULL, expires_at = $2,
                forgiven = (SELECT COUNT(*) FROM message_attempt AS a WHERE a.message = $3)
            WHERE id = $3 AND tenant = $4
            """, now, now + message.kind.lifetime, id, tenant)
    }
}

extension MessageReader {
    /// The form in which it is kept.
    var text: String {
        switch self {
        case .phone(let number): number.digits
        case .email(let address): address.full
        }
    }

    init?(_ text: String, by channel: MessageChannel) {
        let read: Self? =
            switch channel {
            case .sms: PhoneNumber(digits: text).map { .phone($0) }
            case .email: EmailAddress(text).map { .email($0) }
            }
        guard let read else { return nil }
        self = read
    }
}
