import Glibc
import Threads
package import Values

/// Brings log lines to a descriptor on a thread of its own, so that a slow terminal holds no request back.
///
/// The queue is bounded; lines that find it full are counted and dropped, and the count is told in a line of its own.
package final class LogWriter: Sendable {
    private let queue: LineQueue

    /// A writer to `descriptor` (2 is standard error), which stays the caller's.
    ///
    /// `capacity` is the most that may wait, in bytes.
    package init(descriptor: Int32 = 2, capacity: Int = 4 << 20) {
        let queue = LineQueue(capacity: capacity)
        self.queue = queue
        _ = OwnThread.needed(named: "log") { queue.drain(to: descriptor) }
    }

    deinit { queue.close() }

    /// Puts whole lines into the queue.
    func enqueue(_ lines: ByteBuffer) { queue.append(lines) }

    /// Waits until everything queued so far is written, at most for `limit`; false when time ran out.
    package func flush(within limit: Span) -> Bool { queue.waitUntilWritten(within: limit) }
}

/// Bytes that wait for the writing thread.
private final class LineQueue: Sendable {
    private let state: Monitor<State>

    private struct State {
        var waiting: [UInt8] = []
        /// Bytes ever taken in and ever written or given up.
        var taken = 0
        var settled = 0
        var dropped = 0
        var isClosed = false
    }

    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        state = Monitor(State())
    }

    func append(_ lines: ByteBuffer) {
        state.change { state in
            guard state.waiting.count + lines.count <= capacity else {
                state.dropped += 1
                return
            }
            unsafe state.waiting.append(contentsOf: lines.bytes)
            state.taken += lines.count
        }
    }

    func close() { state.change { $0.isClosed = true } }

    func waitUntilWritten(within limit: Span) -> Bool {
        let goal = state.withLock { $0.taken }
        return state.wait(until: { $0.settled >= goal }, within: limit)
    }

    /// Writes until the queue is closed and empty.
    func drain(to descriptor: Int32) {
        while true {
            state.wait(until: { !$0.waiting.isEmpty || $0.dropped > 0 || $0.isClosed })
            var batch: [UInt8] = []
            var dropped = 0
            let isLast = state.withLock { state in
                swap(&batch, &state.waiting)
                swap(&dropped, &state.dropped)
                return state.isClosed
            }
            let count = batch.count
            if dropped > 0 {
                batch += Array("{\"level\":\"warning\",\"message\":\"log.dropped\",\"count\":\(dropped)}\n".utf8)
            }
            Self.write(batch, to: descriptor)
            state.change { $0.settled += count }
            if isLast, batch.isEmpty { return }
        }
    }

    /// Writes all bytes, or gives the rest up when the descriptor fails: there is nowhere to complain.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                start += count
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if unsafe poll(&entry, 1, 1_000) < 0, errno != EINTR { return }
            } else if errno != EINTR {
                return
            }
        }
    }
}
