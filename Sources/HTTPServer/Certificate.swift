import CMicrohttpd

/// The certificate chain and key of a TLS server, both from PEM files.
@safe final class Certificate: Sendable {
    // Written by `init` only, then read by GnuTLS; the address must not change.
    nonisolated(unsafe) private let made: UnsafeMutablePointer<mhd_certificate>

    init(_ files: ServerSettings.TLSFiles) throws(ServerError) {
        try PEMFile(files.certificatePath).checkCertificate()
        try PEMFile(files.keyPath).checkKey()
        let made = UnsafeMutablePointer<mhd_certificate>.allocate(capacity: 1)
        unsafe made.initialize(to: mhd_certificate())
        var code = unsafe mhd_check_certificate(files.certificatePath, files.keyPath)
        if code == 0 { code = unsafe mhd_read_certificate(made, files.certificatePath, files.keyPath) }
        guard code == 0 else {
            unsafe made.deallocate()
            throw Self.error(code, files)
        }
        unsafe self.made = made
    }

    deinit {
        unsafe mhd_forget_certificate(made)
        unsafe made.deallocate()
    }

    /// Lends chain and key to a handshake.
    func lend(
        _ chain: UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>, _ count: UnsafeMutablePointer<UInt32>,
        _ key: UnsafeMutablePointer<gnutls_privkey_t?>
    ) {
        unsafe chain.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: gnutls_pcert_st.self)
        unsafe count.pointee = made.pointee.count
        unsafe key.pointee = made.pointee.key
    }

    private static func error(_ code: Int32, _ files: ServerSettings.TLSFiles) -> ServerError {
        let words = unsafe gnutls_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        let both = "\(files.certificatePath) and \(files.keyPath)"
        return switch code {
        case GNUTLS_E_CERTIFICATE_KEY_MISMATCH:
            ServerError(
                .certificate,
                "The certificate and the key in \(both) do not belong together. The server's own certificate comes first "
                    + "in its file, those of its authorities after it.")
        default: ServerError(.certificate, "\(both) are no certificate with its key: \(words)")
        }
    }
}
