import Crypto
package import Values

/// What a router that comes by and the gateway know of each other, made of the router's password.
package struct PullSecret: Sendable {
    /// By this the router shows who it is, with each call.
    package let token: Secret
    /// By this the router knows that an answer is ours and not that of a page which somebody put in between.
    package let mark: Secret

    package init(_ password: Secret) {
        token = Secret(Self.digest("lango pull token", password))
        mark = Secret(String(Self.digest("lango pull mark", password).prefix(PullReply.markCount)))
    }

    /// Whether a request's `Authorization` shows the token.
    package func admits(authorization: String?) -> Bool {
        guard let authorization, authorization.hasPrefix("Bearer ") else { return false }
        let shown = Array(authorization.dropFirst(7).utf8)
        return constantTimeEquals(shown, Array(token.revealed.utf8))
    }

    private static func digest(_ purpose: String, _ password: Secret) -> String {
        Hex.encode(SHA256.hash("\(purpose)\n\(password.revealed)"))
    }
}
