import Glibc

/// Growing bytes at a fixed owner: what a page is rendered into and what the server sends without copying.
///
/// A class, so that a response can hold it while a C library reads it; filled by one thread before it is handed over,
/// never changed afterwards.
@safe package final class ByteBuffer {
    // Unchecked: the check at each append is half the cost of a short one, and one thread fills the buffer anyway.
    @exclusivity(unchecked) @usableFromInline var start: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) @usableFromInline var capacity: Int
    @exclusivity(unchecked) @usableFromInline var filled = 0

    package init(capacity: Int = 512) {
        let capacity = max(capacity, 16)
        unsafe self.capacity = capacity
        unsafe start = Self.allocate(capacity)
    }

    deinit { unsafe free(start) }

    /// Straight from the C library: a typed allocation goes through the aligned one, which keeps no cache.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        guard let memory = unsafe malloc(capacity) else {
            preconditionFailure("No memory for a page of \(capacity) bytes")
        }
        return unsafe memory.assumingMemoryBound(to: UInt8.self)
    }

    /// How many bytes are filled.
    package var count: Int { unsafe filled }

    /// The filled bytes; the pointer is good while the buffer lives and nothing is appended.
    package var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: filled) }

    /// Where the bytes begin; good as long as the above.
    package var address: UnsafeRawPointer { unsafe UnsafeRawPointer(start) }

    /// The filled bytes as an array.
    package var array: [UInt8] { unsafe Array(bytes) }

    /// Makes room for `more` bytes beyond those filled.
    @inlinable package func reserve(_ more: Int) {
        guard unsafe filled + more > capacity else { return }
        grow(by: more)
    }

    @usableFromInline func grow(by more: Int) {
        unsafe capacity = max(capacity * 2, filled + more)
        let larger = unsafe Self.allocate(capacity)
        unsafe larger.update(from: start, count: filled)
        unsafe free(start)
        unsafe start = larger
    }

    /// Forgets what is filled and keeps the room.
    package func clear() { unsafe filled = 0 }

    @inlinable package func append(_ byte: UInt8) {
        reserve(1)
        unsafe start[filled] = byte
        unsafe filled += 1
    }

    /// Appends eight bytes, the most significant first.
    package func append(bigEndian number: UInt64) {
        reserve(8)
        unsafe UnsafeMutableRawPointer(start + filled).storeBytes(of: number.bigEndian, as: UInt64.self)
        unsafe filled += 8
    }

    @inlinable package func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard let base = source.baseAddress else { return }
        reserve(source.count)
        unsafe (start + filled).update(from: base, count: source.count)
        unsafe filled += source.count
    }

    @inlinable package func append(_ bytes: Swift.Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    package func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    @inlinable package func append(_ text: StaticString) {
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // Disfavoured, so that a literal goes the shorter way above.
    @_disfavoredOverload
    package func append(_ text: String) { append(text.utf8Span.span) }

    package func append(_ number: some BinaryInteger) {
        append(String(number))
    }

    /// Appends a number in decimal with at least `width` digits, zeros before it.
    package func append(_ number: UInt64, width: Int = 1) {
        var digits: InlineArray<20, UInt8> = .init(repeating: UInt8(ascii: "0"))
        var (rest, first) = (number, 20)
        while rest > 0 {
            first -= 1
            digits[first] = UInt8(48 + rest % 10)
            rest /= 10
        }
        first = min(first, 20 - width)
        reserve(20 - first)
        for index in first..<20 {
            unsafe start[filled] = digits[index]
            unsafe filled += 1
        }
    }

    /// Appends sixteen digits.
    package func append(hexadecimal number: UInt64) {
        reserve(16)
        var rest = number
        for place in (0..<16).reversed() {
            let nibble = UInt8(truncatingIfNeeded: rest & 0xF)
            unsafe start[filled + place] = nibble < 10 ? 48 &+ nibble : 87 &+ nibble
            rest >>= 4
        }
        unsafe filled += 16
    }

    /// Appends text for HTML, in element content and in quoted attributes: `& < > " '` become references.
    ///
    /// Runs between characters that need it are copied whole.
    package func append(escapingHTML text: String) { append(escapingHTML: text.utf8Span.span) }

    package func append(escapingHTML text: Swift.Span<UInt8>) {
        append(text, replacing: Self.htmlReference) {
            // One bit for each byte below 64 that has a reference.
            $0 < 64 && 0x5000_00C4_0000_0000 as UInt64 >> UInt64($0) & 1 == 1
        }
    }

    /// Appends text for the inside of a JSON string; RFC 8259 section 7.
    ///
    /// `<` is escaped too, for JSON inside HTML.
    package func append(escapingJSON text: String) {
        append(text.utf8Span.span, replacing: Self.jsonEscape) {
            $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "\\")
        }
    }

    /// Appends text for a value in a query: all but letters, digits and `- . _ ~` as `%` and two digits; RFC 3986.
    package func append(percentEncoding text: String) { append(percentEncoding: text.utf8Span.span) }

    package func append(percentEncoding text: Swift.Span<UInt8>) {
        // Four bytes are written for each, of which one or three count.
        reserve(3 * text.count + 1)
        var end = unsafe UnsafeMutableRawPointer(start + filled)
        for index in text.indices {
            let spelling = Self.percentSpellings[Int(unsafe text[unchecked: index])]
            unsafe end.storeBytes(of: spelling.littleEndian, as: UInt32.self)
            unsafe end += spelling < 0x100 ? 1 : 3
        }
        unsafe filled = end - UnsafeMutableRawPointer(start)
    }

    /// How each byte is written, the first byte the least significant.
    private static let percentSpellings = InlineArray<256, UInt32> { byte in
        let byte = UInt8(byte)
        guard !isUnreserved(byte) else { return UInt32(byte) }
        let digits = UInt32(capital(byte >> 4)) << 8 | UInt32(capital(byte & 0xF)) << 16
        return UInt32(UInt8(ascii: "%")) | digits
    }

    /// RFC 3986 section 2.3; two 64-bit sets for the ASCII half.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte < 64
            ? 0x03FF_6000_0000_0000 as UInt64 >> UInt64(byte) & 1 == 1
            : byte < 128 && 0x47FF_FFFE_87FF_FFFE as UInt64 >> UInt64(byte - 64) & 1 == 1
    }

    private static func capital(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 55 + nibble }

    @inline(__always)
    private func append(
        _ text: Swift.Span<UInt8>, replacing replacement: (UInt8) -> StaticString, where isSpecial: (UInt8) -> Bool
    ) {
        var run = 0
        for index in text.indices where unsafe isSpecial(text[unchecked: index]) {
            append(text.extracting(run..<index))
            append(replacement(text[index]))
            run = index + 1
        }
        append(text.extracting(run..<text.count))
    }

    private static func htmlReference(_ byte: UInt8) -> StaticString {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        default: "&#39;"
        }
    }

    private static func jsonEscape(_ byte: UInt8) -> StaticString {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "<"): "\\u003c"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        default: controlEscapes[Int(byte)]
        }
    }

    // swift-format-ignore
    private static let controlEscapes: [StaticString] = [
        "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007",
        "\\u0008", "\\u0009", "\\u000a", "\\u000b", "\\u000c", "\\u000d", "\\u000e", "\\u000f",
        "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017",
        "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
    ]
}
