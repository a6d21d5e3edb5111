import HTTPServer
import TestKit
import Testing

@Suite struct FormTests {
    static let forms: [(body: String, seen: String)] = [
        ("a=1&b=2&b=3", #"1 ["2", "3"] []"#),
        ("a=x+y%26z&&b", #"x y&z [""] []"#),
        ("a=1=2", #"1=2 [] []"#),
        ("", #"- [] []"#),
        ("a=Zo%C3%AB", #"Zoë [] []"#),
        ("%61=1", #"1 [] []"#),
    ]

    @Test("A url-encoded form is read", arguments: forms)
    func urlEncoded(body: String, seen: String) throws {
        let harness = try Harness()
        #expect(try harness.client().post("/form", body).text == seen)
    }

    @Test("A form that is no text, or of another type, is refused")
    func refuses() throws {
        let harness = try Harness()
        let client = try harness.client()
        for (body, type, status) in [
            ("a=%ff", "application/x-www-form-urlencoded", 400), ("a=%00", "application/x-www-form-urlencoded", 400),
            ("a=%zz", "application/x-www-form-urlencoded; charset=utf-8", 400), ("a=1", "text/plain", 415),
            (String(repeating: "a&", count: 1_001), "application/x-www-form-urlencoded", 400),
        ] {
            #expect(try client.post("/form", body, type: type).status == status, "\(body.prefix(10)) \(type)")
        }
        #expect(try client.ask("POST", "/form", body: "a=1").status == 415)
    }

    static let type = "multipart/form-data; boundary=XX"
    static func part(_ head: String, _ content: String) -> String { "--XX\r\n\(head)\r\n\r\n\(content)\r\n" }

    static let multiparts: [(body: String, seen: String)] = [
        (part("Content-Disposition: form-data; name=\"a\"", "1") + "--XX--\r\n", #"1 [] []"#),
        (
            "preamble\r\n" + part("content-disposition:form-data;name=b", "2")
                + part("Content-Disposition: form-data; name=\"b\"", "3\r\n4") + "--XX--trailing",
            #"- ["2", "3\r\n4"] []"#
        ),
        (part("Content-Disposition: form-data; name=\"a\"", "") + "--XX--", #" [] []"#),
        (
            part(
                "Content-Disposition: form-data; name=\"f\"; filename=\"../../x.png\"\r\nContent-Type: image/png",
                "--X\r\n--")
                + "--XX--", #"- [] ["f=x.png,image/png,7"]"#
        ),
        (part("Content-Disposition: form-data; name=\"f\"; filename=\"\"", "") + "--XX--", #"- [] []"#),
        (part("Content-Disposition: form-data; name=\"a\"\r\nX-Other: y", "z") + "--XX--", #"z [] []"#),
        (
            part(
                "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=YY",
                "--YY\r\n\r\nx\r\n--YY--")
                + "--XX--", "--YY\r\n\r\nx\r\n--YY-- [] []"
        ),
    ]

    @Test("A multipart form is read", arguments: multiparts)
    func multipart(body: String, seen: String) throws {
        let harness = try Harness()
        let answer = try harness.client().post("/form", body, type: Self.type)
        #expect(answer.text == seen)
    }

    static let broken: [(body: String, type: String)] = [
        ("", type),
        ("--XX", type),
        ("--XX\r\n", type),
        ("--XXjunk\r\n\r\n--XX--", type),
        (part("Content-Disposition: form-data; name=\"a\"", "1"), type),
        (part("Content-Disposition: form-data", "1") + "--XX--", type),
        (part("Content-Disposition: attachment; name=\"a\"", "1") + "--XX--", type),
        (part("X: y", "1") + "--XX--", type),
        (part("Content-Disposition: form-data; name=\"a", "1") + "--XX--", type),
        (part("Content-Disposition: form-data; name=a; name=b", "1") + "--XX--", type),
        (part("no colon", "1") + "--XX--", type),
        ("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nX: " + String(repeating: "y", count: 5_000), type),
        ("--XX\r\n" + String(repeating: "X: y\r\n", count: 5_000), type),
        ("--XX--", "multipart/form-data"),
        ("--XX--", "multipart/form-data; boundary="),
        ("--XX--", "multipart/form-data; boundary=\"" + String(repeating: "b", count: 71) + "\""),
        (part("Content-Disposition: form-data; name=\"a\"", "\u{0}") + "--XX--", type),
    ]

    @Test("A broken multipart form is refused", arguments: broken)
    func brokenMultipart(body: String, type: String) throws {
        let harness = try Harness()
        #expect(try harness.client().post("/form", body, type: type).status == 400)
    }

    @Test("Ten thousand parts are too many, and found to be quickly")
    func tooManyParts() throws {
        let harness = try Harness()
        let one = "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
        let body = String(repeating: one, count: 1_250) + "--XX--"
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try harness.client().post("/form", body, type: Self.type).status == 400)
        #expect(clock.now - start < .seconds(2))
    }

    @Test("Whatever is cut off or garbled is refused or read, never a crash", arguments: 1...10 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        let harness = try Harness()
        let client = try harness.client()
        var dice = Dice(seed: seed)
        let whole = Array(
            (Self.part("Content-Disposition: form-data; name=\"a\"", "1")
                + Self.part("Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type: a/b", "22")
                + "--XX--").utf8)
        for _ in 0..<60 {
            var body = Array(whole.prefix(.random(in: 0...whole.count, using: &dice)))
            for _ in 0..<Int.random(in: 0...3, using: &dice) where !body.isEmpty {
                body[.random(in: 0..<body.count, using: &dice)] = .random(in: 0...255, using: &dice)
            }
            try client.send(
                "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: \(Self.type)\r\nContent-Length: \(body.count)\r\n\r\n")
            try client.send(body)
            #expect([200, 400].contains(try client.answer().status))
        }
    }

    static let documents: [(body: String, type: String, status: Int)] = [
        (#"{"a":[1,2.50,null]}"#, "application/json", 200),
        (#"{"a":1}"#, "application/vnd.api+json; charset=utf-8", 200),
        (#"{"a":1}"#, "text/plain", 415), (#"{"a":1}"#, "application/jsonp", 415),
        (#"{"a":1"#, "application/json", 400), ("", "application/json", 400),
    ]

    @Test("JSON is read when it says that it is JSON", arguments: documents)
    func json(body: String, type: String, status: Int) throws {
        let harness = try Harness()
        let answer = try harness.client().post("/json", body, type: type)
        #expect(answer.status == status)
        if status == 200 { #expect(answer.text == #"{"got":"# + body + "}") }
    }
}
