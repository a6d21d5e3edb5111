import Values

/// `export`: the settings as commands that make them again.
extension ConsoleRun {
    mutating func export(_ statement: ConsoleStatement, _ path: String) throws(Stop) -> ConsoleValue {
        // Version 7 hides secrets unless asked, version 6 shows them unless asked not to (FACTS 10).
        let (version, head, menus) = console.router.with { machine, now in
            (machine.version, machine.clock.dateTime(at: now, machine.version), machine.tree.menus)
        }
        let shows =
            version >= RouterRelease(7, 0)
            ? statement.words.contains("show-sensitive") : !statement.words.contains("hide-sensitive")
        let isVerbose = statement.words.contains("verbose")
        var lines = ["# \(head) by RouterOS \(version)", "#"]
        for menu in menus.values.sorted(by: { $0.path < $1.path })
        where path.isEmpty || menu.path == path || menu.path.hasPrefix(path + "/") {
            let commands = try commands(of: menu, version, shows: shows, isVerbose: isVerbose)
            guard !commands.isEmpty else { continue }
            lines.append("/" + menu.path.dropFirst().replacing("/", with: " "))
            lines += commands
        }
        guard let node = statement.argument("file") else {
            for line in lines { print(line) }
            return .nothing
        }
        let name = try value(of: node).text + ".rsc"
        let text = lines.joined(separator: "\r\n") + "\r\n"
        console.router.with { machine, _ in machine.store(Array(text.utf8), as: name) }
        return .nothing
    }

    private mutating func commands(
        of menu: Menu, _ version: RouterRelease, shows: Bool, isVerbose: Bool
    ) throws(Stop) -> [String] {
        guard menu.takes("set") || menu.takes("add"), !["/file", "/user", "/certificate"].contains(menu.path) else {
            return []
        }
        var commands: [String] = []
        for record in try records(of: menu.path) where record["dynamic"] != "true" {
            let fields = menu.properties.compactMap { property -> String? in
                guard property.access == .readWrite, let value = record[property.name],
                    isVerbose || value != property.fallback || property.isRequired, shows || !property.isSecret
                else { return nil }
                return "\(property.name)=\(Self.exported(value, property))"
            }
            guard !fields.isEmpty else { continue }
            if menu.isSingleton {
                commands.append("set " + fields.joined(separator: " "))
            } else if record["default"] == "true" || !menu.takes("add") {
                let name = record["name"].map { "name=\(ConsoleText.exported($0))" } ?? "default=yes"
                commands.append("set [ find \(name) ] " + fields.joined(separator: " "))
            } else {
                commands.append("add " + fields.joined(separator: " "))
            }
        }
        return commands
    }

    private static func exported(_ value: String, _ property: Property) -> String {
        if case .boolean = property.kind { return value == "true" ? "yes" : "no" }
        return ConsoleText.exported(value)
    }
}
