import Glibc

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
    unsafe Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().body()
    return nil
}
