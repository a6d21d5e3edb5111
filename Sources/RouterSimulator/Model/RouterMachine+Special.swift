import Values

/// Commands that are more than keeping rows.
extension RouterMachine {
    /// Carries out a command of its own; nil where the general ones apply.
    mutating func special(_ menu: Menu, _ command: RouterCommand) throws(RouterTrap) -> RouterReply? {
        switch command.menu + "/" + command.verb {
        case "/ip/hotspot/active/login": try logInByCommand(command)
        case "/ip/hotspot/active/remove":
            for id in try liveIDs(command, among: hotspot.sessions.map(\.id)) { close(id, because: "admin reset") }
        case "/user/ssh-keys/import": try importKey(command)
        case "/certificate/sign": try signCertificate(menu, command)
        case "/ppp/active/remove": removePPP(try liveIDs(command, among: pppSessions.map(\.id)))
        case "/ip/hotspot/cookie/remove":
            let ids = try liveIDs(command, among: hotspot.cookies.map(\.id))
            hotspot.cookies.removeAll { ids.contains($0.id) }
        case "/ip/hotspot/host/remove": try removeHosts(command)
        case "/ip/hotspot/host/make-binding": try makeBinding(command)
        case "/ip/hotspot/user/reset-counters":
            try forbidStrangers(command, beside: [])
            for id in try rows(menu, command) { hotspot.totals[id] = nil }
        case "/ip/hotspot/reset-html":
            try forbidStrangers(command, beside: [])
            furnishPages()
        case "/ip/hotspot/walled-garden/reset-counters", "/ip/hotspot/walled-garden/reset-counters-all":
            walledGardenHits = [:]
        case "/ip/dhcp-server/lease/make-static": try makeStatic(command)
        case "/queue/simple/reset-counters", "/queue/simple/reset-counters-all": queueUsage = [:]
        case "/log/info", "/log/warning", "/log/error", "/log/debug":
            note("script,\(command.verb)", command.arguments["message"] ?? "")
        case "/system/script/run":
            let name = RouterCommand(
                menu.path, "run", [".id": command.arguments["number"] ?? command.arguments[".id"] ?? ""])
            for id in try rows(menu, name) {
                countRun(id)
                postpone(id)
            }
        case "/system/reboot": reboot()
        case "/execute": return try execute(command)
        case "/export": try exportToFile(command)
        case "/system/backup/save": return try saveBackup(command)
        case "/system/backup/load": try loadBackup(command)
        case "/system/device-mode/update": try updateDeviceMode(command)
        case "/system/license/renew":
            guard command.arguments["account"] != nil else { throw .missing("account") }
        case "/user/active/remove": throw RouterTrap(.argument, "action failed (6)")
        case "/tool/ping", "/ping": return try ping(command)
        case "/tool/fetch": try forbidStrangers(command, beside: ["url", "mode", "as-value", "output", "keep-result"])
        case "/interface/monitor-traffic": return try monitorTraffic(command)
        case let path where path.hasPrefix("/file/"): return try changeFiles(command)
        default: return nil
        }
        return .nothing
    }

    /// The live rows that `.id` or `numbers` name.
    private func liveIDs(_ command: RouterCommand, among ids: [UInt32]) throws(RouterTrap) -> Set<UInt32> {
        try forbidStrangers(command, beside: [])
        guard let wanted = command.arguments[".id"] ?? command.arguments["numbers"] else { throw .missing(".id") }
        let numbers = wanted.split(separator: ",").map { RowNumber.read($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0.map(ids.contains) == true }) else { throw .noSuchItem }
        return Set(numbers.compactMap(\.self))
    }

    private mutating func removeHosts(_ command: RouterCommand) throws(RouterTrap) {
        let ids = try liveIDs(command, among: hotspot.hosts.map(\.id))
        for host in hotspot.hosts where ids.contains(host.id) {
            if let session = session(of: host.mac) { close(session.id, because: "host removed") }
        }
        hotspot.hosts.removeAll { ids.contains($0.id) }
    }

    /// Turns leases that the server gave out into rows of the table.
    private mutating func makeStatic(_ command: RouterCommand) throws(RouterTrap) {
        let ids = try liveIDs(command, among: hotspot.phones.values.map(\.address.bits))
        for phone in hotspot.phones.values.sorted(by: { $0.address.bits < $1.address.bits })
        where ids.contains(phone.address.bits) {
            tables["/ip/dhcp-server/lease", default: Table()].insert([
                "mac-address": phone.mac.description, "address": phone.address.description, "server": "dhcp1",
            ])
        }
    }

