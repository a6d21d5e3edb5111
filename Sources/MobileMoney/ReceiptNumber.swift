package import Values

/// The provider's own number of a payment, such as M-PESA's `UJ62T8IYOU`.
///
/// With the provider's name it is the one key under which a payment is booked, however often it is told.
package struct ReceiptNumber: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Takes 4 to 40 letters, digits and hyphens, in either case; spaces around them are dropped.
    package init?(_ typed: some StringProtocol) {
        let upper = String(typed).filter { !$0.isWhitespace }.uppercased()
        guard (4...40).contains(upper.utf8.count),
            upper.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        text = upper
    }

    package var description: String { text }
}

/// A receipt with who numbered it: one payment may have several, M-PESA's and that of the bank where it arrived.
package struct ReceiptName: Hashable, Sendable {
    package let rail: Rail
    package let number: ReceiptNumber

    package init(_ rail: Rail, _ number: ReceiptNumber) {
        self.rail = rail
        self.number = number
    }
}

/// What banks write of an M-PESA payment amid other words: `MPS 254723000000 MKR35QEKV7 A N OTHER/537620`.
///
/// Source: samples of Equity's messages and of banks' statements. The receipt's shape (year, month, day, seven more) is
/// looked at, so that another word in its place is not taken for one.
package struct MpesaMark: Hashable, Sendable {
    package let receipt: ReceiptNumber
    package let payer: PhoneNumber?

    /// Nil where no such mark stands.
    package init?(in words: some StringProtocol) {
        let words = words.utf8.split { byte in
            !((48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 0x2B)
        }.map { String(decoding: Array($0), as: UTF8.self) }
        for (place, word) in words.enumerated() where ["MPS", "MPESA", "PESA"].contains(word.uppercased()) {
            let next = words[(place + 1)...].prefix(3)
            guard let text = next.first(where: { Self.isReceipt($0) }), let number = ReceiptNumber(text) else {
                continue
            }
            receipt = number
            payer = next.lazy.compactMap { PhoneNumber(digits: $0) ?? PhoneNumber(e164: $0) }.first
            return
        }
        return nil
    }

    /// Ten capital letters and digits: the year's letter, the month's A to L, the day's 1 to 9 and A to V.
    package static func isReceipt(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, (65...90).contains(bytes[0]), (65...76).contains(bytes[1]),
            (49...57).contains(bytes[2]) || (65...86).contains(bytes[2])
        else { return false }
        let isPlain = bytes.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        return isPlain && bytes.contains { (48...57).contains($0) }
    }
}
