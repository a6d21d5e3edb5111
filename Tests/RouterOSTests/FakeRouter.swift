import RouterOS
import Synchronization
import Values

/// A router in memory: rows by menu, judged by the schema of one version, with faults on demand.
final class FakeRouter: RouterTransport {
    struct State {
        var rows: [String: [RouterID: [String: String]]] = [:]
        var next = 1
        /// What was asked, such as `add /ip/hotspot/user name,profile`.
        var calls: [String] = []
        /// Thrown once each, after the deed, as when the answer is lost.
        var lostReplies: [String: RouterError.Kind] = [:]
        /// Thrown once each, instead of the deed.
        var refusals: [String: RouterError.Kind] = [:]
        /// Rows that vanish between a reading and the deed.
        var vanishing: Set<RouterID> = []
    }

    let state = Mutex(State())
    let version: RouterVersion
    let masksSecrets: Bool

    init(version: RouterVersion = RouterVersion(7, 24), masksSecrets: Bool = false) {
        self.version = version
        self.masksSecrets = masksSecrets
    }

    var calls: [String] { state.withLock { $0.calls } }

    /// Calls that change something.
    var writes: [String] { calls.filter { !$0.hasPrefix("read") } }

    func forgetCalls() { state.withLock { $0.calls = [] } }

    func rows(_ menu: Menu) -> [[String: String]] {
        state.withLock { $0.rows[menu.path, default: [:]].sorted { "\($0.key)" < "\($1.key)" }.map(\.value) }
    }

    /// Puts a row there as if the operator had.
    @discardableResult func plant(_ menu: Menu, _ values: [String: String]) -> RouterID {
        state.withLock { Self.insert(&$0, menu.path, values) }
    }

    private static func insert(_ state: inout State, _ menu: String, _ values: [String: String]) -> RouterID {
        guard let id = RouterID("*" + String(state.next, radix: 16, uppercase: true)) else { preconditionFailure() }
        state.next += 1
        state.rows[menu, default: [:]][id] = values
        return id
    }

    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        try note("read", menu, properties)
        try checkNames(menu, properties + conditions.map(\.name))
        return state.withLock { state in
            state.rows[menu.path, default: [:]].sorted { "\($0.key)" < "\($1.key)" }
                .filter { row in conditions.allSatisfy { row.value[$0.name] == $0.value } }
                .map { row in
                    var values = row.value.filter { properties.isEmpty || properties.contains($0.key) }
                    if masksSecrets, values["password"] != nil { values["password"] = "*****" }
                    return RouterRecord(id: menu.isRecord ? nil : row.key, values)
                }
        }
    }

    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        try note("add", menu, values.map(\.name))
        try checkWritable(menu, values)
        var row = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) })
        for property in RouterSchema.menu(menu.path)?.properties ?? [] where row[property.name] == nil {
            if let value = property.defaultValue, value != "all", value != "none" { row[property.name] = value }
        }
        if menu == .hotspotUserProfile { row["add-mac-cookie"] = "true" }
        let id = try state.withLock { state throws(RouterError) in
            let isDouble = state.rows[menu.path, default: [:]].values.contains { other in
                other["name"] == row["name"] && (other["server"] ?? "all") == (row["server"] ?? "all")
            }
            guard !isDouble else { throw RouterError(.alreadyExists, in: menu) }
            return Self.insert(&state, menu.path, Self.stored(row))
        }
        try loseReply("add", menu)
        return id
    }

    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        try note("set", menu, values.map(\.name))
        try checkWritable(menu, values)
        try state.withLock { state throws(RouterError) in
            guard let id, var row = state.rows[menu.path]?[id], !state.vanishing.contains(id) else {
                throw RouterError(.noSuchItem, in: menu)
            }
            for field in values { row[field.name] = field.value }
            // Measured on 7.24.4: touching the timeout switches the cookie on again.
            if menu == .hotspotUserProfile, values.contains(where: { $0.name == "mac-cookie-timeout" }) {
                row["add-mac-cookie"] = "true"
            }
            state.rows[menu.path]?[id] = Self.stored(row)
        }
        try loseReply("set", menu)
    }

    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        try note("remove", menu, [])
        try state.withLock { state throws(RouterError) in
            guard !state.vanishing.contains(id), state.rows[menu.path]?.removeValue(forKey: id) != nil else {
                throw RouterError(.noSuchItem, in: menu)
            }
        }
        try loseReply("remove", menu)
    }

    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        try note(command, menu, arguments.map(\.name))
        let known = RouterSchema.menu(menu.path)?.commands[command]
        guard let known else { throw RouterError(.menuAbsent, in: menu) }
        if let strange = arguments.first(where: { !known.contains($0.name) }) {
            throw RouterError(.unknownParameter(strange.name), in: menu)
        }
        if command == "login" {
            let values = Dictionary(uniqueKeysWithValues: arguments.map { ($0.name, $0.value) })
            plant(
                menu,
                [
                    "user": values["user"] ?? "", "mac-address": values["mac-address"] ?? "",
                    "address": values["ip"] ?? "", "uptime": "1s", "bytes-in": "7", "bytes-out": "9",
                ])
        }
        try loseReply(command, menu)
        return []
    }

    /// What a router keeps: no empty values, no limits of zero.
    private static func stored(_ row: [String: String]) -> [String: String] {
        row.filter { field in
            !field.value.isEmpty && !(field.key.hasPrefix("limit-") && ["0", "0s"].contains(field.value))
                && !(field.key == "server" && field.value == "all")
        }
    }

    private func note(_ deed: String, _ menu: Menu, _ names: [String]) throws(RouterError) {
        let refusal = state.withLock { state in
            state.calls.append("\(deed) \(menu) \(names.joined(separator: ","))")
            return state.refusals.removeValue(forKey: "\(deed) \(menu)")
        }
        if let refusal { throw RouterError(refusal, in: menu) }
    }

    private func loseReply(_ deed: String, _ menu: Menu) throws(RouterError) {
        let kind = state.withLock { $0.lostReplies.removeValue(forKey: "\(deed) \(menu)") }
        if let kind { throw RouterError(kind, in: menu) }
    }

    private func checkNames(_ menu: Menu, _ names: [String]) throws(RouterError) {
        for name in names where RouterSchema.menu(menu.path)?.property(name)?.versions.contains(version) != true {
            throw RouterError(.unknownParameter(name), in: menu)
        }
    }

    private func checkWritable(_ menu: Menu, _ values: [RouterField]) throws(RouterError) {
        for field in values where RouterSchema.menu(menu.path)?.isWritable(field.name, in: version) != true {
            throw RouterError(.unknownParameter(field.name), in: menu)
        }
    }
}
