import HTTPServer
import Testing
import Values

@Suite struct RequestTests {
    @Test("A request knows its peer, host, id and headers; what a stranger claims about them is not believed")
    func facts() throws {
        let harness = try Harness()
        let answer = try harness.client().ask(
            "GET", "/facts?secret=1",
            headers: [
                "X-Thing: Zoë  x", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "X-Request-Id: abcdefghij",
            ])
        let words = answer.text.split(separator: " ").map(String.init)
        #expect(words[0] == "127.0.0.1")
        #expect(words[1] == "false")
        #expect(words[2] == "lango.test")
        #expect(words[3].utf8.count == 16 && words[3] != "abcdefghij")
        #expect(words[4] == "/facts")
        #expect(words[5...] == ["Zoë", "x", "somebody"])
    }

    static let forwarded: [(line: String, client: String)] = [
        ("203.0.113.9", "203.0.113.9"),
        ("8.8.8.8, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("nonsense, 10.1.2.3", "10.1.2.3"),
        ("nonsense", "127.0.0.1"),
        ("2001:db8::7", "2001:db8::7"),
        ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
    ]

    @Test("A trusted proxy is believed, up to the last hop that is not one", arguments: forwarded)
    func proxies(line: String, client: String) throws {
        let harness = try Harness {
            $0.trustedProxies = ["127.0.0.0/8", "10.0.0.0/8"].compactMap { AddressBlock($0) }
        }
        let answer = try harness.client().ask(
            "GET", "/facts",
            headers: ["X-Forwarded-For: \(line)", "X-Forwarded-Proto: https", "X-Request-Id: trace-0123456789"])
        let words = answer.text.split(separator: " ").map(String.init)
        #expect(words[0] == client)
        #expect(words[1] == "true")
        #expect(words[3] == "trace-0123456789")
    }

    @Test("Every argument of a query is come by, in order", arguments: [0, 1, 15, 16, 17, 32, 33, 40])
    func arguments(count: Int) throws {
        let query = (0..<count).map { "a\($0)=%2F\($0)" }
        let harness = try Harness()
        let answer = try harness.client().ask("GET", "/arguments?" + query.joined(separator: "&"))
        #expect(answer.text == query.joined(separator: " "))
    }

    @Test("A request id that could break a log line is not taken over")
    func requestIDs() throws {
        let harness = try Harness { $0.trustedProxies = ["127.0.0.1"].compactMap { AddressBlock($0) } }
        let client = try harness.client()
        for id in ["short", "has space in it", "quote\"quote\"", String(repeating: "a", count: 65)] {
            let words = try client.ask("GET", "/facts", headers: ["X-Request-Id: \(id)"]).text.split(separator: " ")
            #expect(words[3].utf8.count == 16 && words[3].utf8.allSatisfy { Hex.value($0) != nil })
        }
    }

    static let hosts: [(given: String, seen: String)] = [
        ("Lango.Test:8080", "lango.test:8080"), ("[::1]:80", "[::1]:80"), ("10.0.0.1", "10.0.0.1"),
        ("evil.test/path", "-"), ("a b", "-"), ("user@evil", "-"), ("", "-"),
    ]

    @Test("The host is a name or nothing", arguments: hosts)
    func host(given: String, seen: String) throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send("GET /facts HTTP/1.1\r\nHost: \(given)\r\n\r\n")
        #expect(try client.answer().text.split(separator: " ")[2] == Substring(seen))
    }

    @Test("Where public names are set, no other comes through")
    func publicHosts() throws {
        let harness = try Harness { $0.publicHosts = ["isp.example"] }
        for (given, seen) in [("isp.example:8080", "isp.example:8080"), ("evil.example", "-")] {
            let client = try harness.client()
            try client.send("GET /facts HTTP/1.1\r\nHost: \(given)\r\n\r\n")
            #expect(try client.answer().text.split(separator: " ")[2] == Substring(seen))
        }
    }

    static let blocks: [(block: String, address: String, isInside: Bool)] = [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("::/0", "2001:db8::1", true), ("172.16.0.0/12", "172.31.255.255", true),
        ("172.16.0.0/12", "172.32.0.0", false),
    ]

    @Test("A block holds its addresses and no others", arguments: blocks)
    func addressBlocks(block: String, address: String, isInside: Bool) throws {
        let block = try #require(AddressBlock(block))
        #expect(block.contains(try #require(PeerAddress(address))) == isInside)
    }

    @Test(
        "What is no block of addresses is nil",
        arguments: ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.1/-1", "1.2.3.4/8/8"])
    func noBlocks(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test("Cookies are found by their whole name, and only as the cookie they are")
    func cookies() throws {
        let harness = try Harness()
        let client = try harness.client()
        for (line, seen) in [
            ("session=1", "1"), ("a=b; session=2; c=d", "2"), ("xsession=3", "none"), ("session", "none"),
            ("session=4; session=5", "4"), ("Session=6", "none"), ("__Host-session=7", "none"), ("a=session=8", "none"),
        ] {
            #expect(try client.ask("GET", "/cookie", headers: ["Cookie: \(line)"]).text == seen, "\(line)")
        }
        let plain = try client.ask("GET", "/cookie")["Set-Cookie"]
        #expect(plain == "session=abc.DEF-_=; Path=/; HttpOnly; SameSite=Lax; Max-Age=60")
    }

    @Test("Over TLS a cookie is bound to the host and only then believed")
    func secureCookies() throws {
        let harness = try Harness { $0.trustedProxies = ["127.0.0.1"].compactMap { AddressBlock($0) } }
        let client = try harness.client()
        let secure = "X-Forwarded-Proto: https"
        let answer = try client.ask("GET", "/cookie", headers: [secure, "Cookie: session=planted"])
        #expect(answer.text == "none")
        #expect(
            answer["Set-Cookie"]
                == "__Host-session=abc.DEF-_=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60")
        #expect(try client.ask("GET", "/cookie", headers: [secure, "Cookie: __Host-session=own"]).text == "own")
    }

    @Test("Every answer carries the security headers and says that nothing may be kept")
    func securityHeaders() throws {
        let harness = try Harness()
        let client = try harness.client()
        for path in ["/", "/nowhere", "/fails"] {
            let answer = try client.ask("GET", path)
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            #expect(answer["X-Frame-Options"] == "DENY")
            #expect(answer["Content-Security-Policy"]?.hasPrefix("default-src 'none'; ") == true)
            #expect(answer["Strict-Transport-Security"] == nil)
        }
    }

    @Test("A header value cannot hold a second header")
    func headerInjection() throws {
        let harness = try Harness()
        let answer = try harness.client().ask("GET", "/moved?to=/a%0D%0ASet-Cookie:%20x=y")
        #expect(answer.status == 303)
        #expect(answer["Location"] == "/a  Set-Cookie: x=y")
        #expect(answer["Set-Cookie"] == nil)
    }
}
