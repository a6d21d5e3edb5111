package import Values

/// What one reading of a whole router brought.
package struct Survey: Hashable, Sendable {
    package let beganAt: Instant
    package let endedAt: Instant
    package let tables: [TableReading]

    package init(beganAt: Instant, endedAt: Instant, tables: [TableReading]) {
        self.beganAt = beganAt
        self.endedAt = endedAt
        self.tables = tables
    }

    /// The reading of the table at a path.
    package func table(_ path: String) -> TableReading? { tables.first { $0.path == path } }
}

/// What became of reading one table.
package enum Standing: String, Sendable {
    case read
    /// The router has no such table: its version, a package that is missing, another board.
    case absent
    /// Our user may not read it.
    case forbidden
    /// The router answered, but not with the table; what was read before still stands.
    case failed
    /// The time for this reading was over before its turn came.
    case skipped

    /// Whether it says what the router has now.
    package var isKnown: Bool { self == .read || self == .absent || self == .forbidden }
}

/// One table as it was read.
package struct TableReading: Hashable, Sendable {
    package let path: String
    package let standing: Standing
    /// Why it was not read, in a sentence; empty otherwise.
    package let note: String
    package let rows: [InventoryRow]
    /// How many rows the router has; more than `rows` where only some are kept or they are only counted.
    package let count: Int

    package init(_ path: String, _ rows: [InventoryRow], count: Int? = nil) {
        self.path = path
        self.rows = rows
        self.count = count ?? rows.count
        standing = .read
        note = ""
    }

    package init(_ path: String, _ standing: Standing, note: String = "") {
        self.path = path
        self.standing = standing
        self.note = note
        rows = []
        count = 0
    }
}
