/// What a connection to a router does next, decided without a socket or a clock.
///
/// Every event is a method; what must follow gathers in `effects`, which the connection takes and carries out. Commands
/// may be handed in before the router let us in: they wait for that.
struct APISession {
    /// What must be done, in this order.
    struct Effects {
        var outgoing: [UInt8] = []
        var reports: [@Sendable () -> Void] = []
        /// Set when the connection is of no more use.
        var closes = false
    }

    /// What became of a command.
    typealias Outcome = Result<APIAnswer, RouterError>

    /// Who wants to know.
    enum Asker: Sendable {
        /// One answer, once it is whole.
        case once(@Sendable (Outcome) -> Void)
        /// Row by row, for as long as someone holds the feed.
        case feed(WeakFeed)
    }

    struct Pending {
        let command: APICommand
        let asker: Asker
        /// When the answer must be there; nil for a feed.
        let deadline: ContinuousClock.Instant?
        var isSent = false
        var rows: [RouterRecord] = []
        var trap: RouterError.Kind?
        /// How much the answer takes so far, in bytes.
        var size = 0
    }

    enum Stage: Equatable {
        case opening
        case loggingIn(tag: Int)
        case ready
        case ended(RouterError.Kind)
    }

    /// The most commands under way at once, feeds not counted; others wait in their order.
    static let mostAtOnce = 8
    /// The longest answer, in bytes, `rowCost` counted for each row: some 80,000 hotspot users.
    static let longestAnswer = 32 << 20
    /// What a row takes in memory beside its text, in bytes.
    static let rowCost = 128
    /// The most that comes for nobody before the connection is given up, in bytes.
    static let mostStray = 4 << 20
    /// How long the router may take to let us in once the connection is open.
    static let loginLimit = Duration.seconds(10)
    /// How long it may take to end a command that was given up.
    static let cancelLimit = Duration.seconds(10)

    private static let loginTag = 0
    /// The tag of the answer to a challenge.
    static let challengeTag = 1

    let login: APILogin
    var stage = Stage.opening
    var effects = Effects()
    var pending: [Int: Pending] = [:]
    /// Tags of commands that wait to be sent.
    var queue: [Int] = []
    /// Commands that nobody waits for any more, and when the router must have ended them.
    var abandoned: [Int: ContinuousClock.Instant] = [:]
    var loginDeadline: ContinuousClock.Instant?
    var stray = 0
    /// Whether the router has said anything.
    var hasHeard = false
    private var decoder = APIDecoder()
    private var lastTag = Self.challengeTag

    init(_ login: APILogin) { self.login = login }

    var hasEnded: Bool {
        if case .ended = stage { return true }
        return false
    }

    /// Hands over what must be done since the last time.
    mutating func takeEffects() -> Effects {
        defer { effects = Effects() }
        return effects
    }

    /// A tag that was never used on this connection.
    mutating func nextTag() -> Int {
        lastTag += 1
        return lastTag
    }

    /// When `pass` wants to be called, at the latest.
    var deadline: ContinuousClock.Instant? {
        var earliest = loginDeadline
        func note(_ moment: ContinuousClock.Instant) { earliest = earliest.map { min($0, moment) } ?? moment }
        for command in pending.values { command.deadline.map(note) }
        for moment in abandoned.values { note(moment) }
        return earliest
    }
}

extension APISession {
    /// Takes a command; it is sent once we are let in and there is room.
    mutating func submit(
        _ command: APICommand, tag: Int, for asker: Asker, by deadline: ContinuousClock.Instant?
    ) {
        if case .ended(let kind) = stage { return report(asker, kind.told(wasSent: false)) }
        pending[tag] = Pending(command: command, asker: asker, deadline: deadline)
        queue.append(tag)
        sendWaiting()
    }

    /// Gives a command up because nobody wants its answer.
    mutating func cancel(_ tag: Int, now: ContinuousClock.Instant) {
        guard let command = pending[tag] else { return }
        abandon(tag, .interrupted(maybeDone: command.isSent), now)
    }

