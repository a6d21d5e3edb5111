import Values

/// An export of RouterOS, taken apart: the lines before the first menu, then the commands of each menu.
///
/// Source of the form: captures of 6.42 to 7.24; a command is broken by a backslash at the end of a line, and the blanks
/// before the rest of it mean nothing.
package struct ExportText: Hashable, Sendable {
    /// A menu with its commands, each on one line.
    package struct Section: Hashable, Sendable {
        /// `/ip hotspot user`.
        package let path: String
        package var commands: [String]
    }

    /// The text as it is kept: lines ended by a line feed, as the router broke them.
    package let text: String
    /// The comments at the beginning, without `#`: date and version, software id, model, serial number.
    package let head: [String]
    package let sections: [Section]

    /// Takes the text of an export, whatever ends its lines; nil for what does not begin as one or was cut short.
    package init?(_ raw: String) {
        text = raw.replacing("\r\n", with: "\n")
        guard text.hasPrefix("# "), text.hasSuffix("\n"), !text.hasSuffix("\\\n") else { return nil }
        var head: [String] = []
        var sections: [Section] = []
        var places: [String: Int] = [:]
        var current: Int?
        for line in Self.joined(text) where !line.isEmpty {
            if line.hasPrefix("#") {
                if current == nil { head.append(String(line.dropFirst().drop { $0 == " " })) }
            } else if line.hasPrefix("/") {
                current = places[line] ?? sections.count
                places[line] = current
                if current == sections.count { sections.append(Section(path: line, commands: [])) }
            } else if let current {
                sections[current].commands.append(line)
            } else {
                return nil
            }
        }
        self.head = head
        self.sections = sections
    }

    /// The commands with their broken lines put together.
    private static func joined(_ text: String) -> [String] {
        var lines: [String] = []
        var open: String?
        for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = raw
            if open != nil {
                line = line.drop { $0 == " " }
                // How a blank is written where a line begins.
                if line.hasPrefix("\\_") { open?.append(" ") }
                if line.hasPrefix("\\_") { line = line.dropFirst(2) }
            }
            let whole = (open ?? "") + line
            let backslashes = whole.utf8.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
            if backslashes % 2 == 1, !whole.hasPrefix("#") {
                open = String(whole.dropLast())
            } else {
                lines.append(whole)
                open = nil
            }
        }
        return lines
    }

    /// What two exports of the same settings have in common: everything but the line with the date.
    var settings: [UInt8] {
        var lines = head.drop { $0.contains(" by RouterOS ") }.map { "# " + $0 }
        for section in sections { lines += [section.path] + section.commands }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// The value of a line of the head: `serial number`.
    package func fact(_ name: String) -> String? {
        head.first { $0.hasPrefix(name + " = ") }.map { String($0.dropFirst(name.count + 3)) }
    }

    /// Menus that the router could not export in time, which it tells from 7.11 on; empty where it told everything.
    var omissions: [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("#error exporting") }.map {
            String($0.dropFirst(1).prefix(100))
        }
    }
}
