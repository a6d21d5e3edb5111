import JSON
package import SQL
package import Tenancy
package import Values

/// What is known of a router as a whole, and when it is read again.
package struct RouterInventory: Hashable, Sendable {
    package let router: ID<Router>
    /// The last survey that succeeded.
    package let survey: ID<Survey>?
    package let surveyedAt: Instant?
    /// When a survey last found other settings.
    package let changedAt: Instant?
    /// The last attempt, successful or not.
    package let triedAt: Instant?
    /// Why the last attempt failed, in a sentence; empty where it did not.
    package let trouble: String
    package let failures: Int
    package let dueAt: Instant
    /// Until when somebody is at it; past where nobody is.
    package let busyUntil: Instant
    package let capabilities: Capabilities
}

/// A survey in a router's history.
package struct PastSurvey: Hashable, Sendable {
    package let id: ID<Survey>
    package let beganAt: Instant
    package let endedAt: Instant
    package let tablesRead: Int
    package let tablesFailed: Int
    /// How many changes it found; `changes` tells the first of them.
    package let changeCount: Int
    package let changes: [TableChange]
}

extension Transaction {
    /// What is known of a router; nil where it was never to be read.
    package borrowing func inventory(
        of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> RouterInventory? {
        try first(
            """
            SELECT router, survey, surveyed_at, changed_at, tried_at, trouble, failures, due_at, busy_until, capabilities
            FROM router_inventory WHERE router = $1 AND tenant = $2
            """, router, tenant, read: RouterInventory.init(row:))
    }

    /// What is known of each router of a tenant.
    package borrowing func inventories(of tenant: ID<Tenant>) throws(SQLError) -> [ID<Router>: RouterInventory] {
        let found = try all(
            """
            SELECT router, survey, surveyed_at, changed_at, tried_at, trouble, failures, due_at, busy_until, capabilities
            FROM router_inventory WHERE tenant = $1
            """, tenant, read: RouterInventory.init(row:))
        return Dictionary(uniqueKeysWithValues: found.map { ($0.router, $0) })
    }

    /// The surveys of a router, newest first; `changedOnly` leaves out those that found nothing new.
    package borrowing func surveys(
        of router: ID<Router>, of tenant: ID<Tenant>, changedOnly: Bool = false, atMost limit: Int
    ) throws(SQLError) -> [PastSurvey] {
        try all(
            """
            SELECT id, began_at, ended_at, tables_read, tables_failed, change_count, changes FROM router_survey
            WHERE tenant = $1 AND router = $2 AND change_count >= $3 ORDER BY id DESC LIMIT $4
            """, tenant, router, changedOnly ? 1 : 0, limit, read: PastSurvey.init(row:))
    }

    /// The settings of a table as a survey found them; nil where they are not kept that far back.
    package borrowing func settings(
        of path: String, at survey: ID<Survey>, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [InventoryRow]? {
        let packed: [UInt8]? = try first(
            """
            SELECT content FROM router_table_past WHERE tenant = $1 AND router = $2 AND path = $3 AND survey <= $4
            ORDER BY survey DESC LIMIT 1
            """, tenant, router, path, survey
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        return packed.flatMap(TableContent.rows)
    }

    /// Lets a router be read at its next turn; the first time it is mentioned too.
    package borrowing func ask(
        toRead router: ID<Router>, of tenant: ID<Tenant>, at due: Instant
    ) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_inventory (router, tenant, trouble, failures, due_at, busy_until, capabilities)
            VALUES ($1, $2, '', 0, $3, 0, '{}')
            ON CONFLICT (router) DO UPDATE SET due_at = excluded.due_at
            """, router, tenant, due)
    }

    /// Takes a router for reading; false where somebody is at it, here or on another gateway.
    borrowing func claim(
        _ router: ID<Router>, of tenant: ID<Tenant>, at now: Instant, until end: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.router_inventory SET busy_until = $1, tried_at = $2
            WHERE router = $3 AND tenant = $4 AND busy_until <= $2
            """, end, now, router, tenant) == 1
    }

    /// Gives a router back as it was.
    borrowing func release(_ router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            "UPDATE main.router_inventory SET busy_until = 0 WHERE router = $1 AND tenant = $2", router, tenant)
    }

