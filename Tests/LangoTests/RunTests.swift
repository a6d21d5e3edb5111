import Glibc
import SQL
import TestKit
import Testing

@Suite(.serialized, .ownThreads) struct RunTests {
    /// Opens so many connections, sends all requests, then reads all answers.
    private func ask(_ port: UInt16, _ requests: [String]) throws -> [Wire.Answer] {
        let wires = try requests.map { _ in try Wire(port: port) }
        for (wire, request) in zip(wires, requests) { try wire.send(request) }
        return try wires.map { try $0.answer() }
    }

    static let servers: [String?] = Engine.available.map { $0 == .sqlite ? nil : "postgres" }

    private func install(_ server: String?) throws -> Install {
        guard server != nil, case .postgres(let url) = try Engine.postgres.freshLocation() else { return try Install() }
        return try Install(database: url)
    }

    @Test(
        "A code that a thousand connections send at once lets in as many devices as its package says",
        arguments: servers)
    func thousand(server: String?) throws {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(7), &limit)
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(7), &limit)
        let install = try install(server)
        try install.furnish(devices: 2)
        let code = try install.vouchers(1)[0]
        let program = try install.serve()
        let answers = try ask(install.port, (0..<1_000).map { Install.redemption(code, $0) })
        #expect(answers.filter { $0.status == 303 }.count == 2)
        #expect(answers.filter { $0.status == 409 }.count == 998)
        program.signal(SIGTERM)
        #expect(program.end().code == 0)
    }

    @Test("SIGTERM ends the program within five seconds, while pages wait and connections are open")
    func termination() throws {
        let install = try Install()
        try install.furnish()
        let codes = try install.vouchers(5)
        let program = try install.serve()
        let answers = try ask(install.port, codes.enumerated().map { Install.redemption($0.element, $0.offset) })
        let waiting = try answers.map { answer in
            let path = try #require(answer["location"]).split(separator: "?", maxSplits: 1)
            let wire = try Wire(port: install.port)
            try wire.send("GET \(path[0])/state?\(path.count > 1 ? path[1] : "") HTTP/1.1\r\nHost: lango.test\r\n\r\n")
            return wire
        }
        let idle = try (0..<20).map { _ in try Wire(port: install.port) }
        let half = try Wire(port: install.port)
        try half.send("POST /hotspot/acme/market/redemptions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nco")
        usleep(300_000)
        program.signal(SIGTERM)
        let end = program.end(within: 5)
        #expect(end.code == 0, "\(end.errors.suffix(300))")
        #expect(waiting.count == 5 && idle.count == 20)
        for wire in waiting { #expect(try wire.answer().status == 200) }
    }

    @Test("Monitors are answered, and promtool takes the numbers")
    func monitors() throws {
        let install = try Install()
        try install.furnish()
        let program = try install.serve()
        #expect(try Wire.ask(install.port, "GET", "/healthz").status == 200)
        #expect(try Wire.ask(install.port, "GET", "/readyz").text == "ready\n")
        let page = try Wire.ask(install.port, "GET", "/metrics")
        #expect(page["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(page.text.contains("lango_effects_waiting 0"))
        let end = try Program.run("/usr/bin/promtool", ["check", "metrics"], input: page.text)
        #expect(end.code == 0, "\(end.errors)\(end.output)")
        program.signal(SIGTERM)
        #expect(program.end().code == 0)
    }
}
