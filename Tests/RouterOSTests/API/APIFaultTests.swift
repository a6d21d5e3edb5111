import RouterOS
import Synchronization
import TestKit
import Testing
import Values

/// What a router, or the way to it, does wrong.
@Suite(.timeLimit(.minutes(1)), .ownThreads) struct APIFaultTests {
    private static let answer = sentence("!re", "=.id=*1", "=name=abc", ".tag=2") + sentence("!done", ".tag=2")

    @Test("An answer that is cut at any byte is none; the next operation connects anew")
    func cut() async throws {
        let cuts = Mutex(Array(0..<Self.answer.count))
        let router = ScriptedRouter { talk in
            guard let command = talk.hear() else { return }
            if command[0].hasSuffix("/add"), let count = cuts.withLock({ $0.popLast() }) {
                talk.peer.send(Array(Self.answer[..<count]))
            } else {
                talk.say("!done", "=ret=*7", to: command)
            }
        }
        let transport = router.transport()
        for _ in 0..<Self.answer.count {
            #expect(await transport.failureOfAdding() == .interrupted(maybeDone: true))
        }
        #expect(try await transport.add(.hotspotUser, []) == RouterID("*7"))
        #expect(router.connections == Self.answer.count + 1)
        router.close()
    }

    @Test("Reading is tried once more where a kept connection turns out to be dead; writing is not")
    func deadConnection() async throws {
        let turns = Turns()
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                // Dies at the second command of each connection.
                if turns.next() % 2 == 0 { return }
                talk.say("!re", "=.id=*1", to: command)
                talk.say("!done", "=ret=*1", to: command)
            }
        }
        let transport = router.transport()
        for _ in 0..<2 { #expect(try await transport.read(.hotspotUser, properties: ["name"]).count == 1) }
        #expect(router.connections == 2)
        #expect(await transport.failureOfAdding() == .interrupted(maybeDone: true))
        #expect(router.connections == 2)
        router.close()
    }

    @Test("A connection that was closed while it was idle harms nobody")
    func idleEnd() async throws {
        let router = ScriptedRouter { talk in
            if let command = talk.hear() { talk.say("!done", "=ret=*1", to: command) }
        }
        let transport = router.transport()
        for _ in 0..<3 {
            #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(router.connections == 3)
        router.close()
    }

    @Test("A router that hangs at the login, or before its answer, is waited for as long as was said")
    func hangs() async throws {
        let hanging = ScriptedRouter(welcoming: false) { talk in while talk.hear() != nil {} }
        let slow = hanging.transport(patience: Span(milliseconds: 200))
        #expect(await slow.failureOfAdding() == .timedOut(maybeDone: false))
        hanging.close()
        let silent = ScriptedRouter { talk in
            while let command = talk.hear() { if command[0].hasSuffix("print") { talk.say("!done", to: command) } }
        }
        let transport = silent.transport(patience: Span(milliseconds: 200))
        #expect(await transport.failureOfAdding() == .timedOut(maybeDone: true))
        // The connection lives on, and the router was told to stop.
        #expect(try await transport.read(.hotspotUser, properties: ["name"]) == [])
        #expect(silent.connections == 1 && silent.received.contains(["/cancel", "=tag=2"]))
        silent.close()
    }

    @Test("An endless answer is refused, and its connection closed when it does not stop")
    func endless() async throws {
        let isOver = Mutex(false)
        let router = ScriptedRouter { talk in
            guard let command = talk.hear(), let tag = command.last else { return }
            let row = sentence(
                ["!re", "=.id=*1", "=comment=" + String(repeating: "x", count: 60_000), tag].map { Array($0.utf8) })
            while talk.peer.send(row) {}
            isOver.withLock { $0 = true }
        }
        let transport = router.transport(patience: .seconds(50))
        #expect(await transport.failureOfReading() == .tooLarge)
        while !isOver.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        router.close()
    }

    @Test("Replies to commands that were never given are ignored, but not for ever")
    func unknownTags() async throws {
        let router = ScriptedRouter { talk in
            guard let command = talk.hear() else { return }
            for tag in [".tag=99", ".tag=x", ".tag=", ""] {
                talk.peer.send(sentence(["!re", "=.id=*9", tag].filter { !$0.isEmpty }.map { Array($0.utf8) }))
                talk.peer.send(sentence(["!done", tag].filter { !$0.isEmpty }.map { Array($0.utf8) }))
            }
            talk.say("!re", "=.id=*1", to: command)
            talk.say("!done", to: command)
            _ = talk.hear()
            let stray = sentence("!re", "=data=" + String(repeating: "x", count: 60_000), ".tag=99")
            while talk.peer.send(stray) {}
        }
        let transport = router.transport()
        #expect(try await transport.read(.hotspotUser, properties: ["name"]).map(\.id) == [RouterID("*1")])
        #expect(await transport.failureOfAdding() == .notReady)
        router.close()
    }

    static let nonsense: [[UInt8]] = [
        [0xF8], [0, 0, 0xFF], [0xF0, 0xFF, 0xFF, 0xFF, 0xFF], [0xE0, 0x20, 0, 0], [3] + Array("!re".utf8) + [0xFC],
    ]

    @Test("A length that cannot be ends the connection at once; the next operation connects anew", arguments: nonsense)
    func wrongLength(bytes: [UInt8]) async throws {
        let turns = Turns()
        let router = ScriptedRouter { talk in
            guard let command = talk.hear() else { return }
            if turns.next() == 1 {
                talk.peer.send(bytes)
                _ = talk.hear()
            } else {
                talk.say("!done", "=ret=*1", to: command)
            }
        }
        let transport = router.transport()
        let kind = await transport.failureOfAdding()
        #expect(kind == .notReady && RouterError(.notReady).isPossiblyCarriedOut)
        #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
        router.close()
    }

    @Test("!fatal ends what is under way, and only that")
    func fatal() async throws {
        let turns = Turns()
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                if turns.next() == 1 {
                    talk.say("!re", "=.id=*1", to: command)
                    talk.peer.send(sentence("!fatal", "session terminated on request"))
                    return
                }
                talk.say("!done", "=ret=*1", to: command)
            }
        }
        let transport = router.transport()
        #expect(await transport.failureOfAdding() == .interrupted(maybeDone: true))
        #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
        router.close()
    }

    @Test("A waiting operation can be cancelled: the router is told, and the connection stays")
    func cancelled() async throws {
        let isAsked = AsyncStream<Void>.makeStream()
        let router = ScriptedRouter { talk in
            guard let slow = talk.hear() else { return }
            isAsked.continuation.yield()
            guard let cancel = talk.hear() else { return }
            talk.say("!trap", "=category=2", "=message=interrupted", to: slow)
            talk.say("!done", to: cancel)
            talk.say("!done", to: slow)
            while let command = talk.hear() { talk.say("!done", "=ret=*1", to: command) }
        }
        let transport = router.transport()
        let task = Task { await transport.failureOfAdding() }
        for await _ in isAsked.stream { break }
        task.cancel()
        #expect(await task.value == .interrupted(maybeDone: true))
        #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
        #expect(router.connections == 1 && router.received[2] == ["/cancel", "=tag=2"])
        router.close()
    }

    @Test("What was cancelled before it was sent is surely not done")
    func cancelledEarly() async throws {
        let router = ScriptedRouter(welcoming: false) { talk in while talk.hear() != nil {} }
        let transport = router.transport()
        let task = Task { await transport.failureOfAdding() }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(await task.value == .interrupted(maybeDone: false))
        let late = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await transport.failureOfAdding()
        }
        #expect(await late.value == .interrupted(maybeDone: false))
        router.close()
    }

    @Test("Whatever is cancelled at whatever moment, every operation ends and the connection stays of use")
    func cancelledAnytime() async throws {
        let router = ScriptedRouter { talk in
            while let command = talk.hear() { talk.say("!done", "=ret=*1", to: command) }
        }
        let transport = router.transport()
        for round in 0..<20 {
            let tasks = (0..<40).map { _ in Task { await transport.failureOfAdding() } }
            for (index, task) in tasks.enumerated() where index % 3 == round % 3 {
                await Task.yield()
                task.cancel()
            }
            for (index, task) in tasks.enumerated() {
                let kind = await task.value
                if index % 3 != round % 3 { #expect(kind == nil) }
            }
        }
        #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
        #expect(router.connections == 1)
        router.close()
    }

    @Test("Nothing listening, and a service that closes at once, are told apart")
    func closed() async {
        let shut = ScriptedRouter(welcoming: false) { _ in }
        #expect(await shut.transport().failureOfReading() == .notAdmitted)
        shut.close()
        let quiet = QuietPort()
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("hunter2"))
        access.port = quiet.port
        let kind = await APITransport(access, on: ScriptedRouter.sockets).failureOfReading()
        #expect(kind == .unreachable)
    }

    @Test("Closing a transport ends what is under way")
    func closing() async throws {
        let isAsked = AsyncStream<Void>.makeStream()
        let router = ScriptedRouter { talk in
            while talk.hear() != nil { isAsked.continuation.yield() }
        }
        let transport = router.transport()
        let task = Task { await transport.failureOfAdding() }
        for await _ in isAsked.stream { break }
        transport.close()
        #expect(await task.value == .interrupted(maybeDone: true))
        router.close()
    }
}
