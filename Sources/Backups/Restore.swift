package import SQL
package import Tenancy
package import Values

/// A restore of a router: which version, who asked, what became of it.
package struct Restore: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// A fresh backup is taken, the file is brought; nothing has changed on the router.
        case preparing
        /// The router was told to take the version over and has not answered since.
        case sent
        /// The router answers and has the settings of the version.
        case done
        /// The router answers, and its settings differ from those of the version.
        case differs
        /// An import ended at a command that failed; those before it are in effect.
        case stopped
        /// Nothing was changed on the router.
        case failed
        /// The router has not answered, as long as anybody waited.
        case unanswered
    }

    package let id: ID<Restore>
    package let tenant: ID<Tenant>
    package let router: ID<Router>
    package let version: Int
    package internal(set) var state: State
    /// What remains to be said, in sentences.
    package internal(set) var note: String
    package let askedBy: String
    package let beganAt: Instant
    /// When the router was told.
    package internal(set) var sentAt: Instant?
    package internal(set) var endedAt: Instant?
    /// Until when somebody is at it.
    package internal(set) var busyUntil: Instant

    /// Whether somebody is at it now.
    package func isUnderWay(at now: Instant) -> Bool { endedAt == nil && busyUntil >= now }

    /// Whether it was left unfinished: its gateway stopped meanwhile.
    package func isAbandoned(at now: Instant) -> Bool { endedAt == nil && busyUntil < now }
}

extension Transaction {
    /// The restores of a router, newest first.
    package borrowing func restores(
        of router: ID<Router>, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Restore] {
        try all(
            """
            SELECT id, tenant, router, version, state, note, asked_by, began_at, sent_at, ended_at, busy_until
            FROM router_restore WHERE tenant = $1 AND router = $2 ORDER BY id DESC LIMIT $3
            """, tenant, router, limit, read: Restore.init(row:))
    }

    /// A restore of a tenant.
    package borrowing func restore(_ id: ID<Restore>, of tenant: ID<Tenant>) throws(SQLError) -> Restore? {
        try first(
            """
            SELECT id, tenant, router, version, state, note, asked_by, began_at, sent_at, ended_at, busy_until
            FROM router_restore WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Restore.init(row:))
    }

    /// Writes a restore as it is now.
    borrowing func keep(_ restore: Restore) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_restore (id, tenant, router, version, state, note, asked_by, began_at, sent_at,
                ended_at, busy_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, note = excluded.note, sent_at = excluded.sent_at,
                ended_at = excluded.ended_at, busy_until = excluded.busy_until
            """, restore.id, restore.tenant, restore.router, restore.version, restore.state.rawValue, restore.note,
            restore.askedBy, restore.beganAt, restore.sentAt, restore.endedAt, restore.busyUntil)
    }
}

extension Restore {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], tenant: try row[1], router: try row[2], version: try row[3],
            state: State(rawValue: try row[4]) ?? .unanswered, note: try row[5], askedBy: try row[6],
            beganAt: try row[7], sentAt: try row[8], endedAt: try row[9], busyUntil: try row[10])
    }
}
