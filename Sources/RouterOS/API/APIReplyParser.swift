import Values

/// Reads the words of one sentence after another.
struct APIReplyParser {
    /// The shapes of rows that came last.
    private var shapes: [RowShape] = []
    private var oldest = 0
    private static let mostShapes = 4

    mutating func parse(_ sentence: Swift.Span<UInt8>, _ words: [Range<Int>]) -> APIReply {
        let kind = Self.kind(sentence.extracting(words[0]))
        guard kind == .row else { return Self.read(sentence, words, kind) }
        for shape in shapes where shape.count == words.count {
            guard let row = shape.read(sentence, words) else { continue }
            return APIReply(
                kind: kind, tag: row.tag, record: RouterRecord(id: row.id, row.values), reason: nil,
                size: sentence.count)
        }
        let reply = Self.read(sentence, words, kind)
        if reply.reason == nil, let shape = RowShape(sentence, words, reply.record.values) { keep(shape) }
        return reply
    }

    private mutating func keep(_ shape: RowShape) {
        if shapes.count < Self.mostShapes {
            shapes.append(shape)
        } else {
            shapes[oldest] = shape
            oldest = (oldest + 1) % Self.mostShapes
        }
    }

    private static func kind(_ word: Swift.Span<UInt8>) -> APIReply.Kind {
        if word.holds("!re") { return .row }
        if word.holds("!done") { return .done }
        if word.holds("!trap") { return .trap }
        if word.holds("!empty") { return .empty }
        return word.holds("!fatal") ? .fatal : .other
    }

    /// Reads a sentence word by word.
    private static func read(
        _ sentence: Swift.Span<UInt8>, _ words: [Range<Int>], _ kind: APIReply.Kind
    ) -> APIReply {
        var values: [String: String] = [:]
        var id: RouterID?
        var tag = APIReply.Tag.none
        var reason: String?
        for index in 1..<words.count {
            let word = sentence.extracting(words[index])
            switch APIWord(word) {
            case .attribute(".id", let value): id = RouterID(word.extracting(value))
            case .attribute(let name, let value): values[name] = WireText.decode(word.extracting(value))
            case .tag(let found): tag = found
            case .other: reason = reason ?? WireText.decode(word)
            }
        }
        return APIReply(
            kind: kind, tag: tag, record: RouterRecord(id: id, values), reason: reason, size: sentence.count)
    }
}

/// What a word of a reply is.
enum APIWord {
    /// `=name=value`, with where the value lies; a word without a second sign has an empty one.
    case attribute(String, Range<Int>)
    /// `.tag=…`.
    case tag(APIReply.Tag)
    case other

    init(_ word: Swift.Span<UInt8>) {
        if word.starts(with: "=") {
            var end = 1
            while end < word.count, word[end] != UInt8(ascii: "=") { end += 1 }
            let name = WireText.decode(word.extracting(1..<end))
            self = .attribute(name, min(end + 1, word.count)..<word.count)
        } else if word.starts(with: ".tag=") {
            self = .tag(Self.tag(word.extracting(5..<word.count)))
        } else {
            self = .other
        }
    }

    /// Whether this is `=name=value` with that name; then where the value begins.
    @inline(__always) static func value(of word: Swift.Span<UInt8>, named name: String) -> Int? {
        let name = name.utf8Span.span
        let end = name.count + 1
        guard word.count > end, word[0] == UInt8(ascii: "="), word[end] == UInt8(ascii: "=") else { return nil }
        for index in name.indices where unsafe name[unchecked: index] != word[unchecked: index + 1] { return nil }
        return end + 1
    }

    /// A number that we may have given; at most 15 digits.
    static func tag(_ bytes: Swift.Span<UInt8>) -> APIReply.Tag {
        guard (1...15).contains(bytes.count) else { return .strange }
        var number = 0
        for index in bytes.indices {
            guard (48...57).contains(bytes[index]) else { return .strange }
            number = number * 10 + Int(bytes[index] - 48)
        }
        return .command(number)
    }
}
