import RouterOS
import Values

/// What one more reading means: who came and went, and what passed since the reading before.
///
/// Decided without a store or a clock; nothing is told twice, and nothing that a router does makes a number shrink.
struct WatchLedger: Sendable {
    /// A session that begins.
    struct Opened: Hashable, Sendable {
        let id: ID<LiveSession>
        let seen: RouterReading.Seen
        let startedAt: Instant
    }

    /// A session that is over.
    struct Closed: Hashable, Sendable {
        let id: ID<LiveSession>
        let seenAt: Instant
        let total: Flow
    }

    private(set) var watch: RouterWatch
    private(set) var opened: [Opened] = []
    private(set) var closed: [Closed] = []
    /// Sessions that were taken for over while the router did not answer, and go on.
    private(set) var resumed: [ID<LiveSession>] = []
    /// What passed, by what counted it.
    private(set) var flows: [TrafficSeries: Flow] = [:]
    /// Whether nothing was known of the router before.
    let isFirst: Bool
    /// Whether the router started anew since the reading before.
    private(set) var hasRestarted = false
    /// How long the flows were counted for; zero at the first reading.
    private(set) var covered = Span.zero

    private let reading: RouterReading
    /// The least time since the reading before, and the most.
    private let elapsed: ClosedRange<Span>
    private let newID: @Sendable (Instant) -> ID<LiveSession>
    private let byID: [RouterID: Flow]
    private let byName: [String: RouterID]

    /// How long a session that is over is remembered.
    static let memory = Span.hours(1)
    /// The most interfaces that are remembered though they are not shown.
    private static let mostDevices = 4_000

    /// Compares a reading with what the one before left.
    ///
    /// `elapsed` is the time between the two: from the end of one to the begin of the other, up to from the begin of
    /// one to the end of the other.
    init(
        _ reading: RouterReading, after watch: RouterWatch, elapsed: ClosedRange<Span>,
        newID: @escaping @Sendable (Instant) -> ID<LiveSession> = { ID(at: $0) }
    ) {
        self.reading = reading
        self.watch = watch
        self.elapsed = elapsed
        self.newID = newID
        isFirst = watch.readAt == nil
        let devices = reading.devices ?? []
        byID = Dictionary(devices.map { ($0.id, $0.flow) }) { first, _ in first }
        byName = Dictionary(devices.filter(\.isDynamic).map { ($0.name, $0.id) }) { first, _ in first }
        hasRestarted =
            watch.board.map { Age.isAnother(reading.board.uptime, after: $0.uptime, least: elapsed.lowerBound) }
            ?? false
        if !isFirst {
            covered = hasRestarted ? min(reading.board.uptime, elapsed.upperBound) : elapsed.upperBound
        }
        countDevices()
        for table in RouterReading.Table.allCases {
            if let rows = reading.sessions[table] { reconcile(table, rows) } else if hasRestarted { endAll(table) }
        }
        self.watch.readAt = reading.at
        self.watch.board = board(after: watch.board)
    }

    /// The sensors are not asked each time.
    private func board(after last: RouterReading.Board?) -> RouterReading.Board {
        let board = reading.board
        return .init(
            uptime: board.uptime, load: board.load, freeMemory: board.freeMemory, totalMemory: board.totalMemory,
            temperature: board.temperature ?? last?.temperature)
    }

    // MARK: Interfaces

    private mutating func countDevices() {
        // What they counted before a restart is gone.
        if hasRestarted { for id in watch.devices.keys { watch.devices[id] = Flow() } }
        guard let devices = reading.devices else { return }
        let isFirst = watch.devicesAt == nil
        var counted: [RouterID: Flow] = [:]
        for device in devices where !device.isDynamic {
            counted[device.id] = device.flow
            guard !isFirst else { continue }
            let last = watch.devices[device.id]
            let growth = Counter.growth(from: last, to: device.flow, within: elapsed.upperBound)
            flows[.interface(device.name), default: Flow()] += growth
        }
        // One that is not shown this time may be shown again.
        let isRoom = watch.devices.count < Self.mostDevices
        watch.devices = isRoom ? watch.devices.merging(counted) { $1 } : counted
        watch.devicesAt = reading.at
    }

    // MARK: Sessions

