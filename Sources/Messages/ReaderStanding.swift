package import Messaging
package import SQL
package import Tenancy
package import Values

/// What is known of a reader beside their messages: that they want no notices, or that nobody is there.
package struct ReaderStanding: Hashable, Sendable {
    /// Receipts and codes go out all the same.
    package let wantsNoNotices: Bool
    /// Why nothing arrives there; nil while something may.
    package let dead: MessageReason?
}

extension Transaction {
    /// What is known of a reader; nil where nothing is.
    package borrowing func standing(
        of reader: MessageReader, of tenant: ID<Tenant>
    ) throws(SQLError) -> ReaderStanding? {
        try first(
            "SELECT opted_out, dead FROM message_reader WHERE tenant = $1 AND channel = $2 AND reader = $3", tenant,
            reader.channel.rawValue, reader.text
        ) { (row: borrowing Row) throws(SQLError) in
            ReaderStanding(wantsNoNotices: try row[0], dead: MessageReason(rawValue: try row[1]))
        }
    }

    /// Whether a message of a kind is of use to a reader.
    ///
    /// A one-time code is: somebody waits for it who may have the number now.
    borrowing func reaches(
        _ reader: MessageReader, _ kind: Message.Kind, of tenant: ID<Tenant>
    ) throws(SQLError) -> Bool {
        guard let standing = try standing(of: reader, of: tenant) else { return true }
        return kind == .code || standing.dead == nil && !(kind == .notice && standing.wantsNoNotices)
    }

    /// Notes that a reader wants no notices, or wants them again.
    package borrowing func set(
        _ reader: MessageReader, wantsNoNotices: Bool, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.message_reader (tenant, channel, reader, opted_out, dead, changed_at)
            VALUES ($1, $2, $3, $4, '', $5)
            ON CONFLICT (tenant, channel, reader) DO UPDATE SET opted_out = excluded.opted_out,
                changed_at = excluded.changed_at
            """, tenant, reader.channel.rawValue, reader.text, wantsNoNotices, now)
    }

    /// Learns from the end of a message: where nobody is nothing more is sent, until something arrives there or a person
    /// has it sent again.
    borrowing func learn(
        _ state: Message.State, _ reason: MessageReason?, of message: Message, at now: Instant
    ) throws(SQLError) {
        switch (state, reason) {
        case (.failed, let reason?) where reason.isForGood:
            try run(
                """
                INSERT INTO main.message_reader (tenant, channel, reader, opted_out, dead, changed_at)
                VALUES ($1, $2, $3, 0, $4, $5)
                ON CONFLICT (tenant, channel, reader) DO UPDATE SET dead = excluded.dead,
                    changed_at = excluded.changed_at
                """, message.tenant, message.reader.channel.rawValue, message.reader.text, reason.rawValue, now)
        case (.delivered, _): try revive(message.reader, of: message.tenant, at: now)
        default: break
        }
    }

    /// Forgets that nobody was there.
    borrowing func revive(_ reader: MessageReader, of tenant: ID<Tenant>, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.message_reader SET dead = '', changed_at = $1
            WHERE tenant = $2 AND channel = $3 AND reader = $4 AND dead <> ''
            """, now, tenant, reader.channel.rawValue, reader.text)
    }
}

extension MessageReason {
    /// Whether the same address will never do better.
    fileprivate var isForGood: Bool {
        switch self {
        case .addressInvalid, .addressUnsupported, .addressUnknown: true
        default: false
        }
    }
}
