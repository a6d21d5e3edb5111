import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct RecordTests {
    /// Captured records of menus that the simulator serves, with the release where it is known.
    static func captured() -> [(menu: Menu, version: RouterRelease, record: Record)] {
        Fixtures.lines("rest_records").flatMap { line -> [(menu: Menu, version: RouterRelease, record: Record)] in
            let path = line["path"]?.text
            guard let menu = Menu.known.first(where: { $0.path == path }) else { return [] }
            let version = RouterRelease(line["ros"]?.text ?? "") ?? RouterRelease(7, 24)
            return (line["records"]?.elements ?? []).compactMap { json in
                json.record.map { (menu, max(version, RouterRelease(7, 9)), $0) }
            }
        }
    }

    /// Records that a client of the binary API had read and decoded; the names alone are the router's.
    static func decoded() -> [(menu: Menu, version: RouterRelease, record: Record)] {
        Fixtures.lines("api_records_librouteros_decoded").flatMap { line in
            let path = line["path"]?.text
            return Menu.known.filter { $0.path == path && $0.path != "/system/health" }.flatMap { menu in
                (line["records"]?.elements ?? []).map { json in
                    (menu, RouterRelease(7, 24), (json.members ?? [:]).mapValues { _ in "" })
                }
            }
        }
    }

    @Test("Every captured property is known to its menu", .fixtures)
    func properties() {
        let captured = Self.captured()
        #expect(captured.count > 40)
        for (menu, version, record) in captured + Self.decoded() {
            for name in record.keys where ![".id", "id", ".nextid", ".section"].contains(name) {
                // Some records came without their release: then any release may have the property.
                let isKnown = menu.properties.contains {
                    $0.name == name && ($0.exists(in: version) || $0.until != nil || $0.before == .sixOnly)
                }
                #expect(isKnown, "\(menu.path) \(name) \(version)")
            }
        }
    }

    @Test("What a captured row says is taken by add, and reads back as it was", .fixtures)
    func roundTrip() throws {
        let menus = [
            "/ip/hotspot/user", "/ip/hotspot/ip-binding", "/ip/hotspot/walled-garden", "/ip/hotspot/walled-garden/ip",
            "/ip/pool", "/queue/simple", "/ip/address", "/system/script", "/user/group", "/ppp/secret",
        ]
        var taken: Set<String> = []
        for (menu, version, record) in Self.captured()
        where menus.contains(menu.path) && record["dynamic"] != "true" && record["target"] != "" {
            var bench = Bench(version: version)
            var row: [String: String] = [:]
            for (name, value) in record {
                guard let property = menu.property(name, in: version), property.access == .readWrite else { continue }
                if case .reference(_, let words) = property.kind, !words.contains(value) { continue }
                row[name] = value
            }
            row["interface"] = row["interface"] == nil && record["interface"] != nil ? "ether2" : nil
            if menu.path == "/user/group" { row["name"] = "captured" }
            guard case .value(let id) = try bench.run(menu.path, "add", row) else { continue }
            guard case .records(let records) = try bench.run(menu.path, "get", [".id": id]) else { continue }
            for (name, value) in row where name != "interface" {
                // A group is written with every policy; the captured one was made before `romon` was listed.
                let read = records.first?[name]
                #expect(name == "policy" ? read?.hasPrefix("\(value)") == true : read == value, "\(menu.path) \(name)")
            }
            taken.insert(menu.path)
        }
        #expect(taken.isSuperset(of: ["/ip/hotspot/user", "/ip/hotspot/walled-garden", "/queue/simple", "/ip/pool"]))
    }

    @Test("A hotspot user reads with exactly the captured keys", .fixtures)
    func userKeys() throws {
        let captured = try #require(Self.captured().first { $0.menu.path == "/ip/hotspot/user" }).record
        var bench = Bench(version: RouterRelease(7, 24, 4))
        try bench.run("/ip/hotspot/user", "add", ["name": "u", "password": "p", "comment": "c", "server": "hotspot1"])
        #expect(Set(bench.user("u").keys) == Set(captured.keys))
    }

    @Test("Limits appear when set and disappear at zero")
    func absent() throws {
        var bench = Bench()
        let id = try bench.makeUser("v1", ["limit-uptime": "7200s", "limit-bytes-total": "1000"])
        #expect(bench.user()["limit-uptime"] == "2h")
        #expect(bench.user()["limit-bytes-total"] == "1000")
        #expect(bench.user()["server"] == nil)
        #expect(bench.user()["comment"] == nil)
        try bench.run("/ip/hotspot/user", "set", [".id": id, "limit-uptime": "0s", "limit-bytes-total": "0"])
        #expect(bench.user()["limit-uptime"] == nil)
        #expect(bench.user()["limit-bytes-total"] == nil)
    }

    @Test("add-mac-cookie is on after add, and on again after mac-cookie-timeout")
    func macCookieTrap() throws {
        var bench = Bench()
        try bench.run("/ip/hotspot/user/profile", "add", ["name": "p", "add-mac-cookie": "false"])
        func value() -> String? {
            bench.machine.records(of: "/ip/hotspot/user/profile").first { $0["name"] == "p" }?["add-mac-cookie"]
        }
        #expect(value() == "true")
        try bench.run("/ip/hotspot/user/profile", "set", ["numbers": "p", "add-mac-cookie": "no"])
        #expect(value() == "false")
        let both = ["numbers": "p", "add-mac-cookie": "no", "mac-cookie-timeout": "1d"]
        try bench.run("/ip/hotspot/user/profile", "set", both)
        #expect(value() == "true")
    }

    @Test("Who disables the own account is obeyed in silence only")
    func selfDisable() throws {
        var bench = Bench()
        let me = RouterUser(name: "lango", policies: RouterUser.full.policies)
        try bench.run("/user", "set", ["numbers": "lango", "disabled": "yes"], by: me)
        try bench.run("/user", "disable", ["numbers": "lango"], by: me)
        #expect(bench.machine.records(of: "/user").first { $0["name"] == "lango" }?["disabled"] == "false")
        #expect(bench.machine.user(named: "lango", password: "open", from: nil) != nil)
    }

    @Test("References follow a new name, and read a number when their row is gone")
    func references() throws {
        var bench = Bench()
        try bench.makeUser("v1", profile: ["rate-limit": "1M/2M"])
        let profile = try #require(
            bench.machine.records(of: "/ip/hotspot/user/profile").first { $0["name"] == "p-v1" }?[".id"])
        try bench.run("/ip/hotspot/user/profile", "set", [".id": profile, "name": "gold"])
        #expect(bench.user()["profile"] == "gold")
        try bench.run("/ip/hotspot/user/profile", "remove", [".id": profile])
        #expect(bench.user()["profile"] == profile)
    }

    @Test("A reference is matched by the beginning of one name only")
    func prefixes() throws {
        var bench = Bench()
        for name in ["gold-1", "gold-2", "silver"] { try bench.run("/ip/hotspot/user/profile", "add", ["name": name]) }
        try bench.makeUser("v1", ["profile": "sil"])
        #expect(bench.user()["profile"] == "silver")
        #expect(throws: RouterTrap.ambiguous("profile")) { try bench.makeUser("v2", ["profile": "gold"]) }
    }

    @Test("One name may exist once for each server")
    func twins() throws {
        var bench = Bench()
        try bench.makeUser("v1")
        try bench.makeUser("v1", ["server": "hotspot1"])
        let refusal = RouterTrap.failure("already have user with this name for this server")
        #expect(throws: refusal) { try bench.makeUser("v1") }
        #expect(throws: refusal) { try bench.makeUser("v1", ["server": "all"]) }
    }

    @Test("Print counts, filters and projects")
    func printing() throws {
        var bench = Bench()
        for name in ["a", "b", "c"] { try bench.makeUser(name) }
        var command = RouterCommand(
            "/ip/hotspot/user", "print", query: ["name=a", "name=c", "#|"], properties: ["name"])
        #expect(try bench.machine.perform(command, at: bench.now) == .records([["name": "a"], ["name": "c"]]))
        command.arguments["count-only"] = ""
        #expect(try bench.machine.perform(command, at: bench.now) == .value("2"))
    }

    @Test("Rows are moved before one another")
    func moving() throws {
        var bench = Bench()
        for host in ["a", "b", "c"] { try bench.run("/ip/hotspot/walled-garden", "add", ["dst-host": host]) }
        try bench.run("/ip/hotspot/walled-garden", "move", [".id": "*3", "destination": "*1"])
        #expect(
            bench.machine.records(of: "/ip/hotspot/walled-garden").compactMap { $0["dst-host"] } == ["c", "a", "b"])
        try bench.run("/ip/hotspot/walled-garden", "add", ["dst-host": "first", "place-before": "*3"])
        #expect(bench.machine.records(of: "/ip/hotspot/walled-garden").first?["dst-host"] == "first")
    }

    @Test("Device mode without hotspot keeps the rows and stops the service")
    func deviceMode() throws {
        var bench = Bench()
        try bench.makeUser()
        bench.logIn()
        bench.machine.setDeviceMode("hotspot", false, at: bench.now)
        #expect(bench.active.isEmpty)
        #expect(bench.machine.records(of: "/ip/hotspot").first?["comment"] == "inactivated, not allowed by device-mode")
        #expect(bench.machine.records(of: "/system/device-mode").first?["hotspot"] == "false")
        #expect(bench.page("GET", "/x")?.text.contains("Simulated internet") == true)
    }

    @Test("Access, first and last release of every property are those of the inspected trees", .fixtures)
    func schema() throws {
        let bytes = SimulatorFiles.read(Fixtures.folder + "../schema.json") ?? []
        let paths = try #require(WireJSON(bytes)?["paths"]?.members)
        // Nobody has inspected what version 6 alone had.
        for menu in Menu.known where !menu.path.hasPrefix("/tool/user-manager") {
            let path = menu.path
            let properties = try #require(paths[path]?["properties"]?.members, "\(path)")
            let commands = paths[path]?["commands"]?.elements?.compactMap(\.text) ?? []
            #expect(Set(menu.commands).subtracting(commands).isEmpty, "\(path)")
            #expect(menu.since == paths[path]?["menu_since"]?.text.flatMap { RouterRelease($0) }, "\(path)")
            if path == "/system/health" {
                // Nobody has inspected version 6: the note names its record's keys, and the rows' are three.
                let note = paths[path]?["v6"]?.text ?? ""
                let isThere = { (property: Property) in
                    menu.before == .sixOnly ? note.contains(property.name) : properties[property.name] != nil
                }
                #expect(menu.properties.allSatisfy(isThere))
                continue
            }
            #expect(menu.isSingleton == (paths[path]?["kind"]?.text == "singleton"), "\(path)")
            // The comment of a stopped hotspot is the router's own; the manual names it, the tree does not.
            for property in menu.properties where !(path == "/ip/hotspot" && property.name == "comment") {
                let known = try #require(properties[property.name], "\(path) \(property.name)")
                let access: [String: Property.Access] = ["rw": .readWrite, "ro": .readOnly, "wo": .writeOnly]
                #expect(property.access == access[known["access"]?.text ?? ""], "\(path) \(property.name)")
                #expect(
                    property.since == known["since"]?.text.flatMap { RouterRelease($0) }, "\(path) \(property.name)")
                #expect(
                    property.until == known["until"]?.text.flatMap { RouterRelease($0) }, "\(path) \(property.name)")
            }
            #expect(menu.properties.count >= properties.count, "\(path)")
        }
    }

    static let logTimes: [(version: RouterRelease, later: Span, time: String)] = [
        (RouterRelease(7, 9), .seconds(1), "14:06:40"), (RouterRelease(7, 9), .days(1), "nov/18 14:06:40"),
        (RouterRelease(7, 9), .days(60), "nov/18/2026 14:06:40"),
        (RouterRelease(7, 10), .days(60), "2026-11-18 14:06:40"),
    ]

    @Test("A line of the log is dated as its release does", arguments: logTimes)
    func logTime(version: RouterRelease, later: Span, time: String) {
        var bench = Bench(version: version)
        bench.wait(later)
        #expect(bench.machine.records(of: "/log").first?["time"] == time)
    }

    static let versions = [
        "6.43.16", "6.49.10", "7.1.5", "7.8", "7.9", "7.12.2", "7.16.2", "7.19", "7.20.8", "7.21.3", "7.24",
    ]
    .compactMap { RouterRelease($0) }

    @Test("Every menu prints in every release, with text that no release forbids", arguments: versions)
    func everyMenu(version: RouterRelease) throws {
        var bench = Bench(version: version)
        for (path, menu) in bench.machine.tree.menus {
            guard case .records(let records) = try bench.run(path, "print") else { continue }
            for record in records {
                for name in record.keys where name != ".id" {
                    #expect(menu.property(name, in: version) != nil, "\(path) \(name)")
                }
            }
        }
        let clock = bench.machine.records(of: "/system/clock").first
        #expect(clock?["date"]?.contains("/") == !version.writesISODates)
        #expect(clock?["gmt-offset"] == "+03:00")
        #expect(bench.machine.records(of: "/system/resource").first?["version"] == version.withChannel)
    }

    @Test("A router may be called by the factory's name, with a password of its own")
    func factoryUser() {
        var settings = RouterSettings()
        settings.userName = "admin"
        settings.password = Secret("open")
        let machine = RouterMachine(settings, at: 1_795_000_000_000)
        #expect(machine.user(named: "admin", password: "open", from: nil) != nil)
        #expect(machine.user(named: "admin", password: "", from: nil) == nil)
    }
}
