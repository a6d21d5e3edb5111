import CCrypto

/// The SHA-256 digest; FIPS 180-4.
package enum SHA256 {
    /// The 32 bytes of the digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest.sha256.hash(bytes) }

    /// The 32 bytes of the digest of a text's UTF-8.
    package static func hash(_ text: String) -> [UInt8] { hash(Array(text.utf8)) }
}

/// The MD5 digest, for the hotspot's CHAP and old protocols only; it protects nothing.
package enum MD5 {
    /// The 16 bytes of the digest of `bytes`; RFC 1321.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest.md5.hash(bytes) }
}

/// One digest algorithm of libcrypto, fetched once.
///
/// A fetched `EVP_MD` is immutable and may be used by several threads:
/// https://docs.openssl.org/3.0/man7/crypto/#algorithm-fetching.
@safe private struct Digest: Sendable {
    static let sha256 = Digest("SHA2-256")
    static let md5 = Digest("MD5")

    // Immutable once fetched, as the manual above says.
    private nonisolated(unsafe) let algorithm: OpaquePointer?
    private let length: Int

    private init(_ name: String) {
        unsafe algorithm = EVP_MD_fetch(nil, name, nil)
        precondition(unsafe algorithm != nil, "libcrypto lacks \(name)")
        length = unsafe Int(EVP_MD_get_size(algorithm))
    }

    func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: length) { digest, count in
            let done = unsafe EVP_Digest(bytes, bytes.count, digest.baseAddress, nil, algorithm, nil)
            precondition(done == 1, "libcrypto could not hash")
            count = length
        }
    }
}
