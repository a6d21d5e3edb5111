package import Values

/// The other end of a connection, and how it is known to be the right one.
package struct Endpoint: Sendable {
    /// Which server is believed; the same three as for requests over HTTP.
    package enum Trust: Hashable, Sendable {
        /// The authorities of the system, with the host's name in the certificate.
        case system
        /// This leaf certificate and no other, whatever its names and dates say; a router signs its own.
        case pinned(CertificateFingerprint)
        /// None yet: nothing is sent, and the error tells which certificate was seen, for a person to confirm.
        case firstUse
    }

    /// An address of either family, or a name.
    package var host: String
    package var port: UInt16
    /// Nil for a connection without TLS.
    package var trust: Trust?
    /// The longest wait for the connection, names and TLS included.
    package var limit = Span.seconds(5)

    package init(host: String, port: UInt16, trust: Trust?) {
        self.host = host
        self.port = port
        self.trust = trust
    }
}
