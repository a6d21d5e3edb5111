/// Which commands there are and what they take.
enum ConsoleGrammar {
    /// What a command of a menu takes.
    struct Arguments {
        /// Nil takes any name: the command itself looks at them.
        let names: Set<String>?
        var words: Set<String> = []
        /// How many values without a name.
        var positional = 0

        func accepts(_ name: String) -> Bool { names.map { $0.contains(name) } ?? true }
    }

    /// What a command of the language takes.
    struct Form {
        var positional = 0
        var named: Set<String> = []
        var blocks: Set<String> = []
        var beginsWithNames = false

        init(_ positional: Int, _ named: Set<String> = [], blocks: Set<String> = [], beginsWithNames: Bool = false) {
            self.positional = positional
            self.named = named.union(blocks)
            self.blocks = blocks
            self.beginsWithNames = beginsWithNames
        }
    }

    // swift-format-ignore
    static let globals: [String: Form] = [
        "put":     Form(1),
        "local":   Form(2, beginsWithNames: true),
        "global":  Form(2, beginsWithNames: true),
        "set":     Form(2, beginsWithNames: true),
        "if":      Form(1, ["condition"], blocks: ["do", "else"]),
        "foreach": Form(1, ["in"], blocks: ["do"], beginsWithNames: true),
        "for":     Form(1, ["from", "to", "step"], blocks: ["do"], beginsWithNames: true),
        "while":   Form(1, blocks: ["do"]),
        "do":      Form(0, ["while"], blocks: ["on-error"]),
        "len":     Form(1),
        "tostr":   Form(1),
        "tonum":   Form(1),
        "totime":  Form(1),
        "toarray": Form(1),
        "typeof":  Form(1),
        "parse":   Form(1),
        "pick":    Form(3),
        "find":    Form(3),
        "error":   Form(1, ["message"]),
        "log":     Form(2, ["message"], beginsWithNames: true),
        "delay":   Form(1, ["delay-time"]),
        "return":  Form(1),
        "nothing": Form(0),
        "time":    Form(0, blocks: ["command"]),
    ]

    /// Properties whose braces hold a script.
    static let sources: Set<String> = [
        "source", "on-event", "on-login", "on-logout", "on-up", "on-down", "lease-script", "script",
    ]

    /// Commands that stand in no menu.
    static let roots: [String: Arguments] = [
        "/export": export, "/import": Arguments(names: ["file-name", "verbose"], positional: 1),
        "/system/backup/save": Arguments(names: ["name", "password", "dont-encrypt", "encryption"]),
        "/system/backup/load": Arguments(names: ["name", "password"]),
        "/tool/fetch": Arguments(names: fetchNames, words: ["as-value"]), "/system/reboot": Arguments(names: []),
        "/ping": Arguments(names: nil, words: ["as-value"], positional: 1),
        "/tool/ping": Arguments(names: nil, words: ["as-value"], positional: 1),
        "/execute": Arguments(names: ["script", "file"], positional: 1),
        "/log": Arguments(names: []), "/quit": Arguments(names: []),
    ]

    /// Beginnings of paths in which only such commands stand.
    static let places: Set<String> = ["/tool", "/system/backup"]

    private static let export = Arguments(
        names: ["file"], words: ["verbose", "compact", "terse", "hide-sensitive", "show-sensitive"])

    private static let fetchNames: Set<String> = [
        "url", "mode", "http-method", "http-data", "http-header-field", "http-content-encoding", "output", "dst-path",
        "src-path", "user", "password", "check-certificate", "keep-result", "upload", "address", "port", "host",
        "duration", "idle-timeout", "as-value",
    ]

    private static let printWords: Set<String> = [
        "detail", "stats", "brief", "as-value", "terse", "count-only", "without-paging", "value-list", "show-ids",
        "follow-only", "once",
    ]

    static func knows(_ verb: String, in place: String, of tree: MenuTree) -> Bool {
        if roots["\(place)/\(verb)"] != nil || verb == "export" { return true }
        guard let menu = tree[place] else { return false }
        return ["print", "get"].contains(verb) || verb == "find" && !menu.isSingleton || menu.takes(verb)
    }

    /// What a command takes; names that the release does not have are strangers.
    static func arguments(
        of verb: String, in place: String, _ tree: MenuTree, _ version: RouterRelease
    ) -> Arguments {
        if let root = roots["\(place)/\(verb)"] { return root }
        if verb == "export" { return export }
        let menu = tree[place]
        let writable = Set(
            (menu?.properties ?? []).filter { $0.exists(in: version) && $0.access != .readOnly }.map(\.name))
        switch verb {
        case "print":
            return Arguments(names: ["file", "from", "interval", "proplist"], words: printWords, positional: 1)
        case "get": return Arguments(names: ["number", "value-name"], positional: 2)
        case "find": return Arguments(names: [])
        case "add": return Arguments(names: writable.union(["place-before", "copy-from"]))
        case "set": return Arguments(names: writable.union(["numbers"]), positional: menu?.isSingleton == true ? 0 : 1)
        case "sign": return Arguments(names: ["number", "name", "ca", "ca-crl-host"], positional: 1)
        case "remove", "enable", "disable", "reset-counters": return Arguments(names: ["numbers"], positional: 1)
        case "move": return Arguments(names: ["numbers", "destination"], positional: 2)
        case "unset": return Arguments(names: ["numbers", "value-name"], positional: 2)
        default: return Arguments(names: nil, words: ["as-value", "once"], positional: 1)
        }
    }
}
