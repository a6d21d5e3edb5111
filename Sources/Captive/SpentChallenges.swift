import Synchronization
import Values

/// The challenges of the router's login page with which devices of this gateway went online.
///
/// A device that brings a fresh one comes from the router, which would not have shown it to somebody who is online; one that
/// brings a spent one comes back to an old page.
final class SpentChallenges: Sendable {
    private struct Key: Hashable {
        let mac: MACAddress
        let challenge: String
    }

    /// Challenges that are remembered; more than this and all are forgotten.
    private static let limit = 50_000
    private let keys = Mutex<Set<Key>>([])

    func spend(_ handover: Handover, by mac: MACAddress) {
        guard !handover.chapChallenge.isEmpty else { return }
        keys.withLock { keys in
            if keys.count >= Self.limit { keys.removeAll() }
            keys.insert(Key(mac: mac, challenge: handover.chapChallenge))
        }
    }

    func isSpent(_ handover: Handover, by mac: MACAddress) -> Bool {
        keys.withLock { $0.contains(Key(mac: mac, challenge: handover.chapChallenge)) }
    }
}
