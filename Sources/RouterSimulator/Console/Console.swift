import Values

/// The router's console for one user: lines in, text out; silence is success (FACTS 3).
struct Console {
    /// Why a line has no result.
    enum Refusal: Error {
        case flaw(ConsoleScript.Flaw)
        case trap(RouterTrap)

        var text: String {
            switch self {
            case .flaw(let flaw): flaw.text
            case .trap(let trap): trap.kind == .policy ? RouterTrap.notEnough.message : trap.message
            }
        }
    }

    /// What a command has to say.
    enum Outcome {
        case nothing
        /// Printed as it is.
        case text(String)
        /// The result of a command in brackets; alone it prints nothing.
        case result(String)
    }

    let user: RouterUser

    /// Carries a line out, in the menu `base`; the statements before a mistake count.
    func run(_ line: String, on machine: inout RouterMachine, at now: Instant, from base: String = "") -> String {
        var output = ""
        do throws(Refusal) {
            for statement in try read(line) {
                guard case .text(let text) = try run(statement, &machine, now, from: base), !text.isEmpty
                else { continue }
                output += text + "\r\n"
            }
        } catch {
            output += error.text + "\r\n"
        }
        return output
    }

    private func read(_ line: String) throws(Refusal) -> [[ConsoleScript.Word]] {
        do throws(ConsoleScript.Flaw) {
            return try ConsoleScript(line).statements
        } catch {
            throw .flaw(error)
        }
    }

    /// The menu and the verb that a line names, for faults and counters; nil for what is no command.
    static func target(of line: String, in tree: MenuTree) -> (menu: String, verb: String)? {
        guard var words = (try? ConsoleScript(line))?.statements.first else { return nil }
        if case .text(":put", _) = words.first?.content, case .command(let inner) = words.dropFirst().first?.content {
            words = inner
        }
        return (try? ConsoleCommand(words, tree)).map { ($0.menu, $0.verb) }
    }

    private func run(
        _ words: [ConsoleScript.Word], _ machine: inout RouterMachine, _ now: Instant, from base: String = ""
    ) throws(Refusal) -> Outcome {
        if case .text(":put", _) = words.first?.content {
            guard words.count == 2 else {
                throw .flaw(ConsoleScript.Flaw(words: "expected end of command", column: words.last?.column ?? 1))
            }
            return .text(try text(words[1].content, &machine, now, from: base))
        }
        let command: ConsoleCommand
        do throws(ConsoleScript.Flaw) {
            command = try ConsoleCommand(words, machine.tree, from: base)
        } catch {
            throw .flaw(error)
        }
        return try run(command, &machine, now)
    }

    /// What a value stands for.
    private func text(
        _ content: ConsoleScript.Content, _ machine: inout RouterMachine, _ now: Instant, from base: String
    ) throws(Refusal) -> String {
        switch content {
        case .text(let text, _): return text
        case .pair(let name, let sign, let value): return name + sign + (try text(value, &machine, now, from: base))
        case .command(let words):
            switch try run(words, &machine, now, from: base) {
            case .nothing: return ""
            case .text(let text), .result(let text): return text
            }
        }
    }

    private func run(
        _ command: ConsoleCommand, _ machine: inout RouterMachine, _ now: Instant
    ) throws(Refusal) -> Outcome {
        switch command.verb {
        case "export": return .text(machine.export(command, for: user))
        case "print": return try print(command, &machine, now)
        case "find":
            let found = try records(command, &machine, now)
            return .result(found.compactMap { $0[".id"] }.joined(separator: ";"))
        case "get": return try get(command, &machine, now)
        default: return try write(command, &machine, now)
        }
    }

    private func perform(
        _ command: RouterCommand, _ machine: inout RouterMachine, _ now: Instant
    ) throws(Refusal) -> RouterReply {
        do throws(RouterTrap) {
            return try machine.perform(command, by: user, at: now)
        } catch {
            throw .trap(error)
        }
    }

    // MARK: Reading

    private func records(
        _ command: ConsoleCommand, _ machine: inout RouterMachine, _ now: Instant
    ) throws(Refusal) -> [Record] {
        let reply = try perform(RouterCommand(command.menu, "print"), &machine, now)
        guard case .records(let records) = reply else { return [] }
        var conditions: [(name: String, sign: String, value: String)] = []
        for condition in command.conditions {
            conditions.append(
                (condition.name, condition.sign, try text(condition.value, &machine, now, from: command.menu)))
        }
        return records.filter { record in conditions.allSatisfy { Self.holds($0, record) } }
    }

