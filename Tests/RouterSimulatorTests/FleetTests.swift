import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct FleetTests {
    @Test("Five hundred routers answer side by side, each as its own release with its own rows")
    func many() throws {
        let options = try SimulatorOptions([
            "--routers", "500", "--versions", "6.49.10,7.12,7.20", "--password", "open", "--identity", "site",
        ])
        let before = Self.residentKiB()
        let fleet = try RouterFleet(options.fleet(), controlToken: "token")
        defer { fleet.stop() }
        let each = (Self.residentKiB() - before) / 500
        #expect(each < 400, "\(each) KiB a router")
        for number in [1, 2, 3, 250, 500] {
            let host = fleet.hosts[number - 1]
            var client = try APIBench(host)
            #expect(client.ask("/system/identity/print") == [["!re", "=name=site-\(number)"], ["!done"]])
            _ = client.ask("/ip/hotspot/user/add", "=name=only\(number)")
            let version = client.ask("/system/resource/print", "=.proplist=version").first?.last ?? ""
            #expect(version.hasPrefix("=version=" + ["6.49.10", "7.12", "7.20"][(number - 1) % 3]))
        }
        let user = RouterCommand("/ip/hotspot/user", "print", ["count-only": ""])
        #expect(try fleet.hosts[1].router.perform(user) == .value("2"))
        #expect(try fleet.hosts[3].router.perform(user) == .value("1"))
    }

    @Test("Five hundred connections stay open at once and are all answered")
    func connections() throws {
        let fleet = try RouterFleet(SimulatorOptions(["--routers", "500", "--password", "open"]).fleet())
        defer { fleet.stop() }
        let login = APISentence(["/login", "=name=lango", "=password=open"]).bytes
        let listen = APISentence(["/ip/hotspot/active/listen", ".tag=1"]).bytes
        let streams = try fleet.hosts.map { host in
            let descriptor = WireSocket.connect(host.settings.address, port: host.apiPort, seconds: 20)
            let stream = WireStream(plain: try #require(descriptor))
            stream.write(login + listen + APISentence(["/system/identity/print", ".tag=2"]).bytes)
            return stream
        }
        for (index, stream) in streams.enumerated() {
            var text = ""
            while !text.contains("!done\u{6}.tag=2") {
                let bytes = stream.read()
                guard !bytes.isEmpty else { break }
                text += String(decoding: bytes, as: UTF8.self)
            }
            #expect(text.contains("=name=MikroTik-\(index + 1)"))
        }
    }

    /// Memory that is really there; proc(5), `statm`.
    private static func residentKiB() -> Int {
        let text = SimulatorFiles.read("/proc/self/statm").map { String(decoding: $0, as: UTF8.self) } ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4
    }

    @Test("A router of a fleet has its own faults and its own time, by its number")
    func control() throws {
        let fleet = try RouterFleet(SimulatorOptions(["--routers", "3", "--password", "open"]).fleet())
        defer { fleet.stop() }
        let ask = { (number: Int, path: String, body: String) in
            Shell.curl(
                "-X", "POST", "-H", "Authorization: Bearer \(fleet.controlToken)", "-d", body,
                "http://127.0.0.1:\(fleet.controlPort)/_simulator/routers/\(number)/\(path)"
            ).output
        }
        #expect(ask(2, "down", "{}").contains("done"))
        #expect(ask(3, "faults", #"{"fault":"close-before","door":"api","menu":"/login"}"#).contains("done"))
        #expect(ask(1, "time", #"{"advance":86400}"#).contains("done"))
        #expect(ask(9, "down", "{}").contains("no such path"))
        let base = "http://127.0.0.1:\(fleet.controlPort)/_simulator/routers"
        let list = Shell.curl("-H", "Authorization: Bearer \(fleet.controlToken)", base).output
        #expect(WireJSON(Array(list.utf8))?["routers"]?.elements?.count == 3)
        #expect(Shell.curl(base).output.contains("no such path"))
        var first = try APIBench(fleet.hosts[0])
        #expect(first.ask("/system/resource/print", "=.proplist=uptime").first?.last?.hasPrefix("=uptime=1d") == true)
        #expect(throws: WireError.self) { _ = try APIBench(fleet.hosts[1]) }
        var third = try APIBench(fleet.hosts[2])
        #expect(third.next() == nil)
        var again = try APIBench(fleet.hosts[2])
        let uptime = again.ask("/system/resource/print", "=.proplist=uptime").first?.last ?? ""
        #expect(uptime.hasSuffix("s") && !uptime.contains("d"))
        let words = ["-X", "POST", "-H", "Authorization: Bearer \(fleet.controlToken)", base + "/all/down"]
        #expect(Shell.run(["curl", "-s", "--noproxy", "*"] + words).output.contains("done"))
        for host in fleet.hosts { #expect(throws: WireError.self) { _ = try APIBench(host) } }
    }

    @Test("A file tells single routers apart; ports follow each other")
    func file() throws {
        let path = "/tmp/lango-routersim-fleet-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-f", path) }
        let text = #"[{"identity":"north","version":"7.8","api-port":28728},{"user":"isp","packages":"user-manager"}]"#
        try SimulatorFiles.replace(path, with: Array(text.utf8))
        let options = try SimulatorOptions(["--fleet", path, "--first-port", "20000", "--data", "/tmp/x"])
        let routers = try options.fleet()
        #expect(routers.map(\.router.identity) == ["north", "MikroTik-2"])
        #expect(routers.map(\.restPort) == [20_000, 20_005] && routers.map(\.apiPort) == [28_728, 20_007])
        #expect(routers[0].router.version == RouterRelease(7, 8) && routers[1].router.userName == "isp")
        #expect(routers[1].router.packages == ["user-manager"] && routers[1].dataFolder == "/tmp/x/2")
        #expect(throws: SimulatorOptions.Flaw.self) { try SimulatorOptions(["--routers", "0"]) }
        #expect(throws: SimulatorOptions.Flaw.self) {
            try SimulatorOptions(["--routers", "200", "--first-port", "65000"]).fleet()
        }
    }
}
