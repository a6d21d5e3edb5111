import Glibc
package import Values

/// What the system said when a wire could not be laid.
package struct WireError: Error, CustomStringConvertible {
    package let what: String
    package let code: Int32

    package init(_ what: String) {
        self.what = what
        code = errno
    }

    package var description: String { unsafe "\(what): \(String(cString: strerror(code)))" }
}

/// TCP over IPv4, blocking; functions on descriptors, as their owner closes them.
package enum WireSocket {
    /// Opens a listening socket; port 0 lets the system choose.
    package static func listen(_ address: IPv4Address, port: UInt16) throws(WireError) -> Int32 {
        // Not blocking: a connection may be gone again between the poll and the accept.
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(kind), 0)
        guard descriptor >= 0 else { throw WireError("socket") }
        var on: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let bound = unsafe withAddress(address, port) { unsafe bind(descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(descriptor, 512) == 0 else {
            let error = WireError("listen on \(address):\(port)")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Connects within a time; nil when that fails.
    package static func connect(_ address: IPv4Address, port: UInt16, seconds: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        setTimeout(descriptor, seconds: seconds)
        guard unsafe withAddress(address, port, { unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// The address of a host name; numbers are taken as they are.
    package static func resolve(_ host: String) -> IPv4Address? {
        if let address = IPv4Address(host) { return address }
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_INET
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &found) == 0, let first = unsafe found else { return nil }
        defer { unsafe freeaddrinfo(found) }
        guard let address = unsafe first.pointee.ai_addr else { return nil }
        return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            unsafe IPv4Address(bits: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
        }
    }

    /// How long reads and writes wait; 0 is for ever.
    package static func setTimeout(_ descriptor: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    /// Makes the coming `close` send a reset instead of an orderly end.
    package static func setReset(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Our own end of a socket.
    package static func local(_ descriptor: Int32) -> (address: IPv4Address, port: UInt16) {
        unsafe end(descriptor) { unsafe getsockname($0, $1, $2) }
    }

    /// The other end of a connection.
    package static func peer(_ descriptor: Int32) -> (address: IPv4Address, port: UInt16) {
        unsafe end(descriptor) { unsafe getpeername($0, $1, $2) }
    }

    private static func end(
        _ descriptor: Int32, _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> (address: IPv4Address, port: UInt16) {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe ask(descriptor, $0, &size) }
        }
        return (IPv4Address(bits: UInt32(bigEndian: address.sin_addr.s_addr)), UInt16(bigEndian: address.sin_port))
    }

    private static func withAddress(
        _ address: IPv4Address, _ port: UInt16, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = port.bigEndian
        raw.sin_addr.s_addr = address.bits.bigEndian
        return unsafe withUnsafePointer(to: &raw) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe use($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
