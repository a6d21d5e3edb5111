package import Values

/// A country in which MTN collects, as its interface names it.
///
/// Source: the target environments that MTN's page of Collections lists; country codes of ITU-T E.164.
package struct MomoMarket: Hashable, Sendable {
    /// `mtnuganda` and the like; `sandbox` for tests.
    package let name: String
    package let currency: Currency
    /// What numbers begin with that can pay; empty for any.
    package let prefix: String

    // swift-format-ignore
    private static let known: [(name: String, currency: String, prefix: String)] = [
        ("sandbox",          "EUR", ""),
        ("mtnuganda",        "UGX", "256"),
        ("mtnrwanda",        "RWF", "250"),
        ("mtnzambia",        "ZMW", "260"),
        ("mtnghana",         "GHS", "233"),
        ("mtncameroon",      "XAF", "237"),
        ("mtnivorycoast",    "XOF", "225"),
        ("mtnbenin",         "XOF", "229"),
        ("mtncongo",         "XAF", "242"),
        ("mtnsouthafrica",   "ZAR", "27"),
        ("mtnsouthsudan",    "SSP", "211"),
        ("mtnnigeria",       "NGN", "234"),
    ]

    /// Nil for a name that is in no list, and for a country whose currency we do not know.
    package init?(named name: some StringProtocol) {
        guard let found = Self.known.first(where: { $0.name == name }), let currency = Currency(code: found.currency)
        else { return nil }
        self.name = found.name
        self.currency = currency
        prefix = found.prefix
    }

    package static var names: [String] { known.map(\.name) }
}
