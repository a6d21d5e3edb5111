import HTTPClient
import RouterSimulator
import Sockets
import TestKit
import Testing
import Values

@testable import RouterOS

@Suite(.serialized, .ownThreads) struct StrangeTextTests {
    @Test("Text of another code page is the same over every way, and is written back byte by byte")
    func ways() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("open \"$esame\" ?"))
        access.isSecure = false
        access.port = bench.host.restPort
        let client = HTTPClient()
        let rest = RESTTransport(access, rest: {}) { request throws(HTTPClientError) in try await client.send(request) }
        access.port = bench.host.apiPort
        let ways: [any RouterTransport] = [rest, APITransport(access, on: Sockets()), bench.transport]
        // "café" as WinBox writes it in western Europe, a lone byte of a longer character, and a real one.
        let text = "caf\u{EFE9};\u{EFC3} é"
        for (number, writer) in ways.enumerated() {
            let id = try await writer.add(.hotspotUser, [("name", "u\(number)\u{EFE9}"), ("comment", text)])
            for reader in ways {
                let rows = try await reader.read(.hotspotUser, properties: ["name", "comment"])
                let row = try #require(rows.first { $0.id == id })
                #expect(row["comment"] == text && row["name"] == "u\(number)\u{EFE9}", "\(type(of: reader))")
                try await reader.set(.hotspotUser, id, [("comment", row["comment"] ?? "")])
            }
        }
        let bytes = bench.host.router.with { machine, _ in machine.records(of: "/ip/hotspot/user") }
            .compactMap { $0["comment"] }.filter { $0 == text }
        #expect(bytes.count == ways.count)
    }
}
