import TestKit
import Testing

/// The commands that read a router, against a simulated one in a process of its own.
@Suite(.serialized, .ownThreads) struct SurveyCommandTests {
    @Test("A router is read, shown table by table, and its changes are told")
    func reads() throws {
        let install = try Install()
        try install.furnish()
        let router = try install.simulate("--identity", "gate")
        try install.add(router)
        let never = try install.run("router", "show", "live", "--tenant", "acme")
        #expect(never.code == 1 && never.errors.contains("was never read"))
        #expect(try install.must("router", "sync", "live", "--tenant", "acme").contains("nothing changed"))
        let overview = try install.must("router", "show", "live", "--tenant", "acme")
        #expect(overview.contains("RouterOS 7.16.2") && overview.contains("/ip/hotspot/profile\t"))
        let identity = try install.must("router", "show", "live", "/system/identity", "--tenant", "acme")
        #expect(identity == "name\tgate\n")
        let table = try install.must("router", "show", "live", "/interface", "--tenant", "acme")
        #expect(table.hasPrefix("id\tname\t") && table.contains("\tether1\t"))
        let json = try install.must("router", "show", "live", "/interface", "--tenant", "acme", "--json")
        #expect(json.contains("\"name\": \"ether1\""))
        #expect(try install.must("router", "changes", "live", "--tenant", "acme").contains("no change"))
        let all = try install.run("router", "sync", "--all", "--tenant", "acme")
        #expect(all.code == 1 && all.output.contains("live: ") && all.output.contains("gate: The router cannot be"))
        #expect(all.errors.contains("1 of 2 routers could not be read"))
        withExtendedLifetime(router) {}
    }

    @Test(
        "Misuse is told in a sentence",
        arguments: [
            (["router", "sync", "--tenant", "acme"], "name a router, or say --all"),
            (["router", "sync", "gate", "--all", "--tenant", "acme"], "name one router, or say --all"),
            (["router", "sync", "moon", "--tenant", "acme"], "there is no router moon; there are: gate"),
            (["router", "show", "gate", "/ip/nothing", "--tenant", "acme"], "is no table that is read"),
            (["router", "show", "--tenant", "acme"], "usage: lango router show --tenant SLUG [OPTIONS] NAME [TABLE]"),
        ])
    func misuse(arguments: [String], words: String) throws {
        let install = try Install()
        try install.furnish()
        let end = try Program.run("lango", arguments, environment: install.environment)
        #expect(end.code == 64 && end.errors.contains(words), "\(end.errors)")
    }
}
