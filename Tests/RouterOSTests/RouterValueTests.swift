import JSON
import RouterOS
import TestKit
import Testing
import Values

@Suite struct RouterDurationTests {
    @Test("Lengths of time seen on routers mean what they say", .enabled(if: Fixture.isPresent, Fixture.reason))
    func vectors() throws {
        let lines = try Fixture.lines("value_vectors.jsonl")
        let lengths = lines.filter { $0["what"]?.text == "duration" }
        #expect(lengths.count >= 16)
        for line in lengths {
            let text = try #require(line["text"]?.text)
            let microseconds = try #require(line["seconds"].flatMap(Self.microseconds), "\(text)")
            #expect(RouterDuration(text)?.microseconds == microseconds, "\(text)")
        }
        let words = lines.filter { $0["what"]?.text == "duration-word" }.compactMap { $0["text"]?.text }
        #expect(words.count >= 8)
        for word in words { #expect(RouterDuration(word) == nil && RouterDuration.words.contains(word), "\(word)") }
    }

    /// The microseconds of a decimal number of seconds, without binary fractions.
    private static func microseconds(_ number: JSON) -> Int64? {
        guard case .number(let digits) = number else { return nil }
        let halves = digits.split(separator: ".")
        let fraction = halves.count == 2 ? String((halves[1] + "000000").prefix(6)) : "0"
        guard let whole = Int64(halves[0]), let rest = Int64(fraction) else { return nil }
        return whole * 1_000_000 + rest
    }

    static let written: [(text: String, microseconds: Int64)] = [
        ("7200s", 7_200_000_000), ("90", 90_000_000), ("1d02:03:04", 93_784_000_000), ("453us", 453),
        ("00:00:00.000060", 60), ("00:00:01.5", 1_500_000), ("100:00:00", 360_000_000_000),
    ]

    @Test("Every form is read", arguments: written)
    func forms(text: String, microseconds: Int64) {
        #expect(RouterDuration(text)?.microseconds == microseconds)
    }

    @Test(
        "What is no length is refused",
        arguments: [
            "", "s", "1x", "1h2", "0s5", "-5s", "1:2:3:4", "00:60:00", "1d:00:00", "1.5s", "99999999999999w",
            "9999999w",
        ])
    func refuses(text: String) {
        #expect(RouterDuration(text) == nil)
    }

    @Test("Lengths are written as routers write them and read back", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<100 {
            let span = Span(
                milliseconds: .random(in: 0...10_000_000_000, using: &dice) >> Int64.random(in: 0...30, using: &dice))
            #expect(RouterDuration(RouterDuration(span).text)?.span == span)
        }
        #expect(RouterDuration(.zero).text == "0s" && RouterDuration(.seconds(788_645)).text == "1w2d3h4m5s")
        #expect(RouterDuration(Span(milliseconds: 1_001)).text == "1s1ms")
    }
}

@Suite struct RouterDateTests {
    @Test("Dates seen on routers mean what they say", .enabled(if: Fixture.isPresent, Fixture.reason))
    func vectors() throws {
        let lines = try Fixture.lines("value_vectors.jsonl").filter { $0["what"]?.text == "datetime" }
        #expect(lines.count >= 7)
        for line in lines {
            let text = try #require(line["text"]?.text)
            let local = RouterDate(text).map { $0.instant(offset: .zero).iso8601.dropLast() }
            #expect(local.map(String.init) == line["iso_local"]?.text, "\(text)")
        }
        for line in try Fixture.lines("value_vectors.jsonl") where line["what"]?.text == "clock-date" {
            let old = try #require(line["v_le_7_9"]?.text.flatMap { RouterDate($0) })
            #expect(old == line["v_ge_7_10"]?.text.flatMap { RouterDate($0) })
        }
    }

    // The router's clock stands at 2022-09-20 12:00:00.
    static let now = RouterDate("2022-09-20 12:00:00")
    static let logTimes: [(text: String, local: String)] = [
        ("09:54:33", "2022-09-20T09:54:33Z"), ("sep/15 09:54:33", "2022-09-15T09:54:33Z"),
        ("dec/31 23:59:59", "2021-12-31T23:59:59Z"), ("sep/15/2020 09:54:33", "2020-09-15T09:54:33Z"),
        ("2026-09-20 13:04:56", "2026-09-20T13:04:56Z"),
    ]

