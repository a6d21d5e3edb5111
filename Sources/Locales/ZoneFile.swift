/// The rules of one zone, read from a compiled time zone file.
///
/// Source: RFC 9636 ("TZif"), version 2 or later: the 64-bit block and the footer.
struct ZoneFile: Sendable {
    /// When the offset changes, in seconds since 1970, ascending.
    private let transitions: [Int64]
    /// The offset from each transition on, in seconds.
    private let offsets: [Int32]
    /// The offset before the first transition.
    private let first: Int32
    /// What holds after the last transition.
    private let rule: ZoneRule?

    static let utc = ZoneFile(transitions: [], offsets: [], first: 0, rule: nil)

    private init(transitions: [Int64], offsets: [Int32], first: Int32, rule: ZoneRule?) {
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    /// Reads a file; nil where it is not one.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let old = reader.header(), old.version >= UInt8(ascii: "2") else { return nil }
        reader.skip(old.bodySize(timeSize: 4))
        guard let header = reader.header() else { return nil }
        let end = reader.position + header.bodySize(timeSize: 8)
        guard header.types > 0, end <= bytes.count else { return nil }
        let transitions = (0..<header.times).map { _ in reader.integer(8) }
        let indices = (0..<header.times).map { _ in Int(reader.integer(1)) & 0xFF }
        let types = (0..<header.types).map { _ in
            let offset = Int32(truncatingIfNeeded: reader.integer(4))
            reader.skip(2)
            return offset
        }
        guard indices.allSatisfy({ $0 < types.count }) else { return nil }
        let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        self.init(
            transitions: transitions, offsets: indices.map { types[$0] }, first: types[0],
            rule: ZoneRule(String(decoding: footer, as: UTF8.self)))
    }

    /// Seconds east of Greenwich.
    func offset(at second: Int64) -> Int32 {
        guard let last = transitions.last else { return rule?.offset(at: second) ?? first }
        if second >= last, let rule { return rule.offset(at: second) }
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : offsets[low - 1]
    }

    private struct Header {
        let version: UInt8
        let (utcFlags, standardFlags, leaps, times, types, characters): (Int, Int, Int, Int, Int, Int)

        func bodySize(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standardFlags + utcFlags
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func header() -> Header? {
            guard position + 44 <= bytes.count, bytes[position...].starts(with: "TZif".utf8) else { return nil }
            let version = bytes[position + 4]
            position += 20
            let counts = (0..<6).map { _ in Int(integer(4)) }
            guard counts.allSatisfy({ (0...65_536).contains($0) }) else { return nil }
            return Header(
                version: version,
                utcFlags: counts[0], standardFlags: counts[1], leaps: counts[2], times: counts[3], types: counts[4],
                characters: counts[5])
        }

        mutating func skip(_ count: Int) { position += count }

        /// A signed integer, most significant byte first; zero beyond the end.
        mutating func integer(_ size: Int) -> Int64 {
            defer { position += size }
            guard position + size <= bytes.count else { return 0 }
            let start: Int64 = bytes[position] & 0x80 == 0 ? 0 : -1
            return bytes[position..<(position + size)].reduce(start) { $0 << 8 | Int64($1) }
        }
    }
}
