package import Values

/// The router's idea of the time, which may be wrong: what a battery-less board shows after a power cut.
package struct RouterClock: Hashable, Sendable {
    /// Local time minus UTC, in seconds.
    package var gmtOffset: Int64 = 10_800
    /// The zone's name as `/system/clock` shows it.
    package var zoneName = "Africa/Nairobi"
    /// How far the clock is ahead of the true time at `anchor`, in milliseconds.
    package private(set) var error: Int64 = 0
    /// How many milliseconds the clock gains in a million.
    package private(set) var drift: Int64 = 0
    /// When `error` was right; drift counts from there.
    package private(set) var anchor: Instant = 0
    /// When the network corrects the clock; nil while it never does.
    package private(set) var correctedAt: Instant?
    /// What the NTP client says: the network has set the clock since the start.
    ///
    /// It says so still where somebody has set the clock by hand since.
    package private(set) var isSynchronised = true

    package init() {}

    /// What the router believes UTC to be at `now`.
    package func believed(at now: Instant) -> Instant {
        if let correctedAt, now >= correctedAt { return now }
        let elapsed = now.milliseconds - anchor.milliseconds
        return Instant(
            milliseconds: now.milliseconds + error + elapsed / 1_000_000 * drift
                + elapsed % 1_000_000 * drift / 1_000_000)
    }

    /// Puts the clock `span` ahead of what it shows; negative for behind.
    package mutating func step(by span: Span, at now: Instant) {
        settle(at: now)
        error += span.milliseconds
    }

    /// Makes the clock gain `perMillion` milliseconds in a million from now on.
    package mutating func setDrift(_ perMillion: Int64, at now: Instant) {
        settle(at: now)
        drift = perMillion
    }

    /// Makes the clock show `believed`.
    package mutating func set(to believed: Instant, at now: Instant) {
        settle(at: now)
        error = believed.milliseconds - now.milliseconds
    }

    /// The board lost its time: it starts at the second of January 1970 until the network corrects it.
    package mutating func lose(at now: Instant, correctedAt: Instant?) {
        drift = 0
        anchor = now
        error = 86_400_000 - gmtOffset * 1_000 - now.milliseconds
        self.correctedAt = correctedAt
        isSynchronised = false
    }

    /// The board has started and goes on with the time that it had until the network corrects it.
    package mutating func awaitNetwork(at now: Instant, correctedAt: Instant?) {
        settle(at: now)
        self.correctedAt = correctedAt
        isSynchronised = false
    }

    /// The network has corrected the clock.
    package mutating func correct(at now: Instant) {
        anchor = now
        error = 0
        drift = 0
        correctedAt = nil
        isSynchronised = true
    }

    private mutating func settle(at now: Instant) {
        error = believed(at: now).milliseconds - now.milliseconds
        anchor = now
        correctedAt = nil
    }
}

extension RouterClock {
    /// Local date and time as the version writes it: `2026-11-20 17:04:05`, up to 7.9 `nov/20/2026 17:04:05`.
    package func dateTime(at now: Instant, _ version: RouterRelease) -> String {
        date(at: now, version) + " " + time(at: now)
    }

    /// The local date alone.
    package func date(at now: Instant, _ version: RouterRelease) -> String {
        let (days, _) = floorDivide(believed(at: now).milliseconds + gmtOffset * 1_000, by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        guard !version.writesISODates else { return date.description }
        return "\(Self.months[Int(date.month) - 1])/\(twoDigits(date.day))/\(date.year)"
    }

    /// The local time of day.
    package func time(at now: Instant) -> String {
        let (_, rest) = floorDivide(believed(at: now).milliseconds + gmtOffset * 1_000, by: 86_400_000)
        let seconds = rest / 1_000
        return "\(twoDigits(seconds / 3_600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    /// `+03:00`.
    package var offsetText: String {
        let minutes = abs(gmtOffset) / 60
        return "\(gmtOffset < 0 ? "-" : "+")\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }

    static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
}
