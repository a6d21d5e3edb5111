import CWire
import Values

/// The key by which clients know a router at its SSH door; ed25519.
@safe package final class SSHHostKey: Sendable {
    // Read only once it is made; libssh copies what it needs of it.
    nonisolated(unsafe) private let key: OpaquePointer
    /// As OpenSSH shows it: `SHA256:…`.
    package let fingerprint: String

    /// Makes a fresh key.
    package convenience init?() {
        var key: OpaquePointer?
        guard unsafe ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) == SSH_OK, let key = unsafe key else { return nil }
        unsafe self.init(key)
    }

    /// Reads a key that was kept.
    package convenience init?(text: String) {
        var key: OpaquePointer?
        guard unsafe ssh_pki_import_privkey_base64(text, nil, nil, nil, &key) == SSH_OK, let key = unsafe key else {
            return nil
        }
        unsafe self.init(key)
    }

    private init?(_ key: OpaquePointer) {
        unsafe self.key = key
        var hash: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &count) == 0 else {
            fingerprint = ""
            return nil
        }
        defer { unsafe ssh_clean_pubkey_hash(&hash) }
        guard let text = unsafe ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, count) else {
            fingerprint = ""
            return nil
        }
        defer { unsafe ssh_string_free_char(text) }
        fingerprint = unsafe String(cString: text)
    }

    deinit { unsafe ssh_key_free(key) }

    /// The private key, to be kept.
    package var text: String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe ssh_pki_export_privkey_base64(key, nil, nil, nil, &text) == SSH_OK, let text = unsafe text else {
            return nil
        }
        defer { unsafe ssh_string_free_char(text) }
        return unsafe String(cString: text)
    }

    /// A copy that belongs to the caller.
    func copy() -> OpaquePointer? { unsafe ssh_key_dup(key) }
}