    private mutating func makeBinding(_ command: RouterCommand) throws(RouterTrap) {
        var plain = command
        let kind = plain.arguments.removeValue(forKey: "type") ?? "regular"
        let comment = plain.arguments.removeValue(forKey: "comment") ?? ""
        let ids = try liveIDs(plain, among: hotspot.hosts.map(\.id))
        for host in hotspot.hosts where ids.contains(host.id) {
            tables["/ip/hotspot/ip-binding", default: Table()].insert([
                "mac-address": host.mac.description, "address": host.address.description, "type": kind,
                "to-address": host.address.description, "server": host.server, "comment": comment, "disabled": "false",
            ])
        }
    }

    /// Lets a host in by `/ip/hotspot/active/login`.
    ///
    /// Error texts: FACTS 5.4. A host that is in already is refused.
    private mutating func logInByCommand(_ command: RouterCommand) throws(RouterTrap) {
        let known: Set<String> = ["ip", "mac-address", "user", "password", "domain"]
        try forbidStrangers(command, beside: known)
        guard let text = command.arguments["ip"] else { throw .missing("ip") }
        guard let address = IPv4Address(text) else { throw .invalid("ip") }
        guard let name = command.arguments["user"] else { throw .missing("user") }
        guard let host = hotspot.hosts.first(where: { $0.address == address }) else {
            throw .failure("unknown host IP \(address)")
        }
        if let mac = command.arguments["mac-address"], !mac.isEmpty {
            guard let given = MACAddress(mac) else { throw .invalid("mac-address") }
            guard given == host.mac else { throw .failure("wrong MAC provided") }
        }
        guard session(of: host.mac) == nil else { throw .failure("already logged in") }
        do {
            let password = command.arguments["password"] ?? ""
            try logIn(host.mac, as: name, .command(password), domain: command.arguments["domain"] ?? "")
        } catch {
            throw .failure(error.text())
        }
    }

    /// Every mode wants a push of the button, and nobody is there to push it.
    private func updateDeviceMode(_ command: RouterCommand) throws(RouterTrap) {
        for (name, value) in command.arguments.sorted(by: { $0.key < $1.key }) {
            if name == "mode" {
                guard ["advanced", "home", "basic", "rose"].contains(value) else { throw .noMatch("mode") }
            } else if tree["/system/device-mode"]?.property(name, in: version) == nil {
                throw .unknown(name)
            }
        }
        throw RouterTrap(.argument, "update canceled")
    }

    /// Every address answers in half a millisecond; without `count` the router never ends by itself.
    private func ping(_ command: RouterCommand) throws(RouterTrap) -> RouterReply {
        guard let address = command.arguments["address"] else { throw .missing("address") }
        guard let count = Int(command.arguments["count"] ?? "") else { throw .sessionClosed }
        var record: Record = ["host": address, "size": "56", "ttl": "64", "time": "453us", "packet-loss": "0"]
        for name in ["min-rtt", "avg-rtt", "max-rtt"] { record[name] = "453us" }
        var records: [Record] = []
        for sequence in 0..<max(0, min(count, 50)) {
            record["seq"] = String(sequence)
            record["sent"] = String(sequence + 1)
            record["received"] = String(sequence + 1)
            records.append(record)
        }
        return .records(records)
    }

    mutating func countRun(_ id: UInt32) {
        guard var row = tables["/system/script"]?[id] else { return }
        row["run-count"] = String((Int(row["run-count"] ?? "0") ?? 0) + 1)
        row["last-started"] = clock.dateTime(at: now, version)
        tables["/system/script"]?.update(id, row)
    }

    /// `:put text` answers the text where `as-string` asks for it; no other script runs.
    private mutating func execute(_ command: RouterCommand) throws(RouterTrap) -> RouterReply {
        try forbidStrangers(command, beside: ["script", "as-string", "file"])
        guard let script = command.arguments["script"] else { throw .missing("script") }
        guard command.arguments["as-string"] != nil else { return .value("*B\(String(hotspot.newID(), radix: 16))") }
        guard script.hasPrefix(":put ") else { return .value("") }
        return .value(String(script.dropFirst(5).drop { $0 == "\"" }.prefix { $0 != "\"" }))
    }

    private func monitorTraffic(_ command: RouterCommand) throws(RouterTrap) -> RouterReply {
        guard let name = command.arguments["interface"] ?? command.arguments[".id"] else { throw .missing("interface") }
        guard tables["/interface"]?.ids(named: name).isEmpty == false else { throw .noMatch("interface") }
        return .records([["name": name, "rx-bits-per-second": "0", "tx-bits-per-second": "0"]])
    }
}
