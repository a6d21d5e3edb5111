extension ConsoleParser {
    /// One command; nil for a path that only changes where the next ones are looked up.
    mutating func statement() throws(ConsoleFlaw) -> ConsoleStatement? {
        switch peek {
        case .openBrace: return ConsoleStatement(.block(try braces()))
        case .openParenthesis, .openBracket, .dollar, .quote: return ConsoleStatement(.value(try value(typed: true)))
        case .colon:
            position += 1
            let start = position
            return try global(take(while: Self.isNamePart), at: start)
        default: return try menuStatement()
        }
    }

    static func isNamePart(_ byte: UInt8) -> Bool { byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") }

    /// `{ … }` with commands.
    mutating func braces() throws(ConsoleFlaw) -> ConsoleBlock {
        try expect(.openBrace)
        let outer = path
        let block = try statements(until: .closeBrace)
        path = outer
        try expect(.closeBrace)
        return block
    }

    // MARK: Paths

    /// Walks along the words of a path to a command: `/ip hotspot user add`, `/ip/hotspot/user/add`, `user add`.
    private mutating func menuStatement() throws(ConsoleFlaw) -> ConsoleStatement? {
        var place = path
        if take(.slash) { place = "" }
        while true {
            skipBlanks()
            if isAtStatementEnd {
                path = place
                return nil
            }
            if peek == .openBrace {
                let outer = path
                path = place
                defer { path = outer }
                return ConsoleStatement(.block(try braces()))
            }
            let start = position
            if take(UInt8(ascii: ".")) {
                try expect(UInt8(ascii: "."))
                place = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
                _ = take(.slash)
                continue
            }
            let name = take(while: Self.isNamePart)
            guard !name.isEmpty else { throw flaw("expected command name") }
            if tree.directories.contains("\(place)/\(name)") || ConsoleGrammar.places.contains("\(place)/\(name)") {
                place += "/\(name)"
                _ = take(.slash)
                continue
            }
            if place.isEmpty, ConsoleGrammar.globals[name] != nil { return try global(name, at: start) }
            guard ConsoleGrammar.knows(name, in: place, of: tree) else {
                throw flaw("bad command name \(name)", at: start)
            }
            return try command(name, in: place)
        }
    }

    // MARK: Arguments

    private mutating func command(_ verb: String, in place: String) throws(ConsoleFlaw) -> ConsoleStatement {
        var arguments: [(name: String, value: ConsoleNode)] = []
        var positional: [ConsoleNode] = []
        var words: Set<String> = []
        var found: [ConsoleNode] = []
        let known = ConsoleGrammar.arguments(of: verb, in: place, tree, version)
        // `[find …]` among the arguments looks in the same menu.
        let outer = path
        path = place
        defer { path = outer }
        while true {
            skipBlanks()
            if isAtStatementEnd { break }
            let start = position
            if verb == "find" || verb == "print", takeWord("where") || verb == "find" && peek != .openBrace {
                found = try conditions()
                break
            }
            let isUnset = take(UInt8(ascii: "!"))
            let name = take(while: Self.isArgumentName)
            if !name.isEmpty, peek == .equals || isUnset {
                guard known.accepts(name) else { throw flaw("expected end of command", at: start) }
                if isUnset {
                    arguments.append(("!" + name, .constant(.text(""))))
                } else {
                    position += 1
                    arguments.append((name, try argument(name)))
                }
                continue
            }
            if known.words.contains(name), isAtStatementEnd || peek == .blank {
                words.insert(name)
                continue
            }
            position = start
            guard positional.count < known.positional else { throw flaw("expected end of command", at: start) }
            positional.append(try value(typed: false))
        }
        return ConsoleStatement(
            .menu(place, verb), arguments, positional: positional, words: words, conditions: found)
    }

    static func isArgumentName(_ byte: UInt8) -> Bool { isNamePart(byte) || byte == UInt8(ascii: ".") }

    private mutating func takeWord(_ word: String) -> Bool {
        let end = position + word.utf8.count
        guard bytes[position...].starts(with: word.utf8), end >= bytes.count || !Self.isNamePart(bytes[end]) else {
            return false
        }
        position = end
        return true
    }

    /// The value behind `name=`; exports let the line end between the two.
    private mutating func argument(_ name: String) throws(ConsoleFlaw) -> ConsoleNode {
        if peek == .backslash, peek(1) == .newline || peek(1) == .return { skipBlanks() }
        if peek == .openBrace, ConsoleGrammar.sources.contains(name) { return try rawBraces() }
        return try value(typed: false)
    }

    // MARK: Commands of the language

    private mutating func global(_ name: String, at start: Int) throws(ConsoleFlaw) -> ConsoleStatement {
        guard let form = ConsoleGrammar.globals[name] else { throw flaw("bad command name \(name)", at: start) }
        var arguments: [(name: String, value: ConsoleNode)] = []
        var positional: [ConsoleNode] = []
        var blocks: [(name: String, block: ConsoleBlock)] = []
        while true {
            skipBlanks()
            if isAtStatementEnd { break }
            let start = position
            let word = take(while: Self.isNamePart)
            if !word.isEmpty, take(.equals) {
                guard form.named.contains(word) else { throw flaw("expected end of command", at: start) }
                if form.blocks.contains(word) {
                    skipSpace()
                    blocks.append((word, try blockOrStatement()))
                } else {
                    arguments.append((word, try value(typed: true)))
                }
                continue
            }
            position = start
            if name == "do", peek == .openBrace, !blocks.contains(where: { $0.name == "do" }) {
                blocks.append(("do", try braces()))
                continue
            }
            guard positional.count < form.positional else { throw flaw("expected end of command", at: start) }
            let isName = positional.isEmpty && form.beginsWithNames
            positional.append(isName ? try names() : try value(typed: true))
        }
        if form.beginsWithNames, positional.isEmpty { throw flaw("expected variable name") }
        return ConsoleStatement(.global(name), arguments, positional: positional, blocks: blocks)
    }

    private mutating func blockOrStatement() throws(ConsoleFlaw) -> ConsoleBlock {
        if peek == .openBrace { return try braces() }
        guard peek == .openBracket else { throw flaw("syntax error") }
        guard case .substitution(let block) = try substitution() else { return ConsoleBlock() }
        return block
    }

    /// `x`, `"x"`, or `key,value` of a loop.
    private mutating func names() throws(ConsoleFlaw) -> ConsoleNode {
        _ = take(.dollar)
        if peek == .quote { return try quoted() }
        let text = take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: ",") }
        guard !text.isEmpty else { throw flaw("expected variable name") }
        return .constant(.text(text))
    }
}
