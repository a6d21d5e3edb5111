package import Values

/// The other end of a connection, and how it is known to be the right one.
package struct Endpoint: Sendable {
    /// An address of either family, or a name.
    package var host: String
    package var port: UInt16
    /// Nil for a connection without TLS.
    package var trust: CertificateTrust?
    /// The longest wait for the connection, names and TLS included.
    package var limit = Span.seconds(5)

    package init(host: String, port: UInt16, trust: CertificateTrust?) {
        self.host = host
        self.port = port
        self.trust = trust
    }
}
