import RouterOS

/// What of a row an operator has set, as opposed to what the router counts and notices by itself.
enum Volatility {
    /// Facts that the router alone writes and whose change is news, by table.
    private static let news: [String: Set<String>] = [
        "/system/resource": [
            "version", "board-name", "architecture-name", "cpu", "cpu-count", "total-memory", "total-hdd-space",
            "factory-software",
        ],
        "/system/routerboard": [
            "model", "serial-number", "revision", "current-firmware", "upgrade-firmware", "factory-firmware",
        ],
        "/system/license": ["level", "system-id"],
        "/system/package": ["name", "version", "disabled", "scheduled"],
        "/interface": ["type", "mac-address", "default-name"],
        "/user/group": ["name"],
        "/certificate": ["fingerprint", "invalid-after", "expired"],
    ]
    /// Settings that move by themselves.
    private static let moving: [String: Set<String>] = [
        "/system/ntp/client": ["freq-drift"], "/user-manager/user-profile": ["state"], "/certificate": ["active"],
        "/ip/firewall/address-list": ["timeout"],
    ]
    /// Parts of the names of counters; for properties that the schema does not know.
    private static let counterWords: Set<String> = [
        "uptime", "bytes", "byte", "packets", "packet", "hits", "count", "rate", "seen", "age", "last", "time", "used",
        "available", "free", "load", "status", "expires", "left", "idle", "drop", "drops", "error", "errors", "actual",
        "current", "running", "active", "rx", "tx",
    ]

    /// Whether a property's change is a change of the router's settings.
    static func isSetting(_ name: String, _ property: RouterProperty?, in path: String) -> Bool {
        if news[path]?.contains(name) == true || name == "invalid" { return true }
        // All of a device-mode is news but how often it was tried to change it.
        if path == "/system/device-mode" { return name != "attempt-count" }
        if moving[path]?.contains(name) == true { return false }
        guard let property else {
            return !name.split(separator: "-").contains { counterWords.contains(String($0)) }
        }
        return property.access == .readWrite
    }

    /// Whether a row is of the router's own making, or ours, and so comes and goes without anybody setting it.
    static func isTransient(_ row: InventoryRow) -> Bool {
        row.flag("dynamic") || row["comment"]?.hasPrefix("lango:") == true
    }
}

extension SurveyedTable {
    /// The rows as far as an operator set them.
    func settings(_ rows: [InventoryRow]) -> [InventoryRow] {
        guard nature == .settings else { return [] }
        return rows.filter { !Volatility.isTransient($0) }.map { row in
            InventoryRow(
                id: row.id, row.values.filter { Volatility.isSetting($0.key, schema.property($0.key), in: path) },
                secrets: row.secrets)
        }
    }
}
