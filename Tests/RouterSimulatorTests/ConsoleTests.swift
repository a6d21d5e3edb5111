import Testing
import Values

@testable import RouterSimulator

@Suite struct ConsoleTests {
    static func run(_ lines: [String], _ version: RouterRelease = RouterRelease(7, 20)) -> String {
        var bench = Bench(version: version)
        var last = ""
        for line in lines { last = Console(user: .full).run(line, on: &bench.machine, at: bench.now) }
        return last
    }

    static let lines: [(lines: [String], output: String)] = [
        (["/ip hotspot user add name=v1 password=\"a b\""], ""), (["/ip/hotspot/user/add name=v1"], ""),
        ([":put [/ip hotspot user add name=v1]"], "*1\r\n"), ([":put \"a\\\"b\""], "a\"b\r\n"),
        (
            ["/ip hotspot user add name=v1 limit-uptime=90m", ":put [/ip hotspot user get v1 limit-uptime]"],
            "01:30:00\r\n"
        ),
        (
            ["/ip pool add name=p ranges=10.0.0.1-10.0.0.9", ":put [/ip pool print as-value where name=p]"],
            ".id=*2;available=9;total=9;used=0;name=p;ranges=10.0.0.1-10.0.0.9\r\n"
        ),
        (["/ip hotspot user print count-only where disabled=no"], "1\r\n"),
        (
            [
                "/ip hotspot user add name=a", "/ip hotspot user add name=b",
                "/ip hotspot user set [find name=b] disabled=yes",
                ":put [/ip hotspot user find disabled]",
            ], "*2\r\n"
        ),
        (["/ip hotspot user remove [find name=nobody]"], ""), (["/ip hotspot user remove *9"], "no such item\r\n"),
        (["/ip hotspot user fly"], "bad command name fly (line 1 column 18)\r\n"),
        (["/ip hotspot user add name=x nonsense=1"], "expected end of command (line 1 column 29)\r\n"),
        (["/ip hotspot user add name=x profile=nil"], "input does not match any value of profile\r\n"),
        (["/ip hotspot user add name=default-trial"], "failure: already have user with this name for this server\r\n"),
        (["/ip hotspot user add name=\"x"], "expected closing quote (line 1 column 29)\r\n"),
        (
            ["/ip pool print where ranges~\"10.5\""],
            "0   available=253 total=253 used=0 name=hs-pool-1 ranges=10.5.50.2-10.5.50.254\r\n"
        ),
        (["/system identity print"], "  name: MikroTik\r\n"),
        (["/system identity set name=x; :put [/system identity get name]"], "x\r\n"),
    ]

    @Test("A line is carried out in silence, read back, or refused in the console's words", arguments: lines)
    func line(lines: [String], output: String) { #expect(Self.run(lines) == output) }

    @Test("An export is a script that makes another router the same")
    func export() throws {
        var bench = Bench(version: RouterRelease(7, 20))
        try bench.run("/ppp/profile", "add", ["name": "gold", "rate-limit": "2M/10M", "on-up": "a \"b\"\r\nc"])
        try bench.run("/ppp/secret", "add", ["name": "s", "password": "hidden", "profile": "gold"])
        let console = Console(user: .full)
        let text = console.run("/ppp export", on: &bench.machine, at: bench.now)
        #expect(text.hasPrefix("# 2026-11-18 14:06:40 by RouterOS 7.20\r\n"))
        #expect(text.contains("/ppp secret\r\nadd name=s profile=gold\r\n"))
        #expect(text.contains("set *FFFFFFFE use-encryption=yes"))
        let open = console.run("/ppp export show-sensitive", on: &bench.machine, at: bench.now)
        #expect(open.contains("password=hidden"))
        var other = Bench(version: RouterRelease(7, 20))
        var menu = ""
        for line in open.split(separator: "\r\n") where !line.hasPrefix("#") {
            if line.hasPrefix("/") {
                menu = String(line)
            } else {
                #expect(console.run("\(menu) \(line)", on: &other.machine, at: other.now) == "", "\(line)")
            }
        }
        #expect(other.machine.records(of: "/ppp/secret") == bench.machine.records(of: "/ppp/secret"))
        #expect(other.machine.records(of: "/ppp/profile") == bench.machine.records(of: "/ppp/profile"))
        var old = Bench(version: RouterRelease(6, 49, 10))
        try old.run("/ppp/secret", "add", ["name": "s", "password": "hidden"])
        #expect(console.run("/export", on: &old.machine, at: old.now).contains("password=hidden"))
        #expect(!console.run("/export hide-sensitive", on: &old.machine, at: old.now).contains("hidden"))
    }
}

@Suite struct ImportTests {
    static let script = """
        # nov/20/2026 10:00:00 by RouterOS 6.49.10
        # software id = ABCD-EFGH
        #
        /interface vlan
        add interface=ether1 name=v10 vlan-id=10
        /ip pool
        add name=homes ranges=10.8.0.2-10.8.3.254
        /ppp profile
        add local-address=10.8.0.1 name=gold rate-limit=2M/10M remote-address=\\
            homes
        /ppp secret
        add name=a password=p profile=gold service=pppoe
        add name=b password=p profile=silver
        /interface pppoe-server server
        add disabled=no interface=v10 service-name=isp
        """

