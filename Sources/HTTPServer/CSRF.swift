package import Crypto
import Values

/// Protection against forms that other sites post in a person's name.
///
/// Two walls: the browser's own word on where the request comes from, and a token that only our pages know.
package struct CSRF: Sendable {
    private let key: SecretKey

    /// The form field that carries the token; programs may use the header `X-CSRF-Token`.
    package static let field = "token"

    package init(key: SecretKey) { self.key = key.derived(for: "csrf") }

    /// The token for the forms of one session; the same for as long as the session lasts.
    package func token(for session: [UInt8]) -> String {
        Base64URL.encode(Array(hmacSHA256(session, key: key).prefix(18)))
    }

    /// Lets pass what is safe, and what comes from our own page with the session's token.
    ///
    /// - Throws: `RequestRefusal.crossSite`, and what `Request.form` throws.
    package func check(_ request: Request, session: [UInt8]) throws {
        guard !request.method.isSafe else { return }
        try Self.checkOrigin(request)
        let given = try request.header("X-CSRF-Token") ?? request.form()[Self.field]
        guard let given, constantTimeEquals(Array(given.utf8), Array(token(for: session).utf8)) else {
            throw RequestRefusal.crossSite
        }
    }

    /// The first wall alone; for forms before there is a session, such as the sign-in.
    ///
    /// A browser that sends neither `Sec-Fetch-Site` nor `Origin` is let through: only old ones do, and then the token
    /// must do. Sources: W3C Fetch Metadata section 2.3, RFC 6454 section 7.
    package static func checkOrigin(_ request: Request) throws {
        guard !request.method.isSafe else { return }
        if let site = request.header("Sec-Fetch-Site"), site != "same-origin", site != "none" {
            throw RequestRefusal.crossSite
        }
        guard let origin = request.header("Origin") else { return }
        let scheme = request.isSecure ? "https://" : "http://"
        guard let host = request.host, origin.lowercased() == scheme + host else { throw RequestRefusal.crossSite }
    }
}
