import Synchronization
package import Values

/// What a histogram counts: how an observation becomes a whole number, and how that number is written.
package protocol HistogramUnit: Sendable {
    associatedtype Quantity: Sendable
    /// The base unit that the name must end in.
    static var suffix: StaticString { get }
    static func whole(_ quantity: Quantity) -> Int
    /// The whole number in the base unit.
    static func text(_ whole: Int) -> String
}

/// Durations, kept in nanoseconds and written in seconds.
package enum Seconds: HistogramUnit {
    package static let suffix: StaticString = "seconds"

    package static func whole(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }

    package static func text(_ nanoseconds: Int) -> String {
        let fraction = String(1_000_000_000 + nanoseconds % 1_000_000_000).dropFirst()
        let digits = fraction.reversed().drop { $0 == "0" }.reversed()
        return digits.isEmpty ? "\(nanoseconds / 1_000_000_000)" : "\(nanoseconds / 1_000_000_000).\(String(digits))"
    }
}

/// Sizes in bytes.
package enum Bytes: HistogramUnit {
    package static let suffix: StaticString = "bytes"
    package static func whole(_ bytes: Int) -> Int { bytes }
    package static func text(_ bytes: Int) -> String { "\(bytes)" }
}

/// Counts of things, such as rows in a batch.
package enum Items: HistogramUnit {
    package static let suffix: StaticString = "items"
    package static func whole(_ items: Int) -> Int { items }
    package static func text(_ items: Int) -> String { "\(items)" }
}

/// How many observations lie at or below each bound, how many there are, and their sum.
package final class Histogram<Unit: HistogramUnit>: Metric {
    private let bounds: [Int]
    /// One cell a bound, and one for what lies above the last.
    private let cells: [Counter]
    private let sum = Counter()

    init(bounds: [Unit.Quantity]) {
        self.bounds = bounds.map(Unit.whole)
        cells = (0...bounds.count).map { _ in Counter() }
        precondition(!bounds.isEmpty && zip(self.bounds, self.bounds.dropFirst()).allSatisfy(<), "Bounds must ascend")
    }

    package func observe(_ quantity: Unit.Quantity) {
        let whole = max(0, Unit.whole(quantity))
        cells[bounds.firstIndex { whole <= $0 } ?? bounds.count].increment()
        sum.increment(by: whole)
    }

    package func render(_ name: String, _ labels: String, to buffer: ByteBuffer) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var count = 0
        for (position, cell) in cells.enumerated() {
            count += cell.value
            let bound = position < bounds.count ? Unit.text(bounds[position]) : "+Inf"
            appendLine(name + "_bucket", "\(prefix)le=\"\(bound)\"", "\(count)", to: buffer)
        }
        appendLine(name + "_sum", labels, Unit.text(sum.value), to: buffer)
        appendLine(name + "_count", labels, "\(count)", to: buffer)
    }
}
