import Synchronization
package import Values

/// A number that only grows.
package final class Counter: Metric {
    private let count = Atomic<Int>(0)

    package func increment(by amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }

    package var value: Int { count.load(ordering: .relaxed) }

    package func render(_ name: String, _ labels: String, to buffer: ByteBuffer) {
        appendLine(name, labels, "\(value)", to: buffer)
    }
}

/// A number that goes up and down.
package final class Gauge: Metric {
    private let level = Atomic<Int>(0)

    package func set(_ value: some BinaryInteger) { level.store(Int(clamping: value), ordering: .relaxed) }
    package func add(_ amount: Int) { level.wrappingAdd(amount, ordering: .relaxed) }

    package var value: Int { level.load(ordering: .relaxed) }

    package func render(_ name: String, _ labels: String, to buffer: ByteBuffer) {
        appendLine(name, labels, "\(value)", to: buffer)
    }
}

func appendLine(_ name: String, _ labels: String, _ value: String, to buffer: ByteBuffer) {
    buffer.append(name)
    if !labels.isEmpty {
        buffer.append(UInt8(ascii: "{"))
        buffer.append(labels)
        buffer.append(UInt8(ascii: "}"))
    }
    buffer.append(UInt8(ascii: " "))
    buffer.append(value)
    buffer.append(UInt8(ascii: "\n"))
}
