import FoundationEssentials
import TestKit
import Testing
import Values

@testable import Locales

/// Catalogues written for one test, removed with it.
final class Catalogues {
    let directory = FileManager.default.temporaryDirectory.path + "/lango-locales-" + UUID().uuidString

    init(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: directory + "/" + name)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    static func catalogue(_ messages: String, locale: String = "en_KE") -> String {
        """
        {"_meta": {"name": "N", "nativeName": "N", "direction": "ltr", "locale": "\(locale)", "note": ""}\(messages)}
        """
    }
}

@Suite struct LocalesTests {
    static let english = """
        , "hello": "It''s {name}'s turn", "plain": "Don't & \\"do\\"", "count": "{n, plural, one {# day} other {# days}}",
        "at": "{until, time, ::Hmm} on {until, date, ::yMMMd}", "when": "until {until}", "span.pair": "{large} {small}",
        "kind": "{k, select, a {first} other {{n, plural, =0 {none} other {# more}}}}"
        """
    static let swahili = """
        , "hello": "Zamu ya {name}", "plain": "Usifanye", "count": "{n, plural, one {siku #} other {siku #}}",
        "at": "{until, time, ::Hmm} tarehe {until, date, ::yMMMd}", "when": "hadi {until}",
        "span.pair": "{large} na {small}", "kind": "{k, select, a {kwanza} other {{n} zaidi}}"
        """

    private let files: Catalogues
    private let locales: Locales

    init() throws {
        files = try Catalogues([
            "en.json": Catalogues.catalogue(Self.english),
            "sw.json": Catalogues.catalogue(Self.swahili, locale: "sw_KE"),
            "README.md": "not a catalogue",
        ])
        locales = try Locales(directory: files.directory)
    }

    static let until: Fact = .instant(1_795_183_500_000)  // 2026-11-20T14:05:00Z

    static let sentences: [(key: String, facts: [(String, Fact)], english: String, swahili: String)] = [
        ("hello", [("name", .text("Otieno <b>"))], "It's Otieno <b>'s turn", "Zamu ya Otieno <b>"),
        ("plain", [], "Don't & \"do\"", "Usifanye"),
        ("count", [("n", .number(1))], "1 day", "siku 1"),
        ("count", [("n", .number(12_345))], "12,345 days", "siku 12,345"),
        ("at", [("until", until)], "17:05 on 20 Nov 2026", "17:05 tarehe 20 Nov 2026"),
        ("when", [("until", until)], "until Fri, 20 Nov, 17:05", "hadi Ijumaa, 20 Nov, 17:05"),
        ("when", [("until", .span(.hours(2)))], "until 2 hours", "hadi saa 2"),
        ("kind", [("k", .text("a")), ("n", .number(3))], "first", "kwanza"),
        ("kind", [("k", .text("b")), ("n", .number(3))], "3 more", "3 zaidi"),
        ("kind", [("n", .number(0)), ("k", .text("zzz"))], "none", "0 zaidi"),
        ("no.such.key", [], "no.such.key", "no.such.key"),
    ]

    @Test("A message takes its values in each language", arguments: sentences.indices)
    func formats(index: Int) throws {
        let (key, facts, english, swahili) = Self.sentences[index]
        let zone = try #require(TimeZoneID(validating: "Africa/Nairobi"))
        #expect(locales.format(key, .english, facts, zone: zone) == english)
        #expect(locales.format(key, .swahili, facts, zone: zone) == swahili)
    }

    static let facts: [(fact: Fact, english: String, swahili: String)] = [
        (.money(Money(minorUnits: 5_000, in: .kes)), "Ksh 50", "Ksh 50"),
        (.money(Money(minorUnits: 123_456_789, in: .kes)), "Ksh 1,234,567.89", "Ksh 1,234,567.89"),
        (.money(Money(minorUnits: -4_950, in: .kes)), "-Ksh 49.50", "-Ksh 49.50"),
        (.money(Money(minorUnits: 3_000, in: ugandan)), "UGX 3,000", "UGX 3,000"),
        (.money(Money(minorUnits: .max, in: .kes)), "Ksh 92,233,720,368,547,758.07", "Ksh 92,233,720,368,547,758.07"),
        (.span(.zero), "0 seconds", "sekunde 0"),
        (.span(.seconds(1)), "1 second", "sekunde 1"),
        (.span(.seconds(59)), "59 seconds", "sekunde 59"),
        (.span(.seconds(60)), "1 minute", "dakika 1"),
        (.span(.seconds(119)), "1 minute", "dakika 1"),
        (.span(.minutes(125)), "2 hours 5 minutes", "saa 2 na dakika 5"),
        (.span(.hours(48)), "2 days", "siku 2"),
        (.span(.hours(49) + .minutes(59)), "2 days 1 hour", "siku 2 na saa 1"),
        (.span(.days(30)), "30 days", "siku 30"),
        (.span(.seconds(-5)), "0 seconds", "sekunde 0"),
        (.volume(DataVolume(bytes: 1_500_000_000)), "1.5 GB", "GB 1.5"),
        (.volume(DataVolume(bytes: 2_000_000_000_000)), "2 TB", "terabaiti 2"),
        (.volume(DataVolume(bytes: 999)), "999 byte", "baiti 999"),
        (.volume(DataVolume(bytes: 500_000_000)), "500 MB", "MB 500"),
        (.number(-1_234_567), "-1,234,567", "-1,234,567"),
        (.text("{x}"), "{x}", "{x}"),
    ]

