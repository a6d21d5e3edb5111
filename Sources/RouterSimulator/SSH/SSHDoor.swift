import CSSHServer
import CWire
import Glibc
import Values
import Wires

/// SSH on a wire: one thread a connection, login by password or key, then one line of the console a channel.
///
/// There is no interactive shell: what programs use is `exec` (FACTS 3).
@safe final class SSHDoor {
    private let router: SimulatedRouter
    private let stream: WireStream
    private let session: ssh_session
    private let peer: IPv4Address
    private var user: RouterUser?
    private var row: UInt32?
    private var isOver = false

    /// Serves a connection to its end.
    static func serve(_ stream: WireStream, _ router: SimulatedRouter) {
        let peer = WireSocket.peer(stream.descriptor).address
        guard router.with({ machine, _ in machine.admits(peer, to: "ssh") }) else { return }
        let hits = router.hits("/login", "connect", by: .ssh)
        guard !hits.contains(.closeBefore), wait(hits, router, stream) else { return }
        guard let identity = router.hostKey, let door = SSHDoor(router, stream, identity, peer) else { return }
        door.talk()
    }

    private init?(_ router: SimulatedRouter, _ stream: WireStream, _ identity: SSHIdentity, _ peer: IPv4Address) {
        guard let session = unsafe ssh_new() else { return nil }
        self.router = router
        self.stream = stream
        self.peer = peer
        unsafe self.session = session
        // Many small packets go back and forth: none may wait for the acknowledgement of the one before.
        var on: Int32 = 1
        unsafe setsockopt(
            stream.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        guard let bind = unsafe ssh_bind_new() else { return nil }
        defer { unsafe ssh_bind_free(bind) }
        // libssh closes the descriptor that it is given; the stream closes its own.
        let descriptor = dup(stream.descriptor)
        guard descriptor >= 0, let key = unsafe SSHIdentity.read(identity.pem) else { return nil }
        let isYoung = router.with { machine, _ in machine.version >= RouterRelease(7, 12) }
        // Old clients sign with SHA-1; Ed25519 is taken from 7.12 on, ECDSA never (FACTS 3).
        let rsa = "rsa-sha2-512,rsa-sha2-256,ssh-rsa"
        unsafe door_set_algorithms(
            bind, identity.isRSA ? rsa : "ssh-ed25519", isYoung ? "ssh-ed25519,\(rsa)" : rsa)
        unsafe door_set_timeout(session, 10)
        // What RouterOS calls itself.
        unsafe ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BANNER, "ROSSSH")
        guard unsafe door_take_key(bind, key) == SSH_OK,
            unsafe ssh_bind_accept_fd(bind, session, descriptor) == SSH_OK
        else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        let row = row
        if let row { router.with { machine, now in machine.closeSession(row, at: now) } }
        unsafe ssh_disconnect(session)
        unsafe ssh_free(session)
    }

    /// Lets faults delay or hold a connection; false where it is over.
    private static func wait(_ hits: [Fault.Kind], _ router: SimulatedRouter, _ stream: WireStream) -> Bool {
        let patience = router.patienceNow
        if hits.contains(.hang) {
            while router.patienceNow == patience, !hasHungUp(stream.descriptor) { WireThread.pause(milliseconds: 20) }
            return false
        }
        for case .slow(let milliseconds) in hits {
            for _ in 0..<(milliseconds / 10) where router.patienceNow == patience && !hasHungUp(stream.descriptor) {
                WireThread.pause(milliseconds: 10)
            }
        }
        return true
    }

    /// Whether the client has gone, even with bytes of it unread.
    private static func hasHungUp(_ descriptor: Int32) -> Bool {
        var states = [pollfd(fd: descriptor, events: door_hang_up, revents: 0)]
        return unsafe poll(&states, 1, 0) > 0
    }

    private func drop() { shutdown(stream.descriptor, wire_both_ways) }

    // MARK: The dialogue

    private func talk() {
        guard unsafe ssh_handle_key_exchange(session) == SSH_OK else { return }
        unsafe ssh_set_auth_methods(session, door_methods())
        var idle = 0
        // A quiet minute without a login ends the connection, half an hour with one.
        while !isOver, idle < (user == nil ? 6 : 180) {
            guard let message = unsafe ssh_message_get(session) else {
                if unsafe door_is_over(session) != 0 { return }
                idle += 1
                continue
            }
            idle = 0
            unsafe take(message)
            unsafe ssh_message_free(message)
        }
    }

    private func take(_ message: ssh_message) {
        if unsafe door_is_password(message) != 0 {
            unsafe logIn(message, byKey: false)
        } else if unsafe door_is_key(message) != 0 {
            unsafe offerKey(message)
        } else if unsafe door_is_service(message) != 0 {
            unsafe ssh_message_service_reply_success(message)
        } else if unsafe user != nil && door_is_session(message) != 0 {
            if unsafe ssh_message_channel_request_open_reply_accept(message) == nil { isOver = true }
        } else if unsafe user != nil && door_is_terminal(message) != 0 {
            // A terminal changes nothing here.
            unsafe ssh_message_channel_request_reply_success(message)
        } else if unsafe user != nil && door_is_exec(message) != 0 {
            unsafe carryOut(message)
        } else if unsafe user?.policies.contains("ftp") == true && door_is_sftp(message) != 0 {
            unsafe serveFiles(message)
        } else {
            unsafe ssh_message_auth_set_methods(message, door_methods())
            unsafe ssh_message_reply_default(message)
            // A channel without a service is over.
            if unsafe door_is_sftp(message) != 0, let channel = unsafe ssh_message_channel_request_channel(message) {
                unsafe ssh_channel_close(channel)
                unsafe ssh_channel_free(channel)
            }
        }
    }

