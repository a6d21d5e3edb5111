import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct WordsTests {
    @Test(
        "A release is read, ordered and printed",
        arguments: ["7.9", "7.9.2", "7.10.2", "7.16.2", "7.24rc2", "7.24", "7.24.4"])
    func versions(text: String) throws {
        let version = try #require(RouterRelease(text))
        #expect(version.description == text)
        #expect(RouterRelease.spoken.contains(version))
        #expect(version.writesISODates == (version >= RouterRelease(7, 10)))
    }

    @Test("A release candidate comes before its release")
    func candidates() throws {
        let candidate = try #require(RouterRelease("7.24rc2"))
        #expect(candidate < RouterRelease(7, 24))
        #expect(RouterRelease("7.") == nil)
        #expect(RouterRelease("7.9.2.1") == nil)
        #expect(RouterRelease("seven") == nil)
    }

    static let spans: [(text: String, seconds: Int64?, written: String)] = [
        ("7200s", 7_200, "2h"), ("90", 90, "1m30s"), ("00:05:00", 300, "5m"), ("1d00:00:00", 86_400, "1d"),
        ("1d02:03:04", 93_784, "1d2h3m4s"), ("1w2d", 777_600, "1w2d"), ("0s", 0, "0s"), ("", nil, ""), ("5x", nil, ""),
        ("1:70", nil, ""), ("none", nil, ""),
    ]

    @Test("A length of time is read in every form and written in one", arguments: spans)
    func durations(text: String, seconds: Int64?, written: String) {
        let span = RouterDuration.read(text)
        #expect(span == seconds.map { Span.seconds($0) })
        if let span { #expect(RouterDuration.text(span) == written) }
    }

    @Test("Captured lengths of time read as their seconds", .fixtures)
    func capturedDurations() throws {
        for line in Fixtures.lines("value_vectors") where line["what"]?.text == "duration" {
            let text = try #require(line["text"]?.text)
            guard let seconds = line["seconds"]?.integer else { continue }
            #expect(RouterDuration.read(text) == .seconds(seconds), "\(text)")
        }
    }

    static let dates: [(version: RouterRelease, text: String)] = [
        (RouterRelease(7, 9), "nov/20/2026 17:08:05"), (RouterRelease(7, 10), "2026-11-20 17:08:05"),
        (RouterRelease(7, 24), "2026-11-20 17:08:05"),
    ]

    @Test("Dates are local and written as the release writes them", arguments: dates)
    func writesDates(version: RouterRelease, text: String) {
        // 2026-11-20T14:08:05Z
        #expect(RouterClock().dateTime(at: 1_795_183_685_000, version) == text)
    }

    @Test("A clock steps, drifts, is lost and is corrected")
    func clock() {
        var clock = RouterClock()
        let start: Instant = 1_795_183_685_000
        clock.step(by: .hours(-2), at: start)
        #expect(clock.believed(at: start + .minutes(1)) == start + .minutes(1) - .hours(2))
        clock.setDrift(1_000, at: start)
        #expect(clock.believed(at: start + .seconds(1_000)) == start + .seconds(1_001) - .hours(2))
        clock.lose(at: start, correctedAt: start + .seconds(30))
        #expect(clock.dateTime(at: start + .seconds(5), RouterRelease(7, 9)) == "jan/02/1970 00:00:05")
        #expect(clock.believed(at: start + .seconds(30)) == start + .seconds(30))
    }

    @Test("CHAP answers fit the documented vectors", .fixtures)
    func chapVectors() throws {
        let vectors = Fixtures.lines("hotspot_servlet").filter { $0["what"]?.text == "chap-vector" }
        #expect(vectors.count >= 4)
        for vector in vectors {
            let id = try #require(ChapAnswer.bytes(octal: vector["chap_id"]?.text ?? "x")?.first)
            let challenge = try #require(ChapAnswer.bytes(octal: vector["chap_challenge"]?.text ?? "x"))
            let answer = ChapAnswer.hex(id: id, password: vector["password"]?.text ?? "", challenge: challenge)
            #expect(answer == vector["md5"]?.text)
        }
    }

    @Test("MD5 fits RFC 1321")
    func md5() {
        #expect(MD5.hex([]) == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(MD5.hex(Array("message digest".utf8)) == "f96b697d7cb7938d525a2f31aaf161d0")
        #expect(
            MD5.hex(
                Array(repeating: UInt8(ascii: "1"), count: 0)
                    + Array(
                        "1234567890123456789012345678901234567890123456789012345678901234567890123456789 0".utf8.filter
                        { $0 != 32 })) == "57edf4a22be3c955ac49da2e2107b67a")
    }

    @Test("Octal escapes cover every byte", arguments: [[UInt8]([0, 7, 65, 92, 128, 255])])
    func octal(bytes: [UInt8]) {
        #expect(ChapAnswer.octal(bytes) == "\\000\\007\\101\\134\\200\\377")
        #expect(ChapAnswer.bytes(octal: ChapAnswer.octal(bytes)) == bytes)
        #expect(ChapAnswer.bytes(octal: "\\9") == nil)
    }

    static let patterns: [(pattern: String, text: String, fits: Bool)] = [
        ("*.example.com", "www.example.com", true), ("*.example.com", "example.com", false),
        ("portal.example.com", "PORTAL.example.com", true), ("*pay*", "api.payments.co.ke", true),
        ("p?y", "pay", true), ("p?y", "play", false), ("*", "", true), ("", "", true), ("a*b*c", "aXbYbZc", true),
    ]

    @Test("Walled garden patterns hold for the whole text", arguments: patterns)
    func wildcards(pattern: String, text: String, fits: Bool) {
        #expect(Wildcard.matches(pattern, text) == fits)
    }

    static let queries: [(words: [String], passes: Bool)] = [
        (["name=a"], true), (["name=b"], false), (["name"], true), (["-comment"], true), (["-name"], false),
        ([">bytes=9"], true), (["<bytes=9"], false), (["<uptime=2h"], true), (["name=b", "name=a", "#|"], true),
        (["name=a", "name=b", "#&"], false), (["name=b", "#!"], true), (["?name=a"], true), (["equal=x=y"], true),
        (["name=a", "name=b"], false),
    ]

    @Test("Query words work on a stack", arguments: queries)
    func asks(words: [String], passes: Bool) {
        let record = ["name": "a", "bytes": "10", "uptime": "1h59m", "equal": "x=y"]
        #expect(RouterQuery(words).passes(record) == passes)
    }

    static let json: [(text: String, value: WireJSON?)] = [
        ("{\"a\":1,\"b\":[true,null]}", .object(["a": .number("1"), "b": .array([.boolean(true), .null])])),
        ("\"\\u00e9\\ud83d\\ude00\\n\"", .string("é😀\n")), ("0x1F", .number("31")), ("017", .number("15")),
        ("{\"a\":1", nil), ("[1,]", nil), ("tru", nil), ("\"a\u{1}b\"", .string("a\u{1}b")), ("1e5", nil), ("", nil),
    ]

    @Test("JSON is read with the router's liberties", arguments: json)
    func readsJSON(text: String, value: WireJSON?) {
        let read = WireJSON(Array(text.utf8))
        #expect(read == value)
        if let read { #expect(WireJSON(read.bytes) == read) }
    }
}
