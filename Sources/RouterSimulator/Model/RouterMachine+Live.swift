import Values

/// What is computed when it is read.
extension RouterMachine {
    /// The rows of a menu that keeps no table of its own; nil for menus with stored rows.
    func liveRows(of path: String) -> [(id: UInt32, values: [String: String])]? {
        switch path {
        case "/ip/hotspot/active": hotspot.sessions.map { ($0.id, row($0)) }
        case "/ip/hotspot/host": hotspot.hosts.map { ($0.id, row($0)) }
        case "/ip/hotspot/cookie": hotspot.cookies.map { ($0.id, row($0)) }
        case "/ip/pool/used": usedAddresses
        case "/log": logRows
        case "/file": files.rows(at: self)
        case "/user/active": apiSessionRows
        case "/ip/firewall/connection": connections
        case "/ppp/active": pppRows
        default: nil
        }
    }

    /// One row of such a menu.
    func liveRow(of path: String, numbered id: UInt32) -> [String: String]? {
        switch path {
        case "/ip/hotspot/active": hotspotSession(of: path, numbered: id).map { row($0) }
        default: liveRows(of: path)?.first { $0.id == id }?.values
        }
    }

    /// The rows whose property has a value, where such a menu knows them without printing all.
    func liveIDs(of path: String, whose property: String, is value: String) -> [UInt32]? {
        switch (path, property) {
        case ("/ip/hotspot/active", "user"): hotspot.sessions.filter { $0.user == value }.map(\.id)
        case ("/ip/hotspot/cookie", "user"): hotspot.cookies.filter { $0.user == value }.map(\.id)
        case ("/ip/hotspot/active", "mac-address"):
            MACAddress(value).map { mac in hotspot.sessions.filter { $0.mac == mac }.map(\.id) }
        case ("/ip/hotspot/host", "mac-address"):
            MACAddress(value).map { mac in hotspot.hosts.filter { $0.mac == mac }.map(\.id) }
        case ("/ppp/active", "name"): pppSessions.filter { $0.user == value }.map(\.id)
        default: nil
        }
    }

    /// All rows, in their order; nil where only printing tells them.
    func rowIDs(of path: String) -> [UInt32]? {
        path == "/ip/hotspot/active" ? hotspot.sessions.map(\.id) : storedRows(of: path)?.order
    }

    /// The rows of a menu that are stored as they are read; nil where some of them are computed.
    func storedRows(of path: String) -> Table? {
        guard liveRows(of: path) == nil, dynamicRows(of: path).isEmpty else { return nil }
        return tables[path] ?? Table()
    }

    /// Rows that come and go with sessions, behind the stored ones.
    func dynamicRows(of path: String) -> [Record] {
        switch path {
        case "/queue/simple": sessionQueues + pppQueues + leaseQueues
        case "/ip/firewall/address-list": pppListRows + leaseListRows
        case "/ip/dhcp-server/lease": leaseRows
        case "/ip/service" where version >= RouterRelease(7, 19): connectionRows
        default: []
        }
    }

    /// What the phones got from the DHCP server, as long as no fixed lease stands in the table.
    private var leaseRows: [Record] {
        let fixed = Set(tables["/ip/dhcp-server/lease"]?.rows.values.compactMap { $0["mac-address"] } ?? [])
        let phones = hotspot.phones.values.filter { !fixed.contains($0.mac.description) }
        return phones.sorted { $0.address.bits < $1.address.bits }.map { phone in
            var record: Record = ["server": "dhcp1", "status": "bound", "dynamic": "true", "expires-after": "10m"]
            for name in ["disabled", "radius", "blocked"] { record[name] = "false" }
            for name in ["address", "active-address"] { record[name] = phone.address.description }
            for name in ["mac-address", "active-mac-address"] { record[name] = phone.mac.description }
            record[".id"] = RowNumber.text(phone.address.bits)
            record["active-server"] = "dhcp1"
            record["last-seen"] = hotspot.goneSince[phone.mac].map { RouterDuration.text(now - $0) } ?? "0s"
            return record
        }
    }

    /// One row for each client of the router's own services.
    private var connectionRows: [Record] {
        apiSessions.map { session in
            let ports = ["rest-api": ("www", "80"), "api": ("api", "8728")]
            let (service, port) = ports[session.via] ?? ("ssh", "22")
            return [
                ".id": RowNumber.text(0x1000 + session.id), "name": service, "port": port, "proto": "tcp",
                "dynamic": "true", "connection": "true", "disabled": "false", "invalid": "false",
                "local": "\(settings.hotspotAddress)", "remote": "\(session.address):40000",
            ]
        }
    }

