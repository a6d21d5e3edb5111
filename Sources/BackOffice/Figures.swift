import SQL
import Synchronization
import Tenancy
import Values
import Vouchers

/// Numbers that cost more than a page may: kept for a while, and days that are over for good.
final class Figures: Sendable {
    private struct State {
        var unused: [ID<Tenant>: (count: Int, at: Instant)] = [:]
        var days: [ID<Tenant>: [Instant: Int]] = [:]
        var batches: [ID<Batch>: (count: BatchCount, at: Instant)] = [:]
    }

    private static let patience = Span.seconds(60)
    /// Batches up to this size are counted each time.
    private static let smallBatch = 10_000

    private let store: Store
    private let state = Mutex(State())

    init(store: Store) { self.store = store }

    /// The unused vouchers of a tenant that can still be redeemed; nil where nobody has counted lately.
    func unused(of tenant: ID<Tenant>, at now: Instant) -> Int? {
        state.withLock { state in
            state.unused[tenant].flatMap { now - $0.at < Self.patience ? $0.count : nil }
        }
    }

    /// Counts them; a scan over the batches that are not over, to be done on a thread of our own.
    func countUnused(of tenant: ID<Tenant>, at now: Instant) throws {
        var total = 0
        var below = Int.max
        while true {
            let from = below
            let (page, counts) = try store.read(.tenant(tenant)) { transaction in
                let page = try transaction.batches(of: tenant, below: from, atMost: 100)
                let open = page.filter { $0.isComplete && $0.validUntil.map { now < $0 } ?? true }
                return (page, try open.map { try transaction.count($0).unused })
            }
            total += counts.reduce(0, +)
            guard let last = page.last, page.count == 100 else { break }
            below = last.number
        }
        let count = total
        state.withLock { $0.unused[tenant] = (count, now) }
    }

    /// How the vouchers of a batch stand; of a large one as they stood within the last minute.
    func count(_ batch: Batch, _ transaction: borrowing Transaction, at now: Instant) throws -> BatchCount {
        let known = state.withLock { $0.batches[batch.id] }
        if let known, now - known.at < Self.patience { return known.count }
        let count = try transaction.count(batch)
        if batch.size > Self.smallBatch {
            state.withLock { state in
                if state.batches.count > 1_000 { state.batches.removeAll() }
                state.batches[batch.id] = (count, now)
            }
        }
        return count
    }

    /// Forgets what a change of vouchers has made wrong.
    func forget(_ tenant: ID<Tenant>, _ batch: ID<Batch>? = nil) {
        state.withLock { state in
            state.unused[tenant] = nil
            if let batch { state.batches[batch] = nil }
        }
    }

    /// The count of a day that is over, made once.
    func day(_ start: Instant, of tenant: ID<Tenant>, count: () throws -> Int) rethrows -> Int {
        if let known = state.withLock({ $0.days[tenant]?[start] }) { return known }
        let made = try count()
        state.withLock { state in
            if (state.days[tenant]?.count ?? 0) > 30 { state.days[tenant] = nil }
            state.days[tenant, default: [:]][start] = made
        }
        return made
    }
}
