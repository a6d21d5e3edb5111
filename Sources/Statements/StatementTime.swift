import Values

/// Dates and times as banks write them, the day before the month unless the year stands first.
enum StatementTime {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Reads `2026-10-06 09:52:33`, `06-10-2026 09:52`, `06/10/2026`, `6 Oct 2026 9:52 AM`, `20261006`, `20261006095233`,
    /// `2026-10-06T09:52:33+03:00` and their like; nil for anything else, and for days that no calendar has.
    static func read(_ text: some StringProtocol) -> StatementEntry.Time? {
        guard text.utf8.count <= 40 else { return nil }
        var words = parts(text)
        if let first = words.first, first.utf8.count == 14 {
            let clock = first.utf8.dropFirst(8).map { String(Int($0) - 48) }
            words = [String(first.prefix(8)), clock[0] + clock[1], clock[2] + clock[3], clock[4] + clock[5]]
        }
        guard let (day, used) = date(words) else { return nil }
        let rest = Array(words.dropFirst(used))
        guard !rest.isEmpty else { return .day(day) }
        guard let clock = clock(rest) else { return nil }
        let local = day * 86_400_000 + clock
        guard let ahead = zone(text) else { return .local(local) }
        return .exact(Instant(milliseconds: local - ahead))
    }

    /// Runs of digits and runs of letters.
    private static func parts(_ text: some StringProtocol) -> [String] {
        var (parts, current, isNumber) = ([String](), [UInt8](), false)
        for byte in text.utf8 {
            let lower = (65...90).contains(byte) ? byte + 32 : byte
            let (digit, letter) = ((48...57).contains(lower), (97...122).contains(lower))
            if !current.isEmpty, !digit && !letter || digit != isNumber {
                parts.append(String(decoding: current, as: UTF8.self))
                current = []
            }
            if digit || letter { current.append(lower) }
            isNumber = digit
        }
        if !current.isEmpty { parts.append(String(decoding: current, as: UTF8.self)) }
        return parts
    }

    /// Days since 1970, and how many parts they took.
    private static func date(_ parts: [String]) -> (Int64, Int)? {
        guard let first = parts.first else { return nil }
        if first.utf8.count == 8, let digits = Int64(first) {
            return days(digits / 10_000, digits / 100 % 100, digits % 100).map { ($0, 1) }
        }
        guard parts.count >= 3 else { return nil }
        let month = months.firstIndex(of: String(parts[1].prefix(3))).map { Int64($0 + 1) } ?? Int64(parts[1])
        guard let month, let left = Int64(first), let right = Int64(parts[2]) else { return nil }
        let found =
            first.utf8.count == 4
            ? days(left, month, right)
            : days(parts[2].utf8.count == 2 ? 2_000 + right : right, month, left)
        return found.map { ($0, 3) }
    }

    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard (1_990...2_199).contains(year) else { return nil }
        return CivilDate(year: year, month: month, day: day)?.daysSinceEpoch
    }

    /// Milliseconds of the day: `09:52`, `09:52:33`, `9:52:33 PM`.
    private static func clock(_ words: [String]) -> Int64? {
        let words = words.first == "t" || words.first == "at" ? Array(words.dropFirst()) : words
        let numbers = words.prefix { $0.utf8.count <= 2 && Int64($0) != nil }.prefix(3).compactMap { Int64($0) }
        guard numbers.count >= 2, var hour = numbers.first, hour < 24, numbers[1] < 60 else { return nil }
        let second = numbers.count > 2 ? numbers[2] : 0
        guard second < 60 else { return nil }
        let half = words.first { $0 == "am" || $0 == "pm" }
        if let half {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half == "pm" ? 12 : 0)
        }
        return (hour * 3_600 + numbers[1] * 60 + second) * 1_000
    }

    /// How far ahead of UTC an ISO time says that it is, in milliseconds; nil where it does not say.
    private static func zone(_ text: some StringProtocol) -> Int64? {
        guard let split = text.firstIndex(of: "T") else { return nil }
        let clock = text[split...]
        if clock.hasSuffix("Z") { return 0 }
        guard let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let digits = String(clock[sign...].dropFirst()).filter { $0 != ":" }
        guard digits.utf8.count == 4, let number = Int64(digits) else { return nil }
        let ahead = (number / 100 * 60 + number % 100) * 60_000
        return clock[sign] == "-" ? -ahead : ahead
    }
}
