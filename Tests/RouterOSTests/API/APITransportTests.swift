import RouterOS
import Synchronization
import TestKit
import Testing
import Values

@Suite(.timeLimit(.minutes(1)), .ownThreads) struct APITransportTests {
    @Test("After the login a table is read with its ids and the conditions as queries")
    func reads() async throws {
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                talk.say("!re", "=.id=*1", "=name=a", "=comment=x=y", to: command)
                talk.say("!re", "=.id=*2B", "=name=", to: command)
                talk.say("!done", to: command)
            }
        }
        let rows = try await router.transport().read(
            .hotspotUser, where: [("name", "a=b é"), ("server", "")], properties: ["name", "comment"])
        #expect(rows.map(\.id) == [RouterID("*1"), RouterID("*2B")])
        #expect(rows[0].values == ["name": "a", "comment": "x=y"] && rows[1].values == ["name": ""])
        #expect(
            router.received == [
                ["/login", "=name=lango", "=password=hunter2"],
                ["/ip/hotspot/user/print", "=.proplist=.id,name,comment", "?name=a=b é", "?server="],
            ])
        router.close()
    }

    @Test("Rows are added, set, removed; a record is set without id; a command answers rows, or what came with its end")
    func writes() async throws {
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                switch command[0] {
                case "/ip/hotspot/user/add": talk.say("!done", "=ret=*1F", to: command)
                case "/system/identity/print":
                    talk.say("!re", "=name=gw", to: command)
                    talk.say("!done", to: command)
                case "/file/read":
                    talk.say("!re", "=data=x", to: command)
                    talk.say("!done", "=ret=7", to: command)
                default: talk.say("!done", to: command)
                }
            }
        }
        let transport = router.transport()
        let id = try await transport.add(.hotspotUser, [("name", "x"), ("comment", "")])
        #expect(id == RouterID("*1F"))
        try await transport.set(.hotspotUser, id, [("comment", "a\n=b")])
        try await transport.set(.systemIdentity, nil, [("name", "gw")])
        try await transport.remove(.hotspotUser, id)
        let record = try await transport.readRecord(.systemIdentity, properties: ["name"])
        #expect(record == RouterRecord(["name": "gw"]))
        #expect(try await transport.run("login", in: .hotspotActive, [("ip", "10.0.0.2")]) == [])
        let answers = try await transport.run("read", in: .file, [])
        #expect(answers.map(\.values) == [["data": "x"], ["ret": "7"]])
        #expect(
            router.received.dropFirst() == [
                ["/ip/hotspot/user/add", "=name=x", "=comment="],
                ["/ip/hotspot/user/set", "=.id=*1F", "=comment=a\n=b"], ["/system/identity/set", "=name=gw"],
                ["/ip/hotspot/user/remove", "=.id=*1F"], ["/system/identity/print", "=.proplist=name"],
                ["/ip/hotspot/active/login", "=ip=10.0.0.2"], ["/file/read"],
            ])
        #expect(router.connections == 1)
        router.close()
    }

    @Test("No rows come as nothing, or as !empty from 7.18 on")
    func empty() async throws {
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                if command.contains("?name=new") { talk.say("!empty", to: command) }
                talk.say("!done", to: command)
            }
        }
        let transport = router.transport()
        for name in ["new", "old"] {
            #expect(try await transport.read(.hotspotUser, where: [("name", name)], properties: ["name"]) == [])
        }
        await #expect(throws: RouterError(.notReady, in: .systemIdentity)) {
            _ = try await transport.readRecord(.systemIdentity, properties: ["name"])
        }
        router.close()
    }

    @Test("Many operations share one connection; answers may come in any order, and eight are under way at most")
    func concurrency() async throws {
        let most = Mutex(0)
        let router = ScriptedRouter { talk in
            // Waits for as many as come at once, then answers the last one first.
            var waiting: [[String]] = []
            var answered = 0
            while answered < 60, let command = talk.hear() {
                waiting.append(command)
                most.withLock { $0 = max($0, waiting.count) }
                guard waiting.count == min(8, 60 - answered) else { continue }
                for command in waiting.reversed() {
                    let name = command.last { $0.hasPrefix("?name=") }.map { $0.dropFirst(6) } ?? ""
                    talk.say("!re", "=.id=*1", "=name=\(name)", to: command)
                    talk.say("!done", to: command)
                }
                answered += waiting.count
                waiting = []
            }
        }
        let transport = router.transport()
        try await withThrowingTaskGroup { group in
            for number in 0..<60 {
                group.addTask {
                    let rows = try await transport.read(
                        .hotspotUser, where: [("name", "u\(number)")], properties: ["name"])
                    #expect(rows.map { $0["name"] } == ["u\(number)"])
                }
            }
            try await group.waitForAll()
        }
        #expect(router.connections == 1 && most.withLock { $0 } == 8)
        router.close()
    }

    @Test("Bytes that are no UTF-8 are read, kept apart from others, and written back as they were")
    func strangeText() async throws {
        let comment: [UInt8] = Array("=comment=caf".utf8) + [0xE9]
        let back = Mutex(false)
        let router = ScriptedRouter { talk in
            while let command = talk.hearBytes() {
                let tag = command.last ?? []
                if command[0].suffix(3).elementsEqual("set".utf8) { back.withLock { $0 = command.contains(comment) } }
                let isReading = command[0].suffix(5).elementsEqual("print".utf8)
                if isReading { talk.peer.send(sentence([Array("!re".utf8), Array("=.id=*1".utf8), comment, tag])) }
                talk.peer.send(sentence([Array("!done".utf8), tag]))
            }
        }
        let transport = router.transport()
        let row = try #require(try await transport.read(.hotspotUser, properties: ["comment"]).first)
        let text = try #require(row["comment"])
        #expect(WireText.readable(text) == "café" && text != "café")
        try await transport.set(.hotspotUser, row.id, [("comment", text)])
        #expect(back.withLock { $0 })
        router.close()
    }

    static let refusals: [(category: String?, words: String, kind: RouterError.Kind)] = [
        ("4", "failure: already have user with this name for this server", .alreadyExists),
        (nil, "no such item", .noSuchItem), ("0", "no such command prefix", .menuAbsent),
        (nil, "unknown parameter foo", .unknownParameter("foo")),
        (nil, "not enough permissions (9)", .forbidden(policy: nil)),
        ("1", "something about an argument", .invalidValue(property: nil)),
        ("0", "something is not there", .menuAbsent),
        ("2", "stopped", .interrupted(maybeDone: true)), ("4", "the moon is full", .failure("the moon is full")),
        (nil, "input does not match any value of profile", .invalidValue(property: "profile")),
        (nil, "invalid value of mac-address, mac address required", .invalidValue(property: "mac-address")),
        ("2", "action cancelled", .interrupted(maybeDone: true)),
    ]

    @Test("A refusal is known by its words, else by its category; the first of several counts", arguments: refusals)
    func traps(category: String?, words: String, kind: RouterError.Kind) async throws {
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                var trap = ["!trap", "=message=\(words)"]
                if let category { trap.append("=category=\(category)") }
                talk.say(trap, to: command)
                talk.say("!trap", "=message=and another thing", to: command)
                talk.say("!done", to: command)
            }
        }
        let transport = router.transport()
        for _ in 0..<2 {
            await #expect(throws: RouterError(kind, in: .hotspotUser)) {
                _ = try await transport.add(.hotspotUser, [("name", "x")])
            }
        }
        #expect(router.connections == 1)
        router.close()
    }
}
