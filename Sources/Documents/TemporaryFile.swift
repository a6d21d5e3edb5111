import Glibc
import Values

/// A file that is written beside its final place and renamed into it.
final class TemporaryFile {
    private let path: String
    private let temporary: String
    private var descriptor: Int32

    init(for path: String) throws(DocumentError) {
        self.path = path
        temporary = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).part"
        descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("cannot be created", path) }
    }

    deinit { discard() }

    func write(_ chunk: ByteBuffer) throws(DocumentError) {
        var rest = unsafe chunk.bytes[...]
        while unsafe !rest.isEmpty {
            let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
            let written = unsafe Glibc.write(descriptor, part.baseAddress, part.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("cannot be written", path) }
            unsafe rest = rest.dropFirst(written)
        }
    }

    /// Flushes to disk, renames, and flushes the folder, so that a power cut leaves the old file or the new one.
    func commit() throws(DocumentError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("cannot be flushed to disk", path) }
        guard unsafe rename(temporary, path) == 0 else { throw Self.failure("cannot be put in place", path) }
        close(descriptor)
        descriptor = -1
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
        let handle = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    /// Removes the file unless it was committed.
    func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unsafe unlink(temporary)
    }

    private static func failure(_ what: String, _ path: String) -> DocumentError {
        DocumentError(.output, unsafe "\(what): \(String(cString: strerror(errno)))", file: path)
    }
}
