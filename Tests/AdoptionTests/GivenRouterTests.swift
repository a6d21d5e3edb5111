import Provisioning
import RouterOS
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Wires

@testable import Adoption
@testable import RouterSimulator

/// Routers as operators have them: what was theirs stays, and comes back.
@Suite(.serialized, .ownThreads) struct GivenRouterTests {
    /// Adopts, gives back, and compares everything with what was there before.
    private func roundTrip(
        _ bench: AdoptionBench, _ options: AdoptionOptions = AdoptionBench.options, secret: Secret? = nil,
        between: (Adoption) async throws -> Void = { _ in }
    ) async throws {
        let before = bench.picture
        let adoption = try bench.offer(options, secret: secret)
        let said = bench.paste(adoption)
        #expect(said.contains("Lango: done."), "\(said)")
        let adopted = bench.picture
        _ = bench.paste(adoption)
        #expect(differences(adopted, bench.picture).isEmpty)
        try await between(adoption)
        let bye = bench.paste(try bench.release(adoption.router))
        #expect(bye.contains("Nothing of Lango is left"), "\(bye)")
        #expect(differences(before, bench.picture).isEmpty)
    }

    @Test("A router that cannot be called gets the script by which it comes by itself", arguments: ["6.49.10", "7.24"])
    func comesByItself(version: String) async throws {
        let bench = try AdoptionBench(version)
        try bench.furnish()
        var options = AdoptionBench.options
        options.service = .pull
        try await roundTrip(bench, options) { adoption in
            let router = try bench.router(adoption)
            #expect(router.address == "pull:" && router.state.isServed)
            #expect(bench.rows("/system/scheduler").map { $0["name"] } == ["lango-pull", "lango-guard"])
            #expect(!bench.rows("/user").contains { $0["name"]?.hasPrefix("lango-") == true })
            #expect(Self.service(bench)?["disabled"] == "true")
            bench.host.skip(.seconds(11))
            #expect(eventually { bench.desk.doors.line(to: router).isPresent })
        }
        await bench.stop()
    }

    private static func service(_ bench: AdoptionBench, _ name: String = "api-ssl") -> Record? {
        bench.rows("/ip/service").first { $0["name"] == name && $0["dynamic"] != "true" }
    }

    // swift-format-ignore
    static let doors: [(disabled: String, before: String, after: String)] = [
        ("true", "", "127.0.0.1/32"),
        ("true", "10.1.0.0/16", "10.1.0.0/16,127.0.0.1/32"),
        ("true", "127.0.0.1/32,10.1.0.0/16", "127.0.0.1/32,10.1.0.0/16"),
        ("false", "", ""),
        ("false", "10.1.0.0/16,10.2.0.0/16", "10.1.0.0/16,10.2.0.0/16,127.0.0.1/32"),
        ("false", "127.0.0.1/32", "127.0.0.1/32"),
    ]

    @Test("Who could use the service still can, and we can too", arguments: doors, ["6.49.10", "7.20", "7.24"])
    func keepsAddresses(door: (disabled: String, before: String, after: String), version: String) async throws {
        let bench = try AdoptionBench(version)
        let property = version == "7.24" ? "available-from" : "address"
        try bench.operate(
            "/ip/service", "set", ["numbers": "api-ssl", "disabled": door.disabled, property: door.before])
        try await roundTrip(bench) { _ in
            let row = Self.service(bench)
            #expect(row?["disabled"] == "false" && row?[property] ?? "" == door.after, "\(row ?? [:])")
        }
        await bench.stop()
    }

    @Test("A certificate that the operator has assigned stays, and is the one that we pin")
    func keepsCertificate() async throws {
        let bench = try AdoptionBench("7.16.2") { $0.hasCertificate = true }
        try await roundTrip(bench) { adoption in
            #expect(Self.service(bench)?["certificate"] == "api-cert")
            #expect(!bench.rows("/certificate").contains { $0["name"]?.hasPrefix("lango-") == true })
            let router = try bench.router(adoption)
            #expect(router.certificatePin == bench.host.router.certificate?.fingerprint)
            _ = try await bench.connect(router).readRecord(.systemResource, properties: ["version"])
        }
        await bench.stop()
    }

