package import Messaging
package import SQL
package import Tenancy
package import Values

/// A tenant's account with somebody who sends messages.
package struct SenderAccount: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case africasTalking = "africastalking"
        case kannel
        case smtp

        package var channel: MessageChannel { self == .smtp ? .email : .sms }
    }

    package let id: ID<SenderAccount>
    package let tenant: ID<Tenant>
    package let kind: Kind
    /// By which staff know it; unique within the tenant.
    package let name: String
    /// The lower is tried first.
    package let position: Int
    /// What is needed to speak for the account, sealed.
    package let credentialsSealed: [UInt8]
    /// Why a person must look at it, and since when.
    package let trouble: MessageReason?
    package let troubleAt: Instant?
    /// Until when others are tried first.
    package let restsUntil: Instant

    package init(
        id: ID<SenderAccount>, tenant: ID<Tenant>, kind: Kind, name: String, position: Int, credentialsSealed: [UInt8],
        trouble: MessageReason? = nil, troubleAt: Instant? = nil, restsUntil: Instant = 0
    ) {
        self.id = id
        self.tenant = tenant
        self.kind = kind
        self.name = name
        self.position = position
        self.credentialsSealed = credentialsSealed
        self.trouble = trouble
        self.troubleAt = troubleAt
        self.restsUntil = restsUntil
    }
}

extension Transaction {
    /// Keeps an account; `road` is the keyed hash of its own address.
    package borrowing func insert(_ account: SenderAccount, road: [UInt8], at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.sender_account (id, tenant, kind, channel, name, position, credentials_sealed, road_hash, trouble,
                rests_until, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, $9)
            """, account.id, account.tenant, account.kind.rawValue, account.kind.channel.rawValue, account.name,
            account.position, account.credentialsSealed, road, now)
    }

    /// Removes an account; what it has sent stays.
    package borrowing func remove(_ account: ID<SenderAccount>, of tenant: ID<Tenant>) throws(SQLError) {
        try run("DELETE FROM main.sender_account WHERE id = $1 AND tenant = $2", account, tenant)
    }

    package borrowing func senderAccount(
        _ id: ID<SenderAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) -> SenderAccount? {
        try first(
            """
            SELECT id, tenant, kind, name, position, credentials_sealed, trouble, trouble_at, rests_until
            FROM sender_account WHERE id = $1 AND tenant = $2
            """, id, tenant, read: SenderAccount.init(row:))
    }

    /// A tenant's accounts in the order in which they are tried.
    package borrowing func senderAccounts(of tenant: ID<Tenant>) throws(SQLError) -> [SenderAccount] {
        try all(
            """
            SELECT id, tenant, kind, name, position, credentials_sealed, trouble, trouble_at, rests_until
            FROM sender_account WHERE tenant = $1 ORDER BY position, id
            """, tenant, read: SenderAccount.init(row:))
    }

    /// Whether a tenant can send by a channel at all.
    package borrowing func sends(_ channel: MessageChannel, of tenant: ID<Tenant>) throws(SQLError) -> Bool {
        try first(
            "SELECT 1 FROM sender_account WHERE tenant = $1 AND channel = $2 LIMIT 1", tenant, channel.rawValue
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as Int } != nil
    }

    /// Notes how an account did: what is down or unfit is left alone for a while, what works is believed again.
    borrowing func note(
        _ reason: MessageReason?, on account: ID<SenderAccount>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        guard let reason else {
            try run(
                """
                UPDATE main.sender_account SET trouble = '', trouble_at = NULL, rests_until = 0
                WHERE id = $1 AND tenant = $2 AND (trouble <> '' OR rests_until > 0)
                """, account, tenant)
            return
        }
        guard reason.concern == .passing || reason.concern == .doubt || reason.stopsAccount else { return }
        let rest: Span = reason.stopsAccount ? .minutes(10) : .seconds(30)
        try run(
            """
            UPDATE main.sender_account SET rests_until = $1,
                trouble_at = CASE WHEN $2 = 0 THEN trouble_at WHEN trouble = $3 THEN trouble_at ELSE $4 END,
                trouble = CASE WHEN $2 = 0 THEN trouble ELSE $3 END
            WHERE id = $5 AND tenant = $6
            """, now + rest, reason.stopsAccount, reason.rawValue, now, account, tenant)
    }
}

extension SenderAccount {
    /// Reads the columns in the order of the queries above.
    init(row: borrowing Row) throws(SQLError) {
        guard let kind = Kind(rawValue: try row[2]) else {
            throw SQLError(.damaged, code: "sender-account", message: "An account for messages has an unknown kind")
        }
        self.init(
            id: try row[0], tenant: try row[1], kind: kind, name: try row[3], position: try row[4],
            credentialsSealed: try row[5], trouble: MessageReason(rawValue: try row[6]), troubleAt: try row[7],
            restsUntil: try row[8])
    }
}
