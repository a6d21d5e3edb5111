import CMicrohttpd
import Glibc
import Synchronization

/// A thread of our own, for work that blocks.
@safe final class OwnThread: Sendable {
    private let handle = Mutex<pthread_t?>(nil)

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            unsafe name_thread(name)
            body()
        }
    }

    /// Starts the thread; false where the system has none left.
    ///
    /// The name may have 15 bytes.
    @discardableResult func run(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
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
            return false
        }
        handle.withLock { $0 = thread }
        return true
    }

    /// Waits for its end; without a call the thread is given up when its owner goes.
    func join() {
        guard let thread = handle.withLock({ $0.take() }) else { return }
        pthread_join(thread, nil)
    }

    deinit {
        if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
    }
}
