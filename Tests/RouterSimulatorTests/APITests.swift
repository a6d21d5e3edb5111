import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct APIWireTests {
    @Test("Lengths and sentences are the captured bytes, both ways", .fixtures)
    func vectors() {
        var checked = 0
        for line in Fixtures.lines("api_wire_vectors") {
            let bytes = line["hex"]?.text.flatMap { Hex.decode($0) } ?? []
            switch line["what"]?.text {
            case "length":
                guard let length = line["length"]?.integer else { continue }
                #expect(APISentence.length(UInt32(truncatingIfNeeded: length)) == bytes)
            case "length-invalid":
                #expect(throws: APIReader.Broken.self) {
                    var reader = APIReader()
                    reader.append(bytes)
                    _ = try reader.next()
                }
            case "sentence":
                let words = line["words"]?.elements?.compactMap(\.text) ?? []
                #expect(APISentence(words).bytes == bytes)
                var reader = APIReader()
                for byte in bytes { reader.append([byte]) }
                #expect((try? reader.next()) == APISentence(words))
            case "login-challenge-response":
                let challenge = line["challenge_hex"]?.text.flatMap { Hex.decode($0) } ?? []
                let password = line["password"]?.text ?? ""
                let answer = "00" + ChapAnswer.hex(id: 0, password: password, challenge: challenge)
                #expect(answer == line["response"]?.text)
            default: continue
            }
            checked += 1
        }
        #expect(checked > 20)
    }

    @Test("Bytes of any code page come back as they went in", arguments: 1...5 as ClosedRange<UInt64>)
    func bytes(seed: UInt64) {
        var dice = Chance(seed: seed)
        for _ in 0..<200 {
            let word = dice.bytes(Int.random(in: 0...30, using: &dice))
            #expect(APIText.bytes(APIText.text(word[...])) == word)
        }
        #expect(APIText.text(Array("é".utf8)[...]) == "é")
    }

    @Test("A word longer than any command ends the reading")
    func limit() {
        var reader = APIReader()
        reader.append(APISentence.length(5 << 20))
        #expect(throws: APIReader.Broken.self) { _ = try reader.next() }
    }
}

@Suite struct APITests {
    @Test("Name and password open a router of 6.43 and later; a wrong one is told, the rest is refused")
    func login() throws {
        let host = try RouterHost.bench("6.43")
        defer { host.stop() }
        var client = try APIBench(host, password: nil)
        #expect(client.ask("/login", "=name=lango", "=password=open", ".tag=7") == [["!done", ".tag=7"]])
        #expect(client.ask("/system/identity/print") == [["!re", "=name=MikroTik"], ["!done"]])
        #expect(client.ask("/quit") == [["!fatal", "session terminated on request"]])
        #expect(client.next() == nil)
        var stranger = try APIBench(host, password: nil)
        let refusal = ["!trap", "=message=invalid user name or password (6)"]
        #expect(stranger.ask("/login", "=name=lango", "=password=no") == [refusal, ["!done"]])
        #expect(stranger.ask("/system/identity/print") == [["!fatal", "not logged in"]])
        #expect(stranger.next() == nil)
    }

    @Test("A router before 6.43 asks for the answer to a challenge")
    func challenge() throws {
        let host = try RouterHost.bench("6.42.7")
        defer { host.stop() }
        var client = try APIBench(host, password: nil)
        let question = client.ask("/login", "=name=lango", "=password=open")
        let word = try #require(question.first?.last)
        #expect(question.count == 1 && word.hasPrefix("=ret=") && word.utf8.count == 37)
        let asked = try #require(Hex.decode(String(word.dropFirst(5))))
        let wrong = ChapAnswer.hex(id: 0, password: "no", challenge: asked)
        let refusal = [["!trap", "=message=cannot log in"], ["!done"]]
        #expect(client.ask("/login", "=name=lango", "=response=00\(wrong)") == refusal)
        let right = ChapAnswer.hex(id: 0, password: "open", challenge: asked)
        // A challenge is good for one answer.
        #expect(client.ask("/login", "=name=lango", "=response=00\(right)") == refusal)
        let again = try #require(Hex.decode(String((client.ask("/login").first?.last ?? "").dropFirst(5))))
        let answer = ChapAnswer.hex(id: 0, password: "open", challenge: again)
        #expect(client.ask("/login", "=name=lango", "=response=00\(answer)") == [["!done"]])
        #expect(client.ask("/system/identity/print") == [["!re", "=name=MikroTik"], ["!done"]])
    }

