import CSSHServer
import Values

/// The router's files over SFTP, version 3; https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02.
@safe final class FileDialogue {
    /// A file that the client reads or writes.
    private struct OpenFile {
        let name: String
        let isWritten: Bool
        var bytes: [UInt8]
        let hits: [Fault.Kind]
    }

    /// What a message is answered with: a status, or nothing more; nil where the connection is to end.
    private typealias Status = Int32

    private let router: SimulatedRouter
    private let sftp: sftp_session
    private let admits: ([Fault.Kind]) -> Bool
    private var open: [String: OpenFile] = [:]
    private var listings: [String: [String]] = [:]
    private var count = 0

    /// Greets the client; `admits` lets faults wait and tells whether the connection goes on.
    init?(
        _ router: SimulatedRouter, _ session: ssh_session, _ channel: ssh_channel,
        admits: @escaping ([Fault.Kind]) -> Bool
    ) {
        guard let sftp = unsafe sftp_server_new(session, channel) else { return nil }
        self.router = router
        unsafe self.sftp = sftp
        self.admits = admits
        guard unsafe sftp_server_init(sftp) == 0 else { return nil }
    }

    deinit { unsafe sftp_server_free(sftp) }

    /// Answers until the client ends; false where a fault ends the connection.
    func talk() -> Bool {
        // What was written of a file stays, as on a router.
        defer { for file in open.values where file.isWritten { _ = keep(file) } }
        while let message = unsafe sftp_get_client_message(sftp) {
            defer { unsafe sftp_client_message_free(message) }
            guard unsafe answer(message) else { return false }
        }
        return true
    }

    private func answer(_ message: sftp_client_message) -> Bool {
        switch unsafe Int32(sftp_client_message_get_type(message)) {
        case SSH_FXP_OPEN: return unsafe begin(message)
        case SSH_FXP_READ: return unsafe read(message)
        case SSH_FXP_WRITE: return unsafe write(message)
        case SSH_FXP_CLOSE: return unsafe close(message)
        case SSH_FXP_STAT, SSH_FXP_LSTAT: unsafe tell(size(Self.name(message)), message)
        case SSH_FXP_FSTAT: unsafe tell(open[Self.handle(message)]?.bytes.count, message)
        case SSH_FXP_REALPATH:
            let name = unsafe "/" + Self.name(message)
            unsafe sftp_reply_name(message, name == "/." ? "/" : name, nil)
        case SSH_FXP_OPENDIR: unsafe list(message)
        case SSH_FXP_READDIR: unsafe continueList(message)
        case SSH_FXP_REMOVE: unsafe remove(message)
        case SSH_FXP_SETSTAT, SSH_FXP_FSETSTAT: unsafe reply(SSH_FX_OK, message)
        default: unsafe reply(SSH_FX_OP_UNSUPPORTED, message)
        }
        return true
    }

    private func reply(_ status: Status, _ message: sftp_client_message) {
        unsafe sftp_reply_status(message, UInt32(status), "")
    }

    /// The path without its first slash.
    private static func name(_ message: sftp_client_message) -> String {
        guard let text = unsafe sftp_client_message_get_filename(message) else { return "" }
        return unsafe String(String(cString: text).drop { $0 == "/" })
    }

