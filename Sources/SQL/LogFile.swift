import Glibc

/// SQLite's write-ahead log, seen as a file that must reach the disk.
///
/// The writer commits without waiting for the disk (`synchronous=NORMAL`), and goes on while another thread waits for
/// what it has written: answers are given after that. SQLite itself brings the log and the database onto the disk, in
/// that order, when it folds one into the other. It holds no lock on the log, which is therefore safe to open beside it.
@safe final class LogFile {
    private let path: String
    private var descriptor: Int32 = -1

    /// - Parameter database: the path of the database file.
    init(of database: String) { path = database + "-wal" }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Returns when everything that was written to the log before is on the disk.
    ///
    /// - Throws: `SQLError` of kind `.unavailable`.
    func sync() throws(SQLError) {
        if descriptor < 0 { try find() }
        guard fdatasync(descriptor) == 0 else { throw failure() }
    }

    /// Opens the log, which is there after the first commit, and brings its name onto the disk too.
    private func find() throws(SQLError) {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw failure() }
        descriptor = opened
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = unsafe open(parts.isEmpty ? "." : parts.joined(separator: "/") + "/", O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw failure() }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure() }
    }

    private func failure() -> SQLError {
        SQLError(.unavailable, code: "sync", message: "\(path): \(unsafe String(cString: strerror(errno)))")
    }
}
