import Values

/// `export`: the settings as commands that make them again.
extension RouterMachine {
    /// What an export is asked to tell.
    struct ExportOrder {
        /// The menu with all below it; empty for everything.
        var path = ""
        var showsSecrets = false
        var isVerbose = false
    }

    /// The text of an export, its lines ended by a line feed and broken at 80 columns.
    func export(_ order: ExportOrder) -> String {
        var lines = exportHead
        for menu in exportedMenus where order.path.isEmpty || "\(menu.path)/".hasPrefix(order.path + "/") {
            let commands = commands(of: menu, order)
            guard !commands.isEmpty else { continue }
            lines.append("/" + menu.path.dropFirst().replacing("/", with: " "))
            lines += commands.map(ConsoleText.broken)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// As real ones begin: captures of 6.42 to 7.15.
    private var exportHead: [String] {
        let head = ["# \(clock.dateTime(at: now, version)) by RouterOS \(version)", "# software id = LNGO-0SIM", "#"]
        guard settings.packages.contains("routerboard") else { return head }
        return head + ["# model = lango-routersim", "# serial number = SIM\(String(settings.seed % 1_000_000))"]
    }

    /// What an export leaves out: files, users, keys and certificates, and the list of all interfaces beside their own.
    private static let unexported: Set<String> = ["/file", "/user", "/user/ssh-keys", "/certificate", "/interface"]

    /// What tells the time and is no setting.
    private static let passing: [String: Set<String>] = ["/system/clock": ["date", "time", "gmt-offset"]]

    /// The menus in an order in which what a row names is there before it.
    private var exportedMenus: [Menu] {
        var ordered: [Menu] = []
        var seen: Set<String> = []
        func visit(_ menu: Menu) {
            guard seen.insert(menu.path).inserted else { return }
            for property in menu.properties {
                if case .reference(let target, _) = property.kind, let other = tree[target] { visit(other) }
            }
            ordered.append(menu)
        }
        for menu in tree.menus.values.sorted(by: { $0.path < $1.path }) { visit(menu) }
        return ordered.filter { ($0.takes("set") || $0.takes("add")) && !Self.unexported.contains($0.path) }
    }

    private func commands(of menu: Menu, _ order: ExportOrder) -> [String] {
        let passing = Self.passing[menu.path] ?? []
        var commands: [String] = []
        for record in records(of: menu, showingSecrets: true) where record["dynamic"] != "true" {
            let isNew = !menu.isSingleton && record["default"] != "true" && menu.takes("add")
            let fields = menu.properties.compactMap { property -> String? in
                guard property.access == .readWrite, let value = record[property.name],
                    order.isVerbose || value != property.fallback || isNew && property.isRequired,
                    order.showsSecrets || !property.isSecret, !passing.contains(property.name)
                else { return nil }
                return "\(property.name)=\(Self.exported(value, property))"
            }
            guard !fields.isEmpty || isNew else { continue }
            if menu.isSingleton {
                commands.append("set " + fields.joined(separator: " "))
            } else if isNew {
                commands.append((["add"] + fields).joined(separator: " "))
            } else {
                let name = record["name"].map { "name=\(ConsoleText.exported($0))" } ?? "default=yes"
                commands.append("set [ find \(name) ] " + fields.joined(separator: " "))
            }
        }
        return commands
    }

    private static func exported(_ value: String, _ property: Property) -> String {
        if case .boolean = property.kind { return value == "true" ? "yes" : "no" }
        return ConsoleText.exported(value)
    }

    /// `/export file=x` over REST and the binary API: no text comes back (FACTS 1.3).
    mutating func exportToFile(_ command: RouterCommand) throws(RouterTrap) {
        let known: Set<String> = ["file", "compact", "terse", "verbose", "hide-sensitive", "show-sensitive"]
        try forbidStrangers(command, beside: known)
        guard let name = command.arguments["file"] else { return }
        let words = Set(command.arguments.keys)
        let text = export(ExportOrder(showsSecrets: showsSecrets(words), isVerbose: words.contains("verbose")))
        try write(Array(text.replacing("\n", with: "\r\n").utf8), asFile: name + ".rsc")
    }

    /// Version 7 hides secrets unless asked, version 6 shows them unless asked not to (FACTS 10).
    func showsSecrets(_ words: Set<String>) -> Bool {
        version >= RouterRelease(7, 0) ? words.contains("show-sensitive") : !words.contains("hide-sensitive")
    }
}

extension ConsoleText {
    private static let width = 80

    /// A command broken as exports break it: a backslash at the end of a line, four blanks before the next.
    ///
    /// A blank that would come first on a line is written `\_`, since blanks there mean nothing.
    static func broken(_ command: String) -> String {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        let limit = { lines.isEmpty ? width - 2 : width - 6 }
        for piece in pieces(command) {
            if line.count + piece.count > limit() {
                lines.append(line)
                line = piece == [.blank] ? Array("\\_".utf8) : piece
            } else {
                line += piece
            }
        }
        lines.append(line)
        return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\\\n    ")
    }

    /// What must stay together: words outside of quotes with the blank before them, and inside each character or escape.
    private static func pieces(_ command: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var isQuoted = false
        var rest = Array(command.utf8)[...]
        while let byte = rest.first {
            var count = 1
            if isQuoted, byte == .backslash {
                let isHex = rest.dropFirst().prefix(2).count { (48...57).contains($0) || (65...70).contains($0) } == 2
                count = min(rest.count, isHex ? 3 : 2)
            } else if byte == .quote {
                isQuoted.toggle()
            } else if !isQuoted {
                let word = rest.dropFirst().prefix { $0 != .blank && $0 != .quote }
                count = 1 + word.count
            }
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