    /// Gives a router back after an attempt that failed.
    borrowing func recordTrouble(
        _ sentence: String, on router: ID<Router>, of tenant: ID<Tenant>, failures: Int, dueAt: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.router_inventory SET busy_until = 0, trouble = $1, failures = $2, due_at = $3
            WHERE router = $4 AND tenant = $5
            """, sentence, failures, dueAt, router, tenant)
    }

    /// Keeps a survey, compared with what the store has; long tables take a while.
    package borrowing func record(
        _ survey: Survey, of router: ID<Router>, of tenant: ID<Tenant>, dueAt: Instant
    ) throws(SQLError) {
        let ledger = SurveyLedger(survey, known: try storedTables(of: router, of: tenant))
        try record(survey, as: ID(at: survey.endedAt), ledger, of: router, of: tenant, dueAt: dueAt)
    }

    /// Keeps a survey and gives the router back.
    borrowing func record(
        _ survey: Survey, as id: ID<Survey>, _ ledger: SurveyLedger, of router: ID<Router>, of tenant: ID<Tenant>,
        dueAt: Instant
    ) throws(SQLError) {
        for table in ledger.tables { try keep(table, of: router, of: tenant) }
        for entry in ledger.past {
            try run(
                """
                INSERT INTO main.router_table_past (router, path, survey, tenant, row_count, content)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, router, entry.path, id, tenant, entry.count, entry.content)
        }
        let changes = ledger.changes.isEmpty ? nil : TableContent.packed(ledger.changes)
        try run(
            """
            INSERT INTO main.router_survey
                (id, tenant, router, began_at, ended_at, tables_read, tables_failed, change_count, changes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, id, tenant, router, survey.beganAt, survey.endedAt,
            survey.tables.count { $0.standing == .read }, survey.tables.count { !$0.standing.isKnown },
            ledger.changeCount, changes)
        let before = try inventory(of: router, of: tenant)?.capabilities ?? Capabilities()
        try run(
            """
            UPDATE main.router_inventory SET survey = $1, surveyed_at = $2, changed_at = COALESCE($3, changed_at),
                trouble = '', failures = 0, due_at = $4, busy_until = 0, capabilities = $5
            WHERE router = $6 AND tenant = $7
            """, id, survey.endedAt, ledger.changeCount > 0 ? survey.endedAt : nil, dueAt,
            Capabilities(survey, over: before).json.description, router, tenant)
    }

    /// Forgets the surveys before a moment, and the settings that nothing since refers to; platform's scope.
    package borrowing func forgetSurveys(before instant: Instant) throws(SQLError) {
        let oldest = ID<Survey>(firstAt: instant)
        try run("DELETE FROM main.router_survey WHERE id < $1", oldest)
        try run(
            """
            DELETE FROM main.router_table_past WHERE survey < $1 AND EXISTS
                (SELECT 1 FROM main.router_table_past AS later WHERE later.router = router_table_past.router
                    AND later.path = router_table_past.path AND later.survey > router_table_past.survey
                    AND later.survey <= $1)
            """, oldest)
    }

    /// The routers whose turn it is and that answered when they were last asked something; platform's scope.
    borrowing func routersToRead(at now: Instant, atMost limit: Int) throws(SQLError) -> [(ID<Router>, ID<Tenant>)] {
        try all(
            """
            SELECT r.id, r.tenant FROM main.router AS r JOIN main.router_inventory AS i ON i.router = r.id
            WHERE i.due_at <= $1 AND i.busy_until <= $1 AND r.state NOT IN ('unreachable', 'certificate', 'waiting', 'released')
            ORDER BY i.due_at LIMIT $2
            """, now, limit
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }

    /// The routers that were never to be read; platform's scope.
    borrowing func unmentionedRouters() throws(SQLError) -> [(ID<Router>, ID<Tenant>)] {
        try all(
            """
            SELECT r.id, r.tenant FROM main.router AS r
            WHERE NOT EXISTS (SELECT 1 FROM main.router_inventory AS i WHERE i.router = r.id)
            """
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }
}

extension RouterInventory {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        let capabilities: String = try row[9]
        self.init(
            router: try row[0], survey: try row[1], surveyedAt: try row[2], changedAt: try row[3], triedAt: try row[4],
            trouble: try row[5], failures: try row[6], dueAt: try row[7], busyUntil: try row[8],
            capabilities: (try? JSON(parsing: Array(capabilities.utf8))).map { Capabilities($0) } ?? Capabilities())
    }
}

extension PastSurvey {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        let changes: [UInt8]? = try row[6]
        self.init(
            id: try row[0], beganAt: try row[1], endedAt: try row[2], tablesRead: try row[3], tablesFailed: try row[4],
            changeCount: try row[5], changes: changes.map(TableContent.changes) ?? [])
    }
}
