import Synchronization
import Values

/// Wrong passwords by where they come from, as far as this gateway remembers: from one address under one name, or from a
/// browser that its owner had signed in with before.
///
/// Names that nobody has are counted like those of real ones, so that
/// the pauses do not tell which exist.
final class SignInPauses: Sendable {
    private struct Record {
        var failures: Int
        var lockedUntil: Instant
    }

    /// Doors that are remembered; more than this and all are forgotten.
    private static let limit = 10_000
    private let records = Mutex<[String: Record]>([:])

    /// Counts one attempt; the answer is when the door opens again, nil where it is open.
    func attempt(_ door: String, at now: Instant, pause: (Int) -> Span) -> Instant? {
        records.withLock { records in
            var record = records[door] ?? Record(failures: 0, lockedUntil: 0)
            if record.lockedUntil > now { return record.lockedUntil }
            record.failures += 1
            record.lockedUntil = now + pause(record.failures)
            if records.count >= Self.limit { records.removeAll() }
            records[door] = record
            return nil
        }
    }

    /// Forgets the wrong passwords before a right one.
    func forget(_ door: String) { records.withLock { $0[door] = nil } }
}
