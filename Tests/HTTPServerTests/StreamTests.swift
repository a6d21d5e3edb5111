import HTTPServer
import Synchronization
import Testing

@Suite struct StreamTests {
    func open(_ harness: Harness) throws -> (client: Client, stream: EventStream) {
        let client = try harness.client()
        try client.send("GET /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(eventually { harness.pages.seen.streams.withLock { !$0.isEmpty } })
        return (client, try #require(harness.pages.seen.streams.withLock { $0.popLast() }))
    }

    @Test("Events arrive as they are sent, in their form, until the stream is closed")
    func events() throws {
        let harness = try Harness()
        let (client, stream) = try open(harness)
        #expect(stream.send(data: "one"))
        var text = ""
        while !text.contains("one\n\n") { text += String(decoding: client.read() ?? [], as: UTF8.self) }
        #expect(text.contains("Content-Type: text/event-stream"))
        #expect(stream.send(event: "done\nx", data: "a\nb\r\nc", id: "7"))
        #expect(!stream.isClosed)
        stream.close()
        #expect(stream.isClosed)
        #expect(!stream.send(data: "after the end"))
        let rest = client.readToEnd()
        #expect(rest.contains("event: donex\nid: 7\ndata: a\ndata: b\ndata: c\n\n"))
        #expect(!rest.contains("after the end"))
        #expect(eventually { harness.pages.seen.closed.load(ordering: .relaxed) == 1 })
    }

    @Test("A client that leaves is noticed without anything being sent")
    func gone() throws {
        let harness = try Harness()
        var stream: EventStream?
        do {
            let (client, opened) = try open(harness)
            stream = opened
            #expect(opened.send(data: "x"))
            _ = client.read()
        }
        #expect(eventually { harness.pages.seen.closed.load(ordering: .relaxed) == 1 })
        #expect(stream?.isClosed == true)
        let isLate = Atomic(false)
        stream?.onClose { isLate.store(true, ordering: .relaxed) }
        let wasCalled = isLate.load(ordering: .relaxed)
        #expect(wasCalled)
        #expect(eventually { harness.open == 0 })
    }

    @Test("A client that does not read is cut off before it fills the memory")
    func slowReader() throws {
        let harness = try Harness()
        let (client, stream) = try open(harness)
        let data = String(repeating: "x", count: 10_000)
        var sent = 0
        while sent < 100_000, stream.send(data: data) { sent += 1 }
        #expect(sent < 100_000)
        #expect(stream.isClosed)
        withExtendedLifetime(client) {}
    }

    @Test("A long body is made while it is sent, and ends where it ends")
    func longBody() throws {
        let harness = try Harness()
        let answer = try harness.client().ask("GET", "/stream")
        #expect(answer["Content-Disposition"] == "attachment; filename=\"a _b_.pdf\"")
        #expect(answer.body.count == (0..<1_000).reduce(0) { $0 + "\($1) ".utf8.count + 2_000 })
        #expect(try harness.client().ask("HEAD", "/stream").status == 200)
    }

    @Test("A long body that fails half-way does not look whole")
    func brokenBody() throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send("GET /broken-stream HTTP/1.1\r\nHost: x\r\n\r\n")
        let text = client.readToEnd()
        #expect(text.contains("half"))
        #expect(!text.hasSuffix("0\r\n\r\n"))
        #expect(harness.log.text.contains("body.failed"))
    }

    @Test("A reader that goes away stops the maker of a long body")
    func goneReader() throws {
        let harness = try Harness()
        do {
            let client = try harness.client()
            try client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = client.read(100)
        }
        #expect(eventually { harness.open == 0 })
    }
}
