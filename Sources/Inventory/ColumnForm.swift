import RouterOS

/// How a value is shown to people.
package enum ColumnForm: Sendable {
    case text
    /// Addresses and the like, whose letters stand below each other.
    case code
    case number
    case flag
    /// Bytes, one number or upload and download.
    case volume
    /// Bits a second, upload and download.
    case rate

    /// Whether the values stand at the end of their column.
    package var isAtEnd: Bool { self == .number || self == .volume || self == .rate }
}

extension SurveyedTable {
    private static let volumes: Set<String> = [
        "bytes", "bytes-in", "bytes-out", "rx-byte", "tx-byte", "rx", "tx", "size", "limit-bytes-total",
        "limit-bytes-in", "limit-bytes-out", "total-bytes", "transfer-limit", "free-memory", "total-memory",
        "free-hdd-space", "total-hdd-space",
    ]
    private static let rates: Set<String> = ["max-limit", "limit-at", "burst-limit", "burst-threshold", "rate"]

    /// How the values of a property are shown.
    package func form(of name: String) -> ColumnForm {
        if Self.volumes.contains(name) { return .volume }
        if Self.rates.contains(name) { return .rate }
        switch schema.property(name)?.type {
        case .number: return .number
        case .bool: return .flag
        case .mac, .address, .addresses: return .code
        default: return .text
        }
    }

    /// The columns of a list: those that matter and that a row fills.
    package func columns(of rows: [InventoryRow]) -> [String] {
        columns.filter { column in rows.contains { $0[column] != nil || $0.secrets.contains(column) } }
    }

    /// What else was set on a row and is not as it comes by default, by name.
    package func remarks(on row: InventoryRow, beside columns: [String]) -> [(name: String, value: String)] {
        let flags: Set = ["disabled", "invalid", "dynamic", "default"]
        let shown = row.values.filter { name, value in
            guard !value.isEmpty, !columns.contains(name), !flags.contains(name) else { return false }
            let property = schema.property(name)
            guard nature == .settings else { return true }
            // Every service, server and interface stands in the main table unless somebody said otherwise.
            if name == "vrf", value == "main" { return false }
            return Volatility.isSetting(name, property, in: path) && value != property?.defaultValue
        }
        return shown.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension InventoryRow {
    /// Whether a person's search finds the row: its text in any value, whatever the case.
    package func contains(_ wanted: String) -> Bool {
        values.values.contains { $0.lowercased().contains(wanted) }
    }
}
