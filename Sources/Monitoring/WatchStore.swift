import Entitlements
package import SQL
package import Tenancy
package import Values

/// A router as it was last read, and where its row stands.
package struct KeptWatch: Hashable, Sendable {
    package let watch: RouterWatch
    /// Grows with each reading that is kept; who counts on from an older one is refused.
    let revision: Int64
    /// Why the last attempt failed, in a sentence; empty where it did not.
    package let trouble: String
}

extension Transaction {
    /// What a router showed last; nil where nobody ever tried to read it.
    package borrowing func watch(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> KeptWatch? {
        try first(
            "SELECT revision, trouble, content FROM router_watch WHERE router = $1 AND tenant = $2", router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            let content: [UInt8]? = try row[2]
            return KeptWatch(
                watch: content.flatMap { RouterWatch(packed: $0) } ?? RouterWatch(), revision: try row[0],
                trouble: try row[1])
        }
    }

    /// Takes a router for reading, for as long as it is read on time; false where another gateway has it.
    borrowing func holdWatch(
        of router: ID<Router>, of tenant: ID<Tenant>, as holder: String, at now: Instant, until end: Instant
    ) throws(SQLError) -> Bool {
        guard try self.router(router, of: tenant) != nil else { return false }
        try run(
            """
            INSERT INTO main.router_watch (router, tenant, revision, trouble, holder, held_until)
            VALUES ($1, $2, 0, '', '', 0) ON CONFLICT (router) DO NOTHING
            """, router, tenant)
        return try run(
            """
            UPDATE main.router_watch SET holder = $1, held_until = $2
            WHERE router = $3 AND tenant = $4 AND (held_until <= $5 OR holder = $1)
            """, holder, end, router, tenant, now) == 1
    }

    /// Gives all routers of a gateway back; platform's scope.
    borrowing func releaseWatches(of holder: String) throws(SQLError) {
        try run("UPDATE main.router_watch SET held_until = 0 WHERE holder = $1", holder)
    }

    /// When a router was last read; nil where it never was.
    package borrowing func watchReadAt(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> Instant? {
        try first("SELECT read_at FROM router_watch WHERE router = $1 AND tenant = $2", router, tenant) {
            (row: borrowing Row) throws(SQLError) in try row[0] as Instant?
        } ?? nil
    }

    /// Notes why a router could not be read.
    borrowing func recordWatchTrouble(
        _ sentence: String, on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.router_watch SET trouble = $1 WHERE router = $2 AND tenant = $3", sentence, router, tenant)
    }

    /// Keeps what a reading came to; false, with nothing kept, where another was kept since `revision`.
    borrowing func record(
        _ ledger: WatchLedger, _ entry: TrafficEntry, after revision: Int64, at now: Instant,
        of router: ID<Router>, of tenant: ID<Tenant>, heldUntil lease: Instant
    ) throws(SQLError) -> Bool {
        let isCurrent =
            try run(
                """
                UPDATE main.router_watch SET revision = revision + 1, read_at = $1, trouble = '', held_until = $2,
                    content = $3 WHERE router = $4 AND tenant = $5 AND revision = $6
                """, now, lease, ledger.watch.packed, router, tenant, revision) == 1
        guard isCurrent else { return false }
        if ledger.isFirst { try endSessions(of: router, of: tenant) }
        for session in ledger.opened { try insert(session, at: now, of: router, of: tenant) }
        for session in ledger.closed { try end(session, of: tenant) }
        for session in ledger.resumed {
            try run("UPDATE main.router_session SET ended_at = NULL WHERE id = $1 AND tenant = $2", session, tenant)
        }
        try add(entry, of: router, of: tenant)
        return true
    }

    /// Lets nobody else change what is known of a router until the transaction ends.
    borrowing func lockWatch(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            "UPDATE main.router_watch SET revision = revision WHERE router = $1 AND tenant = $2", router, tenant)
    }

    /// Marks the sessions of a router over that has not answered for too long; they are remembered.
    borrowing func lapse(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try lockWatch(of: router, of: tenant)
        guard let kept = try watch(of: router, of: tenant) else { return }
        var watch = kept.watch
        for index in watch.open.indices where !watch.open[index].isOver {
            let session = watch.open[index]
            watch.open[index].isOver = true
            try end(.init(id: session.id, seenAt: session.seenAt, total: session.total), of: tenant)
        }
        try run(
            """
            UPDATE main.router_watch SET revision = revision + 1, content = $1 WHERE router = $2 AND tenant = $3
            """, watch.packed, router, tenant)
    }

    /// The routers with open sessions that were last read before a moment; platform's scope.
    borrowing func silentWatches(since instant: Instant) throws(SQLError) -> [(ID<Router>, ID<Tenant>)] {
        try all(
            """
            SELECT w.router, w.tenant FROM main.router_watch AS w WHERE w.read_at < $1 AND EXISTS
                (SELECT 1 FROM main.router_session AS s WHERE s.router = w.router AND s.ended_at IS NULL)
            """, instant
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }
}

extension Transaction {
    private borrowing func insert(
        _ opened: WatchLedger.Opened, at now: Instant, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        let seen = opened.seen
        // A text of ours has no NUL in it, and PostgreSQL takes none.
        let name = String(seen.name.unicodeScalars.map { $0 == "\0" ? " " : Character($0) })
        var entitlement: ID<Entitlement>?
        if let mac = seen.mac {
            entitlement = try first(
                "SELECT entitlement FROM device WHERE tenant = $1 AND mac = $2 AND username = $3", tenant, mac, name
            ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        }
        try run(
            """
            INSERT INTO main.router_session (id, tenant, router, service, name, mac, address, entitlement, started_at,
                seen_at, bytes_up, bytes_down) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)
            """, opened.id, tenant, router, seen.service, name, seen.mac, seen.address, entitlement, opened.startedAt,
            now)
    }

    private borrowing func end(_ closed: WatchLedger.Closed, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            UPDATE main.router_session SET seen_at = $1, ended_at = $1, bytes_up = $2, bytes_down = $3
            WHERE id = $4 AND tenant = $5
            """, closed.seenAt, closed.total.up, closed.total.down, closed.id, tenant)
    }

    /// Ends what is open though nothing is known of it any more.
    private borrowing func endSessions(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            UPDATE main.router_session SET ended_at = seen_at
            WHERE router = $1 AND tenant = $2 AND ended_at IS NULL
            """, router, tenant)
    }

    /// Adds a reading to the pages that it falls into.
    private borrowing func add(
        _ entry: TrafficEntry, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        var pages: [Instant: TrafficPage] = [:]
        for part in entry.parts {
            let start = TrafficPage.Grain.fine.start(containing: part.at)
            if pages[start] == nil { pages[start] = try trafficPage(.fine, at: start, of: router, of: tenant) }
            pages[start]?.add(part.slot, part.flows, at: part.at)
        }
        for page in pages.values { try keep(page, of: router, of: tenant) }
    }
}
