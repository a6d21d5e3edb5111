import Synchronization
import Threads

/// Lets one operation on a router run after another, first come first served.
///
/// After an exchange that was given up the router may answer the next one wrongly or not at all for about two seconds
/// (measured on 7.21.5): the lane rests that long.
final class Lane: Sendable {
    private let place = Places(1)
    private let needsRest = Mutex(false)
    private let rest: @Sendable () async -> Void

    init(rest: @escaping @Sendable () async -> Void) { self.rest = rest }

    /// Runs an operation when those before it are done.
    func run<Answer>(_ operation: () async throws(RouterError) -> Answer) async throws(RouterError) -> Answer {
        try await place.occupied { () async throws(RouterError) in
            if takesRest() { await rest() }
            do throws(RouterError) {
                return try await operation()
            } catch {
                if error.isPossiblyCarriedOut { needsRest.withLock { $0 = true } }
                throw error
            }
        }
    }

    private func takesRest() -> Bool {
        needsRest.withLock { needsRest in
            defer { needsRest = false }
            return needsRest
        }
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
