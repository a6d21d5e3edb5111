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
