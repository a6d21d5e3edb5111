/// RFC 4648 section 4.
package enum WireBase64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset) }
            for place in 0..<4 {
                let digit = digits[Int(bits >> UInt32(18 - 6 * place) & 63)]
                text.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil for anything that is not the one text of some bytes.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var (bytes, pending, bits) = ([UInt8](), UInt32(0), 0)
        let symbols = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        for symbol in symbols {
            guard let value = digits.firstIndex(of: symbol) else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            }
        }
        return encode(bytes) == String(text) ? bytes : nil
    }
}
