import RouterOS

/// The commands of a script, found without running it: the menu, the verb and the properties that they name.
struct ScriptReading {
    struct Use: CustomStringConvertible {
        let path: String
        let verb: String
        let properties: [String]

        var description: String { "\(path) \(verb) \(properties.joined(separator: ","))" }
    }

    private let text: [Character]
    private var index = 0
    private var uses: [Use] = []

    private init(_ text: String) { self.text = Array(text) }

    /// In the order in which they begin; those in quoted texts too, since a script may read them while it runs.
    static func uses(in text: String) -> [Use] {
        var reading = ScriptReading(text)
        while let letter = reading.peek {
            switch letter {
            case "\"": reading.readText()
            case "/" where reading.isAtBegin: reading.readCommand()
            case "#" where reading.isAtLineBegin: reading.skipLine()
            default: reading.index += 1
            }
        }
        return reading.uses
    }

    private var peek: Character? { index < text.count ? text[index] : nil }

    private var isAtBegin: Bool {
        guard index + 1 < text.count, text[index + 1].isLowercase else { return false }
        return index == 0 || " \n[{;".contains(text[index - 1])
    }

    private var isAtLineBegin: Bool { text[..<index].last { $0 != " " }.map { $0 == "\n" } ?? true }

    private mutating func skipLine() {
        while let letter = peek, letter != "\n" { index += 1 }
    }

    private mutating func word() -> String {
        var word = ""
        while let letter = peek, letter.isLowercase || letter.isNumber || letter == "-" {
            word.append(letter)
            index += 1
        }
        return word
    }

    /// What stands in quotes, which may be a script itself.
    private mutating func readText() {
        index += 1
        var inner = ""
        while let letter = peek, letter != "\"" {
            index += 1
            guard letter == "\\", let escaped = peek else {
                inner.append(letter)
                continue
            }
            let digits = String(text[index..<min(index + 2, text.count)])
            if digits.count == 2, let code = UInt8(digits, radix: 16), digits.uppercased() == digits {
                inner.unicodeScalars.append(Unicode.Scalar(code))
                index += 2
            } else {
                inner.append(escaped == "n" || escaped == "r" ? "\n" : escaped)
                index += 1
            }
        }
        index += 1
        if inner.contains("/") { uses += Self.uses(in: inner) }
    }

    private mutating func readCommand() {
        index += 1
        var path = "/" + word()
        while let letter = peek, letter == " " || letter == "/" {
            let start = index
            index += 1
            let next = word()
            guard !next.isEmpty, Self.isMenu(path + "/" + next) else {
                index = start
                break
            }
            path += "/" + next
        }
        readVerb(in: path)
    }

    private static func isMenu(_ path: String) -> Bool {
        path == "/tool/fetch" || RouterSchema.menus.contains { $0.path == path || $0.path.hasPrefix(path + "/") }
    }

    /// A verb with its arguments; brackets within may hold the verb `find` of the same menu.
    private mutating func readVerb(in path: String) {
        while peek == " " { index += 1 }
        let verb = word()
        let place = uses.count
        var properties: [String] = []
        var depth = 0
        reading: while let letter = peek {
            switch letter {
            case "\n", ";": if depth == 0 { break reading } else { index += 1 }
            case "\"": readText()
            case "[", "(", "{":
                depth += 1
                index += 1
                if text[index...].starts(with: Array("find ")) {
                    readVerb(in: path)
                } else if isAtBegin, peek == "/" {
                    readCommand()
                }
            case "]", ")", "}":
                guard depth > 0 else { break reading }
                depth -= 1
                index += 1
            case _ where letter.isLowercase && text[index - 1] == " ":
                let name = word()
                let isLast = peek.map { "\n];".contains($0) } ?? true
                if depth == 0, peek == "=" || peek == "~" || verb == "get" && isLast { properties.append(name) }
            default: index += 1
            }
        }
        uses.insert(Use(path: path, verb: verb, properties: properties), at: place)
    }
}
