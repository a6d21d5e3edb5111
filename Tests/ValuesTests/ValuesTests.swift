import TestKit
import Testing
import Values

@Suite struct IDTests {
    @Test("A key is read back from its text", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<50 {
            let id = ID<Void>(high: dice.next(), low: dice.next())
            #expect(ID<Void>(id.description) == id)
            #expect(ID<Void>(id.description.uppercased()) == id)
        }
    }

    @Test("A key carries its moment and sorts by it, version 7, variant 10")
    func layout() {
        var dice = Dice(seed: 1)
        let early = ID<Void>(at: 1_700_000_000_000, dice: &dice)
        let late = ID<Void>(at: 1_700_000_000_001, dice: &dice)
        #expect(early < late)
        #expect(early.description.dropFirst(14).first == "7")
        #expect(["8", "9", "a", "b"].contains(early.description.dropFirst(19).first))
        #expect(early.high >> 16 == 1_700_000_000_000)
    }

    @Test(
        "What is no key is refused",
        arguments: [
            "", "0", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-0000000000000",
            "00000000000000000000000000000000", "0000000-00000-0000-0000-000000000000",
            "g0000000-0000-0000-0000-000000000000",
        ])
    func refused(text: String) {
        #expect(ID<Void>(text) == nil)
    }
}

@Suite struct InstantTests {
    static let instants: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (951_782_400_000, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (1_795_183_680_250, "2026-11-20T14:08:00.250Z"), (4_107_542_400_000, "2100-03-01T00:00:00Z"),
    ]

    @Test("An instant is written as RFC 3339 says", arguments: instants)
    func written(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).iso8601 == text)
    }

    static let spans: [(String, Int64?)] = [
        ("90s", 90), ("45m", 2_700), ("1d12h", 129_600), ("2w", 1_209_600), ("1h30m5s", 5_405), ("", nil), ("5", nil),
        ("h", nil), ("0s", nil), ("-5m", nil), ("1x", nil), ("99999999999w", nil), ("1 h", nil), ("１h", nil),
    ]

    @Test("A span is read in the field's units", arguments: spans)
    func spanRead(text: String, seconds: Int64?) {
        let expected: Span? = seconds.map { .seconds($0) }
        #expect(Span(text) == expected)
    }

    @Test("A span is read back from its text", arguments: 1...10 as ClosedRange<UInt64>)
    func spanRoundTrip(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<100 {
            let span = Span.seconds(.random(in: 1...300_000_000, using: &dice))
            #expect(Span(span.text) == span)
        }
    }
}

@Suite struct MoneyTests {
    static let cases: [(String, Currency?, Int64?)] = [
        ("50", .kes, 5_000), ("49.5", .kes, 4_950), ("49.50", .kes, 4_950), ("0.05", .kes, 5), ("49.505", .kes, nil),
        ("", .kes, nil), (".5", .kes, nil), ("5.", .kes, nil), ("-5", .kes, nil), ("1,000", .kes, nil),
        ("1e3", .kes, nil), ("٥", .kes, nil), ("500", Currency(code: "UGX"), 500), ("5.5", Currency(code: "UGX"), nil),
        ("1.234", Currency(code: "KWD"), 1_234), ("9999999999999", .kes, nil),
    ]

    @Test("An amount is read exactly or refused", arguments: cases)
    func read(text: String, currency: Currency?, minorUnits: Int64?) throws {
        let currency = try #require(currency)
        let expected: Money? = minorUnits.map { Money(minorUnits: $0, in: currency) }
        #expect(Money(text, in: currency) == expected)
    }

    @Test(
        "An amount is written plainly",
        arguments: [(5_000, "50.00"), (5, "0.05"), (-123, "-1.23")] as [(Int64, String)])
    func plain(minorUnits: Int64, text: String) {
        #expect(Money(minorUnits: minorUnits, in: .kes).plain == text)
    }
}

@Suite struct TrafficTests {
    static let volumes: [(String, Int64?)] = [
        ("500MB", 500_000_000), ("1.5GB", 1_500_000_000), ("2tb", 2_000_000_000_000), ("1024", 1_024), ("0MB", nil),
        ("1.2345GB", nil), ("MB", nil), ("-1GB", nil), ("1,5GB", nil), ("1.5.5GB", nil), ("999999999TB", nil),
    ]

    @Test("A volume is read in decimal units", arguments: volumes)
    func volume(text: String, bytes: Int64?) {
        let expected: DataVolume? = bytes.map { DataVolume(bytes: $0) }
        #expect(DataVolume(text) == expected)
    }

