/// One statement of the console, understood: menu, verb, arguments, switches, conditions.
struct ConsoleCommand {
    /// `name=value` with its place.
    struct Argument {
        let name: String
        let sign: String
        let value: ConsoleScript.Content
        let column: Int
    }

    let menu: String
    let verb: String
    private(set) var arguments: [Argument] = []
    /// Words without a name: rows, or a value's name.
    private(set) var positions: [ConsoleScript.Content] = []
    /// `detail`, `as-value`, `terse`….
    private(set) var switches: Set<String> = []
    /// What stands behind `where`; all must hold.
    private(set) var conditions: [Argument] = []

    private static let layouts: Set<String> = [
        "detail", "as-value", "terse", "stats", "brief", "without-paging", "count-only", "value-list", "compact",
        "verbose", "hide-sensitive", "show-sensitive",
    ]

    /// Finds menu and verb in `/ip hotspot user print` as well as in `/ip/hotspot/user/print`.
    ///
    /// Without the first slash the path begins at `base`: the menu of the command around the brackets.
    init(_ words: [ConsoleScript.Word], _ tree: MenuTree, from base: String = "") throws(ConsoleScript.Flaw) {
        var (path, verb) = (base, "")
        var rest = words[...]
        if case .text(let text, false) = words.first?.content, text.hasPrefix("/") { path = "" }
        while verb.isEmpty, let word = rest.popFirst() {
            guard case .text(let text, false) = word.content else {
                throw ConsoleScript.Flaw(words: "expected command name", column: word.column)
            }
            for part in text.split(separator: "/") {
                guard verb.isEmpty else {
                    throw ConsoleScript.Flaw(words: "expected end of command", column: word.column)
                }
                if tree.directories.contains("\(path)/\(part)") { path += "/\(part)" } else { verb = String(part) }
                guard verb.isEmpty || Self.knows(verb, path, tree) else {
                    throw ConsoleScript.Flaw(words: "bad command name \(part)", column: word.column)
                }
            }
        }
        menu = path
        self.verb = verb
        guard !verb.isEmpty else {
            throw ConsoleScript.Flaw(words: "expected command name", column: words.last?.column ?? 1)
        }
        try readRest(rest)
    }

    private static func knows(_ verb: String, _ path: String, _ tree: MenuTree) -> Bool {
        if verb == "export" || RouterMachine.rootCommands.contains("\(path)/\(verb)") { return true }
        guard let menu = tree[path] else { return false }
        return ["print", "get", "comment"].contains(verb) || menu.takes(verb) || (verb == "find" && !menu.isSingleton)
    }

    private mutating func readRest(_ words: ArraySlice<ConsoleScript.Word>) throws(ConsoleScript.Flaw) {
        var isCondition = verb == "find"
        for word in words {
            switch word.content {
            case .text("where", false): isCondition = true
            case .text("and", false) where isCondition, .text("&&", false) where isCondition: continue
            case .text(let text, false) where isCondition:
                conditions.append(Argument(name: text, sign: "", value: word.content, column: word.column))
            case .text(let text, false) where Self.layouts.contains(text): switches.insert(text)
            case .pair(let name, let sign, let value):
                let argument = Argument(name: name, sign: sign, value: value, column: word.column)
                if isCondition {
                    conditions.append(argument)
                } else if sign == "=" {
                    arguments.append(argument)
                } else {
                    throw ConsoleScript.Flaw(words: "expected end of command", column: word.column)
                }
            default: positions.append(word.content)
            }
        }
    }
}
