/// The script that a new router starts with.
extension Console {
    /// Carries out the commands of an export; what goes wrong does not stop the rest, so that an export of another
    /// release serves too.
    ///
    /// Returns what went wrong, with the number of the line.
    func start(with text: String) -> [String] {
        commands(of: text).compactMap { command in carryOut(command.text).map { "line \(command.line): \($0)" } }
    }

    /// The commands of a file one by one, each in the menu where it stands, with the number of its first line.
    func commands(of text: String) -> [(line: Int, text: String)] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        var commands: [(line: Int, text: String)] = []
        var (menu, index) = ("", 0)
        while index < lines.count {
            let first = index
            // A command that is never closed is as long as its line.
            let end = lines[first...].prefix(1_000).indices.first { Self.isWhole(lines[first...$0]) } ?? first
            index = end + 1
            let command = lines[first...end].joined(separator: "\n")
            let words = command.drop { $0 == " " }
            guard !words.isEmpty, !words.hasPrefix("#") else { continue }
            if isMenu(command) {
                menu = command
            } else {
                commands.append((first + 1, menu.isEmpty ? command : menu + "\n" + command))
            }
        }
        return commands
    }

    /// What ended a script, if it did not come to its end.
    func carryOut(_ text: String) -> String? {
        switch read(text).content {
        case .failure(let flaw): return flaw.words
        case .success(let block):
            var run = ConsoleRun(self)
            return run.carryOut(block)
        }
    }

    /// Whether a line only says where the next ones belong.
    private func isMenu(_ line: String) -> Bool {
        guard line.hasPrefix("/"), case .success(let block) = read(line).content else { return false }
        return block.statements.isEmpty
    }

    /// Whether lines are complete commands: nothing in them is open, nor does the last one go on.
    private static func isWhole(_ lines: ArraySlice<String>) -> Bool {
        var (depth, isQuoted, isEscaped) = (0, false, false)
        for byte in lines.joined(separator: "\n").utf8 {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): depth += isQuoted ? 0 : 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= isQuoted ? 0 : 1
            default: break
            }
        }
        return !isQuoted && !isEscaped && depth <= 0 || lines.first?.drop { $0 == " " }.hasPrefix("#") == true
    }
}
