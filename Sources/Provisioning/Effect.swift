package import Entitlements
package import SQL
package import Subscribers
package import Tenancy
package import Values

/// Something that a router must be made to do: written with the change that asks for it, carried out by a worker,
/// tried again until it is done, finished once.
package struct Effect: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// Make the device's user and let the waiting device in.
        case connect
        /// Take the device's user away and end its sessions.
        case cut
        /// Bring a line to how it shall be now: there, or gone.
        case line
        /// Give the device's user another speed, and its session too: begun anew where it goes on.
        case shape
    }

    package enum State: Int, Sendable {
        case waiting = 0
        case done = 1
        case failed = 2
    }

    /// What is known of an effect beyond its state; stable words, shown through `locales/`.
    package enum Note: String, Sendable {
        case none = ""
        /// The router does not answer; tried again by itself. Told from the router's state, never stored.
        case routerDown = "router-down"
        /// The router answered and refused: its rights, version or certificate need staff.
        case routerRefused = "router-refused"
        /// The device is online.
        case online
        /// The user is on the router, but the browser itself must send the login form.
        case needsForm = "needs-form"
        /// The entitlement ended before the device could be let in.
        case tooLate = "too-late"
        /// A newer wish for the same device took its place.
        case superseded
    }

    package let id: ID<Effect>
    package let tenant: ID<Tenant>
    package let router: ID<Router>
    package let kind: Kind
    package let entitlement: ID<Entitlement>
    /// The device; nothing for a line.
    package let mac: MACAddress
    /// The line; nil for a device.
    package let line: ID<Line>?
    /// Where the device waits on the router's network; 0.0.0.0 where nothing was said.
    package let address: IPv4Address
    package let state: State
    package let attempts: Int
    package let dueAt: Instant
    package let note: Note
    /// The password for the browser's form, sealed; with `needsForm` only.
    package let answerSealed: [UInt8]?
    package let settledAt: Instant?
}

extension Transaction {
    /// Asks for an effect in the transaction of the change that needs it.
    package borrowing func request(
        _ kind: Effect.Kind, _ device: Device, at address: IPv4Address, of tenant: ID<Tenant>, on now: Instant
    ) throws(SQLError) -> ID<Effect> {
        let id = ID<Effect>(at: now)
        try run(
            """
            INSERT INTO main.effect (id, tenant, router, kind, entitlement, mac, address, state, attempts, due_at, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, '')
            """, id, tenant, device.router, kind.rawValue, device.entitlement, device.mac, address, now)
        return id
    }

    /// Ends an entitlement and asks for every device of it to be cut, each behind its own router.
    ///
    /// - Returns: the routers that have work now; empty where it was over already.
    package borrowing func withdraw(
        _ entitlement: ID<Entitlement>, _ reason: Entitlement.End, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        guard try end(entitlement, reason, of: tenant, at: now) else { return [] }
        var work = try requestLines(holding: entitlement, of: tenant, at: now)
        for device in try devices(of: entitlement, of: tenant) {
            work.formUnion(try requestCuts(of: device, of: tenant, on: now).map(\.router))
        }
        return work
    }

    /// Asks for a device to be cut behind its router and wherever else it still has a user; its own router first.
    package borrowing func requestCuts(
        of device: Device, of tenant: ID<Tenant>, on now: Instant
    ) throws(SQLError) -> [(router: ID<Router>, effect: ID<Effect>)] {
        let others = try counters(of: device.entitlement, of: tenant).filter {
            $0.mac == device.mac && $0.router != device.router
        }
        var cuts: [(router: ID<Router>, effect: ID<Effect>)] = []
        for router in [device.router] + others.map(\.router) {
            let effect = try request(.cut, device.behind(router), at: IPv4Address(bits: 0), of: tenant, on: now)
            cuts.append((router, effect))
        }
        return cuts
    }

    package borrowing func effect(_ id: ID<Effect>, of tenant: ID<Tenant>) throws(SQLError) -> Effect? {
        try first(
            """
            SELECT e.id, e.tenant, e.router, e.kind, e.entitlement, e.mac, e.address, e.state, e.attempts, e.due_at,
                CASE WHEN e.state <> 0 OR e.note <> '' THEN e.note WHEN r.state = 'unreachable' THEN 'router-down'
                    WHEN r.state IN ('certificate', 'refusing') THEN 'router-refused' ELSE '' END,
                e.answer_sealed, e.settled_at, e.line
            FROM effect AS e JOIN router AS r ON r.id = e.router WHERE e.id = $1 AND e.tenant = $2
            """, id, tenant, read: Effect.init(row:))
    }

