/// The SHA-256 of a certificate: how a router's own certificate is known again.
package struct CertificateFingerprint: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Takes 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits of either case, with or without colons between pairs.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 95, let bytes = Hex.decode(String(text).filter { $0 != ":" }) else { return nil }
        self.init(bytes)
    }

    /// Lower case without colons, as RouterOS shows it.
    package var description: String { Hex.encode(bytes) }
}

/// How a server shows which one it is.
package enum IdentityKind: String, Hashable, Sendable, CaseIterable {
    /// Of TLS.
    case certificate
    /// Of SSH.
    case hostKey = "host-key"
}

/// What a server showed of itself.
package struct ShownIdentity: Hashable, Sendable {
    package let kind: IdentityKind
    package let fingerprint: CertificateFingerprint

    package init(_ kind: IdentityKind, _ fingerprint: CertificateFingerprint) {
        self.kind = kind
        self.fingerprint = fingerprint
    }
}

/// Which server is believed to be the right one.
package enum CertificateTrust: Hashable, Sendable {
    /// The authorities of the system, with the host's name in the certificate.
    case system
    /// This leaf certificate and no other, whatever its names and dates say; a router signs its own.
    case pinned(CertificateFingerprint)
    /// None yet: nothing is sent, and the error tells which certificate was seen, for a person to confirm.
    case firstUse
}
