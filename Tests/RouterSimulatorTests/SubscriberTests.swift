import Testing
import Values
import Wires

@testable import RouterSimulator

/// Subscribers by PPPoE.
@Suite struct SubscriberTests {
    static let modem = MACAddress(bits: 0x0200_0000_0001)

    static func bench() throws -> Bench {
        var bench = Bench(version: RouterRelease(7, 20))
        try bench.run("/ip/pool", "add", ["name": "ppp", "ranges": "10.8.0.2-10.8.0.3"])
        let profile = ["name": "gold", "remote-address": "ppp", "local-address": "10.8.0.1", "rate-limit": "2M/10M"]
        try bench.run("/ppp/profile", "add", profile)
        for name in ["a", "b", "c"] {
            try bench.run("/ppp/secret", "add", ["name": name, "password": "p", "profile": "gold", "comment": "house"])
        }
        let server = ["interface": "ether2", "service-name": "isp", "disabled": "false"]
        try bench.run("/interface/pppoe-server/server", "add", server)
        return bench
    }

    @Test("A subscriber has a session, an interface that counts, a queue, an address of the pool")
    func session() throws {
        var bench = try Self.bench()
        let address = try bench.machine.dial("a", password: "p", from: Self.modem, at: bench.now)
        #expect(address.description == "10.8.0.2")
        bench.wait(.seconds(90))
        bench.machine.pppTraffic("a", up: 1_000, down: 50_000, at: bench.now)
        let row = bench.machine.records(of: "/ppp/active").first
        #expect(row?["name"] == "a" && row?["uptime"] == "1m30s" && row?["caller-id"] == "02:00:00:00:00:01")
        #expect(row?["comment"] == "house" && row?["bytes-in"] == nil)
        let device = bench.machine.records(of: "/interface").first { $0["name"] == "<pppoe-a>" }
        #expect(device?["rx-byte"] == "1000" && device?["tx-byte"] == "50000" && device?["type"] == "pppoe-in")
        let queue = bench.machine.records(of: "/queue/simple").first { $0["name"] == "<pppoe-a>" }
        #expect(queue?["max-limit"] == "2000000/10000000" && queue?["dynamic"] == "true")
        let used = bench.machine.records(of: "/ip/pool/used").first { $0["owner"] == "PPPoE" }
        #expect(used?["pool"] == "ppp" && used?["info"] == "a")
    }

