import CWire
import Glibc
import Values

/// An open connection, plain or TLS; owned by the thread that serves it.
@safe package final class WireStream {
    package let descriptor: Int32
    private let session: OpaquePointer?

    /// Takes over an accepted socket.
    package init(plain descriptor: Int32) {
        self.descriptor = descriptor
        unsafe session = nil
    }

    /// Takes over an accepted socket and shakes hands; nil when that fails, the socket is closed then.
    package init?(_ descriptor: Int32, as identity: TLSIdentity) {
        self.descriptor = descriptor
        guard let session = unsafe SSL_new(identity.context) else {
            unsafe self.session = nil
            return nil
        }
        unsafe self.session = session
        guard unsafe SSL_set_fd(session, descriptor) == 1, unsafe SSL_accept(session) == 1 else { return nil }
    }

    /// Takes over a connected socket and shakes hands as a client that believes any certificate; nil when that fails.
    package init?(_ descriptor: Int32, asClientOf host: String) {
        self.descriptor = descriptor
        unsafe session = wire_client_session(host)
        guard let session = unsafe session else { return nil }
        guard unsafe SSL_set_fd(session, descriptor) == 1, unsafe SSL_connect(session) == 1 else { return nil }
    }

    deinit {
        if let session = unsafe session { unsafe SSL_free(session) }
        close(descriptor)
    }

    /// Up to 16 KiB that have come in; empty at the end, on an error and when nothing came in time.
    package func read() -> [UInt8] {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
            if let session = unsafe session {
                count = unsafe max(0, Int(SSL_read(session, buffer.baseAddress, Int32(buffer.count))))
            } else {
                count = unsafe max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
            }
        }
        return bytes
    }

    /// Waits until something has come in, or the other side has hung up; false when the time is over or a bell rings.
    package func awaitInput(milliseconds: Int32, or bell: WireBell? = nil) -> Bool {
        if let session = unsafe session, unsafe SSL_pending(session) > 0 { return true }
        var states = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let bell { states.append(pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)) }
        guard unsafe poll(&states, nfds_t(states.count), milliseconds) > 0 else { return false }
        if let bell, states[1].revents != 0 { bell.hush() }
        return states[0].revents != 0
    }

    /// Sends everything; false when the other side is gone.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes { rest in
                if let session = unsafe session {
                    return unsafe Int(SSL_write(session, rest.baseAddress, Int32(min(rest.count, 1 << 20))))
                }
                return unsafe send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Says goodbye, so that the client knows that nothing is missing.
    package func finish() {
        if let session = unsafe session { unsafe SSL_shutdown(session) }
        shutdown(descriptor, wire_our_way)
    }

    /// Whether the other side has hung up; looks without waiting.
    package var isClosedByPeer: Bool {
        var byte: [UInt8] = [0]
        return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }
}
