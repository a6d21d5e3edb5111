import Synchronization

/// Rows of a menu as they change, for as long as someone looks; a row that was removed is marked by `isGone`.
///
/// For one reader. It ends with an error: the connection's, or `tooLarge` where nobody kept up. Letting go of it, or
/// cancelling the task that reads, tells the router to stop.
package struct RouterChanges: AsyncSequence, Sendable {
    package typealias Element = RouterRecord
    package typealias Failure = RouterError

    let feed: RouterFeed
    let menu: Menu

    package struct AsyncIterator: AsyncIteratorProtocol {
        let feed: RouterFeed
        let menu: Menu

        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(RouterError) -> RouterRecord? {
            switch await feed.next() {
            case .row(let record): return record
            case .failed(let kind): throw RouterError(kind, in: menu)
            case .ended: return nil
            }
        }

        package mutating func next() async throws(RouterError) -> RouterRecord? {
            try await next(isolation: #isolation)
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(feed: feed, menu: menu) }
}

/// A feed that others hold.
struct WeakFeed: Sendable {
    weak let feed: RouterFeed?
}

/// Rows on their way from a connection to one reader.
final class RouterFeed: Sendable {
    enum Item: Sendable {
        case row(RouterRecord)
        case failed(RouterError.Kind)
        case ended
    }

    private struct State {
        /// What waits, each with what it takes, in bytes; those before `taken` are gone.
        var rows: [(record: RouterRecord, size: Int)] = []
        var taken = 0
        /// How much waits, in bytes.
        var size = 0
        var end: Item?
        var reader: CheckedContinuation<Item, Never>?
        /// Tells the router to stop.
        var stop: (@Sendable () -> Void)?
    }

    /// The most that waits for the reader, in bytes.
    static let mostWaiting = 1 << 20

    private let state = Mutex(State())

    deinit { state.withLock { $0.stop }?() }

    /// Says how the router is told to stop; called once, before the first row can come.
    func onStop(_ stop: @escaping @Sendable () -> Void) { state.withLock { $0.stop = stop } }

    func add(_ record: RouterRecord, size: Int) {
        let (reader, stop) = state.withLock { state -> (CheckedContinuation<Item, Never>?, (@Sendable () -> Void)?) in
            guard state.end == nil else { return (nil, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, nil)
            }
            guard state.size + size <= Self.mostWaiting else {
                state.end = .failed(.tooLarge)
                defer { state.stop = nil }
                return (nil, state.stop)
            }
            state.rows.append((record, size))
            state.size += size
            return (nil, nil)
        }
        reader?.resume(returning: .row(record))
        stop?()
    }

    func end(_ outcome: APISession.Outcome) {
        let reader = state.withLock { state -> CheckedContinuation<Item, Never>? in
            guard state.end == nil else { return nil }
            state.stop = nil
            switch outcome {
            case .success: state.end = .ended
            case .failure(let error): state.end = .failed(error.kind)
            }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: state.withLock { $0.end } ?? .ended)
    }

    func next() async -> Item {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let item = state.withLock { state -> Item? in
                    if let row = Self.takeRow(&state) { return .row(row) }
                    if let end = state.end { return end }
                    // A second reader is told at once rather than left waiting.
                    guard state.reader == nil else { return .ended }
                    state.reader = continuation
                    return nil
                }
                if let item { continuation.resume(returning: item) }
            }
        } onCancel: {
            let stop = state.withLock { state in
                defer { state.stop = nil }
                return state.stop
            }
            end(.failure(RouterError(.interrupted(maybeDone: false))))
            stop?()
        }
    }

    private static func takeRow(_ state: inout State) -> RouterRecord? {
        guard state.taken < state.rows.count else { return nil }
        let row = state.rows[state.taken]
        state.taken += 1
        state.size -= row.size
        if state.taken * 2 >= state.rows.count {
            state.rows.removeFirst(state.taken)
            state.taken = 0
        }
        return row.record
    }
}
