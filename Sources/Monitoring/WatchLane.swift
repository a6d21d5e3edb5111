import RouterOS
import SQL
import Synchronization
import Telemetry
import Tenancy
import Threads
import Values

/// The readings of one router, one at a time: its turn, its pauses, and what the router tells by itself.
final class WatchLane: Sendable {
    private struct State {
        var running: Task<TrafficKeeper.Outcome, Never>?
        var isStopped = false
        var failures = 0
        var nextReading: Instant?
        /// The earliest reading that a change may cause.
        var nextBell = Instant(milliseconds: 0)
        /// Whether the router told of a change that was not read yet.
        var isRung = false
        /// Until when the router is ours to read.
        var heldUntil = Instant(milliseconds: 0)
        /// The begin and end of the last reading by the clock that nobody sets, and what it was kept as.
        var last: (revision: Int64, began: Span, ended: Span)?
        /// When the sensors are asked again.
        var nextHealth = Instant(milliseconds: 0)
        var trouble: String?
        var feeds: [RouterReading.Table: Task<Void, Never>] = [:]
    }

    private unowned let keeper: TrafficKeeper
    private let state = Mutex(State())

    init(keeper: TrafficKeeper) { self.keeper = keeper }

    var isBusy: Bool { state.withLock { $0.running != nil } }

    /// Takes no readings any more.
    func refuse() { state.withLock { $0.isStopped = true } }

    func stop() async {
        let (running, feeds) = state.withLock { state in
            state.isStopped = true
            let feeds = Array(state.feeds.values)
            state.feeds = [:]
            return (state.running, feeds)
        }
        running?.cancel()
        for feed in feeds { feed.cancel() }
        _ = await running?.value
        for feed in feeds { await feed.value }
    }

    /// Starts a reading when its time has come, or when the router told of a change; false where neither is so.
    func readIfDue(_ router: Router) -> Bool {
        let now = keeper.now()
        let isDue = state.withLock { state in
            guard state.running == nil else { return false }
            guard let next = state.nextReading else {
                // Spread, so that an install with many routers does not start with all of them.
                let spread = min(keeper.pace.interval, .seconds(10)).milliseconds
                state.nextReading = now + Span(milliseconds: .random(in: 0...spread))
                return false
            }
            return now >= next || state.isRung && now >= state.nextBell
        }
        return isDue && begin(router) != nil
    }

    /// Reads now, or joins the reading under way.
    func read(_ router: Router) async -> TrafficKeeper.Outcome {
        await begin(router)?.value ?? .busy
    }

