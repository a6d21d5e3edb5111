import CTLS
import Glibc
import Synchronization

/// A server on 127.0.0.1 for one test: each connection is handed to a closure on a thread of its own.
package final class LoopbackServer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let accepted = Atomic<Int>(0)

    /// How many connections were taken.
    package var connections: Int { accepted.load(ordering: .relaxed) }

    /// Listens at a free port; with an identity it speaks TLS.
    package init(_ identity: SelfSigned? = nil, serve: @escaping @Sendable (LoopbackPeer) -> Void) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        port = Self.bind(listener)
        listen(listener, 1_024)
        let (listener, accepted) = (listener, self)
        Self.start {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    _ = Glibc.close(listener)
                    return
                }
                accepted.accepted.add(1, ordering: .relaxed)
                Self.start {
                    Self.ignoreBrokenPipes()
                    if let peer = LoopbackPeer(descriptor, identity) { serve(peer) }
                }
            }
        }
    }

    /// Takes no more connections.
    ///
    /// The thread that accepts ends by that, and closes the descriptor.
    package func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    fileprivate static func bind(_ listener: Int32) -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe Glibc.bind(listener, address, size)
                _ = unsafe getsockname(listener, address, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// OpenSSL writes to a closed connection without `MSG_NOSIGNAL`.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) {
        let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                }
                return nil
            }, work)
        pthread_detach(thread)
    }
}

/// A port at which nothing listens, and which nobody else gets meanwhile.
package final class QuietPort: Sendable {
    package let port: UInt16
    private let descriptor: Int32

    package init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        port = LoopbackServer.bind(descriptor)
    }

    deinit { close(descriptor) }
}

/// One accepted connection; closed when the closure that serves it lets it go.
@safe package final class LoopbackPeer {
    private let descriptor: Int32
    private let tls: OpaquePointer?

    /// Nil where TLS could not be agreed on.
    ///
    /// Every wait ends after twenty seconds.
    init?(_ descriptor: Int32, _ identity: SelfSigned?) {
        self.descriptor = descriptor
        unsafe tls = identity?.session(on: descriptor)
        var span = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &span, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &span, socklen_t(MemoryLayout<timeval>.size))
        if unsafe tls != nil, unsafe SSL_accept(tls) != 1 { return nil }
    }

    deinit {
        if unsafe tls != nil { unsafe SSL_shutdown(tls) }
        unsafe SSL_free(tls)
        close(descriptor)
    }

    /// What came; nil when the other side is gone, or silent for too long.
    package func read() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count =
            unsafe tls == nil
            ? recv(descriptor, &chunk, chunk.count, 0) : Int(SSL_read(tls, &chunk, Int32(chunk.count)))
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    /// Sends everything; false when the other side is gone.
    @discardableResult package func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { bytes in
                unsafe tls == nil
                    ? Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                    : Int(SSL_write(tls, bytes.baseAddress, Int32(bytes.count)))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}

/// A self-signed key and certificate without names, as a router has.
@safe package final class SelfSigned: Sendable {
    /// The SHA-256 of the certificate.
    package let fingerprint: [UInt8]
    // Filled before it is shared; a finished context may make sessions on several threads.
    private nonisolated(unsafe) let context: OpaquePointer?

    package init() {
        let key = unsafe lango_tls_new_key()
        let certificate = unsafe X509_new()
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), 0)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
        unsafe X509_set_pubkey(certificate, key)
        unsafe X509_sign(certificate, key, EVP_sha256())
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe lango_certificate_digest(certificate, &digest)
        fingerprint = digest
        unsafe context = SSL_CTX_new(TLS_server_method())
        unsafe SSL_CTX_use_certificate(context, certificate)
        unsafe SSL_CTX_use_PrivateKey(context, key)
        unsafe X509_free(certificate)
        unsafe EVP_PKEY_free(key)
    }

    deinit { unsafe SSL_CTX_free(context) }

    fileprivate func session(on descriptor: Int32) -> OpaquePointer? {
        let session = unsafe SSL_new(context)
        unsafe SSL_set_fd(session, descriptor)
        return unsafe session
    }
}
