package import Crypto
package import Values

/// A session that the browser carries: a payload and its end, signed.
///
/// The payload can be read by its owner but not changed; keep in it a key to a row, not the row.
package struct SessionCookie: Sendable {
    /// The cookie's name, and what the signature is for: a token of one name does not pass under another.
    package let name: StaticString
    private let key: SecretKey
    private let lifetime: Span

    package init(name: StaticString, key: SecretKey, lifetime: Span) {
        self.name = name
        self.key = key.derived(for: "session")
        self.lifetime = lifetime
    }

    /// The cookie that begins or goes on with a session.
    package func cookie(_ payload: [UInt8], at now: Instant) -> Cookie {
        let token = SignedToken(payload: payload, expires: now + lifetime)
        return Cookie(name, token.text(for: name, key: key), maxAge: Int(lifetime.secondsRoundedUp))
    }

    /// The payload that the request carries; nil where there is none, it was changed, or its time is over.
    package func payload(of request: Request, at now: Instant) -> [UInt8]? {
        guard let text = request.cookie(name) else { return nil }
        return try? SignedToken(verifying: text, for: name, at: now, key: key).payload
    }

    /// The cookie that ends the session.
    package var removal: Cookie { .removal(of: name) }
}
