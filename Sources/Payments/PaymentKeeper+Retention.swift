import SQL
import Telemetry
import Values

extension PaymentKeeper {
    /// Between two looks for notices that are old enough to go.
    private static let cleaningPause = Span.hours(1)
    /// How many are removed in one write, and how many writes there are in a row.
    private static let batch = 200
    private static let mostBatches = 50

    /// Removes raw notices that nobody needs any more, a few at a time, once an hour.
    func removeOldNotices() async throws {
        let now = now()
        guard takeCleaning(at: now, pause: Self.cleaningPause) else { return }
        let end = now - .days(pace.noticeDays)
        var removed = 0
        for _ in 0..<Self.mostBatches {
            let count = try await store.write(.platform) { try $0.removeNotices(before: end, atMost: Self.batch) }
            removed += count
            guard count == Self.batch else { break }
        }
        if removed > 0 { log.info("payments.notices-removed", ["notices": .number(Int64(removed))]) }
    }
}

extension Transaction {
    /// Removes what was posted before an instant and is settled; platform's scope.
    ///
    /// What nobody could read, or whose payment is open or under review, stays.
    ///
    /// - Returns: how many went.
    borrowing func removeNotices(before end: Instant, atMost limit: Int) throws(SQLError) -> Int {
        try run(
            """
            DELETE FROM main.payment_notice WHERE id IN (
                SELECT n.id FROM main.payment_notice AS n LEFT JOIN main.payment AS p ON p.id = n.payment
                WHERE n.id < $1 AND n.state IN ('settled', 'refused')
                    AND (p.id IS NULL OR p.state IN ('paid', 'failed') AND p.needs_review = 0)
                ORDER BY n.id LIMIT $2)
            """, ID<StoredNotice>(firstAt: end), limit)
    }
}
