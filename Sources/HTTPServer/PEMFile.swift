import CMicrohttpd
import Glibc

/// A PEM file of TLS, looked at before GnuTLS sees it, whose words tell neither which file nor what to do.
struct PEMFile {
    private let path: String
    private let text: String

    /// - Throws: `ServerError` with the system's reason where the file cannot be read.
    init(_ path: String) throws(ServerError) {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        defer { unsafe gnutls_memset(&bytes, 0, bytes.count) }
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw Self.unreadable(path) }
        text = String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// - Throws: `ServerError` where the file holds no certificate that can be read.
    func checkCertificate() throws(ServerError) {
        guard holds("CERTIFICATE") else { throw refusal(holdsKey ? swapped("a key") : nothing("certificate")) }
        let code = unsafe mhd_try_chain(path)
        guard code == 0 else {
            throw refusal("holds a certificate that cannot be read, maybe cut short: \(Self.words(code))")
        }
    }

    /// - Throws: `ServerError` where the file holds no key that can be read.
    func checkKey() throws(ServerError) {
        guard holdsKey else { throw refusal(holds("CERTIFICATE") ? swapped("a certificate") : nothing("private key")) }
        guard !text.contains("ENCRYPTED") else {
            throw refusal("is locked with a passphrase; take it off: openssl pkey -in locked.pem -out key.pem")
        }
        let code = unsafe mhd_try_key(path)
        guard code == 0 else { throw refusal("holds a key that cannot be read, maybe cut short: \(Self.words(code))") }
    }

    private var holdsKey: Bool { text.contains("PRIVATE KEY-----") }

    private func holds(_ label: String) -> Bool { text.contains("-----BEGIN \(label)-----") }

    private func swapped(_ found: String) -> String { "holds \(found): the files of certificate and key are swapped" }

    private func nothing(_ what: String) -> String {
        if text.isEmpty { return "is empty" }
        return "holds no \(what) in PEM: a line -----BEGIN \(what.uppercased())----- is missing"
    }

    private func refusal(_ words: String) -> ServerError {
        ServerError(.certificate, "The file \(path) \(words)" + (words.hasSuffix(".") ? "" : "."))
    }

    private static func unreadable(_ path: String) -> ServerError {
        ServerError(.certificate, "The file \(path) cannot be read: \(unsafe String(cString: strerror(errno))).")
    }

    private static func words(_ code: Int32) -> String {
        unsafe gnutls_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
