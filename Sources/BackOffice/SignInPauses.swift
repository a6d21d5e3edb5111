import Synchronization
import Tenancy
import Values

/// Wrong passwords under names that nobody has, kept apart like those of real ones, so that the pauses of sign-in do
/// not tell which names exist.
final class UnknownNames: Sendable {
    private struct Record {
        var failures: Int
        var lockedUntil: Instant
    }

    /// Names that are remembered; more than this and all are forgotten.
    private static let limit = 10_000
    private let records = Mutex<[String: Record]>([:])

    /// Counts one attempt; the answer is when sign-in opens again, nil where it is open.
    func attempt(_ name: String, at now: Instant) -> Instant? {
        records.withLock { records in
            var record = records[name] ?? Record(failures: 0, lockedUntil: 0)
            if record.lockedUntil > now { return record.lockedUntil }
            record.failures += 1
            record.lockedUntil = now + Staff.pause(after: record.failures)
            if records.count >= Self.limit { records.removeAll() }
            records[name] = record
            return nil
        }
    }
}
