import RouterOS
package import SQL
package import Tenancy
package import Values

/// What a sweep did.
package struct SweepReport: Sendable {
    /// How many requests it took, writes included.
    package private(set) var requests: Int
    package private(set) var writes = 0
    package var drifts: [Drift]
    /// The menus in which the router lets us write nothing, and why.
    var prevented: [Menu: String] = [:]
    /// Whose rows effects have brought in order since the sweep looked.
    var touched: Set<SweepPlan.Subject> = []
    /// Whether every step was made; false where one was left to the next sweep, since it went by an old look.
    var isWhole = true

    /// Whether users of ours had to be left away.
    var leavesUsersAway: Bool {
        drifts.contains { drift in
            switch drift.cause {
            case .hotspotMissing: true
            case .nameTaken: drift.menu == Menu.hotspotUser.path
            default: drift.outcome == .refused && drift.menu == Menu.hotspotUser.path
            }
        }
    }

    init(requests: Int, told: [Drift]) {
        self.requests = requests
        drifts = told
    }

    /// Adds what is told and left alone, but for what was told of the same row before.
    mutating func tell(_ news: [Drift]) {
        var places = Set(drifts.map(\.place))
        for drift in news where places.insert(drift.place).inserted { drifts.append(drift) }
    }

    mutating func count(requests: Int) { self.requests += requests }

    mutating func count(writes: Int) {
        self.writes += writes
        requests += writes
    }
}

/// How the last sweep of a router went.
package struct SweepRecord: Hashable, Sendable {
    /// When somebody asked for one; nil where nobody did since the last.
    package let askedAt: Instant?
    package let sweptAt: Instant?
    package let requests: Int
    package let writes: Int
}

/// A drift as the store remembers it.
package struct DriftRecord: Hashable, Sendable {
    package let id: ID<Drift>
    package let drift: Drift
    package let foundAt: Instant
    /// The last sweep that found it.
    package let seenAt: Instant
    /// When it was repaired or no longer there; nil while it is there.
    package let goneAt: Instant?
}

/// The tables of sweeps and what they found.
let sweepMigration = Migration(
    71, "create-sweeps",
    """
    CREATE TABLE main.router_sweep (
        router {id} NOT NULL PRIMARY KEY,
        tenant {id} NOT NULL,
        asked_at {int},
        swept_at {int},
        requests {int} NOT NULL,
        writes {int} NOT NULL
    ) {clustered};
    CREATE INDEX router_sweep_asked ON router_sweep (router) WHERE asked_at IS NOT NULL;
    CREATE TABLE main.router_drift (
        id {id} NOT NULL PRIMARY KEY,
        tenant {id} NOT NULL,
        router {id} NOT NULL,
        cause TEXT NOT NULL,
        menu TEXT NOT NULL,
        name TEXT NOT NULL,
        detail TEXT NOT NULL,
        outcome TEXT NOT NULL,
        found_at {int} NOT NULL,
        seen_at {int} NOT NULL,
        gone_at {int}
    ) {clustered};
    CREATE INDEX router_drift_open ON router_drift (router) WHERE gone_at IS NULL;
    CREATE INDEX router_drift_past ON router_drift (tenant, router, id)
    """)

