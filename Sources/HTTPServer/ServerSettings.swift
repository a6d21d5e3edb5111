package import Values

/// How a server listens and what it lets in.
package struct ServerSettings: Sendable {
    /// Literal IPv4 and IPv6 addresses; `::` does not take IPv4 connections.
    package var addresses = ["127.0.0.1"]
    /// 0 lets the system choose; `Server.port` tells which.
    package var port: UInt16 = 8080
    /// Event loops for each address; nil means `max(4, 2 × cores)`.
    package var threads: Int?
    /// Open connections to each address, over all of its threads.
    package var connectionLimit = 12_000
    /// Open connections of one client address; proxies in `trustedProxies` are not counted.
    package var perAddressLimit: Allowance<Int> = .unlimited
    /// Memory that every open connection holds for the heads of request and answer: 4096 bytes and up.
    package var poolBytes = 8_192
    /// The longest body that any route may allow.
    package var bodyBytes = 16 << 20
    /// How long a kept connection may be silent, in seconds.
    package var idleTimeout = 15
    /// How long the head of a request may take, and then its body, in seconds.
    package var requestTimeout = 20
    /// How long a suspended request waits for its answer, in seconds.
    package var answerTimeout = 30
    /// Present where the server itself speaks TLS.
    package var tls: TLSFiles?
    /// Peers whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Request-Id` are believed.
    package var trustedProxies: [AddressBlock] = []
    /// Names that `Request.host` lets through, in lower case; empty means every valid name.
    package var publicHosts: Set<String> = []
    /// Whether each request leaves a line in the access log.
    package var accessLog = true

    package init() {}

    /// Where certificate chain and key lie, both PEM.
    package struct TLSFiles: Sendable {
        package var certificatePath: String
        package var keyPath: String

        package init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }
}
