package import MobileMoney
package import SQL
package import Tenancy
package import Values

/// What was posted to one of our addresses, kept as it came before anybody believes it.
package struct StoredNotice: Hashable, Sendable {
    package enum State: String, Sendable {
        case waiting
        case settled
        /// Nobody has seen its shape; a person looks, and it can be read again by a newer program.
        case unknown
        /// It names another prompt or another account than its address.
        case refused
    }

    /// Which of the addresses of a refund it came to.
    package enum Part: String, Sendable {
        case none = ""
        /// The end of an order.
        case end
        /// The order waited too long in a queue.
        case late
        /// The answer to a question about the order.
        case state
        case stateLate = "state-late"
    }

    package let id: ID<StoredNotice>
    package let tenant: ID<Tenant>
    package let account: ID<RailAccount>
    /// The payment whose own address it came to; nil for an account's.
    package let payment: ID<Payment>?
    /// The refund whose address it came to.
    package let refund: ID<Refund>?
    package let part: Part
    /// The notice about whose money it answers a question of ours.
    package let about: ID<StoredNotice>?
    /// Whether the provider, or a person, has confirmed what it tells.
    package let isBelieved: Bool
    package let bodySealed: [UInt8]
    package let receivedAt: Instant
    package let state: State
    /// What it did, or what is wrong with it; nothing of the body.
    package let note: String
    package let attempts: Int

    /// What it is about: a payment, a refund, another notice, or itself.
    var subject: ID<Void> {
        payment?.rebound(to: Void.self) ?? refund?.rebound(to: Void.self) ?? (about ?? id).rebound(to: Void.self)
    }
}

/// Which of our addresses something was posted to: what its token names.
package enum RoadDoor: Hashable, Sendable {
    case payment
    /// An account of a provider that shows nothing; what it tells is believed by other means.
    case account
    /// An account of a bank, with what shows that the bank posts.
    case bank(NoticeProof)
    case refund(StoredNotice.Part)
    /// The answer to a question about a receipt; `late` where it waited too long in the provider's queue.
    case question(StoredNotice.Part)

    var part: StoredNotice.Part {
        switch self {
        case .refund(let part), .question(let part): part
        case .payment, .account, .bank: .none
        }
    }
}

/// Where one of our secret addresses leads.
struct RoadEnd: Hashable, Sendable {
    let tenant: ID<Tenant>
    let account: ID<RailAccount>
    let payment: ID<Payment>?
    var refund: ID<Refund>?
    var about: ID<StoredNotice>?
}

extension Transaction {
    /// Where the address of a door with this keyed hash leads; platform's scope.
    borrowing func roadEnd(hashed hash: [UInt8], by door: RoadDoor) throws(SQLError) -> RoadEnd? {
        switch door {
        case .payment:
            return try first("SELECT tenant, account, id FROM main.payment WHERE token_hash = $1", hash) {
                (row: borrowing Row) throws(SQLError) in
                RoadEnd(tenant: try row[0], account: try row[1], payment: try row[2])
            }
        case .refund:
            return try first(
                """
                SELECT r.tenant, p.account, r.id FROM main.payment_refund AS r JOIN main.payment AS p ON p.id = r.payment
                WHERE r.token_hash = $1
                """, hash
            ) { (row: borrowing Row) throws(SQLError) in
                RoadEnd(tenant: try row[0], account: try row[1], payment: nil, refund: try row[2])
            }
        case .question:
            return try first("SELECT tenant, account, id FROM main.payment_notice WHERE ask_hash = $1", hash) {
                (row: borrowing Row) throws(SQLError) in
                RoadEnd(tenant: try row[0], account: try row[1], payment: nil, about: try row[2])
            }
        case .account, .bank:
            let found = try first("SELECT tenant, id, rail FROM main.rail_account WHERE road_hash = $1", hash) {
                (row: borrowing Row) throws(SQLError) in
                (RoadEnd(tenant: try row[0], account: try row[1], payment: nil), Rail(rawValue: try row[2]))
            }
            // What a bank must show is asked at its own door only.
            guard let found, let rail = found.1, rail.asksPhones == (door == .account) else { return nil }
            return found.0
        }
    }

