/// The key of one row: a UUID of version 7, so that keys sort by the time they were made.
///
/// The phantom type keeps a tenant's key from being passed where a package's key is wanted.
/// Layout: RFC 9562, section 5.7 (48 bits of Unix milliseconds, version, 74 random bits).
package struct ID<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a fresh key.
    package init(at instant: Instant, dice: inout some RandomNumberGenerator) {
        let random = dice.next()
        high = UInt64(truncatingIfNeeded: instant.milliseconds) << 16 | 0x7000 | (random & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (dice.next() >> 2)
    }

    /// Makes a fresh key with the system's randomness.
    package init(at instant: Instant) {
        var dice = SystemDice()
        self.init(at: instant, dice: &dice)
    }

    /// Not above any key that was made at `instant` or later, above every one from before: old rows lie together.
    package init(firstAt instant: Instant) { self.init(high: UInt64(max(0, instant.milliseconds)) << 16, low: 0) }

    /// Reads the 36-character form; letters of either case.
    package init?(_ text: some StringProtocol) {
        let read = text.utf8.withContiguousStorageIfAvailable { unsafe Self.halves(of: $0) }
        guard let halves = unsafe read ?? Array(text.utf8).withUnsafeBufferPointer({ unsafe Self.halves(of: $0) })
        else { return nil }
        (high, low) = halves
    }

    private static func halves(of text: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64)? {
        guard text.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for position in 0..<36 {
            let byte = unsafe text[position]
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hex.value(byte) else { return nil }
            if digits < 16 {
                halves.0 = halves.0 << 4 | UInt64(digit)
            } else {
                halves.1 = halves.1 << 4 | UInt64(digit)
            }
            digits += 1
        }
        return halves
    }

    /// The 36-character form in lower case.
    package var description: String {
        unsafe String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    unsafe buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = index < 16 ? high : low
                let nibble = Int(half >> UInt64(60 - index % 16 * 4) & 0xF)
                unsafe buffer[position] = Hex.digit(nibble)
                position += 1
            }
            return 36
        }
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The same key seen as the key of something else; for rows that share a key.
    package func rebound<Other>(to _: Other.Type) -> ID<Other> {
        ID<Other>(high: high, low: low)
    }
}

/// Hexadecimal digits.
package enum Hex {
    /// The value of a digit of either case, or nil.
    @inlinable package static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The byte that two digits of either case spell, or nil.
    @inlinable package static func byte(_ upper: UInt8, _ lower: UInt8) -> UInt8? {
        guard let upper = value(upper), let lower = value(lower) else { return nil }
        return upper << 4 | lower
    }

    /// The lower-case digit of `nibble`, which must be 0 to 15.
    @inlinable package static func digit(_ nibble: Int) -> UInt8 {
        UInt8(nibble < 10 ? 48 + nibble : 87 + nibble)
    }

    /// Two lower-case digits a byte.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        for byte in bytes {
            digits.append(digit(Int(byte >> 4)))
            digits.append(digit(Int(byte & 0xF)))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The bytes of an even number of digits, or nil.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt8?
        for byte in text.utf8 {
            guard let digit = value(byte) else { return nil }
            if let upper = pending {
                bytes.append(upper << 4 | digit)
                pending = nil
            } else {
                pending = digit
            }
        }
        return pending == nil ? bytes : nil
    }
}
