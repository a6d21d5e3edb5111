import Glibc
import HTTPServer
import Synchronization
import Testing
import Values

@Suite struct WaitingTests {
    @Test("A suspended request is answered when somebody has the answer, and only once")
    func later() throws {
        let harness = try Harness()
        let client = try harness.client()
        for _ in 0..<3 {
            try client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(eventually { harness.pages.seen.waits.withLock { $0.count } == 1 })
            let wait = try #require(harness.pages.seen.waits.withLock { $0.popLast() })
            wait.finish { .text("first") }
            wait.finish { .text("second") }
            #expect(try client.answer().text == "first")
        }
    }

    @Test("An answer that fails to be made is a problem like any other")
    func failingLater() throws {
        let harness = try Harness()
        let client = try harness.client()
        try client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(eventually { harness.pages.seen.waits.withLock { $0.count } == 1 })
        harness.pages.seen.waits.withLock { $0.popLast() }?.finish { throw Refused.gone }
        #expect(try client.answer().status == 410)
    }

    @Test("Nobody waits for ever: after its time a request gets 503, and a late answer does no harm")
    func deadline() throws {
        let harness = try Harness { $0.answerTimeout = 1 }
        let client = try harness.client()
        try client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 503)
        #expect(answer.text.contains("request.took-too-long"))
        harness.pages.seen.waits.withLock { $0.popLast() }?.finish { .text("late") }
        #expect(try client.ask("GET", "/hello/all").text == "everybody")
        #expect(try client.ask("GET", "/never").status == 503)
    }

    @Test("A thousand requests are suspended and answered at once from other threads")
    func thousand() throws {
        let harness = try Harness { $0.connectionLimit = 2_000 }
        let clients = try (0..<1_000).map { _ in try harness.client() }
        for client in clients { try client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n") }
        #expect(eventually { harness.pages.seen.waits.withLock { $0.count } == 1_000 })
        let waits = harness.pages.seen.waits.withLock { $0 }
        let next = Atomic(0)
        let threads = (0..<4).map { _ in
            Thread {
                while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < waits.count {
                    waits[index].finish { .text("\(index)") }
                }
            }
        }
        for thread in threads { thread.join() }
        var answers: Set<String> = []
        for client in clients { answers.insert(try client.answer().text) }
        #expect(answers.count == 1_000)
    }

    @Test("A client that goes away while it waits costs nothing but its time")
    func goneClient() throws {
        let harness = try Harness { $0.answerTimeout = 1 }
        do {
            let client = try harness.client()
            try client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(eventually { harness.pages.seen.waits.withLock { $0.count } == 1 })
        }
        #expect(eventually { harness.open == 0 })
        #expect(try harness.client().ask("GET", "/").status == 200)
    }

    @Test("A server stops while requests wait: each is told, nothing is aborted")
    func stop() throws {
        let harness = try Harness()
        let clients = try (0..<50).map { _ in try harness.client() }
        for client in clients { try client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n") }
        let listener = try harness.client()
        try listener.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(eventually { harness.pages.seen.waits.withLock { $0.count } == 50 })
        #expect(eventually { harness.pages.seen.streams.withLock { $0.count } == 1 })
        let clock = ContinuousClock()
        let start = clock.now
        harness.server.stop(grace: .seconds(5))
        #expect(clock.now - start < .seconds(2))
        for client in clients {
            let answer = try client.answer()
            #expect(answer.status == 503)
            #expect(answer.text.contains("request.shutting-down"))
        }
        for wait in harness.pages.seen.waits.withLock({ $0 }) { wait.finish { .text("too late") } }
        #expect(throws: Client.Failure.self) { try Client(port: harness.server.port) }
    }

    @Test("A server stops under load, again and again")
    func stopUnderLoad() throws {
        for _ in 0..<5 {
            let harness = try Harness()
            let isOver = Atomic(false)
            let port = harness.server.port
            let seen = harness.pages.seen
            let answering = Thread {
                while !isOver.load(ordering: .relaxed) {
                    for wait in seen.waits.withLock({ waits in
                        defer { waits = [] }; return waits
                    }) {
                        wait.finish { .text("now") }
                    }
                }
            }
            let asking = (0..<3).map { _ in
                Thread {
                    guard let client = try? Client(port: port) else { return }
                    while !isOver.load(ordering: .relaxed), (try? client.ask("GET", "/later")) != nil {}
                }
            }
            usleep(100_000)
            harness.server.stop(grace: .seconds(2))
            isOver.store(true, ordering: .relaxed)
            for thread in asking + [answering] { thread.join() }
        }
    }
}