    private static let ugandan = Currency(code: "UGX") ?? .kes

    @Test("A value alone is written as a person reads it", arguments: facts.indices)
    func writesFacts(index: Int) {
        let (fact, english, swahili) = Self.facts[index]
        // ICU keeps number and unit together with spaces that do not break.
        let spaces: Set<Character> = ["\u{A0}", "\u{202F}"]
        func plain(_ text: String) -> String { String(text.map { spaces.contains($0) ? " " : $0 }) }
        #expect(plain(locales.words(fact, .english)) == english)
        #expect(plain(locales.words(fact, .swahili)) == swahili)
    }

    static let headers: [(header: String, tag: String)] = [
        ("sw", "sw"), ("en", "en"), ("sw-TZ,en;q=0.8", "sw"), ("en-GB,en;q=0.9,sw;q=0.8", "en"), ("fr,sw;q=0.5", "sw"),
        ("fr", "en"), ("", "en"), ("*", "en"), ("*;q=0.1,sw;q=0.2", "sw"), ("sw;q=0,en;q=0.1", "en"), ("sw;q=0", "en"),
        ("SW-ke", "sw"), ("en;q=0.5, sw;q=0.5", "en"), ("en;q=0.50,sw;q=0.501", "sw"), (" sw ; q=1 ", "sw"),
        ("sw;q=1.1,en;q=0.1", "en"), ("sw;q=abc,en;q=0.1", "en"), ("sw;q=,en;q=.1", "en"), ("sw;level=1;q=0.9", "sw"),
        (";;;,,,;q=1", "en"), ("swahili", "en"), ("s", "en"), ("sw\u{0}", "en"), ("../../etc", "en"),
        ("sw;q=0.0001", "en"),
        ("zh-Hant-TW-x-y,sw", "sw"),
    ]

    @Test("The language that suits Accept-Language best is taken", arguments: headers.indices)
    func negotiates(index: Int) {
        let (header, tag) = Self.headers[index]
        #expect(locales.negotiate(acceptLanguage: header).tag == tag, "\(header)")
    }

    @Test("A hostile Accept-Language costs nothing", .timeLimit(.minutes(1)))
    func negotiatesHostile() {
        let long = String(repeating: "a-", count: 500_000)
        #expect(locales.negotiate(acceptLanguage: long) == .english)
        #expect(locales.negotiate(acceptLanguage: String(repeating: ",", count: 1_000_000) + "sw") == .english)
        #expect(locales.negotiate(acceptLanguage: String(repeating: "xx,", count: 200) + "sw") == .english)
        var dice = Dice(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &dice) }
            _ = locales.negotiate(acceptLanguage: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("What is known about the languages")
    func knowsLanguages() {
        #expect(locales.languages.map(\.language.tag) == ["en", "sw"])
        #expect(locales.language("sw") == .swahili && locales.language("fr") == nil)
        #expect(locales.plain("hello", .english) == nil && locales.plain("nowhere", .english) == nil)
        #expect(locales.arguments("kind") == ["k", "n"] && locales.arguments("plain").isEmpty)
    }

    @Test("Text longer than any buffer comes through whole")
    func formatsLongTexts() {
        let long = String(repeating: "é€", count: 5_000)
        #expect(locales.format("hello", .swahili, [("name", .text(long))]) == "Zamu ya " + long)
    }

    @Test("Many threads may format at once")
    func isThreadSafe() async {
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { [locales] in
                    (0..<500).allSatisfy { turn in
                        let number = Int64(task * 1_000 + turn)
                        let text = locales.format("kind", .swahili, [("k", .text("b")), ("n", .number(number))])
                        let grouped = locales.words(.number(number), .swahili)
                        let money = locales.words(.money(Money(minorUnits: number * 100, in: .kes)), .english)
                        return text == grouped + " zaidi" && money.hasSuffix(grouped)
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("Every mistake of every catalogue is told at once")
    func tellsMistakes() throws {
        let files = try Catalogues([
            "en.json": Catalogues.catalogue(", \"a\": \"{n, plural, one {x}}\", \"b\": \"{who}\", \"c\": \"C\""),
            "sw.json": Catalogues.catalogue(", \"b\": \"{whom}\", \"d\": \"D\"", locale: "sw_KE"),
            "fr.json": "{\"a\": [1]}", "de.json": "{\"a\": \"A\"}",
        ])
        let mistakes = #expect(throws: Locales.Mistakes.self) { try Locales(directory: files.directory) }
        let told = try #require(mistakes).mistakes
        let expected: Set = ["en.json a", "sw.json b", "sw.json c", "sw.json d", "fr.json ", "de.json _meta"]
        #expect(Set(told.map { "\($0.file) \($0.key)" }) == expected)
        #expect(told.first { $0.key == "b" }?.advice == "Unknown {whom}; English has: who")
    }

    @Test("Without English there is nothing")
    func needsEnglish() throws {
        let files = try Catalogues([:])
        #expect(throws: Locales.Mistakes.self) { try Locales(directory: files.directory) }
        #expect(throws: Locales.Mistakes.self) { try Locales(directory: files.directory + "/nowhere") }
    }
}
