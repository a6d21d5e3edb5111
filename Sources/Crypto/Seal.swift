import CCrypto
package import Values

/// Sealed bytes were damaged, made under another key, or bound to something else.
package struct SealBroken: Error, Hashable, Sendable {
    package init() {}
}

/// Authenticated encryption of small secrets with AES-256-GCM; NIST SP 800-38D.
///
/// Layout: version byte 1, nonce of 12 random bytes, ciphertext, tag of 16 bytes. One key is good for 2^32 seals
/// (SP 800-38D section 8.3).
package enum Seal {
    private static let version: UInt8 = 1
    private static let nonceLength = 12
    private static let tagLength = 16
    private static let overhead = 1 + nonceLength + tagLength

    /// Encrypts `plaintext`; `context` is not kept, but must be the same at opening (a table and row, say).
    package static func seal(_ plaintext: [UInt8], key: SecretKey, boundTo context: [UInt8]) -> [UInt8] {
        let nonce = SystemRandom.bytes(nonceLength)
        let cipher = GCM(key: key, nonce: nonce, encrypts: true)
        cipher.bind([version] + context)
        let ciphertext = cipher.update(plaintext)
        return [version] + nonce + ciphertext + cipher.tag(length: tagLength)
    }

    /// Gives back what was sealed under the same key and context.
    package static func open(
        _ sealed: [UInt8], key: SecretKey, boundTo context: [UInt8]
    ) throws(SealBroken) -> [UInt8] {
        guard sealed.count >= overhead, sealed[0] == version else { throw SealBroken() }
        let cipher = GCM(key: key, nonce: Array(sealed[1...nonceLength]), encrypts: false)
        cipher.bind([version] + context)
        let plaintext = cipher.update(Array(sealed[(1 + nonceLength)..<(sealed.count - tagLength)]))
        guard cipher.verifies(tag: Array(sealed.suffix(tagLength))) else { throw SealBroken() }
        return plaintext
    }

    /// Encrypts the text of a secret.
    package static func seal(_ secret: Secret, key: SecretKey, boundTo context: [UInt8]) -> [UInt8] {
        seal(Array(secret.revealed.utf8), key: key, boundTo: context)
    }

    /// Gives back a sealed text.
    package static func openText(
        _ sealed: [UInt8], key: SecretKey, boundTo context: [UInt8]
    ) throws(SealBroken) -> Secret {
        Secret(String(decoding: try open(sealed, key: key, boundTo: context), as: UTF8.self))
    }
}

/// One encryption or decryption.
///
/// Source of the order of calls: https://docs.openssl.org/3.0/man3/EVP_EncryptInit/#aead-interface.
@safe private struct GCM: ~Copyable {
    private let context: OpaquePointer?

    init(key: SecretKey, nonce: [UInt8], encrypts: Bool) {
        unsafe context = EVP_CIPHER_CTX_new()
        let done = unsafe key.material.withBytes { key in
            unsafe EVP_CipherInit_ex(
                context, EVP_aes_256_gcm(), nil, key.assumingMemoryBound(to: UInt8.self).baseAddress, nonce,
                encrypts ? 1 : 0)
        }
        precondition(done == 1, "libcrypto lacks AES-256-GCM")
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    func bind(_ bytes: [UInt8]) {
        var count: Int32 = 0
        let done = unsafe EVP_CipherUpdate(context, nil, &count, bytes, Int32(bytes.count))
        precondition(done == 1, "libcrypto could not bind")
    }

    func update(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { output, filled in
            var count: Int32 = 0
            let done = unsafe EVP_CipherUpdate(context, output.baseAddress, &count, bytes, Int32(bytes.count))
            precondition(done == 1 && Int(count) == bytes.count, "libcrypto could not encrypt")
            filled = bytes.count
        }
    }

    func tag(length: Int) -> [UInt8] {
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        precondition(unsafe EVP_CipherFinal_ex(context, &rest, &count) == 1, "libcrypto could not finish")
        var tag = [UInt8](repeating: 0, count: length)
        precondition(unsafe lango_gcm_get_tag(context, Int32(length), &tag) == 1, "libcrypto gave no tag")
        return tag
    }

    func verifies(tag: [UInt8]) -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        return unsafe lango_gcm_set_tag(context, Int32(tag.count), tag) == 1
            && EVP_CipherFinal_ex(context, &rest, &count) == 1
    }
}

/// Whether two byte strings are equal, in time that depends on their lengths alone.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}
