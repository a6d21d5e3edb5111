/// Reads a script, byte by byte; paths and arguments are looked up in the menus while reading, as on a router, so that
/// a script with a wrong name does nothing at all.
///
/// Source of the grammar: the manual's chapter on scripting. Every depth is bounded.
struct ConsoleParser {
    let bytes: [UInt8]
    let tree: MenuTree
    let version: RouterRelease
    var position = 0
    /// The menu in which commands without a path are looked up.
    var path = ""
    private var depth = 0

    static let deepest = 60
    static let longest = 1 << 20

    init(_ text: String, _ tree: MenuTree, _ version: RouterRelease) {
        bytes = Array(text.utf8)
        self.tree = tree
        self.version = version
    }

    /// The whole script.
    mutating func script() throws(ConsoleFlaw) -> ConsoleBlock {
        guard bytes.count <= Self.longest else { throw flaw("script too long") }
        let block = try statements(until: nil)
        guard isAtEnd else { throw flaw("syntax error") }
        return block
    }

    /// Commands up to a closing byte, which is not taken; nil is the end of the script.
    mutating func statements(until end: UInt8?) throws(ConsoleFlaw) -> ConsoleBlock {
        try descend()
        defer { depth -= 1 }
        var block = ConsoleBlock()
        while true {
            skipBetweenStatements()
            guard let byte = peek, byte != end else { return block }
            guard ![.closeBrace, .closeBracket, .closeParenthesis].contains(byte) else { throw flaw("syntax error") }
            if let statement = try statement() { block.statements.append(statement) }
            try endStatement()
        }
    }

    mutating func descend() throws(ConsoleFlaw) {
        depth += 1
        guard depth <= Self.deepest else { throw flaw("script too deep") }
    }

    mutating func ascend() { depth -= 1 }

    // MARK: Bytes

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    var isAtEnd: Bool { position >= bytes.count }

    func peek(_ distance: Int) -> UInt8? { position + distance < bytes.count ? bytes[position + distance] : nil }

    /// Takes the byte if it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(ConsoleFlaw) {
        guard take(byte) else { throw flaw("syntax error") }
    }

    /// The bytes that fit, as text.
    mutating func take(while fits: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek, fits(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Blanks, and line ends after a backslash.
    mutating func skipBlanks() {
        while let byte = peek {
            if byte == .blank || byte == .tab || byte == .return && peek(1) != .newline {
                position += 1
            } else if byte == .backslash, peek(1) == .newline {
                position += 2
            } else if byte == .backslash, peek(1) == .return, peek(2) == .newline {
                position += 3
            } else {
                return
            }
        }
    }

    /// Blanks and line ends: inside parentheses and braces a line may end anywhere.
    mutating func skipSpace() {
        while true {
            skipBlanks()
            guard let byte = peek, byte == .newline || byte == .return else { return }
            position += 1
        }
    }

    private mutating func skipBetweenStatements() {
        while true {
            skipSpace()
            if take(.semicolon) { continue }
            guard peek == .hash else { return }
            while let byte = peek, byte != .newline { _ = take(byte) }
        }
    }

    /// Whether no argument can follow.
    var isAtStatementEnd: Bool {
        guard let byte = peek else { return true }
        return [.semicolon, .newline, .return, .closeBrace, .closeBracket, .closeParenthesis].contains(byte)
    }

    private mutating func endStatement() throws(ConsoleFlaw) {
        skipBlanks()
        guard isAtStatementEnd else { throw flaw("expected end of command") }
    }

    // MARK: Flaws

    func flaw(_ words: String) -> ConsoleFlaw { flaw(words, at: position) }

    /// Line and column count from 1.
    func flaw(_ words: String, at place: Int) -> ConsoleFlaw {
        let before = bytes[..<min(place, bytes.count)]
        let start = before.lastIndex(of: .newline).map { $0 + 1 } ?? 0
        return ConsoleFlaw(words, line: before.count { $0 == .newline } + 1, column: before.count - start + 1)
    }
}

extension UInt8 {
    static let blank = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let `return` = UInt8(ascii: "\r")
    static let backslash = UInt8(ascii: "\\")
    static let quote = UInt8(ascii: "\"")
    static let dollar = UInt8(ascii: "$")
    static let hash = UInt8(ascii: "#")
    static let semicolon = UInt8(ascii: ";")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")
    static let equals = UInt8(ascii: "=")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let openParenthesis = UInt8(ascii: "(")
    static let closeParenthesis = UInt8(ascii: ")")

    var isDigit: Bool { (48...57).contains(self) }
    var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
}
