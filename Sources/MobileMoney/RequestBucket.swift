import Synchronization
package import Values

/// Lets so many requests a second pass, and as many at once after a pause; who comes later is told how long to wait.
package final class RequestBucket: Sendable {
    private let rate: Int64
    /// When the next request may go if no other came, in milliseconds; it lies in the past after a pause.
    private let next: Mutex<Int64>

    /// Takes a rate of 1 to 1,000 a second.
    package init(rate: Int64) {
        self.rate = min(max(rate, 1), 1_000)
        next = Mutex(.min)
    }

    /// Takes a place in the line, and tells how long it is until its turn.
    package func reserve(at now: Instant) -> Span {
        let spacing = 1_000 / rate
        return next.withLock { next in
            let turn = max(next, now.milliseconds - spacing * (rate - 1))
            next = turn + spacing
            return Span(milliseconds: max(0, turn - now.milliseconds))
        }
    }
}
