import Provisioning
import RouterOS
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Adoption
@testable import RouterSimulator

/// The line, pasted into simulated routers of many releases.
@Suite(.serialized, .ownThreads) struct AdoptionTests {
    static let releases = ["6.43", "6.49.10", "7.1", "7.8", "7.12", "7.16.2", "7.20", "7.24"]

    /// What a customer's line has on a router.
    private static let lines: [(String, [String: String])] = [
        ("/ppp/profile", ["name": "lango-2M-5M", "rate-limit": "2M/5M"]),
        ("/ppp/secret", ["name": "asha", "profile": "lango-2M-5M", "comment": "lango:line/1 until=1795000000"]),
        ("/queue/simple", ["name": "lango-shop", "target": "10.8.0.5/32", "comment": "lango:line/2"]),
        (
            "/ip/firewall/address-list",
            ["list": "lango-suspended", "address": "10.8.0.5", "comment": "lango:line/2"]
        ),
        ("/ip/firewall/filter", ["chain": "forward", "action": "accept", "comment": "lango:suspended/gateway"]),
        ("/ip/firewall/nat", ["chain": "dstnat", "action": "accept", "comment": "lango:suspended/page"]),
    ]

    @Test("Adopted, adopted again, used, released: the router is as it was", arguments: releases)
    func roundTrip(version: String) async throws {
        let bench = try AdoptionBench(version)
        try bench.furnish()
        let before = bench.picture
        let adoption = try bench.offer()
        let said = bench.paste(adoption)
        #expect(said.contains("Lango: done. The router is in service."), "\(said)")
        let after = bench.picture
        #expect(differences(before, after).count >= 6)

        _ = bench.paste(adoption)
        #expect(differences(after, bench.picture).isEmpty)

        let router = try bench.router(adoption)
        #expect(router.state.isServed && router.certificatePin != nil && router.address.hasPrefix("apis://127.0.0.1"))
        let identity = try await bench.connect(router).readRecord(.systemResource, properties: ["version"])
        #expect(identity["version"]?.hasPrefix(version) == true)

        for (menu, values) in Self.lines { try bench.operate(menu, "add", values) }
        let release = try bench.release(router.id)
        let bye = bench.paste(release)
        #expect(bye.contains("Nothing of Lango is left"), "\(bye)")
        #expect(differences(before, bench.picture).isEmpty)
        #expect(try bench.router(adoption).state == .released)
        await bench.stop()
    }

    @Test(
        "With SSH beside it the router is reached over both, and released it is as it was",
        arguments: ["6.49.10", "7.12", "7.24"])
    func console(version: String) async throws {
        let bench = try AdoptionBench(version)
        try bench.furnish()
        try bench.operate("/ip/service", "set", ["numbers": "ssh", "disabled": "true", "address": "10.1.0.0/16"])
        let before = bench.picture
        var options = AdoptionBench.options
        options.opensSSH = true
        let adoption = try bench.offer(options)
        let said = bench.paste(adoption)
        #expect(said.contains("Lango: done. The router is in service."), "\(said)")
        let service = try #require(bench.rows("/ip/service").first { $0["name"] == "ssh" })
        #expect(service["disabled"] == "false")
        let admitted = [service["available-from"], service["address"]].compactMap(\.self).first { !$0.isEmpty } ?? ""
        #expect(admitted.hasPrefix("10.1.0.0/16,127.0.0.1"), "\(admitted)")
        let policy = bench.rows("/user/group").last?["policy"]?.split(separator: ",") ?? []
        #expect(policy.contains("ssh"))
        let ways = try #require(RouterAddresses(try bench.router(adoption).address)).ways
        #expect(ways.map(\.service) == [.apiTLS, .ssh] && ways.last?.host == ways.first?.host)
        let rules = bench.rows("/ip/firewall/filter").compactMap { $0["comment"] }
        #expect(rules.contains { $0.hasPrefix("lango:adopt/") && $0.hasSuffix(" ssh") }, "\(rules)")

        let after = bench.picture
        _ = bench.paste(adoption)
        #expect(differences(after, bench.picture).isEmpty)
        _ = bench.paste(try bench.release(adoption.router))
        #expect(differences(before, bench.picture).isEmpty, "\(differences(before, bench.picture))")
        await bench.stop()
    }
}
