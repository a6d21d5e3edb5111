import Synchronization

/// Lets one operation on a router run after another, first come first served.
///
/// After an exchange that was given up the router may answer the next one wrongly or not at all for about two seconds
/// (measured on 7.21.5): the lane rests that long.
final class Lane: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var needsRest = false
    }

    private let state = Mutex(State())
    private let rest: @Sendable () async -> Void

    init(rest: @escaping @Sendable () async -> Void) { self.rest = rest }

    /// Runs an operation when those before it are done.
    func run<Answer>(_ operation: () async throws(RouterError) -> Answer) async throws(RouterError) -> Answer {
        await enter()
        defer { leave() }
        if takesRest() { await rest() }
        do throws(RouterError) {
            return try await operation()
        } catch {
            if error.isPossiblyCarriedOut { state.withLock { $0.needsRest = true } }
            throw error
        }
    }

    private func takesRest() -> Bool {
        state.withLock { state in
            defer { state.needsRest = false }
            return state.needsRest
        }
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken { state.waiting.append(continuation) }
                defer { state.isTaken = true }
                return !state.isTaken
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty { state.isTaken = false }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// The time that a router is left alone after an exchange that was given up.
package enum RouterRest {
    /// Three seconds: the two that were measured, and one more; see `Lane`.
    package static let afterTrouble: @Sendable () async -> Void = {
        // Passing the time is the purpose; cancelling ends it, and what follows finds out by itself.
        try? await Task.sleep(for: .seconds(3))
    }
}
