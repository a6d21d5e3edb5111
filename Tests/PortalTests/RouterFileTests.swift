import FoundationEssentials
import Locales
import Testing

/// As much of the router's own template language as its manual tells: `$(name)`, `$(name-esc)`, `$(if …)`.
private struct Servlet {
    let values: [String: String]
    private(set) var status = "200"
    private(set) var headers: [String: String] = [:]

    init(_ values: [String: String]) { self.values = values }

    mutating func serve(_ page: String) -> String {
        var rest = page[...]
        return block(&rest, isShown: true).text
    }

    /// Text up to the `else`, `elif` or `endif` that ends the block.
    private mutating func block(_ rest: inout Substring, isShown: Bool) -> (text: String, end: String) {
        var text = ""
        while let start = rest.firstRange(of: "$(") {
            text += rest[..<start.lowerBound]
            let tag = rest[start.upperBound...].prefix { $0 != ")" }
            rest = rest[tag.endIndex...].dropFirst()
            if ["else", "endif"].contains(tag) || tag.hasPrefix("elif ") { return (text, String(tag)) }
            text += tag.hasPrefix("if ") ? branch(String(tag.dropFirst(3)), &rest) : value(String(tag))
        }
        text += rest
        rest = ""
        return (text, "")
    }

    private mutating func branch(_ condition: String, _ rest: inout Substring) -> String {
        let words = condition.split(separator: " ").map { String($0).filter { $0 != "\"" && $0 != "'" } }
        let isTrue = holds(words)
        let before = (status, headers)
        let first = block(&rest, isShown: isTrue)
        if words[0] == "http-status" { status = words[2]; return "" }
        if words[0] == "http-header" { headers[words[2]] = first.text; return "" }
        if !isTrue { (status, headers) = before }
        guard first.end == "else" else { return isTrue ? first.text : "" }
        let between = (status, headers)
        let second = block(&rest, isShown: !isTrue)
        if isTrue { (status, headers) = between }
        return isTrue ? first.text : second.text
    }

    private func holds(_ words: [String]) -> Bool {
        let value = values[words[0]] ?? ""
        guard words.count == 3 else { return !value.isEmpty }
        return words[1] == "==" ? value == words[2] : value != words[2]
    }

    private func value(_ name: String) -> String {
        guard name.hasSuffix("-esc") else { return values[name] ?? "" }
        return (values[String(name.dropLast(4))] ?? "").utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}

@Suite struct RouterFileTests {
    static let visitor = [
        "mac": "3C:2E:F9:01:23:45", "ip": "10.5.50.23", "username": "a&b=c d", "identity": "rtr \"one\"", "trial": "no",
        "link-login": "http://10.5.50.1/login?dst=http%3A%2F%2Fexample.com%2F",
        "link-login-only": "http://10.5.50.1/login",
        "link-orig": "http://example.com/?a=1&b=\"><script>", "link-redirect": "http://10.5.50.1/login",
        "chap-id": "\\371",
        "chap-challenge": "\\357\\015", "server-name": "hs1", "interface-name": "ether2", "logged-in": "no",
        "session-timeout-secs": "0", "error": "invalid-username", "host": "example.com",
    ]

    private static func file(_ name: String) throws -> String {
        let sample = try #require(Samples.router.first { $0.template == "router/" + name })
        return try sample.page(.english)
    }

    static let targets: [(file: String, target: String)] = [
        ("login", "https://wifi.example.net/at/kilimani?mac="), ("flogin", "https://wifi.example.net/at/kilimani?mac="),
        ("alogin", "https://wifi.example.net/at/kilimani/status?mac="),
        ("rstatus", "https://wifi.example.net/at/kilimani/status?mac="),
        ("status", "https://wifi.example.net/at/kilimani/status?mac="),
        ("logout", "https://wifi.example.net/at/kilimani/logged-out?mac="), ("fstatus", "http://10.5.50.1/login"),
        ("flogout", "http://10.5.50.1/login"), ("rlogin", "http://10.5.50.1/login"),
        ("redirect", "http://10.5.50.1/login"),
    ]

