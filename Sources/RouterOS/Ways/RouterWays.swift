import Synchronization
package import Values

/// Every way to one router: the first that works is used, and the others when it does not.
///
/// Another way is tried only where nothing can have been done yet, or where the operation only reads. Where a router
/// shows another identity than the confirmed one, the only ways left are those that are known by an identity of another
/// kind: the password must not follow it to a way that anyone can read.
package final class RouterWays: RouterTransport {
    /// How one way fared at its last attempt.
    package struct Report: Hashable, Sendable, CustomStringConvertible {
        package let way: RouterWay
        /// Nil where it works.
        package let trouble: RouterError?
        /// When that was.
        package let at: Instant

        package init(way: RouterWay, trouble: RouterError?, at: Instant) {
            self.way = way
            self.trouble = trouble
            self.at = at
        }

        /// The address and a sentence on it.
        package var description: String { "\(way): \(sentence ?? "works.")" }

        /// Why it does not work, in a sentence.
        package var sentence: String? { trouble.map { RouterError($0.kind).description } }
    }

    private struct State {
        /// The way in use; its place in the list.
        var current: Int?
        /// When a better way than the one in use is tried again.
        var nextLook = Instant(milliseconds: 0)
        /// How each way fared at its last attempt.
        var reports: [Int: Report] = [:]
    }

    /// How long a way that is not the first is used before the better ones are tried again.
    package static let contentment = Span.minutes(10)

    private let ways: [(way: RouterWay, transport: any RouterTransport)]
    private let now: @Sendable () -> Instant
    private let state = Mutex(State())

    /// Takes at least one way, the most wanted first.
    package init(
        _ ways: [(way: RouterWay, transport: any RouterTransport)], now: @escaping @Sendable () -> Instant
    ) {
        precondition(!ways.isEmpty, "A router has at least one way")
        self.ways = ways
        self.now = now
    }

    /// What is known of the ways that were tried, in their order.
    package var reports: [Report] {
        let reports = state.withLock { $0.reports }
        return ways.indices.compactMap { reports[$0] }
    }

    /// The way in use; nil before the first success.
    package var current: RouterWay? { state.withLock { $0.current }.map { ways[$0].way } }

    /// Looks once at each way that shows an identity and was not tried yet, so that staff can confirm it before it is
    /// needed.
    package func meet() async {
        let untried = state.withLock { state in
            ways.indices.filter { ways[$0].way.service.isSealed && state.reports[$0] == nil }
        }
        for place in untried {
            do throws(RouterError) {
                _ = try await ways[place].transport.knock(for: ["version"])
                note(nil, at: place)
            } catch {
                note(error, at: place)
            }
        }
    }

    // MARK: Operations

    package func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        try await perform(readsOnly: true) { (way) async throws(RouterError) in
            try await way.read(menu, where: conditions, properties: properties)
        }
    }

    package func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        try await perform { (way) async throws(RouterError) in try await way.add(menu, values) }
    }

    package func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        try await perform { (way) async throws(RouterError) in try await way.set(menu, id, values) }
    }

    package func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        try await perform { (way) async throws(RouterError) in try await way.remove(menu, id) }
    }

    package func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        try await perform(readsOnly: command == "print") { (way) async throws(RouterError) in
            try await way.run(command, in: menu, arguments)
        }
    }

    /// What the way in use can tell.
    package func follow(_ menu: Menu, properties: [String]) -> RouterChanges? {
        let current = state.withLock { $0.current } ?? (ways.count == 1 ? 0 : nil)
        return current.flatMap { ways[$0].transport.follow(menu, properties: properties) }
    }

    // MARK: Choice

    private func perform<Answer>(
        readsOnly: Bool = false, _ operation: (any RouterTransport) async throws(RouterError) -> Answer
    ) async throws(RouterError) -> Answer {
        var first: RouterError?
        var doubted: Set<IdentityKind> = []
        for place in order() where Self.isLeft(ways[place].way, doubting: doubted) {
            do throws(RouterError) {
                let answer = try await operation(ways[place].transport)
                settle(on: place)
                return answer
            } catch {
                guard Self.isAboutTheWay(error, readsOnly: readsOnly) else {
                    if Self.isAnswer(error) { settle(on: place) } else { note(error, at: place) }
                    throw error
                }
                note(error, at: place)
                if let shown = error.shownIdentity, !error.isFirstMeeting { doubted.insert(shown.kind) }
                // What staff can mend at once goes before what merely does not answer.
                if first == nil || (first?.isPassing == true && !error.isPassing) { first = error }
            }
        }
        if let first, ways.count == 1 || first.isForStaff { throw first }
        throw RouterError(.noWay(reports.map(\.description)))
    }

    /// Whether a way may be asked after others have shown an identity that is not the confirmed one.
    private static func isLeft(_ way: RouterWay, doubting doubted: Set<IdentityKind>) -> Bool {
        guard !doubted.isEmpty else { return true }
        return way.service.identity.map { !doubted.contains($0) } ?? false
    }

    /// The way in use first, unless it is time to look for a better one.
    private func order() -> [Int] {
        let now = now()
        return state.withLock { state in
            guard let current = state.current, current > 0, now < state.nextLook else { return Array(ways.indices) }
            return [current] + ways.indices.filter { $0 != current }
        }
    }

    private func settle(on place: Int) {
        let now = now()
        state.withLock { state in
            if state.current != place { state.nextLook = now + Self.contentment }
            state.current = place
            state.reports[place] = Report(way: ways[place].way, trouble: nil, at: now)
        }
    }

    private func note(_ error: RouterError?, at place: Int) {
        let report = Report(way: ways[place].way, trouble: error, at: now())
        state.withLock { $0.reports[place] = report }
    }

    /// Whether an error speaks of the way rather than of the router, so that another way may do better.
    private static func isAboutTheWay(_ error: RouterError, readsOnly: Bool) -> Bool {
        switch error.kind {
        case .unreachable, .away, .notAdmitted, .notRouterOS, .certificateUnusable: true
        // Another service may want another policy or key of the same user; nothing was done here.
        case .unauthorized: true
        case .certificateUnknown, .certificateChanged, .hostKeyUnknown, .hostKeyChanged: true
        case .timedOut(let maybeDone), .interrupted(let maybeDone): readsOnly || !maybeDone
        default: false
        }
    }

    /// Whether the router has answered, if only to refuse.
    private static func isAnswer(_ error: RouterError) -> Bool {
        switch error.kind {
        case .timedOut, .interrupted, .notReady: false
        default: true
        }
    }
}

extension RouterError {
    /// Whether no identity of this kind was confirmed before.
    fileprivate var isFirstMeeting: Bool {
        switch kind {
        case .certificateUnknown, .hostKeyUnknown: true
        default: false
        }
    }

    /// Whether staff must first say whether this is the router, or how to log in.
    fileprivate var isForStaff: Bool { shownIdentity != nil || kind == .unauthorized }
}
