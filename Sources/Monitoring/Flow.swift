import Values

/// What passed in both directions, in bytes, seen from the router.
package struct Flow: Hashable, Sendable {
    /// What the router received: the upload of customers.
    package var up: Int64
    /// What it sent: the download of customers.
    package var down: Int64

    package init(up: Int64 = 0, down: Int64 = 0) {
        self.up = up
        self.down = down
    }

    package static func + (left: Self, right: Self) -> Self {
        Self(up: left.up + right.up, down: left.down + right.down)
    }

    package static func += (left: inout Self, right: Self) { left = left + right }

    package var isZero: Bool { up == 0 && down == 0 }
    package var total: Int64 { up + down }
}

/// How the counters of a router are read: they only ever grow, but for what befalls them.
enum Counter {
    /// The fastest port that routers of this maker have, 400 Gbit/s, in bytes a second: what would have passed faster
    /// did not pass.
    static let fastest: Int64 = 50_000_000_000
    /// The longest time that is believed, so that no bound overflows.
    private static let longest = Span.days(60)

    /// What passed between two readings at most `span` apart; `last` is nil where the counter has started from nothing
    /// since.
    static func growth(from last: Flow?, to now: Flow, within span: Span) -> Flow {
        Flow(
            up: growth(from: last?.up ?? 0, to: now.up, within: span),
            down: growth(from: last?.down ?? 0, to: now.down, within: span))
    }

    /// A counter that went back was set to nothing in between, by a person or by 32 bits that were full; each
    /// direction by itself, since only one of them may have been full.
    private static func growth(from last: Int64, to now: Int64, within span: Span) -> Int64 {
        let growth = now >= last ? now - last : now
        let seconds = min(max(.zero, span), longest).secondsRoundedUp + 2
        return growth <= seconds * fastest ? max(0, growth) : 0
    }
}

/// Whether something that counts its own age is still what it was.
enum Age {
    /// Whether it began anew between two readings.
    ///
    /// A smaller age says so, and one that has not grown by as much as time has passed. Ages come in whole seconds, and
    /// clocks differ by some seconds a day. `least` is the least time that can have passed between the two.
    static func isAnother(_ now: Span, after last: Span, least: Span) -> Bool {
        let slack = Span(milliseconds: 3_000 + max(0, least.milliseconds) / 500)
        return now < last || now - last < least - slack
    }
}