    /// The account to which one of our addresses belongs; platform's scope.
    borrowing func railAccount(at end: RoadEnd) throws(SQLError) -> RailAccount? {
        try first(
            """
            SELECT id, tenant, rail, kind, short_code, store_number, prefix, currency, credentials_sealed, is_open
            FROM main.rail_account WHERE id = $1 AND tenant = $2
            """, end.account, end.tenant, read: RailAccount.init(row:))
    }

    /// Keeps what was posted; what came before already is kept once.
    borrowing func keep(
        _ id: ID<StoredNotice>, at end: RoadEnd, part: StoredNotice.Part, digest: [UInt8], bodySealed: [UInt8],
        on now: Instant
    ) throws(SQLError) {
        let road: Road = end.payment == nil ? .incoming : .callback
        try run(
            """
            INSERT INTO main.payment_notice (id, tenant, account, payment, road, digest, body_sealed, received_at, state, note,
                attempts, due_at, refund, part, about)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', '', 0, $9, $10, $11, $12)
            ON CONFLICT (account, digest) DO NOTHING
            """, id, end.tenant, end.account, end.payment, road.rawValue, digest, bodySealed, now, now, end.refund,
            part.rawValue, end.about)
    }

    /// Notices that wait and are due, in the order in which they came; platform's scope.
    borrowing func dueNotices(at now: Instant, atMost limit: Int) throws(SQLError) -> [StoredNotice] {
        try all(
            """
            SELECT id, tenant, account, payment, body_sealed, received_at, state, note, attempts, refund, part, about,
                believed_by
            FROM main.payment_notice WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2
            """, now, limit, read: StoredNotice.init(row:))
    }

    /// A page of a tenant's notices that came to nothing, newest first, those before a key: in a shape that nobody has seen,
    /// or about another prompt, account or currency than its address is for.
    package borrowing func vainNotices(
        of tenant: ID<Tenant>, before id: ID<StoredNotice> = ID(high: .max, low: .max), atMost limit: Int
    ) throws(SQLError) -> [StoredNotice] {
        try all(
            """
            SELECT id, tenant, account, payment, body_sealed, received_at, state, note, attempts, refund, part, about,
                believed_by
            FROM payment_notice WHERE state IN ('unknown', 'refused') AND tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3
            """, tenant, id, limit, read: StoredNotice.init(row:))
    }

    /// Writes what became of a notice.
    ///
    /// - Returns: false where another gateway was faster.
    @discardableResult
    borrowing func finish(
        _ notice: StoredNotice, _ state: StoredNotice.State, _ note: String
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.payment_notice SET state = $1, note = $2, attempts = attempts + 1, due_at = NULL
            WHERE id = $3 AND tenant = $4 AND state = 'waiting'
            """, state.rawValue, note, notice.id, notice.tenant) == 1
    }

    /// Reads a notice later again.
    borrowing func postpone(_ notice: StoredNotice, until due: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.payment_notice SET attempts = attempts + 1, due_at = $1
            WHERE id = $2 AND tenant = $3 AND state = 'waiting'
            """, due, notice.id, notice.tenant)
    }
}

extension StoredNotice {
    init(row: borrowing Row) throws(SQLError) {
        guard let state = State(rawValue: try row[6]), let part = Part(rawValue: try row[10]) else {
            throw SQLError(.damaged, code: "notice", message: "A notice has an unknown state")
        }
        self.init(
            id: try row[0], tenant: try row[1], account: try row[2], payment: try row[3], refund: try row[9],
            part: part, about: try row[11], isBelieved: try row[12] as String != "", bodySealed: try row[4],
            receivedAt: try row[5], state: state, note: try row[7], attempts: try row[8])
    }
}