    private static func holds(_ condition: (name: String, sign: String, value: String), _ record: Record) -> Bool {
        let value = record[condition.name]
        let isOn = value.map { $0 != "" && $0 != "false" } ?? false
        switch condition.sign {
        case "": return isOn
        case "!": return !isOn
        case "!=": return !RouterQuery(["\(condition.name)=\(condition.value)"]).passes(record)
        case "<", ">": return RouterQuery(["\(condition.sign)\(condition.name)=\(condition.value)"]).passes(record)
        case "~": return value?.contains(condition.value) ?? false
        default:
            if condition.value.isEmpty { return value?.isEmpty ?? true }
            return RouterQuery(["\(condition.name)=\(condition.value)"]).passes(record)
        }
    }

    private func print(
        _ command: ConsoleCommand, _ machine: inout RouterMachine, _ now: Instant
    ) throws(Refusal) -> Outcome {
        let records = try records(command, &machine, now)
        if command.switches.contains("count-only") { return .text(String(records.count)) }
        guard let menu = machine.tree[command.menu] else { return .nothing }
        let pairs = { (record: Record) in
            menu.properties.compactMap { property -> (String, String)? in
                record[property.name].map { (property.name, ConsoleText.value($0, of: property)) }
            }
        }
        if command.switches.contains("as-value") {
            let lines = records.map { record in
                let id = record[".id"].map { [(".id", $0)] } ?? []
                return (id + pairs(record)).map { "\($0)=\($1)" }.joined(separator: ";")
            }
            return .result(lines.joined(separator: ";"))
        }
        if menu.isSingleton {
            let rows = pairs(records.first ?? [:])
            let width = rows.map(\.0.count).max() ?? 0
            let lines = rows.map { String(repeating: " ", count: width + 2 - $0.count) + "\($0): \($1)" }
            return .text(lines.joined(separator: "\r\n"))
        }
        let lines = records.enumerated().map { index, record in
            let flags = (record["disabled"] == "true" ? "X" : "") + (record["dynamic"] == "true" ? "D" : "")
            let words = pairs(record).filter { !["disabled", "dynamic"].contains($0.0) }
            return "\(index) \(flags.isEmpty ? " " : flags) " + words.map { "\($0)=\($1)" }.joined(separator: " ")
        }
        return .text(lines.joined(separator: "\r\n"))
    }

    private func get(
        _ command: ConsoleCommand, _ machine: inout RouterMachine, _ now: Instant
    ) throws(Refusal) -> Outcome {
        var positions = command.positions
        var reading = RouterCommand(command.menu, "get")
        if machine.tree[command.menu]?.isSingleton == false {
            guard !positions.isEmpty else { throw .trap(.noSuchItem) }
            reading.arguments[".id"] = try text(positions.removeFirst(), &machine, now, from: command.menu)
        }
        guard case .records(let records) = try perform(reading, &machine, now), let record = records.first else {
            return .nothing
        }
        guard let first = positions.first else {
            return .result(record.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";"))
        }
        let name = try text(first, &machine, now, from: command.menu)
        let property = machine.tree[command.menu]?.property(name, in: machine.version)
        guard property != nil || name == ".id" else { throw .trap(.noMatch("value-name")) }
        return .result(ConsoleText.value(record[name] ?? "", of: property))
    }

    // MARK: Writing

    private func write(
        _ command: ConsoleCommand, _ machine: inout RouterMachine, _ now: Instant
    ) throws(Refusal) -> Outcome {
        var plain = RouterCommand(command.menu, command.verb)
        for argument in command.arguments {
            plain.arguments[argument.name] = try text(argument.value, &machine, now, from: command.menu)
        }
        if let first = command.positions.first {
            plain.arguments["numbers"] = try text(first, &machine, now, from: command.menu).split(separator: ";")
                .joined(separator: ",")
            // `[find …]` that finds nothing changes nothing.
            if case .command = first, plain.arguments["numbers"] == "" { return .nothing }
        }
        do throws(RouterTrap) {
            let reply = try machine.perform(plain, by: user, at: now)
            if case .value(let value) = reply { return .result(value) }
            return .nothing
        } catch {
            let stranger = command.arguments.first { error == .unknown($0.name) }
            guard let stranger else { throw .trap(error) }
            throw .flaw(ConsoleScript.Flaw(words: "expected end of command", column: stranger.column))
        }
    }
}
