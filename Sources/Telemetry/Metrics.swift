import Synchronization
package import Values

/// The numbers that a monitor reads: registered once at start, counted without locks, rendered on demand.
///
/// Format: Prometheus text 0.0.4, https://prometheus.io/docs/instrumenting/exposition_formats/.
/// Names follow https://prometheus.io/docs/practices/naming/ (base units, `_total` for counters); a name that does not,
/// or that stands twice, is a programmer error and traps.
package final class Metrics: Sendable {
    private let entries = Mutex<[Entry]>([])

    struct Entry: Sendable {
        let name: String
        let type: StaticString
        let help: StaticString
        let render: @Sendable (ByteBuffer) -> Void
    }

    package init() {}

    /// The content type that goes with `render()`.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics as text.
    package func render() -> ByteBuffer {
        let buffer = ByteBuffer(capacity: 16_384)
        for entry in entries.withLock({ $0 }) {
            buffer.append("# HELP \(entry.name) \(entry.help)\n# TYPE \(entry.name) \(entry.type)\n")
            entry.render(buffer)
        }
        return buffer
    }

    func register(_ entry: Entry) {
        precondition(Self.isName(entry.name), "\(entry.name) is no metric name")
        let isTotal = entry.name.hasSuffix("_total")
        precondition(isTotal == ("\(entry.type)" == "counter"), "\(entry.name): counters alone end in _total")
        precondition(
            !"\(entry.help)".isEmpty && !"\(entry.help)".contains("\n"), "\(entry.name) needs one line of help")
        entries.withLock { entries in
            precondition(!entries.contains { $0.name == entry.name }, "\(entry.name) stands twice")
            entries.append(entry)
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (97...122).contains(first) else { return false }
        return name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}

extension Metrics {
    /// A number that only grows, since the program started.
    package func counter(_ name: StaticString, help: StaticString) -> Counter {
        let counter = Counter()
        register(Entry(name: "\(name)", type: "counter", help: help) { counter.render("\(name)", "", to: $0) })
        return counter
    }

    /// A growing number for each of these labels.
    package func counter<Labels: LabelSet>(
        _ name: StaticString, help: StaticString, by members: [Labels]
    ) -> Family<Labels, Counter> {
        let family = Family(members) { Counter() }
        register(Entry(name: "\(name)", type: "counter", help: help) { family.render("\(name)", to: $0) })
        return family
    }

    /// A number that goes up and down.
    package func gauge(_ name: StaticString, help: StaticString) -> Gauge {
        let gauge = Gauge()
        register(Entry(name: "\(name)", type: "gauge", help: help) { gauge.render("\(name)", "", to: $0) })
        return gauge
    }

    /// A number that is read when the metrics are rendered; nil leaves the line out.
    package func gauge(_ name: StaticString, help: StaticString, reading value: @escaping @Sendable () -> Int64?) {
        register(
            Entry(name: "\(name)", type: "gauge", help: help) { buffer in
                if let value = value() { buffer.append("\(name) \(value)\n") }
            })
    }

    /// A number that goes up and down for each of these labels.
    package func gauge<Labels: LabelSet>(
        _ name: StaticString, help: StaticString, by members: [Labels]
    ) -> Family<Labels, Gauge> {
        let family = Family(members) { Gauge() }
        register(Entry(name: "\(name)", type: "gauge", help: help) { family.render("\(name)", to: $0) })
        return family
    }

    /// Counts of observations below each bound, with their sum; `bounds` ascend.
    package func histogram<Unit: HistogramUnit>(
        _ name: StaticString, help: StaticString, in unit: Unit.Type, bounds: [Unit.Quantity]
    ) -> Histogram<Unit> {
        Self.check(name, unit)
        let histogram = Histogram<Unit>(bounds: bounds)
        register(Entry(name: "\(name)", type: "histogram", help: help) { histogram.render("\(name)", "", to: $0) })
        return histogram
    }

    /// A histogram for each of these labels.
    package func histogram<Unit: HistogramUnit, Labels: LabelSet>(
        _ name: StaticString, help: StaticString, in unit: Unit.Type, bounds: [Unit.Quantity], by members: [Labels]
    ) -> Family<Labels, Histogram<Unit>> {
        Self.check(name, unit)
        let family = Family(members) { Histogram<Unit>(bounds: bounds) }
        register(Entry(name: "\(name)", type: "histogram", help: help) { family.render("\(name)", to: $0) })
        return family
    }

    private static func check<Unit: HistogramUnit>(_ name: StaticString, _: Unit.Type) {
        precondition("\(name)".hasSuffix("_\(Unit.suffix)"), "\(name) must end in _\(Unit.suffix)")
    }
}

extension Metrics {
    /// A growing number for each member of a closed label set.
    package func counter<Labels: ClosedLabelSet>(
        _ name: StaticString, help: StaticString, by labels: Labels.Type
    ) -> Family<Labels, Counter> {
        counter(name, help: help, by: Labels.members)
    }

    /// A number that goes up and down for each member of a closed label set.
    package func gauge<Labels: ClosedLabelSet>(
        _ name: StaticString, help: StaticString, by labels: Labels.Type
    ) -> Family<Labels, Gauge> {
        gauge(name, help: help, by: Labels.members)
    }

    /// A histogram for each member of a closed label set.
    package func histogram<Unit: HistogramUnit, Labels: ClosedLabelSet>(
        _ name: StaticString, help: StaticString, in unit: Unit.Type, bounds: [Unit.Quantity], by labels: Labels.Type
    ) -> Family<Labels, Histogram<Unit>> {
        histogram(name, help: help, in: unit, bounds: bounds, by: Labels.members)
    }
}
