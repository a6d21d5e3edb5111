import RouterOS
import RouterSimulator
import Sockets
import TestKit
import Testing
import Values

@testable import Inventory

@Suite(.serialized, .ownThreads) struct WaySurveyTests {
    @Test(
        "The console tells every table that the binary API tells, with as many rows",
        arguments: ["6.49.10", "7.8", "7.16.2", "7.24"])
    func console(version: String) async throws {
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 5
        settings.router.version = try #require(RouterRelease(version))
        settings.phones = 0
        let host = try RouterHost(settings)
        defer { host.stop() }
        var access = SSHTransport.Access(host: "127.0.0.1", user: "lango", credential: .password(Secret("open")))
        access.port = host.sshPort
        access.trust = .pinned(try #require(CertificateFingerprint(host.router.hostKey?.fingerprint ?? "")))
        var plain = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
        plain.isSecure = false
        plain.port = host.apiPort
        let console = try await Self.survey(SSHTransport(access, idle: .seconds(5)) {})
        let binary = try await Self.survey(APITransport(plain, on: Sockets()))
        // The log and, from 7.19 on, the list of services tell of the connections themselves; the simulator has no values
        // for the record of the web server.
        let moving = ["/log", "/ip/service", "/ip/service/webserver"]
        for table in binary.tables where !moving.contains(table.path) {
            let other = try #require(console.table(table.path))
            #expect(other.standing == table.standing, "\(table.path): \(other.note)")
            #expect(other.count == table.count, "\(table.path)")
        }
    }

    private static func survey(_ transport: any RouterTransport) async throws -> Survey {
        try await Surveyor(transport, now: { 0 }).survey()
    }
}