    // MARK: Login

    /// What follows a `+` of the name sets up the terminal; FACTS 3.
    private static func name(_ message: ssh_message) -> String {
        guard let text = unsafe ssh_message_auth_user(message) else { return "" }
        let name = unsafe String(cString: text)
        return name.lastIndex(of: "+").map { String(name[..<$0]) } ?? name
    }

    private func offerKey(_ message: ssh_message) {
        let name = unsafe Self.name(message)
        let keys = router.with { machine, _ in machine.keys(of: name) }
        let isKnown = keys.contains { text in unsafe Self.isKey(door_key(message), text) }
        if isKnown, unsafe door_key_is_asked(message) != 0 {
            unsafe ssh_message_auth_reply_pk_ok_simple(message)
        } else if isKnown, unsafe door_key_is_proved(message) != 0 {
            unsafe logIn(message, byKey: true)
        } else {
            unsafe refuse(message)
        }
    }

    /// Whether a key is the one of a line as `ssh-keygen` writes it: `ssh-ed25519 AAAA… remark`.
    private static func isKey(_ key: ssh_key?, _ line: String) -> Bool {
        let words = line.split(separator: " ")
        guard let key = unsafe key, words.count >= 2 else { return false }
        var known: ssh_key?
        let kind = unsafe ssh_key_type_from_name(String(words[0]))
        guard unsafe ssh_pki_import_pubkey_base64(String(words[1]), kind, &known) == SSH_OK else { return false }
        defer { unsafe ssh_key_free(known) }
        return unsafe ssh_key_cmp(known, key, SSH_KEY_CMP_PUBLIC) == 0
    }

    private func refuse(_ message: ssh_message) {
        unsafe ssh_message_auth_set_methods(message, door_methods())
        unsafe ssh_message_reply_default(message)
    }

    private func logIn(_ message: ssh_message, byKey: Bool) {
        let name = unsafe Self.name(message)
        let password = unsafe byKey ? nil : door_password(message).map { unsafe String(cString: $0) } ?? ""
        let hits = router.hits("/login", "login", by: .ssh)
        guard !hits.contains(.closeBefore), Self.wait(hits, router, stream) else {
            isOver = true
            return drop()
        }
        let address = peer
        let peer = peer.description
        let found = router.with { machine, now -> (RouterUser, UInt32)? in
            let user = machine.user(named: name, bySSH: password, from: address)
            guard let user, user.policies.contains("ssh") else {
                machine.note("system,error,critical", "login failure for user \(name) from \(peer) via ssh")
                return nil
            }
            return (user, machine.openSession(of: name, from: peer, via: "ssh", at: now))
        }
        guard let found else { return unsafe refuse(message) }
        (user, row) = found
        unsafe ssh_message_auth_reply_success(message, 0)
    }

    // MARK: Files

    /// SFTP until the client ends it; files want the policy `ftp` (CE 7.23.1).
    private func serveFiles(_ message: ssh_message) {
        guard let channel = unsafe ssh_message_channel_request_channel(message) else { return unsafe refuse(message) }
        unsafe ssh_message_channel_request_reply_success(message)
        let files = unsafe FileDialogue(router, session, channel) { [router, stream] hits in
            !hits.contains(.closeBefore) && Self.wait(hits, router, stream)
        }
        guard files?.talk() != false else {
            isOver = true
            return drop()
        }
        unsafe end(channel)
    }

    private func end(_ channel: ssh_channel) {
        unsafe ssh_channel_request_send_exit_status(channel, 0)
        unsafe ssh_channel_send_eof(channel)
        unsafe ssh_channel_close(channel)
        unsafe ssh_channel_free(channel)
    }

    // MARK: One line

    private func carryOut(_ message: ssh_message) {
        guard let user, let channel = unsafe ssh_message_channel_request_channel(message),
            let text = unsafe ssh_message_channel_request_command(message)
        else { return unsafe refuse(message) }
        let console = Console(
            router, user, isCancelled: { [descriptor = stream.descriptor] in Self.hasHungUp(descriptor) })
        let script = unsafe console.read(String(cString: text))
        let hits = router.hits(script.menu, script.verb, by: .ssh)
        guard !hits.contains(.closeBefore), Self.wait(hits, router, stream) else {
            isOver = true
            return drop()
        }
        unsafe ssh_message_channel_request_reply_success(message)
        let boot = router.with { machine, _ in machine.bootCount }
        var output = hits.contains(.error500) ? Array("action failed (6)\r\n".utf8) : console.run(script)
        // A router that loads a backup starts anew without a farewell.
        let hasRestarted = router.with { machine, _ in machine.bootCount != boot }
        if hits.contains(.loseReply) || hasRestarted && script.verb == "load" { isOver = true }
        for case .cut(let count) in hits {
            output = Array(output.prefix(count))
            isOver = true
        }
        if !hits.contains(.loseReply) { unsafe send(output, on: channel) }
        guard !isOver else { return drop() }
        unsafe end(channel)
    }

    private func send(_ bytes: [UInt8], on channel: ssh_channel) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes { rest in
                unsafe ssh_channel_write(channel, rest.baseAddress, UInt32(min(rest.count, 32_768)))
            }
            guard count > 0 else {
                isOver = true
                return
            }
            sent += Int(count)
        }
    }
}
