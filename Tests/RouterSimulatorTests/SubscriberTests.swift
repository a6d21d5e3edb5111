import Testing
import Values

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
