import CWire
package import Values

/// Interfaces: one list of all, and a menu a kind; a device has the same number in both.
extension RouterMachine {
    /// What `/interface` calls the rows of a menu.
    static let interfaceTypes = [
        "/interface/ethernet": "ether", "/interface/bridge": "bridge", "/interface/vlan": "vlan",
        "/interface/wireguard": "wg", "/interface/pppoe-client": "pppoe-out", "/interface/pppoe-server": "pppoe-in",
    ]

    private static let shared = ["name", "disabled", "comment", "mtu"]

    /// Adds a row; a device comes into the list of all first, which counts the numbers.
    mutating func insert(_ menu: Menu, _ values: [String: String], before other: UInt32?) -> UInt32 {
        guard let type = Self.interfaceTypes[menu.path] else {
            return tables[menu.path, default: Table()].insert(values, before: other)
        }
        var device = values.filter { Self.shared.contains($0.key) }
        device["type"] = type
        for name in ["mac-address", "default-name"] { device[name] = values[name] ?? "" }
        device.merge(Self.freshCounters) { old, _ in old }
        let id = tables["/interface", default: Table()].insert(device)
        tables[menu.path, default: Table()].restore(id, values)
        return id
    }

    static let freshCounters: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            "rx-byte", "tx-byte", "rx-packet", "tx-packet", "rx-error", "tx-error", "rx-drop", "tx-drop", "link-downs",
        ].map { ($0, "0") } + [("running", "true"), ("actual-mtu", "1500")])

    /// Counts bytes on an interface: what it received and what it sent.
    mutating func countDevice(_ id: UInt32, received: Int64, sent: Int64) {
        guard var row = tables["/interface"]?[id] else { return }
        for (name, bytes) in [("rx", received), ("tx", sent)] {
            row["\(name)-byte"] = String((Int64(row["\(name)-byte"] ?? "") ?? 0) &+ bytes)
            row["\(name)-packet"] = String((Int64(row["\(name)-packet"] ?? "") ?? 0) + (bytes + 999) / 1_000)
        }
        tables["/interface"]?.update(id, row)
    }

    /// What passed over an interface besides its sessions; false where there is none of that name.
    @discardableResult
    package mutating func interfaceTraffic(
        _ name: String, received: Int64, sent: Int64, at time: Instant
    ) -> Bool {
        advance(to: time)
        guard let id = tables["/interface"]?.ids(named: name).first else { return false }
        countDevice(id, received: received, sent: sent)
        return true
    }

    /// Customers' bytes pass over two interfaces: the one that they are connected to, and the uplink.
    mutating func countUplink(from name: String?, up: Int64, down: Int64) {
        let table = tables["/interface"]
        if let id = name.flatMap({ table?.ids(named: $0).first }) { countDevice(id, received: up, sent: down) }
        if let id = table?.ids(named: "ether1").first { countDevice(id, received: down, sent: up) }
    }

    func refuseTakenDevice(_ name: String, besides id: UInt32?) throws(RouterTrap) {
        let twins = tables["/interface"]?.ids(named: name).filter { $0 != id } ?? []
        guard twins.isEmpty else { throw .failure("already have device with such name") }
    }

    /// Lets the other list of a device follow, and what refers to it.
    mutating func mirrorInterface(_ path: String, _ id: UInt32, before: [String: String], after: [String: String]?) {
        let others: [String]
        if path == "/interface" {
            let type = before["type"] ?? ""
            others = Self.interfaceTypes.filter { $0.value == type }.map(\.key)
        } else {
            guard Self.interfaceTypes[path] != nil else { return }
            others = ["/interface"]
        }
        for other in others {
            guard let row = tables[other]?[id] else { continue }
            guard let after else {
                tables[other]?.remove(id)
                retarget(other, row["name"] ?? "", to: RowNumber.text(id))
                continue
            }
            let changes = after.filter { Self.shared.contains($0.key) }
            tables[other]?.update(id, row.merging(changes) { $1 })
            if let name = changes["name"], name != row["name"] { retarget(other, row["name"] ?? "", to: name) }
        }
    }

    /// The public half of a tunnel's key; empty for what is no key.
    static func publicKey(of text: String) -> String {
        guard let secret = Base64.decode(text), secret.count == 32 else { return "" }
        var half = [UInt8](repeating: 0, count: 32)
        return unsafe wire_public_key(secret, &half) == 1 ? base64(half) : ""
    }

    /// RFC 4648 section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32((3 - group.count) * 8)
            for index in 0..<4 {
                let digit = digits[Int(bits >> UInt32((3 - index) * 6) & 63)]
                text.append(index <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
