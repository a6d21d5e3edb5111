import HTTPClient
package import RouterOS
package import SQL
import Synchronization
package import Telemetry
package import Tenancy
import Threads
package import Values

/// Keeps what is known of every router fresh: on a schedule, and when somebody asks.
///
/// A router that does not answer costs no place of those that do: each is asked first whether it is there. Then it has its
/// pause; the lane that provisions it finds out when it is back, and only then is it read again.
package final class InventoryKeeper: Sendable {
    /// How often things are looked at.
    package struct Pace: Sendable {
        /// Between two looks for routers whose turn it is.
        package var tick = Span.seconds(2)
        /// Between two readings of a router.
        package var interval = Span.hours(1)
        /// How many routers are read at a time.
        package var atOnce = 4
        /// How many are asked at a time whether they are there; one that is dead costs no more than this.
        package var knocksAtOnce = 64
        /// How long surveys and former settings are kept.
        package var retention = Span.days(90)

        package init() {}
    }

    /// How an attempt ended.
    package enum Outcome: Hashable, Sendable {
        case done(tables: Int, failed: Int, changes: Int)
        /// Somebody else is at it, here or on another gateway.
        case busy
        /// The router did not answer or refused, with the reason in a sentence.
        case trouble(String)
    }

    private struct State {
        var running: [ID<Router>: Task<Outcome, Never>] = [:]
        var isStopped = false
        var ticking: Task<Void, Never>?
    }

    /// Longer than a survey may take: then its gateway is gone and another may try.
    private static let lease = Surveyor.patience + .minutes(2)

    private let store: Store
    private let log: Log
    private let pace: Pace
    private let now: @Sendable () -> Instant
    private let open: @Sendable (Router) throws -> any RouterTransport
    private let state = Mutex(State())
    private let places: Places

    /// Makes the keeper; `open` gives the way to a router and throws where its stored password cannot be read.
    package init(
        store: Store, log: Log, pace: Pace = Pace(), now: @escaping @Sendable () -> Instant,
        open: @escaping @Sendable (Router) throws -> any RouterTransport
    ) {
        self.store = store
        self.log = log
        self.pace = pace
        places = Places(pace.atOnce)
        self.now = now
        self.open = open
    }

    /// Starts to look for routers whose turn it is.
    package func start() {
        let task = Task { [self] in
            var nextForgetting = now()
            while !Task.isCancelled {
                await tick()
                if now() >= nextForgetting {
                    nextForgetting = now() + .hours(6)
                    await forget()
                }
                // The pace of looking; ends at once when the task is cancelled, as the loop then does.
                try? await Task.sleep(for: .milliseconds(pace.tick.milliseconds))
            }
        }
        state.withLock { $0.ticking = task }
    }

    /// Stops looking and ends the readings under way.
    package func stop() async {
        let (ticking, running) = state.withLock { state in
            state.isStopped = true
            return (state.ticking.take(), Array(state.running.values))
        }
        ticking?.cancel()
        for task in running { task.cancel() }
        await ticking?.value
        for task in running { _ = await task.value }
    }

    /// Reads a router now, whoever's turn it is, and tells how it went.
    package func read(_ router: Router) async -> Outcome {
        guard let task = begin(router.id, of: router.tenant, isAsked: true) else { return .busy }
        return await task.value
    }

    /// Reads a router now; `then` is called once it is done or when patience ends, with nil.
    package func read(
        _ router: Router, within patience: Span, then: @escaping @Sendable (Outcome?) -> Void
    ) {
        let isAnswered = Mutex(false)
        let answer: @Sendable (Outcome?) -> Void = { outcome in
            let isFirst = isAnswered.withLock { isAnswered in
                defer { isAnswered = true }
                return !isAnswered
            }
            if isFirst { then(outcome) }
        }
        Task { [self] in answer(await read(router)) }
        Task {
            // The deadline itself: whoever asked is answered by then, and only the first answer counts.
            try? await Task.sleep(for: .milliseconds(patience.milliseconds))
            answer(nil)
        }
    }

    private func tick() async {
        do {
            let now = now()
            for (router, tenant) in try await store.fetch(.platform, { try $0.unmentionedRouters() }) {
                // Spread, so that an install with many routers does not start with all of them.
                let due = now + Span(milliseconds: .random(in: 0...pace.tick.milliseconds * 5))
                try await store.write(.tenant(tenant)) { try $0.ask(toRead: router, of: tenant, at: due) }
            }
            let free = pace.knocksAtOnce - state.withLock { $0.running.count }
            guard free > 0 else { return }
            for (router, tenant) in try await store.fetch(.platform, { try $0.routersToRead(at: now, atMost: free) }) {
                _ = begin(router, of: tenant, isAsked: false)
            }
        } catch {
            log.error("inventory.tick-failed", ["error": .text("\(error)")])
        }
    }

    private func forget() async {
        let oldest = now() - pace.retention
        do {
            try await store.write(.platform) { try $0.forgetSurveys(before: oldest) }
        } catch {
            log.error("inventory.forget-failed", ["error": .text("\(error)")])
        }
    }

    /// Starts a reading, or joins the one under way here; nil once stopped.
    private func begin(_ router: ID<Router>, of tenant: ID<Tenant>, isAsked: Bool) -> Task<Outcome, Never>? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            if let running = state.running[router] { return running }
            let task = Task { [self] in
                let outcome = await attempt(router, of: tenant, isAsked: isAsked)
                self.state.withLock { _ = $0.running.removeValue(forKey: router) }
                return outcome
            }
            state.running[router] = task
            return task
        }
    }

    private func attempt(_ id: ID<Router>, of tenant: ID<Tenant>, isAsked: Bool) async -> Outcome {
        do {
            guard let router = try await claim(id, of: tenant, isAsked: isAsked) else { return .busy }
            do {
                return try await survey(router)
            } catch {
                guard !Task.isCancelled else { return try await release(router) }
                return try await suffer(error, router)
            }
        } catch {
            log.error("inventory.survey-failed", ["router.id": .id(id), "error": .text("\(error)")])
            return .trouble("\(error)")
        }
    }

    /// The router, if it is ours to read now.
    private func claim(_ id: ID<Router>, of tenant: ID<Tenant>, isAsked: Bool) async throws -> Router? {
        let now = now()
        return try await store.write(.tenant(tenant)) { transaction in
            if isAsked, try transaction.inventory(of: id, of: tenant) == nil {
                try transaction.ask(toRead: id, of: tenant, at: now)
            }
            guard let router = try transaction.router(id, of: tenant),
                try transaction.claim(id, of: tenant, at: now, until: now + Self.lease)
            else { return nil }
            return router
        }
    }

    private func survey(_ router: Router) async throws -> Outcome {
        let known = try await store.fetch(.tenant(router.tenant)) {
            try $0.storedTables(of: router.id, of: router.tenant)
        }
        let counts = known.isEmpty ? nil : Dictionary(known.map { ($0.path, $0.count) }) { first, _ in first }
        let surveyor = try Surveyor(open(router), known: counts, now: now)
        let version = try await surveyor.knock()
        let survey = try await places.occupied { () async throws(RouterError) in
            try await surveyor.survey(of: version)
        }
        let ledger = SurveyLedger(survey, known: known)
        let id = ID<Survey>(at: survey.endedAt)
        let due = survey.endedAt + jittered(pace.interval)
        try await store.write(.tenant(router.tenant)) { transaction in
            try transaction.record(survey, as: id, ledger, of: router.id, of: router.tenant, dueAt: due)
        }
        let read = survey.tables.count { $0.standing == .read }
        let failed = survey.tables.count { !$0.standing.isKnown }
        log.info(
            "inventory.surveyed",
            [
                "router.id": .id(router.id), "inventory.tables": .number(read), "inventory.failed": .number(failed),
                "inventory.changes": .number(ledger.changeCount),
            ])
        return .done(tables: read, failed: failed, changes: ledger.changeCount)
    }

    /// Gives a router back when the program ends in the middle: its next reading is due as before.
    private func release(_ router: Router) async throws -> Outcome {
        try await store.write(.tenant(router.tenant)) { try $0.release(router.id, of: router.tenant) }
        return .busy
    }

    /// Notes why a router could not be read, and leaves it alone for longer each time.
    private func suffer(_ error: any Error, _ router: Router) async throws -> Outcome {
        let sentence = (error as? any CustomStringConvertible)?.description ?? "\(error)"
        let before = try await store.fetch(.tenant(router.tenant)) {
            try $0.inventory(of: router.id, of: router.tenant)?.failures ?? 0
        }
        let pause = min(pace.interval, Span(milliseconds: 60_000 << Int64(min(before, 10))))
        let due = now() + jittered(pause)
        let (now, shown) = (now(), (error as? RouterError)?.shownIdentity)
        try await store.write(.tenant(router.tenant)) { transaction in
            try transaction.recordTrouble(
                sentence, on: router.id, of: router.tenant, failures: before + 1, dueAt: due)
            guard let shown else { return }
            try transaction.record(.certificate, note: sentence, at: now, on: router.id, of: router.tenant)
            try transaction.record(shown, on: router.id, of: router.tenant)
        }
        log.warning("inventory.trouble", ["router.id": .id(router.id), "reason": .text(sentence)])
        return .trouble(sentence)
    }

    /// Up to a tenth more or less, so that many routers do not stay in step.
    private func jittered(_ span: Span) -> Span {
        let tenth = span.milliseconds / 10
        return Span(milliseconds: span.milliseconds + .random(in: -tenth...tenth))
    }
}
