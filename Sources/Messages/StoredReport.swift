import Messaging
import SQL
import Tenancy
import Values

/// What was sent to the address of an account, kept as it came before anybody believes it.
struct StoredReport: Sendable {
    enum State: String, Sendable {
        case waiting
        case settled
        /// Nobody has seen its shape.
        case unknown
        /// It names no message of ours.
        case refused
    }

    let id: ID<StoredReport>
    let tenant: ID<Tenant>
    let account: ID<SenderAccount>
    let bodySealed: [UInt8]
    let attempts: Int
}

extension Transaction {
    /// Whose address has this keyed hash; platform's scope.
    borrowing func reportRoad(hashed hash: [UInt8]) throws(SQLError) -> (
        tenant: ID<Tenant>, account: ID<SenderAccount>
    )? {
        try first("SELECT tenant, id FROM main.sender_account WHERE road_hash = $1", hash) {
            (row: borrowing Row) throws(SQLError) in (tenant: try row[0], account: try row[1])
        }
    }

    /// Keeps what was sent; what came before already is kept once.
    borrowing func keep(_ report: StoredReport, digest: [UInt8], at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.message_report (id, tenant, account, digest, body_sealed, received_at, state, note, attempts, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', 0, $7) ON CONFLICT (account, digest) DO NOTHING
            """, report.id, report.tenant, report.account, digest, report.bodySealed, now, now)
    }

    /// Reports that wait and are due, in the order in which they came; platform's scope.
    borrowing func dueReports(at now: Instant, atMost limit: Int) throws(SQLError) -> [StoredReport] {
        try all(
            """
            SELECT id, tenant, account, body_sealed, attempts FROM main.message_report
            WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2
            """, now, limit
        ) { (row: borrowing Row) throws(SQLError) in
            StoredReport(
                id: try row[0], tenant: try row[1], account: try row[2], bodySealed: try row[3], attempts: try row[4])
        }
    }

    /// Writes what became of a report; false where another gateway was faster.
    @discardableResult
    borrowing func finish(
        _ report: StoredReport, _ state: StoredReport.State, _ note: String
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.message_report SET state = $1, note = $2, attempts = attempts + 1, due_at = NULL
            WHERE id = $3 AND tenant = $4 AND state = 'waiting'
            """, state.rawValue, note, report.id, report.tenant) == 1
    }

    /// Reads a report later again: the answer that names its message may be on the way.
    borrowing func postpone(_ report: StoredReport, until due: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.message_report SET attempts = attempts + 1, due_at = $1
            WHERE id = $2 AND tenant = $3 AND state = 'waiting'
            """, due, report.id, report.tenant)
    }

    /// The attempt that a report is about, with its message.
    borrowing func attempt(
        _ name: DeliveryReport.Name, by account: ID<SenderAccount>, of tenant: ID<Tenant>
    ) throws(SQLError) -> (attempt: ID<MessageAttempt>, message: ID<Message>)? {
        switch name {
        case .attempt(let text):
            guard let id = ID<MessageAttempt>(text) else { return nil }
            return try first(
                "SELECT id, message FROM message_attempt WHERE id = $1 AND account = $2 AND tenant = $3", id, account,
                tenant
            ) { (row: borrowing Row) throws(SQLError) in (attempt: try row[0], message: try row[1]) }
        case .provider(let text):
            return try first(
                "SELECT id, message FROM message_attempt WHERE account = $1 AND name = $2 AND tenant = $3", account,
                text, tenant
            ) { (row: borrowing Row) throws(SQLError) in (attempt: try row[0], message: try row[1]) }
        }
    }
}
