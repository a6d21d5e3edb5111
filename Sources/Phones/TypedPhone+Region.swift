package import Values

extension TypedPhone {
    /// The country whose numbers are typed without its code: the currency's, or none where several share it.
    package static func region(of currency: Currency) -> String { regions[currency.code] ?? "ZZ" }

    private static let regions = [
        "KES": "KE", "UGX": "UG", "TZS": "TZ", "RWF": "RW", "BIF": "BI", "ETB": "ET", "SSP": "SS", "CDF": "CD",
        "ZMW": "ZM", "MWK": "MW", "MZN": "MZ", "ZAR": "ZA", "NGN": "NG", "GHS": "GH",
    ]
}
