import Crypto
import Entitlements
import RouterOS
import SQL
import Synchronization
import Telemetry
import Tenancy
import Values

/// The one line of work towards one router: effects in their order, then readings, never two things at once.
final class RouterLane: Sendable {
    private struct State {
        var isRunning = false
        /// Somebody asked for work since the run looked last.
        var isNudged = false
        /// The same since effects were looked for last, for a sweep that is under way.
        var hasNews = false
        var isStopped = false
        var failures = 0
        /// No attempt before this, but for a nudge.
        var pauseUntil = Instant(milliseconds: 0)
        var nextReading = Instant(milliseconds: 0)
        var nextSweep = Instant(milliseconds: 0)
        /// No look for readings before this: another gateway works on the router, or nobody may.
        var standsByUntil = Instant(milliseconds: 0)
        /// Whether the last sweep had to leave a user away, so that one that is missing is no news.
        var leavesUsersAway = false
        /// When the guard on the router was found right last; nil before, and after trouble.
        var guardKept: GuardKeeper.Kept?
        var task: Task<Void, Never>?
        /// The way to the router, kept while its address, credentials and pin stay the same.
        var door: (access: RouterAccess, door: any RouterDoor)?
        /// What was kept last of how the ways fared.
        var kept: [RouterWays.Report] = []
        /// The look at those ways of the present door that were not needed.
        var meeting: Task<Void, Never>?
    }

    private static let batch = 64
    private let router: ID<Router>
    private unowned let provisioner: Provisioner
    private let state = Mutex(State())

    init(router: ID<Router>, provisioner: Provisioner) {
        self.router = router
        self.provisioner = provisioner
    }

    /// Starts a run, or lets the present one look again; not while the router is in a pause.
    func nudge() {
        let now = provisioner.now()
        state.withLock { state in
            guard !state.isStopped, now >= state.pauseUntil else { return }
            (state.isNudged, state.hasNews) = (true, true)
            guard !state.isRunning else { return }
            state.isRunning = true
            state.task = Task { [self] in await run() }
        }
    }

    /// Ends the pause and starts a run.
    func retry() {
        state.withLock { $0.pauseUntil = Instant(milliseconds: 0) }
        nudge()
    }

    /// Starts a run that reads the router's counters whether their time has come or not.
    func readSoon() {
        state.withLock { $0.nextReading = Instant(milliseconds: 0) }
        nudge()
    }

    /// Starts a run for the router's counters when their time has come and the router is not in a pause.
    func readIfDue(_ now: Instant) {
        let isDue = state.withLock { state in
            now >= max(state.pauseUntil, state.standsByUntil, min(state.nextReading, state.nextSweep))
                && !state.isRunning
        }
        if isDue { nudge() }
    }

    /// Sweeps the router as soon as its lane is free.
    func sweep() {
        state.withLock { $0.nextSweep = Instant(milliseconds: 0) }
        nudge()
    }

    /// Refuses further work and waits for the present run.
    func stop() async {
        let task = state.withLock { state in
            state.isStopped = true
            return state.task
        }
        await task?.value
        let meeting = state.withLock { $0.meeting.take() }
        meeting?.cancel()
        await meeting?.value
    }

    private func run() async {
        while state.withLock({ state in
            guard state.isNudged, !state.isStopped else {
                state.isRunning = false
                return false
            }
            state.isNudged = false
            return true
        }) {
            do {
                try await work()
            } catch is CancellationError {
                continue
            } catch {
                provisioner.log.error(
                    "provisioning.lane-failed", ["router.id": .id(router), "error": .text("\(error)")])
                pause(provisioner.now())
            }
        }
    }

    /// Everything that is due for the router now.
    private func work() async throws {
        guard let target = try await provisioner.claimLane(of: router), target.state.isServed else {
            let until = provisioner.now() + provisioner.pace.standby
            state.withLock { $0.standsByUntil = until }
            return
        }
        let keeper = Task { [self] in await keepClaim() }
        defer { keeper.cancel() }
        do {
            let door = try door(to: target)
            if target.state != .ready {
                try await greet(target, door)
                // It may have lost or been given anything meanwhile.
                state.withLock { state in
                    state.nextSweep = Instant(milliseconds: 0)
                    state.guardKept = nil
                }
            }
            try await carryOutDue(door)
            // An undoing may have begun meanwhile: what it removes is not to be made again.
            guard try await provisioner.claimLane(of: router) != nil else { return }
            if try await isSweptOrRead(target, door) { try await readLines(target, door) }
            try await keepReports(target)
            meet(target, door)
            state.withLock { state in
                state.failures = 0
                state.pauseUntil = Instant(milliseconds: 0)
            }
        } catch let trouble as RouterTrouble {
            try await suffer(trouble, target)
        }
    }

