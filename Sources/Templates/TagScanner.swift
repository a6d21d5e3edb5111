/// Cuts a source into literal bytes and the tags between them.
struct TagScanner {
    enum Kind {
        case escaped(String), raw(String), section(String), inverted(String), end(String)
        case partial(String), message(String), remark
    }

    struct Tag {
        let kind: Kind
        let line: Int
        /// Whether the tag had its line to itself, which then is gone.
        let isAlone: Bool
    }

    private let file: String
    private let source: [UInt8]
    private var position = 0
    private var line = 1

    init(file: String, source: [UInt8]) {
        self.file = file
        self.source = source
    }

    func place(of tag: Tag?) -> Place { Place(file: file, line: tag?.line ?? line) }

    /// The literal up to the next tag and that tag; the tag is nil at the end; nil after the end.
    mutating func next() throws(TemplateError) -> (literal: [UInt8], tag: Tag?)? {
        guard position < source.count else { return nil }
        guard let open = find("{{", from: position) else {
            defer { position = source.count }
            return (Array(source[position...]), nil)
        }
        line += newlines(position..<open)
        let isTriple = open + 2 < source.count && source[open + 2] == UInt8(ascii: "{")
        let start = open + (isTriple ? 3 : 2)
        let closing = isTriple ? "}}}" : "}}"
        guard let close = find(closing, from: start) else {
            throw TemplateError(Place(file: file, line: line), "A tag is not closed: add \"\(closing)\"")
        }
        let end = close + closing.utf8.count
        let kind = kind(of: source[start..<close], isTriple: isTriple)
        let ownLine = kind.mayTakeItsLine ? wholeLine(around: open..<end) : nil
        let tag = Tag(kind: kind, line: line, isAlone: ownLine != nil)
        let (from, to) = ownLine ?? (open, end)
        let literal = Array(source[position..<max(from, position)])
        line += newlines(open..<to)
        position = to
        return (literal, tag)
    }

    private func kind(of content: ArraySlice<UInt8>, isTriple: Bool) -> Kind {
        let text = trimmed(content)
        if isTriple { return .raw(String(decoding: text, as: UTF8.self)) }
        let rest = String(decoding: trimmed(text.dropFirst()), as: UTF8.self)
        switch text.first {
        case UInt8(ascii: "#"): return .section(rest)
        case UInt8(ascii: "^"): return .inverted(rest)
        case UInt8(ascii: "/"): return .end(rest)
        case UInt8(ascii: ">"): return .partial(rest)
        case UInt8(ascii: "!"): return .remark
        case UInt8(ascii: "t") where rest.utf8.first == UInt8(ascii: ":"): return .message(String(rest.dropFirst()))
        default: return .escaped(String(decoding: text, as: UTF8.self))
        }
    }

    /// The bounds of the line that a tag has for itself, or nil where it shares it.
    private func wholeLine(around tag: Range<Int>) -> (from: Int, to: Int)? {
        var from = tag.lowerBound
        while from > position, isBlank(source[from - 1]) { from -= 1 }
        guard from == 0 || source[from - 1] == UInt8(ascii: "\n") else { return nil }
        var to = tag.upperBound
        while to < source.count, isBlank(source[to]) { to += 1 }
        if to == source.count { return (from, to) }
        return source[to] == UInt8(ascii: "\n") ? (from, to + 1) : nil
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { isBlank($0) || $0 == 0x0A }
        while let last = bytes.last, isBlank(last) || last == 0x0A { bytes = bytes.dropLast() }
        return bytes
    }

    private func newlines(_ range: Range<Int>) -> Int {
        source[range].count { $0 == UInt8(ascii: "\n") }
    }

    private func find(_ mark: String, from start: Int) -> Int? {
        guard start + mark.utf8.count <= source.count else { return nil }
        return (start...(source.count - mark.utf8.count)).first { source[$0...].starts(with: mark.utf8) }
    }
}

extension TagScanner.Kind {
    var mayTakeItsLine: Bool {
        switch self {
        case .section, .inverted, .end, .partial, .remark: true
        case .escaped, .raw, .message: false
        }
    }
}
