import HTTPServer
import Synchronization
import Tenancy
import Values
import Vouchers

/// A batch that is being made, or was lately; in this gateway's memory only.
final class Making: Sendable {
    /// How far it is.
    struct Progress: Sendable {
        var made = 0
        var end: End?
    }

    enum End: Sendable {
        /// The batch's number.
        case done(Int)
        case cancelled
        case failed
    }

    private struct State {
        var progress = Progress()
        var isCancelled = false
        var listeners: [UInt64: @Sendable (Progress) -> Void] = [:]
        var ticket: UInt64 = 0
    }

    let id: ID<Batch>
    let tenant: ID<Tenant>
    let size: Int
    let startedAt: Instant
    private let state = Mutex(State())

    init(id: ID<Batch>, tenant: ID<Tenant>, size: Int, at now: Instant) {
        self.id = id
        self.tenant = tenant
        self.size = size
        startedAt = now
    }

    var progress: Progress { state.withLock(\.progress) }

    /// Asks the maker to give up at its next step.
    func cancel() { state.withLock { $0.isCancelled = true } }

    /// Notes how many are stored; false where somebody wants it to end.
    func advance(to made: Int) -> Bool {
        tell { $0.made = made }
        return !state.withLock(\.isCancelled)
    }

    func end(_ end: End) { tell { $0.end = end } }

    /// Calls `body` at every step from now on, and at once with the present one; the ticket ends that.
    func listen(_ body: @escaping @Sendable (Progress) -> Void) -> UInt64 {
        let (ticket, progress) = state.withLock { state in
            state.ticket += 1
            state.listeners[state.ticket] = body
            return (state.ticket, state.progress)
        }
        body(progress)
        return ticket
    }

    func leave(_ ticket: UInt64) { state.withLock { $0.listeners[ticket] = nil } }

    private func tell(_ change: (inout Progress) -> Void) {
        let (progress, listeners) = state.withLock { state in
            change(&state.progress)
            return (state.progress, Array(state.listeners.values))
        }
        for listener in listeners { listener(progress) }
    }
}

/// The batches that this gateway makes or made within the last hour.
final class Makings: Sendable {
    private static let memory = Span.hours(1)
    private let makings = Mutex<[ID<Batch>: Making]>([:])

    /// Takes a new one; nil where one of that key is there already: the same form was sent twice.
    func begin(_ id: ID<Batch>, of tenant: ID<Tenant>, size: Int, at now: Instant) -> Making? {
        makings.withLock { makings in
            makings = makings.filter { $0.value.progress.end == nil || now - $0.value.startedAt < Self.memory }
            guard makings[id] == nil else { return nil }
            let making = Making(id: id, tenant: tenant, size: size, at: now)
            makings[id] = making
            return making
        }
    }

    /// The making of a key, for its own tenant only.
    func making(_ id: ID<Batch>, of tenant: ID<Tenant>) -> Making? {
        makings.withLock { $0[id] }.flatMap { $0.tenant == tenant ? $0 : nil }
    }

    /// Forgets one that could not begin.
    func drop(_ id: ID<Batch>) { makings.withLock { $0[id] = nil } }
}
