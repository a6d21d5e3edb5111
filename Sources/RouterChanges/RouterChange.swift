import Crypto
import JSON
import SQL
package import Tenancy
package import Values

/// A change of a router in the journal: who made it, when, its steps, and what became of it.
package struct RouterChange: Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Being made, or left by a gateway that stopped meanwhile.
        case running
        case done
        /// Not made: what had been done was taken back.
        case failed
        /// Made in part, and not all of it could be taken back; somebody should look at the router.
        case broken
        case undone
        /// Being taken back, or left by a gateway that stopped meanwhile.
        case undoing

        /// Whether somebody is at it, or was when its gateway stopped.
        package var isOpen: Bool { self == .running || self == .undoing }
    }

    package let id: ID<RouterChange>
    package let tenant: ID<Tenant>
    package let router: ID<Router>
    /// What was done: `ppp-secret.set`, `reboot`.
    package let title: String
    /// Whom or what it was done to.
    package let subject: String
    package internal(set) var state: State
    /// Why it failed, or what remains to be said.
    package internal(set) var flaw: ChangeFlaw?
    package internal(set) var steps: [ChangeStep]
    package let madeBy: String
    package let madeAt: Instant
    /// Until when somebody is at it.
    package internal(set) var busyUntil: Instant
    package internal(set) var endedAt: Instant?
    package internal(set) var undoneBy: String?
    package internal(set) var undoneAt: Instant?

    /// Whether undo may be tried.
    package var isUndoable: Bool {
        [.done, .broken].contains(state) && !steps.isEmpty && steps.allSatisfy(\.isReversible)
    }

    /// Whether it was left unfinished: its gateway stopped while it was made or taken back.
    package func isAbandoned(at now: Instant) -> Bool { state.isOpen && busyUntil < now }
}

/// Keeps changes with their steps sealed; bound to the row, so that they cannot be moved to another.
struct ChangeArchive: Sendable {
    let key: SecretKey

    func seal(_ change: RouterChange) -> [UInt8] {
        Seal.seal(
            JSON.array(change.steps.map(\.json)).serialized(), key: key, boundTo: Array(change.id.description.utf8))
    }

    /// The change of a row; one that was sealed under another key has no steps.
    fileprivate func change(_ row: borrowing Row) throws(SQLError) -> RouterChange {
        let id: ID<RouterChange> = try row[0]
        let sealed: [UInt8] = try row[7]
        let bytes = try? Seal.open(sealed, key: key, boundTo: Array(id.description.utf8))
        let steps = bytes.flatMap { try? JSON(parsing: $0) }?.array ?? []
        let note: String = try row[6]
        return RouterChange(
            id: id, tenant: try row[1], router: try row[2], title: try row[3], subject: try row[4],
            state: RouterChange.State(rawValue: try row[5]) ?? .broken, flaw: ChangeFlaw(note: note),
            steps: steps.compactMap { ChangeStep($0) }, madeBy: try row[8], madeAt: try row[9],
            busyUntil: try row[10], endedAt: try row[11], undoneBy: try row[12], undoneAt: try row[13])
    }
}

extension ChangeFlaw {
    /// The flaw as it is kept in a row; texts only.
    var note: String {
        var object: JSONObject = ["kind": .string(kind.rawValue)]
        object["property"] = property.map { .string($0) }
        for (name, fact) in facts.sorted(by: { $0.key < $1.key }) {
            switch fact {
            case .text(let text): object["fact." + name] = .string(text)
            case .number(let number): object["fact." + name] = .string(String(number))
            default: break
            }
        }
        return JSON.object(object).description
    }

    init?(note: String) {
        guard let json = try? JSON(parsing: Array(note.utf8)),
            let kind = json["kind"]?.text.flatMap({ Kind(rawValue: $0) })
        else { return nil }
        var facts: [String: Fact] = [:]
        for member in json.object ?? [:] where member.key.hasPrefix("fact.") {
            facts[String(member.key.dropFirst(5))] = member.value.text.map { .text($0) }
        }
        self.init(kind, json["property"]?.text, facts)
    }
}

