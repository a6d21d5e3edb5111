import CMicrohttpd
import Glibc
import Threads

/// A body that comes bit by bit: a bounded queue between whoever makes it and the event loop.
///
/// While the queue is empty the connection is suspended; the reader that found it empty suspends under the lock, and the
/// writer that fills it resumes under the lock, so that no wake-up is lost.
@safe final class Outflow: Suspension {
    private struct State {
        var chunks: [[UInt8]] = []
        /// Bytes of the first chunk that are out already.
        var offset = 0
        var queued = 0
        var isSuspended = false
        var isEnded = false
        var isBroken = false
        /// Nobody reads any more.
        var isGone = false
        var onClose: (@Sendable () -> Void)?
        var lastByteAt: UInt64 = 0
    }

    nonisolated(unsafe) private let connection: OpaquePointer
    private let monitor = Monitor(State())
    /// What is sent into a long silence, so that a dead client is noticed.
    private let heartbeat: [UInt8]?
    private let limit: Int

    /// Milliseconds of silence before a heartbeat.
    private static let heartbeatInterval: UInt64 = 15_000

    init(_ connection: OpaquePointer, limit: Int, heartbeat: [UInt8]? = nil) {
        unsafe self.connection = connection
        self.limit = limit
        self.heartbeat = heartbeat
        monitor.withLock { $0.lastByteAt = mhd_nanoseconds(CLOCK_MONOTONIC_COARSE) / 1_000_000 }
    }

    var isClosed: Bool { monitor.withLock { $0.isEnded || $0.isGone } }

    // MARK: Writing

    /// Queues bytes if there is room; false where there is none, or nobody reads any more.
    func offer(_ bytes: [UInt8]) -> Bool {
        monitor.withLock { state in
            guard !state.isEnded, !state.isGone, state.queued + bytes.count <= limit else { return false }
            enqueue(bytes, &state)
            return true
        }
    }

    /// Waits for room and queues bytes; false once nobody reads any more.
    func write(_ bytes: [UInt8]) -> Bool {
        monitor.wait(until: { $0.isGone || $0.isEnded || $0.queued < self.limit }) { state in
            guard !state.isEnded, !state.isGone else { return false }
            enqueue(bytes, &state)
            return true
        }
    }

    /// No more will come; what is queued still goes out.
    ///
    /// `broken` cuts the connection instead of ending the body.
    func finish(broken: Bool = false) {
        monitor.withLock { state in
            guard !state.isEnded else { return }
            state.isEnded = true
            state.isBroken = broken
            resume(&state)
        }
        monitor.change { _ in }
    }

    /// Called once, when the client is gone or the stream has ended; at once where that is so already.
    func onClose(_ body: @escaping @Sendable () -> Void) {
        let isGone = monitor.withLock { state in
            if !state.isGone { state.onClose = body }
            return state.isGone
        }
        if isGone { body() }
    }

    private func enqueue(_ bytes: [UInt8], _ state: inout State) {
        guard !bytes.isEmpty else { return }
        state.chunks.append(bytes)
        state.queued += bytes.count
        resume(&state)
    }

    private func resume(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        unsafe MHD_resume_connection(connection)
    }

    // MARK: The event loop's side

    /// Gives the library its next bytes, or suspends the connection until there are some.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = monitor.withLock { state -> Int in
            if state.chunks.isEmpty {
                if state.isEnded { return state.isBroken ? Self.endOfBrokenStream : Self.endOfStream }
                unsafe MHD_suspend_connection(connection)
                state.isSuspended = true
                return 0
            }
            state.lastByteAt = mhd_nanoseconds(CLOCK_MONOTONIC_COARSE) / 1_000_000
            return unsafe Self.copy(&state, into: target)
        }
        if count > 0 { monitor.change { _ in } }
        return count
    }

    private static let endOfStream = -1
    private static let endOfBrokenStream = -2

    private static func copy(_ state: inout State, into target: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        var done = 0
        while done < state.chunks.count, filled < target.count {
            let rest = state.chunks[done][state.offset...]
            let part = min(rest.count, target.count - filled)
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + part]).copyBytes(
                from: rest.prefix(part))
            filled += part
            state.offset += part
            if state.offset == state.chunks[done].count {
                done += 1
                state.offset = 0
            }
        }
        state.chunks.removeFirst(done)
        state.queued -= filled
        return filled
    }

    /// The library has let go of the connection's answer: sent, or given up.
    func abandoned() {
        let body = monitor.withLock { state in
            state.isGone = true
            state.chunks = []
            return state.onClose.take()
        }
        monitor.change { _ in }
        body?()
    }

    func end(_: RequestRefusal) { finish(broken: heartbeat == nil) }

    func look(at milliseconds: UInt64, isPeerGone: Bool) {
        if isPeerGone { return finish(broken: true) }
        guard let heartbeat else { return }
        monitor.withLock { state in
            guard state.isSuspended, state.lastByteAt + Self.heartbeatInterval < milliseconds else { return }
            enqueue(heartbeat, &state)
        }
    }

    // MARK: The library's response object

    /// An answer that reads from this queue until it ends.
    func makeAnswer() -> OpaquePointer? {
        let held = unsafe Unmanaged.passRetained(self)
        let answer = unsafe MHD_create_response_from_callback(
            UInt64.max, 16_384, readOutflow, held.toOpaque(), releaseOutflow)
        if unsafe answer == nil { unsafe held.release() }
        return unsafe answer
    }
}

/// The library wants bytes.
private func readOutflow(
    _ outflow: UnsafeMutableRawPointer?, _: UInt64, _ target: UnsafeMutablePointer<CChar>?, _ count: Int
) -> Int {
    guard let outflow = unsafe outflow else { return -2 }
    return unsafe Unmanaged<Outflow>.fromOpaque(outflow).takeUnretainedValue().read(
        into: UnsafeMutableRawBufferPointer(start: target, count: count))
}

private func releaseOutflow(_ outflow: UnsafeMutableRawPointer?) {
    if let outflow = unsafe outflow { unsafe Unmanaged<Outflow>.fromOpaque(outflow).takeRetainedValue().abandoned() }
}
