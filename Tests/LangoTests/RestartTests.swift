import Glibc
import SQL
import TestKit
import Testing

/// A PostgreSQL server that goes away under a running gateway, and comes back.
@Suite(.serialized, .ownThreads) struct RestartTests {
    private func postgres(_ command: String, _ folder: String) throws -> String {
        let end = try Program.run(
            "/bin/bash", [Install.root + "/scripts/postgres", command, folder],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        try #require(end.code == 0, "\(end.errors)")
        return String(end.output.prefix { $0 != "\n" })
    }

    @Test(
        "While the server is away customers are asked to come again; when it is back, the first one gets in",
        .enabled(if: Engine.available.contains(.postgres), "needs PostgreSQL"))
    func restart() throws {
        let folder = try Scratch.directory()
        _ = unsafe chmod(folder, 0o755)
        let url = try postgres("start", folder)
        defer { _ = try? postgres("stop", folder) }
        #expect(try Program.run("/usr/bin/psql", ["-q", "\(url)/postgres", "-c", "CREATE DATABASE shop"]).code == 0)
        let install = try Install(database: "\(url)/shop")
        try install.furnish()
        let codes = try install.vouchers(31)
        let program = try install.serve()
        func redeem(_ phone: Int) throws -> Wire.Answer {
            let wire = try Wire(port: install.port)
            try wire.send(Install.redemption(codes[phone], phone))
            return try wire.answer()
        }
        for phone in 0..<10 { #expect(try redeem(phone).status == 303) }
        _ = try postgres("stop", folder)
        let away = try redeem(10)
        #expect(away.status == 503)
        #expect(away["retry-after"] == "5")
        #expect(try Wire.ask(install.port, "GET", "/readyz").status == 503)
        _ = try postgres("start", folder)
        for phone in 10..<20 { #expect(try redeem(phone).status == 303) }
        // A restart that nobody asked anything during: every connection in the pools is dead.
        _ = try postgres("stop", folder)
        _ = try postgres("start", folder)
        for phone in 20..<31 { #expect(try redeem(phone).status == 303) }
        program.signal(SIGTERM)
        let end = program.end()
        #expect(end.code == 0)
        #expect(!(end.output + end.errors).contains("SQLError("))
    }
}
