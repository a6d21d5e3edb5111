import CSSHClient
import Glibc
import Values

/// A moment by which something must have happened, on a clock that nobody sets.
struct Deadline {
    private let end: Int64

    init(_ span: Span) { end = Self.now() + span.milliseconds }

    /// Milliseconds that are left; 0 when it is over.
    var left: Int64 { max(0, end - Self.now()) }

    private static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// TCP to a router; functions on descriptors, as their owner closes them.
enum SSHSocket {
    /// How long a thread waits before it looks whether anybody still waits for it, in milliseconds.
    private static let glance: Int64 = 50

    /// Connects to the first address of a host that takes the connection.
    static func connect(
        _ host: String, port: UInt16, _ deadline: Deadline, _ ticket: SSHTicket
    ) throws(RouterError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0 else { throw RouterError(.unreachable) }
        defer { unsafe freeaddrinfo(found) }
        var next = unsafe found
        while let address = unsafe next {
            if let descriptor = unsafe try connect(address, deadline, ticket) { return descriptor }
            unsafe next = address.pointee.ai_next
        }
        throw RouterError(.unreachable)
    }

    /// Nil where nothing listens there.
    private static func connect(
        _ address: UnsafeMutablePointer<addrinfo>, _ deadline: Deadline, _ ticket: SSHTicket
    ) throws(RouterError) -> Int32? {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(address.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { return nil }
        var on: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        if unsafe Glibc.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 {
            return descriptor
        }
        guard errno == EINPROGRESS else {
            close(descriptor)
            return nil
        }
        do throws(RouterError) {
            try wait(descriptor, Int16(POLLOUT), deadline, ticket)
        } catch {
            close(descriptor)
            throw error
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Waits until the socket is ready.
    static func wait(
        _ descriptor: Int32, _ events: Int16, _ deadline: Deadline, _ ticket: SSHTicket
    ) throws(RouterError) {
        while true {
            if ticket.isCancelled { throw RouterError(.interrupted(maybeDone: ticket.isSent)) }
            let left = deadline.left
            guard left > 0 else { throw RouterError(.timedOut(maybeDone: ticket.isSent)) }
            var states = [pollfd(fd: descriptor, events: events, revents: 0)]
            if unsafe poll(&states, 1, Int32(min(left, glance))) > 0 { return }
        }
    }
}
