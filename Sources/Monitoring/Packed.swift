import Values

/// Bytes for keeping: numbers in groups of seven bits, the lowest first (LEB128), texts with their length before them.
struct PackedWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Takes a number that is not negative; one that is counts as zero.
    mutating func add(_ number: Int64) { add(UInt64(max(0, number))) }
    mutating func add(_ number: Int) { add(Int64(number)) }
    mutating func add(_ span: Span) { add(span.milliseconds) }
    mutating func add(_ instant: Instant) { add(instant.milliseconds) }

    mutating func add(_ flow: Flow) {
        add(flow.up)
        add(flow.down)
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        bytes += text.utf8
    }

    /// Nil is told from every number, zero too.
    mutating func add(optional number: Int64?) { add(number.map { UInt64(max(0, $0)) + 1 } ?? 0) }
}

/// Reads what `PackedWriter` wrote.
struct PackedReader {
    /// The bytes are none of ours.
    struct Broken: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bits() throws(Broken) -> UInt64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while let byte = rest.popFirst(), shift < 64 {
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Broken()
    }

    mutating func number() throws(Broken) -> Int64 {
        guard let number = Int64(exactly: try bits()) else { throw Broken() }
        return number
    }

    /// How many of something follow, each of at least a byte.
    mutating func count() throws(Broken) -> Int {
        let count = try number()
        guard count <= rest.count else { throw Broken() }
        return Int(count)
    }

    mutating func span() throws(Broken) -> Span { Span(milliseconds: try number()) }
    mutating func instant() throws(Broken) -> Instant { Instant(milliseconds: try number()) }
    mutating func flow() throws(Broken) -> Flow { Flow(up: try number(), down: try number()) }

    mutating func text() throws(Broken) -> String {
        let count = try count()
        defer { rest = rest.dropFirst(count) }
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }

    mutating func optional() throws(Broken) -> Int64? {
        let bits = try bits()
        guard bits > 0 else { return nil }
        guard let number = Int64(exactly: bits - 1) else { throw Broken() }
        return number
    }
}