extension Transaction {
    /// Asks the gateway for a sweep as soon as it can.
    package borrowing func askForSweep(
        of router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_sweep (router, tenant, asked_at, requests, writes) VALUES ($1, $2, $3, 0, 0)
            ON CONFLICT (router) DO UPDATE SET asked_at = excluded.asked_at
            """, router, tenant, now)
    }

    /// The routers for which a sweep was asked; platform's scope.
    borrowing func sweepsAskedFor() throws(SQLError) -> [ID<Router>] {
        try all("SELECT router FROM main.router_sweep WHERE asked_at IS NOT NULL") {
            (row: borrowing Row) throws(SQLError) in try row[0]
        }
    }

    package borrowing func sweep(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> SweepRecord? {
        try first(
            """
            SELECT asked_at, swept_at, requests, writes FROM router_sweep WHERE router = $1 AND tenant = $2
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            SweepRecord(askedAt: try row[0], sweptAt: try row[1], requests: try row[2], writes: try row[3])
        }
    }

    /// What sweeps found on a router, the newest first; what is there still before what is gone.
    package borrowing func drifts(
        on router: ID<Router>, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [DriftRecord] {
        let open = try openDrifts(on: router, of: tenant)
        let past = try all(
            """
            SELECT id, cause, menu, name, detail, outcome, found_at, seen_at, gone_at FROM router_drift
            WHERE tenant = $1 AND router = $2 AND gone_at IS NOT NULL ORDER BY id DESC LIMIT $3
            """, tenant, router, max(0, limit - open.count), read: DriftRecord.init(row:))
        return Array((open + past).prefix(limit))
    }

    /// What is wrong on a router as far as the last sweep knows.
    package borrowing func openDrifts(
        on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [DriftRecord] {
        try all(
            """
            SELECT id, cause, menu, name, detail, outcome, found_at, seen_at, gone_at FROM router_drift
            WHERE router = $1 AND tenant = $2 AND gone_at IS NULL ORDER BY id DESC
            """, router, tenant, read: DriftRecord.init(row:))
    }

    /// Keeps what a sweep found and did: what was told before is the same drift, what is not found any more is gone.
    ///
    /// What was asked for while the sweep was under way may have come after its look: another one answers it.
    borrowing func record(
        _ report: SweepReport, of router: Router, began: Instant, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_sweep (router, tenant, swept_at, requests, writes) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (router) DO UPDATE SET swept_at = excluded.swept_at, requests = excluded.requests,
                writes = excluded.writes,
                asked_at = CASE WHEN router_sweep.asked_at < $6 THEN NULL ELSE router_sweep.asked_at END
            """, router.id, router.tenant, now, report.requests, report.writes, began)
        var open = Dictionary(try openDrifts(on: router.id, of: router.tenant).map { ($0.drift.place, $0) }) {
            first, _ in first
        }
        for drift in report.drifts {
            let goneAt = drift.outcome == .repaired ? now : nil
            if let known = open.removeValue(forKey: drift.place) {
                try run(
                    """
                    UPDATE main.router_drift SET detail = $1, outcome = $2, seen_at = $3, gone_at = $4
                    WHERE id = $5 AND tenant = $6
                    """, drift.detail, drift.outcome.rawValue, now, goneAt, known.id, router.tenant)
            } else {
                try run(
                    """
                    INSERT INTO main.router_drift (id, tenant, router, cause, menu, name, detail, outcome, found_at,
                        seen_at, gone_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
                    """, ID<Drift>(at: now), router.tenant, router.id, drift.cause.rawValue, drift.menu, drift.name,
                    drift.detail, drift.outcome.rawValue, now, goneAt)
            }
        }
        for (_, known) in open {
            try run(
                "UPDATE main.router_drift SET gone_at = $1 WHERE id = $2 AND tenant = $3", now, known.id,
                router.tenant)
        }
        try run(
            """
            DELETE FROM main.router_drift WHERE tenant = $1 AND router = $2 AND id < $3 AND gone_at IS NOT NULL
            """, router.tenant, router.id, ID<Drift>(firstAt: now - .days(31)))
    }
}

extension Drift {
    /// What makes two findings of two sweeps the same drift.
    fileprivate var place: [String] { [cause.rawValue, menu, name] }
}

extension DriftRecord {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let cause = Drift.Cause(rawValue: try row[1]), let outcome = Drift.Outcome(rawValue: try row[5]) else {
            throw SQLError(.damaged, code: "drift", message: "A drift has an unknown cause or outcome")
        }
        self.init(
            id: try row[0],
            drift: Drift(cause, in: try row[2], try row[3], try row[4], outcome), foundAt: try row[6],
            seenAt: try row[7], goneAt: try row[8])
    }
}