    /// Makes the list of a table what the router shows: no session stays that it does not have.
    private mutating func reconcile(_ table: RouterReading.Table, _ rows: [RouterReading.Seen]) {
        let isFirst = watch.tablesAt[table] == nil
        let before = watch.open.filter { $0.table == table }
        var known = Dictionary(before.map { ($0.row, $0) }) { first, _ in first }
        var claimed = Set(before.compactMap(\.device))
        var open: [RouterWatch.Open] = []
        var taken: Set<RouterID> = []
        var sum = Flow()
        for seen in rows where taken.insert(seen.id).inserted {
            let old = known.removeValue(forKey: seen.id)
            if let old, goesOn(old, seen) {
                let (session, growth) = advance(old, seen, &claimed)
                if old.isOver { resumed.append(old.id) }
                open.append(session)
                sum += growth
            } else {
                if let old { _ = ended(old) }
                let session = begin(table, seen, &claimed)
                open.append(session)
                // What a session had used before we first looked at the router was not seen to pass.
                if !isFirst { sum += session.total }
            }
        }
        open += before.filter { known[$0.row] == $0 }.compactMap { ended($0) }
        watch.open = watch.open.filter { $0.table != table } + open
        watch.tablesAt[table] = reading.at
        if !isFirst { flows[table.series] = sum }
    }

    private func goesOn(_ old: RouterWatch.Open, _ seen: RouterReading.Seen) -> Bool {
        guard !hasRestarted, old.identity == RouterWatch.identity(of: seen) else { return false }
        guard let last = old.uptime, let now = seen.uptime else { return !old.isOver }
        // It may have been missing in the reading before.
        let since = watch.readAt.map { max(.zero, $0 - old.seenAt) } ?? .zero
        return !Age.isAnother(now, after: last, least: elapsed.lowerBound + since)
    }

    private func advance(
        _ old: RouterWatch.Open, _ seen: RouterReading.Seen, _ claimed: inout Set<RouterID>
    ) -> (RouterWatch.Open, Flow) {
        var session = old
        session.uptime = seen.uptime ?? old.uptime
        session.seenAt = reading.at
        session.isOver = false
        if old.table == .ppp, old.device == nil { session.device = claim(seen, &claimed) }
        guard let now = seen.flow ?? flow(of: session.device) else { return (session, Flow()) }
        let within = max(elapsed.upperBound, session.uptime ?? .zero)
        let growth = Counter.growth(from: old.counted, to: now, within: within)
        session.counted = now
        session.total += growth
        return (session, growth)
    }

    private mutating func begin(
        _ table: RouterReading.Table, _ seen: RouterReading.Seen, _ claimed: inout Set<RouterID>
    ) -> RouterWatch.Open {
        let device = table == .ppp ? claim(seen, &claimed) : nil
        let now = seen.flow ?? flow(of: device) ?? Flow()
        let within = max(elapsed.upperBound, seen.uptime ?? .zero)
        let session = RouterWatch.Open(
            id: newID(reading.at), table: table, row: seen.id, identity: RouterWatch.identity(of: seen),
            device: device, uptime: seen.uptime, counted: now,
            total: Counter.growth(from: nil, to: now, within: within), seenAt: reading.at)
        opened.append(Opened(id: session.id, seen: seen, startedAt: reading.at - (seen.uptime ?? .zero)))
        return session
    }

    /// A session that the router does not show: over when it was last seen; what is remembered of it, if anything.
    private mutating func ended(_ session: RouterWatch.Open) -> RouterWatch.Open? {
        if !session.isOver { closed.append(Closed(id: session.id, seenAt: session.seenAt, total: session.total)) }
        guard !hasRestarted, reading.at - session.seenAt < Self.memory else { return nil }
        var session = session
        session.isOver = true
        return session
    }

    /// A table that cannot be read after a restart: those who were online before it are not any more.
    private mutating func endAll(_ table: RouterReading.Table) {
        for session in watch.open where session.table == table { _ = ended(session) }
        watch.open.removeAll { $0.table == table }
    }

    /// The interface of a session of PPP: `<pppoe-NAME>`, with a number behind the name for further ones of the same
    /// user; the first that is not another's (FACTS 7).
    private func claim(_ seen: RouterReading.Seen, _ claimed: inout Set<RouterID>) -> RouterID? {
        let stem = "<\(seen.service)-\(seen.name)"
        let names = [stem + ">"] + (1...16).lazy.map { "\(stem)-\($0)>" }
        let found = names.lazy.compactMap { byName[$0] }.first { !claimed.contains($0) }
        if let found { claimed.insert(found) }
        return found
    }

    private func flow(of device: RouterID?) -> Flow? { device.flatMap { byID[$0] } }
}

extension RouterReading.Table {
    var series: TrafficSeries {
        switch self {
        case .hotspot: .hotspot
        case .ppp: .ppp
        }
    }
}
