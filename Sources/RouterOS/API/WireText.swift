/// Text that may not be text: RouterOS keeps the bytes that it was given, and WinBox gives it those of a Windows code
/// page.
///
/// Bytes that are no UTF-8 become characters of the private use area, byte 0x80 as U+EF80 up to 0xFF as U+EFFF, and
/// become those bytes again when they are written. What a router holds thus survives being read, kept, compared and
/// written back, byte by byte. A router's own U+EF80 to U+EFFF come as their three bytes, so that no two contents look
/// alike. For people there is `readable`.
package enum WireText {
    private static let first: UInt32 = 0xEF80
    private static let last: UInt32 = 0xEFFF

    /// The text of some bytes.
    static func decode(_ bytes: Swift.Span<UInt8>) -> String {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            isPlain(bytes) ? unsafe String(decoding: buffer, as: UTF8.self) : unsafe decodeCarefully(Array(buffer))
        }
    }

    /// The text of some bytes.
    static func decode(_ bytes: some Sequence<UInt8>) -> String { decode(Array(bytes).span) }

    /// The bytes of a text that is UTF-8 already, such as JSON.
    static func bytes(of text: [UInt8]) -> [UInt8] {
        guard text.contains(0xEE) else { return text }
        var bytes: [UInt8] = []
        append(String(decoding: text, as: UTF8.self), to: &bytes)
        return bytes
    }

    /// Whether these are ASCII alone.
    private static func isPlain(_ bytes: Swift.Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        for index in bytes.indices { all |= unsafe bytes[unchecked: index] }
        return all < 0x80
    }

    private static func decodeCarefully(_ bytes: [UInt8]) -> String {
        var scalars = String.UnicodeScalarView()
        var position = 0
        while position < bytes.count {
            if let (scalar, length) = scalar(bytes[position...]) {
                scalars.append(scalar)
                position += length
            } else {
                Unicode.Scalar(first + UInt32(bytes[position] & 0x7F)).map { scalars.append($0) }
                position += 1
            }
        }
        return String(scalars)
    }

    /// The character that some bytes begin with; nil where they begin with none, or with one that stands for a byte.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, length: Int)? {
        var decoder = UTF8()
        var iterator = bytes.prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator), !isEscape(scalar) else { return nil }
        return (scalar, UTF8.width(scalar))
    }

    private static func isEscape(_ scalar: Unicode.Scalar) -> Bool { (first...last).contains(scalar.value) }

    /// Appends the bytes of a text, those of `decode` where it came from there.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        // All escapes are three bytes that begin with 0xEE.
        guard text.utf8.contains(0xEE) else {
            bytes += text.utf8
            return
        }
        for scalar in text.unicodeScalars {
            if isEscape(scalar) {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value) | 0x80)
            } else {
                bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    /// The text for people's eyes, not to be written back.
    ///
    /// Bytes that are no UTF-8 are read as Windows-1252, which WinBox writes in western Europe and most of Africa.
    package static func readable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isEscape) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isEscape($0) ? western($0) : $0 }))
    }

    /// The character of Windows-1252; https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT.
    private static func western(_ escape: Unicode.Scalar) -> Unicode.Scalar {
        let byte = Int(escape.value & 0xFF)
        let value = byte < 0xA0 ? upperControls[byte - 0x80] : UInt32(byte)
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    // swift-format-ignore
    private static let upperControls: [UInt32] = [
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
        0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    ]
}
