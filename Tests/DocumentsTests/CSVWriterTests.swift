import Documents
import TestKit
import Testing
import Values

@Suite struct CSVWriterTests {
    static func table(_ rows: [[CSVWriter.Cell]], columns: [String], mark: Bool = false) throws -> String {
        let buffer = ByteBuffer()
        let writer = try CSVWriter(columns: columns, byteOrderMark: mark, to: .buffer(buffer))
        for row in rows { try writer.row(row) }
        try writer.finish()
        return String(decoding: buffer.array, as: UTF8.self)
    }

    static let cells: [(cell: CSVWriter.Cell, written: String)] = [
        ("plain", "plain"),
        ("", ""),
        (.empty, ""),
        (50, "50"),
        (-50, "-50"),
        (.decimal(2_500, places: 2), "25.00"),
        (.decimal(-5, places: 2), "-0.05"),
        (.decimal(7, places: 0), "7"),
        (.decimal(.min, places: 3), "-9223372036854775.808"),
        ("a,b", "\"a,b\""),
        ("a;b", "\"a;b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("two\nlines", "\"two\nlines\""),
        (" padded ", "\" padded \""),
        ("=1+1", "\"'=1+1\""),
        ("+254700123456", "\"'+254700123456\""),
        ("-1", "\"'-1\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("\t=1", "\"'\t=1\""),
        ("\r=1", "\"'\r=1\""),
        ("\nx", "\"'\nx\""),
        ("  =1", "\"'  =1\""),
        ("\u{FEFF}=1", "\"'\u{FEFF}=1\""),
        ("\u{200B}+1", "\"'\u{200B}+1\""),
        ("\u{01}=1", "\"'\u{01}=1\""),
        ("\u{FF1D}1", "\"'\u{FF1D}1\""),
        ("\u{FF0B}1", "\"'\u{FF0B}1\""),
        ("\u{FF0D}1", "\"'\u{FF0D}1\""),
        ("\u{FF20}A1", "\"'\u{FF20}A1\""),
        ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
        ("=\"a\"&\"b\"", "\"'=\"\"a\"\"&\"\"b\"\"\""),
        ("a=b", "a=b"),
        ("K7QF-M2XP", "K7QF-M2XP"),
        ("ሀገር", "ሀገር"),
    ]

    @Test("A cell is written so that no spreadsheet runs it", arguments: cells)
    func writes(cell: CSVWriter.Cell, written: String) throws {
        let table = try Self.table([[cell, "x"]], columns: ["a", "b"])
        let expected: String = "a,b\r\n\(written),x\r\n"
        #expect(Array(table.utf8) == Array(expected.utf8))
    }

    @Test("The byte order mark comes first where it is wanted")
    func mark() throws {
        #expect(try Array(Self.table([], columns: ["a"], mark: true).utf8) == [0xEF, 0xBB, 0xBF, 0x61, 0x0D, 0x0A])
    }

    @Test("Headings are guarded too")
    func headings() throws {
        #expect(try Self.table([], columns: ["=a"]) == "\"'=a\"\r\n")
    }

    @Test("Any text is read back as it was, but for the apostrophe", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let alphabet: [Character] = [
            "a", ",", ";", "\"", "\n", "\r", "\t", "=", "+", "-", "@", " ", "'", "é", "＝", "😀",
        ]
        for _ in 0..<50 {
            let texts = (0..<3).map { _ in
                String(
                    (0..<Int.random(in: 0...6, using: &dice)).map { _ in alphabet.randomElement(using: &dice) ?? "a" })
            }
            let table = try Self.table([texts.map { .text($0) }], columns: ["a", "b", "c"])
            let read = Self.read(table.unicodeScalars.dropFirst("a,b,c\r\n".unicodeScalars.count))
            try #require(read.count == 3)
            for (text, back) in zip(texts, read) {
                #expect(
                    back.unicodeScalars.elementsEqual(text.unicodeScalars) || back == "'" + text,
                    "\(table.debugDescription)")
                #expect(back.first.map { !"=+-@\t\r".contains($0) } ?? true)
            }
        }
    }

    /// An RFC 4180 reader of one record, independent of the writer.
    private static func read(_ scalars: some Sequence<Unicode.Scalar>) -> [String] {
        var fields = [String.UnicodeScalarView()]
        var isQuoted = false
        var quoteBefore = false
        for scalar in scalars {
            if scalar == "\"" {
                if quoteBefore, !isQuoted { fields[fields.count - 1].append("\"") }
                isQuoted.toggle()
                quoteBefore = !isQuoted
                continue
            }
            quoteBefore = false
            if !isQuoted, scalar == "," {
                fields.append(String.UnicodeScalarView())
            } else if isQuoted || (scalar != "\r" && scalar != "\n") {
                fields[fields.count - 1].append(scalar)
            }
        }
        return fields.map { String($0) }
    }
}
