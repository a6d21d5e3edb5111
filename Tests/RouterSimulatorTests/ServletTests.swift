import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct ServletTests {
    /// The answer to the question that the login page shows.
    private func answer(_ bench: inout Bench, password: String) throws -> String {
        bench.page("GET", "/login")
        let challenge = try #require(bench.machine.hotspot.hosts.first { $0.mac == Bench.phone }?.challenge)
        return ChapAnswer.hex(id: challenge.id, password: password, challenge: challenge.bytes)
    }

    @Test("A stranger is sent to the login page with the address it wanted")
    func redirect() {
        var bench = Bench()
        let page = bench.page("GET", "/news?id=1")
        #expect(page?.status == 302)
        #expect(
            page?.header("Location")
                == "http://127.0.0.1:8090/login?dst=http%3A%2F%2F127.0.0.1%3A8090%2Fnews%3Fid%3D1")
    }

    @Test("CHAP lets in whoever knows the password, and nobody with an old answer")
    func chap() throws {
        var bench = Bench(loginBy: "http-chap")
        try bench.makeUser()
        bench.logIn(Bench.phone, "v1", password: try answer(&bench, password: "wrong"))
        #expect(!bench.isOnline())
        let right = try answer(&bench, password: "secret")
        let page = bench.logIn(Bench.phone, "v1", password: right, more: ["dst": "http://example.com/"])
        #expect(page?.status == 302)
        #expect(page?.header("Location") == "http://example.com/")
        #expect(bench.active.first?["login-by"] == "http-chap")
        bench.page("GET", "/logout")
        bench.logIn(Bench.phone, "v1", password: right)
        #expect(!bench.isOnline())
    }

    @Test("The question is forgotten after an hour without the page")
    func expiry() throws {
        var bench = Bench(loginBy: "http-chap")
        try bench.run("/ip/hotspot", "set", ["numbers": "hotspot1", "idle-timeout": "none"])
        try bench.makeUser()
        let right = try answer(&bench, password: "secret")
        bench.wait(.hours(1))
        let page = bench.logIn(Bench.phone, "v1", password: right)
        #expect(page?.text.contains("web browser did not send challenge response") == true)
    }

    @Test("A plain password is not taken where only CHAP is allowed")
    func plain() throws {
        var bench = Bench(loginBy: "http-chap")
        try bench.makeUser()
        bench.page("GET", "/login")
        #expect(bench.logIn()?.text.contains("web browser did not send challenge response") == true)
    }

    @Test("The pages of the flash are served, with their variables; flogin only after a failure")
    func ownPages() throws {
        var bench = Bench()
        try bench.makeUser()
        let pages = [
            "login.html": "<html>in $(mac) $(link-login-only) $(if error)never$(endif)</html>",
            "flogin.html": "<html>failed $(error) / $(error-orig) for $(username)</html>",
            "alogin.html": "<html>welcome, go to $(link-redirect)</html>",
            "status.html": "<html>$(username) $(uptime-secs) $(bytes-out) $(remain-bytes-total)</html>",
            "logout.html": "<html>bye $(uptime)</html>", "style.css": "a { color: $(mac) }",
            "errors.txt": "invalid-username = siri si sahihi\r\n",
        ]
        for (name, text) in pages { bench.machine.store(Array(text.utf8), as: "hotspot/\(name)") }
        #expect(
            bench.page("GET", "/login")?.text.contains("in 02:4C:47:00:00:01 http://127.0.0.1:8090/login </html>")
                == true)
        let failed = bench.logIn(Bench.phone, "v1", password: "x")
        #expect(failed?.text.contains("failed siri si sahihi / invalid username or password for v1") == true)
        let welcome = bench.logIn()
        #expect(welcome?.text.contains("go to http://127.0.0.1:8090/status") == true)
        #expect(bench.page("GET", "/status")?.text.contains("v1 0 0 ---") == true)
        #expect(bench.page("GET", "/style.css")?.text == "a { color: $(mac) }")
        #expect(bench.page("GET", "/logout")?.text.contains("bye 0s") == true)
    }

    @Test("A file put by the API becomes the page")
    func uploadedPage() throws {
        var bench = Bench()
        let html = "<html>$(server-name) of $(identity)</html>"
        #expect(throws: RouterTrap.failure("file already exists")) {
            try bench.run("/file", "add", ["name": "hotspot/login.html", "contents": html])
        }
        try bench.run("/file", "set", ["numbers": "hotspot/login.html", "contents": html])
        #expect(bench.page("GET", "/login")?.text.contains("hotspot1 of MikroTik") == true)
        try bench.run("/ip/hotspot/profile", "set", ["numbers": "hsprof1", "html-directory-override": "mine"])
        try bench.run("/file", "add", ["name": "mine/login.html", "contents": "<html>mine</html>"])
        #expect(bench.page("GET", "/login")?.text.contains("mine") == true)
        try bench.run("/ip/hotspot", "reset-html", ["numbers": "hotspot1"])
        try bench.run("/ip/hotspot/profile", "set", ["numbers": "hsprof1", "html-directory-override": ""])
        #expect(bench.page("GET", "/login")?.text.contains("Password") == true)
    }

    @Test("The page's own redirect is obeyed")
    func pageRedirect() {
        var bench = Bench()
        let page = "$(if http-status == 302)Found$(endif)$(if http-header == \"Location\")$(link-redirect)$(endif)"
        bench.machine.store(Array(page.utf8), as: "hotspot/rlogin.html")
        let answer = bench.page("GET", "/x")
        #expect(answer?.status == 302)
        #expect(answer?.header("Location")?.hasPrefix("http://127.0.0.1:8090/login?dst=") == true)
    }

    @Test("A page reads the request's headers, but none of them over a variable")
    func headers() throws {
        var bench = Bench()
        bench.machine.store(
            Array("$(if host == 'example.com')$(user-agent) $(mac)$(endif)".utf8), as: "hotspot/rlogin.html")
        var request = PhoneRequest("GET", try #require(WebAddress(absolute: "http://example.com/")))
        request.headers = ["host": "example.com", "user-agent": "phone", "mac": "forged"]
        guard case .page(let page) = bench.machine.answer(request, from: Bench.phone, at: bench.now) else { return }
        #expect(page.text.hasPrefix("phone 02:4C:47:00:00:01"))
    }

    @Test("RFC 8908: captive before, the remaining seconds and bytes after")
    func captiveAPI() throws {
        var bench = Bench()
        try bench.makeUser("v1", ["limit-uptime": "1h", "limit-bytes-total": "100000"])
        let first = bench.page("GET", "/api.json")
        let before = try #require(first)
        #expect(before.header("Content-Type") == "application/captive+json")
        #expect(WireJSON(before.body)?["captive"] == .boolean(true))
        #expect(WireJSON(before.body)?["user-portal-url"]?.text == "http://127.0.0.1:8090/login")
        bench.logIn()
        bench.wait(.minutes(10))
        bench.machine.traffic(Bench.phone, up: 100, down: 900, at: bench.now)
        let after = WireJSON(bench.page("GET", "/api")?.body ?? [])
        #expect(after?["captive"] == .boolean(false))
        #expect(after?["seconds-remaining"] == .number("3000"))
        #expect(after?["bytes-remaining"] == .number("99000"))
    }

    @Test("Pages of the simulated internet cost data")
    func cost() throws {
        var bench = Bench()
        try bench.makeUser("v1", ["limit-bytes-out": "60000"])
        bench.logIn()
        #expect(bench.page("GET", "/a")?.text.contains("Simulated internet") == true)
        #expect(bench.active.first?["bytes-out"] == "30000")
        bench.page("GET", "/b")
        #expect(!bench.isOnline())
        #expect(bench.page("GET", "/c")?.status == 302)
    }

    static let probes: [(address: String, status: Int, text: String)] = [
        ("http://connectivitycheck.gstatic.com/generate_204", 204, ""),
        ("http://www.msftconnecttest.com/connecttest.txt", 200, "Microsoft Connect Test"),
        ("http://detectportal.firefox.com/success.txt", 200, "success\n"),
    ]

    @Test("Probes of telephones are redirected before and answered after the login", arguments: probes)
    func probe(address: String, status: Int, text: String) throws {
        var bench = Bench()
        try bench.makeUser()
        let request = PhoneRequest("GET", try #require(WebAddress(absolute: address)))
        func ask() -> ServletPage? {
            guard case .page(let page) = bench.machine.answer(request, from: Bench.phone, at: bench.now) else {
                return nil
            }
            return page
        }
        let before = ask()
        #expect(before?.status == 302)
        #expect(before?.header("Location")?.hasPrefix("http://10.5.50.1/login?dst=http%3A%2F%2F") == true)
        bench.logIn()
        #expect(ask()?.status == status)
        #expect(ask()?.text == text)
    }

    static let gardens: [(row: [String: String], address: String, opens: Bool)] = [
        (["dst-host": "portal.example.com"], "http://portal.example.com/x", true),
        (["dst-host": "*.example.com", "action": "deny"], "http://portal.example.com/x", false),
        (["dst-host": "portal.example.com", "dst-port": "8080"], "http://portal.example.com:8080/", true),
        (["dst-host": "portal.example.com", "dst-port": "8080"], "http://portal.example.com/", false),
        (["dst-host": "portal.example.com", "path": "/pay/*"], "http://portal.example.com/pay/1", true),
        (["dst-host": "portal.example.com", "path": "/pay/*"], "http://portal.example.com/", false),
        (["dst-host": "portal.example.com", "disabled": "yes"], "http://portal.example.com/", false),
    ]

    @Test("The walled garden opens what its rows say", arguments: gardens)
    func walledGarden(row: [String: String], address: String, opens: Bool) throws {
        var bench = Bench()
        try bench.run("/ip/hotspot/walled-garden", "add", row)
        let request = PhoneRequest("GET", try #require(WebAddress(absolute: address)))
        var isRelayed = false
        if case .relay = bench.machine.answer(request, from: Bench.phone, at: bench.now) { isRelayed = true }
        #expect(isRelayed == opens)
        if opens { #expect(bench.machine.records(of: "/ip/hotspot/walled-garden").first?["hits"] == "1") }
    }

    @Test("walled-garden/ip opens an address and port")
    func walledGardenIP() throws {
        var bench = Bench()
        try bench.run(
            "/ip/hotspot/walled-garden/ip", "add", ["dst-address": "10.9.0.0/16", "dst-port": "443", "protocol": "tcp"])
        let inside = try #require(WebAddress(authority: "10.9.1.2:443", target: "/"))
        let outside = try #require(WebAddress(authority: "10.9.1.2:80", target: "/"))
        #expect(bench.machine.tunnel(to: inside, from: Bench.phone, at: bench.now).isOpen)
        #expect(!bench.machine.tunnel(to: outside, from: Bench.phone, at: bench.now).isOpen)
    }
}
