import CZlib

/// Bytes made small for keeping: their length in four bytes, then zlib's format, RFC 1950.
package enum Deflate {
    /// The most that is taken or given back: what one table of a router may hold.
    package static let largest = 64 << 20

    /// The bytes made small; nil for more than `largest` and where memory is short.
    package static func pack(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= largest else { return nil }
        var room = compressBound(UInt(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(room))
        let code = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe packed.withUnsafeMutableBufferPointer { target in
                unsafe compress2(target.baseAddress, &room, source.baseAddress, UInt(source.count), 6)
            }
        }
        guard code == Z_OK else { return nil }
        let count = UInt32(bytes.count)
        let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) }
        return head + packed.prefix(Int(room))
    }

    /// What was packed; nil for anything else.
    package static func unpack(_ packed: [UInt8]) -> [UInt8]? {
        guard packed.count > 4 else { return nil }
        let count = packed.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard count <= largest else { return nil }
        var room = UInt(count)
        // A buffer of no length has no address, which zlib refuses.
        var bytes = [UInt8](repeating: 0, count: max(1, count))
        let code = unsafe packed.withUnsafeBufferPointer { source in
            unsafe bytes.withUnsafeMutableBufferPointer { target in
                unsafe uncompress(
                    target.baseAddress, &room, source.baseAddress.map { unsafe $0 + 4 }, UInt(source.count - 4))
            }
        }
        guard code == Z_OK, room == UInt(count) else { return nil }
        return count == 0 ? [] : bytes
    }
}
