import Crypto
package import Values

/// The challenge that a hotspot's login page carries, and its answer.
///
/// Manual, "Hotspot customisation": the answer is the lower-case hex of MD5 over id, password and challenge. Both come
/// as octal escapes, `\NNN` for each byte; as query parameters they may arrive as the bytes themselves.
package enum HotspotCHAP {
    /// The answer for the page's `$(chap-id)` and `$(chap-challenge)`; nil where they are no such values.
    ///
    /// The password's bytes are UTF-8; whether routers agree beyond ASCII is not known.
    package static func response(id: String, challenge: String, password: Secret) -> String? {
        guard let id = bytes(Array(id.utf8), count: 1), let challenge = bytes(Array(challenge.utf8), count: 16) else {
            return nil
        }
        return digest(id, password, challenge)
    }

    /// The answer for values that were percent-decoded to bytes, escaped or not.
    package static func response(id: [UInt8], challenge: [UInt8], password: Secret) -> String? {
        guard let id = bytes(id, count: 1), let challenge = bytes(challenge, count: 16) else { return nil }
        return digest(id, password, challenge)
    }

    private static func digest(_ id: [UInt8], _ password: Secret, _ challenge: [UInt8]) -> String {
        Hex.encode(MD5.hash(id + Array(password.revealed.utf8) + challenge))
    }

    /// The bytes behind so many octal escapes, or the bytes themselves where there are as many.
    private static func bytes(_ text: [UInt8], count: Int) -> [UInt8]? {
        guard text.count != count else { return text }
        guard text.count == count * 4 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 4) {
            let digits = text[(start + 1)...(start + 3)]
            guard text[start] == UInt8(ascii: "\\"), digits.allSatisfy({ (48...55).contains($0) }) else { return nil }
            let value = digits.reduce(0) { $0 * 8 + Int($1 - 48) }
            guard value <= 255 else { return nil }
            bytes.append(UInt8(value))
        }
        return bytes
    }
}
