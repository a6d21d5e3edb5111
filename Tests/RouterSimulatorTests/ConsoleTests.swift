import Synchronization
import Testing
import Values

@testable import RouterSimulator

/// A router with a console and a clock that the test moves.
struct ConsoleBench {
    final class Clock: Sendable {
        let now = Mutex<Instant>(1_795_000_000_000)
    }

    let clock = Clock()
    let router: SimulatedRouter
    let console: Console

    init(_ version: String = "7.20", user: RouterUser = .full) {
        var settings = RouterSettings()
        settings.version = RouterRelease(version) ?? settings.version
        settings.seed = 7
        let clock = clock
        let machine = RouterMachine(settings, at: clock.now.withLock { $0 })
        router = SimulatedRouter(machine) { clock.now.withLock { $0 } }
        console = Console(router, user)
    }

    /// What a script prints, without the end of the last line.
    func run(_ script: String) -> String {
        let text = console.run(script).replacing("\r\n", with: "\n")
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    func wait(_ span: Span) {
        clock.now.withLock { $0 = $0 + span }
        router.with { $0.advance(to: $1) }
        router.runDueScripts()
    }

    func rows(_ path: String) -> [Record] { router.with { machine, _ in machine.records(of: path) } }
}

@Suite struct ConsoleTests {
    // swift-format-ignore
    static let says: [(script: String, output: String)] = [
        (#":put "a\"b\\c\$d\_e\41\n""#, "a\"b\\c$d eA\n"),
        (":put 5; :put 0x10; :put true; :put 90s; :put *1F", "5\n16\ntrue\n00:01:30\n*1F"),
        (":put (1 + 2 * 3 - 4 / 2)", "5"),
        (":put (\"a\" . \"b\" . 7)", "ab7"),
        (":put (5 > 3 and !(2 >= 3) || false)", "true"),
        (":local x 5; :set x ($x + 1); :put \"x is $x, twice $($x * 2), $[:len \"four\"]\"", "x is 6, twice 12, 4"),
        (":if (1 = 2) do={ :put yes } else={ :put no }", "false"),
        (":if (1 = 1) do={ :put \"one\" }", "one"),
        (":foreach x in={1;2;3} do={ :put ($x * $x) }", "1\n4\n9"),
        (":foreach k,v in={a=1;b=\"two\"} do={ :put \"$k is $v\" }", "a is 1\nb is two"),
        (":for i from=3 to=1 do={ :put $i }", "3\n2\n1"),
        (":local i 0; :while ($i < 3) do={ :set i ($i + 1); :put $i }", "1\n2\n3"),
        (":do { :error \"no luck\" } on-error={ :put \"caught\" }", "caught"),
        (":error \"no luck\"; :put never", "no luck"),
        (":put [:pick \"hello\" 1 3]; :put [:find \"hello\" \"l\"]; :put [:typeof [:find \"hello\" \"z\"]]", "el\n2\nnothing"),
        (":put [:pick {5;6;7} 1]; :put [:len {5;6;7}]; :put [:tostr {5;6;7}]", "6\n3\n5;6;7"),
        (":put ({\"a\"=1;\"b\"=2}->\"b\")", "2"),
        (":global shared 7; { :local inner 8; :put $inner }; :put \"<$inner>\"", "8\n<>"),
        (":put [:typeof 5]; :put [:typeof \"x\"]; :put [:typeof {1}]; :put [:typeof 1d]; :put [:typeof $nobody]", "num\nstr\narray\ntime\nnothing"),
        ("# a remark\n:put 1 ; # another\n\n:put \\\n 2", "1\n2"),
        (":put \"two \\\n   halves\"", "two halves"),
        (":put [:do { :return 5 }]", ""),
        (":put (\"abc\" ~ \"^a.c\\$\"); :put (\"abc\" ~ \"^b\")", "true\nfalse"),
        (":put (\"a:b/c\" ~ \"^a:b/\"); :put (\"xa:b/\" ~ \"^a:b/\"); :put (\"a\" ~ \"^\")", "true\nfalse\ntrue"),
        (":nothing; :put done", "done"),
        (":put (10 / 0)", "division by zero"),
    ]

    @Test("The language says what the manual says", arguments: says)
    func language(script: String, output: String) {
        #expect(ConsoleBench().run(script) == output)
    }

    // swift-format-ignore
    static let mistakes: [(script: String, output: String)] = [
        ("/foo bar", "bad command name foo (line 1 column 2)"),
        (":put 1; /ip foo", "bad command name foo (line 1 column 13)"),
        ("/ip hotspot user add name=x foo=5", "expected end of command (line 1 column 29)"),
        ("/ip hotspot user add name=x bytes-in=5", "expected end of command (line 1 column 29)"),
        (":put 1\n/ip hotspot user fly", "bad command name fly (line 2 column 18)"),
        (":put \"open", "syntax error (line 1 column 11)"),
        (":put \"\\z\"", "syntax error (line 1 column 7)"),
        (":put \"5 $\"", "syntax error (line 1 column 11)"),
        (":put (1 + )", "syntax error (line 1 column 11)"),
        ("/ip hotspot user remove *77", "no such item"),
        ("/ip hotspot user add name=x profile=none", "input does not match any value of profile"),
        ("/ip hotspot user add comment=x", "missing value(s) of argument(s) name"),
        (":put [/ip hotspot user get [find name=default-trial] nonsense]", "input does not match any value of value-name"),
        (":if (5) do={ }", "conditional not boolean"),
        ("}", "syntax error (line 1 column 1)"),
        ("/user group print [", "syntax error (line 1 column 20)"),
    ]

    @Test("Mistakes are named in the console's words", arguments: mistakes)
    func flaws(script: String, output: String) {
        #expect(ConsoleBench().run(script) == output)
    }

    @Test("Nothing of a script with a mistake is carried out")
    func wholeScripts() {
        let bench = ConsoleBench()
        _ = bench.run("/ip hotspot user add name=a\n/ip hotspot user add name=b nonsense=1")
        #expect(!bench.rows("/ip/hotspot/user").contains { $0["name"] == "a" })
    }

    @Test("Up to 7.0 a bare question mark asks for help, an escaped one is an error from 7.1 on")
    func questionMark() {
        #expect(ConsoleBench("6.49.10").run(":put \"a?\"").hasPrefix("syntax error"))
        #expect(ConsoleBench("6.49.10").run(":put \"a\\?\\3F\"") == "a??")
        #expect(ConsoleBench().run(":put \"a?\\3F\"") == "a??")
        #expect(ConsoleBench().run(":put \"a\\?\"").hasPrefix("syntax error"))
    }

    @Test("A provisioning script may run again and again")
    func provisioning() {
        let bench = ConsoleBench()
        let script = """
            # comes back to the same state
            :local profile "one hour"
            /ip hotspot user profile
            :if ([:len [find name=$profile]] = 0) do={ add name=$profile rate-limit="2M/4M" shared-users=2 }
            set [find name=$profile] session-timeout=1h
            /user group
            :if ([:len [find name="lango"]] = 0) do={
                add name="lango" policy=read,write,api,rest-api,test,ssh
            }
            /user
            :if ([:len [/user find name=gate]] = 0) do={ /user add name=gate group=lango password="a\\"b" }
            /ip hotspot walled-garden
            :do { remove [find comment="lango"] } on-error={}
            add dst-host=portal.example comment=lango action=allow
            :foreach host in={"a.example";"b.example"} do={ add dst-host=$host comment="lango" }
            /system script
            :if ([:len [find name=hello]] = 0) do={ add name=hello source={ :log info "hello; there" } }
            """
        for _ in 0..<3 { #expect(bench.run(script) == "") }
        #expect(bench.rows("/ip/hotspot/user/profile").filter { $0["name"] == "one hour" }.count == 1)
        #expect(bench.rows("/ip/hotspot/user/profile").last?["session-timeout"] == "1h")
        #expect(
            bench.rows("/ip/hotspot/walled-garden").map { $0["dst-host"] } == [
                "portal.example", "a.example", "b.example",
            ])
        #expect(bench.rows("/user").filter { $0["name"] == "gate" }.count == 1)
        #expect(bench.run("/system script run hello") == "")
        #expect(bench.rows("/log").last?["message"] == "hello; there")
    }

    @Test("Rows are printed, counted, found, moved and exported")
    func rows() {
        let bench = ConsoleBench()
        #expect(bench.run(":put [/ip/hotspot/user/add name=v1 comment=\"a b\" limit-uptime=90m]") == "*1")
        _ = bench.run("/ip hotspot user add name=v2 disabled=yes")
        #expect(bench.run(":put [/ip hotspot user find where name~\"^v\"]") == "*1;*2")
        #expect(bench.run(":put [/ip hotspot user find]") == "*0;*1;*2")
        #expect(bench.run("/ip hotspot user print count-only where disabled") == "1")
        #expect(bench.run("/ip hotspot user print count-only where !disabled and name~\"v\"") == "1")
        #expect(bench.run("/ip hotspot user print count-only where (name=v1 or name=v2) && disabled=no") == "1")
        #expect(bench.run(":put [/ip hotspot user get v1 limit-uptime]") == "01:30:00")
        #expect(bench.run(":put [/ip hotspot user get [find name=v2] disabled]") == "true")
        #expect(bench.run(":put [/ip hotspot user print as-value where name=v1]").contains("limit-uptime=01:30:00"))
        #expect(!bench.run(":put [/ip hotspot user print as-value where name=v1]").contains("bytes-in"))
        #expect(bench.run(":put [/ip hotspot user print stats as-value where name=v1]").contains("bytes-in=0"))
        #expect(bench.run("/ip hotspot user print terse where name=v2").hasPrefix(" 0 X"))
        #expect(bench.run("/ip hotspot user enable v2; :put [:len [/ip hotspot user find disabled]]") == "0")
        #expect(bench.run("/ip hotspot user export").contains("add comment=\"a b\" limit-uptime=1h30m name=v1"))
        #expect(bench.run("/system identity print") == "  name: MikroTik")
        #expect(
            bench.run("/ip\nhotspot user\nremove [find name=v1]\n/\n:put [:len [/ip hotspot user find name=v1]]") == "0"
        )
        #expect(bench.run("/system identity { set name=\"tower 5\"; :put [get name] }") == "tower 5")
    }

