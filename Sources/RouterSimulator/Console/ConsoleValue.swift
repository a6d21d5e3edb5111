import Values

/// A value of the scripting language.
///
/// Source: the manual's chapter on scripting, data types. Strings are bytes on a router; here they are UTF-8.
enum ConsoleValue: Hashable, Sendable {
    case nothing
    case text(String)
    case number(Int64)
    case truth(Bool)
    case time(Span)
    case array([Item])
    /// What `:parse` makes: commands that are carried out where the value stands for a command.
    case code(String)

    /// One place of an array, with its key where it has one.
    struct Item: Hashable, Sendable {
        var key: String?
        var value: ConsoleValue
    }

    /// The type of an unquoted word: a number, a truth, a length of time, else text.
    init(word: String) {
        if let number = Self.number(word) {
            self = .number(number)
        } else if word == "true" || word == "yes" {
            self = .truth(true)
        } else if word == "false" || word == "no" {
            self = .truth(false)
        } else if word.utf8.first.map({ (48...57).contains($0) }) == true, let span = RouterDuration.read(word) {
            self = .time(span)
        } else {
            self = .text(word)
        }
    }

    private static func number(_ word: String) -> Int64? {
        let (sign, digits) = word.hasPrefix("-") ? (-1, word.dropFirst()) : (1, word[...])
        guard let first = digits.utf8.first, (48...57).contains(first) else { return nil }
        let value = digits.hasPrefix("0x") ? Int64(digits.dropFirst(2), radix: 16) : Int64(digits)
        return value.map { Int64(sign) * $0 }
    }

    static func list(_ texts: [String]) -> Self { .array(texts.map { Item(key: nil, value: .text($0)) }) }

    /// The written form; the places of an array are joined by semicolons, an inner array like an outer one.
    var text: String {
        switch self {
        case .nothing: ""
        case .text(let text): text
        case .number(let number): String(number)
        case .truth(let truth): truth ? "true" : "false"
        case .time(let span): ConsoleText.clock(span)
        case .code: "(code)"
        case .array(let items):
            items.map { item in (item.key.map { "\($0)=" } ?? "") + item.value.text }.joined(separator: ";")
        }
    }

    /// The name of the type, as `:typeof` says it.
    var typeName: String {
        switch self {
        case .nothing: "nothing"
        case .text(let text): RowNumber.read(text) == nil ? "str" : "id"
        case .number: "num"
        case .truth: "bool"
        case .time: "time"
        case .array: "array"
        case .code: "code"
        }
    }

    /// The truth of a condition; nil for what is none.
    var truth: Bool? {
        switch self {
        case .truth(let truth): truth
        case .text("true"), .text("yes"): true
        case .text("false"), .text("no"), .nothing: false
        default: nil
        }
    }

    /// The number that it is or says; a time in seconds.
    var number: Int64? {
        switch self {
        case .number(let number): number
        case .time(let span): span.milliseconds / 1_000
        case .text(let text): Self.number(text)
        case .truth, .nothing, .array, .code: nil
        }
    }

    /// The row that it names by its number, alone or as the only place of an array.
    var rowNumber: UInt32? {
        switch self {
        case .text(let text): RowNumber.read(text)
        case .array(let items) where items.count == 1: items[0].value.rowNumber
        default: nil
        }
    }

    /// What `:len` says: places of an array, bytes of anything else.
    var length: Int {
        if case .array(let items) = self { return items.count }
        return APIText.bytes(text).count
    }

    /// The places that `:foreach` visits; a value that is no array is its own only place.
    var items: [Item] {
        switch self {
        case .array(let items): items
        case .nothing: []
        default: [Item(key: nil, value: self)]
        }
    }

    /// Whether two values mean the same: `yes` and `true`, `5` and `"5"`, `1h` and `01:00:00`.
    func means(_ other: Self) -> Bool {
        if self == other { return true }
        if let left = number, let right = other.number { return left == right }
        if case .truth(let truth) = self { return other.truth == truth }
        if case .truth(let truth) = other { return self.truth == truth }
        if case .time(let span) = self { return RouterDuration.read(other.text) == span }
        if case .time(let span) = other { return RouterDuration.read(text) == span }
        return text == other.text
    }
}
