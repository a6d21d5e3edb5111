package import Values

/// The traffic of a router within one stretch of time, by slots of equal length; times are UTC.
///
/// A page is one row of the store: one write a reading, whatever the number of interfaces.
package struct TrafficPage: Hashable, Sendable {
    /// How fine it is.
    package enum Grain: Int, Sendable, CaseIterable {
        /// An hour in slots of five minutes.
        case fine = 0
        /// A day in slots of an hour.
        case coarse = 1

        package var slot: Span { self == .fine ? .minutes(5) : .hours(1) }
        package var page: Span { self == .fine ? .hours(1) : .days(1) }
        var count: Int { Int(page.milliseconds / slot.milliseconds) }

        /// The begin of the page that a moment lies in.
        func start(containing instant: Instant) -> Instant {
            instant - Span(milliseconds: floorDivide(instant.milliseconds, by: page.milliseconds).remainder)
        }
    }

    /// The most series of a page.
    static let mostSeries = 1_000

    package let grain: Grain
    package let startsAt: Instant
    package private(set) var slots: [TrafficSlot]
    package private(set) var series: [TrafficSeries: [Flow]] = [:]

    init(_ grain: Grain, containing instant: Instant) {
        self.grain = grain
        startsAt = grain.start(containing: instant)
        slots = Array(repeating: TrafficSlot(), count: grain.count)
    }

    /// The slot that a moment of the page lies in.
    private func index(of instant: Instant) -> Int {
        Int(floorDivide((instant - startsAt).milliseconds, by: grain.slot.milliseconds).quotient)
    }

    /// Adds to the slot that a moment of the page lies in.
    mutating func add(_ slot: TrafficSlot, _ flows: [TrafficSeries: Flow], at instant: Instant) {
        let index = index(of: instant)
        guard slots.indices.contains(index) else { return }
        slots[index].add(slot)
        for (name, flow) in flows where series[name] != nil || series.count < Self.mostSeries {
            series[name, default: Array(repeating: Flow(), count: grain.count)][index] += flow
        }
    }

    /// All of it in one.
    var sum: (slot: TrafficSlot, flows: [TrafficSeries: Flow]) {
        var slot = TrafficSlot()
        for part in slots { slot.add(part) }
        return (slot, series.mapValues { $0.reduce(Flow(), +) })
    }
}

extension TrafficPage {
    private static let form: UInt64 = 1

    /// The form in which it is kept.
    var packed: [UInt8] {
        var writer = PackedWriter()
        writer.add(Self.form)
        writer.add(bits(where: { !slots[$0].isEmpty }))
        for slot in slots where !slot.isEmpty { slot.pack(&writer) }
        writer.add(series.count)
        for (name, flows) in series {
            writer.add(name.word)
            writer.add(bits(where: { !flows[$0].isZero }))
            for flow in flows where !flow.isZero { writer.add(flow) }
        }
        return writer.bytes
    }

    private func bits(where isSet: (Int) -> Bool) -> UInt64 {
        (0..<grain.count).reduce(0) { bits, index in isSet(index) ? bits | 1 << UInt64(index) : bits }
    }

    /// Nil for bytes that are none of ours.
    init?(_ grain: Grain, startsAt: Instant, packed: [UInt8]) {
        self.init(grain, containing: startsAt)
        var reader = PackedReader(packed)
        do throws(PackedReader.Broken) {
            guard try reader.bits() == Self.form else { return nil }
            let filled = try reader.bits()
            for index in slots.indices where filled & 1 << UInt64(index) != 0 {
                slots[index] = try TrafficSlot(&reader)
            }
            for _ in 0..<(try reader.count()) {
                guard let name = TrafficSeries(word: try reader.text()) else { return nil }
                let filled = try reader.bits()
                var flows = Array(repeating: Flow(), count: grain.count)
                for index in flows.indices where filled & 1 << UInt64(index) != 0 { flows[index] = try reader.flow() }
                series[name] = flows
            }
            guard reader.isAtEnd else { return nil }
        } catch {
            return nil
        }
    }
}
