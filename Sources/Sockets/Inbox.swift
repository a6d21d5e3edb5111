import CEpoll
import Glibc
import Synchronization

/// What other threads tell the thread of the connections.
final class Inbox: Sendable {
    enum Message: Sendable {
        case open(Int, Endpoint, any SocketOwner)
        case resolved(Int, [SocketAddress])
        case send(Int, [UInt8])
        case wake(Int, ContinuousClock.Instant?)
        case close(Int)
        case stop
    }

    private struct State {
        var messages: [Message] = []
        /// Whether the thread will look here again before it sleeps.
        var isLooking = true
        /// Set when the thread has ended: a late connection is told so at once.
        var isClosed = false
    }

    private let state = Mutex(State())
    private let numbers = Atomic<Int>(0)
    /// Readable while the thread shall wake; eventfd(2).
    let bell: Int32

    init() {
        bell = lango_event_new()
        precondition(bell >= 0, "The system gives no event descriptor")
    }

    deinit { Glibc.close(bell) }

    /// Numbers of connections are never used again.
    func nextNumber() -> Int { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    func post(_ message: Message) {
        let (isTaken, mustRing) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.messages.append(message)
            defer { state.isLooking = true }
            return (true, !state.isLooking)
        }
        if mustRing {
            var one: UInt64 = 1
            _ = unsafe write(bell, &one, 8)
        } else if !isTaken, case .open(_, _, let owner) = message {
            owner.socketEnded(.closed)
        }
    }

    /// Takes what was told; where that is nothing, the thread may sleep until the bell rings.
    func take() -> [Message] {
        state.withLock { state in
            state.isLooking = !state.messages.isEmpty
            defer { state.messages = [] }
            return state.messages
        }
    }

    func silence() {
        var count: UInt64 = 0
        _ = unsafe read(bell, &count, 8)
    }

    /// Takes the last messages and refuses all others.
    func close() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            return state.messages
        }
    }
}
