import Testing
import Values

@testable import RouterSimulator

/// The menus of a provider's router beside the hotspot.
@Suite struct ProviderTests {
    @Test("A device has one number and one name in its own menu and in the list of all")
    func interfaces() throws {
        var bench = Bench(version: RouterRelease(7, 20))
        let made = try bench.run("/interface/vlan", "add", ["name": "v10", "interface": "ether1", "vlan-id": "10"])
        #expect(made == .value("*4"))
        let row = bench.machine.records(of: "/interface").first { $0[".id"] == "*4" }
        #expect(row?["type"] == "vlan" && row?["name"] == "v10")
        try bench.run("/ip/address", "add", ["address": "10.9.0.1/24", "interface": "v10"])
        try bench.run("/interface/pppoe-server/server", "add", ["interface": "v10", "service-name": "isp"])
        try bench.run("/interface", "set", [".id": "*4", "name": "uplink", "comment": "to the tower"])
        #expect(bench.machine.records(of: "/interface/vlan").first?["name"] == "uplink")
        #expect(bench.machine.records(of: "/interface/vlan").first?["comment"] == "to the tower")
        #expect(bench.machine.records(of: "/ip/address").last?["interface"] == "uplink")
        #expect(throws: RouterTrap.failure("already have device with such name")) {
            try bench.run("/interface/wireguard", "add", ["name": "uplink"])
        }
        try bench.run("/interface/vlan", "remove", [".id": "*4"])
        #expect(bench.machine.records(of: "/interface").allSatisfy { $0[".id"] != "*4" })
        // What pointed to the device shows its number from now on.
        #expect(bench.machine.records(of: "/ip/address").last?["interface"] == "*4")
        #expect(bench.machine.records(of: "/interface/pppoe-server/server").first?["interface"] == "*4")
        try bench.run("/interface/wireguard", "add", ["name": "wg1"])
        #expect(bench.machine.records(of: "/interface/wireguard").first?[".id"] == "*5")
        #expect(bench.machine.records(of: "/interface/wireguard").first?["private-key"]?.utf8.count == 44)
    }

    @Test("A profile that is removed leaves its number in the secrets; numbers are never used twice")
    func dangling() throws {
        var bench = Bench()
        #expect(try bench.run("/ppp/profile", "add", ["name": "gold", "rate-limit": "2M/10M"]) == .value("*1"))
        try bench.run("/ppp/secret", "add", ["name": "a", "password": "p", "profile": "gold", "service": "pppoe"])
        try bench.run("/ppp/profile", "remove", [".id": "gold"])
        #expect(bench.machine.records(of: "/ppp/secret").first?["profile"] == "*1")
        #expect(try bench.run("/ppp/profile", "add", ["name": "gold"]) == .value("*2"))
        #expect(bench.machine.records(of: "/ppp/profile").map { $0[".id"] } == ["*0", "*FFFFFFFE", "*2"])
        try bench.run("/ip/pool", "add", ["name": "homes", "ranges": "10.8.0.2-10.8.0.99"])
        try bench.run("/ppp/profile", "set", [".id": "gold", "remote-address": "homes", "local-address": "10.8.0.1"])
        try bench.run("/ip/pool", "set", [".id": "homes", "name": "houses"])
        #expect(bench.machine.records(of: "/ppp/profile").last?["remote-address"] == "houses")
        try bench.run("/ip/pool", "remove", [".id": "houses"])
        #expect(bench.machine.records(of: "/ppp/profile").last?["remote-address"] == "*2")
        #expect(bench.machine.records(of: "/ppp/profile").last?["local-address"] == "10.8.0.1")
        #expect(throws: RouterTrap.failure("default entry can not be removed")) {
            try bench.run("/ppp/profile", "remove", [".id": "*FFFFFFFE"])
        }
    }

    @Test("Rates are kept as bits per second")
    func rates() throws {
        var bench = Bench()
        try bench.run("/queue/simple", "add", ["name": "q", "target": "10.0.0.2", "max-limit": "5M/512k"])
        #expect(bench.machine.records(of: "/queue/simple").first?["max-limit"] == "5000000/512000")
        try bench.run("/queue/tree", "add", ["name": "t", "parent": "global", "max-limit": "1G"])
        #expect(bench.machine.records(of: "/queue/tree").first?["max-limit"] == "1000000000")
        #expect(throws: RouterTrap.invalid("max-limit")) {
            try bench.run("/queue/tree", "add", ["name": "u", "parent": "global", "max-limit": "fast"])
        }
    }

    @Test("A rule may look at what something is not; a list holds an entry once")
    func firewall() throws {
        var bench = Bench()
        let rule = ["chain": "forward", "action": "drop", "connection-state": "!established,related"]
        try bench.run("/ip/firewall/filter", "add", rule)
        #expect(bench.machine.records(of: "/ip/firewall/filter").first?["connection-state"] == "!established,related")
        let entry = ["list": "paid", "address": "10.0.0.2"]
        try bench.run("/ip/firewall/address-list", "add", entry)
        #expect(throws: RouterTrap.failure("already have such entry")) {
            try bench.run("/ip/firewall/address-list", "add", entry)
        }
        try bench.run("/interface/vlan", "add", ["name": "v5", "interface": "ether1", "vlan-id": "5"])
        let fence = ["chain": "input", "action": "drop", "in-interface": "!v5", "in-interface-list": "all"]
        try bench.run("/ip/firewall/filter", "add", fence)
        try bench.run("/interface/vlan", "remove", [".id": "v5"])
        #expect(bench.machine.records(of: "/ip/firewall/filter").last?["in-interface"] == "!*4")
        try bench.run("/ip/firewall/address-list", "add", ["list": "debt", "address": "10.0.0.2"])
        try bench.run(
            "/ip/firewall/mangle", "add", ["chain": "prerouting", "action": "mark-packet", "limit": "10,5:packet"])
    }

    @Test("Version 6 has other menus, dates, policies and sensors")
    func versionSix() throws {
        var old = Bench(version: RouterRelease(6, 49, 10))
        #expect(throws: RouterTrap.self) { try old.run("/interface/wireguard", "print") }
        #expect(
            old.machine.records(of: "/system/health") == [
                ["cpu-temperature": "58", "fan1-speed": "6090", "temperature": "46", "voltage": "24.1"]
            ])
        #expect(old.machine.records(of: "/ip/pool").first?["total"] == nil)
        #expect(old.machine.records(of: "/system/clock").first?["date"]?.hasPrefix("nov/") == true)
        let full = old.machine.records(of: "/user/group").last?["policy"] ?? ""
        #expect(full.hasSuffix("dude,tikapp") && !full.contains("rest-api"))
        #expect(old.machine.records(of: "/system/package").count == 5)
        #expect(old.machine.records(of: "/system/ntp/client").first?["primary-ntp"] != nil)
        let new = Bench(version: RouterRelease(7, 20))
        #expect(new.machine.records(of: "/system/health").first?["value"] == "46")
        #expect(new.machine.records(of: "/system/ntp/client").first?["primary-ntp"] == nil)
        #expect(new.machine.records(of: "/ip/pool").first?["total"] == "253")
    }

    @Test("The user manager is there where its package is")
    func userManager() throws {
        var settings = RouterSettings()
        settings.version = RouterRelease(7, 20)
        settings.packages = ["user-manager"]
        var machine = RouterMachine(settings, at: 0)
        let run = { (machine: inout RouterMachine, menu: String, values: [String: String]) in
            try machine.perform(RouterCommand("/user-manager" + menu, "add", values), at: 1)
        }
        _ = try run(&machine, "/profile", ["name": "day", "validity": "1d", "price": "50"])
        _ = try run(&machine, "/limitation", ["name": "slow", "rate-limit-rx": "2M", "transfer-limit": "1000000"])
        _ = try run(&machine, "/profile-limitation", ["profile": "day", "limitation": "slow"])
        _ = try run(&machine, "/user", ["name": "u1", "password": "p"])
        _ = try run(&machine, "/user-profile", ["user": "u1", "profile": "day"])
        #expect(machine.records(of: "/user-manager/limitation").first?["rate-limit-rx"] == "2000000")
        _ = try machine.perform(RouterCommand("/user-manager/user", "remove", [".id": "u1"]), at: 2)
        #expect(machine.records(of: "/user-manager/user-profile").first?["user"] == "*1")
        var bare = Bench()
        #expect(throws: RouterTrap.noSuchDirectory("user-manager")) { try bare.run("/user-manager/user", "print") }
    }

    @Test("Version 6 has the older user manager, with customers who own users")
    func olderUserManager() throws {
        var settings = RouterSettings()
        settings.version = RouterRelease(6, 49, 10)
        settings.packages = ["user-manager"]
        var machine = RouterMachine(settings, at: 0)
        for (menu, values) in [
            ("/customer", ["login": "admin"]), ("/user", ["username": "u1", "customer": "admin"]),
            ("/profile", ["name": "day", "owner": "admin", "validity": "1d"]),
        ] {
            _ = try machine.perform(RouterCommand("/tool/user-manager" + menu, "add", values), at: 1)
        }
        #expect(machine.records(of: "/tool/user-manager/user").first?["username"] == "u1")
        #expect(machine.records(of: "/tool/user-manager/profile").first?["starts-at"] == "logon")
        #expect(throws: RouterTrap.self) {
            try machine.perform(RouterCommand("/user-manager/user", "print", [:]), at: 2)
        }
    }

    @Test("A lease that the server gave out can be made static")
    func lease() throws {
        var bench = Bench()
        _ = bench.machine.traffic(Bench.phone, up: 0, down: 0, at: bench.now)
        let lease = try #require(bench.machine.records(of: "/ip/dhcp-server/lease").first)
        #expect(lease["dynamic"] == "true")
        try bench.run("/ip/dhcp-server/lease", "make-static", [".id": lease[".id"] ?? ""])
        let rows = bench.machine.records(of: "/ip/dhcp-server/lease")
        #expect(rows.count == 1 && rows[0]["mac-address"] == lease["mac-address"])
        try bench.run("/ip/dhcp-server/lease", "set", [".id": rows[0][".id"] ?? "", "rate-limit": "1M/4M"])
    }

    @Test("Devices that are online have connections, which are counted")
    func connections() throws {
        var bench = Bench()
        try bench.makeUser()
        bench.logIn()
        let count = RouterCommand("/ip/firewall/connection", "print", ["count-only": ""])
        #expect(try bench.machine.perform(count, at: bench.now) == .value("4"))
        let tracking = bench.machine.records(of: "/ip/firewall/connection/tracking").first
        #expect(tracking?["total-entries"] == "4")
    }
}
