import TestKit
import Testing

@testable import Backups

@Suite struct DiffTests {
    private static func export(_ body: String, head: String = "# 2026-11-20 12:00:00 by RouterOS 7.20\n") throws
        -> ExportText
    {
        try #require(ExportText(head + body))
    }

    private static func lines(_ diff: ExportDiff) -> [String] {
        diff.sections.flatMap { section in
            [section.path]
                + section.runs.enumerated().flatMap { index, run in
                    (index > 0 ? ["..."] : []) + run.map { $0.mark.rawValue + $0.text }
                }
        }
    }

    @Test("A real export is taken apart, however its lines are broken and ended")
    func takesApart() throws {
        // Form: captured on an RB760iGS with 7.15.
        let text =
            "# 2024-06-05 16:00:43 by RouterOS 7.15\r\n# software id = Q3HR-X5V6\r\n#\r\n# model = RB760iGS\r\n"
            + "# serial number = A36A0B4C8A9A\r\n/port\r\nset 0 name=serial0\r\n/system script\r\n"
            + "add name=x policy=\\\r\n    ftp,reboot source=\":\\\r\n    global a\\r\\\r\n    \\n:put \\\"\\\"\\\r\n    \\_b\"\r\n"
        let export = try #require(ExportText(text))
        #expect(export.sections.map(\.path) == ["/port", "/system script"])
        #expect(
            export.sections[1].commands == ["add name=x policy=ftp,reboot source=\":global a\\r\\n:put \\\"\\\" b\""])
        #expect(export.fact("serial number") == "A36A0B4C8A9A" && export.fact("model") == "RB760iGS")
        #expect(export.fact("software id") == "Q3HR-X5V6")
        #expect(!export.text.contains("\r\n"))
    }

    static let unfit = [
        "", "bad command name export (line 1 column 1)", "# head", "# head\n/ip pool\nadd name=a \\\n", "# x\nadd\n",
    ]

    @Test("What is no export, or breaks off, is refused", arguments: unfit)
    func refuses(text: String) { #expect(ExportText(text) == nil) }

    @Test("The date makes no difference, everything else does")
    func sameness() throws {
        let one = try Self.export("# software id = A\n/ip pool\nadd name=a\n")
        let head = "# 2027-01-01 00:00:00 by RouterOS 7.20\n"
        #expect(try Self.export("# software id = A\n/ip pool\nadd name=a\n", head: head).settings == one.settings)
        #expect(
            try Self.export("# software id = A\n/ip pool\nadd \\\n    name=a\n", head: head).settings == one.settings)
        for other in ["# software id = B\n/ip pool\nadd name=a\n", "# software id = A\n/ip pool\nadd name=b\n"] {
            #expect(try Self.export(other).settings != one.settings)
        }
        let menus = ("/a\nadd x=1\n/b\nadd x=2\n", "/b\nadd x=2\n/a\nadd x=1\n")
        #expect(try Self.export(menus.0).settings != Self.export(menus.1).settings)
    }

    @Test("Differences are told menu by menu with a little around them, secrets covered")
    func tells() throws {
        let old = try Self.export(
            """
            /interface bridge
            add name=b1
            /ip pool
            add name=p1
            add name=p2
            add name=p3
            add name=p4
            add name=p5
            add name=p6
            add name=p7
            /ppp secret
            add name=anna password="old one" profile=gold
            add name=kept password=same
            /queue simple
            add name=gone

            """)
        let new = try Self.export(
            """
            /interface bridge
            add name=b1
            /ip pool
            add name=p1
            add name=p2x
            add name=p3
            add name=p4
            add name=p5
            add name=p6
            /ip dns
            set servers=1.1.1.1
            /ppp secret
            add name=anna password=new profile=gold
            add name=kept password=same

            """)
        let diff = ExportDiff(from: old, to: new)
        #expect(
            Self.lines(diff) == [
                "/ip pool", " add name=p1", "-add name=p2", "+add name=p2x", " add name=p3", " add name=p4",
                " add name=p5",
                " add name=p6", "-add name=p7",
                "/ip dns", "+set servers=1.1.1.1",
                "/ppp secret", "-add name=anna password=***** profile=gold",
                "+add name=anna password=***** profile=gold",
                " add name=kept password=*****",
                "/queue simple", "-add name=gone",
            ])
        #expect((diff.added, diff.removed, diff.leftOut) == (3, 4, 0))
        #expect(ExportDiff(from: new, to: new).isEmpty)
        let short = ExportDiff(from: old, to: new, atMost: 3)
        #expect(short.leftOut == 4 && (short.added, short.removed) == (3, 4))
    }

    static let commands: [(text: String, covered: String)] = [
        ("add name=a password=x", "add name=a password=*****"),
        ("add password=\"a b \\\" c\" name=\"password=open\"", "add password=***** name=\"password=open\""),
        (
            "set [ find default=yes ] secret=\"\" ipsec-secret=abc",
            "set [ find default=yes ] secret=\"\" ipsec-secret=*****"
        ),
        (
            "add private-key=\"AA=\" preshared-key=BB= comment=key",
            "add private-key=***** preshared-key=***** comment=key"
        ),
        ("add source=\":local token \\\"abc\\\"\" name=s", "add source=\":local token \\\"*****\\\"\" name=s"),
        ("add wpa2-pre-shared-key=\u{1F600}x mode=y", "add wpa2-pre-shared-key=***** mode=y"),
        ("add password", "add password"), ("", ""),
    ]

    @Test("Secrets of commands are covered", arguments: commands)
    func covers(text: String, covered: String) { #expect(ExportMask.covering(text) == covered) }

    @Test("Carrying a comparison out makes the newer text of the older one", arguments: 1...20 as ClosedRange<UInt64>)
    func pairs(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<50 {
            let (left, right) = (Self.words(&dice), Self.words(&dice))
            let pairs = LineMatching.pairs(left, right)
            for pair in pairs { #expect(left[pair.left] == right[pair.right]) }
            for (one, next) in zip(pairs, pairs.dropFirst()) {
                #expect(one.left < next.left && one.right < next.right)
            }
            let common = Set(left).intersection(right).count
            #expect(common == 0 || !pairs.isEmpty)
            #expect(LineMatching.pairs(left, left).count == left.count)
        }
    }

    private static func words(_ dice: inout Dice) -> [String] {
        (0..<Int.random(in: 0...12, using: &dice)).map { _ in String(Int.random(in: 0...8, using: &dice)) }
    }

    @Test("A hundred thousand lines are compared in seconds, even turned round")
    func large() throws {
        let lines = (0..<100_000).map { "add address=10.\($0 / 65_536).\($0 / 256 % 256).\($0 % 256) list=many" }
        let old = try Self.export("/ip firewall address-list\n" + lines.joined(separator: "\n") + "\n")
        let new = try Self.export("/ip firewall address-list\n" + lines.reversed().joined(separator: "\n") + "\n")
        var changed = lines
        changed[50_000] = "add address=192.0.2.1 list=many"
        let other = try Self.export("/ip firewall address-list\n" + changed.joined(separator: "\n") + "\n")
        let start = ContinuousClock.now
        let diff = ExportDiff(from: old, to: new)
        #expect(diff.added == 99_999 && diff.removed == 99_999 && diff.leftOut == 197_998)
        let small = ExportDiff(from: old, to: other)
        #expect(small.added == 1 && small.removed == 1)
        // Far from what anything that grows with the square would take.
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