    @Test("Rows are added, read by property and query, changed and removed")
    func rows() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        #expect(client.ask("/ip/hotspot/user/add", "=name=a=b", "=limit-uptime=90m") == [["!done", "=ret=*1"]])
        #expect(client.ask("/ip/hotspot/user/add", "=name=c", "=comment=") == [["!done", "=ret=*2"]])
        let read = client.ask("/ip/hotspot/user/print", "=.proplist=name,limit-uptime,.id", "?name=a=b", ".tag=x")
        #expect(read == [["!re", ".tag=x", "=name=a=b", "=limit-uptime=1h30m", "=.id=*1"], ["!done", ".tag=x"]])
        #expect(client.ask("/ip/hotspot/user/set", "=.id=*1,*2", "=disabled=yes") == [["!done"]])
        #expect(client.ask("/ip/hotspot/user/enable", "=numbers=c") == [["!done"]])
        #expect(client.ask("/ip/hotspot/user/print", "=count-only=", "?disabled=true") == [["!done", "=ret=1"]])
        #expect(client.ask("/ip/hotspot/user/get", "=.id=*2", "=value-name=name") == [["!done", "=ret=c"]])
        #expect(client.ask("/ip/hotspot/user/find", "?name=c") == [["!done", "=ret=*2"]])
        #expect(client.ask("/ip/hotspot/user/set", "=.id=*1", "=!limit-uptime=") == [["!done"]])
        #expect(client.ask("/ip/hotspot/user/print", "?limit-uptime") == [["!empty"], ["!done"]])
        #expect(client.ask("/ip/hotspot/user/remove", "=.id=*1") == [["!done"]])
        let stale = [["!trap", "=category=0", "=message=no such item"], ["!done"]]
        #expect(client.ask("/ip/hotspot/user/remove", "=.id=*1") == stale)
        #expect(client.ask("/ip/hotspot/user/add", "=name=d") == [["!done", "=ret=*3"]])
        #expect(client.ask("/ip/service/print", "=.proplist=comment", "?name=ftp") == [["!re"], ["!done"]])
    }

    static let queries: [(words: [String], count: String)] = [
        (["?name=b"], "1"), (["?comment"], "3"), (["?-comment"], "1"), (["?name=a", "?name=b", "?#|"], "2"),
        (["?name=a", "?#!"], "3"), (["?name=a", "?comment=x", "?#&"], "1"), (["?name=a", "?name=b"], "0"),
        (["?>limit-bytes-total=9"], "2"), (["?<limit-bytes-total=11"], "1"), (["?>limit-uptime=59m"], "1"),
        (["?name=a", "?name=b", "?name=c", "?#||"], "3"), (["?name=a", "?name=b", "?#|!"], "2"),
        (["?=name=b"], "1"),
    ]

    @Test("A query is a stack of words", arguments: queries)
    func query(words: [String], count: String) throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        for (name, limit) in [("a", "10"), ("b", "200")] {
            let values = ["name": name, "limit-bytes-total": limit, "comment": name == "a" ? "x" : "y"]
            try host.router.perform(RouterCommand("/ip/hotspot/user", "add", values))
        }
        try host.router.perform(RouterCommand("/ip/hotspot/user", "add", ["name": "c", "comment": "z"]))
        try host.router.perform(RouterCommand("/ip/hotspot/user", "add", ["name": "d", "limit-uptime": "1h"]))
        let command = RouterCommand(
            "/ip/hotspot/user", "print", ["count-only": ""], query: words.map { String($0.dropFirst()) } + ["-default"])
        #expect(try host.router.perform(command) == .value(count))
    }

    static let traps: [(words: [String], category: String?, message: String)] = [
        (["/nowhere/print"], "0", "no such command prefix"), (["/ip/hotspot/user/fly"], "0", "no such command"),
        (["/ip/hotspot/user/set", "=.id=*99", "=name=x"], "0", "no such item"),
        (["/ip/hotspot/user/add", "=name=x", "=profile=nil"], "1", "input does not match any value of profile"),
        (["/ip/address/add", "=address=10.5.50.1/24", "=interface=ether1"], nil, "failure: already have such address"),
        (
            ["/ip/hotspot/user/add", "=name=default-trial"], nil,
            "failure: already have user with this name for this server"
        ),
        (["/ip/hotspot/active/login", "=ip=x", "=user=y"], "1", "invalid value for argument ip"),
        (["/ip/hotspot/active/set", "=.id=*1", "=limit-uptime=1h"], "1", "unknown parameter limit-uptime"),
        (["/ip/hotspot/user/add", "=name=x", "=nonsense=1"], "1", "unknown parameter nonsense"),
    ]

    @Test("Refusals carry the captured words", arguments: traps)
    func trap(words: [String], category: String?, message: String) throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        client.say(bytes: APISentence(words + [".tag=5"]).bytes)
        let kind = category.map { ["=category=\($0)"] } ?? []
        #expect(client.hear() == [["!trap", ".tag=5"] + kind + ["=message=\(message)"], ["!done", ".tag=5"]])
    }

    @Test("From 7.18 on an empty print says so, before it does not", arguments: ["7.16", "7.17.1", "7.18", "7.24"])
    func empty(version: String) throws {
        let host = try RouterHost.bench(version)
        defer { host.stop() }
        var client = try APIBench(host)
        let saysSo = RouterRelease(version).map { $0 >= RouterRelease(7, 18) } ?? false
        #expect(client.ask("/ip/hotspot/active/print") == (saysSo ? [["!empty"]] : []) + [["!done"]])
    }

    @Test("Without the policy, secrets are masked, writes and the API itself are refused")
    func policies() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        for (name, policy) in [("reader", "read,api"), ("none", "read,rest-api")] {
            try host.router.perform(RouterCommand("/user/group", "add", ["name": name, "policy": policy]))
            let user = ["name": name, "group": name, "password": "p"]
            try host.router.perform(RouterCommand("/user", "add", user))
        }
        try host.router.perform(RouterCommand("/ppp/secret", "add", ["name": "s", "password": "hidden"]))
        var client = try APIBench(host, password: nil)
        #expect(client.ask("/login", "=name=none", "=password=p").first?.first == "!trap")
        #expect(client.ask("/login", "=name=reader", "=password=p") == [["!done"]])
        let secret = client.ask("/ppp/secret/print", "=.proplist=password")
        #expect(secret == [["!re", "=password=*****"], ["!done"]])
        let refusal = [["!trap", "=message=not enough permissions (9)"], ["!done"]]
        #expect(client.ask("/ppp/secret/remove", "=numbers=s") == refusal)
        let rows = client.ask("/user/active/print", "=.proplist=name,via")
        #expect(rows == [["!re", "=name=reader", "=via=api"], ["!done"]])
    }
}
