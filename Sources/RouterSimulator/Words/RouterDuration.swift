import Values

/// RouterOS's way to write a length of time.
enum RouterDuration {
    /// `1w2d3h4m5s` with empty units left out, `0s` for nothing; parts below a second are dropped.
    static func text(_ span: Span) -> String { Span.seconds(max(0, span.milliseconds / 1_000)).text }

    /// Reads `1w2d`, `7200s`, `90` (seconds), `00:05:00`, `1d02:03:04`; nil for anything else.
    static func read(_ text: some StringProtocol) -> Span? {
        var total: Int64 = 0
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty, rest.count <= 40 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { (48...57).contains($0) }
            guard (1...9).contains(digits.count), let number = Int64(String(decoding: digits, as: UTF8.self))
            else { return nil }
            rest = rest.dropFirst(digits.count)
            if rest.first == UInt8(ascii: ":") {
                guard let clock = clock(hours: number, rest.dropFirst()) else { return nil }
                return .seconds(total + clock)
            }
            guard let unit = unit(&rest) else { return nil }
            total += number * unit
        }
        return Span(milliseconds: total * 1_000)
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let letter = rest.popFirst() else { return 1 }
        switch letter {
        case UInt8(ascii: "w"): return 604_800
        case UInt8(ascii: "d"): return 86_400
        case UInt8(ascii: "h"): return 3_600
        case UInt8(ascii: "s"): return 1
        case UInt8(ascii: "m"):
            guard rest.first == UInt8(ascii: "s") else { return 60 }
            rest.removeFirst()
            return 0
        default: return nil
        }
    }

    private static func clock(hours: Int64, _ rest: ArraySlice<UInt8>) -> Int64? {
        let parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.count == 2 ? Int64(String(decoding: part, as: UTF8.self)) : nil }
        guard (1...2).contains(parts.count), numbers.count == parts.count, numbers.allSatisfy({ (0..<60).contains($0) })
        else { return nil }
        return hours * 3_600 + numbers[0] * 60 + (numbers.count == 2 ? numbers[1] : 0)
    }
}
