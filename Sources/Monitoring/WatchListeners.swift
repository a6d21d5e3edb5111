import Synchronization
import Tenancy
import Values

/// Who wants to know when a router was read.
final class WatchListeners: Sendable {
    private struct State {
        var tickets = 0
        var listeners: [Int: (router: ID<Router>, tell: @Sendable () -> Void)] = [:]
    }

    private let state = Mutex(State())

    func add(_ router: ID<Router>, _ tell: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.tickets += 1
            state.listeners[state.tickets] = (router, tell)
            return state.tickets
        }
    }

    func remove(_ ticket: Int) { state.withLock { _ = $0.listeners.removeValue(forKey: ticket) } }

    func tell(of router: ID<Router>) {
        let tells = state.withLock { state in state.listeners.values.filter { $0.router == router }.map(\.tell) }
        for tell in tells { tell() }
    }
}
