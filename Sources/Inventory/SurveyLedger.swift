import Values

/// What a survey means against what the store has: worked out before the write, so that the write is short.
struct SurveyLedger: Sendable {
    /// The most changes of one survey that are told one by one.
    static let mostChanges = 2_000

    /// The tables to be written: each that was read, or whose standing is another.
    private(set) var tables: [StoredTable] = []
    /// Settings that differ from those of the survey before, packed, by path.
    private(set) var past: [(path: String, count: Int, content: [UInt8])] = []
    private(set) var changes: [TableChange] = []
    /// How many changes there are, told or not.
    private(set) var changeCount = 0

    /// Compares; a router's first survey has nothing to be compared with and so no changes.
    init(_ survey: Survey, known: [StoredTable]) {
        let known = Dictionary(known.map { ($0.path, $0) }) { first, _ in first }
        for reading in survey.tables {
            guard let table = SurveyPlan.table(reading.path) else { continue }
            enter(reading, of: table, known[reading.path], at: survey.endedAt)
        }
    }

    private mutating func enter(
        _ reading: TableReading, of table: SurveyedTable, _ old: StoredTable?, at now: Instant
    ) {
        guard reading.standing == .read, let content = TableContent.packed(reading.rows) else {
            enterTrouble(reading, old, at: now)
            return
        }
        let oldRows = old.flatMap { $0.standing == .absent ? nil : $0.content }.flatMap(TableContent.rows)
        var found: [TableChange] = []
        if let oldRows {
            found = table.changes(from: oldRows, to: reading.rows)
        } else if let old, old.standing == .absent {
            found = [TableChange(table.path, .appeared)]
        }
        note(found)
        if table.nature == .settings, oldRows == nil || !found.isEmpty {
            let settings = table.settings(reading.rows)
            if let packed = TableContent.packed(settings) { past.append((table.path, settings.count, packed)) }
        }
        tables.append(
            StoredTable(
                path: table.path, standing: .read, note: "", count: reading.count, readAt: now,
                changedAt: found.isEmpty ? old?.changedAt : now, content: content))
    }

    /// A table that could not be read keeps the rows it had; one that is gone loses them.
    private mutating func enterTrouble(_ reading: TableReading, _ old: StoredTable?, at now: Instant) {
        let hasVanished = reading.standing == .absent && old?.standing == .read
        if hasVanished { note([TableChange(reading.path, .vanished)]) }
        let isGone = reading.standing == .absent
        guard old?.standing != reading.standing || old?.note != reading.note else { return }
        tables.append(
            StoredTable(
                path: reading.path, standing: reading.standing == .read ? .failed : reading.standing,
                note: reading.note, count: isGone ? 0 : old?.count ?? 0, readAt: isGone ? now : old?.readAt ?? now,
                changedAt: hasVanished ? now : old?.changedAt, content: isGone ? nil : old?.content))
    }

    private mutating func note(_ found: [TableChange]) {
        changeCount += found.count
        let room = max(0, min(SurveyedTable.mostChanges, Self.mostChanges - changes.count))
        changes += found.prefix(room)
    }
}
