import Crypto
package import SQL
package import Values

extension CertificateFingerprint {
    /// As OpenSSH shows that of a host key: `SHA256:` and Base64 without its end.
    package var openSSH: String { "SHA256:" + Base64.encode(bytes).filter { $0 != "=" } }
}

extension Transaction {
    /// Keeps which identity a router showed, for staff to confirm where it is not the confirmed one.
    package borrowing func record(
        _ shown: ShownIdentity, on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        let seen = shown.fingerprint.description
        switch shown.kind {
        case .certificate:
            try run(
                "UPDATE main.router SET certificate_seen = $1 WHERE id = $2 AND tenant = $3", seen, router, tenant)
        case .hostKey:
            try run("UPDATE main.router SET host_key_seen = $1 WHERE id = $2 AND tenant = $3", seen, router, tenant)
        }
    }

    /// Keeps that a router has shown the confirmed identity, whatever it showed before.
    package borrowing func recordConfirmed(
        _ kind: IdentityKind, _ pin: String, on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        switch kind {
        case .certificate:
            try run(
                """
                UPDATE main.router SET certificate_seen = certificate_pin
                WHERE id = $1 AND tenant = $2 AND certificate_pin = $3
                """, router, tenant, pin)
        case .hostKey:
            try run(
                """
                UPDATE main.router SET host_key_seen = host_key_pin
                WHERE id = $1 AND tenant = $2 AND host_key_pin = $3
                """, router, tenant, pin)
        }
    }

    /// Trusts the certificate or host key that the router showed; only that very one, and the other stays as it is.
    ///
    /// - Returns: which of them it is; nil where the router shows another by now.
    package borrowing func confirm(
        _ fingerprint: String, on router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> IdentityKind? {
        let isCertificate =
            try run(
                """
                UPDATE main.router SET certificate_pin = certificate_seen, state = 'new', state_note = ''
                WHERE id = $1 AND tenant = $2 AND certificate_seen = $3
                """, router, tenant, fingerprint) == 1
        if isCertificate { return .certificate }
        let isHostKey =
            try run(
                """
                UPDATE main.router SET host_key_pin = host_key_seen, state = 'new', state_note = ''
                WHERE id = $1 AND tenant = $2 AND host_key_seen = $3
                """, router, tenant, fingerprint) == 1
        return isHostKey ? .hostKey : nil
    }
}
