import HTTPClient
import RouterOS
import RouterSimulator
import TestKit
import Testing
import Values

@testable import Provisioning

/// What `lango router test` says of a simulated router.
@Suite(.ownThreads) struct RouterCheckupTests {
    private let host: RouterHost
    private let way: RouterWay
    private let transport: any RouterTransport
    private let portal: PortalPlace

    init() throws {
        portal = try #require(PortalPlace("https://portal.example.net"))
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        host = try RouterHost(settings)
        way = RouterWay(.http, host: "127.0.0.1", port: host.restPort)
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open"))
        access.isSecure = false
        access.port = host.restPort
        let client = HTTPClient()
        transport = RESTTransport(access, rest: {}) { request throws(HTTPClientError) in try await client.send(request)
        }
    }

    private func checkup() async -> RouterCheckup {
        await RouterCheckup(
            of: [(way, transport)], over: transport, as: "lango", portal: portal, now: { .now })
    }

    private func sentences(_ checkup: RouterCheckup, _ weight: RouterCheckup.Weight) -> String {
        checkup.findings.filter { $0.weight == weight }.map(\.sentence).joined(separator: "\n")
    }

    @Test("What is missing is said with its remedy, and is fine once it is there")
    func remedies() async throws {
        let before = await checkup()
        #expect(!before.isPassed)
        #expect(sentences(before, .fine).contains("answers: RouterOS"))
        let wrong = sentences(before, .serious)
        #expect(wrong.contains("/ip hotspot walled-garden add dst-host=portal.example.net"))
        #expect(wrong.contains("lango router files"))

        try host.router.perform(RouterCommand("/ip/hotspot/walled-garden", "add", ["dst-host": "*.example.net"]))
        let html = "<a href=\"https://portal.example.net/hotspot/acme/market\">Karibu</a>"
        try host.router.perform(
            RouterCommand("/file", "set", ["numbers": "hotspot/login.html", "contents": html]))
        let after = await checkup()
        #expect(after.isPassed, "\(sentences(after, .serious))")
        #expect(sentences(after, .fine).contains("hotspot/login.html leads to the portal"))
        host.stop()
    }

    @Test("A router that is not there is one sentence a way, and not ready")
    func away() async {
        host.stop()
        let checkup = await checkup()
        #expect(!checkup.isPassed)
        #expect(checkup.findings.count == 2)
        #expect(sentences(checkup, .note).hasPrefix("http://127.0.0.1"))
        #expect(!sentences(checkup, .note).contains("open"), "no password in a sentence")
    }
}
