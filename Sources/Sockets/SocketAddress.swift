import Glibc
import Threads

/// An address and port in the form that the kernel takes.
struct SocketAddress: Sendable {
    let family: Int32
    /// A `sockaddr` of the family.
    let bytes: [UInt8]

    /// The addresses behind a name, in the order of the system's preference; none where there is no such name.
    ///
    /// With `numeric` names are not looked up, and nothing blocks; getaddrinfo(3).
    static func find(_ host: String, _ port: UInt16, numeric: Bool) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            let bytes = unsafe UnsafeRawBufferPointer(
                start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
            unsafe found.append(SocketAddress(family: entry.pointee.ai_family, bytes: Array(bytes)))
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    /// Starts to connect without waiting; the descriptor, or the system's error.
    func connect() -> Result<Int32, SocketError> {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { return .failure(.unreachable) }
        let code = unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 as Int32 }
            return unsafe Glibc.connect(
                descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard code == 0 || errno == EINPROGRESS else {
            let error = SocketError(connecting: errno)
            Glibc.close(descriptor)
            return .failure(error)
        }
        return .success(descriptor)
    }
}

extension SocketError {
    /// What an error of connect(2) means.
    init(connecting code: Int32) { self = code == ECONNREFUSED ? .refused : .unreachable }
}

/// Looks names up on threads of its own, since that blocks; they start with the first name.
///
/// A name server that does not answer holds a thread for some seconds; whoever waits is told by its own limit.
final class Resolver {
    private let waiting = WorkQueue<@Sendable () -> Void>()
    private var threads: [OwnThread] = []

    deinit { waiting.close() }

    func find(_ host: String, _ port: UInt16, then report: @escaping @Sendable ([SocketAddress]) -> Void) {
        if threads.isEmpty {
            threads = (0..<2).compactMap { _ in
                OwnThread(named: "names") { [waiting] in
                    while let work = waiting.take(atMost: 1) { for one in work { one() } }
                }
            }
        }
        _ = waiting.add { report(SocketAddress.find(host, port, numeric: false)) }
    }
}
