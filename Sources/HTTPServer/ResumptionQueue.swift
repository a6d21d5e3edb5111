import Synchronization

/// The requests of one event loop that can go on, resumed in bunches.
///
/// Each resumption by the library wakes the loop, which costs more than most answers. So one goes ahead, and what becomes
/// ready before the loop has answered it is resumed all at once, by the loop itself, which is awake then.
final class ResumptionQueue: Sendable {
    private struct State {
        /// What the loop has been given and has not answered yet.
        var underWay = 0
        var ready: [Pending] = []
        var isEnding = false

        mutating func resumeAll() {
            underWay += ready.count
            for pending in ready { pending.resume() }
            ready.removeAll(keepingCapacity: true)
        }
    }

    private let state = Mutex(State())

    /// Resumes a request, now or right after those that are under way; from any thread.
    func add(_ pending: Pending) {
        state.withLock { state in
            state.ready.append(pending)
            if state.underWay == 0 || state.isEnding { state.resumeAll() }
        }
    }

    /// Notes on the event loop that a resumed request was answered, or never will be.
    func noteAnswer() {
        state.withLock { state in
            state.underWay -= 1
            if state.underWay == 0 { state.resumeAll() }
        }
    }

    /// Leaves nothing suspended from now on: the loop is about to end.
    func end() {
        state.withLock { state in
            state.isEnding = true
            state.resumeAll()
        }
    }
}
