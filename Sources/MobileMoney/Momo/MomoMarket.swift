package import Values

/// A country in which MTN collects, as its interface names it.
///
/// Source: the target environments that MTN's page of Collections lists; country codes of ITU-T E.164; time zones of the IANA database, by the
/// place where MTN has its seat in the country.
package struct MomoMarket: Hashable, Sendable {
    /// `mtnuganda` and the like; `sandbox` for tests.
    package let name: String
    package let currency: Currency
    /// What numbers begin with that can pay; empty for any.
    package let prefix: String
    /// The time zone by whose clock its days are counted, by its IANA name; empty for the sandbox, which is nowhere.
    package let timeZone: String

    // swift-format-ignore
    private static let known: [(name: String, currency: String, prefix: String, zone: String)] = [
        ("sandbox",          "EUR", "",    ""),
        ("mtnuganda",        "UGX", "256", "Africa/Kampala"),
        ("mtnrwanda",        "RWF", "250", "Africa/Kigali"),
        ("mtnzambia",        "ZMW", "260", "Africa/Lusaka"),
        ("mtnghana",         "GHS", "233", "Africa/Accra"),
        ("mtncameroon",      "XAF", "237", "Africa/Douala"),
        ("mtnivorycoast",    "XOF", "225", "Africa/Abidjan"),
        ("mtnbenin",         "XOF", "229", "Africa/Porto-Novo"),
        ("mtncongo",         "XAF", "242", "Africa/Brazzaville"),
        ("mtnsouthafrica",   "ZAR", "27",  "Africa/Johannesburg"),
        ("mtnsouthsudan",    "SSP", "211", "Africa/Juba"),
        ("mtnnigeria",       "NGN", "234", "Africa/Lagos"),
    ]

    /// Nil for a name that is in no list, and for a country whose currency we do not know.
    package init?(named name: some StringProtocol) {
        guard let found = Self.known.first(where: { $0.name == name }), let currency = Currency(code: found.currency)
        else { return nil }
        self.name = found.name
        self.currency = currency
        (prefix, timeZone) = (found.prefix, found.zone)
    }

    package static var names: [String] { known.map(\.name) }
}
