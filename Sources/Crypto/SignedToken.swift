package import Values

/// A few bytes that travel through a browser and come back unchanged, for one purpose and for a time.
///
/// Layout before Base64url: expiry in milliseconds (8 bytes, most significant first), payload, and the first 16 bytes
/// of HMAC-SHA256 over purpose, expiry and payload. The payload can be read by anyone.
package struct SignedToken: Hashable, Sendable {
    /// Why a token is not taken.
    package enum Flaw: Error, Hashable, Sendable {
        case expired
        /// Changed, made under another key or for another purpose, or no token at all.
        case forged
    }

    package let payload: [UInt8]
    /// The first instant at which the token is no longer good.
    package let expires: Instant

    package init(payload: [UInt8], expires: Instant) {
        self.payload = payload
        self.expires = expires
    }

    /// Takes a token that was signed for the same purpose under the same key.
    package init(
        verifying text: some StringProtocol, for purpose: StaticString, at now: Instant, key: SecretKey
    ) throws(Flaw) {
        guard text.utf8.count <= 4_096, let bytes = Base64URL.decode(text), bytes.count >= 24 else { throw .forged }
        let signed = bytes.dropLast(16)
        guard constantTimeEquals(Array(bytes.suffix(16)), Self.tag(Array(signed), purpose, key)) else { throw .forged }
        let milliseconds = signed.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        expires = Instant(milliseconds: Int64(bitPattern: milliseconds))
        payload = Array(signed.dropFirst(8))
        guard now < expires else { throw .expired }
    }

    /// The token as text of letters, digits, `-` and `_`.
    package func text(for purpose: StaticString, key: SecretKey) -> String {
        let milliseconds = UInt64(bitPattern: expires.milliseconds)
        let signed = (0..<8).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(56 - $0 * 8)) } + payload
        return Base64URL.encode(signed + Self.tag(signed, purpose, key))
    }

    private static func tag(_ signed: [UInt8], _ purpose: StaticString, _ key: SecretKey) -> [UInt8] {
        let label = Array("\(purpose)".utf8)
        return Array(hmacSHA256([UInt8(label.count)] + label + signed, key: key).prefix(16))
    }
}
