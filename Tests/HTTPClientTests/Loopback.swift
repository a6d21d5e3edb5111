import CCurl
import Glibc
import Synchronization
import Values

/// A server on the loopback for one test: every connection is handed to a closure on a thread of its own.
final class Loopback: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Atomic<Int>(0)
    private let requests = Mutex<[String]>([])

    /// How many connections were taken.
    var connections: Int { accepted.load(ordering: .relaxed) }

    /// Every request that came in, head and body.
    var received: [String] { requests.withLock { $0 } }

    /// Listens at a free port; with an identity it speaks TLS.
    init(_ identity: TLSIdentity? = nil, serve: @escaping @Sendable (Peer) -> Void) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, _) = (listener, size)
        port = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe bind(listener, address, size)
                unsafe getsockname(listener, address, &size)
            }
            return unsafe UInt16(bigEndian: address.pointee.sin_port)
        }
        listen(listener, 64)
        startLoopbackThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                accepted.add(1, ordering: .relaxed)
                startLoopbackThread {
                    let peer = Peer(descriptor, identity) { request in self.requests.withLock { $0.append(request) } }
                    if let peer { serve(peer) }
                }
            }
        }
    }

    /// Takes no more connections.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = Glibc.close(listener)
    }
}

/// One accepted connection.
@safe final class Peer {
    private let descriptor: Int32
    private let tls: OpaquePointer?
    private let record: (String) -> Void

    init?(_ descriptor: Int32, _ identity: TLSIdentity?, record: @escaping (String) -> Void) {
        self.descriptor = descriptor
        self.record = record
        unsafe tls = identity?.session(on: descriptor)
        if unsafe tls != nil, unsafe SSL_accept(tls) != 1 { return nil }
    }

    deinit {
        unsafe SSL_free(tls)
        close(descriptor)
    }

    /// The next request: its head, and the body where it has a length; nil when the other side is gone.
    func request() -> String? {
        var bytes: [UInt8] = []
        while true {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count =
                unsafe tls == nil
                ? read(descriptor, &chunk, chunk.count) : Int(SSL_read(tls, &chunk, Int32(chunk.count)))
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            let halves = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            let fields = halves[0].split(separator: "\r\n").map { $0.lowercased() }
            let length = fields.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
            guard halves[1].utf8.count >= length else { continue }
            record(text)
            return text
        }
    }

    func send(_ text: String) {
        if unsafe tls == nil {
            _ = unsafe Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
        } else {
            unsafe SSL_write(tls, text, Int32(text.utf8.count))
        }
    }

    /// An answer with a body and its length.
    func answer(_ body: String, status: String = "200 OK", headers: String = "") {
        send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }
}

/// A self-signed key and certificate without names, as a router has.
@safe final class TLSIdentity: Sendable {
    let fingerprint: [UInt8]
    // Filled before it is shared; "SSL_new" may be called by several threads on one finished context.
    private nonisolated(unsafe) let context: OpaquePointer?

    init() {
        let key = unsafe lango_test_key()
        let certificate = unsafe X509_new()
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), 0)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
        unsafe X509_set_pubkey(certificate, key)
        unsafe X509_sign(certificate, key, EVP_sha256())
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe lango_digest(certificate, &digest)
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

/// A fresh key on P-256, by the functions that Swift can see.
private func lango_test_key() -> OpaquePointer? {
    let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    unsafe EVP_PKEY_keygen_init(context)
    unsafe EVP_PKEY_CTX_set_group_name(context, "P-256")
    unsafe EVP_PKEY_generate(context, &key)
    return unsafe key
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func startLoopbackThread(_ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
    var thread = pthread_t()
    unsafe pthread_create(
        &thread, nil,
        { context in
            if let context = unsafe context { unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
            return nil
        }, work)
    pthread_detach(thread)
}
