import Values

/// `print` in its layouts.
extension ConsoleRun {
    /// Which properties a layout shows.
    enum Part { case all, settings, counters }

    /// Counters, which `print stats` shows and the other layouts do not (FACTS 3).
    static let counters: Set<String> = [
        "bytes", "packets", "bytes-in", "bytes-out", "packets-in", "packets-out", "rx-byte", "tx-byte", "rx-packet",
        "tx-packet", "rx-drop", "tx-drop", "rx-error", "tx-error", "rx-bytes", "rate", "packet-rate", "dropped",
        "total-bytes", "total-packets", "queued-bytes", "queued-packets", "total-rate", "hits", "cache-hits",
    ]

    mutating func printRows(_ statement: ConsoleStatement, _ path: String) throws(Stop) -> ConsoleValue {
        guard let menu = menu(path) else { return .nothing }
        var rows = try rows(of: path, statement)
        if let node = statement.argument("from") ?? statement.positional.first {
            let wanted = Set(try value(of: node).items.map(\.value.text))
            rows = rows.filter { wanted.contains($0[".id"] ?? "") || wanted.contains($0["name"] ?? "") }
        }
        if statement.words.contains("count-only") {
            print(String(rows.count))
            return .number(Int64(rows.count))
        }
        let part = statement.words.contains("stats") ? Part.counters : .settings
        if statement.words.contains("as-value") {
            let wanted = try statement.argument("proplist").map { node throws(Stop) in
                Set(try value(of: node).text.split(separator: ",").map(String.init)).union([".id"])
            }
            let pairs = rows.flatMap { Self.pairs($0, menu, part) }
            return .array(wanted.map { wanted in pairs.filter { wanted.contains($0.key ?? "") } } ?? pairs)
        }
        if menu.isSingleton {
            for row in rows { printSingle(row, menu) }
        } else {
            printTable(rows, menu, part, statement.words)
        }
        return .nothing
    }

    /// Keys and values as `as-value` gives them: the id first, then in the order of the menu.
    static func pairs(_ record: Record, _ menu: Menu, _ part: Part) -> [ConsoleValue.Item] {
        var items: [ConsoleValue.Item] = []
        if let id = record[".id"] { items.append(ConsoleValue.Item(key: ".id", value: .text(id))) }
        for property in menu.properties where property.access != .writeOnly {
            let isCounter = counters.contains(property.name)
            let isShown =
                switch part {
                case .all: true
                case .settings: menu.isSingleton || !isCounter
                case .counters: isCounter || ["name", "uptime", "user"].contains(property.name)
                }
            guard isShown, let value = record[property.name] ?? (property.name == "comment" ? "" : nil) else {
                continue
            }
            let shown: ConsoleValue =
                switch property.kind {
                case .flags, .policy: .list(value.split(separator: ",").map(String.init))
                default: .text(ConsoleText.printed(value, of: property))
                }
            items.append(ConsoleValue.Item(key: property.name, value: shown))
        }
        return items
    }

    // MARK: Layouts for people

    private mutating func printSingle(_ record: Record, _ menu: Menu) {
        let pairs = Self.pairs(record, menu, .all)
        let width = pairs.map { ($0.key ?? "").count }.max() ?? 0
        for pair in pairs {
            let name = pair.key ?? ""
            print(String(repeating: " ", count: width - name.count + 2) + "\(name): \(Self.listed(pair.value))")
        }
    }

    private mutating func printTable(_ rows: [Record], _ menu: Menu, _ part: Part, _ words: Set<String>) {
        if !words.contains("terse"), rows.contains(where: { !Self.flags($0).isEmpty }) {
            print("Flags: X - disabled, I - invalid, D - dynamic")
        }
        for (number, row) in rows.enumerated() {
            let flags = Self.flags(row)
            let head = " \(number) \(flags)" + String(repeating: " ", count: max(0, 3 - flags.count))
            let pairs = Self.pairs(row, menu, part).filter { pair in
                ![".id", "disabled", "invalid", "dynamic"].contains(pair.key ?? "")
                    && (pair.key != "comment" || !pair.value.text.isEmpty)
            }
            if words.contains("terse") {
                print(head + pairs.map { "\($0.key ?? "")=\(Self.listed($0.value))" }.joined(separator: " "))
            } else {
                let comment = pairs.first { $0.key == "comment" }.map { ";;; \($0.value.text)\r\n      " } ?? ""
                let fields = pairs.filter { $0.key != "comment" }.map { pair in
                    let text = Self.listed(pair.value)
                    let isBare = ConsoleText.exported(text) == text && pair.key != "name"
                    return "\(pair.key ?? "")=\(isBare ? text : ConsoleText.quoted(text))"
                }
                print(head + comment + fields.joined(separator: " "))
            }
        }
    }

    /// People read lists with commas.
    private static func listed(_ value: ConsoleValue) -> String {
        value.items.map(\.value.text).joined(separator: ",")
    }

    private static func flags(_ row: Record) -> String {
        [("disabled", "X"), ("invalid", "I"), ("dynamic", "D")].filter { row[$0.0] == "true" }.map(\.1).joined()
    }
}
