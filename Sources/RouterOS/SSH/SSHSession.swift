import CSSHClient
import Glibc
import HTTPClient
import Synchronization
import Values

/// One SSH connection that has logged in; used by one thread alone, closed when it goes.
///
/// libssh2 never blocks here: every step is tried again when the socket is ready, the time is over, or nobody waits any
/// more. https://libssh2.org/docs.html
@safe final class SSHSession {
    private let access: SSHTransport.Access
    let session: OpaquePointer
    private let descriptor: Int32

    /// The longest wait for a connection and the login together.
    static let loginLimit = Span.seconds(15)
    /// The longest wait for a channel: a connection that a router in between has forgotten answers nothing at all.
    static let openLimit = Span.seconds(10)

    /// Connects, looks at the host's key, logs in.
    init(_ access: SSHTransport.Access, _ ticket: SSHTicket, within limit: Span) throws(RouterError) {
        _ = Self.libraryIsReady
        self.access = access
        let deadline = Deadline(min(Self.loginLimit, limit))
        descriptor = try SSHSocket.connect(access.host, port: access.port, deadline, ticket)
        guard let session = unsafe lango_ssh_session() else {
            close(descriptor)
            throw RouterError(.unreachable)
        }
        unsafe self.session = session
        unsafe libssh2_session_set_blocking(session, 0)
        try shakeHands(deadline, ticket)
        try checkHost()
        try logIn(deadline, ticket)
    }

    deinit {
        guard !Self.isExiting.load(ordering: .sequentiallyConsistent) else { return }
        unsafe libssh2_session_disconnect_ex(session, SSH_DISCONNECT_BY_APPLICATION, "", "")
        // Without a socket nothing is left to wait for, so that all memory is given back.
        shutdown(descriptor, Int32(SHUT_RDWR))
        unsafe libssh2_session_free(session)
        close(descriptor)
    }

    /// Set when the process ends: from then on OpenSSL is taken down under the feet of the threads, which leave it alone.
    ///
    /// Functions of `atexit` run in reverse order, so ours comes before that of OpenSSL, which libssh2 has started.
    private static let isExiting = Atomic(false)

    private static let libraryIsReady: Bool = {
        let code = libssh2_init(0)
        precondition(code == 0, "libssh2 cannot start (\(code))")
        atexit { SSHSession.isExiting.store(true, ordering: .sequentiallyConsistent) }
        return true
    }()

    // MARK: Login

    private func shakeHands(_ deadline: Deadline, _ ticket: SSHTicket) throws(RouterError) {
        let code = try until(deadline, ticket) { unsafe libssh2_session_handshake(session, descriptor) }
        switch code {
        case 0: return
        // The connection ends without a word where the service does not admit our address.
        case LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV,
            LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_BANNER_SEND:
            throw RouterError(.notAdmitted)
        case LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE, LIBSSH2_ERROR_HOSTKEY_INIT,
            LIBSSH2_ERROR_HOSTKEY_SIGN:
            throw RouterError(.certificateUnusable)
        default: throw RouterError(.notRouterOS)
        }
    }

    /// Nothing of the login is sent before the host is known.
    private func checkHost() throws(RouterError) {
        guard let hash = unsafe libssh2_hostkey_hash(session, LIBSSH2_HOSTKEY_HASH_SHA256) else {
            throw RouterError(.certificateUnusable)
        }
        let bytes = (0..<32).map { unsafe UInt8(bitPattern: hash[$0]) }
        guard let seen = CertificateFingerprint(bytes) else { throw RouterError(.certificateUnusable) }
        switch access.trust {
        case .firstUse: throw RouterError(.hostKeyUnknown(seen: seen))
        case .pinned(let expected):
            guard seen == expected else { throw RouterError(.hostKeyChanged(expected: expected, seen: seen)) }
        }
    }

