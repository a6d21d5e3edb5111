import Values

/// What is typed at the router's console, taken apart: statements of words.
///
/// Source: FACTS 3. Quotes and the escapes `\"`, `\\`, `\$`; `[…]` stands for the result of a command; `;` and the end
/// of a line separate statements.
struct ConsoleScript: Sendable {
    /// One word of a statement.
    struct Word: Sendable {
        /// Where it begins; the first column is 1.
        let column: Int
        let content: Content
    }

    indirect enum Content: Sendable {
        case text(String, isQuoted: Bool)
        /// `name=value`; the sign is also `~`, `!=`, `<` or `>` behind `where`.
        case pair(String, sign: String, Content)
        case command([Word])
    }

    /// Why a line cannot be read.
    struct Flaw: Error, Hashable {
        let words: String
        let column: Int

        var text: String { "\(words) (line 1 column \(column))" }
    }

    private(set) var statements: [[Word]] = []
    private var rest: Substring
    private let source: String

    init(_ line: String) throws(Flaw) {
        source = line
        rest = line[...]
        while true {
            let words = try words(isNested: false)
            if !words.isEmpty { statements.append(words) }
            guard rest.popFirst() != nil else { return }
        }
    }

    private var column: Int { source.distance(from: source.startIndex, to: rest.startIndex) + 1 }

    /// The words up to the end of a statement, which stays.
    private mutating func words(isNested: Bool) throws(Flaw) -> [Word] {
        var words: [Word] = []
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard let next = rest.first else {
                if isNested { throw Flaw(words: "expected closing bracket", column: column) }
                return words
            }
            if next == "]" {
                guard isNested else { throw Flaw(words: "syntax error", column: column) }
                return words
            }
            if next == ";" || next.isNewline { return words }
            words.append(Word(column: column, content: try content()))
        }
    }

    private mutating func content() throws(Flaw) -> Content {
        if let value = try enclosed() { return value }
        let name = String(rest.prefix { !" \t;[]\"=~<>!".contains($0) && !$0.isNewline })
        if name.isEmpty, rest.first == "!" {
            rest.removeFirst()
            return .pair(String(rest.prefix { !" \t;[]\"=~<>!".contains($0) }), sign: "!", try content())
        }
        rest = rest.dropFirst(name.count)
        for sign in ["!=", "=", "~", "<", ">"] where rest.hasPrefix(sign) {
            rest = rest.dropFirst(sign.count)
            return .pair(name, sign: sign, try value())
        }
        guard !name.isEmpty else { throw Flaw(words: "syntax error", column: column) }
        return .text(name, isQuoted: false)
    }

    private mutating func value() throws(Flaw) -> Content {
        if let value = try enclosed() { return value }
        let text = String(rest.prefix { !" \t;]\"[".contains($0) && !$0.isNewline })
        rest = rest.dropFirst(text.count)
        return .text(text, isQuoted: false)
    }

    /// A quoted text or a command in brackets.
    private mutating func enclosed() throws(Flaw) -> Content? {
        if rest.first == "[" {
            rest.removeFirst()
            let inner = try words(isNested: true)
            guard rest.popFirst() == "]" else { throw Flaw(words: "syntax error", column: column) }
            return .command(inner)
        }
        guard rest.first == "\"" else { return nil }
        rest.removeFirst()
        var text = ""
        while let next = rest.popFirst() {
            if next == "\"" { return .text(text, isQuoted: true) }
            guard next == "\\" else {
                text.append(next)
                continue
            }
            let escapes: [Character: Character] = ["\"": "\"", "\\": "\\", "$": "$", "n": "\n", "r": "\r", "t": "\t"]
            guard let escaped = rest.popFirst(), let plain = escapes[escaped] else {
                throw Flaw(words: "syntax error", column: column)
            }
            text.append(plain)
        }
        throw Flaw(words: "expected closing quote", column: column)
    }
}

/// How the console writes values, which differs from the API (FACTS 3).
enum ConsoleText {
    /// `yes` and `no`, lengths of time as `1w2d03:04:05`.
    static func value(_ value: String, of property: Property?) -> String {
        if value == "true" { return "yes" }
        if value == "false" { return "no" }
        guard let property, isTime(property), let span = RouterDuration.read(value) else { return value }
        let seconds = span.milliseconds / 1_000
        let (weeks, days) = (seconds / 604_800, seconds / 86_400 % 7)
        let clock = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (weeks > 0 ? "\(weeks)w" : "") + (days > 0 ? "\(days)d" : "") + clock.joined(separator: ":")
    }

    private static func isTime(_ property: Property) -> Bool {
        if case .time = property.kind { return true }
        return ["uptime", "idle-time", "session-time-left", "expires-in", "expires-after"].contains(property.name)
    }

    /// A value as a command line would take it.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "-_./:,*@+!".utf8.contains(byte)
            }
        guard !isPlain else { return text }
        var quoted = "\""
        for character in text {
            switch character {
            case "\"", "\\", "$": quoted += "\\\(character)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\r\n": quoted += "\\r\\n"
            default: quoted.append(character)
            }
        }
        return quoted + "\""
    }
}
