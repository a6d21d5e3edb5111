import RouterSimulator
import Testing
import Values

@testable import RouterOS

@Suite struct SSHFilesTests {
    /// Bytes of every kind, more than one packet of them.
    private static let large = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 255) }

    @Test("Files travel in both directions, empty ones and large ones", arguments: [0, 1, 32_768, 700_000])
    func files(count: Int) async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let bytes = Array(Self.large.prefix(count))
        try await bench.transport.upload(bytes, as: "lango-x.bin")
        #expect(bench.host.router.with { machine, _ in machine.file("lango-x.bin") } == bytes)
        #expect(try await bench.transport.size(ofFile: "lango-x.bin") == count)
        #expect(try await bench.transport.download("lango-x.bin") == bytes)
        try await bench.transport.remove(file: "lango-x.bin")
        try await bench.transport.remove(file: "lango-x.bin")
        #expect(await kind { try await bench.transport.size(ofFile: "lango-x.bin") } == .noSuchItem)
        #expect(await kind { try await bench.transport.download("lango-x.bin") } == .noSuchItem)
        // The console goes on over the same connection.
        _ = try await bench.transport.readRecord(.systemIdentity, properties: ["name"])
    }

    @Test("A transfer that breaks is told, and what was possibly done with it")
    func breaks() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let router = bench.host.router
        router.with { machine, _ in machine.store(Self.large, as: "big") }
        for fault in [Fault.Kind.cut(100_000), .loseReply, .closeBefore] {
            router.plan(Fault(fault, door: .ssh, menu: "/file", verb: "download"))
            #expect(
                await kind { try await bench.transport.download("big") } == .interrupted(maybeDone: false), "\(fault)")
            router.plan(Fault(fault, door: .ssh, menu: "/file", verb: "upload"))
            #expect(
                await kind { try await bench.transport.upload(Self.large, as: "new") } == .interrupted(maybeDone: true),
                "\(fault)")
        }
        #expect(try await bench.transport.download("big") == Self.large)
    }

    @Test("A full flash and a user without the policy are told in sentences")
    func refusals() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        bench.host.router.with { machine, _ in machine.setFreeFlash(50_000) }
        let full = await kind { try await bench.transport.upload(Self.large, as: "new") }
        #expect(full == .failure("the file cannot be written; its flash may be full"))
        bench.host.router.with { machine, _ in machine.setFreeFlash(1_000) }
        #expect(
            await kind { try await bench.transport.saveBackup(as: "lango-x", password: Secret("abc")) }
                == .failure("failure: no space left on device"))
        try bench.host.router.perform(
            RouterCommand("/user/group", "add", ["name": "few", "policy": "read,write,ssh,test"]))
        try bench.host.router.perform(
            RouterCommand("/user", "add", ["name": "guest", "group": "few", "password": "guest"]))
        let guest = bench.transport {
            $0.user = "guest"
            $0.credential = .password(Secret("guest"))
        }
        #expect(await kind { try await guest.download("big") } == .forbidden(policy: "ftp"))
    }

    @Test("A backup is saved, loaded with its password and with no other, and what was loaded holds")
    func backups() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let transport = bench.transport
        let hostile = Secret("a\"b\\c$d?e ;é")
        _ = try await transport.add(.hotspotUser, [("name", "before")])
        try await transport.saveBackup(as: "lango-1", password: hostile)
        _ = try await transport.add(.hotspotUser, [("name", "after")])
        let wrong = await kind { try await transport.loadBackup("lango-1", password: Secret("other-word")) }
        #expect(wrong == .failure("failure: incorrect password"))
        #expect(
            await kind { try await transport.loadBackup("lango-1", password: hostile) } == .interrupted(maybeDone: true)
        )
        let names = try await transport.read(.hotspotUser, properties: ["name"]).map { $0["name"] }
        #expect(names.contains("before") && !names.contains("after"))
    }

    @Test("An import tells the line that stopped it", arguments: ["6.49.10", "7.20"])
    func imports(version: String) async throws {
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        let text =
            "# made by hand\n/ip hotspot user\nadd name=i1\nadd name=\"i 2\" \\\n    comment=x\nadd name=i1\nadd name=i3\n"
        try await bench.transport.upload(Array(text.utf8), as: "lango-x.rsc")
        let outcome = try await bench.transport.importScript("lango-x.rsc")
        guard case .stopped(line: 6, let words) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(words.contains("already have user with this name"))
        let names = try await bench.transport.read(.hotspotUser, properties: ["name"]).map { $0["name"] }
        #expect(names.contains("i 2") && !names.contains("i3"))
        try await bench.transport.upload(Array("/ip hotspot user add name=i3\n".utf8), as: "lango-x.rsc")
        #expect(try await bench.transport.importScript("lango-x.rsc") == .done)
        #expect(try await bench.transport.importScript("nothing.rsc") != .done)
    }

    static let texts: [(text: String, outcome: ImportOutcome)] = [
        ("\r\nScript file loaded and executed successfully\r\n", .done),
        (
            "Script Error: failure: already have interface with name bridge (/interface/bridge/add; line 2) (:import; line 1)",
            .stopped(
                line: 2,
                words:
                    "Script Error: failure: already have interface with name bridge (/interface/bridge/add; line 2) (:import; line 1)"
            )
        ),
        (
            "Cannot open import file, file does not exist (:import; line 1)",
            .stopped(line: nil, words: "Cannot open import file, file does not exist (:import; line 1)")
        ),
        (
            "#line 1\r\n#line 7\r\nfailure: already have such address\r\n",
            .stopped(line: 7, words: "failure: already have such address")
        ),
        ("", .stopped(line: nil, words: "it says nothing")),
    ]

    @Test("What real consoles say at the end of an import is understood", arguments: texts)
    func outcomes(text: String, outcome: ImportOutcome) {
        #expect(ImportOutcome(console: text) == outcome)
    }
}
