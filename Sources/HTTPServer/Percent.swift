import Values

/// Reading of percent-encoded text; RFC 3986 section 2.1.
enum Percent {
    /// The decoded text, or nil for a broken escape, bytes that are not UTF-8, or NUL.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool = false) -> String? {
        guard
            unsafe bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 >= 0x80 || $0 == 0 })
                || (plusIsSpace && bytes.contains(UInt8(ascii: "+")))
        else { return unsafe String(decoding: bytes, as: UTF8.self) }
        guard let decoded = unsafe decodedBytes(bytes, plusIsSpace: plusIsSpace) else { return nil }
        return text(decoded)
    }

    /// The bytes as text, or nil where they are not UTF-8 or hold NUL.
    static func text(_ bytes: [UInt8]) -> String? {
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The bytes without escapes, or nil for a broken escape.
    static func decodedBytes(_ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = unsafe bytes[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < bytes.count, let upper = unsafe Hex.value(bytes[index]),
                    let lower = unsafe Hex.value(bytes[index + 1])
                else { return nil }
                decoded.append(upper << 4 | lower)
                index += 2
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return decoded
    }
}
