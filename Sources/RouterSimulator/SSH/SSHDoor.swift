import CWire
import Glibc
import Values

/// SSH on a wire: one command line a channel, no terminal; by libssh, which the product shares nothing of.
///
/// Source: FACTS 3: passwords and keys, flags behind the login name, text that is silent on success.
@safe struct SSHDoor {
    private let router: SimulatedRouter
    private let stream: WireStream
    private let session: OpaquePointer
    private let peer: String
    private var user: RouterUser?
    private var row: UInt32?

    /// Serves a connection to its end.
    static func serve(_ stream: WireStream, _ router: SimulatedRouter, _ key: SSHHostKey) {
        let peer = WireSocket.peer(stream.descriptor).address
        guard router.with({ machine, _ in machine.admits(peer, to: "ssh") }), let bind = unsafe ssh_bind_new() else {
            return
        }
        defer { unsafe ssh_bind_free(bind) }
        guard let session = unsafe ssh_new(), let own = unsafe key.copy() else { return }
        defer {
            unsafe ssh_disconnect(session)
            unsafe ssh_free(session)
        }
        // The session closes its own descriptor; the stream keeps another of the same connection.
        guard unsafe wire_ssh_set_key(bind, own) == SSH_OK,
            unsafe ssh_bind_accept_fd(bind, session, dup(stream.descriptor)) == SSH_OK
        else { return }
        WireSocket.setTimeout(stream.descriptor, seconds: 0)
        unsafe ssh_set_auth_methods(session, Int32(SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY))
        guard unsafe ssh_handle_key_exchange(session) == SSH_OK else { return }
        var door = unsafe SSHDoor(router: router, stream: stream, session: session, peer: peer.description)
        door.listen()
        if let row = door.row { router.with { machine, now in machine.closeSession(row, at: now) } }
    }

    private init(router: SimulatedRouter, stream: WireStream, session: OpaquePointer, peer: String) {
        self.router = router
        self.stream = stream
        unsafe self.session = session
        self.peer = peer
    }

    private mutating func listen() {
        while let message = unsafe ssh_message_get(session) {
            defer { unsafe ssh_message_free(message) }
            let isAnswered: Bool
            switch unsafe (UInt32(ssh_message_type(message)), user) {
            case (SSH_REQUEST_AUTH.rawValue, _): isAnswered = unsafe authenticate(message)
            case (SSH_REQUEST_CHANNEL_OPEN.rawValue, .some): isAnswered = unsafe open(message)
            case (SSH_REQUEST_CHANNEL.rawValue, .some): isAnswered = unsafe request(message)
            default: isAnswered = false
            }
            if !isAnswered { unsafe ssh_message_reply_default(message) }
        }
    }

    // MARK: Who it is

    private mutating func authenticate(_ message: OpaquePointer) -> Bool {
        guard let text = unsafe ssh_message_auth_user(message) else { return false }
        // Behind a plus stand the console's settings: `lango+ct80w`.
        let name = unsafe String(cString: text).prefix { $0 != "+" }
        let hits = router.hits("/login", "login", by: .ssh)
        if hits.contains(.closeBefore) { shutdown(stream.descriptor, Int32(SHUT_RDWR)) }
        wait(hits)
        var known: RouterUser?
        switch unsafe UInt32(bitPattern: ssh_message_subtype(message)) {
        case UInt32(SSH_AUTH_METHOD_PASSWORD):
            guard let secret = unsafe wire_ssh_password(message) else { return false }
            let password = unsafe String(cString: secret)
            known = router.with { machine, _ in machine.sshUser(String(name), password: password) }
        case UInt32(SSH_AUTH_METHOD_PUBLICKEY):
            guard let key = unsafe wire_ssh_offered_key(message), let blob = unsafe Self.blob(key) else { return false }
            let kind = unsafe String(cString: ssh_key_type_to_char(ssh_key_type(key)))
            known = router.with { machine, _ in machine.sshUser(String(name), key: blob, kind: kind) }
            if known != nil, unsafe wire_ssh_is_key_asked(message) == 1 {
                return unsafe ssh_message_auth_reply_pk_ok_simple(message) == SSH_OK
            }
            if unsafe wire_ssh_is_key_proved(message) != 1 { known = nil }
        default: return false
        }
        guard let known else {
            refuse(String(name))
            return false
        }
        let peer = peer
        user = known
        row = router.with { machine, now in machine.openSession(of: known.name, from: peer, via: "ssh", at: now) }
        return unsafe ssh_message_auth_reply_success(message, 0) == SSH_OK
    }

    private func refuse(_ name: String) {
        let words = "login failure for user \(name) from \(peer) via ssh"
        router.with { machine, _ in machine.note("system,error,critical", words) }
    }

    private static func blob(_ key: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text = unsafe text else { return nil }
        defer { unsafe ssh_string_free_char(text) }
        return unsafe String(cString: text)
    }

    // MARK: What it wants

    private func open(_ message: OpaquePointer) -> Bool {
        guard unsafe UInt32(bitPattern: ssh_message_subtype(message)) == SSH_CHANNEL_SESSION.rawValue else {
            return false
        }
        return unsafe ssh_message_channel_request_open_reply_accept(message) != nil
    }

    private func request(_ message: OpaquePointer) -> Bool {
        guard unsafe UInt32(bitPattern: ssh_message_subtype(message)) == SSH_CHANNEL_REQUEST_EXEC.rawValue,
            let channel = unsafe ssh_message_channel_request_channel(message),
            let text = unsafe ssh_message_channel_request_command(message)
        else { return false }
        let line = unsafe String(cString: text)
        unsafe ssh_message_channel_request_reply_success(message)
        run(line) { bytes in
            unsafe bytes.withUnsafeBytes { unsafe ssh_channel_write(channel, $0.baseAddress, UInt32($0.count)) >= 0 }
        }
        unsafe ssh_channel_request_send_exit_status(channel, 0)
        unsafe ssh_channel_send_eof(channel)
        unsafe ssh_channel_close(channel)
        return true
    }

    /// Carries a line out; faults decide how much of the answer arrives.
    private func run(_ line: String, _ write: ([UInt8]) -> Bool) {
        guard let user else { return }
        let target = router.with { machine, _ in Console.target(of: line, in: machine.tree).map { [$0.menu, $0.verb] } }
        let hits = router.hits(target?.first ?? "?", target?.last ?? "?", by: .ssh)
        if hits.contains(.closeBefore) { return hangUp() }
        wait(hits)
        if hits.contains(.error500) {
            _ = write(Array("action failed (6)\r\n".utf8))
            return
        }
        let text = router.with { machine, now in Console(user: user).run(line, on: &machine, at: now) }
        if hits.contains(.loseReply) { return hangUp() }
        for case .cut(let count) in hits {
            _ = write(Array(text.utf8.prefix(count)))
            return hangUp()
        }
        if !text.isEmpty { _ = write(APIText.bytes(text)) }
    }

    private func hangUp() { shutdown(stream.descriptor, Int32(SHUT_RDWR)) }

    private func wait(_ hits: [Fault.Kind]) {
        for hit in hits {
            switch hit {
            case .slow(let milliseconds): WireThread.pause(milliseconds: milliseconds)
            case .hang:
                let patience = router.patienceNow
                while router.patienceNow == patience, !stream.isClosedByPeer { WireThread.pause(milliseconds: 20) }
            default: continue
            }
        }
    }
}
