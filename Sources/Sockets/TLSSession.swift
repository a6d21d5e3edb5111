import CTLS
import Values

/// The TLS of one connection, as the side that opened it.
///
/// OpenSSL reads and writes the descriptor itself; https://docs.openssl.org/3.0/man7/ssl/.
@safe final class TLSSession {
    /// How far a call came.
    enum Step: Equatable {
        case done(Int)
        /// Once the descriptor is readable, or writable.
        case wait(writable: Bool)
        case failed(SocketError)
    }

    private let session: OpaquePointer
    private let trust: CertificateTrust

    /// Nil where OpenSSL gives no session.
    init?(on descriptor: Int32, to endpoint: Endpoint, trusting trust: CertificateTrust) {
        let context = trust == .system ? TLSContext.verifying : TLSContext.plain
        guard let session = unsafe SSL_new(context.handle) else { return nil }
        unsafe self.session = session
        self.trust = trust
        unsafe SSL_set_fd(session, descriptor)
        let isAddress = !SocketAddress.find(endpoint.host, endpoint.port, numeric: true).isEmpty
        if !isAddress { unsafe lango_tls_name(session, endpoint.host) }
        guard trust == .system else { return }
        let parameters = unsafe SSL_get0_param(session)
        let isNamed =
            unsafe isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, endpoint.host)
            : X509_VERIFY_PARAM_set1_host(parameters, endpoint.host, 0)
        guard isNamed == 1 else { return nil }
    }

    deinit { unsafe SSL_free(session) }

    /// Goes on agreeing on keys; done when the other side is the right one.
    ///
    /// The certificate is judged before anything is sent: the handshake itself proves that the other side has its key.
    func shakeHands() -> Step {
        ERR_clear_error()
        let code = unsafe SSL_connect(session)
        guard code != 1 else { return judge() }
        let step = step(after: code)
        guard case .failed = step else { return step }
        if unsafe trust == .system && SSL_get_verify_result(session) != Int(X509_V_OK) {
            return .failed(.certificateUntrusted)
        }
        return .failed(lango_tls_was_cut_off() == 1 ? .closedByPeer : .noTLS)
    }

    private func judge() -> Step {
        var digest = [UInt8](repeating: 0, count: 32)
        guard trust != .system else { return .done(0) }
        guard unsafe lango_tls_digest(session, &digest) == 1, let seen = CertificateFingerprint(digest) else {
            return .failed(.noTLS)
        }
        switch trust {
        case .pinned(seen), .system: return .done(0)
        case .pinned(let expected): return .failed(.certificateChanged(expected: expected, seen: seen))
        case .firstUse: return .failed(.certificateUnknown(seen: seen))
        }
    }

    /// Reads what fits.
    func read(into buffer: inout [UInt8]) -> Step {
        ERR_clear_error()
        var count = 0
        let code = unsafe SSL_read_ex(session, &buffer, buffer.count, &count)
        return code == 1 ? .done(count) : step(after: code)
    }

    /// Writes as much as goes.
    func write(_ bytes: ArraySlice<UInt8>) -> Step {
        ERR_clear_error()
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { unsafe SSL_write_ex(session, $0.baseAddress, $0.count, &count) }
        return code == 1 ? .done(count) : step(after: code)
    }

    /// Tells the other side that the stream ends here; its answer is not awaited.
    func sayGoodbye() {
        ERR_clear_error()
        unsafe SSL_shutdown(session)
    }

    private func step(after code: Int32) -> Step {
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ: .wait(writable: false)
        case SSL_ERROR_WANT_WRITE: .wait(writable: true)
        default: .failed(.closedByPeer)
        }
    }
}

/// What all sessions share; made at the first one.
///
/// A finished context may make sessions on several threads: https://docs.openssl.org/3.0/man7/openssl-threads/.
@safe private struct TLSContext: Sendable {
    /// Certificates are judged by their fingerprint alone.
    static let plain = TLSContext(verifies: false)
    /// Certificates are judged by the authorities of the system.
    static let verifying = TLSContext(verifies: true)

    // Safe: set once and freed never; OpenSSL lets threads share a context that nobody changes any more.
    nonisolated(unsafe) let handle: OpaquePointer?

    private init(verifies: Bool) {
        unsafe handle = lango_tls_client()
        precondition(unsafe handle != nil, "OpenSSL gives no context")
        guard verifies else { return }
        unsafe SSL_CTX_set_default_verify_paths(handle)
        unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
    }
}
