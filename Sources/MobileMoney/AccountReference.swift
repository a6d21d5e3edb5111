/// A reference that the payer reads and that comes back with money paid by hand: 1 to 12 capital letters, digits and
/// hyphens.
///
/// Daraja takes 12 characters at most; other signs are reported to fail without a word.
package struct AccountReference: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Takes the canonical form alone.
    package init?(_ text: some StringProtocol) {
        guard (1...12).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
}

/// What somebody typed as an account when paying by hand: anything at all, of at most some twenty characters.
package struct TypedReference: Hashable, Sendable {
    /// As it came, for people.
    package let typed: String
    /// Capital letters and digits alone, at most 20: what accounts are looked up by; empty where none were typed.
    package let normal: String

    package init(_ typed: String) {
        self.typed = String(typed.prefix(40))
        normal = String(typed.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(20))
    }

    /// The words of a text that can be the public name of a payment, eight at most.
    package static func mentions(in words: some StringProtocol) -> [TypedReference] {
        let parts = words.utf8.split { byte in
            !((48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 0x2D)
        }
        let fitting = parts.lazy.filter { (8...13).contains($0.count) }
        return fitting.prefix(8).map { TypedReference(String(decoding: Array($0), as: UTF8.self)) }
    }

    /// The account number that was meant, where it is whole and its check digit fits.
    package var accountNumber: AccountNumber? { AccountNumber(typed: normal) }
}

/// A customer's number to pay to: letters and digits without those that look alike (0 and O, 1 and I), the last one a
/// check digit.
///
/// The check digit is Luhn's over 32 symbols (ISO/IEC 7812-1 annex B, taken from 10 to N symbols): it finds every wrong
/// character and nearly all swapped neighbours.
package struct AccountNumber: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// The 32 symbols in the order of their values.
    package static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

    /// Takes 4 to 12 symbols with a check digit that fits; either case, and signs between them are left out.
    package init?(typed: some StringProtocol) {
        let symbols = Array(typed.uppercased().utf8.filter { (48...57).contains($0) || (65...90).contains($0) })
        guard (4...12).contains(symbols.count), let sum = Self.sum(symbols[...], doublesLast: false),
            sum % Self.alphabet.count == 0
        else { return nil }
        text = String(decoding: symbols, as: UTF8.self)
    }

    /// Adds the check digit to 3 to 11 symbols; nil for others.
    package init?(body: some StringProtocol) {
        let symbols = Array(body.utf8)
        guard (3...11).contains(symbols.count), let sum = Self.sum(symbols[...], doublesLast: true) else { return nil }
        let check = Self.alphabet[(Self.alphabet.count - sum % Self.alphabet.count) % Self.alphabet.count]
        text = String(decoding: symbols + [check], as: UTF8.self)
    }

    package var description: String { text }

    private static func sum(_ symbols: ArraySlice<UInt8>, doublesLast: Bool) -> Int? {
        var (sum, doubles) = (0, doublesLast)
        for symbol in symbols.reversed() {
            guard let value = alphabet.firstIndex(of: symbol) else { return nil }
            let weighted = doubles ? value * 2 : value
            sum += weighted / alphabet.count + weighted % alphabet.count
            doubles.toggle()
        }
        return sum
    }
}
