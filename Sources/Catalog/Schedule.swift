package import Values

/// The hours of the week in which a package may be used, in the tenant's local time.
///
/// Written `mon-fri 22:00-06:00`; several windows are joined by a comma; a window that ends before it starts runs into
/// the next day; without days it holds every day.
package struct Schedule: Hashable, Sendable, CustomStringConvertible {
    /// Minutes of the week from Monday 00:00, half open; `end` may lie beyond the week's 10,080 minutes.
    private struct Window: Hashable, Sendable {
        let start: Int
        let end: Int
    }

    private static let minutesPerDay = 1_440
    private static let minutesPerWeek = 10_080
    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    package let description: String
    private let windows: [Window]

    /// Returns nil where a day or an hour cannot be read, and for a window without length.
    package init?(_ text: some StringProtocol) {
        var windows: [Window] = []
        for part in text.lowercased().split(separator: ",") {
            let words = part.split(separator: " ")
            guard let hours = words.last, (1...2).contains(words.count), let (from, to) = Self.hours(hours),
                let days = words.count == 2 ? Self.days(words[0]) : Array(0..<7)
            else { return nil }
            for day in days {
                let start = day * Self.minutesPerDay + from
                windows.append(Window(start: start, end: start + (to > from ? to - from : to - from + 1_440)))
            }
        }
        guard !windows.isEmpty else { return nil }
        self.windows = windows
        description = text.lowercased()
    }

    /// When the window that holds `now` closes, windows that touch taken as one; nil outside every window.
    ///
    /// Ten years ahead where it never closes.
    package func closing(at now: Instant, offset: UTCOffset) -> Instant? {
        let minute = Self.minuteOfWeek(now, offset(at: now))
        var length = 0
        while let left = minutesLeft(from: (minute + length) % Self.minutesPerWeek) {
            length += left
            if length >= Self.minutesPerWeek { return now + .days(3_660) }
        }
        guard length > 0 else { return nil }
        return offset.onTheWall(Self.start(ofMinute: now) + .minutes(Int64(length)), since: now)
    }

    /// How long the window that holds a minute of the week still goes, the longest where several do.
    private func minutesLeft(from minute: Int) -> Int? {
        windows.compactMap { window in
            [0, Self.minutesPerWeek].lazy.map { minute + $0 }.first { (window.start..<window.end).contains($0) }
                .map { window.end - $0 }
        }.max()
    }

    /// When the next window opens after `now`.
    package func opening(after now: Instant, offset: UTCOffset) -> Instant {
        let minute = Self.minuteOfWeek(now, offset(at: now))
        let waits = windows.map { window in
            (window.start - minute + Self.minutesPerWeek - 1) % Self.minutesPerWeek + 1
        }
        return offset.onTheWall(Self.start(ofMinute: now) + .minutes(Int64(waits.min() ?? 0)), since: now)
    }

    private static func start(ofMinute now: Instant) -> Instant {
        now - Span(milliseconds: floorDivide(now.milliseconds, by: 60_000).remainder)
    }

    private static func minuteOfWeek(_ now: Instant, _ offset: Span) -> Int {
        let minutes = floorDivide(now.milliseconds + offset.milliseconds, by: 60_000).quotient
        // 1970-01-01 was a Thursday, the fourth day of the week.
        return Int(floorDivide(minutes + 3 * 1_440, by: 10_080).remainder)
    }

    private static func hours(_ text: Substring) -> (Int, Int)? {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, let from = minute(halves[0]), let to = minute(halves[1]), from != to, from < 1_440
        else { return nil }
        return (from, to)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.first != "+" && $0.first != "-" }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour), (0...59).contains(minute),
            hour < 24 || minute == 0
        else { return nil }
        return hour * 60 + minute
    }

    private static func days(_ text: Substring) -> [Int]? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { days.firstIndex(of: String($0)) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
        return (0...((last - first + 7) % 7)).map { (first + $0) % 7 }
    }
}
