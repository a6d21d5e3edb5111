import CEpoll
import Glibc
import Values

/// One connection as the loop sees it; touched by the loop's thread alone.
final class Channel {
    private enum Stage { case resolving, connecting, shakingHands, open }

    /// What the loop is to do next.
    enum Turn {
        case wait
        /// The connection is open since now.
        case opened
        case ended(SocketError)
    }

    /// The most that waits to be sent, in bytes; more means that the other side takes nothing in.
    static let maximumWaiting = 4 << 20

    let number: Int
    let endpoint: Endpoint
    let owner: any SocketOwner
    /// When the owner wants to be called.
    var wakeAt: ContinuousClock.Instant?
    private(set) var descriptor: Int32 = -1
    /// Whether the loop has told epoll of the descriptor.
    var isWatched = false
    /// Whether there is something to be done once the descriptor is writable.
    private(set) var needsWriting = true

    private var stage = Stage.resolving
    private var addresses: ArraySlice<SocketAddress> = []
    private var tls: TLSSession?
    private var waiting: [UInt8] = []
    private var written = 0
    /// When the connection must be open.
    private let openBy: ContinuousClock.Instant
    /// When the next address is tried.
    private var connectedBy: ContinuousClock.Instant

    init(_ number: Int, _ endpoint: Endpoint, _ owner: any SocketOwner) {
        self.number = number
        self.endpoint = endpoint
        self.owner = owner
        openBy = .now + .milliseconds(endpoint.limit.milliseconds)
        connectedBy = openBy
    }

    deinit {
        if stage == .open { tls?.sayGoodbye() }
        tls = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    var isOpen: Bool { stage == .open }

    /// Whether something waits to be sent.
    var isSending: Bool { written < waiting.count }

    /// When the channel wants to be looked at, whatever happens.
    var deadline: ContinuousClock.Instant? {
        guard !isOpen else { return wakeAt }
        return min(openBy, connectedBy, wakeAt ?? openBy)
    }
}

extension Channel {
    /// Tries the addresses one after another, each for a share of the time that is left.
    func connect(to addresses: [SocketAddress]) -> Turn {
        guard stage == .resolving else { return .wait }
        self.addresses = addresses[...]
        return connectToNext(otherwise: .unreachable)
    }

    private func connectToNext(otherwise error: SocketError) -> Turn {
        var error = error
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        stage = .connecting
        while let address = addresses.popFirst() {
            switch address.connect() {
            case .success(let descriptor):
                self.descriptor = descriptor
                isWatched = false
                let now = ContinuousClock.now
                connectedBy = now + now.duration(to: openBy) / (addresses.count + 1)
                needsWriting = true
                return .wait
            case .failure(let failure): error = failure
            }
        }
        return .ended(error)
    }

    /// Looks at what is late.
    func lookAtClock(_ now: ContinuousClock.Instant) -> Turn {
        guard !isOpen else { return .wait }
        guard now < openBy else { return .ended(.timedOut) }
        guard stage == .connecting, now >= connectedBy else { return .wait }
        return addresses.isEmpty ? .ended(.timedOut) : connectToNext(otherwise: .timedOut)
    }

    /// Goes on with opening once the descriptor is ready.
    func goOn() -> Turn {
        if stage == .connecting {
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            guard code == 0 else { return connectToNext(otherwise: SocketError(connecting: code)) }
            setOptions()
            connectedBy = openBy
            guard let trust = endpoint.trust else { return settle() }
            tls = TLSSession(on: descriptor, to: endpoint, trusting: trust)
            stage = .shakingHands
        }
        guard stage == .shakingHands else { return .wait }
        guard let tls else { return .ended(.noTLS) }
        switch tls.shakeHands() {
        case .done: return settle()
        case .wait(let writable):
            needsWriting = writable
            return .wait
        case .failed(let error): return .ended(error)
        }
    }

    private func settle() -> Turn {
        stage = .open
        needsWriting = false
        addresses = []
        return .opened
    }

    /// Sends small commands at once and notices a machine that vanished within two minutes; tcp(7).
    private func setOptions() {
        for (level, name, value) in [
            (Int32(IPPROTO_TCP), TCP_NODELAY, 1), (SOL_SOCKET, SO_KEEPALIVE, 1),
            (Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60), (Int32(IPPROTO_TCP), TCP_KEEPINTVL, 15),
            (Int32(IPPROTO_TCP), TCP_KEEPCNT, 4), (Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 60_000),
        ] as [(Int32, Int32, Int32)] {
            var value = value
            unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
}

extension Channel {
    /// Sends what can go now and keeps the rest.
    func send(_ bytes: [UInt8]) -> Turn {
        guard isOpen else { return .wait }
        guard waiting.count - written + bytes.count <= Self.maximumWaiting else { return .ended(.overrun) }
        if waiting.isEmpty {
            waiting = bytes
        } else {
            waiting.removeFirst(written)
            written = 0
            waiting += bytes
        }
        return flush()
    }

    /// Sends what waits, as far as it goes.
    func flush() -> Turn {
        needsWriting = false
        while isSending {
            switch write(waiting[written...]) {
            case .done(let count): written += count
            case .wait(let writable):
                needsWriting = writable
                return .wait
            case .failed(let error): return .ended(error)
            }
        }
        // An idle connection holds no buffer.
        waiting = []
        written = 0
        return .wait
    }

    /// Has the loop come back when the descriptor is writable: TLS may have to answer before it can read on.
    func awaitWriting() -> Turn {
        needsWriting = true
        return .wait
    }

    /// Reads once what there is, into a buffer that all connections share.
    func read(into buffer: inout [UInt8]) -> TLSSession.Step {
        if let tls { return tls.read(into: &buffer) }
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? .done(count) : Self.step(count, errno)
    }

    private func write(_ bytes: ArraySlice<UInt8>) -> TLSSession.Step {
        if let tls { return tls.write(bytes) }
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return count > 0 ? .done(count) : Self.step(count, errno, writable: true)
    }

    private static func step(_ count: Int, _ code: Int32, writable: Bool = false) -> TLSSession.Step {
        let mustWait = count < 0 && (code == EAGAIN || code == EINTR)
        return mustWait ? .wait(writable: writable) : .failed(.closedByPeer)
    }
}
