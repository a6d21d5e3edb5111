import Glibc
import Telemetry

/// The process's allowance of open files.
enum Descriptors {
    /// What the rest of the program may need.
    private static let reserve = 256
    /// What an event loop has open for itself.
    private static let perThread = 4

    /// Raises the allowance as far as it goes; the connections that fit for each address, at most `limit`.
    static func makeRoom(for limit: Int, addresses: Int, threads: Int, log: Log) -> Int {
        var allowance = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(kind, &allowance) == 0 else { return limit }
        let fixed = reserve + addresses * threads * (perThread + Worker.slack)
        let needed = rlim_t(limit * addresses + fixed)
        if allowance.rlim_cur < needed {
            allowance.rlim_cur = min(needed, allowance.rlim_max)
            unsafe setrlimit(kind, &allowance)
            unsafe getrlimit(kind, &allowance)
        }
        guard allowance.rlim_cur < needed else { return limit }
        let room = max((Int(allowance.rlim_cur) - fixed) / addresses, threads)
        log.warning(
            "http.few-descriptors", ["http.connection-limit": .number(room), "http.wanted": .number(limit)])
        return room
    }
}
