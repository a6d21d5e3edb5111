import Glibc
import Synchronization
import Threads

/// The signals that end or reload the program.
///
/// A handler writes the number into a pipe and a thread reads it. Masks with `sigwait` would not do: the runtime's own
/// threads take signals whatever the first thread blocks.
final class Signals: Sendable {
    private let events: AsyncStream<Int32>

    /// Takes SIGINT, SIGTERM and SIGHUP from now on.
    init() {
        var ends: [Int32] = [0, 0]
        precondition(unsafe pipe(&ends) == 0, "No pipe could be made")
        writingEnd.store(ends[1], ordering: .sequentiallyConsistent)
        let (events, continuation) = AsyncStream<Int32>.makeStream()
        self.events = events
        let reading = ends[0]
        _ = OwnThread.needed(named: "signals") { readSignals(from: reading, into: continuation) }
        for number in [SIGINT, SIGTERM, SIGHUP] { _ = signal(number, passOn) }
    }

    /// Returns at SIGINT or SIGTERM; SIGHUP calls `onReload`.
    func wait(onReload: @Sendable () -> Void) async {
        for await signal in events {
            guard signal == SIGHUP else { return }
            onReload()
        }
    }
}

/// Where the handler writes; a handler can be given nothing.
private let writingEnd = Atomic<Int32>(-1)

/// The handler; does only what signal-safety(7) allows.
private func passOn(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = unsafe write(writingEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = saved
}

/// What the thread at the other end of the pipe does.
private func readSignals(from descriptor: Int32, into continuation: AsyncStream<Int32>.Continuation) {
    var byte: UInt8 = 0
    while true {
        let count = unsafe read(descriptor, &byte, 1)
        if count == 1 {
            continuation.yield(Int32(byte))
        } else if count == 0 || errno != EINTR {
            return
        }
    }
}