    @Test("Everything at once: REST, RADIUS for both, a tunnel, all pages", arguments: ["7.1", "7.12", "7.24"])
    func everything(version: String) async throws {
        let bench = try AdoptionBench(version)
        try bench.furnish()
        var options = AdoptionBench.options
        options.service = .https
        options.pages = .all
        options.radius = .init(address: IPv4Address(bits: 0x0A01_0009), services: [.hotspot, .ppp])
        options.tunnel = .init(
            host: "vpn.example", port: 51_820, publicKey: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            ourAddress: IPv4Address(bits: 0x0A63_0001), routerAddress: IPv4Address(bits: 0x0A63_0002))
        try await roundTrip(bench, options, secret: Secret("siri \"$ya\" 50%; ?🦁")) { adoption in
            let name = RouterMark(adoption.router).name
            #expect(bench.rows("/radius").last?["secret"] == "siri \"$ya\" 50%; ?🦁")
            #expect(bench.rows("/ip/hotspot/profile").last?["use-radius"] == "true")
            #expect(bench.rows("/ppp/aaa").first?["use-radius"] == "true")
            #expect(bench.rows("/ip/hotspot/profile").last?["html-directory"] == name)
            #expect(bench.rows("/interface/wireguard").last?["name"] == name)
            #expect(bench.rows("/ip/address").last?["address"] == "10.99.0.2/32")
            #expect(Self.service(bench, "www-ssl")?["certificate"] == name)
            #expect(bench.rows("/ip/firewall/filter").count { $0["comment"]?.hasPrefix("lango:adopt/") == true } == 2)
            let router = try bench.router(adoption)
            #expect(router.address.hasPrefix("https://10.99.0.2"))
            #expect(try bench.adoption(router.id).tunnelKey?.utf8.count == 44)
        }
        await bench.stop()
    }

    @Test("Version 6 gets all of it but the tunnel, and is told so")
    func tunnelOnSix() async throws {
        let bench = try AdoptionBench("6.49.10")
        var options = AdoptionBench.options
        options.tunnel = .init(
            host: "vpn.example", port: 51_820, publicKey: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            ourAddress: IPv4Address(bits: 0x0A63_0001), routerAddress: IPv4Address(bits: 0x0A63_0002))
        let adoption = try bench.offer(options)
        let said = bench.paste(adoption)
        #expect(said.contains("WireGuard needs RouterOS 7") && said.contains("Lango: done."), "\(said)")
        #expect(try bench.router(adoption).address.hasPrefix("apis://127.0.0.1"))
        await bench.stop()
    }

    @Test("Profiles with pages of their own keep them, unless all were chosen")
    func keepsPages() async throws {
        let bench = try AdoptionBench()
        try bench.operate("/ip/hotspot/profile", "set", ["numbers": "hsprof1", "html-directory": "my \"own\" pages"])
        let before = bench.picture
        let adoption = try bench.offer()
        #expect(bench.paste(adoption).contains("shows pages of its own, which stay"))
        #expect(bench.rows("/ip/hotspot/profile").last?["html-directory"] == "my \"own\" pages")
        var all = AdoptionBench.options
        all.pages = .all
        _ = bench.paste(try bench.offer(all))
        let folder = bench.rows("/ip/hotspot/profile").last?["html-directory"] ?? ""
        #expect(folder == RouterMark(adoption.router).name)
        let page = bench.rows("/file").first { $0["name"] == "\(folder)/login.html" }
        #expect(page?["contents"]?.contains("/hotspot/acme/market") == true)
        _ = bench.paste(try bench.release(adoption.router))
        #expect(differences(before, bench.picture).isEmpty)
        await bench.stop()
    }

