package import Glibc

/// How a simulator's program waits for its end.
package enum WireSignals {
    /// Leaves the signals that end a program to `awaitEnd`, in this thread and those that it starts.
    package static func block() -> sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        return signals
    }

    /// Waits for a signal, or for the parent to be another process than at the start.
    ///
    /// Not by PR_SET_PDEATHSIG: that fires when the *thread* ends that started the program, and a test's threads come
    /// and go.
    package static func awaitEnd(_ signals: inout sigset_t, parent: pid_t?) {
        var pause = timespec(tv_sec: 0, tv_nsec: 250_000_000)
        while unsafe sigtimedwait(&signals, nil, &pause) < 0 {
            if let parent, getppid() != parent { return }
        }
    }
}