    /// The connection is open: who we are is said first.
    mutating func opened(now: ContinuousClock.Instant) {
        guard stage == .opening else { return }
        stage = .loggingIn(tag: Self.loginTag)
        loginDeadline = now + Self.loginLimit
        effects.outgoing += login.command.sentence(tagged: Self.loginTag)
    }

    /// Takes what came.
    mutating func received(_ bytes: Swift.Span<UInt8>, now: ContinuousClock.Instant) {
        guard !hasEnded else { return }
        hasHeard = true
        stray += bytes.count
        var replies: [APIReply] = []
        var decoder = decoder
        self.decoder = APIDecoder()
        let isInStep: Bool
        do throws(APIDecoder.Fault) {
            try decoder.take(bytes) { replies.append($0) }
            isInStep = true
        } catch {
            isInStep = false
        }
        self.decoder = decoder
        for reply in replies { take(reply, now: now) }
        if !isInStep || stray > Self.mostStray { end(stage == .ready ? .notReady : .notRouterOS) }
    }

    /// Looks at what is late.
    mutating func pass(_ now: ContinuousClock.Instant) {
        if let loginDeadline, loginDeadline <= now { return end(.timedOut(maybeDone: false)) }
        if abandoned.values.contains(where: { $0 <= now }) { return end(.interrupted(maybeDone: true)) }
        for (tag, command) in pending {
            guard let deadline = command.deadline, deadline <= now else { continue }
            abandon(tag, .timedOut(maybeDone: command.isSent), now)
        }
    }

    /// The connection is over: whoever waits is told, each by whether its command had been sent.
    mutating func end(_ kind: RouterError.Kind) {
        guard !hasEnded else { return }
        stage = .ended(kind)
        effects.closes = true
        loginDeadline = nil
        let commands = pending.sorted { $0.key < $1.key }.map(\.value)
        (pending, queue, abandoned) = ([:], [], [:])
        for command in commands { report(command.asker, kind.told(wasSent: command.isSent)) }
    }
}

extension APISession {
    /// Sends what waits, as far as there is room.
    mutating func sendWaiting() {
        guard stage == .ready else { return }
        var running = pending.values.count { $0.isSent && $0.deadline != nil }
        while running < Self.mostAtOnce, !queue.isEmpty {
            let tag = queue.removeFirst()
            guard let command = pending[tag]?.command else { continue }
            pending[tag]?.isSent = true
            effects.outgoing += command.sentence(tagged: tag)
            if pending[tag]?.deadline != nil { running += 1 }
        }
    }

    /// Tells the asker, and the router where it is at work.
    mutating func abandon(_ tag: Int, _ kind: RouterError.Kind, _ now: ContinuousClock.Instant) {
        guard let command = pending.removeValue(forKey: tag) else { return }
        report(command.asker, kind)
        guard command.isSent else {
            queue.removeAll { $0 == tag }
            return
        }
        let cancelTag = nextTag()
        var cancel = APICommand("cancel")
        cancel.append("tag", String(tag))
        abandoned[tag] = now + Self.cancelLimit
        abandoned[cancelTag] = now + Self.cancelLimit
        effects.outgoing += cancel.sentence(tagged: cancelTag)
        sendWaiting()
    }

    /// Has the asker told once the decisions are made.
    mutating func report(_ asker: Asker, _ outcome: Outcome) {
        switch asker {
        case .once(let tell): effects.reports.append { tell(outcome) }
        case .feed(let weak): effects.reports.append { weak.feed?.end(outcome) }
        }
    }

    mutating func report(_ asker: Asker, _ kind: RouterError.Kind) { report(asker, .failure(RouterError(kind))) }
}

extension RouterError.Kind {
    /// The same end of a connection for a command that had been sent, or not.
    fileprivate func told(wasSent: Bool) -> Self {
        switch self {
        case .timedOut: .timedOut(maybeDone: wasSent)
        case .interrupted: .interrupted(maybeDone: wasSent)
        case .notReady where !wasSent: .interrupted(maybeDone: false)
        default: self
        }
    }
}
