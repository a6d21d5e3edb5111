import CSSHClient
import Values

/// Whole files over SFTP, one at a time; https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02.
///
/// A router's SFTP wants the policy `ftp` of the user's group. What it says about the size of a file is not to be relied
/// on (measured on 7.23.1), so a file is read to its end.
extension SSHSession {
    /// The content of a file.
    func download(
        _ name: String, _ ticket: SSHTicket, within limit: Span, atMost most: Int
    ) throws(RouterError) -> [UInt8] {
        let deadline = Deadline(limit)
        let sftp = unsafe try openFiles(deadline, ticket)
        defer { unsafe closeFiles(sftp, ticket) }
        let file = unsafe try open(name, isWritten: false, sftp, deadline, ticket)
        var content: [UInt8] = []
        var chunk = [CChar](repeating: 0, count: 32_768)
        while true {
            let count = try until(deadline, ticket) {
                unsafe Int32(libssh2_sftp_read(file, &chunk, chunk.count))
            }
            guard count >= 0 else { throw unsafe trouble(count, sftp, maybeDone: false) }
            if count == 0 { break }
            guard content.count + Int(count) <= most else { throw RouterError(.tooLarge, in: .file) }
            content += chunk[..<Int(count)].lazy.map { UInt8(bitPattern: $0) }
        }
        _ = try until(deadline, ticket) { unsafe lango_sftp_close(file) }
        return content
    }

    /// Writes a file; one of that name is replaced.
    func upload(
        _ bytes: [UInt8], as name: String, _ ticket: SSHTicket, within limit: Span
    ) throws(RouterError) {
        let deadline = Deadline(limit)
        let sftp = unsafe try openFiles(deadline, ticket)
        defer { unsafe closeFiles(sftp, ticket) }
        ticket.markSent()
        let file = unsafe try open(name, isWritten: true, sftp, deadline, ticket)
        var sent = 0
        while sent < bytes.count {
            // The same bytes again after a wait: the library goes on where it stood.
            let count = try until(deadline, ticket) {
                unsafe bytes[sent...].withUnsafeBytes { rest in
                    unsafe Int32(
                        libssh2_sftp_write(
                            file, rest.baseAddress?.assumingMemoryBound(to: CChar.self), min(rest.count, 262_144)))
                }
            }
            guard count >= 0 else { throw unsafe trouble(count, sftp, maybeDone: true) }
            sent += Int(count)
        }
        let code = try until(deadline, ticket) { unsafe lango_sftp_close(file) }
        guard code == 0 else { throw unsafe trouble(code, sftp, maybeDone: true) }
    }

    private func openFiles(_ deadline: Deadline, _ ticket: SSHTicket) throws(RouterError) -> OpaquePointer {
        try checkFiles(deadline, ticket)
        while true {
            if let sftp = unsafe libssh2_sftp_init(session) { return unsafe sftp }
            guard unsafe libssh2_session_last_errno(session) == LIBSSH2_ERROR_EAGAIN else {
                throw RouterError(.interrupted(maybeDone: false), in: .file)
            }
            try wait(deadline, ticket)
        }
    }

    /// Asks for the file service on a channel of its own first: where it is refused, version 1.10 of the library would
    /// turn in a circle until the router has closed the channel.
    private func checkFiles(_ deadline: Deadline, _ ticket: SSHTicket) throws(RouterError) {
        let channel = unsafe try open(Deadline(Self.openLimit), ticket)
        defer { unsafe libssh2_channel_free(channel) }
        let code = try until(deadline, ticket) { unsafe lango_ssh_ask_for_sftp(channel) }
        switch code {
        case 0: _ = try until(deadline, ticket) { unsafe libssh2_channel_close(channel) }
        case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_CHANNEL_FAILURE:
            throw RouterError(.forbidden(policy: "ftp"), in: .file)
        default: throw RouterError(.interrupted(maybeDone: false), in: .file)
        }
    }

    /// The library gives its memory back by itself where the connection is gone.
    private func closeFiles(_ sftp: OpaquePointer, _ ticket: SSHTicket) {
        let deadline = Deadline(.seconds(2))
        while unsafe libssh2_sftp_shutdown(sftp) == LIBSSH2_ERROR_EAGAIN {
            guard (try? wait(deadline, ticket)) != nil else { return }
        }
    }

    private func open(
        _ name: String, isWritten: Bool, _ sftp: OpaquePointer, _ deadline: Deadline, _ ticket: SSHTicket
    ) throws(RouterError) -> OpaquePointer {
        while true {
            if let file = unsafe lango_sftp_open(sftp, name, UInt32(name.utf8.count), isWritten ? 1 : 0) {
                return unsafe file
            }
            let code = unsafe libssh2_session_last_errno(session)
            guard code == LIBSSH2_ERROR_EAGAIN else { throw unsafe trouble(code, sftp, maybeDone: isWritten) }
            try wait(deadline, ticket)
        }
    }

    /// What a refusal of the file service means; everything else is a connection that broke.
    private func trouble(_ code: Int32, _ sftp: OpaquePointer, maybeDone: Bool) -> RouterError {
        guard code == LIBSSH2_ERROR_SFTP_PROTOCOL else {
            return RouterError(.interrupted(maybeDone: maybeDone), in: .file)
        }
        let kind: RouterError.Kind =
            switch unsafe Int32(libssh2_sftp_last_error(sftp)) {
            case lango_fx_no_such_file: .noSuchItem
            case lango_fx_denied: .forbidden(policy: "ftp")
            default:
                .failure(
                    maybeDone
                        ? "the file cannot be written; its flash may be full" : "the file cannot be read from its flash"
                )
            }
        return RouterError(kind, in: .file)
    }
}
