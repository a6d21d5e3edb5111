import RouterOS
import Subscribers
import Values

/// What was read of a router for its lines: whole tables in a sweep, a few rows for one line.
struct LineLook: Sendable {
    private var records: [Menu: [RouterRecord]] = [:]

    init(_ records: [Menu: [RouterRecord]] = [:]) { self.records = records }

    subscript(menu: Menu) -> [RouterRecord] {
        get { records[menu] ?? [] }
        set { records[menu] = newValue }
    }

    /// The rows that somebody wrote, not those that the router made by itself.
    func written(_ menu: Menu) -> [RouterRecord] { self[menu].filter { !$0.flag("dynamic") } }

    /// Who is connected by a secret of the router.
    var sessions: [PPPSession] { self[.pppActive].compactMap { PPPSession($0) }.filter { !$0.isRADIUS } }

    /// Whether any row carries the mark of a line.
    var hasLines: Bool { records.values.contains { $0.contains { $0.line != nil } } }

    /// The lines of which there are rows.
    var marks: Set<ID<Line>> { Set(records.values.flatMap { $0.compactMap(\.line) }) }

    /// The addresses that are kept out by a session's profile.
    var blockedBySession: Set<IPv4Address> {
        Set(
            self[.addressList].filter { $0["list"] == DesiredLine.blockedList && $0.flag("dynamic") }
                .compactMap { $0.address("address") })
    }

    /// The profile from which ours take their addresses: that of the first PPPoE server, else the router's own.
    var pattern: RouterRecord? {
        let name = self[.pppoeServer].first { !$0.flag("disabled") }?["default-profile"] ?? "default"
        return self[.pppProfile].first { $0["name"] == name }
    }

    /// What is read of each menu.
    static let properties: [Menu: [String]] = [
        .pppSecret: DesiredLine.secretProperties, .pppProfile: PPPProfile.properties,
        .pppActive: PPPSession.properties, .pppoeServer: ["default-profile", "disabled"], .pool: ["name"],
        .queueSimple: DesiredLine.queueProperties, .dhcpLease: DesiredLine.leaseProperties,
        .addressList: DesiredLine.listProperties, .firewallNAT: BlockedAccess.properties,
        .firewallFilter: BlockedAccess.properties,
    ]
}

extension LineLook {
    /// Reads rows of a menu; one that the router does not have is empty.
    ///
    /// - Returns: how many requests it took.
    @discardableResult
    mutating func read(
        _ menu: Menu, where conditions: [RouterField] = [], over transport: any RouterTransport
    ) async throws(RouterTrouble) -> Int {
        do throws(RouterError) {
            let rows = try await transport.read(
                menu, where: conditions, properties: Self.properties[menu] ?? ["name"])
            let known = Set(self[menu].compactMap(\.id))
            self[menu] += rows.filter { $0.id.map { !known.contains($0) } ?? true }
        } catch  where error.kind == .menuAbsent {
            return 1
        } catch {
            throw RouterTrouble(error)
        }
        return 1
    }

    /// Reads what may be of one line: by the names that it should have, and where that finds nothing, by its mark.
    init(
        of line: Line, wanting desired: DesiredLine?, isAnew: Bool, over transport: any RouterTransport
    ) async throws(RouterTrouble) {
        switch line.kind {
        case .pppoe: try await readLogin(line, desired, isAnew: isAnew, over: transport)
        case .fixed:
            try await find(line, in: .queueSimple, ("name", "lango-\(line.name)"), over: transport)
            if let mac = line.mac {
                try await find(line, in: .dhcpLease, ("mac-address", mac.description), over: transport)
            } else {
                try await read(.dhcpLease, where: [("comment", RouterTag(line.id).comment)], over: transport)
            }
            try await read(.addressList, where: [("list", DesiredLine.blockedList)], over: transport)
        }
    }

    private mutating func find(
        _ line: Line, in menu: Menu, _ condition: RouterField, over transport: any RouterTransport
    ) async throws(RouterTrouble) {
        try await read(menu, where: [condition], over: transport)
        guard !self[menu].contains(where: { $0.line == line.id }) else { return }
        try await read(menu, over: transport)
        // Others' rows have no say here, but for one that has the name.
        self[menu] = self[menu].filter { $0.line == line.id || $0[condition.name] == condition.value }
    }

    private mutating func readLogin(
        _ line: Line, _ desired: DesiredLine?, isAnew: Bool, over transport: any RouterTransport
    ) async throws(RouterTrouble) {
        try await find(line, in: .pppSecret, ("name", line.name), over: transport)
        let names = Set(self[.pppSecret].filter { $0.line == line.id }.compactMap { $0["name"] } + [line.name])
        // A former attempt may have renamed the secret and not come to its session.
        if isAnew {
            try await read(.pppActive, over: transport)
            self[.pppActive] = self[.pppActive].filter { row in
                row["name"].map(names.contains) ?? false || row.line == line.id
            }
        } else {
            for name in names.sorted() { try await read(.pppActive, where: [("name", name)], over: transport) }
        }
        guard let profile = desired?.profile else { return }
        try await read(.pppoeServer, over: transport)
        try await read(.pool, over: transport)
        let pattern = self[.pppoeServer].first { !$0.flag("disabled") }?["default-profile"] ?? "default"
        for name in Set([profile.name, pattern]).sorted() {
            try await read(.pppProfile, where: [("name", name)], over: transport)
        }
        guard !sessions.isEmpty else { return }
        try await read(.addressList, where: [("list", DesiredLine.blockedList)], over: transport)
        try await read(.queueSimple, where: [("name", "<pppoe-\(line.name)>")], over: transport)
    }
}
