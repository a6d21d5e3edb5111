import CWire
package import Values

/// A self-signed certificate with its key, as a router makes for itself: CN is the address, no alternative names.
@safe package final class TLSIdentity: Sendable {
    /// Both as PEM, certificate first.
    package let pem: String
    /// SHA-256 of the certificate, lower-case hex without colons, as `/certificate` prints it.
    package let fingerprint: String
    // A context may be used by many threads once it is set up; openssl-threads(7).
    package nonisolated(unsafe) let context: OpaquePointer

    /// Makes a fresh identity, good for ten years.
    package convenience init?(commonName: String, at now: Instant) {
        guard let pem = Self.generate(commonName, at: now) else { return nil }
        self.init(pem: pem)
    }

    /// No identity at all: what `api-ssl` offers without a certificate, which most clients refuse.
    ///
    /// Source: FACTS 2.5.
    package static let anonymous = TLSIdentity()

    private init?() {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { return nil }
        unsafe self.context = context
        (pem, fingerprint) = ("", "")
        guard unsafe wire_only_anonymous(context) == 1 else { return nil }
    }

    /// Reads an identity that was kept.
    package init?(pem: String) {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { return nil }
        unsafe self.context = context
        self.pem = pem
        guard let (certificate, key) = unsafe Self.read(pem) else {
            fingerprint = ""
            return nil
        }
        defer {
            unsafe X509_free(certificate)
            unsafe EVP_PKEY_free(key)
        }
        fingerprint = unsafe Self.fingerprint(certificate)
        guard unsafe wire_require_tls12(context) == 1, unsafe SSL_CTX_use_certificate(context, certificate) == 1,
            unsafe SSL_CTX_use_PrivateKey(context, key) == 1
        else { return nil }
    }

    deinit { unsafe SSL_CTX_free(context) }

    private static func fingerprint(_ certificate: OpaquePointer) -> String {
        var count: UInt32 = 0
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, filled in
            unsafe X509_digest(certificate, EVP_sha256(), buffer.baseAddress, &count)
            filled = Int(count)
        }
        return Hex.encode(digest)
    }

    private static func read(_ pem: String) -> (OpaquePointer, OpaquePointer)? {
        var text = pem
        return text.withUTF8 { bytes in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            guard let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) else { return nil }
            guard let key = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil) else {
                unsafe X509_free(certificate)
                return nil
            }
            return unsafe (certificate, key)
        }
    }

    /// Certificate and key as PEM; an RSA key for those who encrypt to it, or one for signatures alone.
    package static func generate(_ commonName: String, at now: Instant, withRSA: Bool = false) -> String? {
        guard let key = unsafe withRSA ? wire_new_rsa_key() : wire_new_key() else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe X509_new() else { return nil }
        defer { unsafe X509_free(certificate) }
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), .random(in: 1 ... .max >> 1))
        let seconds = Int(now.milliseconds / 1_000)
        unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), seconds - 86_400)
        unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), seconds + 3_650 * 86_400)
        unsafe X509_set_pubkey(certificate, key)
        let name = unsafe X509_get_subject_name(certificate)
        unsafe X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_ASC, Array(commonName.utf8), Int32(commonName.utf8.count), -1, 0)
        unsafe X509_set_issuer_name(certificate, name)
        guard unsafe X509_sign(certificate, key, EVP_sha256()) > 0, let bio = unsafe BIO_new(BIO_s_mem()) else {
            return nil
        }
        defer { unsafe BIO_free(bio) }
        guard unsafe PEM_write_bio_X509(bio, certificate) == 1,
            unsafe PEM_write_bio_PrivateKey(bio, key, nil, nil, 0, nil, nil) == 1
        else { return nil }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe wire_bio_bytes(bio, &start)
        guard let start = unsafe start else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