    private func logIn(_ deadline: Deadline, _ ticket: SSHTicket) throws(RouterError) {
        // Flags behind the name: no colours, a wide line; FACTS 3.
        let name = access.user + "+ct511w"
        let code: Int32
        switch access.credential {
        case .password(let password):
            code = try until(deadline, ticket) {
                unsafe lango_ssh_password(
                    session, name, UInt32(name.utf8.count), password.revealed, UInt32(password.revealed.utf8.count))
            }
        case .key(let key):
            code = try until(deadline, ticket) {
                unsafe libssh2_userauth_publickey_frommemory(
                    session, name, name.utf8.count, nil, 0, key.revealed, key.revealed.utf8.count, nil)
            }
        }
        switch code {
        case 0: return
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED, LIBSSH2_ERROR_PASSWORD_EXPIRED,
            LIBSSH2_ERROR_METHOD_NONE:
            throw RouterError(.unauthorized)
        case LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV:
            throw RouterError(.interrupted(maybeDone: false))
        default:
            // All else is about the key, which the library reads only now.
            guard case .key = access.credential else { throw RouterError(.interrupted(maybeDone: false)) }
            throw RouterError(.failure("the private key cannot be read"))
        }
    }

    // MARK: One line

    /// Carries one line out and returns what it prints.
    func run(_ line: String, _ ticket: SSHTicket, within limit: Span, atMost most: Int) throws(RouterError) -> [UInt8] {
        let deadline = Deadline(limit)
        let channel = unsafe try open(Deadline(min(Self.openLimit, limit)), ticket)
        defer { unsafe libssh2_channel_free(channel) }
        unsafe libssh2_channel_handle_extended_data2(channel, LIBSSH2_CHANNEL_EXTENDED_DATA_MERGE)
        ticket.markSent()
        let code = try until(deadline, ticket) { unsafe lango_ssh_exec(channel, line, UInt32(line.utf8.count)) }
        guard code == 0 else { throw RouterError(.interrupted(maybeDone: true)) }
        var output: [UInt8] = []
        var chunk = [CChar](repeating: 0, count: 32_768)
        while true {
            let count = try until(deadline, ticket) {
                unsafe Int32(libssh2_channel_read_ex(channel, 0, &chunk, chunk.count))
            }
            if count > 0 {
                guard output.count + Int(count) <= most else { throw RouterError(.tooLarge) }
                output += chunk[..<Int(count)].lazy.map { UInt8(bitPattern: $0) }
            } else if count < 0 {
                throw RouterError(.interrupted(maybeDone: true))
            } else if unsafe libssh2_channel_eof(channel) == 1 {
                break
            } else {
                try wait(deadline, ticket)
            }
        }
        // The answer is complete; what goes wrong while closing shows at the next use.
        _ = try until(deadline, ticket) { unsafe libssh2_channel_close(channel) }
        return output
    }

    func open(_ deadline: Deadline, _ ticket: SSHTicket) throws(RouterError) -> OpaquePointer {
        while true {
            if let channel = unsafe lango_ssh_open(session) { return unsafe channel }
            guard unsafe libssh2_session_last_errno(session) == LIBSSH2_ERROR_EAGAIN else {
                throw RouterError(.interrupted(maybeDone: false))
            }
            try wait(deadline, ticket)
        }
    }

    // MARK: Waiting

    /// Tries a step until it no longer has to wait.
    func until(
        _ deadline: Deadline, _ ticket: SSHTicket, _ step: () -> Int32
    ) throws(RouterError) -> Int32 {
        while true {
            guard !Self.isExiting.load(ordering: .sequentiallyConsistent) else {
                throw RouterError(.interrupted(maybeDone: ticket.isSent))
            }
            let code = step()
            guard code == LIBSSH2_ERROR_EAGAIN else { return code }
            try wait(deadline, ticket)
        }
    }

    func wait(_ deadline: Deadline, _ ticket: SSHTicket) throws(RouterError) {
        let events = unsafe lango_ssh_wants_write(session) != 0 ? POLLIN | POLLOUT : POLLIN
        try SSHSocket.wait(descriptor, Int16(events), deadline, ticket)
    }
}
