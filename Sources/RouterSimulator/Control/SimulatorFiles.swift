import Glibc
package import Values
package import Wires

/// The simulator's own files on this computer: its data folder and the pages it serves.
package enum SimulatorFiles {
    /// The bytes of a file; nil where it cannot be read.
    package static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
    }

    /// Replaces a file in one step, so that a crash leaves the old or the new one.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(WireError) {
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw WireError("open \(draft)") }
        var isWritten = true
        var sent = 0
        while sent < bytes.count, isWritten {
            let count = unsafe bytes[sent...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            isWritten = count > 0
            sent += max(0, count)
        }
        isWritten = isWritten && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, unsafe rename(draft, path) == 0 else { throw WireError("write \(path)") }
    }

    /// Makes a folder where there is none, with those above it.
    package static func makeFolder(_ path: String) throws(WireError) {
        if let end = path.lastIndex(of: "/"), end > path.startIndex, unsafe access(path, F_OK) != 0 {
            try makeFolder(String(path[..<end]))
        }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw WireError("mkdir \(path)") }
    }

    /// The files below a folder with their paths in it, three levels deep; names that begin with a dot are left out.
    package static func list(_ folder: String, depth: Int = 3) -> [String] {
        guard let handle = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            if unsafe entry.pointee.d_type == UInt8(DT_DIR) {
                guard depth > 1 else { continue }
                names += list("\(folder)/\(name)", depth: depth - 1).map { "\(name)/\($0)" }
            } else {
                names.append(name)
            }
        }
        return names.sorted()
    }

    /// The present time of this computer.
    package static func now() -> Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
