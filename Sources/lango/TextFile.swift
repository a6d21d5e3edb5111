import Files
import Glibc

/// Small files of the program's own.
enum TextFile {
    /// The content of a file of at most 16 MiB; nil where it cannot be read.
    static func read(_ path: String) -> String? { bytes(of: path).map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of a file of at most 16 MiB; nil where it cannot be read.
    static func bytes(of path: String) -> [UInt8]? { try? Files.bytes(of: path) }

    /// Why a file could not be written.
    struct Unwritable: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path) cannot be written: \(reason)" }
    }

    /// Writes beside the place, flushes, and renames: the file is there whole or not at all.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws(Unwritable) {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    /// Writes bytes in the same way.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Unwritable) {
        let beside = path + ".new"
        let descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw unwritable(path) }
        let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
        let isFlushed = fsync(descriptor) == 0
        close(descriptor)
        guard written == bytes.count, isFlushed, unsafe rename(beside, path) == 0 else { throw unwritable(path) }
    }

    /// Makes a folder where there is none.
    static func makeFolder(_ path: String) throws(Unwritable) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += part
            if !made.isEmpty, unsafe mkdir(made, 0o750) != 0, errno != EEXIST { throw unwritable(made) }
            made += "/"
        }
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Whether a file of this name can be written beside its place and put there, as far as its folder tells.
    static func canWrite(_ path: String) -> Bool {
        var found = stat()
        if unsafe stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR { return false }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        return unsafe access(folder, W_OK) == 0
    }

    private static func unwritable(_ path: String) -> Unwritable {
        Unwritable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
