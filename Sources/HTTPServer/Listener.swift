import CMicrohttpd
import Glibc

/// A listening socket that shares its port with others of its kind.
@safe final class Listener: Sendable {
    let descriptor: Int32
    let port: UInt16

    /// Connections that wait to be accepted.
    private static let backlog: Int32 = 4_096

    init(_ address: String, port: UInt16) throws(ServerError) {
        var storage = sockaddr_storage()
        let length = try Self.fill(&storage, address, port)
        descriptor = try Self.bound(&storage, length, address, port, shared: true)
        guard listen(descriptor, Self.backlog) == 0 else {
            close(descriptor)
            throw ServerError(.portBusy, "Port \(port) of \(address) is in use.")
        }
        self.port = Self.port(of: descriptor)
    }

    deinit { close(descriptor) }

    /// Makes sure that nobody listens on the port: sockets that share it would otherwise join another program's.
    static func checkFree(_ address: String, port: UInt16) throws(ServerError) {
        var storage = sockaddr_storage()
        let length = try fill(&storage, address, port)
        close(try bound(&storage, length, address, port, shared: false))
    }

    private static func fill(
        _ storage: inout sockaddr_storage, _ address: String, _ port: UInt16
    ) throws(ServerError) -> socklen_t {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if unsafe inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: four, as: sockaddr_in.self) }
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        guard unsafe inet_pton(AF_INET6, address, &six.sin6_addr) == 1 else {
            throw ServerError(.address, "\(address) is not an IPv4 or IPv6 address.")
        }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: six, as: sockaddr_in6.self) }
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    private static func bound(
        _ storage: inout sockaddr_storage, _ length: socklen_t, _ address: String, _ port: UInt16, shared: Bool
    ) throws(ServerError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(Int32(storage.ss_family), kind, 0)
        guard descriptor >= 0 else { throw ServerError(.resources, "No socket: \(reason()).") }
        var on: Int32 = 1
        let width = socklen_t(MemoryLayout<Int32>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, width)
        if shared { unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, width) }
        if Int32(storage.ss_family) == AF_INET6 {
            unsafe setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, width)
        }
        let result = unsafe withUnsafePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
        }
        guard result != 0 else { return descriptor }
        let code = errno
        let words = reason()
        close(descriptor)
        switch code {
        case EADDRINUSE: throw ServerError(.portBusy, "Port \(port) of \(address) is in use.")
        case EACCES: throw ServerError(.portForbidden, "Port \(port) may be opened by root only.")
        case EADDRNOTAVAIL: throw ServerError(.address, "\(address) is not an address of this machine.")
        default: throw ServerError(.address, "Port \(port) of \(address) cannot be opened: \(words).")
        }
    }

    private static func reason() -> String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        // The port lies behind the family in both kinds of address.
        return unsafe withUnsafeBytes(of: storage) {
            unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
