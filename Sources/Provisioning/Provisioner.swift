package import Crypto
import Entitlements
package import SQL
import Subscribers
import Synchronization
package import Telemetry
package import Tenancy
package import Values

/// Makes routers agree with the database: one lane a router, so that a dead router holds up nobody but itself.
package final class Provisioner: Sendable {
    /// How often things are looked at.
    package struct Pace: Sendable {
        /// Between two looks for work that nobody nudged for: retries, ends, other gateways' requests.
        package var tick = Span(milliseconds: 250)
        /// Between two readings of a router's counters.
        package var readings = Span.seconds(15)
        /// Between two sweeps of a router; what is asked for and what was away is swept at once.
        package var sweeps = Span.minutes(5)
        /// Between two attempts to take over the readings of a router that another gateway works on.
        package var standby = Span.seconds(3)
        /// The longest pause after a router did not answer; the first is a second.
        package var longestPause = Span.seconds(10)

        package init() {}
    }

    let store: Store
    let log: Log
    let now: @Sendable () -> Instant
    let pace: Pace
    let settlements = Settlements()
    let lineKeys: LineKeys
    /// Where suspended lines are led; nil where the gateway has no address for that.
    let blockedPage: BlockedPage?
    /// Where phones find the portal; nil where routers need not let them through to one.
    let portal: PortalPlace?
    private let sealKey: SecretKey
    private let door: @Sendable (Router) throws -> any RouterDoor
    private let lanes = Mutex<[ID<Router>: RouterLane]>([:])
    private let ticking = Mutex<Task<Void, Never>?>(nil)
    /// This gateway's name in the leases of lanes.
    let holder = ID<Provisioner>(at: 0).description

    /// Makes the worker; `door` opens the way to a router and throws where its stored password cannot be read.
    package init(
        store: Store, masterKey: SecretKey, log: Log, pace: Pace = Pace(),
        blockedPage: BlockedPage? = nil, portal: PortalPlace? = nil, now: @escaping @Sendable () -> Instant,
        door: @escaping @Sendable (Router) throws -> any RouterDoor
    ) {
        self.store = store
        self.log = log
        self.pace = pace
        self.now = now
        self.door = door
        self.blockedPage = blockedPage
        self.portal = portal
        lineKeys = LineKeys(masterKey)
        sealKey = masterKey.derived(for: "effect-answer")
    }

    /// Starts to look for work.
    package func start() {
        ticking.withLock { task in
            task = Task { [self] in
                while !Task.isCancelled {
                    await tick()
                    try? await Task.sleep(for: .milliseconds(pace.tick.milliseconds))
                }
            }
        }
    }

    /// Stops looking, lets each lane finish the effect it works on, and wakes the pages that wait.
    package func stop() async {
        let task = ticking.withLock { $0.take() }
        task?.cancel()
        await task?.value
        for lane in lanes.withLock({ Array($0.values) }) { await lane.stop() }
        await releaseLanes()
        settlements.wakeAll()
    }

    /// Tells a router's lane that there is work; called right after the commit that asks for it.
    ///
    /// A router that did not answer is left alone until its pause is over.
    package func nudge(_ router: ID<Router>) {
        lane(of: router).nudge()
    }

    /// Tries a router at once, whatever its pause; for staff who mended something.
    package func retry(_ router: ID<Router>) {
        lane(of: router).retry()
    }

    /// Reads a router's counters before their time.
    func readSoon(_ router: ID<Router>) {
        lane(of: router).readSoon()
    }

    /// Calls `then` once the effect is settled, or when patience ends; at once where it is settled already.
    package func awaitSettlement(of effect: ID<Effect>, within patience: Span, then: @escaping @Sendable () -> Void) {
        settlements.wait(for: effect, until: now() + patience, then: then)
        // It may have been settled between its request and this moment.
        let state = try? store.read(.platform) { try $0.effectState(effect) }
        if state != .waiting { settlements.announce(effect) }
    }

    /// The password that a browser's form needs, from the effect that made it.
    ///
    /// - Throws: `SealBroken` under another install's key.
    package func password(_ sealed: [UInt8], of effect: Effect) throws -> Secret {
        try Seal.openText(sealed, key: sealKey, boundTo: Array(effect.id.description.utf8))
    }

    func seal(_ password: Secret, for effect: Effect) -> [UInt8] {
        Seal.seal(password, key: sealKey, boundTo: Array(effect.id.description.utf8))
    }

    func open(_ router: Router) throws -> any RouterDoor { try door(router) }

    private func lane(of router: ID<Router>) -> RouterLane {
        lanes.withLock { lanes in
            if let lane = lanes[router] { return lane }
            let lane = RouterLane(router: router, provisioner: self)
            lanes[router] = lane
            return lane
        }
    }

    /// One look for work that nobody nudged for.
    private func tick() async {
        let now = now()
        await endOverdue(now)
        await turnPaces(now)
        do {
            for router in try await store.fetch(.platform, { try $0.routersWithWork(at: now) }) { nudge(router) }
            for router in try await store.fetch(.platform, { try $0.allRouters() }) where router.state.isServed {
                lane(of: router.id).readIfDue(now)
            }
            for router in try await store.fetch(.platform, { try $0.sweepsAskedFor() }) { lane(of: router).sweep() }
            let waitedFor = settlements.expire(at: now)
            for effect in waitedFor {
                let state = try await store.fetch(.platform) { try $0.effectState(effect) }
                if state != .waiting { settlements.announce(effect) }
            }
        } catch {
            log.error("provisioning.tick-failed", ["error": .text("\(error)")])
        }
    }

    /// Enters what the clock has opened, closed and begun anew.
    private func turnPaces(_ now: Instant) async {
        await each("provisioning.turn-failed") { transaction in
            try transaction.turning(at: now, atMost: 200).map { ($0.entitlement, $0.tenant) }
        } do: { transaction, entitlement, tenant in
            try transaction.turn(entitlement, of: tenant, at: now)
        }
    }

    /// Ends what the clock has ended, and asks for the cuts.
    private func endOverdue(_ now: Instant) async {
        await each("provisioning.end-failed") { transaction in
            try transaction.overdue(at: now, atMost: 200).map { ($0.id, $0.tenant) }
        } do: { transaction, entitlement, tenant in
            try transaction.withdraw(entitlement, .timeUp, of: tenant, at: now)
        }
    }

    /// Does something with each of some entitlements, and nudges the routers that have work then; one with which it
    /// fails holds up none of the others.
    private func each(
        _ failure: StaticString,
        among find: @escaping @Sendable (borrowing Transaction) throws -> [(ID<Entitlement>, ID<Tenant>)],
        do change: @escaping @Sendable (borrowing Transaction, ID<Entitlement>, ID<Tenant>) throws -> Set<ID<Router>>
    ) async {
        do {
            for (entitlement, tenant) in try await store.fetch(.platform, find) {
                do {
                    for router in try await store.write(.tenant(tenant), { try change($0, entitlement, tenant) }) {
                        nudge(router)
                    }
                } catch {
                    log.error(
                        failure, ["entitlement.id": .id(entitlement), "error": .text("\(error)")])
                }
            }
        } catch {
            log.error("provisioning.tick-failed", ["error": .text("\(error)")])
        }
    }
}

extension Transaction {
    /// The state of an effect of any tenant; platform's scope.
    fileprivate borrowing func effectState(_ id: ID<Effect>) throws(SQLError) -> Effect.State? {
        try first("SELECT state FROM main.effect WHERE id = $1", id) { (row: borrowing Row) throws(SQLError) in
            Effect.State(rawValue: try row[0])
        } ?? nil
    }
}
