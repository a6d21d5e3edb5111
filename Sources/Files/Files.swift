import Glibc

/// Small files of an install, read whole.
package enum Files {
    /// Why a file or folder cannot be read.
    package struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        package let path: String
        package let reason: String
        package var description: String { "\(path) cannot be read: \(reason)" }
    }

    /// The bytes of a file of at most 16 MiB.
    ///
    /// - Throws: `Unreadable`, with the system's words.
    package static func bytes(of path: String) throws(Unreadable) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= 16 << 20 {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
        throw Unreadable(path: path, reason: "it is larger than 16 MiB")
    }

    /// The text of a file in UTF-8.
    ///
    /// - Throws: `Unreadable`, also for what is not UTF-8.
    package static func text(of path: String) throws(Unreadable) -> String {
        let bytes = try bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Unreadable(path: path, reason: "it is not UTF-8 text")
        }
        return text
    }

    /// The names in a folder, sorted, without those that begin with a point.
    ///
    /// - Throws: `Unreadable`.
    package static func names(in folder: String) throws(Unreadable) -> [String] {
        guard let handle = unsafe opendir(folder) else { throw unreadable(folder) }
        defer { _ = unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The paths of all regular files below a folder, relative to it, sorted.
    ///
    /// - Throws: `Unreadable`.
    package static func tree(below folder: String) throws(Unreadable) -> [String] {
        var found: [String] = []
        for name in try names(in: folder) {
            var status = stat()
            guard unsafe stat("\(folder)/\(name)", &status) == 0 else { throw unreadable("\(folder)/\(name)") }
            switch status.st_mode & S_IFMT {
            case S_IFREG: found.append(name)
            case S_IFDIR: found += try tree(below: "\(folder)/\(name)").map { "\(name)/\($0)" }
            default: break
            }
        }
        return found
    }

    static func unreadable(_ path: String) -> Unreadable {
        Unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
