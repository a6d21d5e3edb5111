extension RouterMachine {
    /// Carries out a command that is not a reading.
    mutating func change(
        _ menu: Menu, _ command: RouterCommand, by user: RouterUser
    ) throws(RouterTrap) -> RouterReply {
        if let reply = try special(menu, command) { return reply }
        guard menu.takes(command.verb) || command.verb == "comment" else { throw refusal(menu, command) }
        switch command.verb {
        case "add": return .value(RowNumber.text(try add(menu, command)))
        case "set" where menu.isSingleton: try setSingleton(menu, command.arguments)
        case "set", "comment":
            var changes = command.arguments
            if menu.path == "/user", try rows(menu, command).contains(where: { isSelf($0, user) }) {
                changes["disabled"] = nil
            }
            for id in try rows(menu, command) { try set(menu, id, changes) }
        case "enable", "disable":
            try forbidStrangers(command, beside: [])
            for id in try rows(menu, command) where menu.path != "/user" || !isSelf(id, user) {
                try set(menu, id, ["disabled": command.verb == "disable" ? "true" : "false"])
            }
        case "remove":
            try forbidStrangers(command, beside: [])
            for id in try rows(menu, command) { try remove(menu, id) }
        case "unset": try unset(menu, command)
        case "move": try move(menu, command)
        case "reset-counters":
            try forbidStrangers(command, beside: [])
            _ = try rows(menu, command)
        case "reset-counters-all": try forbidStrangers(command, beside: [])
        default: throw .noSuchCommand
        }
        return .nothing
    }

    /// Why a menu does not take a command; one without `set` names the argument instead, as captured (FACTS 5.2).
    private func refusal(_ menu: Menu, _ command: RouterCommand) -> RouterTrap {
        let strangers = command.arguments.keys.sorted().filter { ![".id", "numbers"].contains($0) }
        if command.verb == "set", menu.path == "/ip/hotspot/active", let stranger = strangers.first {
            return .unknown(stranger)
        }
        return .lacks(command.verb)
    }

    /// The rows that `.id` or `numbers` name: ids or names, joined by commas.
    func rows(_ menu: Menu, _ command: RouterCommand) throws(RouterTrap) -> [UInt32] {
        guard let wanted = command.arguments[".id"] ?? command.arguments["numbers"] else { throw .missing(".id") }
        let table = tables[menu.path] ?? Table()
        var ids: [UInt32] = []
        // A name also fits the rows of open connections, which nobody may set; since 7.19.
        let open = menu.path == "/ip/service" ? dynamicRows(of: menu.path).compactMap { $0["name"] } : []
        if open.contains(wanted) { throw .failure("this is configured elsewhere") }
        for word in wanted.split(separator: ",").map(String.init) {
            if let id = RowNumber.read(word), table[id] != nil {
                ids.append(id)
            } else if let id = table.ids(named: word).first, menu.property("name", in: version) != nil {
                ids.append(id)
            } else {
                throw .noSuchItem
            }
        }
        guard !ids.isEmpty else { throw .noSuchItem }
        return ids
    }

    /// Refuses arguments that a command on rows does not take.
    func forbidStrangers(_ command: RouterCommand, beside known: Set<String>) throws(RouterTrap) {
        for name in command.arguments.keys.sorted() where ![".id", "numbers"].contains(name) && !known.contains(name) {
            throw .unknown(name)
        }
    }

    private func isSelf(_ id: UInt32, _ user: RouterUser) -> Bool { tables["/user"]?[id]?["name"] == user.name }

    private mutating func add(_ menu: Menu, _ command: RouterCommand) throws(RouterTrap) -> UInt32 {
        var arguments = command.arguments
        let place = arguments.removeValue(forKey: "place-before")
        var values = try checked(menu, arguments)
        for property in menu.properties where property.exists(in: version) && property.isRequired {
            guard !(values[property.name] ?? property.fallback).isEmpty else { throw .missing(property.name) }
        }
        complete(menu, &values)
        try refuseDuplicate(menu, values, besides: nil)
        let id = insert(menu, values, before: place.flatMap { RowNumber.read($0) })
        settle(menu, id, before: [:], after: values)
        return id
    }

    private mutating func set(_ menu: Menu, _ id: UInt32, _ arguments: [String: String]) throws(RouterTrap) {
        guard let old = tables[menu.path]?[id] else { throw .noSuchItem }
        var changes = try checked(menu, arguments)
        if menu.path == "/ip/hotspot/user/profile", changes["mac-cookie-timeout"] != nil {
            changes["add-mac-cookie"] = "true"
        }
        let new = old.merging(changes) { _, new in new }
        for property in menu.properties where property.isRequired && changes[property.name] == "" {
            throw .invalid(property.name)
        }
        try refuseDuplicate(menu, new, besides: id)
        tables[menu.path]?.update(id, new)
        settle(menu, id, before: old, after: new)
    }

    private mutating func setSingleton(_ menu: Menu, _ arguments: [String: String]) throws(RouterTrap) {
        let changes = try checked(menu, arguments)
        if menu.path == "/system/clock" { try setClock(changes) }
        singletons[menu.path, default: [:]].merge(changes) { _, new in new }
    }

    private mutating func remove(_ menu: Menu, _ id: UInt32) throws(RouterTrap) {
        guard let row = tables[menu.path]?[id] else { throw .noSuchItem }
        guard row["default"] != "true" else { throw .failure("default entry can not be removed") }
        tables[menu.path]?.remove(id)
        settle(menu, id, before: row, after: nil)
    }

    private mutating func unset(_ menu: Menu, _ command: RouterCommand) throws(RouterTrap) {
        try forbidStrangers(command, beside: ["value-name"])
        guard let name = command.arguments["value-name"] else { throw .missing("value-name") }
        for id in try rows(menu, command) { try set(menu, id, [name: ""]) }
    }

    private mutating func move(_ menu: Menu, _ command: RouterCommand) throws(RouterTrap) {
        try forbidStrangers(command, beside: ["destination"])
        let ids = try rows(menu, command)
        let target = command.arguments["destination"].flatMap { RowNumber.read($0) }
        for id in ids { tables[menu.path]?.move(id, before: target) }
    }

    /// The stored form of arguments; every key must be writable in this release, every reference must exist.
    private func checked(_ menu: Menu, _ arguments: [String: String]) throws(RouterTrap) -> [String: String] {
        var values: [String: String] = [:]
        for (key, value) in arguments.sorted(by: { $0.key < $1.key }) where key != ".id" && key != "numbers" {
            let name = key.hasPrefix("!") ? String(key.dropFirst()) : key
            guard let property = menu.property(name, in: version), property.access != .readOnly
            else { throw .unknown(name) }
            var stored = try property.canonical(key.hasPrefix("!") ? "" : value)
            if case .reference(let target, let words) = property.kind, !stored.isEmpty {
                stored = try resolve(stored, in: target, or: words, for: name)
            }
            values[name] = stored
        }
        return values
    }

    /// The full name of the row that is meant: by name, by number, or by the beginning of one name.
    private func resolve(
        _ value: String, in path: String, or words: [String], for name: String
    ) throws(RouterTrap) -> String {
        guard !words.contains(value), tree[path] != nil else { return value }
        let table = tables[path] ?? Table()
        if !table.ids(named: value).isEmpty { return value }
        if let id = RowNumber.read(value), let row = table[id] { return row["name"] ?? value }
        let matches = table.rows.values.compactMap { $0["name"] }.filter { $0.hasPrefix(value) }
        guard matches.count < 2 else { throw .ambiguous(name) }
        guard let match = matches.first else { throw .noMatch(name) }
        return match
    }
}
