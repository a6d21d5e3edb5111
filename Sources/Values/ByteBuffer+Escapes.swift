/// Text for HTML, JSON and addresses.
extension ByteBuffer {
    /// Appends text for HTML, in element content and in quoted attributes: `& < > " '` become references.
    ///
    /// Runs between characters that need it are copied whole.
    package func append(escapingHTML text: String) { append(escapingHTML: text.utf8Span.span) }

    package func append(escapingHTML text: Swift.Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { text in
            guard let first = text.baseAddress else { return }
            var run = 0
            while true {
                let end = unsafe Self.nextForHTML(in: first, from: run, to: text.count)
                unsafe append(UnsafeBufferPointer(start: first + run, count: end - run))
                guard end < text.count else { return }
                unsafe append(Self.htmlReference(first[end]))
                run = end + 1
            }
        }
    }

    /// Where the next byte is that has a reference, or the end: eight bytes at a time.
    private static func nextForHTML(in text: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = unsafe UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self).littleEndian
            // `&` and `'` differ in the lowest bit, `<` and `>` in the one above it.
            let found =
                zeros((word & ~ones) ^ (ones &* 0x26)) | zeros((word & ~(ones &* 2)) ^ (ones &* 0x3C))
                | zeros(word ^ (ones &* 0x22))
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        // One bit for each byte below 64 that has a reference.
        while index < end, unsafe text[index] >= 64 || 0x5000_00C4_0000_0000 as UInt64 >> UInt64(text[index]) & 1 == 0 {
            index += 1
        }
        return index
    }

    /// A one in each byte.
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The top bit of the lowest byte that is zero, and of some above it.
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & (ones &* 0x80) }

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
        let spellings = unsafe Self.percentSpellings
        var end = unsafe UnsafeMutableRawPointer(start + filled)
        for index in text.indices {
            let spelling = unsafe spellings[Int(text[unchecked: index])]
            unsafe end.storeBytes(of: spelling, as: UInt32.self)
            unsafe end += spelling.littleEndian < 0x100 ? 1 : 3
        }
        unsafe filled = end - UnsafeMutableRawPointer(start)
    }

    /// How each byte is written, in the order of memory; made once, never changed and never freed.
    nonisolated(unsafe) private static let percentSpellings: UnsafePointer<UInt32> = {
        let spellings = UnsafeMutablePointer<UInt32>.allocate(capacity: 256)
        for byte in 0...255 as ClosedRange<UInt8> {
            let digits = UInt32(capital(byte >> 4)) << 8 | UInt32(capital(byte & 0xF)) << 16
            let spelling = isUnreserved(byte) ? UInt32(byte) : UInt32(UInt8(ascii: "%")) | digits
            unsafe (spellings + Int(byte)).initialize(to: spelling.littleEndian)
        }
        return unsafe UnsafePointer(spellings)
    }()

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
