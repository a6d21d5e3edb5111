import JSON
import RouterOS

/// One difference between two readings of a table, ready to be told.
package struct TableChange: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case added, removed, changed
        /// The same rows stand in another order.
        case reordered
        /// The table itself is there now, or is no more.
        case appeared, vanished
    }

    /// One property that reads differently; nil where it was or is not set.
    package struct Property: Hashable, Sendable {
        package let name: String
        package let before: String?
        package let after: String?
    }

    package let path: String
    package let kind: Kind
    /// What a person calls the row: its name, its address, its chain and action; empty for a table or a record.
    package let row: String
    package let properties: [Property]

    package init(_ path: String, _ kind: Kind, row: String = "", _ properties: [Property] = []) {
        self.path = path
        self.kind = kind
        self.row = row
        self.properties = properties
    }
}

extension InventoryRow {
    private static let names = ["name", "service-name", "dst-host", "user", "identity"]
    private static let places = [
        "chain", "action", "address", "dst-address", "mac-address", "list", "bridge", "interface", "profile",
        "limitation",
    ]

    /// What a person calls the row.
    package var title: String {
        if let name = Self.names.lazy.compactMap({ self[$0] }).first { return name }
        let parts = Self.places.compactMap { self[$0] }.prefix(2) + [self["comment"]].compactMap(\.self)
        return parts.isEmpty ? id ?? "" : parts.joined(separator: " ")
    }
}

extension SurveyedTable {
    /// The most changes of one table that are told one by one.
    package static let mostChanges = 500
    /// The longest value that a change tells, in characters.
    private static let longestValue = 300

    /// What is different between two readings of this table; only what an operator sets counts.
    package func changes(from before: [InventoryRow], to after: [InventoryRow]) -> [TableChange] {
        let (before, after) = (settings(before), settings(after))
        guard before != after else { return [] }
        let pairs = Self.pairs(before, after)
        var changes: [TableChange] = []
        for (old, new) in pairs.same where old != new {
            let properties = Self.differences(old, new)
            if !properties.isEmpty { changes.append(TableChange(path, .changed, row: title(of: new), properties)) }
        }
        let nothing = InventoryRow([:])
        for row in pairs.removed {
            changes.append(TableChange(path, .removed, row: title(of: row), Self.differences(row, nothing)))
        }
        for row in pairs.added {
            changes.append(TableChange(path, .added, row: title(of: row), Self.differences(nothing, row)))
        }
        if isOrdered, pairs.isReordered { changes.append(TableChange(path, .reordered)) }
        return changes
    }

    private func title(of row: InventoryRow) -> String {
        schema.isRecord ? "" : String(row.title.prefix(Self.longestValue))
    }

    private struct Pairs {
        var same: [(InventoryRow, InventoryRow)] = []
        var removed: [InventoryRow] = []
        var added: [InventoryRow] = []
        var isReordered = false
    }

    /// Which old row is which new one: by id; then, after a restore gave new ids, by name; then by equal values.
    private static func pairs(_ before: [InventoryRow], _ after: [InventoryRow]) -> Pairs {
        var pairs = Pairs()
        var oldByID: [String: Int] = [:]
        for (place, row) in before.enumerated() { oldByID[row.id ?? ""] = place }
        var taken: [Int: Int] = [:]
        var left: [Int] = []
        for (place, row) in after.enumerated() {
            if let old = oldByID[row.id ?? ""] { taken[place] = old } else { left.append(place) }
        }
        var free = Set(before.indices).subtracting(taken.values)
        for key in [{ $0["name"].map { ["name": $0] } ?? [:] }, \.values] as [(InventoryRow) -> [String: String]] {
            var oldByKey = Dictionary(grouping: free.sorted()) { key(before[$0]) }
            for place in left {
                let wanted = key(after[place])
                guard !wanted.isEmpty, let old = oldByKey[wanted]?.first else { continue }
                oldByKey[wanted]?.removeFirst()
                free.remove(old)
                taken[place] = old
            }
            left.removeAll { taken[$0] != nil }
        }
        let matched = taken.sorted { $0.key < $1.key }
        pairs.same = matched.map { (before[$0.value], after[$0.key]) }
        pairs.removed = free.sorted().map { before[$0] }
        pairs.added = left.map { after[$0] }
        pairs.isReordered = zip(matched, matched.dropFirst()).contains { $0.value > $1.value }
        return pairs
    }

    /// The properties that read differently; absent is as good as empty and as the default.
    private static func differences(_ old: InventoryRow, _ new: InventoryRow) -> [TableChange.Property] {
        let names = Set(old.values.keys).union(new.values.keys).union(old.secrets).union(new.secrets)
        return names.sorted().compactMap { name in
            let (before, after) = (shown(name, old), shown(name, new))
            return before == after ? nil : TableChange.Property(name: name, before: before, after: after)
        }
    }

    private static func shown(_ name: String, _ row: InventoryRow) -> String? {
        if row.secrets.contains(name) { return SecretWords.mask }
        return row[name].map { $0.count > longestValue ? $0.prefix(longestValue) + "…" : $0 }
    }
}

// MARK: JSON

extension TableChange {
    /// `{"t":path,"k":kind,"r":row,"p":[[name,before,after]…]}`.
    var json: JSON {
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        return [
            "t": .string(path), "k": .string(kind.rawValue), "r": .string(row),
            "p": .array(properties.map { .array([.string($0.name), text($0.before), text($0.after)]) }),
        ]
    }

    init?(_ json: JSON) {
        guard let path = json["t"]?.text, let kind = json["k"]?.text.flatMap({ Kind(rawValue: $0) }) else { return nil }
        let properties = (json["p"]?.array ?? []).compactMap { entry in
            entry[0]?.text.map { Property(name: $0, before: entry[1]?.text, after: entry[2]?.text) }
        }
        self.init(path, kind, row: json["r"]?.text ?? "", properties)
    }
}
