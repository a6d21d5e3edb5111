import Glibc
import Synchronization

/// The signals that end or reload the program, received by a thread of their own.
final class Signals: Sendable {
    private let events: AsyncStream<Int32>

    /// Blocks SIGINT, SIGTERM and SIGHUP for every thread made from now on, and waits for them; call first of all.
    init() {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { _ = unsafe sigaddset(&set, signal) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let (events, continuation) = AsyncStream<Int32>.makeStream()
        self.events = events
        SignalThread.start(continuation)
    }

    /// Returns at SIGINT or SIGTERM; SIGHUP calls `onReload`.
    func wait(onReload: @Sendable () -> Void) async {
        for await signal in events {
            guard signal == SIGHUP else { return }
            onReload()
        }
    }
}

/// The thread that sits in `sigwait`.
private enum SignalThread {
    private final class Sink: Sendable {
        let continuation: AsyncStream<Int32>.Continuation
        init(_ continuation: AsyncStream<Int32>.Continuation) { self.continuation = continuation }
    }

    static func start(_ continuation: AsyncStream<Int32>.Continuation) {
        var thread = pthread_t()
        let sink = unsafe Unmanaged.passRetained(Sink(continuation)).toOpaque()
        let code = unsafe pthread_create(&thread, nil, waitForSignals, sink)
        precondition(code == 0, "No thread could be started: \(code)")
        _ = pthread_detach(thread)
    }

    private static let waitForSignals: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        guard let argument = unsafe $0 else { return nil }
        let sink = unsafe Unmanaged<Sink>.fromOpaque(argument).takeRetainedValue()
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { _ = unsafe sigaddset(&set, signal) }
        var received: Int32 = 0
        while unsafe sigwait(&set, &received) == 0 { sink.continuation.yield(received) }
        return nil
    }
}