    @Test("Ordered rows are moved, values are unset, rows are switched by number")
    func orders() {
        let bench = ConsoleBench()
        _ = bench.run(
            "/ip firewall filter\nadd chain=input comment=a\nadd chain=input comment=b\nadd chain=input comment=c")
        _ = bench.run("/ip firewall filter move [find comment=c] [find comment=a]")
        #expect(bench.rows("/ip/firewall/filter").map { $0["comment"] } == ["c", "a", "b"])
        _ = bench.run("/ip firewall filter { disable 0; set 1 comment=\"\"; remove 2 }")
        #expect(bench.rows("/ip/firewall/filter").map { $0["disabled"] } == ["true", "false"])
        #expect(bench.rows("/ip/firewall/filter").map { $0["comment"] } == ["c", nil])
        #expect(bench.run("/ip firewall filter set 5 comment=x") == "no such item")
        #expect(bench.run("/ip firewall filter set comment=x") == "missing value(s) of argument(s) numbers")
    }

    @Test("A user without a policy is refused as over the other doors")
    func policies() {
        let bench = ConsoleBench(user: RouterUser(name: "guest", policies: ["read", "ssh"]))
        #expect(bench.run(":put [/system identity get name]") == "MikroTik")
        #expect(bench.run("/system identity set name=x") == "std failure: not allowed (9)")
        #expect(
            bench.run(":put [/tool fetch url=\"http://127.0.0.1/\" output=user as-value]")
                == "not enough permissions (9)")
    }

