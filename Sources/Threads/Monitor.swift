import CThreads
import Glibc
package import Values

/// A value behind a lock, with a way to wait for it to change; `Synchronization.Mutex` has no condition.
///
/// For threads of our own only: a task that waits here holds one of the few threads that all tasks share.
@safe package final class Monitor<Value>: Sendable {
    // The value is touched under the mutex only; mutex and condition stay at one address, as POSIX wants.
    nonisolated(unsafe) private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    nonisolated(unsafe) private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    nonisolated(unsafe) private var value: Value

    package init(_ value: sending Value) {
        unsafe self.value = value
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Uses the value without waking those who wait.
    package func withLock<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return unsafe try body(&value)
    }

    /// Changes the value and lets those who wait look again.
    @discardableResult
    package func change<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return unsafe try body(&value)
    }

    /// Changes the value and lets one of those who wait look again: for changes that give work to one.
    package func changeForOne<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_signal(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return unsafe try body(&value)
    }

    /// Waits until `ready` holds, then goes on under the same lock.
    package func wait<Answer>(until ready: (Value) -> Bool, _ body: (inout Value) -> Answer) -> Answer {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !ready(value) { unsafe pthread_cond_wait(changed, mutex) }
        return unsafe body(&value)
    }

    /// Waits until `ready` holds.
    package func wait(until ready: (Value) -> Bool) { wait(until: ready) { _ in } }

    /// Waits until `ready` holds, at most for `limit`; whether it does.
    package func wait(until ready: (Value) -> Bool, within limit: Span) -> Bool {
        var end = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = Int64(end.tv_nsec) + limit.milliseconds % 1_000 * 1_000_000
        end.tv_sec += Int(limit.milliseconds / 1_000 + nanoseconds / 1_000_000_000)
        end.tv_nsec = Int(nanoseconds % 1_000_000_000)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !ready(value) {
            if unsafe pthread_cond_timedwait(changed, mutex, &end) == ETIMEDOUT { return unsafe ready(value) }
        }
        return true
    }
}
