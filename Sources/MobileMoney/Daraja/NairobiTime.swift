package import Values

/// The times on Daraja's wire: East Africa Time, three hours ahead of UTC all year.
package enum NairobiTime {
    private static let ahead = Span.hours(3)

    /// `20261006095233`.
    package static func compact(_ instant: Instant) -> String { digits(instant) }

    /// `2026-10-06 09:52:33`.
    package static func spaced(_ instant: Instant) -> String {
        let text = (instant + ahead).iso8601
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// Reads a time by its digits in the order year, month, day, hour, minute, second, whatever stands between them, and
    /// `06.07.2024 22:48:52`; nil for anything else.
    ///
    /// The Pull interface writes a `Z` behind times that are most likely Nairobi's too, so it is not looked at.
    package static func read(_ text: some StringProtocol) -> Instant? {
        guard text.utf8.count <= 32 else { return nil }
        let digits = text.utf8.filter { (48...57).contains($0) }.map { Int64($0 - 48) }
        guard digits.count == 14 else { return nil }
        let isDayFirst = text.utf8.dropFirst(2).first == UInt8(ascii: ".")
        func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 * 10 + $1 } }
        let year = isDayFirst ? number(4..<8) : number(0..<4)
        let (month, day) = isDayFirst ? (number(2..<4), number(0..<2)) : (number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second
        return Instant(milliseconds: seconds * 1_000) - ahead
    }

    private static func digits(_ instant: Instant) -> String {
        (instant + ahead).iso8601.prefix(19).filter { $0.isNumber }
    }
}
