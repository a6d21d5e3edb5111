import Testing
import Values

@testable import RouterSimulator

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
        host.router.plan(Fault(.loseReply, door: .ssh, menu: "/"))
        #expect(ask() == "")
    }

    @Test("The host key is the one that the simulator names", .enabled(if: hasClient, "ssh is not installed"))
    func hostKey() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let scan = "ssh-keyscan -p \(host.sshPort) -t ed25519 127.0.0.1 2>/dev/null"
        let key = Shell.run("sh", "-c", scan + " | cut -d' ' -f3 | base64 -d | sha256sum").output.prefix(64)
        #expect(String(key) == host.router.hostKey?.fingerprint)
    }
}
