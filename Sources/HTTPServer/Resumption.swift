import CMicrohttpd
import Synchronization

/// The way to answer a request that `Response.later` has suspended.
package struct Resumption: Sendable {
    let pending: Pending

    /// Answers with what `make` returns or throws, run on the server's thread.
    ///
    /// Only the first call counts; calls after the deadline do nothing.
    package func finish(_ make: @escaping @Sendable () throws -> Response) {
        pending.finish(make)
    }
}

/// A suspended request.
///
/// The connection is good until it is answered: the library neither times a suspended connection out
/// nor closes it, and the server does not stop before every wait has ended.
@safe final class Pending: Suspension {
    nonisolated(unsafe) private let connection: OpaquePointer
    private let queue: ResumptionQueue
    private let isAnswered = Mutex(false)
    // Written before the connection is resumed, and read by the event loop after it: the library's lock is between.
    nonisolated(unsafe) private var answer: (@Sendable () throws -> Response)?

    init(_ connection: OpaquePointer, by queue: ResumptionQueue) {
        unsafe self.connection = connection
        self.queue = queue
    }

    func finish(_ make: @escaping @Sendable () throws -> Response) {
        // Handed over under the lock: who ends all waits may then stop the server.
        isAnswered.withLock { isAnswered in
            guard !isAnswered else { return }
            isAnswered = true
            unsafe answer = make
            queue.add(self)
        }
    }

    /// Gives the connection back to the library.
    func resume() { unsafe MHD_resume_connection(connection) }

    func end(_ reason: RequestRefusal) {
        finish { throw reason }
    }

    // A client that has closed its sending side may still wait for the answer; the deadline bounds it.
    func look(at _: UInt64, isPeerGone _: Bool) {}

    /// The answer, on the event loop after the connection was resumed.
    func take() -> (@Sendable () throws -> Response)? {
        defer { unsafe answer = nil }
        return unsafe answer
    }
}
