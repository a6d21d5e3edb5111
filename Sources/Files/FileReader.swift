import Glibc

/// A file read from its beginning to its end, a piece at a time, however large it is.
package final class FileReader: Sendable {
    private let path: String
    /// The system's handle; open as long as this lives.
    package let descriptor: Int32

    /// - Throws: `Files.Unreadable`, with the system's words.
    package init(path: String) throws(Files.Unreadable) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.unreadable(path) }
    }

    deinit { close(descriptor) }

    /// The next bytes; none at the end.
    package func read(atMost limit: Int = 65_536) throws(Files.Unreadable) -> [UInt8] {
        while true {
            var count = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, used in
                count = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
                used = max(0, count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Files.unreadable(path) }
            return bytes
        }
    }
}
