package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// The versions of a router, newest first.
    package borrowing func backups(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> [Backup] {
        try all(
            """
            SELECT id, tenant, router, version, kind, export_version, taken_at, seen_at, reason, taken_by, routeros,
                note, size, digest
            FROM router_backup WHERE tenant = $1 AND router = $2 ORDER BY version DESC
            """, tenant, router, read: Backup.init(row:))
    }

    /// A version of a router.
    package borrowing func backup(
        _ version: Int, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Backup? {
        try first(
            """
            SELECT id, tenant, router, version, kind, export_version, taken_at, seen_at, reason, taken_by, routeros,
                note, size, digest
            FROM router_backup WHERE tenant = $1 AND router = $2 AND version = $3
            """, tenant, router, version, read: Backup.init(row:))
    }

    /// The newest version of a kind.
    borrowing func newestBackup(
        _ kind: Backup.Kind, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Backup? {
        try first(
            """
            SELECT id, tenant, router, version, kind, export_version, taken_at, seen_at, reason, taken_by, routeros,
                note, size, digest
            FROM router_backup WHERE tenant = $1 AND router = $2 AND kind = $3 ORDER BY version DESC LIMIT 1
            """, tenant, router, kind.rawValue, read: Backup.init(row:))
    }

    /// The number that the next version of a router has.
    borrowing func nextBackupVersion(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> Int {
        let newest: Int? = try first(
            "SELECT version FROM router_backup WHERE tenant = $1 AND router = $2 ORDER BY version DESC LIMIT 1",
            tenant, router
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        return (newest ?? 0) + 1
    }

    /// The sealed content and password of a version.
    borrowing func sealedContent(
        of backup: Backup
    ) throws(SQLError) -> (content: [UInt8], password: [UInt8]?)? {
        try first(
            "SELECT content_sealed, password_sealed FROM router_backup WHERE id = $1 AND tenant = $2", backup.id,
            backup.tenant
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }

    borrowing func insert(_ backup: Backup, sealed: [UInt8], password: [UInt8]?) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_backup (id, tenant, router, version, kind, export_version, taken_at, seen_at,
                reason, taken_by, routeros, note, size, digest, password_sealed, content_sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """, backup.id, backup.tenant, backup.router, backup.version, backup.kind.rawValue, backup.exportVersion,
            backup.takenAt, backup.seenAt, backup.reason.rawValue, backup.takenBy, backup.routerOS, backup.note,
            backup.size, backup.digest, password, sealed)
    }

    /// Notes that the router was found as it was.
    borrowing func noteSeen(_ backup: Backup, at now: Instant) throws(SQLError) {
        try run(
            "UPDATE main.router_backup SET seen_at = $1 WHERE id = $2 AND tenant = $3", now, backup.id, backup.tenant)
    }

    borrowing func remove(_ backup: Backup) throws(SQLError) {
        try run("DELETE FROM main.router_backup WHERE id = $1 AND tenant = $2", backup.id, backup.tenant)
    }
}

extension Backup {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], tenant: try row[1], router: try row[2], version: try row[3],
            kind: Kind(rawValue: try row[4]) ?? .export, exportVersion: try row[5], takenAt: try row[6],
            seenAt: try row[7], reason: Reason(rawValue: try row[8]) ?? .schedule, takenBy: try row[9],
            routerOS: try row[10], note: try row[11], size: try row[12], digest: try row[13])
    }
}
