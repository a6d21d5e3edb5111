import CMicrohttpd
import Glibc

/// An IPv6 address, or an IPv4 address as `::ffff:a.b.c.d`, in network order halves.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads a literal address of either family.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        var four = in_addr()
        var six = in6_addr()
        let text = String(text)
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: four.s_addr)))
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            self = unsafe withUnsafeBytes(of: six) { unsafe Self(sixteen: $0) }
        } else {
            return nil
        }
    }

    /// Takes the address out of a socket address; anything but IPv4 and IPv6 becomes `::`.
    init(_ address: UnsafePointer<sockaddr>) {
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            let bits = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
            }
            self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits))
        case AF_INET6:
            self = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + 8, count: 16).withMemoryRebound(
                to: UInt8.self
            ) { unsafe Self(sixteen: UnsafeRawBufferPointer($0)) }
        default: self.init(high: 0, low: 0)
        }
    }

    private init(sixteen bytes: UnsafeRawBufferPointer) {
        high = unsafe UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    package var description: String {
        if isIPv4 { return "\(low >> 24 & 0xFF).\(low >> 16 & 0xFF).\(low >> 8 & 0xFF).\(low & 0xFF)" }
        var six = in6_addr()
        unsafe withUnsafeMutableBytes(of: &six) { bytes in
            unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return unsafe String(unsafeUninitializedCapacity: 46) { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                guard let base = text.baseAddress, unsafe inet_ntop(AF_INET6, &six, base, 46) != nil else { return 0 }
                return unsafe strlen(base)
            }
        }
    }
}

/// A block of addresses: `10.0.0.0/8`, `fd00::/8` or one address.
package struct AddressBlock: Hashable, Sendable {
    private let base: PeerAddress
    /// Leading bits that count, of 128.
    private let length: Int

    /// Reads an address with or without a prefix length.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = PeerAddress(parts[0]) else { return nil }
        let width = base.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given) else { return nil }
            length = given
        }
        self.base = base
        self.length = base.isIPv4 ? length + 96 : length
    }

    /// Whether the address lies in the block.
    package func contains(_ address: PeerAddress) -> Bool {
        let highMask = Self.mask(min(length, 64))
        let lowMask = Self.mask(max(length - 64, 0))
        return (base.high ^ address.high) & highMask == 0 && (base.low ^ address.low) & lowMask == 0
    }

    private static func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : ~0 << UInt64(64 - bits) }
}
