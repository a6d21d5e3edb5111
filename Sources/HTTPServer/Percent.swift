import Values

/// Reading of percent-encoded text; RFC 3986 section 2.1.
package enum Percent {
    /// The decoded text, or nil for a broken escape, bytes that are not UTF-8, or NUL.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool = false) -> String? {
        var isText = true
        let text = unsafe String(unsafeUninitializedCapacity: bytes.count) { room in
            guard let decoded = unsafe decode(bytes.span, into: room, plusIsSpace: plusIsSpace) else {
                isText = false
                return 0
            }
            return decoded.count
        }
        return isText ? text : nil
    }

    /// The bytes as text, or nil where they are not UTF-8 or hold NUL.
    static func text(_ bytes: [UInt8]) -> String? {
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// What `decode` found.
    package struct Decoded {
        package let count: Int
        /// Whether HTML can hold the decoded bytes as they are.
        package let isPlainInHTML: Bool
        /// Whether a link in HTML can hold the encoded bytes as they came.
        package let isPlainInLink: Bool
    }

    /// Writes the decoded bytes to `room` from `start` on, and tells of them; nil as above.
    ///
    /// They are never more than the encoded ones, for which there must be room.
    package static func decode(
        _ bytes: Swift.Span<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>, from start: Int = 0,
        plusIsSpace: Bool = false
    ) -> Decoded? {
        precondition(start + bytes.count <= room.count, "There is no room for \(bytes.count) bytes")
        var (index, end) = (0, start)
        let (digits, traits) = unsafe (Self.digits, Self.traits)
        // What came as itself, and what was escaped.
        var (plain, escaped): (Traits, Traits) = ([], [])
        while index < bytes.count {
            // Within bounds by the line above; twice as fast as with the check.
            var byte = unsafe bytes[unchecked: index]
            index &+= 1
            let found = unsafe traits[Int(byte)]
            if found.contains(.isSpecial) {
                if byte == UInt8(ascii: "%") {
                    guard index &+ 1 < bytes.count,
                        let meant = unsafe Self.byte(bytes[unchecked: index], bytes[unchecked: index &+ 1], digits)
                    else { return nil }
                    byte = meant
                    index &+= 2
                    unsafe escaped.formUnion(traits[Int(byte)])
                } else if byte == 0 {
                    return nil
                } else {
                    if plusIsSpace { byte = UInt8(ascii: " ") }
                    plain.insert(.isEncodedInLinks)
                }
            } else {
                plain.formUnion(found)
            }
            unsafe room[end] = byte
            end &+= 1
        }
        let all = plain.union(escaped)
        // Only what goes beyond ASCII can be broken.
        guard
            unsafe !all.contains(.isBeyondASCII) || String(validating: room[start..<end], as: UTF8.self) != nil
        else { return nil }
        return Decoded(
            count: end - start, isPlainInHTML: !all.contains(.isEscapedInHTML),
            isPlainInLink: plain.isDisjoint(with: [.isEncodedInLinks, .isEscapedInHTML, .isBeyondASCII]))
    }

    /// What there is to know of a byte.
    private struct Traits: OptionSet {
        let rawValue: UInt8
        /// In the encoded text it means something else than itself, or nothing: `%`, `+` and NUL.
        static let isSpecial = Traits(rawValue: 1)
        static let isEscapedInHTML = Traits(rawValue: 2)
        /// It must not stand in an address as itself: control characters, space and `#`.
        static let isEncodedInLinks = Traits(rawValue: 4)
        static let isBeyondASCII = Traits(rawValue: 8)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(of byte: UInt8) {
            self =
                switch byte {
                case 0, UInt8(ascii: "%"), UInt8(ascii: "+"): .isSpecial
                case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"):
                    .isEscapedInHTML
                case ...0x20, UInt8(ascii: "#"), 0x7F: .isEncodedInLinks
                case 0x80...: .isBeyondASCII
                default: []
                }
        }
    }

    /// The traits of each byte.
    // Made once, never changed and never freed, so that every thread may read it.
    nonisolated(unsafe) private static let traits = unsafe table { Traits(of: $0) }

    /// The byte that two hexadecimal digits spell; nil where they are none, or it is NUL.
    @inline(__always)
    private static func byte(_ upper: UInt8, _ lower: UInt8, _ digits: UnsafePointer<UInt8>) -> UInt8? {
        let (upper, lower) = unsafe (digits[Int(upper)], digits[Int(lower)])
        guard upper | lower < 16, upper | lower > 0 else { return nil }
        return upper << 4 | lower
    }

    /// The value of each digit, 255 for what is none.
    // Made once, never changed and never freed, so that every thread may read it.
    nonisolated(unsafe) private static let digits = unsafe table { Hex.value($0) ?? 255 }

    private static func table<Value>(_ value: (UInt8) -> Value) -> UnsafePointer<Value> {
        let table = UnsafeMutablePointer<Value>.allocate(capacity: 256)
        for byte in 0...255 as ClosedRange<UInt8> { unsafe (table + Int(byte)).initialize(to: value(byte)) }
        return unsafe UnsafePointer(table)
    }
}
