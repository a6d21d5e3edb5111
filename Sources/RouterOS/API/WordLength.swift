/// How the length of a word is written before it: one to five bytes, most significant first.
///
/// Source: https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API, "API words". Longer forms than needed are
/// taken; none is written.
enum WordLength {
    /// What stands at the start of some bytes.
    enum Reading: Equatable {
        /// A whole length, and how many bytes it took.
        case length(Int, taken: Int)
        /// The bytes end within it.
        case unfinished
        /// A first byte from 0xF8 on, which is reserved: nobody can tell where the next word begins.
        case reserved
    }

    @inline(__always) static func read(_ bytes: Swift.Span<UInt8>, at start: Int) -> Reading {
        guard start < bytes.count else { return .unfinished }
        let first = bytes[start]
        if first < 0x80 { return .length(Int(first), taken: 1) }
        return readLong(bytes, at: start, first)
    }

    private static func readLong(_ bytes: Swift.Span<UInt8>, at start: Int, _ first: UInt8) -> Reading {
        let (more, high): (Int, UInt8) =
            switch first {
            case ..<0xC0: (1, first & 0x3F)
            case ..<0xE0: (2, first & 0x1F)
            case ..<0xF0: (3, first & 0x0F)
            case ..<0xF8: (4, 0)
            default: (0, 0)
            }
        guard more > 0 else { return .reserved }
        guard start + more < bytes.count else { return .unfinished }
        var length = Int(high)
        for offset in 1...more { length = length << 8 | Int(bytes[start + offset]) }
        return .length(length, taken: more + 1)
    }

    /// Writes the shortest form of a length below 2^32.
    static func append(_ length: Int, to bytes: inout [UInt8]) {
        let (more, mark): (Int, UInt8) =
            switch length {
            case ..<0x80: (0, 0)
            case ..<0x4000: (1, 0x80)
            case ..<0x20_0000: (2, 0xC0)
            case ..<0x1000_0000: (3, 0xE0)
            default: (4, 0xF0)
            }
        bytes.append(mark | UInt8(truncatingIfNeeded: length >> (8 * more)))
        for offset in stride(from: more - 1, through: 0, by: -1) {
            bytes.append(UInt8(truncatingIfNeeded: length >> (8 * offset)))
        }
    }
}
