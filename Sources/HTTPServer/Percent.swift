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
        var all: UInt8 = 0
        while index < bytes.count {
            // Within bounds by the line above; twice as fast as with the check.
            var byte = unsafe bytes[unchecked: index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < bytes.count, let escaped = Hex.byte(bytes[index], bytes[index + 1]), escaped != 0
                else { return nil }
                byte = escaped
                index += 2
            } else if byte == UInt8(ascii: "+"), plusIsSpace {
                byte = UInt8(ascii: " ")
            } else if byte == 0 {
                return nil
            }
            all |= byte
            unsafe room[end] = byte
            end += 1
        }
        // Only what goes beyond ASCII can be broken.
        guard unsafe all < 0x80 || String(validating: room[start..<end], as: UTF8.self) != nil else { return nil }
        return end - start
    }
}
