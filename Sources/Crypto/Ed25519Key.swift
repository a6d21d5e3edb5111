import CCrypto

/// A key pair for signatures with Ed25519; RFC 8032.
package struct Ed25519Key: Sendable {
    /// The private half: 32 bytes.
    package let seed: [UInt8]
    /// The public half: 32 bytes.
    package let open: [UInt8]

    /// The pair that a private half makes; nil for another number of bytes.
    package init?(seed: [UInt8]) {
        guard seed.count == 32 else { return nil }
        let key = unsafe EVP_PKEY_new_raw_private_key(lango_ed25519, nil, seed, seed.count)
        defer { unsafe EVP_PKEY_free(key) }
        var open = [UInt8](repeating: 0, count: 32)
        var count = open.count
        let done = unsafe EVP_PKEY_get_raw_public_key(key, &open, &count)
        precondition(done == 1 && count == 32, "OpenSSL makes no Ed25519 key")
        self.seed = seed
        self.open = open
    }
}
