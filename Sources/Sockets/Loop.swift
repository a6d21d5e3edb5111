import CEpoll
import Glibc

/// The one thread of all connections: waits for the kernel, for messages and for moments that were asked for.
final class Loop {
    /// How often one connection is read before the others get their turn.
    private static let readsInTurn = 16
    private static let bellNumber: UInt64 = 0

    private let inbox: Inbox
    private let poll: Int32
    private let resolver = Resolver()
    private var channels: [Int: Channel] = [:]
    /// What arrives, whatever connection it is for; the owner copies what it keeps.
    private var arrived = [UInt8](repeating: 0, count: 65_536)
    /// No channel wants to be looked at earlier.
    private var soonest: ContinuousClock.Instant?
    private var isStopping = false

    init(_ inbox: Inbox) {
        self.inbox = inbox
        poll = lango_epoll_new()
        precondition(poll >= 0, "The system gives no epoll")
        _ = lango_epoll_watch(poll, inbox.bell, Self.bellNumber, true, false)
    }

    deinit { Glibc.close(poll) }

    /// Works until told to stop; then every connection is given up.
    func run() {
        Self.ignoreBrokenPipes()
        var ready = [lango_ready](repeating: lango_ready(), count: Int(lango_batch))
        while !isStopping {
            let messages = inbox.take()
            for message in messages { handle(message) }
            // After messages the bell is not rung for the next ones: they are looked for before sleeping.
            let count = unsafe lango_epoll_wait(poll, &ready, messages.isEmpty ? milliseconds() : 0)
            for event in ready.prefix(max(0, Int(count))) {
                if event.number == Self.bellNumber { inbox.silence() } else { serve(Int(event.number), event) }
            }
            lookAtClock()
        }
        for case .open(_, _, let owner) in inbox.close() { owner.socketEnded(.closed) }
        for number in Array(channels.keys) { end(number, .closed) }
    }

    /// Keeps a write to a closed connection from ending the process: OpenSSL writes without `MSG_NOSIGNAL`.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

extension Loop {
    private func handle(_ message: Inbox.Message) {
        switch message {
        case .open(let number, let endpoint, let owner): open(number, endpoint, owner)
        case .resolved(let number, let addresses): turn(number) { $0.connect(to: addresses) }
        case .send(let number, let bytes): turn(number) { $0.send(bytes) }
        case .wake(let number, let moment):
            guard let channel = channels[number] else { return }
            channel.wakeAt = moment
            note(channel.deadline)
        case .close(let number): end(number, .closed)
        case .stop: isStopping = true
        }
    }

    private func open(_ number: Int, _ endpoint: Endpoint, _ owner: any SocketOwner) {
        let channel = Channel(number, endpoint, owner)
        channels[number] = channel
        note(channel.deadline)
        let addresses = SocketAddress.find(endpoint.host, endpoint.port, numeric: true)
        guard addresses.isEmpty else { return turn(number) { $0.connect(to: addresses) } }
        resolver.find(endpoint.host, endpoint.port) { [inbox] in inbox.post(.resolved(number, $0)) }
    }

    /// Has a channel do something, and does what follows.
    private func turn(_ number: Int, _ act: (Channel) -> Channel.Turn) {
        guard let channel = channels[number] else { return }
        let needed = channel.needsWriting
        let turn = act(channel)
        if case .ended(let error) = turn { return end(number, error) }
        if channel.descriptor >= 0, !channel.isWatched || channel.needsWriting != needed {
            _ = lango_epoll_watch(
                poll, channel.descriptor, UInt64(number), !channel.isWatched, channel.needsWriting)
            channel.isWatched = true
        }
        note(channel.deadline)
        if case .opened = turn { channel.owner.socketOpened() }
    }

    private func end(_ number: Int, _ reason: SocketError) {
        guard let channel = channels.removeValue(forKey: number) else { return }
        channel.owner.socketEnded(reason)
    }
}

extension Loop {
    /// Acts on what the kernel reports of a descriptor.
    private func serve(_ number: Int, _ event: lango_ready) {
        guard let channel = channels[number] else { return }
        guard channel.isOpen else { return turn(number) { $0.goOn() } }
        if event.writable || channel.isSending { turn(number) { $0.flush() } }
        for _ in 0..<Self.readsInTurn where channels[number] != nil {
            switch channel.read(into: &arrived) {
            case .done(let count):
                channel.owner.socketReceived(arrived.span.extracting(0..<count))
                // A buffer that was not filled has emptied the socket; what comes later is reported anew.
                if channel.endpoint.trust == nil, count < arrived.count { return }
            case .wait(writable: false): return
            case .wait(writable: true): return turn(number) { $0.awaitWriting() }
            case .failed(let error): return end(number, error)
            }
        }
    }

    private func note(_ deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        soonest = soonest.map { min($0, deadline) } ?? deadline
    }

    /// Until the next moment, a started millisecond counted; -1 where there is none.
    private func milliseconds() -> Int32 {
        guard let soonest else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: soonest).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(min(seconds, 3_600) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Looks at all channels once a moment has come that may be one of theirs.
    private func lookAtClock() {
        guard let moment = soonest, moment <= .now else { return }
        soonest = nil
        let now = ContinuousClock.now
        for (number, channel) in channels {
            if let wakeAt = channel.wakeAt, wakeAt <= now {
                channel.wakeAt = nil
                channel.owner.socketWoke()
            }
            turn(number) { $0.lookAtClock(now) }
        }
    }
}
