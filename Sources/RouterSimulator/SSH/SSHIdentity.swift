import CSSHServer
import Values

/// The key by which a simulated router is known over SSH.
@safe package final class SSHIdentity: Sendable {
    /// What kind of key it is: RouterOS has RSA of old, Ed25519 from 7.12 on (FACTS 3).
    package enum Kind: Sendable { case rsa, ed25519 }

    /// The private key as text.
    package let pem: String
    /// SHA-256 of the public key, lower-case hexadecimal digits.
    package let fingerprint: String
    /// Whether it is an RSA key, which clients of that age sign and check with SHA-1.
    let isRSA: Bool

    /// Makes a fresh key.
    package convenience init?(_ kind: Kind) {
        var key: ssh_key?
        let code =
            unsafe kind == .rsa
            ? ssh_pki_generate(SSH_KEYTYPE_RSA, 2_048, &key) : ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key)
        defer { unsafe ssh_key_free(key) }
        var text: UnsafeMutablePointer<CChar>?
        guard code == SSH_OK, unsafe ssh_pki_export_privkey_base64(key, nil, nil, nil, &text) == SSH_OK,
            let text = unsafe text
        else { return nil }
        defer { unsafe ssh_string_free_char(text) }
        unsafe self.init(pem: String(cString: text))
    }

    /// Reads a key that was kept.
    package init?(pem: String) {
        self.pem = pem
        guard let key = unsafe Self.read(pem) else { return nil }
        defer { unsafe ssh_key_free(key) }
        isRSA = unsafe ssh_key_type(key) == SSH_KEYTYPE_RSA
        var hash: UnsafeMutablePointer<UInt8>?
        var count = 0
        defer { unsafe ssh_clean_pubkey_hash(&hash) }
        guard unsafe ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &count) == 0 else { return nil }
        fingerprint = unsafe Hex.encode(Array(UnsafeBufferPointer(start: hash, count: count)))
    }

    /// The key as libssh has it; the caller frees it.
    static func read(_ pem: String) -> ssh_key? {
        var key: ssh_key?
        guard unsafe ssh_pki_import_privkey_base64(pem, nil, nil, nil, &key) == SSH_OK else { return nil }
        return unsafe key
    }
}
