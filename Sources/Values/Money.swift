/// An amount in the minor unit of its currency: cents, whole shillings, fils.
///
/// Overflow is a programmer error and traps.
package struct Money: Hashable, Sendable {
    package let minorUnits: Int64
    package let currency: Currency

    package init(minorUnits: Int64, in currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Reads a plain decimal amount such as `50`, `49.5` or `49.50`; no grouping, no sign, at most 12 whole digits.
    package init?(_ text: some StringProtocol, in currency: Currency) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard let whole = parts.first, (1...12).contains(whole.utf8.count), fraction.utf8.count <= currency.exponent,
            parts.count == 1 || !fraction.isEmpty,
            (whole + fraction).utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let padded = whole + fraction + String(repeating: "0", count: currency.exponent - fraction.utf8.count)
        guard let minorUnits = Int64(padded) else { return nil }
        self.init(minorUnits: minorUnits, in: currency)
    }

    /// `50.00`: the amount without its currency, in the form that `init(_:in:)` reads.
    package var plain: String {
        guard currency.exponent > 0 else { return String(minorUnits) }
        let digits = String(abs(minorUnits))
        let padded = String(repeating: "0", count: max(0, currency.exponent + 1 - digits.utf8.count)) + digits
        return (minorUnits < 0 ? "-" : "") + padded.dropLast(currency.exponent) + "."
            + padded.suffix(currency.exponent)
    }

    package static func + (left: Self, right: Self) -> Self {
        precondition(left.currency == right.currency, "Amounts of different currencies")
        return Self(minorUnits: left.minorUnits + right.minorUnits, in: left.currency)
    }

    package static func * (left: Self, right: Int64) -> Self {
        Self(minorUnits: left.minorUnits * right, in: left.currency)
    }
}

/// An ISO 4217 currency.
///
/// Source of `exponent`: ISO 4217:2015, column "minor unit" (KES 2, UGX 0, KWD 3).
package struct Currency: Hashable, Sendable {
    package let code: String
    package let exponent: Int

    /// A currency that ISPs of the region charge in, by its code; nil for others.
    package init?(code: some StringProtocol) {
        guard let exponent = Self.exponents[String(code)] else { return nil }
        self.code = String(code)
        self.exponent = exponent
    }

    private init(known code: String, exponent: Int) {
        self.code = code
        self.exponent = exponent
    }

    package static let kes = Currency(known: "KES", exponent: 2)

    private static let exponents: [String: Int] = [
        "KES": 2, "UGX": 0, "TZS": 2, "RWF": 0, "BIF": 0, "ETB": 2, "SOS": 2, "SSP": 2, "CDF": 2, "ZMW": 2, "MWK": 2,
        "MZN": 2, "ZAR": 2, "NGN": 2, "GHS": 2, "XOF": 0, "XAF": 0, "MGA": 2, "EGP": 2, "MAD": 2, "TND": 3, "KWD": 3,
        "AED": 2, "INR": 2, "IDR": 2, "BRL": 2, "USD": 2, "EUR": 2, "GBP": 2,
    ]
}
