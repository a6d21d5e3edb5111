import Glibc
@testable import SQL
import Synchronization

/// Folders that a test may fill; all of them go when the process of the tests ends.
package enum Scratch {
    private static let count = Atomic(0)

    /// The folder of this process below the system's temporary one.
    private static let base: String = {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // A process that was killed could not clean up after itself.
        run("for d in \"$0\"/lango-scratch-*; do [ -d \"/proc/${d##*-}\" ] || rm -rf \"$d\"; done", parent)
        let path = "\(parent)/lango-scratch-\(getpid())"
        // A server of another user may have its folder in here.
        unsafe mkdir(path, 0o711)
        unsafe chmod(path, 0o711)
        atexit { Scratch.run("rm -rf \"$0\"", Scratch.base) }
        return path
    }()

    /// A new empty folder.
    package static func directory() throws -> String {
        let path = "\(base)/\(count.add(1, ordering: .relaxed).newValue)"
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw SQLError(.unavailable, code: String(errno), message: "No folder could be made in \(base)")
        }
        return path
    }

    /// A new file with these bytes; its path.
    package static func file(_ bytes: [UInt8]) throws -> String {
        let path = "\(try directory())/file"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw SQLError(.unavailable, code: String(errno), message: "No file could be written in \(base)")
            }
            rest = rest.dropFirst(count)
        }
        close(descriptor)
        return path
    }

    package static func file(_ text: String) throws -> String { try file(Array(text.utf8)) }

    /// Runs a line of the shell to its end.
    private static func run(_ line: String, _ path: String) {
        var child = pid_t()
        let texts: [String] = ["/bin/sh", "-c", line, path]
        let words = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        guard unsafe posix_spawn(&child, "/bin/sh", nil, nil, words, environ) == 0 else { return }
        var status: Int32 = 0
        _ = unsafe waitpid(child, &status, 0)
    }
}
