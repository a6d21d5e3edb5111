extension ConsoleParser {
    /// A text in quotes.
    ///
    /// Escapes of the manual; anything else after a backslash is an error (FACTS 3). Up to 7.0 a bare question mark
    /// asks the console for help and an escaped one stands for itself; from 7.1 on it is a character like others.
    mutating func quoted() throws(ConsoleFlaw) -> ConsoleNode {
        try expect(.quote)
        var parts: [ConsoleNode] = []
        var text: [UInt8] = []
        while let byte = peek, byte != .quote {
            switch byte {
            case .backslash: if let escaped = try escape() { text.append(escaped) }
            case .dollar:
                parts.append(.constant(.text(APIText.text(text[...]))))
                text = []
                parts.append(try dollar())
            case UInt8(ascii: "?") where asksForHelp: throw flaw("syntax error")
            default:
                text.append(byte)
                position += 1
            }
        }
        guard take(.quote) else { throw flaw("syntax error") }
        let rest = ConsoleNode.constant(.text(APIText.text(text[...])))
        return parts.isEmpty ? rest : .joined(parts + [rest])
    }

    private var asksForHelp: Bool { version < RouterRelease(7, 1) }

    /// What an escape stands for; nil for a line that goes on after its end.
    private mutating func escape() throws(ConsoleFlaw) -> UInt8? {
        let start = position
        position += 1
        guard let byte = peek else { throw flaw("syntax error") }
        if byte == .newline || byte == .return {
            skipSpace()
            return nil
        }
        if let high = Self.digit(byte), let low = peek(1).flatMap(Self.digit) {
            position += 2
            return high << 4 | low
        }
        position += 1
        switch byte {
        case .quote, .backslash, .dollar: return byte
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "_"): return 32
        case UInt8(ascii: "a"): return 7
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "v"): return 11
        case UInt8(ascii: "?") where asksForHelp: return byte
        default: throw flaw("syntax error", at: start)
        }
    }

    /// Hexadecimal digits of escapes are capitals.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        default: nil
        }
    }

    /// `$name`, `$"name"`, `$(…)`, `$[…]`, with `->` behind it.
    mutating func dollar() throws(ConsoleFlaw) -> ConsoleNode {
        try expect(.dollar)
        switch peek {
        case .openParenthesis: return try parenthesised()
        case .openBracket: return try substitution()
        case .quote:
            guard case .constant(.text(let name)) = try quoted() else { throw flaw("syntax error") }
            return .variable(name)
        default:
            let name = take { $0.isLetter || $0.isDigit }
            guard !name.isEmpty else { throw flaw("syntax error") }
            return .variable(name)
        }
    }

    /// `[ … ]`.
    mutating func substitution() throws(ConsoleFlaw) -> ConsoleNode {
        try expect(.openBracket)
        let block = try statements(until: .closeBracket)
        try expect(.closeBracket)
        return .substitution(block)
    }

    /// The text between braces as it stands: the source of a script.
    mutating func rawBraces() throws(ConsoleFlaw) -> ConsoleNode {
        try expect(.openBrace)
        let start = position
        var open = 1
        var isQuoted = false
        while let byte = peek {
            if byte == .backslash {
                position += 1
            } else if byte == .quote {
                isQuoted.toggle()
            } else if !isQuoted, byte == .openBrace {
                open += 1
            } else if !isQuoted, byte == .closeBrace {
                open -= 1
            }
            guard open > 0 else { break }
            position += 1
        }
        let text = String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self)
        try expect(.closeBrace)
        return .constant(.text(text))
    }
}
