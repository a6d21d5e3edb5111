package import RouterOS
package import SQL
import Synchronization
package import Telemetry
package import Tenancy
import Threads
package import Values

/// Follows who is online on every router, what passes and how the boards fare, and keeps the history.
///
/// Routers that tell by themselves who comes and goes are read when they do; all are read once an interval, since no
/// router tells its counters. What a router says is only ever a reason to read it: the list it gives then is the truth.
package final class TrafficKeeper: Sendable {
    /// How often things are looked at, and how long they are kept.
    package struct Pace: Sendable {
        /// Between two looks for routers whose turn it is.
        package var tick = Span.seconds(1)
        /// Between two readings of a router.
        package var interval = Span.seconds(60)
        /// The least time between two readings when a router tells of changes.
        package var breath = Span.seconds(2)
        /// How many routers are read at a time.
        package var atOnce = 16
        /// How many are asked at a time whether they are there; one that is dead costs no more than this.
        package var knocksAtOnce = 128
        /// The longest pause after a router did not answer.
        package var longestPause = Span.minutes(10)
        /// After this long without an answer the sessions of a router count as over.
        package var patience = Span.hours(1)
        /// How long slots of five minutes are kept.
        package var fineAge = Span.hours(26)
        /// How long slots of an hour and ended sessions are kept.
        package var coarseAge = Span.days(31)

        package init() {}
    }

    /// How an attempt ended.
    package enum Outcome: Hashable, Sendable {
        case read(sessions: Int)
        /// Another gateway reads it, or somebody was quicker.
        case busy
        /// The router did not answer or refused, with the reason in a sentence.
        case trouble(String)
    }

    struct State {
        var lanes: [ID<Router>: WatchLane] = [:]
        var isStopped = false
        var ticking: Task<Void, Never>?
    }

    let store: Store
    let log: Log
    let pace: Pace
    let now: @Sendable () -> Instant
    /// A clock that nobody sets: how long this program has been running.
    let steady: @Sendable () -> Span
    let open: @Sendable (Router) throws -> any RouterTransport
    let places: Places
    /// This gateway's name in the leases.
    let holder = ID<TrafficKeeper>(at: 0).description
    let listeners = WatchListeners()
    private let state = Mutex(State())

    /// Makes the keeper; `open` gives the way to a router and throws where its stored password cannot be read.
    ///
    /// `steady` is a clock that is never set, for the time between two readings; the system's where nil.
    package init(
        store: Store, log: Log, pace: Pace = Pace(), now: @escaping @Sendable () -> Instant,
        steady: (@Sendable () -> Span)? = nil,
        open: @escaping @Sendable (Router) throws -> any RouterTransport
    ) {
        self.store = store
        self.log = log
        self.pace = pace
        self.now = now
        let start = ContinuousClock.now
        self.steady = steady ?? { Span(start.duration(to: .now)) }
        self.open = open
        places = Places(pace.atOnce)
    }

    /// Starts to look for routers whose turn it is.
    package func start() {
        let task = Task { [self] in
            var nextCare = now()
            while !Task.isCancelled {
                await tick()
                if now() >= nextCare {
                    nextCare = now() + .minutes(1)
                    await care()
                }
                // The pace of looking; ends at once when the task is cancelled, as the loop then does.
                try? await Task.sleep(for: .milliseconds(pace.tick.milliseconds))
            }
        }
        state.withLock { $0.ticking = task }
    }

    /// Stops looking, ends what is under way, and lets another gateway go on at once.
    package func stop() async {
        let (ticking, lanes) = state.withLock { state in
            state.isStopped = true
            return (state.ticking.take(), Array(state.lanes.values))
        }
        ticking?.cancel()
        await ticking?.value
        for lane in lanes { await lane.stop() }
        _ = try? await store.write(.platform) { [holder] in try $0.releaseWatches(of: holder) }
    }

    /// Reads a router now, whoever's turn it is.
    package func read(_ router: Router) async -> Outcome {
        await lane(of: router.id).read(router)
    }

    /// Calls `tell` after each reading of a router that is kept here, until `leave`.
    package func listen(to router: ID<Router>, _ tell: @escaping @Sendable () -> Void) -> Int {
        listeners.add(router, tell)
    }

    package func leave(_ ticket: Int) { listeners.remove(ticket) }

    private func lane(of router: ID<Router>) -> WatchLane {
        state.withLock { state in
            if let lane = state.lanes[router] { return lane }
            let lane = WatchLane(keeper: self)
            if state.isStopped { lane.refuse() } else { state.lanes[router] = lane }
            return lane
        }
    }

    private func tick() async {
        do {
            // A router that was given back, or waits for its line, is left alone.
            let routers = try await store.fetch(.platform) { try $0.allRouters() }.filter(\.state.isServed)
            var free = pace.knocksAtOnce - state.withLock { $0.lanes.values.count { $0.isBusy } }
            // The lane that provisions a router finds out when it is back.
            for router in routers where router.state != .unreachable && router.state != .certificate && free > 0 {
                if lane(of: router.id).readIfDue(router) { free -= 1 }
            }
            let known = Set(routers.map(\.id))
            state.withLock { state in state.lanes = state.lanes.filter { known.contains($0.key) || $0.value.isBusy } }
        } catch {
            log.error("traffic.tick-failed", ["error": .text("\(error)")])
        }
    }

    /// Ends the sessions of routers that are silent, and lets history age; each in bounded steps.
    package func care() async {
        let now = now()
        do {
            for (router, tenant) in try await store.fetch(
                .platform,
                { [pace] in
                    try $0.silentWatches(since: now - pace.patience)
                })
            {
                try await store.write(.tenant(tenant)) { try $0.lapse(of: router, of: tenant) }
            }
            while !Task.isCancelled {
                let aged = try await store.fetch(.platform) { [pace] in
                    try $0.agedTraffic(before: now - pace.fineAge, atMost: 50)
                }
                for page in aged {
                    try await store.write(.tenant(page.tenant)) {
                        try $0.fold(page.startsAt, of: page.router, of: page.tenant)
                    }
                }
                if aged.count < 50 { break }
            }
            while !Task.isCancelled {
                let gone = try await store.write(.platform) { [pace] in
                    try $0.forgetTraffic(before: now - pace.coarseAge, atMost: 500)
                }
                if gone < 500 { break }
            }
        } catch {
            log.error("traffic.care-failed", ["error": .text("\(error)")])
        }
    }
}

extension Span {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(milliseconds: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
