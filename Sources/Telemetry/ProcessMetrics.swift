import Glibc

extension Metrics {
    /// Registers what every monitor expects of a process: memory, open files, start time.
    ///
    /// Names: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics; read from proc(5).
    package func registerProcess() {
        gauge("process_resident_memory_bytes", help: "Memory that the process holds in RAM.") {
            statmPages().map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
        }
        gauge("process_open_fds", help: "File descriptors that are open.") { openDescriptors() }
        let start = Int64(time(nil))
        gauge("process_start_time_seconds", help: "When the process started, since 1970.") { start }
    }
}

/// The second number of `/proc/self/statm`.
private func statmPages() -> Int64? {
    guard let file = unsafe fopen("/proc/self/statm", "re") else { return nil }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? Int64(fields[1]) : nil
}

/// The entries of `/proc/self/fd`, without the two dots and the descriptor that reads them.
private func openDescriptors() -> Int64? {
    guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
    defer { unsafe closedir(folder) }
    var count: Int64 = -3
    while unsafe readdir(folder) != nil { count += 1 }
    return count
}
