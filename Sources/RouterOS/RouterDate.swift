package import Values

/// A moment as a router writes it: by its own clock, without a zone.
///
/// Up to 7.9 `jul/14/2023 19:13:29`, from 7.10 `2023-07-14 19:24:07`; a log shortens it to `sep/15 09:54:33` within
/// the year and to `09:54:33` within the day.
package struct RouterDate: Hashable, Sendable, Comparable {
    /// Seconds since 1970-01-01 00:00:00 on the router's clock.
    package let localSeconds: Int64

    package init(localSeconds: Int64) { self.localSeconds = localSeconds }

    /// Reads every form; the shortened ones need the router's present time, and lie before it.
    package init?(_ text: some StringProtocol, now: RouterDate? = nil) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        switch words.count {
        case 1:
            if let time = Self.time(words[0]), let now {
                localSeconds = floorDivide(now.localSeconds, by: 86_400).quotient * 86_400 + time
            } else if let day = Self.day(words[0], now: now) {
                localSeconds = day * 86_400
            } else {
                return nil
            }
        case 2:
            guard let day = Self.day(words[0], now: now), let time = Self.time(words[1]) else { return nil }
            localSeconds = day * 86_400 + time
        default: return nil
        }
    }

    /// Whether the router means that it never happened: it writes the epoch then.
    package var isNever: Bool { localSeconds == 0 }

    /// The moment, given how far the router's zone lies ahead of UTC.
    package func instant(offset: Span) -> Instant { Instant(milliseconds: localSeconds * 1_000) - offset }

    package static func < (left: Self, right: Self) -> Bool { left.localSeconds < right.localSeconds }

    /// Reads how far a zone lies ahead of UTC: `+03:00`.
    package static func offset(_ text: some StringProtocol) -> Span? {
        guard let sign = text.first, sign == "+" || sign == "-", let time = time("\(text.dropFirst()):00"[...]) else {
            return nil
        }
        return .seconds(sign == "-" ? -time : time)
    }

    private static func time(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2...2) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2], hours < 24,
            minutes < 60, seconds < 60
        else { return nil }
        return (hours * 60 + minutes) * 60 + seconds
    }

    /// Days since the epoch.
    private static func day(_ text: some StringProtocol, now: RouterDate?) -> Int64? {
        let iso = text.split(separator: "-", omittingEmptySubsequences: false)
        if iso.count == 3 {
            guard let year = number(iso[0], digits: 4...4), let month = number(iso[1], digits: 2...2),
                let day = number(iso[2], digits: 1...2)
            else { return nil }
            return days(year, month, day)
        }
        let old = text.split(separator: "/", omittingEmptySubsequences: false)
        guard old.count == 2 || old.count == 3, let index = months.firstIndex(of: old[0].lowercased()),
            let day = number(old[1], digits: 1...2)
        else { return nil }
        let month = Int64(index + 1)
        if old.count == 3 { return number(old[2], digits: 4...4).flatMap { days($0, month, day) } }
        guard let now else { return nil }
        let today = floorDivide(now.localSeconds, by: 86_400).quotient
        let year = CivilDate(daysSinceEpoch: today).year
        // A day that would lie ahead was last year's.
        return days(year, month, day).flatMap { $0 > today ? days(year - 1, month, day) : $0 }
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// Days since the epoch of a day that is in the calendar; Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms".
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let date = CivilDate(daysSinceEpoch: days)
        return (date.year, date.month, date.day) == (year, month, day) ? days : nil
    }
}
