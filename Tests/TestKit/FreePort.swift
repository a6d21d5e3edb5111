import Glibc

/// Ports on loopback for programs that must be told theirs before they listen.
package enum FreePort {
    /// The first of `count` ports in a row that nobody listens on at this moment.
    ///
    /// They lie below those that the system gives to outgoing connections, which could take one before it is used.
    ///
    /// - Throws: `Program.Failure` where none are found.
    package static func first(of count: Int = 1) throws -> UInt16 {
        for _ in 0..<200 {
            let first = UInt16.random(in: 10_000...(31_000 - UInt16(count)))
            if (first..<first + UInt16(count)).allSatisfy(isFree) { return first }
        }
        throw Program.Failure(description: "no \(count) ports in a row are free")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
