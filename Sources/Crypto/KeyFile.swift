import CCrypto
import Glibc
import Values

/// Why a key file was not taken or not made; the path stands in it, the key never.
package enum KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(path: String)
    /// Others than the owner may read or change it.
    case readableByOthers(path: String)
    /// Not 64 hexadecimal digits on one line.
    case malformed(path: String)
    case alreadyExists(path: String)
    /// The system refused; `number` is errno.
    case system(path: String, number: Int32)

    package var description: String {
        switch self {
        case .missing(let path): "There is no key file \(path)"
        case .readableByOthers(let path): "The key file \(path) may be read by others; set its mode to 0600"
        case .malformed(let path): "The key file \(path) does not hold 64 hexadecimal digits"
        case .alreadyExists(let path): "The key file \(path) exists already and is left alone"
        case .system(let path, let number): "The key file \(path): \(unsafe String(cString: strerror(number)))"
        }
    }
}

extension SecretKey {
    /// Reads a key file: 64 hexadecimal digits on one line, mode 0600 or stricter.
    package static func load(from path: String) throws(KeyFileError) -> SecretKey {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw errno == ENOENT ? .missing(path: path) : .system(path: path, number: errno) }
        defer { close(file) }
        var facts = stat()
        guard unsafe fstat(file, &facts) == 0 else { throw .system(path: path, number: errno) }
        guard facts.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
        var text = [UInt8](repeating: 0, count: 80)
        defer { unsafe OPENSSL_cleanse(&text, text.count) }
        let count = unsafe read(file, &text, text.count)
        guard count >= 0 else { throw .system(path: path, number: errno) }
        let digits = text[..<count].last == UInt8(ascii: "\n") ? text[..<(count - 1)] : text[..<count]
        guard let bytes = Hex.decode(String(decoding: digits, as: UTF8.self)), let key = SecretKey(bytes) else {
            throw .malformed(path: path)
        }
        return key
    }

    /// Makes a fresh key and its file with mode 0600; a file that is there is never replaced.
    ///
    /// The file appears whole or not at all: written under another name, flushed, then linked.
    @discardableResult package static func create(at path: String) throws(KeyFileError) -> SecretKey {
        let key = random()
        let digits = unsafe key.material.withBytes { unsafe Hex.encode($0) }
        let draft = "\(path).\(Hex.encode(SystemRandom.bytes(8)))"
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(path: path, number: errno) }
        defer { unsafe unlink(draft) }
        let line = Array("\(digits)\n".utf8)
        let isWritten = unsafe write(file, line, line.count) == line.count && fsync(file) == 0
        let number = errno
        close(file)
        guard isWritten else { throw .system(path: path, number: number) }
        guard unsafe link(draft, path) == 0 else {
            throw errno == EEXIST ? .alreadyExists(path: path) : .system(path: path, number: errno)
        }
        return key
    }
}
