import Sockets
import Synchronization

/// One connection to a router: the session's decisions, carried out on a socket.
final class APILink: SocketOwner {
    private let session: Mutex<APISession>
    private let socket: Socket

    /// Starts to connect; commands may be handed in at once.
    init(_ endpoint: Endpoint, _ login: APILogin, on sockets: Sockets) {
        session = Mutex(APISession(login))
        socket = sockets.socket()
        socket.open(endpoint, for: self)
    }

    /// Whether commands may still be handed in.
    var isUsable: Bool { session.withLock { !$0.hasEnded } }

    /// Whether the router let us in.
    var isReady: Bool { session.withLock { $0.stage == .ready } }

    func close() { change { $0.end(.interrupted(maybeDone: true)) } }

    /// Carries a command out and waits for its whole answer, at most until the deadline.
    func perform(_ command: APICommand, by deadline: ContinuousClock.Instant) async -> APISession.Outcome {
        let ticket = Ticket(tag: session.withLock { $0.nextTag() })
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let asker = APISession.Asker.once { continuation.resume(returning: $0) }
                change { session in
                    if ticket.isCancelled {
                        session.report(asker, .interrupted(maybeDone: false))
                    } else {
                        session.submit(command, tag: ticket.tag, for: asker, by: deadline)
                    }
                }
            }
        } onCancel: {
            ticket.cancel()
            change { $0.cancel(ticket.tag, now: .now) }
        }
    }

    /// Starts a command whose rows go to a feed.
    func listen(_ command: APICommand, _ feed: RouterFeed) {
        let tag = session.withLock { $0.nextTag() }
        feed.onStop { [weak self] in self?.change { $0.cancel(tag, now: .now) } }
        change { $0.submit(command, tag: tag, for: .feed(WeakFeed(feed: feed)), by: nil) }
    }

    /// Lets the session decide and does what follows.
    ///
    /// What one change has to send goes out before that of the next; answers are told outside of the lock.
    private func change(_ decide: (inout APISession) -> Void) {
        let reports = session.withLock { session in
            let before = session.deadline
            decide(&session)
            let effects = session.takeEffects()
            if !effects.outgoing.isEmpty { socket.send(effects.outgoing) }
            if session.deadline != before { socket.wake(at: session.deadline) }
            if effects.closes { socket.close() }
            return effects.reports
        }
        for report in reports { report() }
    }
}

extension APILink {
    func socketOpened() { change { $0.opened(now: .now) } }

    func socketReceived(_ bytes: Swift.Span<UInt8>) {
        change { $0.received(bytes, now: .now) }
    }

    func socketWoke() {
        change { $0.pass(.now) }
        socket.wake(at: session.withLock { $0.deadline })
    }

    func socketEnded(_ reason: SocketError) {
        change { $0.end(RouterError.Kind(reason, hasHeard: $0.hasHeard)) }
    }
}

/// The tag of a command, and whether its waiting task was cancelled; a cancellation may overtake the start.
private final class Ticket: Sendable {
    let tag: Int
    private let cancelled = Atomic<Bool>(false)

    init(tag: Int) { self.tag = tag }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }
}

extension RouterError.Kind {
    /// What the end of a connection means for a router.
    fileprivate init(_ error: SocketError, hasHeard: Bool) {
        self =
            switch error {
            case .unreachable, .refused: .unreachable
            case .timedOut: .timedOut(maybeDone: false)
            case .closedByPeer where !hasHeard: .notAdmitted
            case .closedByPeer, .overrun, .closed: .interrupted(maybeDone: true)
            case .certificateChanged(let expected, let seen): .certificateChanged(expected: expected, seen: seen)
            case .certificateUnknown(let seen): .certificateUnknown(seen: seen)
            case .certificateUntrusted, .noTLS: .certificateUnusable
            }
    }
}