    private var sessionQueues: [Record] {
        hotspot.sessions.compactMap { session in
            guard let limits = QueueLimits(session.limits.rate) else { return nil }
            let number = session.queueNumber == 1 ? "" : "-\(session.queueNumber)"
            let usage = session.usage
            var queue: Record = [
                ".id": RowNumber.text(0x100_0000 + session.id), "name": "<hotspot-\(session.user)\(number)>",
                "target": "\(session.address)/32", "limit-at": limits.rate, "bucket-size": "0.1/0.1",
                "parent": parentQueue(of: session.user), "packet-marks": "", "priority": "8/8",
                "queue": "default-small/default-small", "rate": "0/0",
                "bytes": "\(usage.bytesIn)/\(usage.bytesOut)", "packets": "\(usage.packetsIn)/\(usage.packetsOut)",
                "dropped": "0/0", "dynamic": "true", "disabled": "false", "invalid": "false",
            ]
            queue.merge(limits.values) { _, new in new }
            return queue
        }
    }

    /// Below which queue the profile of a user puts the queues of its sessions.
    private func parentQueue(of user: String) -> String {
        guard let users = tables["/ip/hotspot/user"], let profiles = tables["/ip/hotspot/user/profile"],
            let row = users.ids(named: user).first.flatMap({ users[$0] }), let name = row["profile"],
            let profile = profiles.ids(named: name).first.flatMap({ profiles[$0] })
        else { return "none" }
        return profile["parent-queue"] ?? "none"
    }

    /// How far the zone is ahead, as scripts of version 6 read it; nil for later versions, which give them a text.
    var unsignedZone: Int64? {
        version < RouterRelease(7, 0) ? (clock.gmtOffset + 4_294_967_296) % 4_294_967_296 : nil
    }

    /// Live values of a singleton.
    func liveValues(of path: String) -> [String: String] {
        switch path {
        case "/system/resource":
            [
                "uptime": RouterDuration.text(now - bootedAt), "version": version.withChannel,
                "build-time": version.writesISODates ? "2026-10-01 08:00:00" : "Oct/01/2026 08:00:00",
                "board-name": "lango-routersim", "platform": "MikroTik", "architecture-name": "x86_64",
                "cpu": "simulated",
                "cpu-count": "2", "cpu-frequency": "1000", "cpu-load": "1", "free-memory": "134217728",
                "total-memory": "268435456", "free-hdd-space": String(files.free), "total-hdd-space": "134217728",
                "write-sect-since-reboot": "0", "write-sect-total": "0",
            ]
        case "/system/clock":
            [
                "date": clock.date(at: now, version), "time": clock.time(at: now), "gmt-offset": clock.offsetText,
                "time-zone-name": clock.zoneName, "dst-active": "false",
            ]
        case "/ip/firewall/connection/tracking":
            ["total-entries": String(connections.count), "max-entries": "1048576"]
        case "/system/ntp/client":
            clock.isSynchronised
                ? [
                    "status": "synchronized", "synced-stratum": "2", "active-server": "192.0.2.123",
                    "last-update-from": "192.0.2.123",
                ]
                : ["status": "waiting"]
        default: [:]
        }
    }

    /// One live value of a stored row; nil where the row has none of that name.
    func liveValue(_ name: String, of path: String, _ id: UInt32, _ row: [String: String]) -> String? {
        guard path == "/ip/hotspot/user" else { return liveValues(of: path, id, row)[name] }
        // Scripts ask for them again and again.
        let totals = hotspot.totals[id] ?? Usage()
        switch name {
        case "uptime": return RouterDuration.text(totals.uptime)
        case "bytes-in": return String(totals.bytesIn)
        case "bytes-out": return String(totals.bytesOut)
        default: return liveValues(of: path, id, row)[name]
        }
    }

