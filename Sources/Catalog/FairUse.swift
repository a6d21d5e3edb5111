package import Values

/// What becomes of somebody who uses much in a while.
///
/// Written `5GB/day throttle 512k/1M`, `50GB/week block` or `100GB/month notify`; without a period the volume stands for
/// the whole time: `20GB throttle 1M/2M`. Periods are those of the tenant's local calendar; weeks begin on Monday.
package struct FairUse: Hashable, Sendable, CustomStringConvertible {
    /// How long a count goes on before it begins anew.
    package enum Period: String, Hashable, Sendable, CaseIterable {
        case day
        case week
        case month

        /// The end of the period that holds `now`: a local midnight.
        package func end(after now: Instant, offset: UTCOffset) -> Instant {
            let today = floorDivide(now.milliseconds + offset(at: now).milliseconds, by: 86_400_000).quotient
            var next = today + 1
            switch self {
            case .day: break
            // 1970-01-01 was a Thursday, the fourth day of the week.
            case .week: while floorDivide(next + 3, by: 7).remainder != 0 { next += 1 }
            case .month: while CivilDate(daysSinceEpoch: next).day != 1 { next += 1 }
            }
            let shown = Instant(milliseconds: next * 86_400_000 - offset(at: now).milliseconds)
            return offset.onTheWall(shown, since: now)
        }
    }

    package enum Deed: Hashable, Sendable {
        /// Another speed until the period is over.
        case throttle(RateLimit)
        /// Nothing until the period is over.
        case block
        /// Only a word: on the status page, and by SMS to who paid.
        case notify
    }

    /// Up and down together, all devices together.
    package let volume: DataVolume
    /// Nil where the count never begins anew.
    package let period: Period?
    package let deed: Deed

    /// Returns nil where a part cannot be read, and for a block without a period, which is what a data limit is.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count >= 2 else { return nil }
        let measure = words[0].split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(measure.count), let volume = DataVolume(measure[0]) else { return nil }
        self.volume = volume
        if measure.count == 2 {
            guard let period = Period(rawValue: measure[1].lowercased()) else { return nil }
            self.period = period
        } else {
            period = nil
        }
        switch (words[1].lowercased(), words.count) {
        case ("throttle", 3):
            guard let rate = RateLimit(words[2]) else { return nil }
            deed = .throttle(rate)
        case ("block", 2) where period != nil: deed = .block
        case ("notify", 2): deed = .notify
        default: return nil
        }
    }

    package var description: String {
        let measure = volume.text + (period.map { "/\($0.rawValue)" } ?? "")
        switch deed {
        case .throttle(let rate): return "\(measure) throttle \(rate.text)"
        case .block: return "\(measure) block"
        case .notify: return "\(measure) notify"
        }
    }
}
