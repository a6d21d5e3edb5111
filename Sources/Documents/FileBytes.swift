import Glibc

/// Whole small files.
enum FileBytes {
    /// Reads a file of at most `maximum` bytes.
    static func read(_ path: String, kind: DocumentError.Kind, maximum: Int) throws(DocumentError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(kind, path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= maximum {
            let chunk = try readChunk(descriptor, kind, path)
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
        throw DocumentError(kind, "the file is larger than \(maximum / 1_024) KiB", file: path)
    }

    private static func readChunk(
        _ descriptor: Int32, _ kind: DocumentError.Kind, _ path: String
    ) throws(DocumentError) -> [UInt8] {
        var outcome = 0
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 64 * 1_024) { buffer, count in
            repeat {
                unsafe outcome = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            } while outcome < 0
                && errno == EINTR
            count = max(outcome, 0)
        }
        guard outcome >= 0 else { throw failure(kind, path) }
        return chunk
    }

    private static func failure(_ kind: DocumentError.Kind, _ path: String) -> DocumentError {
        DocumentError(kind, unsafe "cannot be read: \(String(cString: strerror(errno)))", file: path)
    }
}