    /// Live values of a stored row.
    func liveValues(of path: String, _ id: UInt32, _ row: [String: String]) -> [String: String] {
        switch path {
        case "/ip/hotspot/user":
            let totals = hotspot.totals[id] ?? Usage()
            return counters(totals).merging([
                "uptime": RouterDuration.text(totals.uptime), "dynamic": "false",
            ]) { $1 }
        case "/ip/hotspot":
            let runs = singletons["/system/device-mode"]?["hotspot"] != "false"
            return [
                "HTTPS": "false", "invalid": runs ? "false" : "true", "proxy-status": runs ? "running" : "",
                "ip-of-dns-name": settings.hotspotAddress.description,
                "comment": runs ? "" : "inactivated, not allowed by device-mode",
            ]
        case "/ip/hotspot/ip-binding":
            return [
                "bypassed": row["type"] == "bypassed" ? "true" : "", "blocked": row["type"] == "blocked" ? "true" : "",
            ]
        case "/ip/hotspot/walled-garden":
            return ["dynamic": "false", "hits": String(walledGardenHits[id] ?? 0)]
        case "/ip/pool": return poolCounts(row)
        case "/ip/address":
            return ["actual-interface": row["interface"] ?? "", "dynamic": "false", "invalid": "false"]
        case "/queue/simple":
            return [
                "dropped": "0/0", "dynamic": "false", "invalid": "false", "packet-rate": "0/0", "queued-bytes": "0/0",
                "queued-packets": "0/0", "rate": "0/0", "total-dropped": "0", "total-packet-rate": "0",
                "total-queued-bytes": "0", "total-queued-packets": "0", "total-rate": "0",
            ].merging(queueCounters(id)) { $1 }
        case "/ip/hotspot/walled-garden/ip": return ["invalid": "false"]
        case "/queue/tree":
            return ["invalid": "false"].merging(
                ["bytes", "packets", "dropped", "rate", "packet-rate", "queued-bytes", "queued-packets"]
                    .map { ($0, "0") }
            ) { $1 }
        case "/ip/firewall/filter", "/ip/firewall/nat", "/ip/firewall/mangle", "/ip/firewall/raw":
            return ["bytes": "0", "packets": "0", "dynamic": "false", "invalid": "false"]
        case "/ip/firewall/address-list": return listValues(id)
        case "/ip/dhcp-server/lease": return leaseValues(row)
        case "/ip/dhcp-server", "/ip/dhcp-server/network", "/ip/dns/static":
            return path == "/ip/dhcp-server" ? ["dynamic": "false", "invalid": "false"] : ["dynamic": "false"]
        case "/interface/vlan", "/interface/ethernet": return ["running": "true"]
        case "/interface/wireguard":
            return ["running": "true", "public-key": Self.publicKey(of: row["private-key"] ?? "")]
        case "/interface/wireguard/peers": return ["rx": "0", "tx": "0", "dynamic": "false"]
        case "/system/script": return ["invalid": "false", "run-count": row["run-count"] ?? "0"]
        case "/system/scheduler": return scheduleCounts(id, row)
        default: return [:]
        }
    }

    private func counters(_ usage: Usage) -> [String: String] {
        [
            "bytes-in": String(usage.bytesIn), "bytes-out": String(usage.bytesOut),
            "packets-in": String(usage.packetsIn), "packets-out": String(usage.packetsOut),
        ]
    }

    private func row(_ host: Host) -> [String: String] {
        let isActive = session(of: host.mac) != nil
        let isBypassed = hotspot.phones[host.mac].map { binding(of: $0) } == "bypassed"
        return counters(host.usage).merging([
            "mac-address": host.mac.description, "address": host.address.description,
            "to-address": host.address.description, "server": host.server, "found-by": "TCP :80",
            "uptime": RouterDuration.text(now - host.since), "idle-time": RouterDuration.text(now - host.lastTraffic),
            "idle-timeout": server?["idle-timeout"] ?? "5m", "host-dead-time": "0s", "DHCP": "true",
            "authorized": isActive ? "true" : "false", "bypassed": isBypassed ? "true" : "false",
        ]) { $1 }
    }

    private func row(_ cookie: Cookie) -> [String: String] {
        [
            "user": cookie.user, "mac-address": cookie.mac.description, "domain": cookie.domain,
            "expires-in": RouterDuration.text(cookie.expires - now), "mac-cookie": cookie.isMAC ? "true" : "false",
        ]
    }

    private var usedAddresses: [(id: UInt32, values: [String: String])] {
        let leased = hotspot.phones.values.map { ($0.address, "DHCP", $0.mac.description) }
        let dialled = pppSessions.map { ($0.address, "PPPoE", $0.user) }
        return (leased + dialled).sorted { $0.0.bits < $1.0.bits }.map { address, owner, info in
            let pool = tables["/ip/pool"]?.rows.values.first { row in
                (row["ranges"] ?? "").split(separator: ",").compactMap { AddressRange($0) }
                    .contains { $0.contains(address) }
            }
            let name = pool?["name"] ?? ""
            return (address.bits, ["pool": name, "address": address.description, "owner": owner, "info": info])
        }
    }

    /// Four connections for each device that is online.
    private var connections: [(id: UInt32, values: [String: String])] {
        hotspot.sessions.flatMap { session in
            (UInt32(0)..<4).map { number in
                let (source, target) = (session.address.description, "198.51.100.\(number + 1)")
                return (
                    session.id * 4 + number,
                    [
                        "protocol": "tcp", "src-address": source, "src-port": "\(40_000 + number)",
                        "dst-address": target, "dst-port": "443", "reply-src-address": target, "reply-src-port": "443",
                        "reply-dst-address": source, "tcp-state": "established", "timeout": "23h59m59s",
                        "assured": "true", "seen-reply": "true", "srcnat": "true", "orig-bytes": "1000",
                        "repl-bytes": "4000",
                    ]
                )
            }
        }
    }

    private func poolCounts(_ row: [String: String]) -> [String: String] {
        let ranges = (row["ranges"] ?? "").split(separator: ",").compactMap { AddressRange($0) }
        let total = ranges.reduce(0) { $0 + $1.count }
        let taken = hotspot.phones.values.map(\.address) + pppSessions.map(\.address)
        let used = taken.count { address in ranges.contains { $0.contains(address) } }
        return ["total": String(total), "used": String(used), "available": String(total - used)]
    }
}
