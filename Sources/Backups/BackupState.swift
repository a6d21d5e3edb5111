package import SQL
package import Tenancy
package import Values

/// How a router stands with its backups.
package struct BackupState: Hashable, Sendable {
    package let router: ID<Router>
    /// The last attempt, successful or not.
    package let triedAt: Instant?
    /// The last attempt that brought an export.
    package let takenAt: Instant?
    /// Why the last attempt failed, in a sentence; empty where it did not.
    package let trouble: String
    /// What could not be taken although the export was, in a sentence: mostly the binary backup.
    package let note: String
    package let failures: Int
    package let dueAt: Instant
    /// Until when somebody is at it; past where nobody is.
    package let busyUntil: Instant
}

extension Transaction {
    /// How a router stands; nil where it never had a turn.
    package borrowing func backupState(
        of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> BackupState? {
        try first(
            """
            SELECT router, tried_at, taken_at, trouble, note, failures, due_at, busy_until FROM router_backup_state
            WHERE router = $1 AND tenant = $2
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            BackupState(
                router: try row[0], triedAt: try row[1], takenAt: try row[2], trouble: try row[3], note: try row[4],
                failures: try row[5], dueAt: try row[6], busyUntil: try row[7])
        }
    }

    /// Gives a router its turn; one that has its turn already keeps it.
    borrowing func mention(_ router: ID<Router>, of tenant: ID<Tenant>, dueAt due: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_backup_state (router, tenant, trouble, note, failures, due_at, busy_until)
            VALUES ($1, $2, '', '', 0, $3, 0) ON CONFLICT (router) DO NOTHING
            """, router, tenant, due)
    }

    /// Lets a router be backed up at its next turn; the first time it is mentioned too.
    package borrowing func ask(
        toBackUp router: ID<Router>, of tenant: ID<Tenant>, at due: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_backup_state (router, tenant, trouble, note, failures, due_at, busy_until)
            VALUES ($1, $2, '', '', 0, $3, 0) ON CONFLICT (router) DO UPDATE SET due_at = excluded.due_at
            """, router, tenant, due)
    }

    /// Takes a router for a backup or a restore; false where somebody is at it, here or on another gateway.
    borrowing func claimForBackup(
        _ router: ID<Router>, of tenant: ID<Tenant>, at now: Instant, until end: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.router_backup_state SET busy_until = $1, tried_at = $2
            WHERE router = $3 AND tenant = $4 AND busy_until <= $2
            """, end, now, router, tenant) == 1
    }

    /// Gives a router back as it was.
    borrowing func releaseFromBackup(_ router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            "UPDATE main.router_backup_state SET busy_until = 0 WHERE router = $1 AND tenant = $2", router, tenant)
    }

    /// Notes an export that was taken, and what was not taken beside it.
    borrowing func recordBackup(
        on router: ID<Router>, of tenant: ID<Tenant>, at now: Instant, note: String, dueAt: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router_backup_state SET taken_at = $1, trouble = '', note = $2, failures = 0, due_at = $3
            WHERE router = $4 AND tenant = $5
            """, now, note, dueAt, router, tenant)
    }

    /// Notes why a router could not be backed up.
    borrowing func recordBackupTrouble(
        _ sentence: String, on router: ID<Router>, of tenant: ID<Tenant>, failures: Int, dueAt: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router_backup_state SET trouble = $1, failures = $2, due_at = $3
            WHERE router = $4 AND tenant = $5
            """, sentence, failures, dueAt, router, tenant)
    }

    /// The routers whose turn it is and that answered when they were last asked something; platform's scope.
    borrowing func routersToBackUp(at now: Instant, atMost limit: Int) throws(SQLError) -> [(ID<Router>, ID<Tenant>)] {
        try all(
            """
            SELECT r.id, r.tenant FROM main.router AS r JOIN main.router_backup_state AS b ON b.router = r.id
            WHERE b.due_at <= $1 AND b.busy_until <= $1 AND r.state NOT IN ('unreachable', 'certificate', 'waiting', 'released')
            ORDER BY b.due_at LIMIT $2
            """, now, limit
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }

    /// The routers in service that never had a turn; platform's scope.
    borrowing func routersNeverBackedUp() throws(SQLError) -> [(ID<Router>, ID<Tenant>)] {
        try all(
            """
            SELECT r.id, r.tenant FROM main.router AS r
            WHERE r.state NOT IN ('waiting', 'released')
                AND NOT EXISTS (SELECT 1 FROM main.router_backup_state AS b WHERE b.router = r.id)
            """
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }

    /// How many routers in service have had no export since a moment; platform's scope.
    package borrowing func routersWithoutBackup(since instant: Instant) throws(SQLError) -> Int {
        try first(
            """
            SELECT count(*) FROM main.router AS r WHERE r.state NOT IN ('waiting', 'released') AND NOT EXISTS
                (SELECT 1 FROM main.router_backup_state AS b WHERE b.router = r.id AND b.taken_at >= $1)
            """, instant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] } ?? 0
    }
}
