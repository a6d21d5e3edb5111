import RouterSimulator
import Testing
import Values

@testable import RouterOS

@Suite struct SSHTransportTests {
    @Test("A record and a table are read in the forms of the other transports")
    func reads() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let identity = try await bench.transport.readRecord(.systemIdentity, properties: ["name"])
        #expect(identity["name"] == "MikroTik")
        let id = try await bench.transport.add(
            .hotspotUser,
            [
                ("name", "v1"), ("password", "p;name=x"), ("limit-uptime", "90m"), ("limit-bytes-total", "5000000000"),
                ("comment", "a;b [c] {d} $e ?f \"g\" \\h\nnew=line; é 🙂"), ("disabled", "true"),
            ])
        let rows = try await bench.transport.read(.hotspotUser, where: [("name", "v1")], properties: [])
        let row = try #require(rows.first)
        #expect(rows.count == 1)
        #expect(row.id == id)
        #expect(row["comment"] == "a;b [c] {d} $e ?f \"g\" \\h\nnew=line; é 🙂")
        #expect(row["password"] == "p;name=x")
        #expect(row["limit-uptime"] == "1h30m")
        #expect(row.number("limit-bytes-total") == 5_000_000_000)
        #expect(row.flag("disabled"))
        #expect(row["bytes-in"] == "0")
    }

    @Test(
        "Rows are counted, and the health is read in the form of either generation",
        arguments: ["6.49.10", "7.20"])
    func prints(version: String) async throws {
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        let before = try await bench.transport.run("print", in: .hotspotUser, [("count-only", "")])
        _ = try await bench.transport.add(.hotspotUser, [("name", "v1")])
        let after = try await bench.transport.run("print", in: .hotspotUser, [("count-only", "")])
        #expect(after.first?.number("ret") == before.first?.number("ret").map { $0 + 1 })
        let health = try await bench.transport.run("print", in: Menu("/system/health"), [])
        #expect(
            version.hasPrefix("6")
                ? health.count == 1 && health[0].id == nil && health[0]["temperature"] != nil
                : health.count > 1 && health.allSatisfy { $0.id != nil && $0["value"] != nil }, "\(health)")
        #expect(
            await kind {
                try await bench.transport.run("print", in: Menu("/user-manager/session"), [("count-only", "")])
            }
                == .menuAbsent)
    }

    @Test("Rows are changed and removed; what is gone is said")
    func writes() async throws {
        let bench = try SSHBench("6.49.10")
        defer { bench.host.stop() }
        let id = try await bench.transport.add(.hotspotUser, [("name", "v?1"), ("comment", "x")])
        try await bench.transport.set(.hotspotUser, id, [("comment", ""), ("limit-uptime", "2h")])
        let row = try #require(
            try await bench.transport.read(.hotspotUser, where: [("name", "v?1")], properties: ["comment", "name"])
                .first)
        #expect(row["comment"] == nil)
        #expect(row["limit-uptime"] == nil)
        try await bench.transport.set(.systemIdentity, nil, [("name", "tower;1")])
        let identity = try await bench.transport.readRecord(.systemIdentity, properties: ["name"])
        #expect(identity["name"] == "tower;1")
        try await bench.transport.remove(.hotspotUser, id)
        let left = try await bench.transport.read(.hotspotUser, where: [("name", "v?1")], properties: ["name"])
        #expect(left.isEmpty)
        #expect(await kind { try await bench.transport.remove(.hotspotUser, id) } == .noSuchItem)
    }

    @Test("The console's refusals mean what those of the other transports mean")
    func refuses() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let transport = bench.transport
        _ = try await transport.add(.hotspotUser, [("name", "v1")])
        #expect(await kind { try await transport.add(.hotspotUser, [("name", "v1")]) } == .alreadyExists)
        #expect(await kind { try await transport.add(.hotspotUser, [("comment", "v1")]) } == .missingParameter("name"))
        #expect(
            await kind { try await transport.add(.hotspotUser, [("name", "v2"), ("nonsense", "1")]) }
                == .unknownParameter("nonsense"))
        #expect(
            await kind { try await transport.add(.hotspotUser, [("name", "v2"), ("profile", "nobody's")]) }
                == .invalidValue(property: "profile"))
        #expect(await kind { try await transport.run("fly", in: .hotspotUser, []) } == .menuAbsent)
        #expect(await kind { try await transport.set(.hotspotUser, RouterID("*7777"), [("name", "x")]) } == .noSuchItem)
        #expect(
            await kind { try await transport.add(.hotspotUser, [("name", "v2"), ("a\";/quit", "1")]) }
                == .unknownParameter("a\";/quit"))
    }

    @Test("The settings come as text without secrets", arguments: ["6.49.10", "7.20"])
    func exports(version: String) async throws {
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        _ = try await bench.transport.add(.hotspotUser, [("name", "v1"), ("password", "hidden-word")])
        let text = try await bench.transport.export(of: try #require(RouterVersion(version)))
        #expect(text.contains("/ip hotspot user") && text.contains("name=v1"))
        #expect(!text.contains("hidden-word"))
    }

    @Test("A value that looks like a row or a property is read as the value that it is")
    func hostileValues() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let names = ["a", "b", "c"]
        for name in names { _ = try await bench.transport.add(.hotspotUser, [("name", name)]) }
        let rows = try await bench.transport.read(.hotspotUser, properties: ["name"])
        let last = try #require(rows.last?.id)
        let hostile = [
            "x;.id=*FFFF;name=root;disabled=no", "x;.id=\(last);name=c", "x;name=root", "x;profile=default;name=b",
            ".id=*1;name=z", ";;;=;=", "x;limit-uptime=1h;name=y",
        ]
        for text in hostile {
            let id = try #require(rows.first { $0["name"] == "b" }?.id)
            try await bench.transport.set(.hotspotUser, id, [("comment", text)])
            let read = try await bench.transport.read(.hotspotUser, properties: ["name", "comment"])
            #expect(read.map { $0["name"] } == rows.map { $0["name"] }, "\(text)")
            #expect(read.first { $0.id == id }?["comment"] == text)
        }
    }
}
