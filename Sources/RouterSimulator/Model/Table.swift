/// The rows of a menu in their order, found by id and by name.
struct Table: Sendable {
    /// The number of a row; printed as `*1F`.
    typealias RowID = UInt32

    private(set) var order: [RowID] = []
    private(set) var rows: [RowID: [String: String]] = [:]
    private(set) var nextID: RowID
    private var named: [String: [RowID]] = [:]

    init(nextID: RowID = 1) { self.nextID = nextID }

    subscript(id: RowID) -> [String: String]? { rows[id] }

    /// The rows of that name, oldest first.
    func ids(named name: String) -> [RowID] { named[name] ?? [] }

    /// Adds a row, before another where one is given; ids are never used twice.
    @discardableResult
    mutating func insert(_ values: [String: String], before other: RowID? = nil) -> RowID {
        let id = nextID
        restore(id, values)
        if let other { move(id, before: other) }
        return id
    }

    /// Adds a row under a known id, at the end.
    mutating func restore(_ id: RowID, _ values: [String: String]) {
        rows[id] = values
        order.append(id)
        named[values["name"] ?? "", default: []].append(id)
        // The numbers of built-in rows at the end of the range, as `*FFFFFFFE`, start no count.
        if id < 0xFFFF_0000 { nextID = max(nextID, id + 1) }
    }

    /// Replaces the values of a row.
    mutating func update(_ id: RowID, _ values: [String: String]) {
        guard let old = rows.updateValue(values, forKey: id), old["name"] != values["name"] else { return }
        unname(id, old["name"] ?? "")
        named[values["name"] ?? "", default: []].append(id)
    }

    mutating func remove(_ id: RowID) {
        guard let old = rows.removeValue(forKey: id) else { return }
        unname(id, old["name"] ?? "")
        order.removeAll { $0 == id }
    }

    /// Moves a row before another, or to the end.
    mutating func move(_ id: RowID, before other: RowID?) {
        guard rows[id] != nil, id != other else { return }
        order.removeAll { $0 == id }
        order.insert(id, at: other.flatMap { order.firstIndex(of: $0) } ?? order.endIndex)
    }

    private mutating func unname(_ id: RowID, _ name: String) {
        named[name]?.removeAll { $0 == id }
        if named[name]?.isEmpty == true { named[name] = nil }
    }
}

/// The printed form of row numbers.
enum RowNumber {
    /// `*1F`.
    static func text(_ id: UInt32) -> String { "*" + String(id, radix: 16, uppercase: true) }

    /// Reads `*1F`, of either case.
    static func read(_ text: some StringProtocol) -> UInt32? {
        text.hasPrefix("*") ? UInt32(text.dropFirst(), radix: 16) : nil
    }
}