    static let limits: [(String, String?)] = [
        ("2M/5M", "2M/5M"), ("2M", "2M/2M"), ("512k/1M", "512k/1M"), ("1500/2000", "1500/2k"),
        ("2M/5M 4M/10M 1M/2M 8/8", "2M/5M 4M/10M 1M/2M 8/8"), ("2M/5M 4M/10M 1M/2M 8s", "2M/5M 4M/10M 1M/2M 8/8"),
        ("2M/5M 1M/10M 1M/2M 8", nil), ("", nil), ("0/0", nil), ("2M/", nil), ("2M/5M/9M", nil), ("2X", nil),
        ("2M 4M", nil),
    ]

    @Test("A rate limit is read as RouterOS writes it, upload first", arguments: limits)
    func rateLimit(text: String, written: String?) {
        #expect(RateLimit(text)?.text == written)
    }

    @Test("Of a pair the first half is the upload")
    func direction() {
        let limit = RateLimit("2M/5M")
        #expect(limit?.rate.upload == BitRate(bitsPerSecond: 2_000_000))
        #expect(limit?.rate.download == BitRate(bitsPerSecond: 5_000_000))
    }
}

@Suite struct TextTests {
    static let addresses: [(String, String?)] = [
        ("02:4c:47:00:00:0a", "02:4C:47:00:00:0A"), ("024C.4700.000A", "02:4C:47:00:00:0A"),
        ("02-4C-47-00-00-0A", "02:4C:47:00:00:0A"), ("024c4700000a", "02:4C:47:00:00:0A"), ("", nil),
        ("02:4c:47:00:00", nil), ("02:4c:47:00:00:0g", nil), ("02:4c:47:00:00:0a:0b", nil),
    ]

    @Test("A hardware address is read in every usual form", arguments: addresses)
    func mac(text: String, written: String?) {
        #expect(MACAddress(text)?.description == written)
    }

    static let networks: [(String, Bool?)] = [
        ("10.5.50.1", true), ("192.168.88.1", true), ("172.16.0.1", true), ("172.32.0.1", false), ("127.0.0.1", true),
        ("100.64.0.1", true), ("8.8.8.8", false), ("256.1.1.1", nil), ("1.2.3", nil), ("01.2.3.4", nil),
        ("1.2.3.4.", nil),
    ]

    @Test("An address knows whether it is local", arguments: networks)
    func local(text: String, isLocal: Bool?) {
        #expect(IPv4Address(text)?.isLocal == isLocal)
    }

    @Test("An address of nobody, of a group or of everybody is not one device's")
    func devices() {
        for text in ["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"]
        {
            #expect(IPv4Address(text)?.isOfOneDevice == false, "\(text)")
        }
        for text in ["10.5.50.2", "192.168.88.1", "100.64.0.1", "223.255.255.255", "1.0.0.1"] {
            #expect(IPv4Address(text)?.isOfOneDevice == true, "\(text)")
        }
        for text in ["00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "01:00:5E:00:00:01", "33:33:00:00:00:01"] {
            #expect(MACAddress(text)?.isOfOneDevice == false, "\(text)")
        }
        for text in ["02:50:00:00:00:01", "4C:5E:0C:00:00:01", "FE:00:00:00:00:01"] {
            #expect(MACAddress(text)?.isOfOneDevice == true, "\(text)")
        }
    }

    @Test("A line of text is trimmed; control and direction characters are refused")
    func lines() throws {
        #expect(try CleanText.line("  Kilimani Wi-Fi \t", maximum: 20) == "Kilimani Wi-Fi")
        #expect(throws: CleanText.Flaw.empty) { try CleanText.line(" \n ", maximum: 20) }
        #expect(throws: CleanText.Flaw.tooLong) { try CleanText.line("abcdef", maximum: 5) }
        #expect(throws: CleanText.Flaw.controlCharacters) { try CleanText.line("a\u{0}b", maximum: 5) }
        #expect(throws: CleanText.Flaw.controlCharacters) { try CleanText.line("a\u{202E}b", maximum: 5) }
    }

    @Test("A secret shows in no printed form")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}