    @Test("Shortened times of a log are completed from the router's clock", arguments: logTimes)
    func log(text: String, local: String) {
        #expect(RouterDate(text, now: Self.now)?.instant(offset: .zero).iso8601 == local)
    }

    static let bad = [
        "", "09:54:33", "sep/15 09:54:33", "2023-02-29 00:00:00", "2023-13-01", "foo/01/2023", "2023-01-01 24:00:00",
        "2023-01-01 00:00", "2023-01-01  00:00:00", "jan/00/2023", "1-1-1",
    ]

    @Test("What is no full date is refused", arguments: bad)
    func refuses(text: String) { #expect(RouterDate(text) == nil) }

    @Test("The zone brings local time to an instant, and the epoch means never")
    func zone() throws {
        let offset = try #require(RouterDate.offset("+03:00"))
        #expect(
            offset == .hours(3) && RouterDate.offset("-05:30") == .minutes(-330) && RouterDate.offset("03:00") == nil)
        let date = try #require(RouterDate("2026-11-20 17:08:00"))
        #expect(date.instant(offset: offset).iso8601 == "2026-11-20T14:08:00Z")
        #expect(
            RouterDate("1970-01-01 00:00:00")?.isNever == true && RouterDate("jan/01/1970 00:00:00")?.isNever == true)
        #expect(!date.isNever)
    }

    @Test("Every day of three centuries is read back, and no other", arguments: [1_900, 2_000, 2_100] as [Int64])
    func calendar(century: Int64) {
        for day in 0..<36_524 {
            let instant = Instant(milliseconds: ((century - 1_970) * 365 + Int64(day)) * 86_400_000)
            let text = instant.iso8601.prefix(10)
            #expect(RouterDate(text)?.localSeconds == instant.milliseconds / 1_000, "\(text)")
        }
    }
}

@Suite struct RouterRateTests {
    @Test("Rate limits and pairs seen on routers mean what they say", .enabled(if: Fixture.isPresent, Fixture.reason))
    func vectors() throws {
        let lines = try Fixture.lines("value_vectors.jsonl")
        for line in lines where line["what"]?.text == "rate-limit" {
            let limit = try #require(line["text"]?.text.flatMap { RouterRateLimit($0) }, "\(line)")
            let value = try #require(line["value"])
            let found: [String: Int64] = [
                "rx": limit.rate.upload, "tx": limit.rate.download, "rx_burst": limit.burst.upload,
                "tx_burst": limit.burst.download, "rx_threshold": limit.threshold.upload,
                "tx_threshold": limit.threshold.download, "rx_burst_time": limit.burstTime.upload,
                "tx_burst_time": limit.burstTime.download,
            ]
            for member in try #require(value.object) { #expect(found[member.key] == member.value.integer, "\(line)") }
        }
        for line in lines where line["what"]?.text == "queue-pair" {
            let pair = line["text"]?.text.flatMap { RouterPair($0) }
            #expect(pair?.upload == line["upload"]?.integer && pair?.download == line["download"]?.integer, "\(line)")
        }
    }