    private func door(to target: Router) throws -> any RouterDoor {
        let access = RouterAccess(target)
        if let kept = state.withLock({ $0.door }), kept.access == access { return kept.door }
        let door = try provisioner.open(target)
        state.withLock { state in
            state.door = (access, door)
            state.kept = []
            state.meeting?.cancel()
            state.meeting = nil
        }
        return door
    }

    // MARK: The ways

    /// How often the time at which a way was tried last is kept anew where nothing else has changed.
    private static let reportAge = Span.minutes(10)

    /// Keeps what was tried and what became of it, where that is news.
    private func keepReports(_ target: Router) async throws {
        let news: [RouterWays.Report]? = state.withLock { state in
            guard let reports = state.door?.door.reports, reports.isNews(after: state.kept, Self.reportAge) else {
                return nil
            }
            state.kept = reports
            return reports
        }
        guard let news else { return }
        try await provisioner.store.write(.tenant(target.tenant)) { try $0.keep(news, of: target) }
    }

    /// Looks once at the ways that were not needed, beside the work: one that does not answer holds nobody up.
    private func meet(_ target: Router, _ door: any RouterDoor) {
        state.withLock { state in
            guard state.meeting == nil, !state.isStopped else { return }
            state.meeting = Task { [self] in
                await door.meet()
                guard !Task.isCancelled else { return }
                do {
                    try await keepReports(target)
                } catch {
                    provisioner.log.error(
                        "provisioning.reports-failed", ["router.id": .id(router), "error": .text("\(error)")])
                }
            }
        }
    }

    /// Keeps the lane while the work takes longer than a claim holds.
    private func keepClaim() async {
        // A third of a claim; cancelling ends the sleep and so the loop. A renewal that fails is tried again before the
        // claim runs out.
        while (try? await Task.sleep(for: .seconds(5))) != nil { try? await provisioner.renewLane(of: router) }
    }

    /// The first contact, and each one after trouble.
    private func greet(_ target: Router, _ door: any RouterDoor) async throws {
        let facts = try await door.probe()
        if let known = target.serial, let seen = facts.serial, seen != known {
            throw RouterTrouble.refused(
                "Another board answers there: its serial number is \(seen), not \(known). Nothing was written to it. "
                    + "Where it replaces the old one, enter the router's address again.")
        }
        let now = provisioner.now()
        try await provisioner.store.write(.tenant(target.tenant)) { transaction in
            try transaction.recordAnswer(
                .ready, note: facts.warnings.joined(separator: " "), version: facts.version, serial: facts.serial,
                at: now, on: target.id, of: target.tenant)
        }
        provisioner.log.notice(
            "router.ready", ["router.id": .id(target.id), "router.version": .text(facts.version)])
    }

    /// How long a router may take before the pages that wait say that it does not answer.
    private static let patience = Duration.seconds(3)

    /// - Returns: whose rows were brought in order.
    @discardableResult
    private func carryOutDue(_ door: any RouterDoor) async throws -> Set<SweepPlan.Subject> {
        var touched: Set<SweepPlan.Subject> = []
        state.withLock { $0.hasNews = false }
        while true {
            let due = provisioner.now()
            let effects = try await provisioner.store.fetch(.platform) {
                try $0.dueEffects(on: self.router, at: due, atMost: Self.batch)
            }
            guard !effects.isEmpty, !state.withLock({ $0.isStopped }) else { return touched }
            for effect in effects {
                touched.insert(SweepPlan.Subject(effect))
                try await carryOut(effect, door)
            }
        }
    }

    /// What came due while a sweep is under way, which ends where the lane is stopped.
    private func carryOutNews(_ door: any RouterDoor) async throws -> Set<SweepPlan.Subject> {
        let (hasNews, isStopped) = state.withLock { ($0.hasNews, $0.isStopped) }
        if isStopped { throw CancellationError() }
        return hasNews ? try await carryOutDue(door) : []
    }

    private func carryOut(_ effect: Effect, _ door: any RouterDoor) async throws {
        let worker = EffectWork(provisioner: provisioner, effect: effect, door: door)
        // A request to RouterOS must not be given up before the router does, after a minute; people are told sooner.
        let watch = Task { [self] in
            try await Task.sleep(for: Self.patience)
            let now = provisioner.now()
            try await provisioner.store.write(.tenant(effect.tenant)) { transaction in
                try transaction.recordAnswer(
                    .unreachable, note: "The router is slow to answer.", at: now, on: effect.router, of: effect.tenant)
            }
        }
        defer { watch.cancel() }
        do {
            switch effect.kind {
            case .connect: try await worker.connect()
            case .cut: try await worker.cut()
            case .line: try await worker.bringLine()
            case .shape: try await worker.shape()
            }
        } catch RouterTrouble.rejected(let reason) {
            try await worker.putOff(because: reason)
        } catch RouterTrouble.prevented(let reason) {
            try await worker.putOff(because: reason, forever: true)
        }
        provisioner.settlements.announce(effect.id)
    }

