import Synchronization

/// Counts of one event loop: written by its thread alone, read by anybody.
@safe final class Meter: Sendable {
    /// Upper bounds of the latency classes in microseconds; the last class has none.
    static let bounds: [UInt64] = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000]

    /// For each route pattern: requests by status class 1 to 5, latencies by class, and their sum.
    static let width = 5 + bounds.count + 2

    nonisolated(unsafe) private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let rows: Int

    init(rows: Int) {
        self.rows = rows
        unsafe cells = .allocate(capacity: rows * Self.width)
        for index in 0..<rows * Self.width { unsafe (cells + index).initialize(to: Atomic(0)) }
    }

    deinit { unsafe cells.deallocate() }

    func count(row: Int, status: Int, microseconds: UInt64) {
        let start = row * Self.width
        add(1, at: start + min(max(status / 100, 1), 5) - 1)
        var bucket = 0
        while bucket < Self.bounds.count, microseconds > Self.bounds[bucket] { bucket += 1 }
        add(1, at: start + 5 + bucket)
        add(microseconds, at: start + Self.width - 1)
    }

    /// One cell; see `width` for the order.
    func value(row: Int, cell: Int) -> UInt64 {
        unsafe cells[row * Self.width + cell].load(ordering: .relaxed)
    }

    /// Only one thread writes, so no exchange is needed.
    private func add(_ amount: UInt64, at cell: Int) {
        let old = unsafe cells[cell].load(ordering: .relaxed)
        unsafe cells[cell].store(old &+ amount, ordering: .relaxed)
    }
}
