/// What a REST request means: a menu, a command and perhaps one row.
///
/// Sources: FACTS 1.2 and 1.6.
struct RESTPath {
    let menu: String
    let verb: String
    /// The row that the path names.
    let row: String?

    /// Finds out what method and path mean.
    ///
    /// - Throws: The router's refusal of a path that means nothing.
    init(_ method: String, _ path: String, _ tree: MenuTree) throws(RouterTrap) {
        let parts = path.split(separator: "/").map { PercentText.unescape($0, plus: false) }
        let whole = "/" + parts.joined(separator: "/")
        let parent = "/" + parts.dropLast().joined(separator: "/")
        let last = parts.last ?? ""
        switch method {
        case "POST":
            if last == "listen", tree[parent] != nil {
                self.init(menu: parent, verb: last)
                return
            }
            if RouterMachine.rootCommands.contains(whole) {
                self.init(menu: parts.count == 1 ? "" : parent, verb: last)
                return
            }
            guard tree[whole] == nil, let menu = tree[parent], Self.knows(last, menu) else {
                throw Self.unknown(whole, parent, tree)
            }
            self.init(menu: parent, verb: last)
        case "GET":
            if tree[whole] != nil {
                self.init(menu: whole, verb: "print")
                return
            }
            if Self.absent.contains(last) { throw .noSuchDirectory(last) }
            guard let menu = tree[parent], !menu.isSingleton, last.hasPrefix("*") || !Self.knows(last, menu) else {
                throw Self.unknown(whole, parent, tree)
            }
            self.init(menu: parent, verb: "get", row: last)
        case "PUT":
            guard tree[whole] != nil else { throw Self.unknown(whole, parent, tree) }
            self.init(menu: whole, verb: "add")
        default:
            if tree[whole] != nil { throw .badIdentifier }
            guard let menu = tree[parent], !menu.isSingleton else { throw Self.unknown(whole, parent, tree) }
            self.init(menu: parent, verb: method == "DELETE" ? "remove" : "set", row: last)
        }
    }

    private init(menu: String, verb: String, row: String? = nil) {
        self.menu = menu
        self.verb = verb
        self.row = row
    }

    /// Menus of packages and boards that this router is not; they stand beside rows and are no names.
    private static let absent: Set<String> = ["wireless", "wifi", "wifiwave2", "w60g", "lte", "caps-man"]

    private static let readings: Set<String> = ["print", "getall", "get", "find", "comment"]

    private static func knows(_ verb: String, _ menu: Menu) -> Bool {
        if menu.isSingleton, verb == "print" { return true }
        return menu.takes(verb) || readings.contains(verb)
    }

    private static func unknown(_ whole: String, _ parent: String, _ tree: MenuTree) -> RouterTrap {
        if tree.directories.contains(whole) || tree[parent] != nil { return .noSuchCommand }
        var known = ""
        for part in whole.split(separator: "/") {
            known += "/" + part
            if !tree.directories.contains(known) { return .noSuchDirectory(String(part)) }
        }
        return .noSuchCommand
    }
}
