import Values

/// Ids, receipts and times in the shapes that were captured from the real service.
enum DarajaWords {
    /// The digits of a time in Nairobi: `20261006095233`.
    static func time(_ now: Instant) -> String {
        (now + .hours(3)).iso8601.prefix(19).filter { $0.isNumber }
    }

    /// `06.07.2024 22:48:52`.
    static func dotted(_ now: Instant) -> String {
        let text = time(now)
        func part(_ from: Int, _ count: Int) -> Substring { text.dropFirst(from).prefix(count) }
        return "\(part(6, 2)).\(part(4, 2)).\(part(0, 4)) \(part(8, 2)):\(part(10, 2)):\(part(12, 2))"
    }

    /// `ac7b-470b-8df7-23ab3cef38271071873`: groups of hexadecimal digits with a number run on.
    static func request() -> String {
        "\(hex(4))-\(hex(4))-\(hex(4))-\(hex(12))\(Int.random(in: 1_000_000...9_999_999))"
    }

    /// `ws_CO_061020260952180708374149`: day and time, milliseconds without leading zeros, the payer's number.
    static func checkout(_ now: Instant, payer: String) -> String {
        let text = time(now)
        let day = "\(text.dropFirst(6).prefix(2))\(text.dropFirst(4).prefix(2))\(text.prefix(4))"
        let milliseconds = now.milliseconds % 1_000
        return "ws_CO_\(day)\(text.suffix(6))\(milliseconds)\(payer.suffix(9))"
    }

    /// `AG_20240706_2010364430d9bbdaf872`.
    static func conversation(_ now: Instant) -> String { "AG_\(time(now).prefix(8))_\(hex(20))" }

    /// Ten characters that begin with letters for year, month and day: `UJ62T8IYOU`.
    static func receipt(_ now: Instant) -> String {
        let digits = time(now)
        let (year, month, day) = (
            number(digits.prefix(4)), number(digits.dropFirst(4).prefix(2)), number(digits.dropFirst(6).prefix(2))
        )
        let letters = [letter(year - 2_006), letter(month - 1), day < 10 ? String(day) : letter(day - 10)]
        return letters.joined()
            + String((0..<7).compactMap { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".randomElement() })
    }

    private static func number(_ digits: some StringProtocol) -> Int { Int(digits) ?? 0 }

    private static func letter(_ index: Int) -> String {
        String(Unicode.Scalar(UInt8(65 + min(max(index, 0), 25))))
    }

    /// So many hexadecimal digits.
    static func hex(_ count: Int) -> String {
        String((0..<count).compactMap { _ in "0123456789abcdef".randomElement() })
    }

    /// `5.00`.
    static func amount(_ cents: Int64) -> String { Money(minorUnits: cents, in: .kes).plain }

    /// `2547 ***** 126`, as the second generation covers numbers.
    static func masked(_ payer: String) -> String { "\(payer.prefix(4)) ***** \(payer.suffix(3))" }
}
