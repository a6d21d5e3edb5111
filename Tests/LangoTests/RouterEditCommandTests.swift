import TestKit
import Testing

/// The commands for the way to a router, against a simulated one.
@Suite(.serialized, .ownThreads) struct RouterEditCommandTests {
    @Test("A router is met over SSH with a key that we made; its host key stands beside its certificate")
    func key() throws {
        let install = try Install()
        try install.furnish()
        let router = try install.simulate(user: "operator", password: "open", "--version", "7.20")
        let ssh = router.ssh
        let made = try install.run(
            "router", "create", "--tenant", "acme", "--site", "market", "--name", "new", "--address",
            "ssh://127.0.0.1:\(ssh)", "--username", "operator", "--new-ssh-key")
        try #require(made.code == 0, "\(made.errors)")
        #expect(made.output.contains("/user ssh-keys import public-key-file=\"lango-key.pub\" user=\"operator\""))
        let unmet = try install.run("router", "test", "new", "--tenant", "acme")
        #expect(unmet.code == 1 && unmet.output.contains("host key"), "\(unmet.output)")
        let list = try install.must("router", "list", "--tenant", "acme")
        let waits = try #require(list.split(separator: "\n").first { $0.contains("a host key waits") })
        let fingerprint = try #require(waits.split(separator: "(").last?.prefix { $0 != ")" })
        #expect(fingerprint.hasPrefix("SHA256:"))
        #expect(
            try install.must("router", "confirm", "new", String(fingerprint), "--tenant", "acme").contains("host key"))

        let askpass = install.folder + "/askpass"
        _ = try Program.run("/bin/sh", ["-c", "printf '#!/bin/sh\\necho open\\n' >\(askpass); chmod 700 \(askpass)"])
        for line in made.output.split(separator: "\n") {
            let options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"]
            _ = try Program.run(
                "/usr/bin/ssh",
                options.flatMap { ["-o", $0] } + ["-p", "\(ssh)", "operator@127.0.0.1", String(line)],
                environment: ["SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force"])
        }
        let met = try install.run("router", "test", "new", "--tenant", "acme")
        #expect(met.output.contains("ssh://127.0.0.1:\(ssh) answers: RouterOS 7.20"), "\(met.output) \(met.errors)")
        // Told again without asking, after the router has gone.
        router.program.signal(9)
        _ = router.program.end()
        let last = try install.must("router", "test", "new", "--tenant", "acme", "--last")
        #expect(last.contains("ssh://127.0.0.1:\(ssh)\t") && last.contains("\tworks"))
        for text in [made.errors, unmet.output, met.output, met.errors] { #expect(!text.contains("PRIVATE KEY")) }
    }

    @Test("What is wrong with an address or a key is told, and a router that waits is put into service by hand")
    func edits() throws {
        let install = try Install()
        try install.furnish()
        func edit(_ words: String...) throws -> Program.End {
            try Program.run(
                "lango", ["router", "edit", "gate", "--tenant", "acme"] + words, environment: install.environment)
        }
        #expect(try edit("--address", "telnet://192.0.2.1").errors.contains("--address takes apis://host"))
        #expect(try edit("--ssh-key", "/nowhere").errors.contains("cannot be read"))
        #expect(try edit("--ssh-key", "/etc/hostname").errors.contains("no private key in OpenSSH's form"))
        #expect(try edit("--new-ssh-key", "--no-ssh-key").code == 64)
        #expect(try edit("--address", "apis://192.0.2.8,ssh://192.0.2.8").code == 0)
        let list = try install.must("router", "list", "--tenant", "acme")
        #expect(list.contains("gate\tnew\tapis://192.0.2.8,ssh://192.0.2.8"))

        _ = try install.must(
            "router", "add", "--tenant", "acme", "--site", "market", "--name", "late", "--our-address", "192.0.2.1")
        let offered = try install.run("router", "line", "late", "--tenant", "acme")
        #expect(offered.errors.contains("nobody has used the line yet") && offered.output.hasPrefix("/tool fetch url="))
        let renewed = try install.run("router", "line", "late", "--tenant", "acme", "--renew")
        #expect(renewed.output.hasPrefix("/tool fetch url=") && renewed.output != offered.output)
        #expect(try install.run("router", "line", "gate", "--tenant", "acme").errors.contains("was not made by"))
        #expect(
            try Program.run(
                "lango", ["router", "edit", "late", "--tenant", "acme", "--username", "x"],
                environment: install.environment
            ).errors.contains("give --address"))
        _ = try install.must("router", "edit", "late", "--tenant", "acme", "--address", "https://192.0.2.9")
        #expect(try install.must("router", "list", "--tenant", "acme").contains("late\tnew\thttps://192.0.2.9"))
    }
}
