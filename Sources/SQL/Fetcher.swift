import Threads

/// Threads that read for tasks.
final class Fetcher: Sendable {
    private static let threadCount = 4
    private let queue = WorkQueue<@Sendable () -> Void>()
    private let threads: [OwnThread]

    init() {
        let queue = queue
        threads = (0..<Self.threadCount).map { _ in
            OwnThread.needed(named: "store-reader") {
                while let work = queue.take(atMost: 1) {
                    for read in work { read() }
                }
            }
        }
    }

    /// Runs the closure on one of the threads; on the caller's where the store is closing.
    func run(_ work: @escaping @Sendable () -> Void) {
        if !queue.add(work) { work() }
    }

    func stop() {
        queue.close()
        for thread in threads { thread.join() }
    }
}
