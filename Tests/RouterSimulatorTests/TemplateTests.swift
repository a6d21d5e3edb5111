import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct TemplateTests {
    static let variables = ServletVariables([
        "mac": "02:4C:47:00:00:01", "error": "", "username": "v1", "logged-in": "no", "chap-id": "\\371",
        "link-orig": "http://example.com/?a=b c",
    ])

    static let cases: [(source: String, text: String)] = [
        ("plain", "plain"), ("$(mac)", "02:4C:47:00:00:01"), ("$(mac-esc)", "02%3A4C%3A47%3A00%3A00%3A01"),
        ("$(link-orig-esc)", "http%3A%2F%2Fexample.com%2F%3Fa%3Db%20c"), ("[$(nothing)]", "[]"),
        ("$(if error)bad$(endif)", ""), ("$(if username)hi $(username)$(endif)!", "hi v1!"),
        ("$(if logged-in == 'yes')in$(else)out$(endif)", "out"),
        ("$(if logged-in == no)out$(elif username)named$(else)?$(endif)", "out"),
        ("$(if error)1$(elif username == \"v1\")2$(else)3$(endif)", "2"),
        ("$(if username != 'v2')other$(endif)", "other"),
        ("$(if username)$(if error)a$(else)b$(endif)$(endif)c", "bc"), ("100 $ (x) $", "100 $ (x) $"),
        ("$(unclosed", "$(unclosed"), ("$(if username == ')')x$(else)y$(endif)", "y"),
        ("'$(chap-id)'", "'\\371'"), ("$(if error)x", ""),
    ]

    @Test("The page language", arguments: cases)
    func renders(source: String, text: String) {
        #expect(ServletTemplate(source).render(Self.variables).text == text)
    }

    @Test("A page sets status and headers and leaves no trace of it")
    func head() {
        let page =
            "$(if http-status == 302)Hotspot login$(endif)$(if http-header == \"Location\")/x?$(mac-esc)$(endif)body"
        let rendered = ServletTemplate(page).render(Self.variables)
        #expect(rendered.text == "body")
        #expect(rendered.status?.code == 302)
        #expect(rendered.status?.reason == "Hotspot login")
        #expect(rendered.headers.first?.name == "Location")
        #expect(rendered.headers.first?.value == "/x?02%3A4C%3A47%3A00%3A00%3A01")
    }

    @Test("Every documented variable that is always there has a value on the login page", .fixtures)
    func documented() {
        var bench = Bench()
        bench.page("GET", "/login")
        let phone = Phone(mac: Bench.phone, address: .init(bits: 0x0A05_3202))
        guard let address = WebAddress(authority: "127.0.0.1:8090", target: "/login?dst=x") else { return }
        let request = PhoneRequest("GET", address, directAuthority: "127.0.0.1:8090")
        let variables = bench.machine.variables(request, phone)
        for name in [
            "hostname", "identity", "server-address", "server-name", "link-login", "link-login-only", "mac", "ip",
            "link-logout", "link-status", "link-orig", "logged-in", "trial", "plain-passwd", "ssl-login", "host-ip",
            "session-timeout-secs", "uptime-secs", "idle-timeout-secs",
        ]
        where name != "uptime-secs" {
            #expect(!variables[name].isEmpty, "\(name)")
        }
        let documented = Fixtures.lines("hotspot_servlet").filter { $0["what"]?.text == "variable" }
        #expect(documented.count > 40)
    }

    @Test("Every error key has its sentence", .fixtures)
    func sentences() {
        let lines = Fixtures.lines("hotspot_servlet").filter { $0["what"]?.text == "errors.txt" }
        #expect(lines.count == LoginRefusal.Key.allCases.count)
        for line in lines { #expect(LoginRefusal.sentences[line["key"]?.text ?? ""] == line["text"]?.text) }
    }
}
