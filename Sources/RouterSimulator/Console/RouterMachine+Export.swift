import Values

extension RouterMachine {
    /// The configuration as a script: what differs from a new row's values.
    ///
    /// Secrets show from version 7 on with `show-sensitive` only, before unless `hide-sensitive` (FACTS 10), and never
    /// to a user without the policy. Layout of the head: captured exports.
    func export(_ command: ConsoleCommand, for user: RouterUser) -> String {
        let isOpen =
            version >= RouterRelease(7, 0)
            ? command.switches.contains("show-sensitive") : !command.switches.contains("hide-sensitive")
        let showsSecrets = isOpen && user.policies.contains("sensitive")
        var lines = ["# \(clock.dateTime(at: now, version)) by RouterOS \(version)", "# software id = ", "#"]
        for path in tree.menus.keys.sorted() where path == command.menu || path.hasPrefix(command.menu + "/") {
            guard let menu = tree[path] else { continue }
            let rows = menu.isSingleton ? singleton(menu, showsSecrets) : rows(menu, showsSecrets)
            guard !rows.isEmpty else { continue }
            lines.append("/" + path.dropFirst().split(separator: "/").joined(separator: " "))
            lines += rows
        }
        return lines.joined(separator: "\r\n")
    }

    private func singleton(_ menu: Menu, _ showsSecrets: Bool) -> [String] {
        guard menu.takes("set") else { return [] }
        let words = words(menu, singletons[menu.path] ?? [:], showsSecrets)
        return words.isEmpty ? [] : ["set " + words.joined(separator: " ")]
    }

    private func rows(_ menu: Menu, _ showsSecrets: Bool) -> [String] {
        guard menu.takes("set") || menu.takes("add"), let table = tables[menu.path] else { return [] }
        let hasOneDefault = table.rows.values.count { $0["default"] == "true" } == 1
        return table.order.compactMap { id in
            guard let row = table[id], row["dynamic"] != "true", row["builtin"] != "true" else { return nil }
            let words = words(menu, row, showsSecrets)
            if row["default"] != "true" && menu.takes("add") { return "add " + words.joined(separator: " ") }
            let rest = words.filter { !$0.hasPrefix("name=") }
            guard !rest.isEmpty else { return nil }
            // Several built-in rows are told apart by their numbers.
            let isDefault = row["default"] == "true"
            let target = isDefault ? RowNumber.text(id) : ConsoleText.quoted(row["name"] ?? "")
            if isDefault, hasOneDefault { return "set [ find default=yes ] " + rest.joined(separator: " ") }
            return "set \(target) " + rest.joined(separator: " ")
        }
    }

    private func words(_ menu: Menu, _ row: [String: String], _ showsSecrets: Bool) -> [String] {
        menu.properties.compactMap { property in
            guard property.access == .readWrite, let value = row[property.name], value != property.fallback,
                showsSecrets || !property.isSecret
            else { return nil }
            let text = value == "true" ? "yes" : value == "false" ? "no" : value
            return "\(property.name)=\(ConsoleText.quoted(text))"
        }
    }
}
