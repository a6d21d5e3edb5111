import Values

/// Commands of menus: everything goes through `RouterMachine.perform`.
extension ConsoleRun {
    mutating func command(
        _ statement: ConsoleStatement, _ menu: String, _ verb: String
    ) throws(Stop) -> ConsoleValue {
        switch "\(menu)/\(verb)" {
        case "/quit": throw .returned(.nothing)
        case "/import": return try importFile(statement)
        case "/tool/fetch": return try fetch(statement)
        case "/system/script/run": return try runScript(statement)
        case "/execute": return try runText(statement)
        case "/system/backup/save":
            print(try change(statement, menu, verb).text)
            return .nothing
        default: break
        }
        switch verb {
        case "print": return try printRows(statement, menu)
        case "find":
            if let found = try search(menu, statement) { return .list(found.map { RowNumber.text($0) }) }
            return .list(try rows(of: menu, statement).compactMap { $0[".id"] })
        case "get": return try get(statement, menu)
        case "export": return try export(statement, menu)
        default: return try change(statement, menu, verb)
        }
    }

    /// Asks the machine; a refusal ends the script unless `on-error` takes it.
    mutating func ask(_ command: RouterCommand) throws(Stop) -> RouterReply {
        let user = console.user
        let outcome = console.router.with { machine, now -> Result<RouterReply, RouterTrap> in
            do throws(RouterTrap) {
                return .success(try machine.perform(command, by: user, at: now))
            } catch {
                return .failure(error)
            }
        }
        do throws(RouterTrap) {
            return try outcome.get()
        } catch {
            throw .failed(Self.words(error))
        }
    }

    /// The console's words for a refusal: it names missing arguments in its own way.
    private static func words(_ trap: RouterTrap) -> String {
        guard trap.message.hasPrefix("missing ="), trap.message.hasSuffix("=") else { return trap.message }
        return "missing value(s) of argument(s) \(trap.message.dropFirst(9).dropLast())"
    }

    func menu(_ path: String) -> Menu? { console.router.with { machine, _ in machine.tree[path] } }

    // MARK: Writing

    private mutating func change(
        _ statement: ConsoleStatement, _ path: String, _ verb: String
    ) throws(Stop) -> ConsoleValue {
        var command = RouterCommand(path, verb)
        for (name, node) in statement.arguments {
            command.arguments[name] = try written(try value(of: node))
        }
        for word in statement.words { command.arguments[word] = "" }
        let isTable = menu(path)?.isSingleton == false
        if let node = statement.positional.first, isTable || verb == "ping" {
            let given = try value(of: node)
            // No row at all is no error: `remove [find name=x]`.
            if given.items.isEmpty { return .nothing }
            command.arguments[verb == "ping" ? "address" : "numbers"] = try numbers(given, in: path)
        }
        if statement.positional.count > 1 {
            command.arguments[verb == "move" ? "destination" : "value-name"] =
                try value(of: statement.positional[1]).text
        }
        if isTable, ["set", "remove", "enable", "disable", "move", "unset"].contains(verb),
            command.arguments["numbers"] == nil
        {
            throw .failed("missing value(s) of argument(s) numbers")
        }
        switch try ask(command) {
        case .value(let text): return .text(text)
        case .nothing: return .nothing
        case .records(let records): return .array(records.flatMap { Self.items($0) })
        }
    }

    /// What the machine takes: lists joined by commas, truth as words.
    private func written(_ value: ConsoleValue) throws(Stop) -> String {
        switch value {
        case .array(let items): items.map(\.value.text).joined(separator: ",")
        case .time(let span): RouterDuration.text(span)
        default: value.text
        }
    }

    /// Rows as ids or names; plain numbers count rows from 0, in the order of `print`.
    private mutating func numbers(_ value: ConsoleValue, in path: String) throws(Stop) -> String {
        var words: [String] = []
        for item in value.items {
            let text = item.value.text
            for word in text.split(separator: ",").map(String.init) {
                guard let number = Int(word), number >= 0 else {
                    words.append(word)
                    continue
                }
                let rows = try records(of: path)
                guard number < rows.count, let id = rows[number][".id"] else { throw .failed("no such item") }
                words.append(id)
            }
        }
        guard !words.isEmpty else { throw .failed("expected item id") }
        return words.joined(separator: ",")
    }

    static func items(_ record: Record) -> [ConsoleValue.Item] {
        record.sorted { $0.key < $1.key }.map { ConsoleValue.Item(key: $0.key, value: .text($0.value)) }
    }

    // MARK: Reading

    mutating func records(of path: String) throws(Stop) -> [Record] {
        guard case .records(let records) = try ask(RouterCommand(path, "print")) else { return [] }
        return records
    }

    /// The rows for which the conditions of a statement hold.
    mutating func rows(of path: String, _ statement: ConsoleStatement) throws(Stop) -> [Record] {
        let all = try records(of: path)
        guard !statement.conditions.isEmpty, let menu = menu(path) else { return all }
        let properties = Dictionary(menu.properties.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [Record] = []
        for record in all {
            let row = { (name: String) -> ConsoleValue? in
                guard let text = record[name] else { return nil }
                return properties[name].map { ConsoleText.typed(text, of: $0) } ?? .text(text)
            }
            var isFound = true
            for condition in statement.conditions where isFound { isFound = try holds(condition, for: row) }
            if isFound { found.append(record) }
        }
        return found
    }

    /// `get`: one value by `value-name`, else all of the row.
    private mutating func get(_ statement: ConsoleStatement, _ path: String) throws(Stop) -> ConsoleValue {
        guard let menu = menu(path) else { return .nothing }
        var command = RouterCommand(path, "get")
        var given: [ConsoleValue] = []
        for node in statement.positional { given.append(try value(of: node)) }
        if let node = statement.argument("number") { given.insert(try value(of: node), at: 0) }
        if !menu.isSingleton {
            guard !given.isEmpty, given[0] != .nothing else { throw .failed("no such item") }
            guard !given[0].items.isEmpty else { throw .failed("no such item") }
            if given.count == 2, let id = given[0].rowNumber, let found = valueAlone(of: menu, id, given[1].text) {
                return found
            }
            command.arguments["numbers"] = try numbers(given.removeFirst(), in: path)
        }
        var name = given.first?.text
        if let node = statement.argument("value-name") { name = try value(of: node).text }
        guard case .records(let records) = try ask(command), let record = records.first else {
            throw .failed("no such item")
        }
        guard let name else { return .array(Self.pairs(record, menu, .all)) }
        let property = menu.property(name)
        guard name == ".id" || property.map({ $0.access != .writeOnly }) ?? false else {
            throw .failed("input does not match any value of value-name")
        }
        guard let text = record[name] else { return .nothing }
        // Version 6 gives scripts the zone as a number of seconds, which knows no sign.
        if path == "/system/clock", name == "gmt-offset",
            let ahead = console.router.with({ machine, _ in machine.unsignedZone })
        {
            return .number(ahead)
        }
        return property.map { ConsoleText.typed(text, of: $0) } ?? .text(text)
    }
}
