import Values

/// The rule that a zone follows without end, such as `EET-2EEST,M4.5.5/0,M10.5.4/24`.
///
/// Source: POSIX.1-2017 section 8.3 (`TZ`) with the wider hours of RFC 9636 section 3.3.1.
struct ZoneRule: Sendable {
    /// Seconds east of Greenwich.
    private let standard: Int32
    private let summer: (offset: Int32, from: Moment, to: Moment)?

    /// A moment that comes back every year, in local wall time.
    fileprivate struct Moment {
        enum Day {
            /// 1 to 365, the 29th of February never counted.
            case julian(Int64)
            /// 0 to 365, the 29th of February counted.
            case zeroBased(Int64)
            /// The `week`th (5: the last) `weekday` (0: Sunday) of a month.
            case weekday(month: Int64, week: Int64, weekday: Int64)
        }
        let day: Day
        let seconds: Int64
    }

    /// Reads a rule; nil where it is empty or cannot be read.
    init?(_ text: String) {
        var reader = Reader(rest: text.utf8[...])
        guard reader.name(), let standard = reader.time() else { return nil }
        self.standard = Int32(-standard)
        guard reader.name() else {
            summer = nil
            return
        }
        let offset = reader.rest.first == UInt8(ascii: ",") ? standard - 3_600 : reader.time() ?? standard - 3_600
        guard let from = reader.moment(), let to = reader.moment() else { return nil }
        summer = (Int32(-offset), from, to)
    }

    /// Seconds east of Greenwich.
    func offset(at second: Int64) -> Int32 {
        guard let summer else { return standard }
        let year = CivilDate(daysSinceEpoch: floorDivide(second + Int64(standard), by: 86_400).quotient).year
        let from = summer.from.second(of: year) - Int64(standard)
        let to = summer.to.second(of: year) - Int64(summer.offset)
        let isSummer = from < to ? (from..<to).contains(second) : !(to..<from).contains(second)
        return isSummer ? summer.offset : standard
    }

    private struct Reader {
        var rest: Substring.UTF8View

        /// Passes over a name: letters, or anything between angle brackets.
        mutating func name() -> Bool {
            if rest.first == UInt8(ascii: "<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[rest.index(after: end)...]
                return true
            }
            let letters = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
            rest = rest.dropFirst(letters.count)
            return !letters.isEmpty
        }

        mutating func take(_ byte: Character) -> Bool {
            guard let first = rest.first, first == byte.asciiValue else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func number() -> Int64? {
            let digits = rest.prefix { (48...57).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.count <= 4 ? Int64(String(Substring(digits))) : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int64? {
            let sign: Int64 = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hours = number() else { return nil }
            let minutes = take(":") ? number() ?? 0 : 0
            let seconds = take(":") ? number() ?? 0 : 0
            return sign * (hours * 3_600 + minutes * 60 + seconds)
        }

        /// `,day[/time]`; the time is 02:00 where it is missing.
        mutating func moment() -> Moment? {
            guard take(","), let day = day() else { return nil }
            guard take("/") else { return Moment(day: day, seconds: 7_200) }
            return time().map { Moment(day: day, seconds: $0) }
        }

        private mutating func day() -> Moment.Day? {
            if take("J") { return number().map { .julian($0) } }
            guard take("M") else { return number().map { .zeroBased($0) } }
            guard let month = number(), take("."), let week = number(), take("."), let weekday = number(),
                (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}

extension ZoneRule.Moment {
    /// The wall time in this year, in seconds as if it were UTC.
    fileprivate func second(of year: Int64) -> Int64 {
        let newYear = Self.days(year: year, month: 1)
        let isLeap = Self.days(year: year + 1, month: 1) - newYear == 366
        let days: Int64 =
            switch day {
            case .zeroBased(let day): newYear + day
            case .julian(let day): newYear + day - 1 + (isLeap && day >= 60 ? 1 : 0)
            case .weekday(let month, let week, let weekday): Self.days(year: year, month: month, week, weekday)
            }
        return days * 86_400 + seconds
    }

    private static func days(year: Int64, month: Int64, _ week: Int64, _ weekday: Int64) -> Int64 {
        let first = days(year: year, month: month)
        let next = month == 12 ? days(year: year + 1, month: 1) : days(year: year, month: month + 1)
        // 1970-01-01 was a Thursday: weekday 4.
        let firstWeekday = floorDivide(first + 4, by: 7).remainder
        let day = first + floorDivide(weekday - firstWeekday, by: 7).remainder + (week - 1) * 7
        return day < next ? day : day - 7
    }

    /// Days since 1970-01-01 of the first of a month (the inverse of `CivilDate(daysSinceEpoch:)`).
    private static func days(year: Int64, month: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
