import Files

/// The lines of a text file in any encoding that banks use: UTF-8, UTF-16, Latin-1; ended by LF or CRLF.
///
/// Lines that are no UTF-8 are read as Latin-1, each for itself, since some exports mix both.
final class LineReader {
    /// The longest line that is kept whole.
    static let limit = 65_536

    private enum Encoding { case bytes, utf16(isBigEndian: Bool) }

    private let file: FileReader
    private var encoding: Encoding?
    private var buffer: [UInt8] = []
    private var place = 0
    /// Bytes of UTF-16 that do not make a character yet.
    private var rest: [UInt8] = []
    private var isAtEnd = false
    private var returned: [Line] = []
    private var count = 0

    struct Line: Hashable {
        let number: Int
        let text: String
        var isCut = false
    }

    init(_ file: FileReader) { self.file = file }

    /// The next line without its end; nil after the last one.
    func next() throws(StatementTrouble) -> Line? {
        if let line = returned.popLast() { return line }
        var bytes: [UInt8] = []
        var (isCut, isAny) = (false, false)
        while true {
            if place == buffer.count {
                guard try fill() else {
                    guard isAny else { return nil }
                    return line(bytes, isCut: isCut)
                }
            }
            let end = buffer[place...].firstIndex(of: 0x0A)
            let piece = buffer[place..<(end ?? buffer.count)]
            isAny = true
            if bytes.count + piece.count <= Self.limit { bytes += piece } else { isCut = true }
            place = end.map { $0 + 1 } ?? buffer.count
            if end != nil { return line(bytes, isCut: isCut) }
        }
    }

    /// Gives lines back, the first one to come next.
    func giveBack(_ lines: [Line]) { returned += lines.reversed() }

    private func line(_ bytes: [UInt8], isCut: Bool) -> Line {
        count += 1
        let kept = bytes.last == 0x0D ? bytes.dropLast() : bytes[...]
        let text =
            String(validating: kept, as: UTF8.self)
            ?? String(String.UnicodeScalarView(kept.map { Unicode.Scalar($0) }))
        return Line(number: count, text: text, isCut: isCut)
    }

    /// Reads on; false at the end.
    private func fill() throws(StatementTrouble) -> Bool {
        while !isAtEnd {
            let piece: [UInt8]
            do throws(Files.Unreadable) { piece = try file.read() } catch { throw .unreadable(error.description) }
            if piece.isEmpty { isAtEnd = true }
            (buffer, place) = (decoded(piece), 0)
            if !buffer.isEmpty { return true }
        }
        return false
    }

    private func decoded(_ piece: [UInt8]) -> [UInt8] {
        var bytes = rest + piece
        rest = []
        if encoding == nil {
            encoding = Self.encoding(of: bytes)
            if case .utf16 = encoding, bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
                bytes.removeFirst(2)
            } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                bytes.removeFirst(3)
            }
        }
        guard case .utf16(let isBigEndian) = encoding else { return bytes }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for place in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (high, low) = isBigEndian ? (bytes[place], bytes[place + 1]) : (bytes[place + 1], bytes[place])
            units.append(UInt16(high) << 8 | UInt16(low))
        }
        if bytes.count % 2 == 1, let last = bytes.last { rest = [last] }
        if let last = units.last, UTF16.isLeadSurrogate(last), !piece.isEmpty {
            units.removeLast()
            rest = Array(bytes[(units.count * 2)...])
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// By the mark at the beginning, else by where the zeros are.
    private static func encoding(of bytes: [UInt8]) -> Encoding {
        if bytes.starts(with: [0xFF, 0xFE]) { return .utf16(isBigEndian: false) }
        if bytes.starts(with: [0xFE, 0xFF]) { return .utf16(isBigEndian: true) }
        guard bytes.count >= 4 else { return .bytes }
        if bytes[0] == 0, bytes[1] != 0, bytes[2] == 0 { return .utf16(isBigEndian: true) }
        if bytes[0] != 0, bytes[1] == 0, bytes[3] == 0 { return .utf16(isBigEndian: false) }
        return .bytes
    }
}
