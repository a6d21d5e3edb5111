package import RouterOS

/// What can be made, changed or removed on a router through one form: a table of the schema with the properties that
/// are offered, and what must be unique in it.
///
/// Property names, types and versions come from `RouterSchema`; here stands only what the schema does not know.
package struct ChangeRecipe: Sendable {
    /// Its name in commands and addresses.
    package let word: String
    package let menu: Menu
    /// The property by which people name a row; nil where rows have no name, such as rules.
    package let key: String?
    /// Sets of properties of which no two rows may have the same values; empty values do not count.
    let unique: [[String]]
    /// What every new row of this recipe has.
    package let preset: [RouterField]
    /// What the form offers, in its order.
    package let offered: [String]
    /// What a new row needs beyond what the schema says.
    let needed: Set<String>
    /// Whether rows are interfaces, whose names are unique among all interfaces.
    let isInterface: Bool
    /// The first version whose routers have the menu; nil for all.
    package let since: RouterVersion?
    /// What a list shows of rows that can only be removed.
    package let shown: [String]

    init(
        _ word: String, _ path: StaticString, key: String? = nil, unique: [[String]] = [], preset: [RouterField] = [],
        needs: [String] = [], isInterface: Bool = false, since: RouterVersion? = nil, shows shown: String = "",
        _ offered: String = ""
    ) {
        self.word = word
        menu = Menu(path)
        self.key = key
        self.unique = unique
        self.preset = preset
        self.isInterface = isInterface
        self.since = since
        self.shown = shown.split(separator: " ").map(String.init)
        self.offered = offered.split(whereSeparator: \.isWhitespace).map(String.init)
        needed = Set(needs)
    }

    /// Whether it only makes rows of a certain kind, which are then changed by the recipe of their table.
    package var isPreset: Bool { !preset.isEmpty }

    /// What can be done with its rows: sessions and cookies are only ended, presets only made.
    package var deeds: Set<RowOrder.Deed> {
        guard !isPreset else { return [.add] }
        return Set(RowOrder.Deed.allCases.filter { schema?.commands[$0.rawValue] != nil })
    }

    /// Whether a row is for people to change: neither the router's own making nor a voucher's; sessions can be ended.
    package func isChangeable(_ row: [String: String]) -> Bool {
        isLive
            || row["dynamic"].flatMap(RouterValue.truth) != true && row["comment"]?.hasPrefix("lango:") != true
    }

    /// Whether its rows come and go by themselves, such as sessions, so that nothing can be brought back.
    var isLive: Bool { !deeds.contains(.add) }

    var schema: RouterMenu? { RouterSchema.menu(menu.path) }

    /// Whether the order of rows decides what they do.
    package var isOrdered: Bool { schema?.commands["move"] != nil }

    /// The properties of the form that a version knows.
    package func properties(in version: RouterVersion) -> [RouterProperty] {
        offered.compactMap { name in
            guard let property = schema?.property(name), isWritable(name, in: version) else { return nil }
            return property
        }
    }

    /// Whether a version takes the property; before 7.9 the tables of the schema tell only what was there in 7.9.
    func isWritable(_ name: String, in version: RouterVersion) -> Bool {
        if let since, version < since { return false }
        if let since = Self.younger[menu.path]?[name], version < since { return false }
        return schema?.isWritable(name, in: version) ?? false
    }

    /// Whether a new row must have it.
    package func isNeeded(_ name: String) -> Bool {
        needed.contains(name) || name == key || (schema?.property(name)?.isRequired ?? false)
    }

    /// Properties that came between 6.43 and 7.9, by the vendor's list of changes.
    private static let younger: [String: [String: RouterVersion]] = [
        "/ip/dns/static": [
            "type": RouterVersion(6, 47), "cname": RouterVersion(6, 47), "match-subdomain": RouterVersion(7, 1),
            "address-list": RouterVersion(7, 7),
        ]
    ]
}
