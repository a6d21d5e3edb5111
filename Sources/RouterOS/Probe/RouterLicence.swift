/// What a licence level lets through; the manual's table of licence levels.
package struct RouterLicence: Hashable, Sendable {
    package let level: String
    /// What follows "the licence of this router".
    package let words: String
    /// Whether a hotspot with customers cannot live with it.
    package let isSerious: Bool

    private init(_ level: String, _ words: String, isSerious: Bool = false) {
        self.level = level
        self.words = words
        self.isSerious = isSerious
    }

    /// The levels that limit something that an operator meets; boards call them by number, virtual routers by name.
    package static let limits: [RouterLicence] = [
        RouterLicence("0", "is a trial of 24 hours: after it the router stops", isSerious: true),
        RouterLicence("1", "lets 1 hotspot user in at a time", isSerious: true),
        RouterLicence("3", "lets 1 hotspot user in at a time", isSerious: true),
        RouterLicence("4", "lets 200 hotspot users in at a time"),
        RouterLicence("5", "lets 500 hotspot users in at a time"),
        RouterLicence("free", "lets 1 Mbit/s through each interface"),
    ]
}