    @Test("What the operator changes after an adoption stays when it is undone")
    func keepsLaterChanges() async throws {
        let bench = try AdoptionBench()
        try bench.furnish()
        let adoption = try bench.offer()
        _ = bench.paste(adoption)
        try bench.operate("/ip/hotspot/profile", "set", ["numbers": "hsprof1", "html-directory": "later"])
        try bench.operate(
            "/ip/service", "set", ["numbers": "api-ssl", "address": "10.1.0.0/16,127.0.0.1/32,10.9.0.0/16"])
        try bench.operate("/ip/firewall/filter", "add", ["chain": "input", "action": "accept", "comment": "later"])
        _ = bench.paste(try bench.release(adoption.router))
        #expect(bench.rows("/ip/hotspot/profile").last?["html-directory"] == "later")
        #expect(Self.service(bench)?["address"] == "10.1.0.0/16,10.9.0.0/16")
        #expect(bench.rows("/ip/firewall/filter").last?["comment"] == "later")
        #expect(!bench.rows("/user").contains { $0["name"]?.hasPrefix("lango-") == true })
        await bench.stop()
    }

    @Test("Where our address was all that was left, the service gets back what it had and is not opened to everybody")
    func neverOpensToEverybody() async throws {
        let bench = try AdoptionBench()
        try bench.operate("/ip/service", "set", ["numbers": "api-ssl", "disabled": "false", "address": "10.1.0.0/16"])
        let adoption = try bench.offer()
        _ = bench.paste(adoption)
        try bench.operate("/ip/service", "set", ["numbers": "api-ssl", "address": "127.0.0.1/32"])
        _ = bench.paste(try bench.release(adoption.router))
        #expect(Self.service(bench)?["address"] == "10.1.0.0/16")
        await bench.stop()
    }

    @Test("Vouchers' users go with their profiles; users of the operator stay, and a profile that they use")
    func removesVoucherUsers() async throws {
        let bench = try AdoptionBench()
        let adoption = try bench.offer()
        _ = bench.paste(adoption)
        for name in ["lango-2M-5M", "lango-full-speed"] {
            try bench.operate("/ip/hotspot/user/profile", "add", ["name": name])
        }
        let tag = "lango:01919191-0000-7000-8000-000000000000/02:50:00:00:00:01"
        try bench.operate("/ip/hotspot/user", "add", ["name": "v1", "profile": "lango-2M-5M", "comment": tag])
        try bench.operate(
            "/ip/hotspot/user", "add", ["name": "theirs", "profile": "lango-full-speed", "comment": "lango is nice"])
        _ = bench.paste(try bench.release(adoption.router))
        #expect(bench.rows("/ip/hotspot/user").compactMap { $0["name"] }.suffix(1) == ["theirs"])
        #expect(bench.rows("/ip/hotspot/user/profile").compactMap { $0["name"] } == ["default", "lango-full-speed"])
        await bench.stop()
    }

    @Test("Our user may read, write and test over the API, and comes in from our address alone")
    func leastPrivilege() async throws {
        let bench = try AdoptionBench("7.16.2")
        var options = AdoptionBench.options
        // The router would take the connection, its user would not.
        try bench.operate("/ip/service", "set", ["numbers": "api-ssl", "disabled": "false", "address": ""])
        options.ours = [AddressPrefix(IPv4Address(bits: 0xC000_0201))]
        let adoption = try bench.offer(options)
        _ = bench.paste(adoption)
        let router = try bench.router(adoption)
        await #expect(throws: RouterError.self) {
            _ = try await bench.connect(router).readRecord(.systemResource, properties: ["version"])
        }
        _ = bench.paste(try bench.offer())
        let transport = try bench.connect(try bench.router(adoption))
        _ = try await transport.readRecord(.systemResource, properties: ["version"])
        await #expect(throws: RouterError.self) {
            _ = try await transport.add(RouterOS.Menu("/user"), [("name", "mole"), ("group", "full")])
        }
        await #expect(throws: RouterError.self) {
            _ = try await bench.connect(router, password: Secret("wrong"))
                .readRecord(.systemResource, properties: ["version"])
        }
        let policy = bench.rows("/user/group").last?["policy"]?.split(separator: ",").filter { !$0.hasPrefix("!") }
        #expect(Set(policy ?? []) == ["read", "write", "test", "api", "rest-api", "reboot", "ftp"])
        await bench.stop()
    }
}
