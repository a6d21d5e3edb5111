import CThreads
import Glibc

/// A thread of our own, for work that blocks: the threads of Swift's tasks are few and must never wait.
///
/// Joined by `join`, or given up when its owner goes.
package final class OwnThread: Sendable {
    private let handle: pthread_t

    private final class Work: Sendable {
        private let name: String
        private let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            unsafe lango_name_thread(name)
            body()
        }
    }

    /// Starts the thread; nil where the system has none left.
    ///
    /// Of the name Linux keeps 15 bytes.
    package init?(named name: String, _ body: @escaping @Sendable () -> Void) {
        let work = unsafe Unmanaged.passRetained(Work(name, body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { pointer in
                if let pointer = unsafe pointer { unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            unsafe work.release()
            return nil
        }
        handle = thread
        isJoined = Monitor(false)
    }

    private let isJoined: Monitor<Bool>

    /// Starts a thread that a room cannot do without.
    package static func needed(named name: String, _ body: @escaping @Sendable () -> Void) -> OwnThread {
        guard let thread = OwnThread(named: name, body) else { preconditionFailure("The system has no thread left") }
        return thread
    }

    /// Asks the system not to interrupt a running thread for this one, nor for those it starts, when they get work.
    ///
    /// A server's threads give each other work all the time: the one at it finishes first, and the other finds more to do
    /// at once. Where processors are free it changes nothing.
    package static func workInBatches() { lango_work_in_batches() }

    /// Waits until the closure has returned; a second call returns at once.
    package func join() {
        let isFirst = isJoined.change { joined in
            defer { joined = true }
            return !joined
        }
        if isFirst { pthread_join(handle, nil) }
    }

    deinit {
        if !isJoined.withLock({ $0 }) { pthread_detach(handle) }
    }
}
