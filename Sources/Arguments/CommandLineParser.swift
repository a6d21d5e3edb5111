/// Finds the command that was typed and reads its options.
package struct CommandLineParser: Sendable {
    private let program: String
    private let about: String
    private let commands: [Command]

    package init(program: String, about: String, commands: [Command]) {
        self.program = program
        self.about = about
        self.commands = commands
    }

    /// What a command line asks for.
    package enum Request: Sendable {
        case run(Command, Invocation)
        /// Help was asked for; to be printed to standard output.
        case help(String)
    }

    /// - Throws: `Misuse` with the nearest known name where one is close.
    package func parse(_ arguments: [String]) throws(Misuse) -> Request {
        guard let first = arguments.first, first != "help", first != "--help", first != "-h" else {
            return .help(overview(under: Array(arguments.dropFirst())))
        }
        if first == "--version", let version = command(of: ["version"]) {
            return .run(version, try invocation(of: version, []))
        }
        guard let command = command(of: arguments) else {
            if let help = groupHelp(arguments) { return .help(help) }
            throw unknownCommand(arguments)
        }
        let rest = Array(arguments.dropFirst(command.path.count))
        if rest.contains("--help") || rest.contains("-h") { return .help(help(for: command)) }
        return .run(command, try invocation(of: command, rest))
    }

    private func command(of arguments: [String]) -> Command? {
        commands.filter { arguments.starts(with: $0.path) }.max { $0.path.count < $1.path.count }
    }

    private func invocation(of command: Command, _ arguments: [String]) throws(Misuse) -> Invocation {
        var values: [String: String] = [:]
        var operands: [String] = []
        var index = 0
        var optionsEnded = false
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            guard argument.hasPrefix("--"), !optionsEnded else {
                operands.append(argument)
                continue
            }
            if argument == "--" {
                optionsEnded = true
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let option = try option(named: String(parts[0]), of: command)
            if option.placeholder == nil {
                guard parts.count == 1 else { throw Misuse("--\(option.name) takes no value") }
                values[option.name] = ""
            } else if parts.count == 2 {
                values[option.name] = String(parts[1])
            } else {
                guard index < arguments.count else {
                    throw Misuse("--\(option.name) needs a value: \(option.placeholder ?? "")")
                }
                values[option.name] = arguments[index]
                index += 1
            }
        }
        try check(command, values, operands)
        let names = command.operands.map { $0.filter { $0 != "[" && $0 != "]" } }
        let rest = command.takesMore ? Array(operands.dropFirst(names.count - 1)) : []
        return Invocation(values: values, operands: Dictionary(uniqueKeysWithValues: zip(names, operands)), rest: rest)
    }

    private func check(_ command: Command, _ values: [String: String], _ operands: [String]) throws(Misuse) {
        let needed = command.operands.count { !$0.hasPrefix("[") }
        guard operands.count >= needed, operands.count <= command.operands.count || command.takesMore else {
            throw Misuse("usage: \(usage(of: command))")
        }
        if let missing = command.options.first(where: { $0.isRequired && values[$0.name] == nil }) {
            throw Misuse("--\(missing.name) \(missing.placeholder ?? "") is needed: \(missing.summary)")
        }
    }

    private func option(named name: String, of command: Command) throws(Misuse) -> Command.Option {
        if let option = command.options.first(where: { $0.name == name }) { return option }
        let near = Self.nearest(name, among: command.options.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
        throw Misuse("--\(name) is not an option of \(program) \(command.path.joined(separator: " "))\(near)")
    }

    private func unknownCommand(_ arguments: [String]) -> Misuse {
        let words = arguments.prefix { !$0.hasPrefix("-") }.prefix(2)
        let typed = words.isEmpty ? arguments[0] : words.joined(separator: " ")
        let group = commands.filter { $0.path.first == words.first }
        if !group.isEmpty {
            let names = group.map { $0.path.joined(separator: " ") }.joined(separator: ", ")
            return Misuse("'\(typed)' is not a command; there are: \(names)")
        }
        let near = Self.nearest(typed, among: commands.map { $0.path.joined(separator: " ") })
        return Misuse("'\(typed)' is not a command" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }

    // MARK: Help

    private func overview(under words: [String]) -> String {
        let shown = commands.filter { $0.path.starts(with: words) }
        guard !words.isEmpty, !shown.isEmpty else {
            return "\(about)\n\n\(Self.table(commands.map { ($0.path.joined(separator: " "), $0.summary) }))\n"
                + "\n\(program) COMMAND --help tells more of each.\n"
        }
        return shown.map(help).joined(separator: "\n")
    }

    /// What a first word such as `vouchers` stands for, where help is asked for with nothing behind it.
    private func groupHelp(_ arguments: [String]) -> String? {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        let group = commands.filter { $0.path.starts(with: words) }
        guard arguments.contains("--help") || arguments.contains("-h"), !words.isEmpty, !group.isEmpty else {
            return nil
        }
        return "\(Self.table(group.map { ($0.path.joined(separator: " "), $0.summary) }))\n"
            + "\n\(program) COMMAND --help tells more of each.\n"
    }

    private func help(for command: Command) -> String {
        let options = command.options.map { option in
            ("--\(option.name)" + (option.placeholder.map { " \($0)" } ?? ""), option.summary)
        }
        return "\(usage(of: command))\n\n\(command.summary)\n" + (options.isEmpty ? "" : "\n\(Self.table(options))\n")
    }

    private func usage(of command: Command) -> String {
        let required = command.options.filter(\.isRequired).map { " --\($0.name) \($0.placeholder ?? "")" }.joined()
        let optional = command.options.contains { !$0.isRequired } ? " [OPTIONS]" : ""
        let operands = command.operands.map { " \($0)" }.joined()
        return "\(program) \(command.path.joined(separator: " "))\(required)\(optional)\(operands)"
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count + 2))\($0.1)" }
            .joined(separator: "\n")
    }

    /// The candidate within two or three slips of the finger, if there is one.
    static func nearest(_ word: String, among candidates: [String]) -> String? {
        let near = candidates.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        guard let near, near.1 <= max(1, min(3, word.count / 2)) else { return nil }
        return near.0
    }

    /// The number of inserted, removed and changed characters between two words; Levenshtein, 1965.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = a == b ? previous : 1 + min(previous, row[j], row[j + 1])
                previous = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}

extension Command {
    /// Whether the last operand takes all that follow.
    fileprivate var takesMore: Bool { operands.last?.contains("…") ?? false }
}
