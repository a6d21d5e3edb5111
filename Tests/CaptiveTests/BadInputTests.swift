import Catalog
import Crypto
import Entitlements
import Glibc
import HTTPServer
import Provisioning
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Captive

/// Whatever is sent: a right status, a page a person can read, and not a row written.
@Suite(.serialized, .ownThreads) struct BadInputTests {
    static let fields = [
        "mac", "ip", "link-login-only", "chap-id", "chap-challenge", "dst", "link-orig", "error", "identity", "code",
        "token", "lang", "other",
    ]
    /// Percent-encoded already, since not all of it is text.
    static let values: [String] = [
        "", "%00", "a%00b", "%01%02%1B%5B31m", "%FF%FE", "%C3%28", "%E2%28%A1", "%F0%9F%98%80",
        String(repeating: "A", count: 3_000),
        "-1", "1e9", "true", "%7B%7D", "[]", "..%2F..%2Fetc%2Fpasswd", "%3Cscript%3Ealert(1)%3C/script%3E",
        "%27%20OR%201=1--",
        "javascript:alert(1)", "http://evil.example/login", "%0D%0ASet-Cookie:%20a=b", "%E2%80%AE", "%", "%4", "%zz",
        "+", "&", "=",
    ]

    private func check(_ answer: Wire.Answer, _ what: String) {
        #expect((200..<500).contains(answer.status), "\(what): \(answer.status)")
        for word in ["Swift", "fatal", "SQLError", "Optional(", "Sources/", "<script>alert(1)"] {
            #expect(!answer.text.contains(word), "\(what): \(word)")
        }
        #expect(answer["set-cookie"] == nil, "\(what)")
        if answer.status >= 400 { #expect(answer.text.utf8.count > 20, "\(what): no words") }
        if let location = answer["location"] { #expect(location.hasPrefix("/hotspot/acme/"), "\(what): \(location)") }
    }

    @Test("Any field of any query with any value")
    func queries() async throws {
        let bench = try CaptiveBench()
        let before = try bench.rows()
        let market = CaptiveBench.market
        let token = try bench.token(ID(high: 1, low: 1))
        let paths = [
            "", "/redemptions", "/status", "/status/\(token)", "/connections/\(token)", "/connections/\(token)/state",
            "/v/ABCDEFGHJK", "/api", "/logouts", "/reconnections",
        ]
        for path in paths {
            for field in Self.fields {
                for value in Self.values {
                    // The known device is part of the query, but for the field under test.
                    let others = bench.phone().filter { $0.0 != field }.map { "\($0.0)=\(Wire.encode($0.1))" }
                    let query = (others + ["\(field)=\(value)"]).joined(separator: "&")
                    check(
                        try Wire.ask(bench.port, "GET", "\(market)\(path)?\(query)"),
                        "\(path) \(field) \(value.prefix(40))")
                }
            }
        }
        #expect(try bench.rows() == before)
        await bench.stop()
    }

    @Test("Any field of any form with any value")
    func forms() async throws {
        let bench = try CaptiveBench()
        let before = try bench.rows()
        let values = Self.values + [String(repeating: "A", count: 10_240), String(repeating: "%C3%A9", count: 5_000)]
        for path in ["redemptions", "reconnections", "logouts"] {
            for field in Self.fields {
                for value in values {
                    let others = bench.phone().filter { $0.0 != field }.map { "\($0.0)=\(Wire.encode($0.1))" }
                    let body = (others + ["\(field)=\(value)"]).joined(separator: "&")
                    let answer = try Wire.ask(
                        bench.port, "POST", "\(CaptiveBench.market)/\(path)",
                        headers: ["Content-Type: application/x-www-form-urlencoded"], body: Array(body.utf8))
                    check(answer, "\(path) \(field) \(value.prefix(40))")
                    #expect(answer.status >= 400, "\(path) \(field) \(value.prefix(40))")
                }
            }
        }
        #expect(try bench.rows() == before)
        await bench.stop()
    }

    @Test("A code is taken whatever else in its form is wrong, and where its device is wrong nothing is written")
    func wrongDevice() async throws {
        let bench = try CaptiveBench()
        let code = try bench.code()
        let before = try bench.rows()
        for mac in [
            "", "02:50", "02:50:00:00:00:0G", "not an address", "02:50:00:00:00:01:02", "00:00:00:00:00:00",
            "FF:FF:FF:FF:FF:FF", "01:00:5E:00:00:01", "33-33-00-00-00-01",
        ] {
            let answer = try Wire.post(
                bench.port, "\(CaptiveBench.market)/redemptions", [("mac", mac), ("ip", "10.5.50.11"), ("code", code)])
            #expect(answer.status == 422)
        }
        #expect(try bench.rows() == before)
        let answer = try Wire.post(
            bench.port, "\(CaptiveBench.market)/redemptions",
            [
                ("mac", World.mac(1).description), ("ip", "999.1.2.3"), ("dst", "javascript:x"),
                ("code", " \(code.lowercased()) "),
            ])
        #expect(answer.status == 303)
        await bench.stop()
    }

    @Test("Who looks in from elsewhere is told the way; who names a broken device is refused")
    func elsewhere() async throws {
        let bench = try CaptiveBench()
        let market = CaptiveBench.market
        let visit = try Wire.ask(bench.port, "GET", market)
        #expect(visit.status == 200)
        #expect(visit.text.contains("You are not on the hotspot"))
        #expect(try Wire.ask(bench.port, "GET", "\(market)?mac=").status == 422)
        #expect(try Wire.ask(bench.port, "GET", "\(market)?mac=02:50").status == 422)
        #expect(try Wire.post(bench.port, "\(market)/redemptions", [("code", "ABCDE")]).status == 422)
        await bench.stop()
    }

    @Test("A token of another provider, site, device or time, changed or cut, opens nothing")
    func tokens() async throws {
        let bench = try CaptiveBench()
        let market = CaptiveBench.market
        // It does not end while the clock is turned: that would be a change of its own.
        let code = try bench.code(.fromFirstUse(.days(7)))
        #expect(try Wire.post(bench.port, "\(market)/redemptions", bench.phone() + [("code", code)]).status == 303)
        #expect(try eventually { try bench.isSettled() })
        let entitlement = try bench.entitlement()
        let good = try bench.token(entitlement)
        #expect(try Wire.ask(bench.port, "GET", "\(market)/status/\(good)").status == 200)
        let before = try bench.rows()
        var changed = Array(good.utf8)
        changed[20] = changed[20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let bad: [(String, Int)] = [
            (try bench.token(entitlement, at: "beach"), 403), (try bench.token(entitlement, at: "town"), 403),
            (String(decoding: changed, as: UTF8.self), 403), (String(good.dropLast(4)), 403), (good + "AAAA", 403),
            ("x", 403),
            (String(repeating: "A", count: 3_000), 403),
        ]
        for (token, status) in bad {
            for path in ["status/\(token)", "connections/\(token)", "connections/\(token)/state"] {
                #expect(try Wire.ask(bench.port, "GET", "\(market)/\(path)").status == status, "\(path)")
            }
            for path in ["reconnections", "logouts"] {
                #expect(
                    try Wire.post(bench.port, "\(market)/\(path)", bench.phone() + [("token", token)]).status == status,
                    "\(path)")
            }
        }
        // The pass is the first phone's: another phone cannot reconnect with it.
        let stolen = try Wire.post(bench.port, "\(market)/reconnections", bench.phone(2) + [("token", good)])
        #expect(stolen.status == 403)
        // A status token is no connection: it names no effect.
        #expect(try Wire.ask(bench.port, "GET", "\(market)/connections/\(good)").status == 403)
        #expect(try bench.rows() == before)
        bench.clock.skip(.hours(2))
        for path in ["status/\(good)", "connections/\(good)"] {
            #expect(try Wire.ask(bench.port, "GET", "\(market)/\(path)").status == 410)
        }
        #expect(try Wire.post(bench.port, "\(market)/logouts", [("token", good)]).status == 410)
        #expect(try bench.rows() == before)
        await bench.stop()
    }

    @Test("Wrong methods, paths, types and sizes get their own status")
    func shapes() async throws {
        let bench = try CaptiveBench()
        let before = try bench.rows()
        let market = CaptiveBench.market
        for method in ["PUT", "DELETE", "PATCH"] {
            #expect(try Wire.ask(bench.port, method, market).status == 405)
        }
        #expect(try Wire.ask(bench.port, "POST", market, body: []).status == 405)
        #expect(try Wire.ask(bench.port, "BREW", market).status == 501)
        for path in [
            "/hotspot/acme/nowhere", "/hotspot/nobody/market", "/hotspot/acme", "/hotspot/ACME/market",
            "/hotspot/acme%00/market",
            "/hotspot/acme/market/v/" + String(repeating: "A", count: 41), "/hotspot/acme/market/none",
        ] {
            let answer = try Wire.ask(bench.port, "GET", path)
            #expect(answer.status == 404 || answer.status == 400, "\(path)")
            check(answer, path)
        }
        let form = "application/x-www-form-urlencoded"
        func post(_ type: String, _ body: [UInt8]) throws -> Int {
            try Wire.ask(bench.port, "POST", "\(market)/redemptions", headers: ["Content-Type: \(type)"], body: body)
                .status
        }
        #expect(try post(form, [UInt8](repeating: 65, count: 70_000)) == 413)
        #expect(try post("application/json", Array("{\"code\":1}".utf8)) == 415)
        #expect(try post("text/plain", Array("code=1".utf8)) == 415)
        #expect(try post("multipart/form-data", Array("x".utf8)) == 400)
        #expect(try post("multipart/form-data; boundary=x", Array("--y\r\n\r\n".utf8)) == 400)
        #expect(
            try post(
                "multipart/form-data; boundary=x",
                Array("--x\r\nContent-Disposition: form-data; name=code\r\n\r\nA".utf8)) == 400)
        #expect(try post(form, Array(repeating: "a=b&", count: 2_000).joined().utf8.map { $0 }) == 400)
        let long = try Wire.ask(bench.port, "GET", "\(market)?mac=" + String(repeating: "A", count: 20_000))
        #expect(long.status == 431 || long.status == 414)
        #expect(try bench.rows() == before)
        await bench.stop()
    }

    @Test("A request that stops half way is given up and writes nothing")
    func halfSent() async throws {
        let bench = try CaptiveBench()
        let code = try bench.code()
        let before = try bench.rows()
        let body = "code=\(code)&mac=\(Wire.encode(World.mac(1).description))&ip=10.5.50.11"
        let head =
            "POST \(CaptiveBench.market)/redemptions HTTP/1.1\r\nHost: lango.test\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count + 5)\r\n\r\n"
        let wires = try (0..<4).map { _ in try Wire(port: bench.port) }
        try wires[0].send(head + body)
        try wires[1].send(head)
        try wires[2].send(String(head.prefix(30)))
        for wire in wires[..<3] {
            // It is cut, or told that it took too long; never redeemed.
            while let part = wire.read(), !part.isEmpty {
                #expect(!String(decoding: part, as: UTF8.self).contains("303"))
            }
        }
        try wires[3].send(head + body)
        shutdown(wires[3].descriptor, Int32(SHUT_RDWR))
        #expect(try Wire.ask(bench.port, "GET", "\(CaptiveBench.market)?\(bench.query())").status == 200)
        #expect(try bench.rows() == before)
        await bench.stop()
    }
}
