import JSON
import RouterOS

/// What a router is and has, as its last reading told.
package struct Capabilities: Hashable, Sendable {
    /// An installed package.
    package struct Package: Hashable, Sendable {
        package let name: String
        package let version: String
        package let isEnabled: Bool
    }

    package var version = ""
    package var board = ""
    package var architecture = ""
    package var licence = ""
    package var serialNumber = ""
    package var packages: [Package] = []
    /// `home`, `advanced`…; empty where the version has none.
    package var deviceMode = ""
    /// What the device-mode allows and forbids.
    package var deviceFlags: [String: Bool] = [:]
    /// What became of each table, by path.
    package var tables: [String: Standing] = [:]

    package init() {}

    /// Takes them from a reading; what it could not read stays as it was known before.
    package init(_ survey: Survey, over before: Capabilities = Capabilities()) {
        self = before
        for reading in survey.tables where reading.standing.isKnown { take(reading) }
        for reading in survey.tables { tables[reading.path] = reading.standing }
    }

    private mutating func take(_ reading: TableReading) {
        let row = reading.rows.first
        switch reading.path {
        case "/system/resource":
            version = row?["version"].map { String($0.prefix { $0 != " " }) } ?? ""
            board = row?["board-name"] ?? ""
            architecture = row?["architecture-name"] ?? ""
        case "/system/license": licence = row?["level"] ?? row?["nlevel"] ?? ""
        case "/system/routerboard": serialNumber = row?["serial-number"] ?? ""
        case "/system/package": packages = reading.rows.compactMap { Package($0) }
        case "/system/device-mode":
            deviceMode = row?["mode"] ?? ""
            deviceFlags = (row?.values ?? [:]).compactMapValues { RouterValue.truth($0) }
        default: break
        }
    }

    /// Whether the router has the table, as far as it is known.
    package func has(_ path: String) -> Bool { tables[path] == .read }
}

extension Capabilities.Package {
    /// Nil for a package that could be installed: it is listed without a version.
    fileprivate init?(_ row: InventoryRow) {
        guard let name = row["name"], let version = row["version"], !row.flag("available") else { return nil }
        self.init(name: name, version: version, isEnabled: !row.flag("disabled"))
    }
}

// MARK: JSON

extension Capabilities {
    var json: JSON {
        func object(_ members: [(String, JSON)]) -> JSON {
            .object(JSONObject(members.sorted { $0.0 < $1.0 }.map { JSONObject.Member(key: $0.0, value: $0.1) }))
        }
        return object([
            ("version", .string(version)), ("board", .string(board)), ("architecture", .string(architecture)),
            ("licence", .string(licence)), ("serial", .string(serialNumber)), ("mode", .string(deviceMode)),
            ("flags", object(deviceFlags.map { ($0.key, .bool($0.value)) })),
            ("tables", object(tables.map { ($0.key, .string($0.value.rawValue)) })),
            (
                "packages",
                .array(
                    packages.map {
                        object([
                            ("name", .string($0.name)), ("version", .string($0.version)), ("on", .bool($0.isEnabled)),
                        ])
                    })
            ),
        ])
    }

    init(_ json: JSON) {
        version = json["version"]?.text ?? ""
        board = json["board"]?.text ?? ""
        architecture = json["architecture"]?.text ?? ""
        licence = json["licence"]?.text ?? ""
        serialNumber = json["serial"]?.text ?? ""
        deviceMode = json["mode"]?.text ?? ""
        packages = (json["packages"]?.array ?? []).map {
            Package(
                name: $0["name"]?.text ?? "", version: $0["version"]?.text ?? "", isEnabled: $0["on"]?.boolean ?? true)
        }
        if let flags = json["flags"]?.object { for flag in flags { deviceFlags[flag.key] = flag.value.boolean } }
        if let known = json["tables"]?.object {
            for table in known { tables[table.key] = table.value.text.flatMap { Standing(rawValue: $0) } }
        }
    }
}
