import JSON
import RouterSimulator
import TestKit
import Testing
import Values

@testable import RouterOS

/// What the product does with a router, over the console.
@Suite struct SSHHotspotTests {
    @Test("The whole way of a customer: profile, user, login, usage, cut", arguments: ["6.49.10", "7.8", "7.20"])
    func journey(version: String) async throws {
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        let client = HotspotClient(bench.transport)
        var profile = HotspotProfile(name: "one hour; \"2M\"")
        profile.rateLimit = RateLimit("2M/5M")
        profile.sessionTimeout = .upTo(.hours(1))
        #expect(try await client.upsert(profile) == .created)
        #expect(try await client.upsert(profile) == .unchanged)
        var user = HotspotUser(
            name: "ABCD", password: Secret("x $1 ?"), profile: profile.name, tag: RouterTag("v-1"))
        user.uptimeLimit = .upTo(.hours(1))
        user.volumeLimit = .upTo(DataVolume(bytes: 500_000_000))
        #expect(try await client.upsert(user) == .created)
        #expect(try await client.upsert(user) == .unchanged)
        user.isDisabled = true
        #expect(try await client.upsert(user) == .changed)
        user.isDisabled = false
        #expect(try await client.upsert(user) == .changed)

        let mac = MACAddress(bits: 0x024C_4700_0001)
        bench.host.router.with { _ = $0.traffic(mac, up: 1, down: 1, at: $1) }
        let hosts = try await bench.transport.read(.hotspotHost, properties: ["mac-address", "address"])
        let address = try #require(hosts.first { $0.mac("mac-address") == mac }?.address("address"))
        let session = try await client.login(address: address, mac: mac, user: "ABCD", password: user.password)
        #expect(session.user == "ABCD")
        bench.host.router.with { _ = $0.traffic(mac, up: 1_000, down: 5_000, at: $1) }
        let usage = try #require(try await client.standing(of: "ABCD")).usage
        #expect(usage.uploaded.bytes == 1_000 && usage.downloaded.bytes == 5_000)
        let cut = try await client.cut(users: ["ABCD"])
        #expect(cut.sessions == 1 && cut.removedUsers == 1)
        #expect(try await client.active().isEmpty)
        await #expect(throws: HotspotLoginError.self) {
            try await client.login(address: address, mac: mac, user: "ABCD", password: user.password)
        }
    }

    @Test("A router is probed over SSH, also one that has no REST", arguments: ["6.49.10", "7.20"])
    func probes(version: String) async throws {
        let bench = try SSHBench(version)
        defer { bench.host.stop() }
        let probe = try await RouterProbe(over: bench.transport, as: "lango") { .now }
        #expect(probe.version == RouterVersion(version))
        #expect(probe.servers?.map(\.name) == ["hotspot1"])
        #expect(probe.serverProfiles.last?.loginBy == ["cookie", "http-chap"])
        #expect(probe.readsSecrets)
        #expect(abs(probe.clockOffset?.milliseconds ?? 1_000_000) < 5_000)
        #expect((probe.isHotspotAllowed == nil) == (version == "6.49.10"))
    }

    @Test("Three thousand users are read in one go")
    func manyRows() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        try bench.host.router.with { machine, now in
            for number in 0..<3_000 {
                let arguments = ["name": "user-\(number)", "comment": "lango:\(number)/x;y=z"]
                _ = try machine.perform(RouterCommand("/ip/hotspot/user", "add", arguments), at: now)
            }
        }
        let start = ContinuousClock.now
        let rows = try await bench.transport.read(.hotspotUser, properties: ["name", "comment", "bytes-in"])
        #expect(rows.count == 3_001)
        #expect(rows.last?["comment"] == "lango:2999/x;y=z")
        #expect(rows.last?["bytes-in"] == "0")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("A door that hangs is waited for no longer than allowed")
    func timeouts() async throws {
        for (verb, maybeDone) in [("connect", false), ("login", false), ("get", true)] {
            let bench = try SSHBench()
            defer { bench.host.stop() }
            bench.host.router.plan(Fault(.hang, door: .ssh, verb: verb))
            let transport = SSHTransport(bench.access, idle: .seconds(5), patience: Span(milliseconds: 500)) {}
            let outcome = await kind { try await transport.readRecord(.systemIdentity, properties: ["name"]) }
            #expect(outcome == .timedOut(maybeDone: maybeDone), "\(verb)")
            bench.host.router.clearFaults()
            #expect(await kind { try await transport.readRecord(.systemIdentity, properties: ["name"]) } == nil)
        }
    }

    @Test("Operations that come at once run one after another over one connection")
    func together() async throws {
        let bench = try SSHBench()
        defer { bench.host.stop() }
        let transport = bench.transport
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await transport.add(.hotspotUser, [("name", "u\(number)")])) != nil }
            }
            for await isDone in group { #expect(isDone) }
        }
        let logins = bench.host.router.with { machine, _ in
            machine.records(of: "/log").filter { $0["message"]?.contains("via ssh") == true }
        }
        #expect(logins.count == 1)
    }
}

/// The captured facts, where they are at hand.
@Suite struct ConsoleFactsTests {
    @Test("Captured as-value rows are read", .enabled(if: Fixture.isPresent, Fixture.reason))
    func rows() throws {
        var count = 0
        for line in try Fixture.lines("cli_outputs.jsonl") {
            guard let text = line["text"]?.text, line["command"]?.text?.contains("as-value") == true,
                text.hasPrefix(".id=")
            else { continue }
            count += 1
            let ids = text.split(separator: ";").filter { $0.hasPrefix(".id=") }.compactMap {
                RouterID($0.dropFirst(4))
            }
            let reply = try ConsoleReply(ids: ids, Array(text.utf8), of: RouterSchema.menu("/ip/address"))
            #expect(reply.rows.count == ids.count && !ids.isEmpty)
            #expect(reply.rows.first?.values["address"] == "192.168.1.1/24")
            #expect(reply.rows.first?.values["disabled"] == "false")
        }
        #expect(count > 0)
    }

    @Test("Lengths of time as the console writes them mean the same", .enabled(if: Fixture.isPresent, Fixture.reason))
    func durations() throws {
        let property = RouterSchema.menu("/ip/hotspot/user")?.property("limit-uptime")
        var count = 0
        for line in try Fixture.lines("value_vectors.jsonl") {
            guard line["what"]?.text == "duration", let text = line["text"]?.text else { continue }
            count += 1
            let normal = ConsoleValue.normal(text, property)
            #expect(RouterDuration(normal) == RouterDuration(text) && !normal.contains(":"))
        }
        #expect(count > 10)
    }
}
