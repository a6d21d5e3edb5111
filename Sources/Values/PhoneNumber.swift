/// A telephone number of the world: the plus sign, the country's code and the number within it; ITU-T E.164.
///
/// Printed it is masked, since it is personal: `+2547•••••678`. `international` and `digits` are the ways to all of it.
package struct PhoneNumber: Hashable, Sendable {
    /// `254712345678`: what mobile networks call the MSISDN, and what payment providers want.
    package let digits: String

    /// Takes the canonical form alone: a plus sign and 8 to 15 digits, the first of which is not 0.
    ///
    /// What people type is read by the room `Phones`.
    package init?(e164: some StringProtocol) {
        guard e164.utf8.first == UInt8(ascii: "+") else { return nil }
        self.init(digits: e164.dropFirst())
    }

    /// Takes the same without its plus sign, as payment providers write it.
    package init?(digits: some StringProtocol) {
        guard (8...15).contains(digits.utf8.count), digits.utf8.first != UInt8(ascii: "0"),
            digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        self.digits = String(digits)
    }

    /// `+254712345678`.
    package var international: String { "+" + digits }

    /// The number with all but its first four and last three digits covered.
    package var masked: String {
        "+" + digits.prefix(4) + String(repeating: "•", count: digits.utf8.count - 7) + digits.suffix(3)
    }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { masked }
    package var debugDescription: String { masked }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
