import HTTPServer
import Synchronization
import TestKit
import Testing

@Suite struct HostileHeadTests {
    static let end = "\r\n\r\n"
    /// Each would mean two requests to one reader and one to another, or a wrong body.
    static let shapes: [String] = [
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551621\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nhello\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: y\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: y\r\n\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tfolded\r\nY: b\r\n\r\n",
        "GET / HTTP/1.1\r\n X: leading\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{0}b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{0}\r\nContent-Length: 5\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: x\r\nX\u{0}: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{01}b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX Y: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET / HTTX/1.1\r\nHost: x\r\n\r\n",
        "GET /\r\n\r\n",
        "GET\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u{0}a HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u{16}\u{03}\u{01}\u{02}\u{00}\r\n\r\n",
    ]

    @Test("A head that two readers could read differently ends the connection and reaches no handler")
    func refuses() throws {
        let harness = try Harness()
        for shape in Self.shapes {
            let client = try harness.client()
            client.setTimeout(seconds: 0.3)
            try client.send(shape)
            // A second request on the same connection must not be answered either.
            try? client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nsmuggled")
            client.finishSending()
            let text = client.readToEnd()
            #expect(!text.contains("HTTP/1.1 200"), "\(shape.debugDescription): \(text)")
            #expect(
                text.isEmpty || text.hasPrefix("HTTP/1.1 4") || text.hasPrefix("HTTP/1.1 5"),
                "\(shape.debugDescription)")
            // The library itself may write the head of its refusal twice, but only that.
            #expect(!text.contains("smuggled"), "\(shape.debugDescription): \(text)")
        }
        #expect(harness.pages.seen.calls.withLock { $0 } == [])
    }

    @Test("What looks like those but is right is served")
    func accepts() throws {
        let harness = try Harness()
        for (request, body) in [
            ("POST /echo HTTP/1.1\r\nHost: x\r\ncontent-length:5\r\n\r\nhello", "hello"),
            ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX:\r\n\r\nhello", "hello"),
            ("POST /echo HTTP/1.1\r\nHost: x\r\nX: a\tb  c: d\r\nContent-Length: 0\r\n\r\n", ""),
            (
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n to\r\n0\r\nT: z\r\n\r\n",
                "hello to"
            ),
            ("POST /echo HTTP/1.1\r\nHost:\r\nContent-Length: 2\r\n\r\nhi", "hi"),
            ("\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        ] {
            let client = try harness.client()
            try client.send(request)
            let answer = try client.answer()
            #expect(answer.status == 200, "\(request.debugDescription)")
            #expect(answer.text == body, "\(request.debugDescription)")
        }
    }

    @Test("After a chunked body no further request is read from the connection")
    func chunkedCloses() throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        let text = client.readToEnd()
        #expect(text.components("HTTP/1.1 ") == 1)
        #expect(text.contains("Connection: close"))
    }

    static let large: [(head: String, status: [Int])] = [
        ("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 4_500))\r\n\r\n", [200]),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 6_000))\r\n\r\n", [431]),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 100_000))\r\n\r\n", [431]),
        ("GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: y\r\n", count: 60))\r\n", [431, 200]),
        ("GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: y\r\n", count: 90))\r\n", [431]),
        ("GET /?\(String(repeating: "y", count: 5_600)) HTTP/1.1\r\nHost: x\r\n\r\n", [414]),
        ("GET /?\(String(repeating: "a&", count: 110)) HTTP/1.1\r\nHost: x\r\n\r\n", [414]),
        ("GET / HTTP/1.1\r\nHost: x\r\nCookie: \(String(repeating: "a=b; ", count: 20))\r\n\r\n", [200]),
        ("GET / HTTP/1.1\r\nHost: x\r\nCookie: a=\(String(repeating: "b", count: 3_000))\r\n\r\n", [431]),
        ("GET /\(String(repeating: "y", count: 9_000)) HTTP/1.1\r\nHost: x\r\n\r\n", [414, 431]),
    ]

    @Test("A head that leaves no room for the answer's is told so, never answered by silence")
    func largeHeads() throws {
        let harness = try Harness()
        for (head, status) in Self.large {
            let client = try harness.client()
            try? client.send(head)
            let text = client.readToEndOfAnswer()
            #expect(status.contains { text.hasPrefix("HTTP/1.1 \($0)") }, "\(head.prefix(60)): \(text.prefix(40))")
        }
    }

    @Test(
        "However long a head is, there is an answer",
        arguments: ["path", "value", "arguments", "field", "fields", "body"])
    func everyLength(kind: String) throws {
        let harness = try Harness()
        // By small steps around the eight kibibytes of the pool.
        let counts = [stride(from: 6_000, to: 9_000, by: 61), stride(from: 9_000, to: 20_999, by: 999)].flatMap(\.self)
        for count in counts {
            let client = try harness.client()
            try? client.send(Self.head(kind, of: count))
            let text = client.readToEndOfAnswer()
            let isAnswered = ["200", "404", "414", "431"].contains { text.hasPrefix("HTTP/1.1 \($0)") }
            #expect(isAnswered, "\(kind) of \(count) bytes: \(text.prefix(40))")
            if count > 7_000 { #expect(!text.hasPrefix("HTTP/1.1 200"), "\(kind) of \(count) bytes") }
        }
    }

    private static func head(_ kind: String, of count: Int) -> String {
        let long = String(repeating: "y", count: count)
        let fields = String(repeating: "X: \(long.prefix(95))\r\n", count: count / 100)
        return switch kind {
        case "path": "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n"
        case "value": "GET /?a=\(long) HTTP/1.1\r\nHost: x\r\n\r\n"
        case "arguments": "GET /?\(String(repeating: "abcdefg=h&", count: count / 10)) HTTP/1.1\r\nHost: x\r\n\r\n"
        case "field": "GET / HTTP/1.1\r\nHost: x\r\nX: \(long)\r\n\r\n"
        case "fields": "GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
        default: "POST /\(long) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        }
    }

    @Test("Any bytes at all leave the server in good health", arguments: 1...4 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        let harness = try Harness()
        var dice = Dice(seed: seed)
        let whole = Array("POST /echo?a=%41 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nCookie: a=b\r\n\r\nhello".utf8)
        for _ in 0..<80 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &dice) {
                bytes[.random(in: 0..<bytes.count, using: &dice)] = .random(in: 0...255, using: &dice)
            }
            let client = try harness.client()
            client.setTimeout(seconds: 0.02)
            try client.send(bytes)
            _ = client.read()
        }
        #expect(try harness.client().ask("GET", "/").status == 200)
    }
}

extension Client {
    /// Reads until the server closes or falls silent after a head.
    func readToEndOfAnswer() -> String {
        setTimeout(seconds: 2)
        var all: [UInt8] = []
        while let part = read(), !part.isEmpty {
            all += part
            if String(decoding: all, as: UTF8.self).contains("\r\n\r\n") { break }
        }
        return String(decoding: all, as: UTF8.self)
    }
}
