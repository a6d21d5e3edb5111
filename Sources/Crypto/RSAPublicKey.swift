import CCrypto

/// Somebody's public key for RSA, to hide something short from all but its owner, and to see what he signed; RFC 8017.
@safe package final class RSAPublicKey: Sendable {
    // Read only once made; "the same key may be used by several threads" where none changes it:
    // https://docs.openssl.org/3.0/man7/openssl-threads/.
    private nonisolated(unsafe) let key: OpaquePointer

    /// Takes PEM with a certificate or a public key; nil for anything else, and for keys that are not RSA's.
    package init?(pem: String) {
        let bytes = Array(pem.utf8)
        guard bytes.count <= 65_536, let key = unsafe lango_public_key(bytes, Int32(bytes.count)) else { return nil }
        unsafe self.key = key
        guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { return nil }
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Whether a signature over a text is its owner's: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2).
    package func verifies(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        unsafe lango_rsa_verifies(key, signature, signature.count, text, text.count) == 1
    }

    /// Encrypts with the padding of PKCS #1 v1.5 (RFC 8017 section 7.2.1), which old interfaces want; nil where the text
    /// is longer than the key takes: its bytes less eleven.
    package func encryptPKCS1(_ text: [UInt8]) -> [UInt8]? {
        let size = unsafe Int(EVP_PKEY_get_size(key))
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { output, count in
            count = unsafe lango_rsa_encrypt(key, text, text.count, output.baseAddress, size)
        }
        return bytes.isEmpty ? nil : bytes
    }
}
