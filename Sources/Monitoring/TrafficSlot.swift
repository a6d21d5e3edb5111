package import Values

/// How a router fared within one slot of time.
package struct TrafficSlot: Hashable, Sendable {
    /// How many readings fell into it; none means that nobody knows.
    package var readings: Int64 = 0
    /// The time that its bytes were counted for; longer than the slot for the first reading after a pause.
    package var covered = Span.zero
    /// The load of the processor times the milliseconds that it was read for.
    var loadSum: Int64 = 0
    package var highestLoad: Int64 = 0
    /// In bytes; nil where the router does not tell.
    package var leastMemory: Int64?
    /// In degrees Celsius.
    package var warmest: Int64?
    /// The most that were online at a reading.
    package var hotspot: Int64 = 0
    package var ppp: Int64 = 0
    package var restarts: Int64 = 0

    package init() {}

    /// The load of the processor, 0 to 100; nil where it was not read.
    package var load: Int64? {
        guard readings > 0 else { return nil }
        return covered > .zero ? loadSum / covered.milliseconds : highestLoad
    }

    var isEmpty: Bool { self == TrafficSlot() }

    /// Adds what another slot knows.
    mutating func add(_ other: TrafficSlot) {
        readings += other.readings
        covered = covered + other.covered
        loadSum += other.loadSum
        highestLoad = max(highestLoad, other.highestLoad)
        leastMemory = [leastMemory, other.leastMemory].compactMap(\.self).min()
        warmest = [warmest, other.warmest].compactMap(\.self).max()
        hotspot = max(hotspot, other.hotspot)
        ppp = max(ppp, other.ppp)
        restarts += other.restarts
    }
}

extension TrafficSlot {
    func pack(_ writer: inout PackedWriter) {
        writer.add(readings)
        writer.add(covered)
        writer.add(loadSum)
        writer.add(highestLoad)
        writer.add(optional: leastMemory)
        writer.add(optional: warmest)
        writer.add(hotspot)
        writer.add(ppp)
        writer.add(restarts)
    }

    init(_ reader: inout PackedReader) throws(PackedReader.Broken) {
        readings = try reader.number()
        covered = try reader.span()
        loadSum = try reader.number()
        highestLoad = try reader.number()
        leastMemory = try reader.optional()
        warmest = try reader.optional()
        hotspot = try reader.number()
        ppp = try reader.number()
        restarts = try reader.number()
    }
}
