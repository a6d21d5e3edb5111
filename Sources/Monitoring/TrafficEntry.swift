import Values

/// What one reading adds to the history, slot by slot.
struct TrafficEntry: Sendable {
    /// The longest time that is spread over the slots that it covers.
    ///
    /// What was counted during a longer pause belongs to the slot of the reading that found it, with the time that it
    /// covers: the pause stays a gap, the rate stays true.
    static let longestSpread = Span.minutes(20)

    /// A part of it that lies in one slot.
    struct Part: Sendable {
        let at: Instant
        var slot: TrafficSlot
        var flows: [TrafficSeries: Flow]
    }

    private(set) var parts: [Part] = []

    init(_ ledger: WatchLedger, _ reading: RouterReading) {
        let length = ledger.covered.milliseconds
        var left = ledger.flows
        var leftLength = length
        for (end, share) in Self.stretches(upTo: reading.at, length) {
            let flows = left.mapValues { Self.share($0, share, of: leftLength) }
            for (name, flow) in flows {
                left[name]?.up -= flow.up
                left[name]?.down -= flow.down
            }
            leftLength -= share
            var slot = TrafficSlot()
            slot.covered = Span(milliseconds: share)
            slot.loadSum = (reading.board.load ?? 0) * share
            parts.append(Part(at: end, slot: slot, flows: flows))
        }
        var slot = TrafficSlot()
        slot.readings = 1
        slot.covered = Span(milliseconds: leftLength)
        slot.loadSum = (reading.board.load ?? 0) * leftLength
        slot.highestLoad = reading.board.load ?? 0
        slot.leastMemory = reading.board.freeMemory
        slot.warmest = reading.board.temperature
        slot.hotspot = Int64(ledger.watch.count(.hotspot))
        slot.ppp = Int64(ledger.watch.count(.ppp))
        slot.restarts = ledger.hasRestarted ? 1 : 0
        parts.append(Part(at: reading.at, slot: slot, flows: left))
    }

    /// The slots before the reading's own that the time before it reaches into: a moment of each, and how much of the
    /// time lies in it, in milliseconds.
    private static func stretches(upTo end: Instant, _ length: Int64) -> [(at: Instant, share: Int64)] {
        guard length > 0, length <= longestSpread.milliseconds else { return [] }
        let slot = TrafficPage.Grain.fine.slot.milliseconds
        var parts: [(at: Instant, share: Int64)] = []
        var start = end.milliseconds - length
        while true {
            let next = start - floorDivide(start, by: slot).remainder + slot
            guard next <= end.milliseconds else { return parts }
            parts.append((Instant(milliseconds: start), next - start))
            start = next
        }
    }

    /// A part of a flow, rounded down: the last part takes what is left, so that the parts are the whole.
    private static func share(_ flow: Flow, _ share: Int64, of length: Int64) -> Flow {
        func part(_ bytes: Int64) -> Int64 { length.dividingFullWidth(bytes.multipliedFullWidth(by: share)).quotient }
        return Flow(up: part(flow.up), down: part(flow.down))
    }
}
