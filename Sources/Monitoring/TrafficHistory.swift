package import SQL
package import Tenancy
package import Values

/// The traffic of a router over a stretch of time, slot by slot.
package struct TrafficHistory: Hashable, Sendable {
    /// One slot: nil where nothing is known of it.
    package struct Point: Hashable, Sendable {
        package let at: Instant
        package var slot: TrafficSlot
        package var flows: [TrafficSeries: Flow]

        /// Bytes a second in both directions; nil where the router was not read.
        package func rate(of series: TrafficSeries) -> Flow? {
            guard slot.readings > 0, slot.covered > .zero, let flow = flows[series] else { return nil }
            let span = slot.covered.milliseconds
            return Flow(up: Self.rate(flow.up, span), down: Self.rate(flow.down, span))
        }

        private static func rate(_ bytes: Int64, _ span: Int64) -> Int64 {
            let (product, isTooLarge) = bytes.multipliedReportingOverflow(by: 1_000)
            return isTooLarge ? bytes / span * 1_000 : product / span
        }
    }

    /// How long a slot is.
    package let slot: Span
    /// Every slot of the stretch, oldest first.
    package let points: [Point]

    /// What passed in all.
    package func total(of series: TrafficSeries) -> Flow {
        points.reduce(Flow()) { $0 + ($1.flows[series] ?? Flow()) }
    }

    /// What was counted, by name; all sessions first.
    package var series: [TrafficSeries] { Set(points.flatMap(\.flows.keys)).sorted() }
}

extension Transaction {
    /// The last 24 hours by five minutes; the last slot is the running one.
    package borrowing func trafficOfDay(
        of router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> TrafficHistory {
        let slot = TrafficPage.Grain.fine.slot
        let end = TrafficHistory.start(of: slot, containing: now) + slot
        let start = end - .hours(24)
        var points = TrafficHistory.empty(slot, from: start, until: end)
        for page in try trafficPages(.fine, from: start, until: end, of: router, of: tenant) {
            TrafficHistory.lay(page, into: &points, from: start, by: slot)
        }
        return TrafficHistory(slot: slot, points: points)
    }

    /// The last days by hours; the last slot is the running hour.
    ///
    /// Hours that are kept in slots of five minutes are their sum.
    package borrowing func traffic(
        ofDays days: Int64, of router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> TrafficHistory {
        let slot = TrafficPage.Grain.coarse.slot
        let end = TrafficHistory.start(of: slot, containing: now) + slot
        let start = end - .days(days)
        var points = TrafficHistory.empty(slot, from: start, until: end)
        for grain in TrafficPage.Grain.allCases {
            for page in try trafficPages(grain, from: start, until: end, of: router, of: tenant) {
                TrafficHistory.lay(page, into: &points, from: start, by: slot)
            }
        }
        return TrafficHistory(slot: slot, points: points)
    }
}

extension TrafficHistory {
    fileprivate static func start(of slot: Span, containing instant: Instant) -> Instant {
        instant - Span(milliseconds: floorDivide(instant.milliseconds, by: slot.milliseconds).remainder)
    }

    fileprivate static func empty(_ slot: Span, from start: Instant, until end: Instant) -> [Point] {
        stride(from: start.milliseconds, to: end.milliseconds, by: Int(slot.milliseconds)).map {
            Point(at: Instant(milliseconds: $0), slot: TrafficSlot(), flows: [:])
        }
    }

    /// Adds a page's slots to the points that they lie in.
    fileprivate static func lay(_ page: TrafficPage, into points: inout [Point], from start: Instant, by slot: Span) {
        for index in page.slots.indices {
            let at = page.startsAt + Span(milliseconds: page.grain.slot.milliseconds * Int64(index))
            let place = Int(floorDivide((at - start).milliseconds, by: slot.milliseconds).quotient)
            guard points.indices.contains(place) else { continue }
            points[place].slot.add(page.slots[index])
            for (name, flows) in page.series where !page.slots[index].isEmpty {
                points[place].flows[name, default: Flow()] += flows[index]
            }
        }
    }
}
