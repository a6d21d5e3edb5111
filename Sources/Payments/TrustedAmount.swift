package import Values

/// Up to how much money is believed that a provider's unsigned news alone tells of; what is more waits for a confirmation.
///
/// The choice: what a week of internet at home costs in the currency's country, about eight US dollars, as a round number.
/// News below it is confirmed too, but afterwards; a forger would win a few hours of internet at a hotspot.
package enum TrustedAmount {
    /// Whole units.
    // swift-format-ignore
    private static let known: [String: Int64] = [
        "KES": 1_000, "UGX": 30_000, "TZS": 20_000, "RWF": 10_000, "BIF": 23_000, "ETB": 1_000, "SOS": 4_500, "SSP": 10_000,
        "CDF": 20_000, "ZMW": 200, "MWK": 14_000, "MZN": 500, "ZAR": 150, "NGN": 12_000, "GHS": 100, "XOF": 5_000,
        "XAF": 5_000, "MGA": 36_000, "EGP": 400, "MAD": 80, "TND": 24, "KWD": 2, "AED": 30, "INR": 700, "IDR": 130_000,
        "BRL": 45, "USD": 8, "EUR": 8, "GBP": 6,
    ]

    /// Nothing at all in a currency of which nothing is known.
    package static func of(_ currency: Currency) -> Money {
        Money(String(known[currency.code] ?? 0), in: currency) ?? Money(minorUnits: 0, in: currency)
    }
}
