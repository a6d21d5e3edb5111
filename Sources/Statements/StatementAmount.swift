import Values

/// Amounts as banks write them: with or without groups of thousands, with a comma or a point before the cents, a sign in
/// front, behind, or as brackets, a currency or `CR` and `DR` beside them.
enum StatementAmount {
    /// Reads an amount; nil for what is none, and for what can be read in two ways, such as `1.500` in shillings.
    static func read(_ text: some StringProtocol, in currency: Currency) -> Money? {
        var bytes = Array(text.utf8.filter { $0 != 0x20 && $0 != 0x27 && $0 != 0x09 })
        // The narrow and the hard space of UTF-8 between groups.
        if text.contains("\u{A0}") || text.contains("\u{202F}") {
            bytes = Array(String(text.filter { !["\u{A0}", "\u{202F}", " ", "'"].contains($0) }).utf8)
        }
        var isNegative = false
        if bytes.first == UInt8(ascii: "("), bytes.last == UInt8(ascii: ")") {
            isNegative = true
            bytes = Array(bytes.dropFirst().dropLast())
        }
        for mark in [currency.code, "CR", "DR"]
        where String(decoding: bytes, as: UTF8.self).uppercased().hasSuffix(mark) {
            bytes.removeLast(mark.utf8.count)
            isNegative = isNegative || mark == "DR"
        }
        if String(decoding: bytes, as: UTF8.self).uppercased().hasPrefix(currency.code) {
            bytes.removeFirst(currency.code.utf8.count)
        }
        for sign in [UInt8(ascii: "-"), UInt8(ascii: "+")] where bytes.first == sign || bytes.last == sign {
            if bytes.first == sign { bytes.removeFirst() } else { bytes.removeLast() }
            isNegative = isNegative || sign == UInt8(ascii: "-")
        }
        guard let money = unsigned(bytes, in: currency) else { return nil }
        return isNegative ? money * -1 : money
    }

    private static func unsigned(_ bytes: [UInt8], in currency: Currency) -> Money? {
        let marks = bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") || bytes[$0] == UInt8(ascii: ",") }
        guard let last = marks.last else { return Money(String(decoding: bytes, as: UTF8.self), in: currency) }
        let isMixed = Set(marks.map { bytes[$0] }).count == 2
        let decimals = bytes.count - last - 1
        let isGroup: Bool
        if isMixed {
            isGroup = false
        } else if marks.count > 1 {
            isGroup = true
        } else if decimals == 3, currency.exponent != 3 {
            // `1,500` is one and a half thousand; `1.500` is that in one country and a mistake in the next.
            guard bytes[last] == UInt8(ascii: ",") else { return nil }
            isGroup = true
        } else {
            isGroup = false
        }
        let whole = isGroup ? bytes[...] : bytes[..<last]
        guard isWellGrouped(whole), isGroup || decimals <= max(currency.exponent, 2) else { return nil }
        var fraction = isGroup ? [] : bytes[(last + 1)...]
        // A currency without cents may be written with them.
        while fraction.count > currency.exponent, fraction.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
        let digits = String(decoding: whole.filter { (48...57).contains($0) }, as: UTF8.self)
        let text = fraction.isEmpty ? digits : "\(digits).\(String(decoding: fraction, as: UTF8.self))"
        return Money(digits.isEmpty ? "0" + text : text, in: currency)
    }

    /// Groups of three behind the first one, all with the same mark.
    private static func isWellGrouped(_ bytes: ArraySlice<UInt8>) -> Bool {
        let marks = Set(bytes.filter { !(48...57).contains($0) })
        guard let mark = marks.first else { return true }
        guard marks.count == 1, mark == UInt8(ascii: ",") || mark == UInt8(ascii: ".") else { return false }
        let groups = bytes.split(separator: mark, omittingEmptySubsequences: false)
        return (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }
}
