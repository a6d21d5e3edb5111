import Synchronization
import Values

/// How many connections each client address holds, where that is limited.
final class Crowd: Sendable {
    private let limit: Int?
    private let exempt: [AddressBlock]
    private let counts = Mutex<[PeerAddress: Int]>([:])

    init(limit: Allowance<Int>, exempt: [AddressBlock]) {
        self.limit = limit.limit
        self.exempt = exempt
    }

    func admits(_ address: PeerAddress) -> Bool {
        guard let limit, !exempt.contains(where: { $0.contains(address) }) else { return true }
        return counts.withLock { $0[address, default: 0] } < limit
    }

    func enter(_ address: PeerAddress) {
        guard limit != nil else { return }
        counts.withLock { $0[address, default: 0] += 1 }
    }

    func leave(_ address: PeerAddress) {
        guard limit != nil else { return }
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
