/// What a spreadsheet makes of a code in a table that it opens: Excel and LibreOffice turn `1999-12` into a date,
/// `123456789012` into `1.23E+11`, and `12E345` into a power of ten.
enum SpreadsheetGuess {
    /// Whether a code in capitals, digits and hyphens would be taken for a number or a date.
    static func isNoText(_ code: String) -> Bool { isNumber(code) || isDate(code) }

    /// Digits with or without a power of ten.
    private static func isNumber(_ code: String) -> Bool {
        let parts = code.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false)
        guard isDigits(parts[0]) else { return false }
        guard parts.count == 2 else { return true }
        return isDigits(parts[1].hasPrefix("-") ? parts[1].dropFirst() : parts[1])
    }

    /// Two or three groups of digits that could be day, month and year in some order, or month and year.
    private static func isDate(_ code: String) -> Bool {
        let groups = code.split(separator: "-", omittingEmptySubsequences: false)
        guard (2...3).contains(groups.count), groups.allSatisfy({ isDigits($0) && $0.utf8.count <= 4 }) else {
            return false
        }
        return groups.count { $0.utf8.count <= 2 } >= groups.count - 1
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
