/// Hands things from one thread to another in their order, a few at a time, so that both work at once and neither runs
/// far ahead.
package final class Conveyor<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isEnded = false
        var isAbandoned = false
        var failure: (any Error)?
    }

    private let room: Int
    private let state = Monitor(State())

    /// `room` is how many things may lie between the two, at least 1.
    package init(room: Int) {
        precondition(room > 0, "A conveyor without room")
        self.room = room
    }

    /// Puts a thing on; waits while there is no room.
    ///
    /// - Returns: false where nobody takes any more.
    package func put(_ item: Item) -> Bool {
        state.wait(until: { [room] in $0.items.count < room || $0.isAbandoned }) { _ in }
        return state.change { state in
            guard !state.isAbandoned else { return false }
            state.items.append(item)
            return true
        }
    }

    /// Says that nothing more comes, and why where that is an error.
    package func end(_ failure: (any Error)? = nil) {
        state.change { state in
            state.isEnded = true
            state.failure = failure
        }
    }

    /// Takes the next thing, and waits for it; nil where nothing more comes.
    ///
    /// - Throws: The error with which the other side ended, after all that came before it.
    package func take() throws -> Item? {
        state.wait { !$0.items.isEmpty || $0.isEnded }
        return try state.change { state in
            if !state.items.isEmpty { return state.items.removeFirst() }
            if let failure = state.failure { throw failure }
            return nil
        }
    }

    /// Lets the other side stop: what it puts on from now on is dropped.
    package func abandon() {
        state.change { state in
            state.isAbandoned = true
            state.items = []
        }
    }
}
