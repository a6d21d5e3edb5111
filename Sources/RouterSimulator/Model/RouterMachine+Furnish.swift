import Values

extension RouterMachine {
    /// The router as it was delivered and set up for a hotspot.
    mutating func furnish() {
        singletons["/system/identity"] = ["name": settings.identity]
        singletons["/system/license"] = ["system-id": "simulated", "level": settings.license]
        singletons["/system/note"] = ["note": "This is lango-routersim, a simulated router."]
        let switches = [
            "bandwidth-test", "email", "fetch", "hotspot", "ipsec", "l2tp", "pptp", "proxy", "romon", "scheduler",
            "smb", "sniffer", "socks", "zerotier",
        ]
        singletons["/system/device-mode"] = Dictionary(uniqueKeysWithValues: switches.map { ($0, "true") })
            .merging([
                "mode": "advanced", "attempt-count": "0", "flagged": "false", "flagging-enabled": "true",
                "container": "false", "install-any-version": "false", "partitions": "false", "routerboard": "false",
                "traffic-gen": "false",
            ]) { $1 }
        furnishUsers()
        furnishNetwork()
        furnishHotspot()
        furnishProvider()
        furnishBoard()
        furnishPages()
    }

    /// Puts the built-in pages on the flash, where the API can replace them.
    mutating func furnishPages() {
        for (name, text) in ServletPages.all { store(Array(text.utf8), as: "hotspot/\(name)") }
    }

    /// Brings what the command line says into a state that was kept: the API user's password, the walled garden.
    mutating func apply(_ settings: RouterSettings) {
        var users = tables["/user"] ?? Table()
        let row = ["name": settings.userName, "group": "full", "password": settings.password.revealed]
        if let id = users.ids(named: settings.userName).first { users.update(id, row) } else { users.insert(row) }
        tables["/user"] = users
        var garden = tables["/ip/hotspot/walled-garden"] ?? Table()
        for row in gardenRows(settings) {
            let isThere = garden.rows.values.contains {
                $0["dst-host"] == row["dst-host"] && ($0["dst-port"] ?? "") == row["dst-port"]
            }
            if !isThere { garden.insert(row) }
        }
        tables["/ip/hotspot/walled-garden"] = garden
    }

    private func gardenRows(_ settings: RouterSettings) -> [[String: String]] {
        settings.walledGarden.map { entry in
            let parts = entry.split(separator: ":", maxSplits: 1).map { String($0) }
            return ["dst-host": parts.first ?? entry, "dst-port": parts.count == 2 ? parts[1] : "", "action": "allow"]
        }
    }

    mutating func keep(_ path: String, from first: UInt32 = 1, _ rows: [[String: String]]) {
        var table = Table(nextID: first)
        for row in rows { table.insert(row) }
        tables[path] = table
    }

    private mutating func furnishUsers() {
        let all = Policy.all(in: version)
        let read = all.filter { !["ftp", "write", "policy"].contains($0) } + ["!ftp", "!write", "!policy"]
        let write = all.filter { !["ftp", "policy"].contains($0) } + ["!ftp", "!policy"]
        keep(
            "/user/group",
            [
                ["name": "read", "policy": read.joined(separator: ","), "skin": "default"],
                ["name": "write", "policy": write.joined(separator: ","), "skin": "default"],
                ["name": "full", "policy": all.joined(separator: ","), "skin": "default"],
            ])
        // The factory's user, switched off as it should be, unless it is the one that is wanted.
        let factory = ["name": "admin", "group": "full", "comment": "system default user", "disabled": "true"]
        let user = ["name": settings.userName, "group": "full", "password": settings.password.revealed]
        keep("/user", settings.userName == "admin" ? [user] : [factory, user])
    }

    /// Adds a row as a command would, with what follows from it and without its checks.
    mutating func furnish(_ path: String, _ row: [String: String]) {
        if let menu = tree[path] { _ = insert(menu, row, before: nil) }
    }

    private mutating func furnishNetwork() {
        for (index, name) in ["ether1", "ether2"].enumerated() {
            let mac = "02:4C:47:FF:00:0\(index + 1)"
            let row = ["name": name, "default-name": name, "mac-address": mac, "orig-mac-address": mac]
            furnish("/interface/ethernet", row)
        }
        furnish("/interface/bridge", ["name": "bridge-hotspot", "running": "true"])
        let base = settings.hotspotAddress
        let network = IPv4Address(bits: base.bits & 0xFFFF_FF00)
        keep(
            "/ip/address",
            [["address": "\(base)/24", "network": network.description, "interface": "bridge-hotspot"]])
        let (first, last) = (IPv4Address(bits: network.bits + 2), IPv4Address(bits: network.bits + 254))
        keep("/ip/pool", [["name": "hs-pool-1", "ranges": "\(first)-\(last)"]])
        let ports = [("telnet", 23), ("ftp", 21), ("www", 80), ("ssh", 22), ("www-ssl", 443), ("api", 8_728)]
        keep(
            "/ip/service", from: 0,
            (ports + [("winbox", 8_291), ("api-ssl", 8_729)]).map { name, port in
                let isOn = ["www", "www-ssl", "api", "api-ssl", "ssh"].contains(name)
                var row = ["name": name, "port": String(port), "disabled": isOn ? "false" : "true", "invalid": "false"]
                if name.hasSuffix("-ssl") { row["certificate"] = "none" }
                if name.hasSuffix("-ssl") { row["tls-version"] = "any" }
                if version >= RouterRelease(7, 22) { row["proto"] = "tcp" }
                return row
            })
    }

    private mutating func furnishHotspot() {
        keep("/ip/hotspot/user/profile", from: 0, [["name": "default", "default": "true", "add-mac-cookie": "true"]])
        keep(
            "/ip/hotspot/profile", from: 0,
            [
                ["name": "default", "default": "true"],
                [
                    "name": "hsprof1", "hotspot-address": settings.hotspotAddress.description,
                    "login-by": settings.loginBy,
                ],
            ])
        keep(
            "/ip/hotspot",
            [
                [
                    "name": settings.hotspotName, "interface": "bridge-hotspot", "address-pool": "hs-pool-1",
                    "profile": "hsprof1", "disabled": "false",
                ]
            ])
        keep(
            "/ip/hotspot/user", from: 0,
            [
                [
                    "name": "default-trial", "default": "true", "comment": "counters and limits for trial users",
                    "profile": "default",
                ]
            ])
        keep("/ip/hotspot/service-port", [["name": "ftp", "ports": "21", "disabled": "false"]])
        keep("/ip/hotspot/walled-garden", gardenRows(settings))
    }
}
