import Values

/// Reading of percent-encoded text; RFC 3986 section 2.1.
package enum Percent {
    /// The decoded text, or nil for a broken escape, bytes that are not UTF-8, or NUL.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool = false) -> String? {
        var isText = true
        let text = unsafe String(unsafeUninitializedCapacity: bytes.count) { room in
            guard let count = unsafe decode(bytes.span, into: room, plusIsSpace: plusIsSpace) else {
                isText = false
                return 0
            }
            return count
        }
        return isText ? text : nil
    }

    /// The bytes as text, or nil where they are not UTF-8 or hold NUL.
    static func text(_ bytes: [UInt8]) -> String? {
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Writes the decoded bytes to `room` from `start` on, and returns how many there are; nil as above.
    ///
    /// They are never more than the encoded ones, for which there must be room.
    package static func decode(
        _ bytes: Swift.Span<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>, from start: Int = 0,
        plusIsSpace: Bool = false
    ) -> Int? {
        precondition(start + bytes.count <= room.count, "There is no room for \(bytes.count) bytes")
        var (index, end) = (0, start)
        let digits = unsafe Self.digits
        var all: UInt8 = 0
        while index < bytes.count {
            // Within bounds by the line above; twice as fast as with the check.
            var byte = unsafe bytes[unchecked: index]
            index &+= 1
            // What means something else than itself is found by one comparison for most bytes.
            if byte <= UInt8(ascii: "+") {
                if byte == UInt8(ascii: "%") {
                    guard index &+ 1 < bytes.count,
                        let escaped = unsafe Self.byte(bytes[unchecked: index], bytes[unchecked: index &+ 1], digits)
                    else { return nil }
                    byte = escaped
                    index &+= 2
                } else if byte == 0 {
                    return nil
                } else if byte == UInt8(ascii: "+"), plusIsSpace {
                    byte = UInt8(ascii: " ")
                }
            }
            all |= byte
            unsafe room[end] = byte
            end &+= 1
        }
        // Only what goes beyond ASCII can be broken.
        guard unsafe all < 0x80 || String(validating: room[start..<end], as: UTF8.self) != nil else { return nil }
        return end - start
    }

    /// The byte that two hexadecimal digits spell; nil where they are none, or it is NUL.
    @inline(__always)
    private static func byte(_ upper: UInt8, _ lower: UInt8, _ digits: UnsafePointer<UInt8>) -> UInt8? {
        let (upper, lower) = unsafe (digits[Int(upper)], digits[Int(lower)])
        guard upper | lower < 16, upper | lower > 0 else { return nil }
        return upper << 4 | lower
    }

    /// The value of each digit, 255 for what is none; made once, never changed and never freed.
    nonisolated(unsafe) private static let digits: UnsafePointer<UInt8> = {
        let digits = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0...255 as ClosedRange<UInt8> {
            unsafe (digits + Int(byte)).initialize(to: Hex.value(byte) ?? 255)
        }
        return unsafe UnsafePointer(digits)
    }()
}