    private func begin(_ router: Router) -> Task<TrafficKeeper.Outcome, Never>? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            if let running = state.running { return running }
            state.isRung = false
            let task = Task { [self] in
                let outcome = await attempt(router)
                self.state.withLock { $0.running = nil }
                return outcome
            }
            state.running = task
            return task
        }
    }

    private func attempt(_ router: Router) async -> TrafficKeeper.Outcome {
        do {
            guard try await hold(router) else {
                postpone(by: keeper.pace.interval)
                return .busy
            }
            do {
                return try await survey(router)
            } catch let error as SQLError {
                throw error
            } catch {
                return try await suffer(error, router)
            }
        } catch {
            postpone(by: keeper.pace.interval)
            keeper.log.error("traffic.reading-failed", ["router.id": .id(router.id), "error": .text("\(error)")])
            return .trouble("\(error)")
        }
    }

    /// Makes sure that this gateway reads the router; costs a write only when it begins to.
    private func hold(_ router: Router) async throws -> Bool {
        let now = keeper.now()
        guard state.withLock({ $0.heldUntil }) <= now + .seconds(30) else { return true }
        let (end, holder) = (lease(now), keeper.holder)
        let isHeld = try await keeper.store.write(.tenant(router.tenant)) {
            try $0.holdWatch(of: router.id, of: router.tenant, as: holder, at: now, until: end)
        }
        state.withLock { $0.heldUntil = isHeld ? end : Instant(milliseconds: 0) }
        return isHeld
    }

    /// As long as a reading and the pause after it may take: then this gateway is gone and another may go on.
    private func lease(_ now: Instant) -> Instant { now + keeper.pace.interval + .minutes(2) }

    private func survey(_ router: Router) async throws -> TrafficKeeper.Outcome {
        let transport = try keeper.open(router)
        let reader = RouterReader(transport, now: keeper.now)
        let began = keeper.steady()
        let board = try await reader.knock()
        follow(transport)
        let kept = try await keeper.store.fetch(.tenant(router.tenant)) {
            try $0.watch(of: router.id, of: router.tenant)
        }
        guard let kept else { return .busy }
        let wantsHealth = state.withLock { $0.nextHealth } <= keeper.now()
        let reading = try await keeper.places.occupied { () async throws(RouterError) in
            try await reader.read(after: board, isKnown: { kept.watch.count($0) > 0 }, wantsHealth: wantsHealth)
        }
        let ended = keeper.steady()
        var watch = kept.watch
        watch.isTold = state.withLock { !$0.feeds.isEmpty }
        let ledger = WatchLedger(reading, after: watch, elapsed: elapsed(since: kept, reading, began, ended))
        let entry = TrafficEntry(ledger, reading)
        let end = lease(reading.at)
        let isKept = try await keeper.store.write(.tenant(router.tenant)) {
            try $0.record(
                ledger, entry, after: kept.revision, at: reading.at, of: router.id, of: router.tenant, heldUntil: end)
        }
        settle(isKept ? (kept.revision + 1, began, ended) : nil, heldUntil: end, wantsHealth: wantsHealth)
        guard isKept else { return .busy }
        keeper.listeners.tell(of: router.id)
        return .read(sessions: ledger.watch.count(.hotspot) + ledger.watch.count(.ppp))
    }

    /// The time since the reading that is counted on from: by the clock that nobody sets where it was ours, else by the
    /// calendar.
    private func elapsed(
        since kept: KeptWatch, _ reading: RouterReading, _ began: Span, _ ended: Span
    ) -> ClosedRange<Span> {
        if let last = state.withLock({ $0.last }), last.revision == kept.revision {
            return max(.zero, began - last.ended)...max(.zero, ended - last.began)
        }
        guard let readAt = kept.watch.readAt else { return .zero ... .zero }
        let most = max(.zero, reading.at - readAt)
        return max(.zero, most - (ended - began))...most
    }

    private func settle(
        _ last: (revision: Int64, began: Span, ended: Span)?, heldUntil: Instant, wantsHealth: Bool
    ) {
        let now = keeper.now()
        let pause = keeper.pace.interval
        state.withLock { state in
            state.last = last
            state.failures = 0
            state.trouble = nil
            state.heldUntil = last == nil ? Instant(milliseconds: 0) : heldUntil
            state.nextReading = now + Self.jittered(pause)
            // A router whose tables are long is left in peace for longer: at most a twentieth of its time goes to us.
            let cost = last.map { $0.ended - $0.began } ?? .zero
            state.nextBell = now + max(keeper.pace.breath, Span(milliseconds: cost.milliseconds * 20))
            if wantsHealth, last != nil { state.nextHealth = now + .minutes(5) }
        }
    }

    /// Notes why a router could not be read, and leaves it alone for longer each time.
    private func suffer(_ error: any Error, _ router: Router) async throws -> TrafficKeeper.Outcome {
        let sentence = (error as? any CustomStringConvertible)?.description ?? "\(error)"
        let (failures, isNews) = state.withLock { state in
            defer { state.trouble = sentence }
            state.failures += 1
            return (state.failures, state.trouble != sentence)
        }
        let doubled = Span(milliseconds: keeper.pace.interval.milliseconds << Int64(min(failures - 1, 10)))
        postpone(by: min(doubled, max(keeper.pace.interval, keeper.pace.longestPause)))
        guard isNews, !Task.isCancelled else { return .trouble(sentence) }
        try await keeper.store.write(.tenant(router.tenant)) {
            try $0.recordWatchTrouble(sentence, on: router.id, of: router.tenant)
        }
        keeper.log.warning("traffic.trouble", ["router.id": .id(router.id), "reason": .text(sentence)])
        return .trouble(sentence)
    }

    private func postpone(by span: Span) {
        let now = keeper.now()
        state.withLock { $0.nextReading = now + Self.jittered(span) }
    }

    /// Up to a tenth less, so that many routers do not stay in step.
    private static func jittered(_ span: Span) -> Span {
        Span(milliseconds: span.milliseconds - .random(in: 0...max(0, span.milliseconds / 10)))
    }

    // MARK: What the router tells

    /// Lets the router tell who comes and goes, where it can; begun before the tables are read, so that nothing is
    /// missed between.
    private func follow(_ transport: any RouterTransport) {
        state.withLock { state in
            for table in RouterReading.Table.allCases where state.feeds[table] == nil && !state.isStopped {
                let property = table == .hotspot ? "user" : "name"
                guard let changes = transport.follow(table.menu, properties: [property]) else { continue }
                state.feeds[table] = Task { [weak self] in
                    do throws(RouterError) {
                        for try await _ in changes { self?.ring() }
                    } catch {
                        // The connection broke, or the router does not tell this table: the interval goes on without it.
                    }
                    self?.forget(table)
                }
            }
        }
    }

    private func ring() { state.withLock { $0.isRung = true } }

    private func forget(_ table: RouterReading.Table) { state.withLock { $0.feeds[table] = nil } }
}
