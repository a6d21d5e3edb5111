package import Values

/// One IPv4 address or a block of them, as the services of a router take it.
package struct AddressPrefix: Hashable, Sendable, CustomStringConvertible {
    package let address: IPv4Address
    /// 0 to 32.
    package let length: Int

    package init(_ address: IPv4Address, length: Int = 32) {
        self.address = address
        self.length = length
    }

    /// Reads `192.0.2.1` and `192.0.2.0/24`; nil where bits stand behind the block.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPv4Address(parts[0]) else { return nil }
        let length = parts.count == 2 ? Int(parts[1]) : 32
        guard let length, (0...32).contains(length) else { return nil }
        let mask: UInt32 = length == 0 ? 0 : ~0 << UInt32(32 - length)
        guard address.bits & ~mask == 0 else { return nil }
        self.init(address, length: length)
    }

    /// With the length, as a router shows it.
    package var description: String { "\(address)/\(length)" }
}
