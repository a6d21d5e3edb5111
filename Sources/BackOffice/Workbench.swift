import Synchronization
import Threads

/// A few threads of our own for work that blocks or computes for long; they end when there is none.
final class Workbench: Sendable {
    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let threads: Int
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - threads: how many work at a time.
    ///   - limit: how many pieces of work may wait.
    init(threads: Int, waiting limit: Int) {
        self.threads = threads
        self.limit = limit
    }

    /// Runs the closure on one of the threads; false where too much waits already, or the system has no thread left.
    func run(_ work: @escaping @Sendable () -> Void) -> Bool {
        let mustStart = state.withLock { state -> Bool? in
            if state.running < threads {
                state.running += 1
                return true
            }
            guard state.waiting.count < limit else { return nil }
            state.waiting.append(work)
            return false
        }
        guard let mustStart else { return false }
        guard mustStart else { return true }
        if start(work) { return true }
        state.withLock { $0.running -= 1 }
        return false
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private func start(_ first: @escaping @Sendable () -> Void) -> Bool {
        let thread = OwnThread(named: "office-work") { [self] in
            first()
            while let work = next() { work() }
        }
        return thread != nil
    }
}

/// So many who may do something at a time.
final class Seats: Sendable {
    /// The right to do it, given back with its last owner.
    final class Seat: Sendable {
        private let seats: Seats

        fileprivate init(_ seats: Seats) { self.seats = seats }

        deinit { seats.free.withLock { $0 += 1 } }
    }

    private let free: Mutex<Int>

    init(_ count: Int) { free = Mutex(count) }

    /// A seat, or nil where all are taken.
    func take() -> Seat? {
        let isFree = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        return isFree ? Seat(self) : nil
    }
}
