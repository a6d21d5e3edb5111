import Testing
import Values

@testable import RouterSimulator

/// The router's files as OpenSSH's own programs see them.
@Suite struct SSHFilesTests {
    private static let hasClients = Shell.run("sh", "-c", "command -v scp && command -v sftp").code == 0

    /// Runs a program of OpenSSH with the password from a helper program.
    private static func run(
        _ words: [String], _ host: RouterHost, in folder: String, from input: String = "/dev/null"
    ) -> (code: Int32, output: String) {
        let helper = folder + "/askpass"
        try? SimulatorFiles.replace(helper, with: Array("#!/bin/sh\necho open\n".utf8))
        _ = Shell.run("chmod", "700", helper)
        let start =
            ["sh", "-c", "exec \"$@\" < \(input)", "sh"]
            + ["timeout", "30", "env", "SSH_ASKPASS=\(helper)", "SSH_ASKPASS_REQUIRE=force", words[0]]
        return Shell.run(start + ["-P", "\(host.sshPort)"] + SSHTests.options + words.dropFirst())
    }

    private static func folder() throws -> String {
        let folder = "/tmp/lango-routersim-files-\(UInt64.random(in: 0 ... .max))"
        try SimulatorFiles.makeFolder(folder)
        return folder
    }

    private static let content = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }

    @Test("scp copies a file to the router and back", .enabled(if: hasClients, "scp is not installed"))
    func copies() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let folder = try Self.folder()
        defer { _ = Shell.run("rm", "-rf", folder) }
        try SimulatorFiles.replace(folder + "/there.bin", with: Self.content)
        #expect(Self.run(["scp", folder + "/there.bin", "lango@127.0.0.1:there.bin"], host, in: folder).code == 0)
        #expect(host.router.with { machine, _ in machine.file("there.bin") } == Self.content)
        #expect(Self.run(["scp", "lango@127.0.0.1:/there.bin", folder + "/back.bin"], host, in: folder).code == 0)
        #expect(SimulatorFiles.read(folder + "/back.bin") == Self.content)
        #expect(Self.run(["scp", "lango@127.0.0.1:nothing", folder + "/nothing"], host, in: folder).code != 0)
    }

    @Test("sftp lists, fetches and removes what an export and a backup wrote", .enabled(if: hasClients, "no sftp"))
    func lists() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let folder = try Self.folder()
        defer { _ = Shell.run("rm", "-rf", folder) }
        #expect(SSHTests.ask(host, "/export file=mine") == "")
        let saved = SSHTests.ask(host, "/system backup save name=mine password=abc")
        #expect(saved == "Configuration backup saved\r\n")
        let orders = "ls\nget mine.rsc \(folder)/mine.rsc\nget mine.backup \(folder)/mine.backup\nrm mine.rsc\n"
        try SimulatorFiles.replace(folder + "/orders", with: Array(orders.utf8))
        // Its batch mode would ask for no password.
        let outcome = Self.run(["sftp", "lango@127.0.0.1"], host, in: folder, from: folder + "/orders")
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.contains("mine.backup"))
        let text = String(decoding: SimulatorFiles.read(folder + "/mine.rsc") ?? [], as: UTF8.self)
        #expect(text.hasPrefix("# ") && text.contains(" by RouterOS ") && text.contains("\r\n/ip hotspot"))
        let backup = SimulatorFiles.read(folder + "/mine.backup") ?? []
        #expect(backup.count > 1_000 && backup == host.router.with { machine, _ in machine.file("mine.backup") })
        #expect(host.router.with { machine, _ in machine.file("mine.rsc") } == nil)
    }
}