    @Test(
        "Each file sends the visitor on three ways, with nothing that breaks out of the address",
        arguments: targets.indices)
    func sendsOn(index: Int) throws {
        let (name, target) = Self.targets[index]
        var servlet = Servlet(Self.visitor)
        let page = servlet.serve(try Self.file(name))
        let location = try #require(servlet.headers["Location"])
        #expect(servlet.status == "302")
        #expect(location.hasPrefix(target), "\(location)")
        #expect(!location.contains { $0 == "\n" || $0 == " " || $0 == "\"" || $0 == "<" }, "\(location)")
        #expect(page.contains("<meta http-equiv=\"refresh\" content=\"0;url=\(location)\">"))
        #expect(page.contains("<a href=\"\(location)\">"))
        #expect(!page.contains("<script>"))
    }

    @Test("Login hands over everything the portal needs")
    func handsOver() throws {
        var servlet = Servlet(Self.visitor)
        _ = servlet.serve(try Self.file("login"))
        let location = try #require(servlet.headers["Location"])
        let query = location.drop { $0 != "?" }.dropFirst().split(separator: "&").map { $0.prefix { $0 != "=" } }
        let expected: [Substring] = [
            "mac", "ip", "username", "link-login-only", "link-orig", "chap-id", "chap-challenge", "error", "error-orig",
            "identity", "server-name", "interface-name", "trial",
        ]
        #expect(query == expected)
    }

    @Test("A request for the portal that the walled garden stopped is told, not sent round again")
    func doesNotLoop() throws {
        var servlet = Servlet(Self.visitor.merging(["host": "wifi.example.net"]) { $1 })
        let page = servlet.serve(try Self.file("rlogin"))
        #expect(servlet.headers["Location"] == nil)
        #expect(servlet.status == "200")
        #expect(page.contains("wifi.example.net") && !page.contains("refresh"))
    }

    @Test("A fatal error is told, never redirected")
    func errorStays() throws {
        var servlet = Servlet(Self.visitor)
        let page = servlet.serve(try Self.file("error"))
        #expect(servlet.headers.isEmpty && page.contains("invalid-username") && !page.contains("refresh"))
    }

    static let apis: [(loggedIn: String, seconds: String, bytes: String, keys: Int)] = [
        ("no", "0", "", 4), ("yes", "3475", "337465", 6), ("yes", "0", "---", 4), ("yes", "3475", "---", 5),
    ]

    @Test("api.json is JSON in every state", arguments: apis.indices)
    func apiIsJSON(index: Int) throws {
        let (loggedIn, seconds, bytes, keys) = Self.apis[index]
        let state = ["logged-in": loggedIn, "session-timeout-secs": seconds, "remain-bytes-total": bytes]
        var servlet = Servlet(Self.visitor.merging(state) { $1 })
        let text = servlet.serve(try Self.file("api.json"))
        struct API: Decodable {
            let captive: Bool
            let portal: String
            let seconds: Int?
            let bytes: Int?
            enum CodingKeys: String, CodingKey {
                case captive, portal = "user-portal-url", seconds = "seconds-remaining", bytes = "bytes-remaining"
            }
        }
        let api = try JSONDecoder().decode(API.self, from: Data(text.utf8))
        #expect(api.captive == (loggedIn == "no"))
        #expect(api.portal.hasPrefix("https://wifi.example.net/at/kilimani"))
        #expect(api.seconds == (seconds == "0" ? nil : Int(seconds)))
        #expect(api.bytes == Int(bytes))
        #expect(text.count { $0 == ":" } >= keys)
    }

    @Test("Every error of the router has a key for its text")
    func errorsAreKeys() throws {
        let lines = try Self.file("errors.txt").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 17)
        for line in lines {
            let sides = line.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            #expect(sides.count == 2 && sides[1].hasPrefix(sides[0]), "\(line)")
        }
    }
}