    @Test(
        "What is no rate is refused",
        arguments: ["", "x", "1M/", "/1M", "1M/1M/1M", "1M 2M 3M 4 5 6 7", "9999999999999", "99999999G", "-1"])
    func refuses(text: String) { #expect(RouterRateLimit(text) == nil) }

    @Test("What is sold is what the router reads", arguments: ["5M/10M", "512k/2M", "1M/2M 2M/4M 512k/1M 8/8"])
    func sold(text: String) throws {
        let sold = try #require(RateLimit(text))
        let read = try #require(RouterRateLimit(sold.text))
        #expect(read.rate == RouterPair(sold.rate.upload.bitsPerSecond, sold.rate.download.bitsPerSecond))
        #expect(read.burst.upload == sold.burst?.rate.upload.bitsPerSecond ?? 0)
    }
}

@Suite struct RouterRecordTests {
    @Test("Ids are told from names")
    func ids() {
        for text in ["*0", "*1F", "*FFFFFFFE"] { #expect(RouterID(text)?.description == text) }
        for text in ["", "*", "*1f", "1F", "*1G", "* 1", "*12345678901234567"] { #expect(RouterID(text) == nil) }
        #expect(
            RouterValue.isDangling("*10") && !RouterValue.isDangling("default") && !RouterValue.isDangling("*lobby"))
    }

    @Test("Truth has four words, and masks are told from passwords")
    func words() {
        #expect(RouterValue.truth("true") == true && RouterValue.truth("yes") == true)
        #expect(RouterValue.truth("false") == false && RouterValue.truth("no") == false)
        #expect(RouterValue.truth("default") == nil && RouterValue.truth("") == nil)
        #expect(RouterValue.isMasked("*****") && !RouterValue.isMasked("") && !RouterValue.isMasked("*a"))
    }

    @Test("A record reads its values by kind; absent, empty and strange are nil")
    func kinds() {
        let record = RouterRecord([
            "bytes-in": "18446744073", "uptime": "1h", "mac": "02:00:00:00:00:01", "ip": "10.0.0.2", "flag": "true",
            "list": "a,b", "empty": "", "idle": "none",
        ])
        #expect(record.number("bytes-in") == 18_446_744_073 && record.span("uptime") == .hours(1))
        #expect(record.mac("mac")?.bits == 0x0200_0000_0001 && record.address("ip")?.bits == 0x0A00_0002)
        #expect(record.flag("flag") && !record.flag("absent") && record.list("list") == ["a", "b"])
        #expect(record["empty"] == nil && record.span("idle") == nil && record.number("uptime") == nil)
        #expect(record.list("absent").isEmpty)
    }
}

@Suite struct HotspotCHAPTests {
    @Test("Answers are those of the documented rule", .enabled(if: Fixture.isPresent, Fixture.reason))
    func vectors() throws {
        let lines = try Fixture.lines("hotspot_servlet.jsonl").filter { $0["what"]?.text == "chap-vector" }
        #expect(lines.count >= 4)
        for line in lines {
            let answer = HotspotCHAP.response(
                id: line["chap_id"]?.text ?? "", challenge: line["chap_challenge"]?.text ?? "",
                password: Secret(line["password"]?.text ?? ""))
            #expect(answer == line["md5"]?.text, "\(line)")
        }
    }

    @Test("Values of real pages are taken", .enabled(if: Fixture.isPresent, Fixture.reason))
    func samples() throws {
        let lines = try Fixture.lines("hotspot_servlet.jsonl").filter { $0["what"]?.text == "chap-sample" }
        #expect(lines.count >= 3)
        for line in lines {
            let answer = HotspotCHAP.response(
                id: line["chap_id"]?.text ?? "", challenge: line["chap_challenge"]?.text ?? "", password: Secret("x"))
            #expect(answer?.utf8.count == 32, "\(line)")
        }
    }

    @Test("Escaped and plain bytes give the same answer")
    func plain() {
        let challenge = (0..<16).map { UInt8($0 * 16) }
        let escaped = challenge.map { byte in
            "\\" + [byte >> 6, byte >> 3 & 7, byte & 7].map { "\($0)" }.joined()
        }.joined()
        let plain = HotspotCHAP.response(id: [0xF9], challenge: challenge, password: Secret("test"))
        #expect(
            plain != nil && plain == HotspotCHAP.response(id: "\\371", challenge: escaped, password: Secret("test")))
        let bytes = HotspotCHAP.response(id: Array("\\371".utf8), challenge: challenge, password: Secret("test"))
        #expect(bytes == plain)
    }

    @Test("What is no challenge is refused")
    func refuses() {
        let good = String(repeating: "\\101", count: 16)
        for id in ["", "\\37", "\\400", "\\38a", "371x"] {
            #expect(HotspotCHAP.response(id: id, challenge: good, password: Secret("x")) == nil)
        }
        for challenge in ["", String(good.dropLast()), good + "\\101", String(repeating: "\\1a1", count: 16)] {
            #expect(HotspotCHAP.response(id: "\\101", challenge: challenge, password: Secret("x")) == nil)
        }
    }
}
