import Testing
import Values

@testable import RouterSimulator

@Suite struct ConsoleFetchTests {
    @Test("fetch asks this computer for real, over http and https, and posts")
    func fetches() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let console = Console(host.router, .full)
        let base = "http://127.0.0.1:\(host.restPort)/rest"
        let read =
            ":put ([/tool fetch url=\"\(base)/system/identity\" user=lango password=open output=user as-value]->\"data\")"
        #expect(console.run(read).contains("\"name\":\"MikroTik\""))
        let secure = read.replacing("http://127.0.0.1:\(host.restPort)", with: "https://127.0.0.1:\(host.restTLSPort)")
        #expect(console.run(secure).contains("\"name\":\"MikroTik\""))
        let post =
            "/tool fetch url=\"\(base)/ip/hotspot/user/add\" user=lango password=open http-method=post "
            + "http-header-field=\"Content-Type: application/json\" http-data=\"{\\\"name\\\":\\\"f1\\\"}\" output=none"
        #expect(console.run(post).contains("status: finished"))
        #expect(host.router.with { machine, _ in machine.records(of: "/ip/hotspot/user").last?["name"] } == "f1")
        _ = console.run("/tool fetch url=\"\(base)/system/identity\" user=lango password=open dst-path=id.json")
        #expect(host.router.with { machine, _ in machine.files["id.json"] } != nil)
    }

    @Test("fetch says what went wrong, and asks nobody but this computer")
    func refuses() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let console = Console(host.router, .full)
        let base = "http://127.0.0.1:\(host.restPort)/rest"
        #expect(console.run("/tool fetch url=\"\(base)/system/identity\"").contains("<401 Unauthorized>"))
        #expect(console.run("/tool fetch url=\"http://127.0.0.1:1/\"") == "failure: connection refused\r\n")
        #expect(console.run("/tool fetch url=\"http://192.0.2.1/\"") == "failure: connection timeout\r\n")
        #expect(console.run("/tool fetch url=\"ftp://127.0.0.1/\"") == "failure: invalid URL\r\n")
        #expect(console.run(":do { /tool fetch url=\"http://127.0.0.1:1/\" } on-error={ :put caught }") == "caught\r\n")
    }
}