    @Test("Scripts without end are given up")
    func endless() {
        let bench = ConsoleBench()
        #expect(bench.run(":while (true) do={ }") == "script runs too long")
        #expect(
            bench.run("/system script add name=a source={ /system script run a }; /system script run a")
                == "script too deep")
        #expect(bench.run(String(repeating: "{", count: 5_000)).hasPrefix("script too deep"))
        #expect(bench.run(":put " + String(repeating: "(", count: 5_000)).hasPrefix("script too deep"))
        #expect(bench.run(":put (" + String(repeating: "!", count: 5_000) + "true)").hasPrefix("script too deep"))
    }

    @Test("The scheduler runs what is due, by name or by source, and counts")
    func scheduler() {
        let bench = ConsoleBench()
        _ = bench.run("/system script add name=tick source={ :log info \"tick\" }")
        _ = bench.run("/system scheduler add name=a interval=1m on-event=tick")
        _ = bench.run("/system scheduler add name=b interval=1h on-event={ :log info \"by source\" }")
        _ = bench.run("/system scheduler add name=c interval=1m on-event=\"/foo\"")
        bench.wait(.seconds(1))
        for _ in 0..<3 { bench.wait(.minutes(1)) }
        #expect(bench.rows("/log").filter { $0["message"] == "tick" }.count == 3)
        #expect(bench.rows("/system/scheduler").first { $0["name"] == "a" }?["run-count"] == "3")
        #expect(bench.rows("/log").contains { $0["message"]?.contains("bad command name foo") == true })
        bench.wait(.hours(5))
        #expect(bench.rows("/log").filter { $0["message"] == "by source" }.count == 1)
    }

    @Test("A file of commands is imported as one script")
    func imports() {
        let bench = ConsoleBench()
        let file = "/ip hotspot user\nadd name=i1\nadd name=\"i 2\" comment=\"x\\\n    y\"\n"
        bench.router.with { machine, _ in machine.store(Array(file.utf8), as: "adopt.rsc") }
        #expect(bench.run("/import adopt.rsc").hasSuffix("executed successfully"))
        #expect(bench.rows("/ip/hotspot/user").suffix(2).map { $0["name"] } == ["i1", "i 2"])
        #expect(bench.rows("/ip/hotspot/user").last?["comment"] == "xy")
        #expect(bench.run("/import file-name=nothing.rsc") == "input does not match any value of file-name")
    }

    @Test("An export makes the same rows again on a new router")
    func exportsAndImports() {
        let bench = ConsoleBench()
        _ = bench.run(
            "/ip hotspot user add name=\"q\\\"\\$5 \\C3\\A9\" comment=\"a;b\\nc\" limit-uptime=1d2h password=x")
        let text = bench.run("/ip hotspot user export show-sensitive")
        let other = ConsoleBench()
        other.router.with { machine, _ in machine.store(Array(text.utf8), as: "x.rsc") }
        #expect(other.run("/import x.rsc").hasSuffix("executed successfully"))
        let settings = { (bench: ConsoleBench) in
            bench.rows("/ip/hotspot/user").map { $0.filter { $0.key != "uptime" } }
        }
        #expect(settings(other) == settings(bench))
    }

    @Test("Noise never ends the console", arguments: 1...8 as ClosedRange<UInt64>)
    func noise(seed: UInt64) {
        let bench = ConsoleBench()
        var chance = Chance(seed: seed)
        let words = [
            ":put", "/ip", "hotspot", "user", "add", "print", "find", "where", "name", "=", "\"", "$", "[", "]", "{",
            "}",
            "(", ")", ";", "\n", " ", "\\", "x", "5", ":if", "do=", "set", ".", ",", "->", "~", "!", "é", ":foreach",
            "in=", ":pick", "-9223372036854775808", "9223372036854775807", "*", "%", "/", "1d", "#", "as-value",
        ]
        for _ in 0..<300 {
            let count = Int.random(in: 1...30, using: &chance)
            let script = (0..<count).map { _ in words[Int.random(in: 0..<words.count, using: &chance)] }
            _ = bench.run(script.joined(separator: Bool.random(using: &chance) ? " " : ""))
        }
        #expect(bench.run(":put alive") == "alive")
    }
}
