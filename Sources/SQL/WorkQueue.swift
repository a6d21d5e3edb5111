import Glibc

/// Work for a thread of our own: a queue with a lock, a condition, and an end.
///
/// `Synchronization.Mutex` has no condition variable to wait on; the two pthread objects live in memory of their own,
/// as POSIX wants, and are released with the queue.
@safe final class WorkQueue<Element: Sendable>: @unchecked Sendable {
    // Unchecked: `waiting` and `isClosed` are touched only between lock and unlock.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [Element] = []
    private var isClosed = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        _ = unsafe pthread_mutex_init(mutex, nil)
        _ = unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        _ = unsafe pthread_cond_destroy(condition)
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Adds an element; false when the queue is closed.
    func add(_ element: Element) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        guard !isClosed else { return false }
        waiting.append(element)
        unsafe pthread_cond_signal(condition)
        return true
    }

    /// Waits for work and takes up to `most` elements; nil when the queue is closed and empty.
    func take(atMost most: Int) -> [Element]? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while waiting.isEmpty {
            if isClosed { return nil }
            unsafe pthread_cond_wait(condition, mutex)
        }
        if waiting.count <= most {
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
        let taken = Array(waiting.prefix(most))
        waiting.removeFirst(most)
        return taken
    }

    /// Refuses new work; what waits is still done.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }
}

/// A thread of our own that runs one closure to its end.
final class OwnThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: pthread_t

    init(_ run: @escaping @Sendable () -> Void) {
        var started = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run)).toOpaque()
        let code = unsafe pthread_create(
            &started, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body)
        precondition(code == 0, "No thread could be started: \(code)")
        handle = started
    }

    /// Waits until the closure has returned; call once.
    func join() { _ = pthread_join(handle, nil) }
}
