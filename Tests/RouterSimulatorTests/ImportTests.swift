import Testing
import Values

@testable import RouterSimulator

@Suite struct ImportTests {
    static let script = """
        # nov/20/2026 10:00:00 by RouterOS 6.49.10
        # software id = ABCD-EFGH
        #
        /interface vlan
        add interface=ether1 name=v10 vlan-id=10
        /ip pool
        add name=homes ranges=10.8.0.2-10.8.3.254
        /ppp profile
        add local-address=10.8.0.1 name=gold rate-limit=2M/10M remote-address=\\
            homes
        /ppp secret
        add name=a password=p profile=gold service=pppoe
        add name=b password=p profile=silver
        /interface pppoe-server server
        add disabled=no interface=v10 service-name=isp
        """

    @Test("A router starts with a script; what goes wrong stands in its log")
    func script() throws {
        let host = try RouterHost.bench("6.49.10") { $0.script = Self.script }
        defer { host.stop() }
        let (profile, log) = host.router.with { machine, _ in
            (machine.records(of: "/ppp/profile").last, machine.records(of: "/log").compactMap { $0["message"] })
        }
        #expect(profile?["remote-address"] == "homes" && profile?["name"] == "gold")
        #expect(log.contains("line 13: input does not match any value of profile"))
        let address = host.router.with { machine, now in
            try? machine.dial("a", password: "p", from: SubscriberTests.modem, at: now)
        }
        #expect(address?.description == "10.8.0.2")
    }

    @Test("Commands over several lines are one, and an unclosed one costs only itself")
    func lines() throws {
        let script = """
            /ip hotspot user
            add name=a comment="two \\
                halves"
            :foreach name in={"b";"c"} do={
                add name=$name
            }
            add name="d
            add name=e
            """
        let host = try RouterHost.bench("7.20") { $0.script = script }
        defer { host.stop() }
        let (users, log) = host.router.with { machine, _ in
            (machine.records(of: "/ip/hotspot/user"), machine.records(of: "/log").compactMap { $0["message"] })
        }
        #expect(users.dropFirst().compactMap { $0["name"] } == ["a", "b", "c", "e"])
        #expect(users.dropFirst().first?["comment"] == "two halves")
        #expect(log.contains { $0.hasPrefix("line 7: syntax error") })
    }
}
