import Glibc
import Values

/// A value behind a lock, with a way to wait for it to change.
///
/// `Synchronization.Mutex` has no condition variable; this is POSIX's pair of both.
@safe final class Guarded<Value: Sendable>: Sendable {
    // Touched with `lock` held only.
    private nonisolated(unsafe) var value: Value
    // "Any thread may lock and wait": POSIX.1-2017, pthread_mutex_lock and pthread_cond_wait.
    private nonisolated(unsafe) let lock: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let changed: UnsafeMutablePointer<pthread_cond_t>

    init(_ value: Value) {
        unsafe self.value = value
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe changed.deallocate()
        unsafe lock.deallocate()
    }

    /// Uses the value without waking those who wait.
    func read<Answer>(_ body: (inout Value) -> Answer) -> Answer {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return unsafe body(&value)
    }

    /// Changes the value and wakes those who wait.
    func change(_ body: (inout Value) -> Void) {
        unsafe pthread_mutex_lock(lock)
        unsafe body(&value)
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(lock)
    }

    /// Waits until the condition holds.
    func wait(until condition: (Value) -> Bool) {
        unsafe pthread_mutex_lock(lock)
        while unsafe !condition(value) { unsafe pthread_cond_wait(changed, lock) }
        unsafe pthread_mutex_unlock(lock)
    }

    /// Waits until the condition holds, at most for `limit`; false when time ran out.
    func wait(until condition: (Value) -> Bool, within limit: Span) -> Bool {
        var end = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = Int64(end.tv_nsec) + limit.milliseconds % 1_000 * 1_000_000
        end.tv_sec += Int(limit.milliseconds / 1_000 + nanoseconds / 1_000_000_000)
        end.tv_nsec = Int(nanoseconds % 1_000_000_000)
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while unsafe !condition(value) {
            if unsafe pthread_cond_timedwait(changed, lock, &end) == ETIMEDOUT { return unsafe condition(value) }
        }
        return true
    }
}

/// Starts a detached thread.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(ThreadWork(body: body))
    var thread = pthread_t()
    let code = unsafe pthread_create(&thread, nil, runThread, work.toOpaque())
    precondition(code == 0, "The system gives no thread (\(code))")
    pthread_detach(thread)
}

private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) { self.body = body }
}

/// What a new thread runs: takes over the reference that `startThread` gave away.
private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let work = unsafe Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue()
    work.body()
    return nil
}
