import Values

/// The date format of HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT`; RFC 9110 section 5.6.7.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(_ seconds: Int64) -> String {
        let (day, rest) = floorDivide(seconds, by: 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        let time = "\(twoDigits(rest / 3_600)):\(twoDigits(rest / 60 % 60)):\(twoDigits(rest % 60))"
        let name = days[Int(floorDivide(day, by: 7).remainder)]
        return "\(name), \(twoDigits(date.day)) \(months[Int(date.month) - 1]) \(date.year) \(time) GMT"
    }

    /// Seconds since 1970; nil for anything but the one form that has to be made.
    static func parse(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), let year = Int64(words[3]),
            let month = months.firstIndex(of: String(words[2])), (1970...9999).contains(year), (1...31).contains(day)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, time.allSatisfy({ (0...60).contains($0) }) else { return nil }
        // Days from the first of March of year 0, the inverse of CivilDate.
        let months = Int64(month) + 1
        let shifted = months <= 2 ? year - 1 : year
        let dayOfYear = (153 * (months > 2 ? months - 3 : months + 9) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }
}
