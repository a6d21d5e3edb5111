// Whichever of the two modules the compiler sees first owns `timespec`.
import CMicrohttpd
import Glibc

/// A lock around a value, with a condition to wait for; `Synchronization.Mutex` has none.
@safe final class Monitor<Value>: Sendable {
    // The value is touched under the mutex only; mutex and condition stay at one address, as POSIX wants.
    nonisolated(unsafe) private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    nonisolated(unsafe) private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    nonisolated(unsafe) private var value: Value

    init(_ value: sending Value) {
        unsafe self.value = value
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return unsafe body(&value)
    }

    /// Waits until `ready` holds, then goes on under the same lock.
    func wait<Result>(until ready: (Value) -> Bool, _ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !ready(value) { unsafe pthread_cond_wait(condition, mutex) }
        return unsafe body(&value)
    }

    /// Waits until `ready` holds, at most so long; whether it does.
    func wait(milliseconds: Int, until ready: (Value) -> Bool) -> Bool {
        var end = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &end)
        let nanoseconds = end.tv_nsec + milliseconds % 1_000 * 1_000_000
        end.tv_sec += milliseconds / 1_000 + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !ready(value) {
            if unsafe pthread_cond_timedwait(condition, mutex, &end) != 0 { return unsafe ready(value) }
        }
        return true
    }

    /// Lets those who wait look again.
    func wake() { unsafe pthread_cond_broadcast(condition) }
}
