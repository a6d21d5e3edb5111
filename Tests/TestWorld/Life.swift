package import SQL
import Synchronization

/// A gateway's life: it ends for good at a step that a test names.
///
/// A step is an exchange with something outside, before and after that acted, or a look at the clock, which stands
/// before every write. From the end on nothing that the gateway does reaches the store or the world, as after `kill -9`.
package final class Life: Sendable {
    private struct State {
        var steps = 0
        var isOver = false
    }

    /// Of the gateway alone.
    package let store: Store
    private let last: Int?
    private let state = Mutex(State())

    /// A life that ends with its store, at a step.
    package init(in location: Store.Location, endingAt last: Int) throws {
        store = try Store(location, migrations: World.migrations)
        self.last = last
    }

    /// A life without end, in a store that others use too.
    package init(in store: Store) {
        self.store = store
        last = nil
    }

    package var isOver: Bool { state.withLock { $0.isOver } }

    package func step() {
        let ends = state.withLock { state in
            state.steps += 1
            guard state.steps == last, !state.isOver else { return false }
            state.isOver = true
            return true
        }
        if ends { store.close() }
    }

    /// Closes the store of a gateway that came to the end of its work before the step.
    package func finish() {
        if last != nil, !isOver { store.close() }
    }
}
