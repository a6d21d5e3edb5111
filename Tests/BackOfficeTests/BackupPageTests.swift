import Backups
import RouterOS
import RouterSimulator
import Tenancy
import TestKit
import Testing
import Values

@Suite(.serialized, .ownThreads) struct BackupPageTests {
    private static func bench() throws -> (RouterHost, SSHTransport) {
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.phones = 0
        settings.router.version = RouterRelease(7, 20)
        let host = try RouterHost(settings)
        var access = SSHTransport.Access(host: "127.0.0.1", user: "lango", credential: .password(Secret("open")))
        access.port = host.sshPort
        access.trust = .pinned(try #require(CertificateFingerprint(host.router.hostKey?.fingerprint ?? "")))
        return (host, SSHTransport(access, idle: .seconds(2)) {})
    }

    @Test("Backups are taken, compared, downloaded and restored from the pages", arguments: Engine.available)
    func wholeWay(engine: Engine) async throws {
        let (host, transport) = try Self.bench()
        defer { host.stop() }
        let office = try Office(engine, transport: transport)
        let browser = try office.browser(as: office.mtaani.admin.login)
        let path = "/office/routers/\(office.mtaani.router.id)/backups"
        #expect(try browser.get(path).text.contains("There is no backup yet"))
        _ = try browser.post(path, ["token": browser.get(path).field("token") ?? ""])
        try host.router.perform(
            RouterCommand("/ppp/secret", "add", ["name": "<b>\u{1F600}</b>", "password": "covered-word"]))
        _ = try browser.post(path, ["token": browser.get(path).field("token") ?? ""])
        let page = try browser.get("\(path)/3").text
        #expect(page.contains("/ppp secret") && page.contains("&lt;b&gt;") && !page.contains("covered-word"))
        let file = try browser.get("\(path)/3/file")
        #expect(file.text.hasPrefix("# ") && file.text.contains("/ppp secret") && !file.text.contains("covered-word"))
        let plan = "\(path)/2/plan"
        #expect(try browser.get(plan).text.contains("The router restarts"))
        let wrong = try browser.post(
            "\(path)/2/restores",
            [
                "token": browser.get(plan).field("token") ?? "", "key": ID<Restore>(at: .now).description,
                "confirm": "another",
            ])
        #expect(wrong.status == 422)
        #expect(try office.backups.restores(of: office.mtaani.router).isEmpty)
        _ = try browser.post(
            "\(path)/2/restores",
            [
                "token": browser.get(plan).field("token") ?? "", "key": ID<Restore>(at: .now).description,
                "confirm": office.mtaani.router.name,
            ])
        for _ in 0..<200 where try office.backups.restores(of: office.mtaani.router).first?.endedAt == nil {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try office.backups.restores(of: office.mtaani.router).map(\.state) == [.done])
        #expect(try browser.get(path + "?lang=sw").text.contains("Imerejeshwa"))
        // Nothing of it for another provider.
        let stranger = try office.browser(as: office.pwani.admin.login)
        for end in ["", "/3", "/3/file", "/2/plan"] { #expect(try stranger.get(path + end).status == 404) }
        await office.backups.stop()
    }
}
