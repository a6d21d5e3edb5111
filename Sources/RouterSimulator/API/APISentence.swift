/// One sentence of the binary API: words with a length before each and an empty word at the end.
///
/// Source: FACTS 2.1; vectors in fixture `api_wire_vectors.jsonl`.
struct APISentence: Hashable, Sendable {
    /// The words as text; bytes that are no UTF-8 are kept, see `APIText`.
    var words: [String]

    init(_ words: [String]) { self.words = words }

    /// The sentence as sent.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for word in words where !word.isEmpty {
            let text = APIText.bytes(word)
            bytes += Self.length(UInt32(truncatingIfNeeded: text.count)) + text
        }
        bytes.append(0)
        return bytes
    }

    /// A length in as few bytes as it needs, in network order.
    static func length(_ length: UInt32) -> [UInt8] {
        let low = { (count: UInt32) in (0..<count).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } }
        switch length {
        case 0..<0x80: return low(1)
        case 0x80..<0x4000: return Self.marked(low(2), 0x80)
        case 0x4000..<0x20_0000: return Self.marked(low(3), 0xC0)
        case 0x20_0000..<0x1000_0000: return Self.marked(low(4), 0xE0)
        default: return [0xF0] + low(4)
        }
    }

    private static func marked(_ bytes: [UInt8], _ mark: UInt8) -> [UInt8] {
        [(bytes.first ?? 0) | mark] + bytes.dropFirst()
    }
}

/// Finds sentences in bytes as they come in.
struct APIReader: Sendable {
    /// Why no further sentence can be read.
    struct Broken: Error {}

    private var buffer: [UInt8] = []
    private var position = 0
    private var words: [String] = []
    private var size = 0

    /// More than any command needs; a client beyond it is cut off.
    static let sentenceLimit = 4 << 20

    mutating func append(_ bytes: [UInt8]) {
        if position > 0 { buffer.removeFirst(position) }
        position = 0
        buffer += bytes
    }

    /// The next whole sentence; nil while it is not all there.
    ///
    /// Sentences without words are passed over.
    mutating func next() throws(Broken) -> APISentence? {
        while let word = try word() {
            guard word.isEmpty else {
                size += word.count
                guard size <= Self.sentenceLimit else { throw Broken() }
                words.append(APIText.text(word))
                continue
            }
            guard !words.isEmpty else { continue }
            defer { (words, size) = ([], 0) }
            return APISentence(words)
        }
        return nil
    }

    private mutating func word() throws(Broken) -> ArraySlice<UInt8>? {
        guard position < buffer.count else { return nil }
        let (count, rest) = try Self.shape(buffer[position])
        let start = position + 1 + count
        guard start <= buffer.count else { return nil }
        let length = buffer[(position + 1)..<start].reduce(rest) { $0 << 8 | Int($1) }
        guard length <= Self.sentenceLimit else { throw Broken() }
        guard start + length <= buffer.count else { return nil }
        position = start + length
        return buffer[start..<position]
    }

    /// How many bytes of length follow the first, and the part of the length that the first holds.
    private static func shape(_ first: UInt8) throws(Broken) -> (following: Int, value: Int) {
        switch first {
        case 0..<0x80: (0, Int(first))
        case 0x80..<0xC0: (1, Int(first & 0x3F))
        case 0xC0..<0xE0: (2, Int(first & 0x1F))
        case 0xE0..<0xF0: (3, Int(first & 0x0F))
        case 0xF0: (4, 0)
        default: throw Broken()
        }
    }
}

/// Words between bytes and text without loss: the router stores bytes as they come, of whatever code page.
///
/// A byte that belongs to no UTF-8 sequence becomes a scalar of a private range (U+EF80 to U+EFFF) and goes back the
/// same way.
enum APIText {
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        var rest = bytes
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            if let text = String(validating: rest.prefix(length), as: UTF8.self), rest.count >= length {
                scalars.append(contentsOf: text.unicodeScalars)
                rest = rest.dropFirst(length)
            } else {
                if let scalar = Unicode.Scalar(0xEF00 + UInt32(first)) { scalars.append(scalar) }
                rest = rest.dropFirst()
            }
        }
        return String(scalars)
    }

    static func bytes(_ text: String) -> [UInt8] {
        guard text.utf8.contains(0xEE) else {
            return Array(text.utf8)
        }
        return text.unicodeScalars.flatMap { scalar in
            (0xEF80...0xEFFF).contains(scalar.value)
                ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
        }
    }
}
