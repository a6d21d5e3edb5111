import HTTPServer
import Synchronization
import Testing

@Suite struct BodyTests {
    @Test("A body up to the route's limit arrives whole, one byte more is refused and the connection lives")
    func limits() throws {
        let harness = try Harness()
        let client = try harness.client()
        let whole = String(repeating: "x", count: 64 << 10)
        #expect(try client.ask("POST", "/echo", body: whole).text == whole)
        let answer = try client.ask("POST", "/echo", body: whole + "y")
        #expect(answer.status == 413)
        #expect(answer.text.contains("request.too-large"))
        #expect(try client.ask("GET", "/").status == 200)
        let large = String(repeating: "z", count: 4 << 20)
        #expect(try client.ask("POST", "/upload", body: large).body.count == 4 << 20)
    }

    @Test("A body that is far too long is not read at all")
    func farTooLong() throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000000\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 413)
        #expect(answer["Connection"]?.lowercased() == "close")
        #expect(client.isClosedByServer())
    }

    @Test("A chunked body without end is cut off")
    func endless() throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "10000\r\n\(String(repeating: "x", count: 65_536))\r\n"
        var sent = 0
        while sent < 1_000, (try? client.send(chunk)) != nil { sent += 1 }
        #expect(sent < 100)
        #expect(harness.pages.seen.calls.withLock { $0 } == [])
    }

    @Test("A client that asks first is told to go on, or not to")
    func expectContinue() throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.answer().status == 100)
        try client.send("hello")
        #expect(try client.answer().text == "hello")
        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.answer().status == 413)
    }

    @Test("A half request does nothing")
    func half() throws {
        let harness = try Harness { $0.idleTimeout = 60 }
        for half in [
            "", "GET", "GET / HTTP/1.1\r\nHost: x\r\n",
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell",
        ] {
            let client = try harness.client()
            try client.send(half)
            client.finishSending()
            client.setTimeout(seconds: 6)
            #expect(client.isClosedByServer(), "\(half.debugDescription)")
        }
        #expect(harness.pages.seen.calls.withLock { $0 } == [])
    }

    @Test("Requests sent together are answered in their order")
    func pipelining() throws {
        let harness = try Harness()
        let client = try harness.client()
        var text = ""
        for index in 0..<50 {
            text += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n\(10 + index)"
            text += "GET /hello/\(index) HTTP/1.1\r\nHost: x\r\n\r\n"
        }
        try client.send(text)
        for index in 0..<50 {
            #expect(try client.answer().text == "\(10 + index)")
            #expect(try client.answer().text == "hello \(index)")
        }
    }

    @Test("HTTP/1.0 is answered and closed, or kept when asked")
    func oldVersion() throws {
        let harness = try Harness()
        let first = try harness.client()
        try first.send("GET /hello/all HTTP/1.0\r\n\r\n")
        #expect(first.readToEnd().hasSuffix("everybody"))
        let second = try harness.client()
        for _ in 0..<2 {
            try second.send("GET /hello/all HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(try second.answer().text == "everybody")
        }
        let third = try harness.client()
        try third.send("GET /stream HTTP/1.0\r\n\r\n")
        let text = third.readToEnd()
        #expect(!text.contains("chunked"))
        #expect(text.hasSuffix(String(repeating: ".", count: 2_000)))
    }
}
