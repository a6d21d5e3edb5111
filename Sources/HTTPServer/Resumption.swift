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
/// The connection is good exactly while the state is `waiting`: the library neither times a suspended connection out
/// nor closes it, and the server does not stop before every wait has ended.
@safe final class Pending: Suspension {
    private enum State {
        case waiting
        case ready(@Sendable () throws -> Response)
        case taken
    }

    nonisolated(unsafe) private let connection: OpaquePointer
    private let state = Mutex(State.waiting)

    init(_ connection: OpaquePointer) {
        unsafe self.connection = connection
    }

    func finish(_ make: @escaping @Sendable () throws -> Response) {
        state.withLock { state in
            guard case .waiting = state else { return }
            state = .ready(make)
            unsafe MHD_resume_connection(connection)
        }
    }

    func end(_ reason: RequestRefusal) {
        finish { throw reason }
    }

    // A client that has closed its sending side may still wait for the answer; the deadline bounds it.
    func look(at _: UInt64, isPeerGone _: Bool) {}

    /// The answer, on the event loop after the connection was resumed.
    func take() -> (@Sendable () throws -> Response)? {
        state.withLock { state in
            guard case .ready(let make) = state else { return nil }
            state = .taken
            return make
        }
    }
}
