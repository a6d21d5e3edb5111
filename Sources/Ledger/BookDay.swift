package import SQL
package import Values

/// A day in the tenant's own calendar, as books are dated; counted from 1970-01-01.
package struct BookDay: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let daysSinceEpoch: Int64

    package init(daysSinceEpoch: Int64) { self.daysSinceEpoch = daysSinceEpoch }

    /// The day that clocks of the tenant show at an instant.
    package init(at instant: Instant, offset: UTCOffset) {
        let local = instant + offset(at: instant)
        daysSinceEpoch = floorDivide(local.milliseconds, by: 86_400_000).quotient
    }

    /// Reads `2026-11-30`; nil for anything else and for days that no calendar has.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]), (1...12).contains(month)
        else { return nil }
        // Hinnant's count of days, the inverse of `CivilDate`.
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, by: 400).quotient
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysSinceEpoch: era * 146_097 + dayOfEra - 719_468)
        guard description == text else { return nil }
    }

    package var description: String { CivilDate(daysSinceEpoch: daysSinceEpoch).description }

    package static func < (left: Self, right: Self) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }
}

extension BookDay: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .integer(daysSinceEpoch) }
    package static func read(_ row: borrowing Row, _ column: Int) throws(SQLError) -> Self {
        Self(daysSinceEpoch: try row[column])
    }
}