extension Transaction {
    /// The changes of a router, newest first.
    borrowing func routerChanges(
        of router: ID<Router>, of tenant: ID<Tenant>, atMost limit: Int, _ archive: ChangeArchive
    ) throws(SQLError) -> [RouterChange] {
        try all(
            """
            SELECT id, tenant, router, title, subject, state, note, steps_sealed, made_by, made_at, busy_until,
                ended_at, undone_by, undone_at
            FROM router_change WHERE tenant = $1 AND router = $2 ORDER BY id DESC LIMIT $3
            """, tenant, router, limit
        ) { (row: borrowing Row) throws(SQLError) in try archive.change(row) }
    }

    borrowing func routerChange(
        _ id: ID<RouterChange>, of tenant: ID<Tenant>, _ archive: ChangeArchive
    ) throws(SQLError) -> RouterChange? {
        try first(
            """
            SELECT id, tenant, router, title, subject, state, note, steps_sealed, made_by, made_at, busy_until,
                ended_at, undone_by, undone_at
            FROM router_change WHERE id = $1 AND tenant = $2
            """, id, tenant
        ) { (row: borrowing Row) throws(SQLError) in try archive.change(row) }
    }

    /// Whether somebody is at a router; its row is locked, so that two cannot both find it free.
    borrowing func isBeingChanged(
        _ router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        let lock: Query = .locking("r", "SELECT r.id FROM router AS r WHERE r.id = $1 AND r.tenant = $2")
        let found: ID<Router>? = try first(lock, router, tenant) { (row: borrowing Row) throws(SQLError) in try row[0] }
        guard found != nil else { return true }
        let count: Int = try value(
            "SELECT count(*) FROM router_change WHERE router = $1 AND tenant = $2 AND busy_until > $3", router, tenant,
            now)
        return count > 0
    }

    borrowing func insert(_ change: RouterChange, _ archive: ChangeArchive) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_change (id, tenant, router, title, subject, state, note, steps_sealed, made_by,
                made_at, busy_until)
            VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10)
            """, change.id, change.tenant, change.router, change.title, change.subject, change.state.rawValue,
            archive.seal(change), change.madeBy, change.madeAt, change.busyUntil)
    }

    /// Says that somebody is still at a change.
    borrowing func renew(_ change: RouterChange, until instant: Instant, at now: Instant) throws(SQLError) {
        try run(
            "UPDATE main.router_change SET busy_until = $1 WHERE id = $2 AND tenant = $3 AND busy_until > $4", instant,
            change.id, change.tenant, now)
    }

    /// The changes of all tenants that nobody finishes, in the platform's scope.
    borrowing func abandonedChanges(at now: Instant) throws(SQLError) -> [(ID<RouterChange>, ID<Router>)] {
        try all(
            """
            SELECT id, router FROM main.router_change WHERE state IN ('running', 'undoing') AND busy_until < $1
            ORDER BY id LIMIT 100
            """, now
        ) { (row: borrowing Row) throws(SQLError) in (try row[0], try row[1]) }
    }

    /// Forgets changes of a router that are both older than an instant and not among its newest.
    borrowing func forgetChanges(
        of router: ID<Router>, of tenant: ID<Tenant>, before instant: Instant, keeping count: Int
    ) throws(SQLError) {
        let oldest: ID<RouterChange>? = try first(
            "SELECT id FROM router_change WHERE tenant = $1 AND router = $2 ORDER BY id DESC LIMIT 1 OFFSET $3", tenant,
            router, count
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        guard let oldest else { return }
        try run(
            """
            DELETE FROM main.router_change WHERE tenant = $1 AND router = $2 AND id <= $3 AND made_at < $4
                AND state NOT IN ('running', 'undoing')
            """, tenant, router, oldest, instant)
    }

    /// Writes what became of a change.
    borrowing func update(_ change: RouterChange, _ archive: ChangeArchive) throws(SQLError) {
        try run(
            """
            UPDATE main.router_change SET state = $1, note = $2, steps_sealed = $3, busy_until = $4, ended_at = $5,
                undone_by = $6, undone_at = $7 WHERE id = $8 AND tenant = $9
            """, change.state.rawValue, change.flaw?.note ?? "", archive.seal(change), change.busyUntil,
            change.endedAt, change.undoneBy, change.undoneAt, change.id, change.tenant)
    }

    /// Forgets a change of which nothing was done.
    borrowing func withdraw(_ change: RouterChange) throws(SQLError) {
        try run("DELETE FROM main.router_change WHERE id = $1 AND tenant = $2", change.id, change.tenant)
    }
}
