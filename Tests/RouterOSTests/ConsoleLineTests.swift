import TestKit
import Testing
import Values

@testable import RouterOS

@Suite struct ConsoleLineTests {
    // swift-format-ignore
    static let vectors: [(text: String, quoted: String)] = [
        ("",             #""""#),
        ("plain-1.2/3",  #""plain-1.2/3""#),
        (#"a"b\c$d"#,    #""a\"b\\c\$d""#),
        ("a?b",          #""a\3Fb""#),
        ("a[b]{c};(d)=", #""a[b]{c};(d)=""#),
        ("é\n\t\u{7F}",  #""\C3\A9\0A\09\7F""#),
        ("🙂",           #""\F0\9F\99\82""#),
    ]

    @Test("A value is quoted in ASCII, with escapes that every version reads", arguments: vectors)
    func quotes(text: String, quoted: String) { #expect(ConsoleLine.quoted(text) == quoted) }

    @Test("What is quoted reads back as it was, in every age of the console", arguments: 1...6 as ClosedRange<UInt64>)
    func roundTrips(seed: UInt64) {
        var dice = Dice(seed: seed)
        let alphabet = Array("abcXYZ019 \"\\$?[]{}();=#:/.,~!'`|&<>*+-_%@^\n\r\t\u{1}\u{7F}éß€日🙂𝄞")
        var texts: [String] = []
        for _ in 0..<200 {
            let length = Int.random(in: 0...300, using: &dice)
            texts.append(String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &dice)] }))
        }
        for version in ["6.49.10", "7.20"] {
            let output = ConsoleOracle.output(texts.map { ":put \(ConsoleLine.quoted($0))" }, version)
            let expected: [String] = texts
            #expect(output == expected)
        }
    }

    @Test("Conditions stand bare where the console compares by type")
    func conditions() {
        let line = ConsoleLine.conditions(
            [
                ("name", "a b"), ("disabled", "true"), ("limit-bytes-total", "5"), ("limit-uptime", "01:30:00"),
                (".id", "*1F"), ("mac-address", "02:00:00:00:00:01"),
            ], in: .hotspotUser)
        #expect(
            line == " where name=\"a b\" and disabled=yes and limit-bytes-total=5 and limit-uptime=1h30m and .id=*1F "
                + "and mac-address=\"02:00:00:00:00:01\"")
    }
}

@Suite struct ConsoleReplyTests {
    private static let menu = RouterSchema.menu("/ip/hotspot/user")

    private static func rows(_ ids: [String], _ text: String) throws(ConsoleReply.Flaw) -> [[String: String]] {
        try ConsoleReply(ids: ids.compactMap { RouterID($0) }, Array(text.utf8), of: menu).rows.map(\.values)
    }

    @Test("Rows and properties are told apart; semicolons may stand in values")
    func reads() throws {
        let rows = try Self.rows(
            ["*1", "*A2"],
            ".id=*1;name=a;b=c;comment=x;y;limit-uptime=1d02:00:00;disabled=yes;newer-name=5;.id=*A2;name=;comment=")
        let expected: [[String: String]] = [
            ["name": "a;b=c", "comment": "x;y", "limit-uptime": "1d2h", "disabled": "true", "newer-name": "5"],
            ["name": "", "comment": ""],
        ]
        #expect(rows == expected)
    }

    @Test("Words of a list come with commas, as over the other interfaces")
    func lists() throws {
        let menu = RouterSchema.menu("/ip/hotspot/profile")
        let values = try ConsoleReply.fields(
            Array("name=p;login-by=cookie;http-chap;use-radius=no".utf8)[...], of: menu)
        #expect(values == ["name": "p", "login-by": "cookie,http-chap", "use-radius": "false"])
    }

    // swift-format-ignore
    static let doubtful: [(ids: [String], text: String)] = [
        (["*1"],       ".id=*1;name=a;comment=x;.id=*9;name=b"),
        (["*1", "*2"], ".id=*1;comment=x;.id=*2;name=a;.id=*2;name=b"),
        (["*1"],       ".id=*1;name=a;comment=x;name=b"),
        (["*1", "*2"], ".id=*1;name=a"),
        (["*1"],       ""),
        ([],           ".id=*1;name=a"),
        (["*1"],       "x;.id=*1;name=a"),
        (["*1"],       ".id=*12;name=a"),
    ]

    @Test("A reply that can be read in two ways is not guessed at", arguments: doubtful)
    func doubts(ids: [String], text: String) {
        #expect(throws: ConsoleReply.Flaw.self) { try Self.rows(ids, text) }
    }

    @Test("Lines of the log that a router echoes to every console are no part of an answer")
    func echoes() {
        let output = "17:20:06 echo: system,error,critical login failure for user admin\r\n*1\r\n"
        #expect(ConsoleReply.withoutEchoes(Array(output.utf8)) == Array("*1\r\n".utf8))
        let kept = "comment=17:20:06 echo: x\r\n1:20:06 echo: y"
        #expect(ConsoleReply.withoutEchoes(Array(kept.utf8)) == Array(kept.utf8))
    }

    @Test("Noise is refused or read, in little time", arguments: 1...6 as ClosedRange<UInt64>)
    func noise(seed: UInt64) {
        var dice = Dice(seed: seed)
        let parts = [
            ";", ".id=*1", ".id=*2", "name=", "=", "comment=", "a", "\n", "\u{FF}", "row *1\n", "name 3\n", "1",
        ]
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...20, using: &dice)
            let text = (0..<count).map { _ in parts[Int.random(in: 0..<parts.count, using: &dice)] }.joined()
            _ = try? Self.rows(["*1", "*2"], text)
            _ = try? ConsoleExactReply.rows(Array(text.utf8), of: Self.menu)
        }
        let many = Array(String(repeating: ";.id=*1", count: 100_000).utf8)
        _ = try? ConsoleReply(ids: [], many, of: Self.menu)
        _ = try? ConsoleReply.fields(many[...], of: Self.menu)
    }

    // swift-format-ignore
    static let sayings: [(words: String, line: String, kind: RouterError.Kind)] = [
        ("bad command name fly (line 1 column 18)", "/ip hotspot user fly", .menuAbsent),
        ("expected end of command (line 1 column 29)", "/ip hotspot user add name=\"x\" foo=\"5\"", .failure("expected end of command")),
        ("expected end of command (line 1 column 31)", "/ip hotspot user add name=\"x\" foo=\"5\"", .unknownParameter("foo")),
        ("expected end of command (line 1 column 999)", "/ip", .failure("expected end of command")),
        ("missing value(s) of argument(s) name", "", .missingParameter("name")),
        ("input does not match any value of profile", "", .invalidValue(property: "profile")),
        ("no such item", "", .noSuchItem),
        ("no such item (4)", "", .noSuchItem),
        ("expected item id", "", .noSuchItem),
        ("failure: already have user with this name for this server", "", .alreadyExists),
        ("not enough permissions (9)", "", .forbidden(policy: nil)),
        ("syntax error (line 1 column 5)", "", .failure("syntax error")),
        ("not allowed by device-mode", "", .deviceMode),
    ]

    @Test("The console's words have a meaning", arguments: sayings)
    func refusals(words: String, line: String, kind: RouterError.Kind) {
        #expect(RouterError.Kind(console: words, sent: line) == kind)
    }
}
