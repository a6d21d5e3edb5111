import Values

/// Which versions are kept: the newest of each kind, one a month of those before, and what these rest on.
package struct Retention: Hashable, Sendable {
    /// How many of the newest, of each kind.
    package var newest = 30
    /// For how many months the last version of a month is kept, of each kind; months of UTC.
    package var months = 24

    package init() {}

    /// The versions that are to go.
    func surplus(_ backups: [Backup], at now: Instant) -> [Backup] {
        var kept: Set<Int> = []
        for kind in Backup.Kind.allCases {
            let ordered = backups.filter { $0.kind == kind }.sorted { $0.version > $1.version }
            kept.formUnion(ordered.prefix(max(1, newest)).map(\.version))
            var months: Set<Int64> = []
            for backup in ordered where months.insert(Self.month(backup.takenAt)).inserted {
                if Self.month(now) - Self.month(backup.takenAt) < self.months { kept.insert(backup.version) }
            }
        }
        // A binary backup is compared with its export after a restore.
        for backup in backups where backup.kind == .binary && kept.contains(backup.version) {
            kept.insert(backup.exportVersion)
        }
        return backups.filter { !kept.contains($0.version) }
    }

    /// Months since the year 0.
    private static func month(_ instant: Instant) -> Int64 {
        let date = CivilDate(daysSinceEpoch: floorDivide(instant.milliseconds, by: 86_400_000).quotient)
        return date.year * 12 + date.month - 1
    }
}
