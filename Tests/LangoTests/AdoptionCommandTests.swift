import TestKit
import Testing

/// The commands by which a router comes and goes, with a gateway, a simulated router and OpenSSH between them.
@Suite(.serialized, .ownThreads) struct AdoptionCommandTests {
    private struct Bench {
        let install: Install
        let gateway: Program
        let router: LiveRouter
        let askpass: String

        init() throws {
            install = try Install()
            try install.furnish()
            gateway = try install.serve()
            router = try install.simulate(user: "operator", password: "open", "--version", "7.20")
            askpass = install.folder + "/askpass"
            let made = try Program.run(
                "/bin/sh", ["-c", "printf '#!/bin/sh\\necho open\\n' >\(askpass); chmod 700 \(askpass)"])
            try #require(made.code == 0)
        }

        /// Pastes a line into the router's terminal.
        func paste(_ line: String) throws -> String {
            let options = [
                "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
                "NumberOfPasswordPrompts=1",
            ]
            return try Program.run(
                "/usr/bin/ssh", options.flatMap { ["-o", $0] } + ["-p", "\(router.ssh)", "operator@127.0.0.1", line],
                environment: ["SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force"]
            ).output
        }
    }

    @Test("A line is printed, pasted over OpenSSH and put into service; another line undoes it")
    func addsAndReleases() throws {
        let bench = try Bench()
        let add = [
            "router", "add", "--tenant", "acme", "--site", "market", "--name", "new", "--rsc",
            bench.install.folder + "/x.rsc",
        ]
        let end = try Program.run("lango", add, environment: bench.install.environment)
        try #require(end.code == 0, "\(end.errors)")
        #expect(
            end.output.hasPrefix("/tool fetch url=\"http://127.0.0.1:") && end.output.split(separator: "\n").count == 1)
        #expect(end.errors.contains("travel in the clear") && end.errors.contains("RouterOS 6.43"))
        let script = Program.read(bench.install.folder + "/x.rsc")
        #expect(script.contains("/user add name="))
        let before = try bench.paste(":put [/ip service print as-value]")
        let said = try bench.paste(end.output)
        #expect(said.contains("Lango: done. The router is in service."), "\(said)")
        let list = try bench.install.must("router", "list", "--tenant", "acme")
        #expect(list.contains("new\t") && list.contains("apis://127.0.0.1"), "\(list)")
        #expect(!list.contains("waiting"))
        let release = try bench.install.must("router", "release", "new", "--tenant", "acme")
        #expect(try bench.paste(release).contains("Nothing of Lango is left"))
        #expect(try bench.install.must("router", "list", "--tenant", "acme").contains("new\treleased"))
        let after = try bench.paste(":put [/ip service print as-value]")
        #expect(Self.fixed(before) == Self.fixed(after))
        // Neither password nor token in what the gateway wrote.
        let token = end.output.split(separator: "/").first { $0.utf8.count == 26 } ?? "?"
        let password = script.split(separator: "password=\"").dropFirst().first?.prefix { $0 != "\"" } ?? "?"
        for secret in [token, password] {
            #expect(secret != "?" && !(bench.gateway.output + bench.gateway.errors).contains(secret))
        }
    }

    /// The rows that do not come and go with connections.
    private static func fixed(_ text: String) -> [Substring] {
        text.split(separator: ".id=").filter { !$0.contains("connection=yes") }
    }

    @Test("What is wrong is told with the option's name, and a router that came by hand is neither taken nor released")
    func refuses() throws {
        let install = try Install()
        try install.furnish()
        let add = ["router", "add", "--tenant", "acme", "--site", "market", "--name"]
        func run(_ words: [String]) throws -> Program.End {
            try Program.run("lango", words, environment: install.environment)
        }
        let wrong = try run(add + ["new", "--our-address", "everybody", "--service", "telnet", "--wireguard", "vpn"])
        #expect(wrong.code == 64)
        for words in ["--our-address takes IPv4", "--service takes api-ssl", "--wireguard takes host:port"] {
            #expect(wrong.errors.contains(words), "\(wrong.errors)")
        }
        #expect(try run(add + ["gate"]).errors.contains("was not made by `router add`"))
        #expect(try run(["router", "release", "gate", "--tenant", "acme"]).errors.contains("nothing to undo"))
        #expect(try run(add + ["new", "--radius", "192.0.2.9"]).errors.contains("RADIUS secret on standard input"))
        #expect(try run(add + ["new"]).code == 0)
        #expect(try run(["router", "list", "--tenant", "acme"]).output.contains("new\twaiting"))
        #expect(try run(["router", "release", "new", "--tenant", "acme", "--forget"]).code == 0)
        #expect(try run(["router", "list", "--tenant", "acme"]).output.contains("new\treleased"))
    }
}