    @Test("Disabling a secret cuts nobody; removing the session does, and the secret remembers")
    func cut() throws {
        var bench = try Self.bench()
        try bench.machine.dial("a", password: "p", from: Self.modem, at: bench.now)
        try bench.run("/ppp/secret", "disable", ["numbers": "a"])
        #expect(bench.machine.records(of: "/ppp/active").count == 1)
        try bench.run("/ppp/active", "remove", [".id": "*1"])
        #expect(bench.machine.records(of: "/ppp/active").isEmpty)
        #expect(bench.machine.records(of: "/interface").allSatisfy { $0["name"] != "<pppoe-a>" })
        let secret = bench.machine.records(of: "/ppp/secret").first
        #expect(secret?["last-disconnect-reason"] == "admin-reset")
        #expect(secret?["last-caller-id"] == "02:00:00:00:00:01")
        #expect(throws: PPPRefusal.disabled) {
            try bench.machine.dial("a", password: "p", from: Self.modem, at: bench.now)
        }
    }

    @Test("Wrong words, a full pool and a second session are refused")
    func refusals() throws {
        var bench = try Self.bench()
        let (now, modem) = (bench.now, Self.modem)
        #expect(throws: PPPRefusal.wrongPassword) { try bench.machine.dial("a", password: "x", from: modem, at: now) }
        #expect(throws: PPPRefusal.unknownUser) { try bench.machine.dial("z", password: "p", from: modem, at: now) }
        try bench.machine.dial("a", password: "p", from: modem, at: now)
        try bench.machine.dial("b", password: "p", from: modem, at: now)
        #expect(throws: PPPRefusal.noAddress) { try bench.machine.dial("c", password: "p", from: modem, at: now) }
        bench.machine.hangUp("b", at: now)
        try bench.run("/ppp/profile", "set", [".id": "gold", "only-one": "yes"])
        #expect(throws: PPPRefusal.alreadyConnected) {
            try bench.machine.dial("a", password: "p", from: modem, at: now)
        }
        bench.machine.reboot(at: now)
        #expect(bench.machine.records(of: "/ppp/active").isEmpty)
    }

    @Test("What a secret allows to send or receive ends the session that used it up; the next begins anew")
    func limits() throws {
        var bench = try Self.bench()
        try bench.run("/ppp/secret", "set", [".id": "a", "limit-bytes-in": "1000", "limit-bytes-out": "5000"])
        try bench.machine.dial("a", password: "p", from: Self.modem, at: bench.now)
        bench.machine.pppTraffic("a", up: 400, down: 4_000, at: bench.now)
        let row = bench.machine.records(of: "/ppp/active").first
        #expect(row?["limit-bytes-in"] == "1000" && row?["limit-bytes-out"] == "5000")
        let queue = bench.machine.records(of: "/queue/simple").first { $0["name"] == "<pppoe-a>" }
        #expect(queue?["bytes"] == "400/4000")
        bench.machine.pppTraffic("a", up: 0, down: 9_000, at: bench.now)
        #expect(bench.machine.records(of: "/ppp/active").isEmpty)
        #expect(bench.machine.records(of: "/queue/simple").isEmpty)
        #expect(bench.machine.records(of: "/ppp/secret").first?["last-disconnect-reason"] == "traffic-limit")
        try bench.machine.dial("a", password: "p", from: Self.modem, at: bench.now)
        let isOn = bench.machine.pppTraffic("a", up: 0, down: 4_999, at: bench.now)
        #expect(isOn)
        #expect(bench.machine.records(of: "/ppp/active").count == 1)
    }

    @Test("A profile's times end a session, its list holds the address meanwhile, its parent is the queue's")
    func profile() throws {
        var bench = try Self.bench()
        try bench.run("/queue/simple", "add", ["name": "homes", "target": "10.8.0.0/24"])
        try bench.run(
            "/ppp/profile", "set",
            [
                ".id": "gold", "session-timeout": "1h", "idle-timeout": "10m", "address-list": "paid",
                "parent-queue": "homes",
            ])
        for name in ["a", "b"] {
            try bench.machine.dial(name, password: "p", from: Self.modem, at: bench.now)
        }
        let lists = bench.machine.records(of: "/ip/firewall/address-list")
        #expect(lists.map { $0["list"] } == ["paid", "paid"] && lists.first?["address"] == "10.8.0.2")
        #expect(lists.first?["dynamic"] == "true")
        #expect(bench.machine.records(of: "/queue/simple").last?["parent"] == "homes")
        for _ in 0..<5 {
            bench.wait(.minutes(9))
            bench.machine.pppTraffic("a", up: 1, down: 1, at: bench.now)
        }
        #expect(bench.machine.records(of: "/ppp/active").map { $0["name"] } == ["a"], "b sent nothing for ten minutes")
        #expect(bench.machine.records(of: "/queue/simple").first?["bytes"] == "5/5", "the first queue that fits counts")
        bench.wait(.minutes(20))
        #expect(bench.machine.records(of: "/ppp/active").isEmpty)
        #expect(bench.machine.records(of: "/ip/firewall/address-list").isEmpty)
    }

    @Test("A secret may belong to one modem, a server take one session of each, and so many at all")
    func callers() throws {
        var bench = try Self.bench()
        let (now, other) = (bench.now, MACAddress(bits: 0x0200_0000_0002))
        try bench.run("/ppp/secret", "set", [".id": "a", "caller-id": "02:00:00:00:00:01"])
        #expect(throws: PPPRefusal.wrongCaller) { try bench.machine.dial("a", password: "p", from: other, at: now) }
        try bench.machine.dial("a", password: "p", from: Self.modem, at: now)
        let server = bench.machine.records(of: "/interface/pppoe-server/server").first?[".id"] ?? ""
        try bench.run(
            "/interface/pppoe-server/server", "set",
            [".id": server, "one-session-per-host": "yes", "max-sessions": "1"])
        try bench.machine.dial("b", password: "p", from: Self.modem, at: now)
        #expect(bench.machine.records(of: "/ppp/active").map { $0["name"] } == ["b"])
        #expect(throws: PPPRefusal.full) { try bench.machine.dial("c", password: "p", from: other, at: now) }
    }

    @Test("An entry of a list with a time goes by itself, and at a restart; one without stays")
    func lists() throws {
        var bench = try Self.bench()
        let path = "/ip/firewall/address-list"
        try bench.run(path, "add", ["list": "late", "address": "10.8.0.9", "timeout": "1h"])
        try bench.run(path, "add", ["list": "late", "address": "10.8.0.10"])
        bench.wait(.minutes(20))
        let rows = bench.machine.records(of: path)
        #expect(rows[0]["timeout"] == "40m" && rows[0]["dynamic"] == "true" && rows[1]["dynamic"] == "false")
        try bench.run(path, "set", [".id": rows[0][".id"] ?? "", "timeout": "2h"])
        bench.wait(.minutes(90))
        #expect(bench.machine.records(of: path).count == 2)
        bench.wait(.minutes(31))
        #expect(bench.machine.records(of: path).map { $0["address"] } == ["10.8.0.10"])
        try bench.run(path, "add", ["list": "late", "address": "10.8.0.9", "timeout": "1h"])
        bench.machine.reboot(at: bench.now)
        #expect(bench.machine.records(of: path).count == 1)
    }

    @Test("A fixed lease gives its address, its speed and its lists while the device is there, or shuts it out")
    func leases() throws {
        var bench = try Self.bench()
        let lease = [
            "mac-address": "\(Self.modem)", "address": "10.5.50.77", "rate-limit": "1M/2M", "address-lists": "paid",
        ]
        try bench.run("/ip/dhcp-server/lease", "add", lease)
        #expect(bench.machine.records(of: "/ip/dhcp-server/lease").first?["status"] == "waiting")
        #expect(bench.machine.records(of: "/queue/simple").isEmpty)
        let phone = bench.machine.phone(Self.modem)
        #expect(phone?.address.description == "10.5.50.77")
        let row = bench.machine.records(of: "/ip/dhcp-server/lease").first
        #expect(row?["status"] == "bound" && row?["active-address"] == "10.5.50.77")
        let queue = bench.machine.records(of: "/queue/simple").first
        #expect(queue?["name"] == "dhcp-ds<02:00:00:00:00:01>" && queue?["max-limit"] == "1000000/2000000")
        #expect(bench.machine.records(of: "/ip/firewall/address-list").first?["list"] == "paid")
        try bench.run("/ip/dhcp-server/lease", "set", [".id": row?[".id"] ?? "", "block-access": "yes"])
        let outcome = bench.machine.traffic(Self.modem, up: 1, down: 1, at: bench.now)
        #expect(outcome == .blocked)
    }

    @Test("The control side lets modems dial in")
    func control() throws {
        let bench = try HostBench()
        let machine = bench.host.router
        try machine.perform(
            RouterCommand("/interface/pppoe-server/server", "add", ["interface": "ether2", "disabled": "no"]))
        let secret = ["name": "a", "password": "p", "remote-address": "10.8.0.9"]
        try machine.perform(RouterCommand("/ppp/secret", "add", secret))
        #expect(bench.control("POST", "ppp/dial", #"{"user":"a","password":"x"}"#)?["error"]?.text == "wrongPassword")
        #expect(bench.control("POST", "ppp/dial", #"{"user":"a","password":"p"}"#)?["address"]?.text == "10.8.0.9")
        bench.control("POST", "ppp/traffic", #"{"user":"a","up":5,"down":7}"#)
        let device = machine.with { machine, _ in machine.records(of: "/interface").last }
        #expect(device?["rx-byte"] == "5")
        bench.control("POST", "ppp/hang-up", #"{"user":"a"}"#)
        #expect(machine.with { machine, _ in machine.records(of: "/ppp/active").isEmpty })
    }
}
