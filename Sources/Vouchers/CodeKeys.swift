package import Crypto
package import Tenancy
package import Values

/// The two keys of voucher codes, so that a stolen dump of the database sells nothing: one to find a code by, one to
/// print it again.
package struct CodeKeys: Sendable {
    private let lookup: SecretKey
    private let seal: SecretKey

    /// Derives both from the install's key.
    package init(_ master: SecretKey) {
        lookup = master.derived(for: "voucher-lookup")
        seal = master.derived(for: "voucher-seal")
    }

    /// What the store knows a code by: the first 16 bytes of HMAC-SHA256 over tenant and code.
    package func hash(_ code: VoucherCode, of tenant: ID<Tenant>) -> [UInt8] {
        Array(hmacSHA256(Self.bytes(tenant) + code.bytes, key: lookup).prefix(16))
    }

    func seal(_ code: VoucherCode, of tenant: ID<Tenant>) -> [UInt8] {
        Seal.seal(code.bytes, key: seal, boundTo: Self.bytes(tenant))
    }

    /// - Throws: `SealBroken` where the bytes were changed or belong to another tenant or install.
    func open(_ sealed: [UInt8], of tenant: ID<Tenant>) throws(SealBroken) -> VoucherCode {
        VoucherCode(canonical: try Seal.open(sealed, key: seal, boundTo: Self.bytes(tenant)))
    }

    private static func bytes(_ tenant: ID<Tenant>) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: tenant.high >> UInt64(56 - $0 * 8)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: tenant.low >> UInt64(56 - $0 * 8)) }
    }
}
