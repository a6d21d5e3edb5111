import Glibc

/// What the system knows of a database file and SQLite does not tell.
enum StoreFile {
    /// Less room than this is none: the log and its index would not fit.
    private static let leastRoom: UInt64 = 256 * 1_024

    /// Refuses a file that was marked as not to be written; the superuser could write it nevertheless.
    ///
    /// - Throws: `SQLError` of kind `.readOnly`.
    static func checkMode(of path: String) throws(SQLError) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_mode & 0o222 == 0 else {
            return
        }
        throw SQLError(.readOnly, code: "mode", message: "\(path): its mode allows nobody to write it")
    }

    /// The same error, or that the disk is full where that is what stands behind it: SQLite says "disk I/O error" or
    /// "unable to open" where it has no room for the index of its log.
    static func explain(_ error: SQLError, at path: String) -> SQLError {
        guard error.kind == .unavailable, let room = room(around: path), room < leastRoom else { return error }
        return SQLError(.full, code: error.code, message: error.message)
    }

    /// Bytes that this process may still write on the file system of a file.
    private static func room(around path: String) -> UInt64? {
        var facts = statvfs()
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard unsafe statvfs(folder, &facts) == 0 else { return nil }
        return UInt64(geteuid() == 0 ? facts.f_bfree : facts.f_bavail) * UInt64(facts.f_frsize)
    }
}
