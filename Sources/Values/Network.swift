/// A 48-bit hardware address.
package struct MACAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address in the low 48 bits.
    package let bits: UInt64

    package init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    /// Reads twelve hexadecimal digits with any of `:`, `-`, `.` or nothing between them.
    package init?(_ bytes: Swift.Span<UInt8>) {
        guard bytes.count <= 17 else { return nil }
        var bits: UInt64 = 0
        var digits = 0
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."): break
            case let byte:
                guard let digit = Hex.value(byte) else { return nil }
                bits = bits << 4 | UInt64(digit)
                digits += 1
            }
        }
        guard digits == 12 else { return nil }
        self.bits = bits
    }

    package init?(_ text: some StringProtocol) { self.init(String(text).utf8Span.span) }

    /// Whether one device can have it: not nothing, not a group and not everybody.
    package var isOfOneDevice: Bool { bits != 0 && bits >> 40 & 1 == 0 }

    /// Capitals with colons, as RouterOS prints it.
    package var description: String {
        unsafe String(unsafeUninitializedCapacity: 17) { buffer in
            for index in 0..<6 {
                let byte = Int(bits >> UInt64(40 - index * 8)) & 0xFF
                unsafe buffer[index * 3] = Self.capital(byte >> 4)
                unsafe buffer[index * 3 + 1] = Self.capital(byte & 0xF)
                if index < 5 { unsafe buffer[index * 3 + 2] = UInt8(ascii: ":") }
            }
            return 17
        }
    }

    private static func capital(_ nibble: Int) -> UInt8 { UInt8(nibble < 10 ? 48 + nibble : 55 + nibble) }
}

/// An IPv4 address; the hotspot of RouterOS knows no other.
package struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// The address, most significant byte first.
    package let bits: UInt32

    package init(bits: UInt32) { self.bits = bits }

    /// Reads four decimal numbers of 0 to 255 without leading zeros.
    package init?(_ bytes: Swift.Span<UInt8>) {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var points = 0
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case 48...57 where digits == 0 || number > 0:
                number = number * 10 + UInt32(byte - 48)
                digits += 1
                guard number <= 255 else { return nil }
            case UInt8(ascii: ".") where digits > 0 && points < 3:
                bits = bits << 8 | number
                number = 0
                digits = 0
                points += 1
            default: return nil
            }
        }
        guard digits > 0, points == 3 else { return nil }
        self.bits = bits << 8 | number
    }

    package init?(_ text: some StringProtocol) { self.init(String(text).utf8Span.span) }

    package var description: String {
        unsafe String(unsafeUninitializedCapacity: 15) { buffer in
            var count = 0
            for shift in stride(from: 24 as UInt32, through: 0, by: -8) {
                let number = bits >> shift & 0xFF
                var divisor: UInt32 = number >= 100 ? 100 : number >= 10 ? 10 : 1
                while divisor > 0 {
                    unsafe buffer[count] = UInt8(48 + number / divisor % 10)
                    count += 1
                    divisor /= 10
                }
                if shift > 0 {
                    unsafe buffer[count] = UInt8(ascii: ".")
                    count += 1
                }
            }
            return count
        }
    }

    /// Whether one device on a network can have it: not "this network", loopback, a group, a reserved block or everybody.
    ///
    /// Source: RFC 6890 section 2.2.2.
    package var isOfOneDevice: Bool {
        let first = bits >> 24
        return first != 0 && first != 127 && first < 224
    }

    /// Whether the address belongs to a private network, link-local or loopback block.
    ///
    /// Source: RFC 1918 section 3, RFC 3927, RFC 6598 section 7, RFC 1122 section 3.2.1.3.
    package var isLocal: Bool {
        bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8 || bits >> 16 == 0xA9FE || bits >> 24 == 127
            || bits >> 22 == 0x191
    }
}
