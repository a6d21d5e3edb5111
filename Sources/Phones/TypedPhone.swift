import CPhoneNumber
package import Values

/// Reads telephone numbers as people type them, by the plans of Google's libphonenumber.
package enum TypedPhone {
    /// Takes `0712 345 678`, `0112-345678`, `254712345678`, `+254 712 345678`, `00254…`, and other countries' numbers
    /// with a plus sign; what has no country's code is a number of `region`, an ISO 3166 code of two letters.
    ///
    /// A number is taken where it is as long as its country's mobile numbers. Whether somebody has it, only the network
    /// knows.
    package static func read(_ text: some StringProtocol, region: String = "KE") throws(PhoneFlaw) -> PhoneNumber {
        guard text.utf8.count <= 64 else { throw .tooLong }
        let dialled = try dialled(text)
        var form = [CChar](repeating: 0, count: 17)
        let outcome = unsafe phone_read(dialled, dialled.utf8.count, region, &form)
        guard outcome == Int32(PHONE_FINE.rawValue) else { throw flaw(outcome) }
        let e164 = String(decoding: form.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let number = PhoneNumber(e164: e164) else { throw .malformed }
        return number
    }

    /// The digits and the plus sign before them; `00` is the plus sign of those who cannot find it.
    private static func dialled(_ text: some StringProtocol) throws(PhoneFlaw) -> String {
        var digits: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(truncatingIfNeeded: scalar.value))
            case "+" where digits.isEmpty: digits.append(UInt8(ascii: "+"))
            case " ", "-", "(", ")", ".", "/", "\t": continue
            // What word processors and address books put between digits.
            case "\u{A0}", "\u{202F}", "\u{2009}", "\u{2010}"..."\u{2013}", "\u{202A}", "\u{202C}": continue
            default: throw .malformed
            }
        }
        guard let first = digits.first else { throw .empty }
        guard first != UInt8(ascii: "+"), digits.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "0")]) else {
            return String(decoding: digits, as: UTF8.self)
        }
        return "+" + String(decoding: digits.drop { $0 == UInt8(ascii: "0") }, as: UTF8.self)
    }

    private static func flaw(_ outcome: Int32) -> PhoneFlaw {
        switch outcome {
        case Int32(PHONE_BAD_COUNTRY.rawValue): .unknownCountry
        case Int32(PHONE_TOO_SHORT.rawValue): .tooShort
        case Int32(PHONE_TOO_LONG.rawValue): .tooLong
        default: .malformed
        }
    }
}
