import Values

extension RouterMachine {
    /// Words that `print` takes besides properties and query; they change the console's layout only.
    private static let printWords: Set<String> = [
        "count-only", "detail", "stats", "brief", "as-value", "without-paging", "terse", "value-list", "show-ids",
        "file", "from", "where",
    ]

    mutating func print(
        _ menu: Menu, _ command: RouterCommand, for user: RouterUser
    ) throws(RouterTrap) -> RouterReply {
        if let stranger = command.arguments.keys.sorted().first(where: { !Self.printWords.contains($0) }) {
            throw .unknown(stranger)
        }
        var records = records(of: menu, showingSecrets: user.policies.contains("sensitive"))
        if !command.query.isEmpty {
            let query = RouterQuery(command.query)
            records = records.filter(query.passes)
        }
        guard command.arguments["count-only"] == nil else { return .value(String(records.count)) }
        if let wanted = command.properties {
            let wanted = Set(wanted)
            records = records.map { $0.filter { wanted.contains($0.key) } }
        }
        return .records(records)
    }

    /// One row by id or name; all of a singleton.
    func get(_ menu: Menu, _ command: RouterCommand, for user: RouterUser) throws(RouterTrap) -> RouterReply {
        let showsSecrets = user.policies.contains("sensitive")
        guard !menu.isSingleton else { return .records(records(of: menu, showingSecrets: showsSecrets)) }
        guard let wanted = command.arguments[".id"] ?? command.arguments["numbers"] else { throw .missing(".id") }
        let record =
            if let id = RowNumber.read(wanted) {
                self.record(of: menu, numbered: id, showingSecrets: showsSecrets)
            } else if menu.property("name", in: version) != nil {
                records(of: menu, showingSecrets: showsSecrets).first { $0["name"] == wanted }
            } else {
                throw RouterTrap.noSuchPrefix
            }
        guard let record else { throw .noSuchItem }
        return .records([record])
    }

    /// The printed rows of a menu, in its order.
    package func records(of path: String) -> [Record] { records(of: path, showingSecrets: true) }

    func records(of path: String, showingSecrets: Bool) -> [Record] {
        tree[path].map { records(of: $0, showingSecrets: showingSecrets) } ?? []
    }

    func records(of menu: Menu, showingSecrets: Bool) -> [Record] {
        if let live = liveRows(of: menu.path) {
            return live.map { record(of: menu, id: $0.id, $0.values, showingSecrets) }
        }
        guard !menu.isSingleton else {
            let values = (singletons[menu.path] ?? [:]).merging(liveValues(of: menu.path)) { _, live in live }
            return [record(of: menu, id: nil, values, showingSecrets)]
        }
        let table = tables[menu.path] ?? Table()
        let stored = table.order.compactMap { storedRecord(of: menu, numbered: $0, showingSecrets) }
        return stored + dynamicRows(of: menu.path)
    }

    /// One printed row, found without printing the others.
    private func record(of menu: Menu, numbered id: UInt32, showingSecrets: Bool) -> Record? {
        if let live = liveRow(of: menu.path, numbered: id) { return record(of: menu, id: id, live, showingSecrets) }
        return storedRecord(of: menu, numbered: id, showingSecrets)
            ?? dynamicRows(of: menu.path).first { $0[".id"] == RowNumber.text(id) }
    }

    private func storedRecord(of menu: Menu, numbered id: UInt32, _ showingSecrets: Bool) -> Record? {
        guard let row = tables[menu.path]?[id] else { return nil }
        let values = row.merging(liveValues(of: menu.path, id, row)) { _, live in live }
        return record(of: menu, id: id, values, showingSecrets)
    }

    /// What a reader sees of stored and live values.
    private func record(of menu: Menu, id: UInt32?, _ values: [String: String], _ showingSecrets: Bool) -> Record {
        var record: Record = id.map { [".id": RowNumber.text($0)] } ?? [:]
        for property in menu.properties where property.exists(in: version) {
            guard property.access != .writeOnly else { continue }
            let value = values[property.name] ?? property.fallback
            guard value != property.absentAt else { continue }
            record[property.name] = property.isSecret && !showingSecrets && !value.isEmpty ? "*****" : value
        }
        return record
    }
}
