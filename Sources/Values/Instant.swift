/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
package struct Instant: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(integerLiteral value: Int64) { milliseconds = value }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    package static func + (left: Self, right: Span) -> Self {
        Self(milliseconds: left.milliseconds + right.milliseconds)
    }
    package static func - (left: Self, right: Span) -> Self {
        Self(milliseconds: left.milliseconds - right.milliseconds)
    }
    package static func - (left: Self, right: Self) -> Span {
        Span(milliseconds: left.milliseconds - right.milliseconds)
    }

    /// `2026-11-20T14:08:00Z`, with milliseconds where there are any; RFC 3339.
    package var iso8601: String {
        let (days, rest) = floorDivide(milliseconds, by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let seconds = rest / 1_000
        var text = "\(date)T\(twoDigits(seconds / 3_600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
        if rest % 1_000 != 0 {
            let fraction = String(1_000 + rest % 1_000).dropFirst()
            text += "." + fraction
        }
        return text + "Z"
    }
}

/// A length of time in milliseconds; negative where the end lies before the start.
package struct Span: Hashable, Sendable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func seconds(_ count: Int64) -> Self { Self(milliseconds: count * 1_000) }
    package static func minutes(_ count: Int64) -> Self { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Self { .minutes(count * 60) }
    package static func days(_ count: Int64) -> Self { .hours(count * 24) }
    package static let zero = Self(milliseconds: 0)

    /// Whole seconds, a started second counted, so that a limit never ends early.
    package var secondsRoundedUp: Int64 { (milliseconds + 999) / 1_000 }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    package static func + (left: Self, right: Self) -> Self {
        Self(milliseconds: left.milliseconds + right.milliseconds)
    }
    package static func - (left: Self, right: Self) -> Self {
        Self(milliseconds: left.milliseconds - right.milliseconds)
    }

    /// Reads `90s`, `45m`, `6h`, `7d`, `2w` and combinations such as `1d12h`; the units of the field's own tools.
    ///
    /// Returns nil for anything else, for zero units, and for more than ten years.
    package init?(_ text: some StringProtocol) {
        var total: Int64 = 0
        var number: Int64?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let next = (number ?? 0) * 10 + Int64(byte - UInt8(ascii: "0"))
                guard next <= 400_000_000 else { return nil }
                number = next
            default:
                guard let count = number, let unit = Self.unitSeconds[byte] else { return nil }
                total += count * unit
                number = nil
            }
        }
        guard number == nil, total > 0, total <= 3_660 * 86_400 else { return nil }
        self = .seconds(total)
    }

    private static let unitSeconds: [UInt8: Int64] = [
        UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3_600, UInt8(ascii: "d"): 86_400,
        UInt8(ascii: "w"): 604_800,
    ]

    /// The shortest form that `init(_:)` reads back: `1d12h`, `90s` as `1m30s`.
    package var text: String {
        var rest = milliseconds / 1_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for (unit, seconds) in [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] as [(String, Int64)]
        where rest >= seconds {
            text += "\(rest / seconds)\(unit)"
            rest %= seconds
        }
        return text
    }
}

/// A day of the proleptic Gregorian calendar, without a time zone.
///
/// Source of the conversion: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
package struct CivilDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let year: Int64
    package let month: Int64
    package let day: Int64

    package init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = floorDivide(shifted, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// A day that is in the calendar, from the year 1 to 9999; nil for others.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        guard CivilDate(daysSinceEpoch: daysSinceEpoch) == self else { return nil }
    }

    /// The days from 1970-01-01 to this one.
    package var daysSinceEpoch: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `2026-11-20`.
    package var description: String {
        let padded = String(10_000 + year).dropFirst()
        return "\(padded)-\(twoDigits(month))-\(twoDigits(day))"
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

/// Division that rounds towards minus infinity, with the matching remainder.
package func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// A number from 0 to 99 as two digits.
package func twoDigits(_ value: Int64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
}

/// How far a place's local time lies ahead of UTC at an instant: summer time changes it.
package struct UTCOffset: Sendable {
    private let find: @Sendable (Instant) -> Span

    package init(_ find: @escaping @Sendable (Instant) -> Span) { self.find = find }

    /// The same the whole year.
    package static func fixed(_ span: Span) -> Self { Self { _ in span } }
    package static func hours(_ hours: Int64) -> Self { fixed(.hours(hours)) }
    package static var zero: Self { fixed(.zero) }

    package func callAsFunction(at instant: Instant) -> Span { find(instant) }

    /// The instant at which clocks on the wall show what they would show at `instant` had they gone on as at `now`.
    package func onTheWall(_ instant: Instant, since now: Instant) -> Instant { instant + (find(now) - find(instant)) }
}
