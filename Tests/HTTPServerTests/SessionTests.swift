import Crypto
import HTTPServer
import Testing
import Values

@Suite struct SessionTests {
    struct Desk: Surface {
        let sessions: SessionCookie
        let guardian: CSRF
        var now: Instant = 1_000_000

        static let routes: [Route<Desk>] = [
            .get("/sign-in", true, Desk.signIn), .get("/who", true, Desk.who), .post("/things", true, Desk.make),
        ]
        var csrf: CSRF? { guardian }
        func session(of request: Request) -> [UInt8]? { sessions.payload(of: request, at: now) }
        func admit(_: Bool, _: Request) {}
        func signIn(_: Request) -> Response {
            .text(guardian.token(for: Array("asha".utf8))).setting(cookie: sessions.cookie(Array("asha".utf8), at: now))
        }
        func who(_ request: Request) -> Response {
            .text(session(of: request).map { String(decoding: $0, as: UTF8.self) } ?? "nobody")
        }
        func make(_: Request) -> Response { .seeOther("/desk/who") }
    }

    func harness(now: Instant = 1_000_000, key: SecretKey) throws -> Harness {
        let sessions = SessionCookie(name: "desk", key: key, lifetime: .hours(1))
        return try Harness(
            mounts: [Mount(prefix: "/desk", Desk(sessions: sessions, guardian: CSRF(key: key), now: now))])
    }

    @Test("A session comes back signed, until its time is over")
    func session() throws {
        let key = SecretKey.random()
        let client = try harness(key: key)
        let cookie = try #require(try client.client().ask("GET", "/desk/sign-in")["Set-Cookie"])
        let value = String(try #require(cookie.split(separator: ";").first))
        #expect(cookie.contains("; Max-Age=3600"))
        #expect(try client.client().ask("GET", "/desk/who", headers: ["Cookie: \(value)"]).text == "asha")
        var forged = Array(value)
        forged[12] = forged[12] == "A" ? "B" : "A"
        for bad in [String(forged), value + "A", "desk=", "desk=" + value.dropFirst(10), "other=" + value.dropFirst(5)]
        {
            #expect(try client.client().ask("GET", "/desk/who", headers: ["Cookie: \(bad)"]).text == "nobody", "\(bad)")
        }
        let late = try harness(now: 1_000_000 + .hours(1), key: key)
        #expect(try late.client().ask("GET", "/desk/who", headers: ["Cookie: \(value)"]).text == "nobody")
        let other = try harness(key: .random())
        #expect(try other.client().ask("GET", "/desk/who", headers: ["Cookie: \(value)"]).text == "nobody")
    }

    @Test("A change needs the session's token, and a page of this site behind it")
    func csrf() throws {
        let harness = try harness(key: .random())
        let client = try harness.client()
        let signedIn = try client.ask("GET", "/desk/sign-in")
        let cookie = "Cookie: " + (signedIn["Set-Cookie"]?.split(separator: ";").first ?? "")
        let form = "Content-Type: application/x-www-form-urlencoded"
        let right = "token=\(signedIn.text)"
        let cases: [(headers: [String], body: String, status: Int)] = [
            ([cookie, form], right, 303),
            ([cookie, form, "Origin: http://lango.test", "Sec-Fetch-Site: same-origin"], right, 303),
            ([cookie, "X-CSRF-Token: \(signedIn.text)"], "", 303),
            ([cookie, form], "", 403),
            ([cookie, form], "token=wrong", 403),
            ([cookie, form], "token=", 403),
            ([cookie, form, "Origin: http://evil.test"], right, 403),
            ([cookie, form, "Origin: null"], right, 403),
            ([cookie, form, "Origin: https://lango.test"], right, 403),
            ([cookie, form, "Sec-Fetch-Site: cross-site"], right, 403),
            ([cookie, form, "Sec-Fetch-Site: same-site"], right, 403),
            ([form, "Origin: http://evil.test"], right, 403),
            ([form], "", 303),
        ]
        for (headers, body, status) in cases {
            #expect(
                try client.ask("POST", "/desk/things", headers: headers, body: body).status == status,
                "\(headers) \(body)")
        }
    }

    @Test("Tokens of two sessions differ")
    func tokens() {
        let csrf = CSRF(key: .random())
        #expect(csrf.token(for: [1]) == csrf.token(for: [1]))
        #expect(csrf.token(for: [1]) != csrf.token(for: [2]))
    }
}
