import CMicrohttpd
import Crypto
import Glibc
import Values

/// A directory whose files are served under a prefix; read once, when the site is put together.
///
/// Only regular files whose name does not begin with a dot, in it and in its folders. Requests are matched against the
/// list of what was found, so that no path leads out of it.
package struct StaticFiles: Sendable {
    let prefix: String
    let directory: String
    let caching: CachePolicy

    package init(prefix: String, directory: String, caching: CachePolicy = .shared(seconds: 3_600)) {
        self.prefix = prefix
        self.directory = directory
        self.caching = caching
    }

    /// All that a folder may hold; a mistaken path must not fill the memory.
    private static let totalLimit = 64 << 20

    /// Reads all files.
    func load() throws(ServerError) -> [(path: String, file: StaticFile)] {
        var found: [(path: String, file: StaticFile)] = []
        var total = 0
        try walk(directory, prefix, &found, &total)
        return found
    }

    private func walk(
        _ folder: String, _ path: String, _ found: inout [(path: String, file: StaticFile)], _ total: inout Int
    ) throws(ServerError) {
        guard let handle = unsafe opendir(folder) else { throw unreadable(folder) }
        defer { unsafe _ = closedir(handle) }
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            var facts = stat()
            guard unsafe lstat("\(folder)/\(name)", &facts) == 0 else { throw unreadable("\(folder)/\(name)") }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR: try walk("\(folder)/\(name)", "\(path)/\(name)", &found, &total)
            case S_IFREG:
                let bytes = try read("\(folder)/\(name)", size: Int(facts.st_size))
                total += bytes.count
                guard total <= Self.totalLimit else { throw ServerError(.settings, "\(directory) holds too much.") }
                guard let file = StaticFile(name, bytes, changed: Int64(facts.st_mtim.tv_sec), caching) else {
                    throw ServerError(.resources, "There is not enough memory for \(folder)/\(name).")
                }
                found.append(("\(path)/\(name)", file))
            default: continue
            }
        }
    }

    private func read(_ path: String, size: Int) throws(ServerError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: filled), size - filled)
            }
            guard count > 0 else { throw unreadable(path) }
            filled += count
        }
        return bytes
    }

    private func unreadable(_ path: String) -> ServerError {
        ServerError(.settings, "\(path) cannot be read.")
    }
}