    @Test("A router starts with a script; what goes wrong stands in its log")
    func script() throws {
        let host = try RouterHost.bench("6.49.10") { $0.script = Self.script }
        defer { host.stop() }
        let (profile, log) = host.router.with { machine, _ in
            (machine.records(of: "/ppp/profile").last, machine.records(of: "/log").compactMap { $0["message"] })
        }
        #expect(profile?["remote-address"] == "homes" && profile?["name"] == "gold")
        #expect(log.contains("line 13: input does not match any value of profile"))
        let address = host.router.with { machine, now in
            try? machine.dial("a", password: "p", from: SubscriberTests.modem, at: now)
        }
        #expect(address?.description == "10.8.0.2")
    }
}

@Suite struct SSHTests {
    static let options = [
        "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
        "LogLevel=ERROR",
        "-o", "ConnectTimeout=5",
    ]
    static let hasClient = Shell.run("ssh", "-V").code == 0

    /// OpenSSH's client with the password from a helper program.
    static func ask(_ host: RouterHost, _ line: String, password: String = "open", user: String = "lango") -> String {
        let helper = "/tmp/lango-routersim-askpass-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-f", helper) }
        try? SimulatorFiles.replace(helper, with: Array("#!/bin/sh\necho \(password)\n".utf8))
        _ = Shell.run("chmod", "700", helper)
        let words =
            [
                "timeout", "20", "env", "SSH_ASKPASS=\(helper)", "SSH_ASKPASS_REQUIRE=force", "ssh", "-p",
                "\(host.sshPort)",
            ]
            + options + ["-o", "NumberOfPasswordPrompts=1", "\(user)@127.0.0.1", line]
        return Shell.run(words).output
    }

    @Test(
        "OpenSSH runs a line with a password; a wrong one is refused", .enabled(if: hasClient, "ssh is not installed"))
    func password() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        #expect(Self.ask(host, ":put [/system identity get name]") == "MikroTik\r\n")
        #expect(Self.ask(host, "/ip hotspot user add name=v1", user: "lango+ct80w") == "")
        #expect(Self.ask(host, "/ip hotspot user print count-only where name=v1") == "1\r\n")
        #expect(Self.ask(host, "/export").contains("\r\nadd name=v1\r\n"))
        #expect(Self.ask(host, ":put 1", password: "wrong") == "")
        let log = host.router.with { machine, _ in machine.records(of: "/log").compactMap { $0["message"] } }
        #expect(log.contains { $0.hasPrefix("login failure for user lango from 127.0.0.1 via ssh") })
    }

    @Test(
        "A key opens where its user has it; then the password does not", .enabled(if: hasClient, "ssh is not installed")
    )
    func key() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let path = "/tmp/lango-routersim-key-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-f", path, path + ".pub") }
        #expect(Shell.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path).code == 0)
        let ask = {
            Shell.run(
                ["timeout", "20", "ssh", "-p", "\(host.sshPort)", "-i", path, "-o", "BatchMode=yes"] + Self.options
                    + ["lango@127.0.0.1", ":put ok"]
            ).output
        }
        #expect(ask() == "")
        let text = String(decoding: SimulatorFiles.read(path + ".pub") ?? [], as: UTF8.self)
        host.router.with { machine, _ in machine.store(Array(text.utf8), as: "me.pub") }
        try host.router.perform(
            RouterCommand("/user/ssh-keys", "import", ["public-key-file": "me.pub", "user": "lango"]))
        #expect(ask() == "ok\r\n")
        #expect(Self.ask(host, ":put ok") == "")
        host.router.plan(Fault(.loseReply, door: .ssh, menu: "?"))
        #expect(ask() == "")
    }

    @Test("The host key is the one that the simulator names", .enabled(if: hasClient, "ssh is not installed"))
    func hostKey() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let scan = "ssh-keyscan -p \(host.sshPort) -t ed25519 127.0.0.1 2>/dev/null | ssh-keygen -lf -"
        #expect(Shell.run("sh", "-c", scan).output.contains(host.hostKey.fingerprint))
    }
}
