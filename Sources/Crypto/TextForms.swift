/// Bytes as text with padding, as content security policies and data addresses want it: RFC 4648 section 4.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        let text = BitText.encode(bytes, bits: 6, alphabet)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// The bytes of the one text that `encode` makes of them; nil for anything else.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let bare = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        guard text.utf8.count % 4 == 0, !bare.contains(UInt8(ascii: "-")), !bare.contains(UInt8(ascii: "_")) else {
            return nil
        }
        // The alphabet for addresses has two other signs.
        let url = bare.map {
            $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
        }
        guard let bytes = Base64URL.decode(String(decoding: url, as: UTF8.self)), encode(bytes) == text else {
            return nil
        }
        return bytes
    }
}

/// Bytes as text for addresses and cookies: RFC 4648 section 5, without padding.
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8]) -> String { BitText.encode(bytes, bits: 6, alphabet) }

    /// The bytes of the one text that `encode` makes of them; nil for anything else.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        BitText.decode(text, bits: 6, value: value)
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

/// Bytes as text that people read aloud and type: Crockford's alphabet, no I, L, O, U.
///
/// Source: https://www.crockford.com/base32.html; bits are packed from the front as in RFC 4648, no check symbol.
package enum Base32 {
    /// The 32 symbols in the order of their values.
    package static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    package static func encode(_ bytes: [UInt8]) -> String { BitText.encode(bytes, bits: 5, alphabet) }

    /// The bytes of a text in either case, hyphens left out, O read as 0, I and L as 1; nil for anything else.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        BitText.decode(String(text).filter { $0 != "-" }, bits: 5, value: value)
    }

    /// The value of one symbol as typed, or nil.
    package static func value(_ byte: UInt8) -> UInt8? {
        switch byte & 0xDF {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: break
        }
        let upper = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 0x20 : byte
        return alphabet.firstIndex(of: upper).map { UInt8($0) }
    }
}

/// What Base32 and Base64 share: groups of bits, most significant first.
private enum BitText {
    static func encode(_ bytes: [UInt8], bits: Int, _ alphabet: [UInt8]) -> String {
        unsafe String(unsafeUninitializedCapacity: (bytes.count * 8 + bits - 1) / bits) { text in
            var (pending, count, end) = (0 as UInt32, 0, 0)
            func append(_ symbol: UInt32) {
                unsafe text[end] = alphabet[Int(symbol) & (1 << bits - 1)]
                end += 1
            }
            for byte in bytes {
                pending = pending << 8 | UInt32(byte)
                count += 8
                while count >= bits {
                    count -= bits
                    append(pending >> UInt32(count))
                }
            }
            if count > 0 { append(pending << UInt32(bits - count)) }
            return end
        }
    }

    /// Left-over bits must be zero and fewer than a symbol, so that each byte string has one text.
    static func decode(_ text: some StringProtocol, bits: Int, value: (UInt8) -> UInt8?) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var count = 0
        for symbol in text.utf8 {
            guard let value = value(symbol) else { return nil }
            pending = pending << UInt32(bits) | UInt32(value)
            count += bits
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(count)))
            }
        }
        guard count < bits, pending & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}
