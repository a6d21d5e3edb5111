extension ConsoleParser {
    /// A value as an argument: in quotes, in brackets, a variable, or a bare word.
    mutating func value(typed: Bool) throws(ConsoleFlaw) -> ConsoleNode {
        try descend()
        defer { ascend() }
        var node: ConsoleNode
        switch peek {
        case .quote: node = try quoted()
        case .dollar: node = try dollar()
        case .openParenthesis: node = try parenthesised()
        case .openBracket: node = try substitution()
        case .openBrace: node = try array()
        default:
            let word = try bareWord()
            return .constant(typed ? ConsoleValue(word: word) : .text(word))
        }
        while peek == UInt8(ascii: "-"), peek(1) == UInt8(ascii: ">") {
            position += 2
            node = .infix(.element, node, try element())
        }
        return node
    }

    private mutating func element() throws(ConsoleFlaw) -> ConsoleNode {
        switch peek {
        case .quote: return try quoted()
        case .dollar: return try dollar()
        case .openParenthesis: return try parenthesised()
        default: return .constant(ConsoleValue(word: take(while: Self.isNamePart)))
        }
    }

    /// A word without quotes; what begins something else must not stand in it.
    private mutating func bareWord() throws(ConsoleFlaw) -> String {
        let takesQuestion = version >= RouterRelease(7, 1)
        let word = take { byte in
            ![
                .blank, .tab, .newline, .return, .semicolon, .closeBrace, .closeBracket, .closeParenthesis, .quote,
                .openBracket, .openBrace, .openParenthesis, .dollar, .backslash,
            ].contains(byte) && (byte != UInt8(ascii: "?") || takesQuestion)
        }
        guard isAtStatementEnd || [.blank, .tab, .backslash].contains(peek ?? .blank) else {
            throw flaw("syntax error")
        }
        return word
    }

    /// `{ a; b; "key"=c }`.
    private mutating func array() throws(ConsoleFlaw) -> ConsoleNode {
        try expect(.openBrace)
        var places: [ConsolePlace] = []
        while true {
            skipSpace()
            if take(.semicolon) { continue }
            if take(.closeBrace) { return .array(places) }
            let first = try arrayValue()
            skipSpace()
            if take(.equals) {
                places.append(ConsolePlace(key: first, value: try arrayValue()))
            } else {
                places.append(ConsolePlace(key: nil, value: first))
            }
            skipSpace()
            guard peek == .semicolon || peek == .closeBrace else { throw flaw("syntax error") }
        }
    }

    private mutating func arrayValue() throws(ConsoleFlaw) -> ConsoleNode {
        skipSpace()
        switch peek {
        case .quote, .dollar, .openParenthesis, .openBracket, .openBrace: return try value(typed: true)
        default:
            let word = take { byte in
                ![.semicolon, .closeBrace, .equals, .blank, .newline, .return, .quote].contains(byte)
            }
            guard !word.isEmpty else { throw flaw("syntax error") }
            return .constant(ConsoleValue(word: word))
        }
    }

    // MARK: Expressions

    /// `( … )`.
    mutating func parenthesised() throws(ConsoleFlaw) -> ConsoleNode {
        try expect(.openParenthesis)
        skipSpace()
        // `()` is nothing.
        if take(.closeParenthesis) { return .constant(.nothing) }
        let node = try expression(isCondition: false)
        skipSpace()
        try expect(.closeParenthesis)
        return node
    }

    /// What follows `where`: expressions beside one another must all hold.
    mutating func conditions() throws(ConsoleFlaw) -> [ConsoleNode] {
        var nodes: [ConsoleNode] = []
        skipBlanks()
        while !isAtStatementEnd {
            nodes.append(try expression(isCondition: true))
            skipBlanks()
        }
        return nodes
    }

    private mutating func expression(isCondition: Bool) throws(ConsoleFlaw) -> ConsoleNode {
        try descend()
        defer { ascend() }
        return try infix(level: 0, isCondition)
    }

    /// Operators from the loosest to the tightest.
    private static let levels: [[(text: String, meaning: ConsoleOperator)]] = [
        [("||", .or), ("or", .or)],
        [("&&", .and), ("and", .and)],
        [
            ("!=", .unequal), ("<=", .atMost), (">=", .atLeast), ("=", .equal), ("<", .less), (">", .greater),
            ("~", .matches), ("in", .isIn),
        ],
        [(".", .concatenate), (",", .append)],
        [("+", .plus), ("-", .minus)],
        [("*", .times), ("/", .divide), ("%", .remainder)],
        [("->", .element)],
    ]

    private mutating func infix(level: Int, _ isCondition: Bool) throws(ConsoleFlaw) -> ConsoleNode {
        guard level < Self.levels.count else { return try operand(isCondition) }
        var left = try infix(level: level + 1, isCondition)
        while let meaning = takeOperator(level, isCondition) {
            isCondition ? skipBlanks() : skipSpace()
            // Behind a comparison of a condition a bare word is a text, not a property.
            let isText = isCondition && level == 2
            let right = isText ? try comparand(level + 1) : try infix(level: level + 1, isCondition)
            left = .infix(meaning, left, right)
        }
        return left
    }

    private mutating func comparand(_ level: Int) throws(ConsoleFlaw) -> ConsoleNode {
        if [.quote, .dollar, .openParenthesis, .openBracket, .openBrace].contains(peek ?? 0) {
            return try value(typed: true)
        }
        let word = take { byte in
            Self.isNamePart(byte) || byte >= 128 || [46, 95, 42, 64, 60, 62, 44, 47, 58, 43, 37].contains(byte)
        }
        guard !word.contains(where: { "/:".contains($0) }) || MACAddressText.looksLike(word) else {
            throw flaw("syntax error")
        }
        return .constant(ConsoleValue(word: word))
    }

    private mutating func takeOperator(_ level: Int, _ isCondition: Bool) -> ConsoleOperator? {
        let start = position
        isCondition ? skipBlanks() : skipSpace()
        for (text, meaning) in Self.levels[level] where bytes[position...].starts(with: text.utf8) {
            let next = peek(text.utf8.count)
            let isWord = text.utf8.first?.isLetter == true
            if isWord,
                next.map(Self.isNamePart) == true || start == position && start > 0 && Self.isNamePart(bytes[start - 1])
            {
                continue
            }
            if meaning == .minus, next == UInt8(ascii: ">") { continue }
            if meaning == .concatenate || meaning == .append, isCondition { continue }
            position += text.utf8.count
            return meaning
        }
        position = start
        return nil
    }

    private mutating func operand(_ isCondition: Bool) throws(ConsoleFlaw) -> ConsoleNode {
        isCondition ? skipBlanks() : skipSpace()
        if take(UInt8(ascii: "!")) { return .prefix(.not, try nested(isCondition)) }
        if peek == UInt8(ascii: "-"), peek(1)?.isDigit != true {
            position += 1
            return .prefix(.minus, try nested(isCondition))
        }
        switch peek {
        case .quote: return try quoted()
        case .dollar: return try dollar()
        case .openBracket: return try substitution()
        case .openBrace: return try array()
        case .openParenthesis:
            guard isCondition else { return try parenthesised() }
            position += 1
            let node = try expression(isCondition: true)
            skipSpace()
            try expect(.closeParenthesis)
            return node
        default: return try operandWord(isCondition)
        }
    }

    private mutating func nested(_ isCondition: Bool) throws(ConsoleFlaw) -> ConsoleNode {
        try descend()
        defer { ascend() }
        return try operand(isCondition)
    }

    private mutating func operandWord(_ isCondition: Bool) throws(ConsoleFlaw) -> ConsoleNode {
        let start = position
        _ = take(UInt8(ascii: "-")) || take(UInt8(ascii: "*")) || isCondition && take(UInt8(ascii: "."))
        let isNumber = peek?.isDigit == true
        let word = take { byte in
            byte.isLetter || byte.isDigit || byte == 95 || !isNumber && byte == UInt8(ascii: "-")
                || isNumber && [46, 58].contains(byte)
        }
        guard !word.isEmpty else { throw flaw("syntax error", at: start) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if text == "not", !isCondition || peek == .blank { return .prefix(.not, try nested(isCondition)) }
        guard isCondition, !isNumber || text.hasPrefix(".") else { return .constant(ConsoleValue(word: text)) }
        return .property(text)
    }
}

/// What a hardware address looks like without quotes.
enum MACAddressText {
    static func looksLike(_ word: String) -> Bool {
        word.utf8.count == 17 && word.split(separator: ":").count == 6
    }
}
