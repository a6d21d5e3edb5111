/// A menu of the router: its commands and its properties.
struct Menu: Sendable {
    let path: String
    /// Whether it holds one record instead of rows.
    let isSingleton: Bool
    let commands: [String]
    let properties: [Property]
    /// The package that brings it; nil for the system itself.
    let package: String?
    /// The first inspected release that has it; nil for all of them.
    let since: RouterRelease?
    /// What is known of the time before 7.9.
    let before: Era
    private let positions: [String: Int]

    private init(
        path: String, isSingleton: Bool, commands: [String], properties: [Property], package: String? = nil,
        since: RouterRelease? = nil, before: Era = .any
    ) {
        self.path = path
        self.isSingleton = isSingleton
        self.commands = commands
        self.properties = properties
        self.package = package
        self.since = since
        self.before = before
        positions = Dictionary(
            properties.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { _, last in last })
    }

    /// The property of that name.
    func property(_ name: String) -> Property? { positions[name].map { properties[$0] } }

    /// The property of that name, in a release that has it.
    func property(_ name: String, in version: RouterRelease) -> Property? {
        guard let property = property(name), property.exists(in: version) else { return nil }
        return property
    }

    func takes(_ command: String) -> Bool { commands.contains(command) }

    /// The menu as one release has it.
    func at(_ version: RouterRelease) -> Menu {
        Menu(
            path: path, isSingleton: isSingleton, commands: commands,
            properties: properties.filter { $0.exists(in: version) }.map { $0.at(version) }, package: package,
            since: since, before: before)
    }

    func exists(in version: RouterRelease, with packages: Set<String>) -> Bool {
        before.includes(version) && since.map { version >= $0 } ?? true && package.map(packages.contains) ?? true
    }

    /// Every menu that the simulator serves in some release; `/system/health` twice.
    ///
    /// Source of the tables: RouterOS command trees 7.9 to 7.24 as gathered in `schema.json`, with the shown-or-absent
    /// rules of the captured records.
    static let known: [Menu] = [
        hotspotTable, systemTable, boardTable, networkTable, accessTable, firewallTable, mangleTable, rawTable,
        linkTable, ethernetTable, tunnelTable, queueTable, userManagerTable,
    ].flatMap(read)

    /// Reads tables: a line `/path table|singleton commands… marks…`, then a line a property; `ro a b` names several
    /// that the router alone writes, `ro-v7` those of version 7, `ro-v6` those of version 6.
    ///
    /// `use matchers` stands for the lines of `matchers`; the properties of such a menu are put in order.
    ///
    /// Marks: `pkg:user-manager` the package, `7.21+` since, `v7` or `v6` that version alone.
    static func read(_ text: String) -> [Menu] {
        var menus: [Menu] = []
        var heading: [String] = []
        var properties: [Property] = []
        var usesMatchers = false
        func finish() {
            guard heading.count >= 2 else { return }
            menus.append(Menu(heading: heading, usesMatchers ? inOrder(properties) : properties))
        }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("/") {
                finish()
                (heading, properties, usesMatchers) = (words, [], false)
            } else if words == ["use", "matchers"] {
                properties += matchers.split(separator: "\n").map(property)
                usesMatchers = true
            } else if let first = words.first, first == "ro" || first.hasPrefix("ro-") {
                let era = Era(mark: String(first.dropFirst(3))) ?? .any
                properties += words.dropFirst().map { Property(readOnly: $0, before: era) }
            } else {
                properties.append(property(line))
            }
        }
        finish()
        return menus
    }

    private static func property(_ line: Substring) -> Property {
        guard let property = Property(line: line) else {
            preconditionFailure("A line of a menu table cannot be read: \(line)")
        }
        return property
    }

    /// What the router alone writes first, the rest by name.
    private static func inOrder(_ properties: [Property]) -> [Property] {
        let (own, others) = (properties.filter { $0.access == .readOnly }, properties.filter { $0.access != .readOnly })
        return own + others.sorted { $0.name < $1.name }
    }

    private init(heading: [String], _ properties: [Property]) {
        let marks = heading.dropFirst(2).filter { $0.hasSuffix("+") || $0.hasPrefix("pkg:") || Era(mark: $0) != nil }
        self.init(
            path: heading[0], isSingleton: heading[1] == "singleton",
            commands: heading.dropFirst(2).filter { !marks.contains($0) }, properties: properties,
            package: marks.first { $0.hasPrefix("pkg:") }.map { String($0.dropFirst(4)) },
            since: marks.first { $0.hasSuffix("+") }.flatMap { RouterRelease($0.dropLast()) },
            before: marks.compactMap { Era(mark: $0) }.first ?? .any)
    }
}
