import Values

/// Reads the words of one sentence.
///
/// The rows of a menu name the same properties in the same order: names are compared with those of the row before and
/// made only where they differ.
struct APIReplyParser {
    private var names: [String] = []

    mutating func parse(_ sentence: Swift.Span<UInt8>, _ words: [Range<Int>]) -> APIReply {
        let kind = Self.kind(sentence.extracting(words[0]))
        var values: [String: String] = [:]
        // The kind and our tag are no values.
        if words.count > 2 { values.reserveCapacity(words.count - 2) }
        var id: RouterID?
        var tag = APIReply.Tag.none
        var reason: String?
        for index in 1..<words.count {
            let word = sentence.extracting(words[index])
            if word[0] == UInt8(ascii: "=") {
                let equals = Self.equals(in: word)
                let name = name(word.extracting(1..<equals), at: index)
                let value = WireText.decode(word.extracting(min(equals + 1, word.count)..<word.count))
                if name == ".id" { id = RouterID(value) } else { values[name] = value }
            } else if word.starts(with: ".tag=") {
                tag = Self.tag(word.extracting(5..<word.count))
            } else if reason == nil {
                reason = WireText.decode(word)
            }
        }
        return APIReply(
            kind: kind, tag: tag, record: RouterRecord(id: id, values), reason: reason, size: sentence.count)
    }

    private static func kind(_ word: Swift.Span<UInt8>) -> APIReply.Kind {
        if word.holds("!re") { return .row }
        if word.holds("!done") { return .done }
        if word.holds("!trap") { return .trap }
        if word.holds("!empty") { return .empty }
        return word.holds("!fatal") ? .fatal : .other
    }

    /// Where the name of `=name=value` ends; a word without a second sign is all name.
    @inline(__always) private static func equals(in word: Swift.Span<UInt8>) -> Int {
        var index = 1
        while index < word.count, unsafe word[unchecked: index] != UInt8(ascii: "=") { index += 1 }
        return index
    }

    private mutating func name(_ bytes: Swift.Span<UInt8>, at index: Int) -> String {
        if index <= names.count, Self.isSame(names[index - 1], bytes) { return names[index - 1] }
        let name = WireText.decode(bytes)
        if index <= names.count {
            names[index - 1] = name
        } else if index == names.count + 1, index <= 64 {
            names.append(name)
        }
        return name
    }

    @inline(__always) private static func isSame(_ name: String, _ bytes: Swift.Span<UInt8>) -> Bool {
        let span = name.utf8Span.span
        guard span.count == bytes.count else { return false }
        for index in bytes.indices where unsafe span[unchecked: index] != bytes[unchecked: index] { return false }
        return true
    }

    /// A number that we may have given; at most 15 digits.
    private static func tag(_ bytes: Swift.Span<UInt8>) -> APIReply.Tag {
        guard (1...15).contains(bytes.count) else { return .strange }
        var number = 0
        for index in bytes.indices {
            guard (48...57).contains(bytes[index]) else { return .strange }
            number = number * 10 + Int(bytes[index] - 48)
        }
        return .command(number)
    }
}
