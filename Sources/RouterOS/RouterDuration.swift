package import Values

/// A length of time in the forms of RouterOS, to the microsecond.
///
/// Read: `1w2d3h4m5s`, `9ms445us`, `7200s`, `hh:mm:ss`, `1d02:03:04`, plain seconds. Written: `1w2d3h4m5s` without
/// zero units, `0s` for nothing. Words that may stand instead of a length are no length: see `words`.
package struct RouterDuration: Hashable, Sendable {
    package let microseconds: Int64

    /// Words that stand where a length could: what they mean depends on the property.
    package static let words: Set<String> = [
        "none", "unlimited", "never", "auto", "disabled", "immediately", "received", "not-yet-running",
    ]

    package init(_ span: Span) { microseconds = span.milliseconds * 1_000 }

    /// The length, microseconds cut off.
    package var span: Span { Span(milliseconds: microseconds / 1_000) }

    /// Reads any of the forms; nil for words and everything else, and for more than a thousand years.
    package init?(_ text: some StringProtocol) {
        var scanner = Scanner(rest: Substring(String(text)).utf8)
        guard let total = scanner.total() else { return nil }
        microseconds = total
    }

    // swift-format-ignore
    private static let units: [(name: String, microseconds: Int64)] = [
        ("w",  604_800_000_000),
        ("d",   86_400_000_000),
        ("h",    3_600_000_000),
        ("m",       60_000_000),
        ("s",        1_000_000),
        ("ms",           1_000),
        ("us",               1),
    ]

    /// The written form, units from weeks to microseconds.
    package var text: String {
        guard microseconds > 0 else { return "0s" }
        var rest = microseconds
        var text = ""
        for unit in Self.units where rest >= unit.microseconds {
            text += "\(rest / unit.microseconds)\(unit.name)"
            rest %= unit.microseconds
        }
        return text
    }

    /// Walks over the bytes of one text.
    private struct Scanner {
        var rest: Substring.UTF8View
        private static let longest: Int64 = 31_622_400_000_000_000

        mutating func total() -> Int64? {
            guard !rest.isEmpty else { return nil }
            var total: Int64 = 0
            var isFirst = true
            while !rest.isEmpty {
                guard let count = number(), let part = part(count, isFirst: isFirst) else { return nil }
                isFirst = false
                total += part
                guard total <= Self.longest else { return nil }
            }
            return total
        }

        /// What the number means by what follows it: a unit, a clock, or nothing where it stands alone.
        private mutating func part(_ count: Int64, isFirst: Bool) -> Int64? {
            if rest.isEmpty { return isFirst ? count * 1_000_000 : nil }
            if rest.first == UInt8(ascii: ":") { return clock(hours: count) }
            return unit().map { count * $0 }
        }

        /// Takes a unit; in microseconds.
        private mutating func unit() -> Int64? {
            switch rest.popFirst() {
            case UInt8(ascii: "w"): return 604_800_000_000
            case UInt8(ascii: "d"): return 86_400_000_000
            case UInt8(ascii: "h"): return 3_600_000_000
            case UInt8(ascii: "s"): return 1_000_000
            case UInt8(ascii: "u"): return rest.popFirst() == UInt8(ascii: "s") ? 1 : nil
            case UInt8(ascii: "m"):
                guard rest.first == UInt8(ascii: "s") else { return 60_000_000 }
                rest.removeFirst()
                return 1_000
            default: return nil
            }
        }

        /// `:mm:ss` and an optional fraction of up to six digits, to the end.
        private mutating func clock(hours: Int64) -> Int64? {
            guard let minutes = sexagesimal(), let seconds = sexagesimal() else { return nil }
            var fraction: Int64 = 0
            if rest.popFirst() == UInt8(ascii: ".") {
                let digits = rest.count
                guard (1...6).contains(digits), let number = number() else { return nil }
                fraction = (0..<(6 - digits)).reduce(number) { value, _ in value * 10 }
            }
            guard rest.isEmpty else { return nil }
            return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction
        }

        private mutating func sexagesimal() -> Int64? {
            guard rest.popFirst() == UInt8(ascii: ":"), let number = number(), number < 60 else { return nil }
            return number
        }

        private mutating func number() -> Int64? {
            var (number, digits) = (Int64(0), 0)
            while let byte = rest.first, (48...57).contains(byte) {
                number = number * 10 + Int64(byte - 48)
                digits += 1
                guard number <= 400_000_000_000, digits <= 12 else { return nil }
                rest.removeFirst()
            }
            return digits > 0 ? number : nil
        }
    }
}
