import Values

/// What queues, address lists and fixed leases do by themselves.
extension RouterMachine {
    /// A queue that the router makes for a session or a lease.
    static func dynamicQueue(
        _ id: UInt32, _ name: String, target: String, _ limits: QueueLimits, up: Int64, down: Int64,
        under parent: String
    ) -> Record {
        let queue: Record = [
            ".id": RowNumber.text(id), "name": name, "target": target, "limit-at": "0/0", "bucket-size": "0.1/0.1",
            "parent": parent, "packet-marks": "", "priority": "8/8", "queue": "default-small/default-small",
            "bytes": "\(up)/\(down)", "packets": "\((up + 999) / 1_000)/\((down + 999) / 1_000)", "rate": "0/0",
            "dropped": "0/0", "dynamic": "true", "disabled": "false", "invalid": "false",
        ]
        return queue.merging(limits.values) { _, new in new }
    }

    /// Counts on the first queue that is meant for an address or an interface: the first that fits takes all.
    mutating func countQueue(of address: IPv4Address, on interface: String?, up: Int64, down: Int64) {
        let table = tables["/queue/simple"]
        let first = table?.order.first { id in
            guard let row = table?[id], row["disabled"] != "true" else { return false }
            return (row["target"] ?? "").split(separator: ",").contains { part in
                interface.map { $0 == part } ?? false || AddressRange(part)?.contains(address) == true
            }
        }
        guard let first else { return }
        queueUsage[first, default: Usage()].count(up: up, down: down)
    }

    /// The live values of a queue that somebody made.
    func queueCounters(_ id: UInt32) -> [String: String] {
        let usage = queueUsage[id] ?? Usage()
        return [
            "bytes": "\(usage.bytesIn)/\(usage.bytesOut)", "packets": "\(usage.packetsIn)/\(usage.packetsOut)",
            "total-bytes": "0", "total-packets": "0",
        ]
    }

    /// The queues of fixed leases with a `rate-limit`, while their device is there.
    var leaseQueues: [Record] {
        fixedLeases.compactMap { id, row, phone in
            guard let limits = QueueLimits(row["rate-limit"] ?? "") else { return nil }
            let usage = hotspot.hosts.first { $0.mac == phone.mac }?.usage ?? Usage()
            return Self.dynamicQueue(
                0x300_0000 + id, "dhcp-ds<\(phone.mac)>", target: "\(phone.address)/32", limits, up: usage.bytesIn,
                down: usage.bytesOut, under: "none")
        }
    }

    /// The entries that fixed leases make in address lists while their device is there.
    var leaseListRows: [Record] {
        fixedLeases.flatMap { id, row, phone in
            (row["address-lists"] ?? "").split(separator: ",").enumerated().map { index, list in
                [
                    ".id": RowNumber.text(0x300_0000 + id * 16 + UInt32(index)), "list": String(list),
                    "address": phone.address.description, "dynamic": "true", "disabled": "false",
                ]
            }
        }
    }

    /// The enabled rows of `/ip/dhcp-server/lease` whose device is there.
    private var fixedLeases: [(UInt32, [String: String], Phone)] {
        guard let table = tables["/ip/dhcp-server/lease"] else { return [] }
        return table.order.compactMap { id in
            guard let row = table[id], row["disabled"] != "true",
                let mac = row["mac-address"].flatMap({ MACAddress($0) }), let phone = hotspot.phones[mac],
                phone.isPresent
            else { return nil }
            return (id, row, phone)
        }
    }

    /// The live values of a fixed lease.
    func leaseValues(_ row: [String: String]) -> [String: String] {
        let isBlocked = row["block-access"] == "true"
        let phone = row["mac-address"].flatMap { MACAddress($0) }.flatMap { hotspot.phones[$0] }
        guard let phone, phone.isPresent, row["disabled"] != "true", !isBlocked else {
            return ["status": "waiting", "dynamic": "false", "blocked": String(isBlocked), "radius": "false"]
        }
        return [
            "status": "bound", "dynamic": "false", "blocked": "false", "radius": "false",
            "active-address": phone.address.description, "active-mac-address": phone.mac.description,
            "active-server": "dhcp1", "expires-after": row["lease-time"] ?? "1h",
        ]
    }

    /// The fixed lease of a device; nil where there is none.
    func fixedLease(of mac: MACAddress) -> [String: String]? {
        tables["/ip/dhcp-server/lease"]?.rows.values.first {
            $0["mac-address"] == mac.description && $0["disabled"] != "true"
        }
    }

    // MARK: Address lists

    /// What is left of an entry that goes by itself; such an entry counts as dynamic.
    func listValues(_ id: UInt32) -> [String: String] {
        guard let end = listEnds[id] else { return ["dynamic": "false"] }
        return ["dynamic": "true", "timeout": RouterDuration.text(end - now)]
    }

    /// Starts the time of an entry that was made or changed.
    mutating func startListEntry(_ id: UInt32, _ row: [String: String]) {
        let span = row["timeout"].flatMap { RouterDuration.read($0) } ?? .zero
        listEnds[id] = span > .zero ? now + span : nil
    }

    mutating func endDueListEntries() {
        for (id, end) in listEnds where end <= now {
            tables["/ip/firewall/address-list"]?.remove(id)
            listEnds[id] = nil
        }
    }

    /// A restart forgets what would have gone by itself.
    mutating func forgetTimedEntries() {
        for id in listEnds.keys { tables["/ip/firewall/address-list"]?.remove(id) }
        listEnds = [:]
    }
}