@Suite struct ByteBufferTests {
    @Test("HTML's five characters are escaped, everything else is copied")
    func html() {
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(escapingHTML: "<a href=\"x\">Tom & Jerry's ünï</a>")
        #expect(
            String(decoding: buffer.array, as: UTF8.self)
                == "&lt;a href=&quot;x&quot;&gt;Tom &amp; Jerry&#39;s ünï&lt;/a&gt;")
    }

    @Test("HTML is escaped wherever in the text it has to be", arguments: 1...4 as ClosedRange<UInt64>)
    func htmlAnywhere(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...40, using: &dice)).map { _ in
                ("<>&\"'=;#aZ09%é\u{1F600}".utf8.randomElement(using: &dice) ?? 0)
            }
            let expected = bytes.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "&"): Array("&amp;".utf8)
                case UInt8(ascii: "<"): Array("&lt;".utf8)
                case UInt8(ascii: ">"): Array("&gt;".utf8)
                case UInt8(ascii: "\""): Array("&quot;".utf8)
                case UInt8(ascii: "'"): Array("&#39;".utf8)
                default: [byte]
                }
            }
            let buffer = ByteBuffer(capacity: 1)
            buffer.append(escapingHTML: bytes.span)
            #expect(buffer.array == expected, "\(bytes)")
        }
    }

    @Test("The front of a buffer that is written anew is what was asked for, whatever was there before")
    func fronts() {
        let buffer = ByteBuffer(capacity: 1)
        func text() -> String { String(decoding: buffer.array, as: UTF8.self) }
        func begin(_ text: String, _ mark: UInt64) { buffer.begin(with: text.utf8Span.span, marked: mark) }
        for _ in 0..<2 {
            begin("front ", 1)
            buffer.append("and a rest that makes it grow")
            #expect(text() == "front and a rest that makes it grow")
            buffer.clear()
            begin("front ", 1)
            #expect(text() == "front ")
            begin("front ", 1)
            #expect(text() == "front front ", "Only at the front may it be there already")
            buffer.clear()
            begin("other ", 2)
            #expect(text() == "other ")
            buffer.clear()
            buffer.append("something else altogether")
            buffer.clear()
            begin("other ", 2)
            #expect(text() == "other ")
            buffer.clear()
            buffer.append("new: ")
            begin("other ", 2)
            #expect(text() == "new: other ")
            buffer.clear()
            begin("other ", 2)
            #expect(text() == "other ")
            buffer.clear()
        }
    }

    @Test("A buffer is filled up to a full multiple", arguments: [(0, 0), (1, 4), (3, 4), (4, 4), (5, 8)])
    func fills(count: Int, full: Int) {
        let buffer = ByteBuffer(capacity: 1)
        for _ in 0..<count { buffer.append(UInt8(ascii: "x")) }
        buffer.fill(toMultipleOf: 4, with: UInt8(ascii: "."))
        #expect(buffer.array.filter { $0 == UInt8(ascii: "x") }.count == count && buffer.count == full)
    }

    @Test("JSON's quotes and control characters are escaped")
    func json() {
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(escapingJSON: "a\"b\\c\n\u{1}</script>")
        #expect(String(decoding: buffer.array, as: UTF8.self) == #"a\"b\\c\n\u0001\u003c/script>"#)
    }

    static let queryValues: [(String, String)] = [
        ("market-gate", "market-gate"), ("02:4C", "02%3A4C"), ("http://a/b?c=d&e", "http%3A%2F%2Fa%2Fb%3Fc%3Dd%26e"),
        ("é \u{1F600}", "%C3%A9%20%F0%9F%98%80"), ("~_.-@[`{/:", "~_.-%40%5B%60%7B%2F%3A"), ("%", "%25"),
        ("azAZ09", "azAZ09"),
    ]

    @Test("A value in a query is percent-encoded", arguments: queryValues)
    func query(text: String, expected: String) {
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(percentEncoding: text)
        #expect(String(decoding: buffer.array, as: UTF8.self) == expected)
    }

    @Test(
        "A number in hexadecimal has sixteen digits",
        arguments: [
            (0, "0000000000000000"), (0xA9F, "0000000000000a9f"), (.max, "ffffffffffffffff"),
        ] as [(UInt64, String)])
    func hexadecimal(number: UInt64, expected: String) {
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(hexadecimal: number)
        #expect(String(decoding: buffer.array, as: UTF8.self) == expected)
    }

    @Test(
        "Numbers are decimal, with zeros before them up to a width",
        arguments: [
            (0, 1, "0"), (7, 3, "007"), (1_234, 3, "1234"), (.max, 1, "18446744073709551615"), (0, 3, "000"),
            (99_999_999, 1, "99999999"), (100_000_000, 1, "100000000"), (42, 12, "000000000042"), (10, 2, "10"),
        ] as [(UInt64, Int, String)])
    func number(number: UInt64, width: Int, expected: String) {
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(number, width: width)
        #expect(String(decoding: buffer.array, as: UTF8.self) == expected)
    }
}