    /// The effects of an entitlement, newest first.
    package borrowing func effects(
        of entitlement: ID<Entitlement>, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Effect] {
        try all(
            """
            SELECT e.id, e.tenant, e.router, e.kind, e.entitlement, e.mac, e.address, e.state, e.attempts, e.due_at,
                CASE WHEN e.state <> 0 OR e.note <> '' THEN e.note WHEN r.state = 'unreachable' THEN 'router-down'
                    WHEN r.state IN ('certificate', 'refusing') THEN 'router-refused' ELSE '' END,
                e.answer_sealed, e.settled_at, e.line
            FROM effect AS e JOIN router AS r ON r.id = e.router
            WHERE e.tenant = $1 AND e.entitlement = $2 ORDER BY e.id DESC LIMIT $3
            """, tenant, entitlement, limit, read: Effect.init(row:))
    }

    /// How many effects wait, by router.
    package borrowing func waitingEffects(of tenant: ID<Tenant>) throws(SQLError) -> [ID<Router>: Int] {
        let counts = try all(
            "SELECT router, count(*) FROM effect WHERE tenant = $1 AND state = 0 GROUP BY router", tenant
        ) { (row: borrowing Row) throws(SQLError) in (try row[0] as ID<Router>, try row[1] as Int) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    /// Forgets effects that were asked for before `instant` and are finished; platform's scope.
    package borrowing func forgetEffects(before instant: Instant) throws(SQLError) {
        try run("DELETE FROM main.effect WHERE id < $1 AND state <> 0", ID<Effect>(firstAt: instant))
    }

    /// How many effects of all tenants wait; platform's scope.
    package borrowing func allWaitingEffects() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.effect WHERE state = 0")
    }

    /// The effects of a router that wait and are due, in the order in which they were asked for; platform's scope.
    borrowing func dueEffects(
        on router: ID<Router>, at now: Instant, atMost limit: Int
    ) throws(SQLError) -> [Effect] {
        try all(
            """
            SELECT id, tenant, router, kind, entitlement, mac, address, state, attempts, due_at, note, answer_sealed,
                settled_at, line
            FROM main.effect WHERE router = $1 AND state = 0 AND due_at <= $2 ORDER BY id LIMIT $3
            """, router, now, limit, read: Effect.init(row:))
    }

    /// The routers for which an effect is due; platform's scope.
    borrowing func routersWithWork(at now: Instant) throws(SQLError) -> [ID<Router>] {
        try all(
            """
            SELECT r.id FROM main.router AS r WHERE r.state NOT IN ('waiting', 'released') AND EXISTS
                (SELECT 1 FROM main.effect AS e WHERE e.router = r.id AND e.state = 0 AND e.due_at <= $1)
            """, now
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
    }

    /// Finishes an effect; false where it was finished already and stays as it is.
    @discardableResult
    borrowing func settle(
        _ effect: Effect, _ state: Effect.State, _ note: Effect.Note, answer: [UInt8]? = nil, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.effect SET state = $1, note = $2, answer_sealed = $3, settled_at = $4, attempts = attempts + 1
            WHERE id = $5 AND tenant = $6 AND state = 0
            """, state.rawValue, note.rawValue, answer, now, effect.id, effect.tenant) == 1
    }

    /// Remembers where the device of an effect is online, for a later attempt.
    borrowing func note(_ address: IPv4Address, of effect: Effect) throws(SQLError) {
        try run(
            "UPDATE main.effect SET address = $1 WHERE id = $2 AND tenant = $3", address, effect.id, effect.tenant)
    }

    /// Gives up what waits for a router that is no longer ours.
    package borrowing func abandonEffects(
        on router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.effect SET state = $1, note = $2, settled_at = $3
            WHERE router = $4 AND tenant = $5 AND state = 0
            """, Effect.State.failed.rawValue, Effect.Note.superseded.rawValue, now, router, tenant)
    }

    /// Puts an effect off after an attempt that came to nothing.
    borrowing func postpone(
        _ effect: Effect, _ note: Effect.Note, until due: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.effect SET attempts = attempts + 1, due_at = $1, note = $2
            WHERE id = $3 AND tenant = $4 AND state = 0
            """, due, note.rawValue, effect.id, effect.tenant)
    }
}

extension Effect {
    /// Reads the fourteen columns in the order of the queries above.
    init(row: borrowing Row) throws(SQLError) {
        guard let kind = Kind(rawValue: try row[3]), let state = State(rawValue: try row[7]),
            let note = Note(rawValue: try row[10])
        else { throw SQLError(.damaged, code: "effect", message: "An effect has an unknown kind, state or note") }
        self.init(
            id: try row[0], tenant: try row[1], router: try row[2], kind: kind, entitlement: try row[4],
            mac: try row[5], line: try row[13], address: try row[6], state: state, attempts: try row[8],
            dueAt: try row[9], note: note,
            answerSealed: try row[11], settledAt: try row[12])
    }
}
