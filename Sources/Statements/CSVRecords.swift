/// The records of a CSV file (RFC 4180): fields in quotes may hold separators and ends of lines.
final class CSVRecords {
    struct Record: Hashable {
        /// The line at which it begins.
        let line: Int
        let fields: [String]
        var flaw: StatementFlaw?
    }

    /// The most lines that one record may take; more means that a quote was never closed.
    private static let mostLines = 20

    private let lines: LineReader
    /// What stands between fields.
    var separator: UInt8 = UInt8(ascii: ",")
    /// How many fields a record has that goes over several lines; nil while nobody knows.
    var width: Int?

    init(_ lines: LineReader) { self.lines = lines }

    /// The next record, nil at the end; empty lines are passed over.
    func next() throws(StatementTrouble) -> Record? {
        while let first = try lines.next() {
            guard !first.isCut else { return Record(line: first.number, fields: [], flaw: .tooLong) }
            guard first.text.utf8.contains(where: { $0 != 0x20 && $0 != separator }) else { continue }
            return try record(from: first)
        }
        return nil
    }

    private func record(from first: LineReader.Line) throws(StatementTrouble) -> Record {
        var (text, taken) = (first.text, [LineReader.Line]())
        while true {
            if let fields = Self.fields(text, separator) {
                let isTorn =
                    !taken.isEmpty && (width.map { $0 != fields.count } ?? false || Self.isTorn(text, separator))
                guard isTorn else { return Record(line: first.number, fields: fields) }
                // The quote that closed it belongs to a later line.
                lines.giveBack(taken)
                return Record(line: first.number, fields: [], flaw: .quotes)
            }
            guard taken.count < Self.mostLines, text.utf8.count < LineReader.limit, let more = try lines.next() else {
                // The quote belongs to this line alone; those after it are read for themselves.
                lines.giveBack(taken)
                return Record(line: first.number, fields: [], flaw: .quotes)
            }
            taken.append(more)
            text += "\n" + more.text
        }
    }

    /// The fields of a text; nil where a quote is still open.
    static func fields(_ text: String, _ separator: UInt8) -> [String]? {
        var (fields, field) = ([String](), [UInt8]())
        var (isQuoted, wasQuote) = (false, false)
        for byte in text.utf8 {
            if isQuoted {
                if byte == UInt8(ascii: "\"") { (isQuoted, wasQuote) = (false, true) } else { field.append(byte) }
            } else if byte == UInt8(ascii: "\"") {
                // Two quotes within quotes are one; a quote amid a bare field stands for itself.
                if wasQuote { field.append(byte) }
                if wasQuote || field.allSatisfy({ $0 == 0x20 }) {
                    if !wasQuote { field = [] }
                    isQuoted = true
                } else {
                    field.append(byte)
                }
                wasQuote = false
            } else if byte == separator {
                fields.append(trimmed(field))
                (field, wasQuote) = ([], false)
            } else {
                field.append(byte)
                wasQuote = false
            }
        }
        guard !isQuoted else { return nil }
        fields.append(trimmed(field))
        return fields
    }

    /// Whether something else than a separator follows on a quote that closes a field.
    private static func isTorn(_ text: String, _ separator: UInt8) -> Bool {
        var (isQuoted, wasQuote) = (false, false)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") {
                (isQuoted, wasQuote) = (!isQuoted, isQuoted)
            } else {
                if wasQuote, byte != separator, byte != 0x20, byte != 0x0A { return true }
                if byte != 0x20 { wasQuote = false }
            }
        }
        return false
    }

    private static func trimmed(_ field: [UInt8]) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let bare = field.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(decoding: Array(bare), as: UTF8.self)
    }
}