    private func isSweptOrRead(_ target: Router, _ door: any RouterDoor) async throws -> Bool {
        if try await sweepIfDue(target, door) { return true }
        return try await readIfDue(target, door)
    }

    private func readLines(_ target: Router, _ door: any RouterDoor) async throws {
        guard let tables = door.tables else { return }
        pass(on: try await LineReader(provisioner: provisioner, router: target, transport: tables).read())
    }

    private func readIfDue(_ target: Router, _ door: any RouterDoor) async throws -> Bool {
        let now = provisioner.now()
        let isDue = state.withLock { state in
            guard now >= state.nextReading else { return false }
            state.nextReading = now + provisioner.pace.readings
            return true
        }
        guard isDue else { return false }
        let outcome = try await UsageReader(provisioner: provisioner, router: target).read(door)
        if outcome.isIncomplete, !state.withLock({ $0.leavesUsersAway }) { sweep() }
        pass(on: outcome.work)
        return true
    }

    /// A sweep reads the counters too.
    private func sweepIfDue(_ target: Router, _ door: any RouterDoor) async throws -> Bool {
        let now = provisioner.now()
        guard let tables = door.tables, state.withLock({ now >= $0.nextSweep }) else { return false }
        var kept = state.withLock { $0.guardKept }
        let sweeper = Sweeper(provisioner: provisioner, router: target, transport: tables) { [self] in
            try await carryOutNews(door)
        }
        let outcome = try await sweeper.sweep(&kept)
        pass(on: outcome.work)
        state.withLock { [kept] state in
            state.guardKept = kept
            state.leavesUsersAway = outcome.leavesUsersAway
            state.nextSweep = outcome.isWhole ? now + provisioner.pace.sweeps : now
            state.nextReading = now + provisioner.pace.readings
        }
        return true
    }

    private func pass(on work: Set<ID<Router>>) {
        if !work.isEmpty { nudge() }
        for router in work where router != self.router { provisioner.nudge(router) }
    }

    /// Notes the trouble on the router, where the pages that wait see it, and leaves the router alone for a while.
    ///
    /// What waits for it is not touched: the cost of a dead router does not grow with its queue.
    private func suffer(_ trouble: RouterTrouble, _ target: Router) async throws {
        let now = provisioner.now()
        pause(now)
        if target.state != trouble.state || target.stateNote != trouble.sentence {
            provisioner.log.warning(
                "router.trouble",
                [
                    "router.id": .id(target.id), "router.state": .text(trouble.state.rawValue),
                    "reason": .text(trouble.sentence),
                ])
        }
        try await provisioner.store.write(.tenant(target.tenant)) { transaction in
            try transaction.recordAnswer(
                trouble.state, note: trouble.sentence, at: now, on: target.id, of: target.tenant)
            if case .identity(let shown, _) = trouble {
                try transaction.record(shown, on: target.id, of: target.tenant)
            }
        }
        try await keepReports(target)
    }

    private func pause(_ now: Instant) {
        state.withLock { state in
            let longest = provisioner.pace.longestPause
            let doubled = Span(milliseconds: 1_000 << Int64(min(state.failures, 10)))
            state.failures += 1
            // Up to a quarter less, so that many routers behind one broken link do not come back in step.
            let span = min(doubled, longest).milliseconds
            state.pauseUntil = now + Span(milliseconds: span - .random(in: 0...span / 4))
        }
    }
}

extension [RouterWays.Report] {
    /// Whether more than the time is new since others were kept, or they are old.
    fileprivate func isNews(after others: Self, _ age: Span) -> Bool {
        guard count == others.count else { return true }
        return zip(self, others).contains { new, old in
            new.way != old.way || new.trouble != old.trouble || new.at - old.at >= age
        }
    }
}

/// What decides whether a way to a router is still the right one.
struct RouterAccess: Hashable, Sendable {
    private let url: String
    private let username: String
    private let password: [UInt8]
    private let pins: [String?]
    private let key: [UInt8]?

    init(_ router: Router) {
        url = router.address
        username = router.username
        password = router.passwordSealed
        pins = IdentityKind.allCases.map { router.pin(of: $0) }
        key = router.sshKeySealed
    }
}
