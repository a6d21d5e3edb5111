/// A menu of the router: its commands and its properties.
struct Menu: Sendable {
    let path: String
    /// Whether it holds one record instead of rows.
    let isSingleton: Bool
    let commands: [String]
    let properties: [Property]
    private let positions: [String: Int]

    private init(path: String, isSingleton: Bool, commands: [String], properties: [Property]) {
        self.path = path
        self.isSingleton = isSingleton
        self.commands = commands
        self.properties = properties
        positions = Dictionary(
            properties.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { _, last in last })
    }

    /// The property of that name, in a release that has it.
    func property(_ name: String, in version: RouterRelease) -> Property? {
        guard let position = positions[name] else { return nil }
        let property = properties[position]
        return property.exists(in: version) ? property : nil
    }

    func takes(_ command: String) -> Bool { commands.contains(command) }

    /// Every menu that the simulator serves, by path.
    ///
    /// Source of the tables: RouterOS command trees 7.9 to 7.24 as gathered in `schema.json`, with the shown-or-absent
    /// rules of the captured records.
    static let all: [String: Menu] = Dictionary(
        [hotspotTable, systemTable, networkTable, accessTable, firewallTable, linkTable]
            .flatMap(read).map { ($0.path, $0) },
        uniquingKeysWith: { _, last in last })

    /// The first words below a path: `/ip` has `hotspot`, `pool`….
    static let directories: Set<String> = Set(
        all.keys.flatMap { path in
            let parts = path.split(separator: "/")
            return (1...parts.count).map { "/" + parts.prefix($0).joined(separator: "/") }
        })

    /// Reads tables: a line `/path table|singleton commands…`, then a line a property; `ro a b` names several
    /// that the router alone writes.
    static func read(_ text: String) -> [Menu] {
        var menus: [Menu] = []
        var heading: [String] = []
        var properties: [Property] = []
        func finish() {
            guard heading.count >= 2 else { return }
            menus.append(
                Menu(
                    path: heading[0], isSingleton: heading[1] == "singleton", commands: Array(heading.dropFirst(2)),
                    properties: properties))
        }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("/") {
                finish()
                (heading, properties) = (words, [])
            } else if words.first == "ro" {
                properties += words.dropFirst().map { Property(readOnly: $0) }
            } else if let property = Property(line: line) {
                properties.append(property)
            } else {
                preconditionFailure("A line of a menu table cannot be read: \(line)")
            }
        }
        finish()
        return menus
    }
}
