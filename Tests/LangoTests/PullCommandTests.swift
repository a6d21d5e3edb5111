import Glibc
import TestKit
import Testing

/// A router that comes by itself, from the command that prints its script to its reading; all of it programs.
@Suite(.serialized, .ownThreads) struct PullCommandTests {
    static let hasSSH = unsafe access("/usr/bin/ssh", X_OK) == 0

    /// Types commands at a router's console, through OpenSSH.
    private func type(_ commands: String, _ install: Install, at port: UInt16) throws -> Program.End {
        let helper = install.folder + "/askpass"
        try Program.write("#!/bin/sh\necho routersecret\n", to: helper)
        unsafe chmod(helper, 0o700)
        return try Program.run(
            "/usr/bin/timeout",
            [
                "20", "env", "SSH_ASKPASS=\(helper)", "SSH_ASKPASS_REQUIRE=force", "ssh", "-p", "\(port)", "-o",
                "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
                "lango@127.0.0.1",
                commands,
            ])
    }

    @Test("A pasted script brings the router to the gateway, and its answers", .enabled(if: hasSSH, "ssh is missing"))
    func comesByItself() throws {
        let install = try Install()
        try install.furnish()
        let router = try install.simulate()
        try install.must(
            "router", "create", "--tenant", "acme", "--site", "market", "--name", "far", "--address", "pull:")
        let commands = try install.must("router", "pull", "far", "--tenant", "acme")
        let gateway = try install.serve()
        let typed = try type(commands, install, at: router.ssh)
        #expect(typed.code == 0 && typed.output == "", "\(typed)")
        #expect(
            eventually(within: 30) {
                (try? install.must("router", "list", "--tenant", "acme").contains("far\tready\tpull: RouterOS 7.16.2"))
                    == true
            })
        // The gateway reads it for the command, which cannot talk to it.
        // It fetches one question at a time, some sixty of them.
        let synced = try Program(
            "lango", ["router", "sync", "far", "--tenant", "acme"], environment: install.environment
        ).end(within: 90)
        #expect(
            synced.code == 0 && synced.output.contains("far: 7") && synced.output.contains("tables read"), "\(synced)")
        #expect(!synced.output.contains("could not be read"), "\(synced)")
        let elsewhere = try install.run("router", "test", "far", "--tenant", "acme")
        #expect(
            elsewhere.code == 1
                && (elsewhere.output + elsewhere.errors).contains("only the running gateway can talk to it"))
        let token = commands.split(separator: "Bearer ")[1].prefix { $0 != "\\" }
        #expect(token.count == 64)
        #expect(!gateway.output.contains(token) && !gateway.errors.contains(token), "no secret in the log")
        withExtendedLifetime((router, gateway)) {}
    }

    @Test("What cannot be is told in a sentence")
    func misuse() throws {
        let install = try Install()
        try install.furnish()
        let called = try install.run("router", "pull", "gate", "--tenant", "acme")
        #expect(called.code == 64 && called.errors.contains("its address must name pull: too"))
        let nameless = try install.run(
            "router", "create", "--tenant", "acme", "--site", "market", "--name", "x", "--address", "https://192.0.2.1",
            input: "secret\n")
        #expect(nameless.code == 64 && nameless.errors.contains("--username is needed"))
    }
}
