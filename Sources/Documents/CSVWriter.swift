import Values

/// Writes a table for spreadsheets: RFC 4180, UTF-8, lines ended by CR LF.
///
/// A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers are written as numbers.
/// Source: https://owasp.org/www-community/attacks/CSV_Injection.
package final class CSVWriter {
    /// One value of a row.
    package enum Cell: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        case number(Int64)
        /// `unscaled` moved right by `places` digits, 0 to 18: an amount in cents is `decimal(2500, places: 2)`.
        case decimal(Int64, places: Int)
        case empty

        package init(stringLiteral text: String) { self = .text(text) }
        package init(integerLiteral number: Int64) { self = .number(number) }
    }

    private let columns: Int
    private let sink: DocumentSink

    /// Starts the table with its heading row; Excel takes a file without the byte order mark for its legacy code page.
    ///
    /// - Throws: `.output` where the file cannot be made.
    package init(columns: [String], byteOrderMark: Bool = true, to output: DocumentOutput) throws(DocumentError) {
        precondition(!columns.isEmpty, "A table has columns")
        self.columns = columns.count
        sink = try DocumentSink(output)
        let line = ByteBuffer()
        if byteOrderMark { line.append([0xEF, 0xBB, 0xBF]) }
        try write(columns.map(Cell.text), on: line)
    }

    /// Adds one row; there must be a cell for each column.
    ///
    /// - Throws: `.output` once the receiver failed.
    package func row(_ cells: [Cell]) throws(DocumentError) {
        precondition(cells.count == columns, "\(cells.count) cells for \(columns) columns")
        try write(cells, on: ByteBuffer())
    }

    /// Hands over the rest; a file appears in its place now, and without this not at all.
    ///
    /// - Throws: `.output` where the rest cannot be stored.
    package func finish() throws(DocumentError) {
        try sink.commit()
    }

    private func write(_ cells: [Cell], on line: ByteBuffer) throws(DocumentError) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            Self.append(cell, to: line)
        }
        line.append("\r\n" as StaticString)
        guard unsafe sink.write(line.bytes.assumingMemoryBound(to: UInt8.self)) else {
            throw sink.failure ?? DocumentError(.output, "the table was finished before this row")
        }
    }

    private static func append(_ cell: Cell, to line: ByteBuffer) {
        switch cell {
        case .empty: break
        case .number(let number): line.append(number)
        case .decimal(let unscaled, let places): line.append(decimal(unscaled, places: places))
        case .text(let text): append(text, to: line)
        }
    }

    private static func decimal(_ unscaled: Int64, places: Int) -> String {
        precondition((0...18).contains(places), "0 to 18 decimal places")
        guard places > 0 else { return String(unscaled) }
        let digits = String(unscaled.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        return (unscaled < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }

    private static func append(_ text: String, to line: ByteBuffer) {
        let clean = text.unicodeScalars.contains { $0.value == 0 } ? text.filter { $0 != "\0" } : text
        let isRisky = startsFormula(clean)
        guard isRisky || clean.utf8.contains(where: needsQuotes) || clean.first == " " || clean.last == " " else {
            line.append(clean)
            return
        }
        line.append(UInt8(ascii: "\""))
        if isRisky { line.append(UInt8(ascii: "'")) }
        for byte in clean.utf8 {
            if byte == UInt8(ascii: "\"") { line.append(byte) }
            line.append(byte)
        }
        line.append(UInt8(ascii: "\""))
    }

    /// Separators of every locale's spreadsheet, quotes and line ends.
    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), 0x09, 0x0A, 0x0D: true
        default: false
        }
    }

    /// Whether the first visible character starts a formula; programs differ in what they skip before it.
    private static func startsFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        if [0x09, 0x0A, 0x0D].contains(first.value) { return true }
        let visible = text.unicodeScalars.first {
            !$0.properties.isWhitespace && !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 0x20
        }
        switch visible?.value {
        case 0x3D, 0x2B, 0x2D, 0x40: return true
        case 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20, 0x2212, 0xFE62, 0xFE63, 0xFE66, 0xFE6B: return true
        default: return false
        }
    }
}
