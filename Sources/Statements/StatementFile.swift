import Files
package import Values

/// How a statement of account is written down.
package enum StatementFormat: String, Hashable, Sendable, CaseIterable {
    case csv
    case mt940
    case camt053
}

/// A file that holds a statement.
package struct StatementFile: Sendable {
    package let path: String
    package let format: StatementFormat
    private let currency: Currency
    private let columns: [CSVColumns.Role: String]

    /// Recognises the format by the file's beginning where none is said.
    ///
    /// `currency` is the account's, for amounts that name none; `columns` says in the file's own words what its columns are.
    package init(
        path: String, format: StatementFormat? = nil, in currency: Currency, columns: [CSVColumns.Role: String] = [:]
    ) throws(StatementTrouble) {
        self.path = path
        self.currency = currency
        self.columns = columns
        if let format { self.format = format } else { self.format = try Self.recognised(Self.file(path)) }
    }

    /// Reads it from its beginning.
    package func open() throws(StatementTrouble) -> any StatementReader {
        let file = try Self.file(path)
        return switch format {
        case .csv: CSVStatement(LineReader(file), in: currency, columns: columns)
        case .mt940: MT940Statement(LineReader(file))
        case .camt053: CamtStatement(try XMLPull(file))
        }
    }

    private static func file(_ path: String) throws(StatementTrouble) -> FileReader {
        do throws(Files.Unreadable) { return try FileReader(path: path) } catch { throw .unreadable(error.description) }
    }

    private static func recognised(_ file: FileReader) throws(StatementTrouble) -> StatementFormat {
        let lines = LineReader(file)
        var isAny = false
        for _ in 0..<40 {
            guard let line = try lines.next() else { break }
            let text = line.text.drop { $0.isWhitespace }
            guard !text.isEmpty else { continue }
            if !isAny, text.hasPrefix("<") { return .camt053 }
            isAny = true
            if text.hasPrefix(":20:") || text.hasPrefix("{1:") || text.hasPrefix(":25:") { return .mt940 }
        }
        guard isAny else { throw .empty }
        return .csv
    }
}
