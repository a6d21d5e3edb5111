package import Values

/// Where a service of a router is, who asks, and how the router's certificate is known.
package struct ServiceAccess: Sendable {
    package var host: String
    /// Whether the service is the one over TLS; the other sends the password in the clear.
    package var isSecure = true
    /// Nil for the service's own port.
    package var port: UInt16?
    package var user: String
    package var password: Secret
    package var trust = CertificateTrust.firstUse

    package init(host: String, user: String, password: Secret) {
        self.host = host
        self.user = user
        self.password = password
    }
}
