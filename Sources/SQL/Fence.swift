/// The words that a tenant's statement may hold.
///
/// Row-level security (PostgreSQL) and tenant views with triggers (SQLite) keep the rows apart; this check closes the
/// ways around them: statements other than the four of data manipulation, functions with side effects, catalogues,
/// quoted names, and the base tables anywhere but as the one target of a write. It runs once for each statement text.
enum Fence {
    /// - Throws: `SQLError` of kind `.fenced`, naming the word that is not allowed.
    static func check(_ text: StaticString) throws(SQLError) {
        let words = try unsafe scan(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        try check(words)
    }

    /// The same for a text that is not known when the program is built; for tests of the fence.
    static func check(text: String) throws(SQLError) {
        var text = text
        let words = text.withUTF8 { source in Result { () throws(SQLError) in try unsafe scan(source) } }
        try check(words.get())
    }

    enum Word: Hashable {
        case name(String)
        case symbol(UInt8)
        case literal
    }

    private static let statements: Set<String> = ["select", "insert", "update", "delete", "with"]
    static let functions: Set<String> = [
        "count", "sum", "min", "max", "avg", "coalesce", "nullif", "length", "lower", "upper", "lango_tenant",
        "row_number", "rank", "like",
    ]
    private static let wordsBeforeParenthesis: Set<String> = [
        "in", "values", "and", "or", "not", "exists", "as", "on", "using", "over", "filter", "when", "then", "else",
        "where", "select", "from", "conflict", "by", "cast", "set", "returning", "union", "all", "limit", "having",
        "materialized", "case", "between", "like", "join",
    ]

    private static func check(_ words: [Word]) throws(SQLError) {
        guard case .name(let first)? = words.first, statements.contains(first) else {
            throw refusal("a statement other than SELECT, INSERT, UPDATE or DELETE")
        }
        for (index, word) in words.enumerated() {
            guard case .name(let name) = word else { continue }
            if name.hasPrefix("pg_") || name.hasPrefix("sqlite_") || name == "information_schema" || name == "temp" {
                throw refusal("the catalogue \(name)")
            }
            // REPLACE removes the row in its way without asking the triggers of a delete.
            if name == "replace" { throw refusal("REPLACE") }
            if name == "main", !isWriteTarget(words, index) { throw refusal("a base table outside a write") }
            let isCall = index + 1 < words.count && words[index + 1] == .symbol(UInt8(ascii: "("))
            if isCall, !functions.contains(name), !wordsBeforeParenthesis.contains(name), !isTable(words, index) {
                throw refusal("the function \(name)")
            }
        }
    }

    /// `main` stands right behind the verb that opens the statement.
    private static func isWriteTarget(_ words: [Word], _ index: Int) -> Bool {
        index == 1 && words[0] == .name("update")
            || index == 2 && words[0] == .name("insert") && words[1] == .name("into")
            || index == 2 && words[0] == .name("delete") && words[1] == .name("from")
    }

    /// `main.voucher (` of an insert, or a common table's name with its columns.
    private static func isTable(_ words: [Word], _ index: Int) -> Bool {
        index == 4 && words[0] == .name("insert") && words[3] == .symbol(UInt8(ascii: "."))
            || index > 0 && words[index - 1] == .name("with")
    }

    private static func refusal(_ what: String) -> SQLError {
        SQLError(.fenced, code: "fence", message: "A tenant's statement may not use \(what)")
    }

    private static func scan(_ source: UnsafeBufferPointer<UInt8>) throws(SQLError) -> [Word] {
        var words: [Word] = []
        var index = 0
        func byte(_ offset: Int = 0) -> UInt8 { index + offset < source.count ? unsafe source[index + offset] : 0 }
        while index < source.count {
            let start = byte()
            switch start {
            case UInt8(ascii: " "), 0x09, 0x0A, 0x0D:
                index += 1
            case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: ";"), UInt8(ascii: "\\"), 0:
                throw refusal("the character \(Character(Unicode.Scalar(start)))")
            case UInt8(ascii: "'"):
                index += 1
                while index < source.count, byte() != UInt8(ascii: "'") { index += 1 }
                guard index < source.count else { throw refusal("a text without an end") }
                index += 1
                // A text next to a point would be read as a name by SQLite.
                guard byte() != UInt8(ascii: "."), words.last != .symbol(UInt8(ascii: ".")),
                    words.last != .name("from"), words.last != .name("join"), words.last != .name("into")
                else { throw refusal("a quoted name") }
                words.append(.literal)
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"),
                UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                throw refusal("a comment")
            case UInt8(ascii: "$"):
                index += 1
                guard (48...57).contains(byte()) else { throw refusal("a dollar quote") }
                while (48...57).contains(byte()) { index += 1 }
                words.append(.literal)
            case let letter where isNameByte(letter):
                let from = index
                while index < source.count, isNameByte(byte()) { index += 1 }
                let name = unsafe String(decoding: source[from..<index], as: UTF8.self).lowercased()
                // U&'…' and E'…' would hide letters from this scan.
                guard byte() != UInt8(ascii: "'"), byte() != UInt8(ascii: "&") else { throw refusal("an escaped text") }
                words.append(.name(name))
            default:
                words.append(.symbol(start))
                index += 1
            }
        }
        return words
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
            || byte >= 0x80
    }
}
