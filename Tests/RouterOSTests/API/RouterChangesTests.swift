import RouterOS
import Synchronization
import TestKit
import Testing
import Values

@Suite(.timeLimit(.minutes(1)), .ownThreads) struct RouterChangesTests {
    /// Answers `/cancel` as routers do; other commands are left to the test.
    private static func stop(_ command: [String], _ cancel: [String], _ talk: ScriptedRouter.Talk) {
        talk.say("!trap", "=category=2", "=message=interrupted", to: command)
        talk.say("!done", to: cancel)
        talk.say("!done", to: command)
    }

    @Test("Rows come as they change, removed ones are marked, and letting go tells the router to stop")
    func listens() async throws {
        let router = ScriptedRouter { talk in
            guard let listen = talk.hear() else { return }
            talk.say("!re", "=.id=*A", "=name=x", to: listen)
            talk.say("!re", "=.id=*A", "=.dead=true", to: listen)
            guard let cancel = talk.hear() else { return }
            Self.stop(listen, cancel, talk)
            while let command = talk.hear() { talk.say("!done", "=ret=*1", to: command) }
        }
        let transport = router.transport()
        var seen: [RouterRecord] = []
        for try await record in transport.changes(of: .hotspotUser, properties: ["name"]) {
            seen.append(record)
            if seen.count == 2 { break }
        }
        #expect(seen.map(\.id) == [RouterID("*A"), RouterID("*A")])
        #expect(seen.map(\.isGone) == [false, true] && seen[0]["name"] == "x")
        // The connection stays for others.
        #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
        #expect(router.received[1] == ["/ip/hotspot/user/listen", "=.proplist=.id,.dead,name"])
        #expect(router.received[2][0] == "/cancel" && router.connections == 1)
        router.close()
    }

    @Test("Other operations go on beside a feed")
    func beside() async throws {
        let router = ScriptedRouter { talk in
            guard let listen = talk.hear() else { return }
            while let command = talk.hear() {
                guard command[0] != "/cancel" else { return Self.stop(listen, command, talk) }
                talk.say("!done", "=ret=*1", to: command)
                talk.say("!re", "=.id=*B", to: listen)
            }
        }
        let transport = router.transport()
        let changes = transport.changes(of: .hotspotActive, properties: [])
        var iterator = changes.makeAsyncIterator()
        for _ in 0..<20 {
            #expect(try await transport.add(.hotspotUser, []) == RouterID("*1"))
            #expect(try await iterator.next()?.id == RouterID("*B"))
        }
        #expect(router.connections == 1)
        router.close()
    }

    @Test("A refusal, and the end of the connection, end a feed with its error")
    func ends() async throws {
        let turns = Turns()
        let router = ScriptedRouter { talk in
            guard let listen = talk.hear(), turns.next() == 1 else { return }
            talk.say("!trap", "=message=no such command", to: listen)
            talk.say("!done", to: listen)
            _ = talk.hear()
        }
        let transport = router.transport()
        for kind in [.menuAbsent, .interrupted(maybeDone: true)] as [RouterError.Kind] {
            await #expect(throws: RouterError(kind, in: .hotspotUser)) {
                for try await _ in transport.changes(of: .hotspotUser, properties: ["name"]) {}
            }
            transport.close()
        }
        router.close()
    }

    @Test("A reader that does not keep up loses the feed, not the memory")
    func slowReader() async throws {
        let isStopped = AsyncStream<Void>.makeStream()
        let router = ScriptedRouter { talk in
            guard let listen = talk.hear() else { return }
            for _ in 0..<2_000 {
                talk.say("!re", "=.id=*A", "=comment=\(String(repeating: "x", count: 1_000))", to: listen)
            }
            guard let cancel = talk.hear() else { return }
            Self.stop(listen, cancel, talk)
            isStopped.continuation.yield()
            _ = talk.hear()
        }
        let transport = router.transport()
        let changes = transport.changes(of: .hotspotUser, properties: ["comment"])
        for await _ in isStopped.stream { break }
        var count = 0
        await #expect(throws: RouterError(.tooLarge, in: .hotspotUser)) {
            for try await _ in changes { count += 1 }
        }
        #expect((500..<1_000).contains(count))
        router.close()
    }

    @Test("A task that waits for a change can be cancelled")
    func cancelled() async throws {
        let isCancelled = AsyncStream<Void>.makeStream()
        let router = ScriptedRouter { talk in
            _ = talk.hear()
            if talk.hear()?[0] == "/cancel" { isCancelled.continuation.yield() }
            _ = talk.hear()
        }
        let transport = router.transport()
        let task = Task {
            for try await _ in transport.changes(of: .hotspotUser, properties: ["name"]) {}
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: RouterError(.interrupted(maybeDone: false), in: .hotspotUser)) { try await task.value }
        for await _ in isCancelled.stream { break }
        router.close()
    }
}
