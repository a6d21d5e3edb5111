package import Messaging
package import Values

/// What is to be done for a message: a rule without a store, a clock or a provider.
package struct MessageCourse: Sendable {
    package enum Step: Hashable, Sendable {
        /// To be sent by this account, at that moment.
        case send(ID<SenderAccount>, at: Instant)
        /// Nothing more is done by itself.
        case rest(Message.State, MessageReason?)
    }

    /// An account as far as it matters here, in the order in which a tenant wants them tried.
    package struct Road: Hashable, Sendable {
        let account: ID<SenderAccount>
        /// It was found down or unfit; others are tried first until then.
        let restsUntil: Instant

        package init(_ account: ID<SenderAccount>, restsUntil: Instant = 0) {
            self.account = account
            self.restsUntil = restsUntil
        }
    }

    let kind: Message.Kind
    let expiresAt: Instant
    /// In their order; one that is still `sending` was left by a gateway that died.
    let attempts: [MessageAttempt]
    let roads: [Road]

    package init(kind: Message.Kind, expiresAt: Instant, attempts: [MessageAttempt], roads: [Road]) {
        self.kind = kind
        self.expiresAt = expiresAt
        self.attempts = attempts
        self.roads = roads
    }

    /// How often a message is handed over at most.
    package static let mostAttempts = 12
    /// Seconds before the same account is tried for the second, third… time.
    private static let pauses: [Int64] = [15, 60, 300, 900, 3_600]
    /// How long a report may still tell what became of an attempt without an answer.
    package static let doubtPause = Span.seconds(60)

    package func step(at now: Instant, quiet: QuietHours?, offset: UTCOffset) -> Step {
        if attempts.contains(where: { $0.state == .delivered }) { return .rest(.delivered, nil) }
        if attempts.contains(where: { $0.state == .taken }) { return .rest(.sent, nil) }
        guard let last = attempts.last else { return next(after: nil, at: now, quiet, offset) }
        switch last.concern {
        case .reader, .message, .end: return end(.failed, last.reason)
        case .doubt where doubts > kind.repeatsInDoubt: return end(.unknown, .unanswered)
        case .doubt, .account, .passing: return next(after: last, at: now, quiet, offset)
        }
    }

    private var doubts: Int { attempts.count { $0.concern == .doubt } }

    /// An end; where something was possibly sent, nobody says that nothing was.
    private func end(_ state: Message.State, _ reason: MessageReason?) -> Step {
        doubts > 0 ? .rest(.unknown, .unanswered) : .rest(state, reason)
    }

    private func next(
        after last: MessageAttempt?, at now: Instant, _ quiet: QuietHours?, _ offset: UTCOffset
    ) -> Step {
        guard now < expiresAt else { return end(.expired, last?.reason ?? .tooOld) }
        let unfit = Set(attempts.filter { $0.concern == .account }.map(\.account))
        let usable = roads.filter { !unfit.contains($0.account) }
        let ways = usable.map { (road: $0, due: earliest($0, after: last, at: now), tries: count(of: $0)) }
        // Who can be sent through first, then who was tried less often, then the tenant's order.
        guard let way = ways.min(by: { ($0.due, $0.tries) < ($1.due, $1.tries) }), attempts.count < Self.mostAttempts
        else {
            return end(.failed, last?.reason ?? .noAccount)
        }
        var due = way.due
        if !kind.isUrgent, let quiet { due = quiet.end(at: due, offset: offset) }
        return due < expiresAt ? .send(way.road.account, at: due) : end(.expired, last?.reason ?? .tooOld)
    }

    /// When a message can go through an account: not while that rests, nor soon after it was tried there.
    private func earliest(_ road: Road, after last: MessageAttempt?, at now: Instant) -> Instant {
        var due = max(now, road.restsUntil)
        guard let last else { return due }
        let began = last.endedAt ?? last.beganAt
        if last.concern == .doubt { due = max(due, began + Self.doubtPause) }
        let tries = count(of: road)
        if tries > 0 { due = max(due, began + .seconds(Self.pauses[min(tries, Self.pauses.count) - 1])) }
        return due
    }

    private func count(of road: Road) -> Int { attempts.count { $0.account == road.account } }
}

extension MessageAttempt {
    /// Whom its outcome is about; nothing known is doubt.
    var concern: MessageReason.Concern { reason?.concern ?? .doubt }
}

/// The hours in which only what is urgent is sent, on the tenant's clocks.
package struct QuietHours: Hashable, Sendable {
    /// Minutes after midnight; where `from` is later than `until`, the night lies between.
    package let from: Int
    package let until: Int

    package static let usual = QuietHours(from: 21 * 60, until: 7 * 60)

    /// Two different minutes of a day.
    private init(from: Int, until: Int) { (self.from, self.until) = (from, until) }

    package init?(minutes from: Int, until: Int) {
        guard (0..<1_440).contains(from), (0..<1_440).contains(until), from != until else { return nil }
        self.init(from: from, until: until)
    }

    /// The moment itself, or the end of the quiet hours that it lies in.
    package func end(at now: Instant, offset: UTCOffset) -> Instant {
        let (_, rest) = floorDivide((now + offset(at: now)).milliseconds, by: 86_400_000)
        let minute = Int(rest / 60_000)
        let isQuiet = from < until ? (from..<until).contains(minute) : minute >= from || minute < until
        guard isQuiet else { return now }
        let wait = Int64((until - minute + 1_440) % 1_440) * 60_000 - rest % 60_000
        return offset.onTheWall(now + Span(milliseconds: wait), since: now)
    }
}