    private static func handle(_ message: sftp_client_message) -> String {
        guard let handle = unsafe message.pointee.handle, let text = unsafe ssh_string_get_char(handle) else {
            return ""
        }
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: text, count: ssh_string_len(handle)), as: UTF8.self)
    }

    private func give(_ handle: String, _ message: sftp_client_message) {
        guard let text = unsafe ssh_string_from_char(handle) else { return unsafe reply(SSH_FX_FAILURE, message) }
        unsafe sftp_reply_handle(message, text)
        unsafe ssh_string_free(text)
    }

    private func nextHandle() -> String {
        count += 1
        return "handle-\(count)"
    }

    // MARK: Files

    private func begin(_ message: sftp_client_message) -> Bool {
        let name = unsafe Self.name(message)
        let isWritten = unsafe message.pointee.flags & UInt32(SSH_FXF_WRITE) != 0
        let hits = router.hits("/file", isWritten ? "upload" : "download", by: .ssh)
        guard admits(hits) else { return false }
        let known = router.with { machine, _ in machine.file(name) }
        if hits.contains(.error500) {
            unsafe reply(SSH_FX_FAILURE, message)
        } else if isWritten || known != nil {
            let handle = nextHandle()
            open[handle] = OpenFile(name: name, isWritten: isWritten, bytes: isWritten ? [] : known ?? [], hits: hits)
            unsafe give(handle, message)
        } else {
            unsafe reply(SSH_FX_NO_SUCH_FILE, message)
        }
        return true
    }

    private func read(_ message: sftp_client_message) -> Bool {
        guard let file = unsafe open[Self.handle(message)], !file.isWritten else {
            unsafe reply(SSH_FX_INVALID_HANDLE, message)
            return true
        }
        let start = unsafe Int(clamping: message.pointee.offset)
        let length = unsafe Int(min(message.pointee.len, 32_768))
        let piece = file.bytes.dropFirst(start).prefix(length)
        for case .cut(let limit) in file.hits where start + piece.count > limit { return false }
        guard !piece.isEmpty else {
            if file.hits.contains(.loseReply) { return false }
            unsafe reply(SSH_FX_EOF, message)
            return true
        }
        unsafe piece.withUnsafeBytes { bytes in
            _ = unsafe sftp_reply_data(message, bytes.baseAddress, Int32(bytes.count))
        }
        return true
    }

    private func write(_ message: sftp_client_message) -> Bool {
        let handle = unsafe Self.handle(message)
        guard let file = open[handle], file.isWritten, let data = unsafe message.pointee.data,
            let bytes = unsafe ssh_string_data(data), unsafe Int(clamping: message.pointee.offset) == file.bytes.count
        else {
            unsafe reply(SSH_FX_INVALID_HANDLE, message)
            return true
        }
        let piece = unsafe Array(UnsafeRawBufferPointer(start: bytes, count: ssh_string_len(data)))
        for case .cut(let limit) in file.hits where file.bytes.count + piece.count > limit {
            open[handle]?.bytes += piece.prefix(max(0, limit - file.bytes.count))
            return false
        }
        let room = router.with { machine, _ in machine.files.free }
        guard file.bytes.count + piece.count <= room else {
            unsafe reply(SSH_FX_FAILURE, message)
            return true
        }
        open[handle]?.bytes += piece
        unsafe reply(SSH_FX_OK, message)
        return true
    }

    private func close(_ message: sftp_client_message) -> Bool {
        let handle = unsafe Self.handle(message)
        listings[handle] = nil
        if let file = open.removeValue(forKey: handle), file.isWritten {
            let isKept = keep(file)
            if file.hits.contains(.loseReply) { return false }
            unsafe reply(isKept ? SSH_FX_OK : SSH_FX_FAILURE, message)
        } else {
            unsafe reply(SSH_FX_OK, message)
        }
        return true
    }

    private func keep(_ file: OpenFile) -> Bool {
        router.with { machine, _ in (try? machine.write(file.bytes, asFile: file.name)) != nil }
    }

    // MARK: What there is

    /// Nil where there is no such file; a folder has none.
    private func size(_ name: String) -> Int? { router.with { machine, _ in machine.file(name)?.count } }

    private func isFolder(_ name: String) -> Bool {
        ["", "."].contains(name)
            || router.with { machine, _ in machine.fileNames.contains { $0.hasPrefix(name + "/") } }
    }

    private func tell(_ size: Int?, _ message: sftp_client_message) {
        let isFolder = unsafe size == nil && self.isFolder(Self.name(message))
        guard size != nil || isFolder else { return unsafe reply(SSH_FX_NO_SUCH_FILE, message) }
        var attributes = unsafe door_attributes(UInt(size ?? 0), isFolder ? 1 : 0)
        unsafe sftp_reply_attr(message, &attributes)
    }

    private func list(_ message: sftp_client_message) {
        let name = unsafe Self.name(message)
        guard isFolder(name) else { return unsafe reply(SSH_FX_NO_SUCH_FILE, message) }
        let start = ["", "."].contains(name) ? "" : name + "/"
        let names = router.with { machine, _ in machine.fileNames }.filter { $0.hasPrefix(start) }
            .map { String($0.dropFirst(start.count)) }.filter { !$0.contains("/") }
        let handle = nextHandle()
        listings[handle] = names
        unsafe give(handle, message)
    }

    private func continueList(_ message: sftp_client_message) {
        let handle = unsafe Self.handle(message)
        guard let names = listings[handle], !names.isEmpty else { return unsafe reply(SSH_FX_EOF, message) }
        listings[handle] = []
        for name in names {
            var attributes = unsafe door_attributes(UInt(size(name) ?? 0), 0)
            unsafe sftp_reply_names_add(message, name, name, &attributes)
        }
        unsafe sftp_reply_names(message)
    }

    private func remove(_ message: sftp_client_message) {
        let name = unsafe Self.name(message)
        let isGone = router.with { machine, _ in
            guard let id = machine.files.files[name]?.id else { return false }
            machine.files.remove(id)
            machine.touch()
            return true
        }
        unsafe reply(isGone ? SSH_FX_OK : SSH_FX_NO_SUCH_FILE, message)
    }
}
