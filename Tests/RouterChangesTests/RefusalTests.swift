import RouterOS
import RouterSimulator
import TestKit
import Testing
import Values

@testable import RouterChanges

/// What is refused before anything is sent.
@Suite(.serialized, .ownThreads) struct RefusalTests {
    @Test("All that is wrong is told at once, before anything is sent")
    func tellsAll() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        try bench.operate("/ppp/secret", "add", ["name": "home-1", "password": "x", "remote-address": "10.77.0.9"])
        let cases: [(deed: RowOrder.Deed, recipe: String, row: String?, fields: [String: String], flaws: [String])] = [
            (
                .add, "ppp-secret", nil, ["profile": "zinc", "limit-bytes-in": "many"],
                ["name needed", "password needed", "profile no-such-reference", "limit-bytes-in not-number"]
            ),
            (.add, "ppp-secret", nil, ["name": "home-1", "password": "y"], ["name twin"]),
            (
                .add, "ppp-secret", nil, ["name": "h2", "password": "y", "remote-address": "10.77.0.9"],
                ["remote-address twin"]
            ),
            (.add, "ppp-secret", nil, ["name": "h2", "password": "*****"], ["password masked"]),
            (.add, "ppp-secret", nil, ["name": "h2", "password": "y", "colour": "red"], ["colour unknown-property"]),
            (.set, "ppp-secret", "home-1", ["profile": "*10"], ["profile dangling"]),
            (.set, "ppp-secret", "home-1", ["name": ""], ["name needed"]),
            (.set, "ppp-secret", "home-1", ["remote-address": "10.77.0.9"], ["nothing"]),
            (.set, "ppp-secret", "home-2", ["comment": "x"], ["no-such-row"]),
            (.set, "ppp-secret", nil, ["comment": "x"], ["needs-row"]),
            (.set, "masquerade", "*1", ["comment": "x"], ["only-adds"]),
            (.add, "spoon", nil, [:], ["unknown-recipe"]),
            (.add, "vlan", nil, ["name": "ether1", "vlan-id": "5", "interface": "ether1"], ["name twin"]),
            (
                .add, "vlan", nil, ["name": "v5", "vlan-id": "5", "interface": "ether9"],
                ["interface no-such-reference"]
            ),
            (.add, "address", nil, ["address": "10.77.0.1/25", "interface": "ether1"], ["address twin"]),
            (.add, "dhcp-network", nil, ["address": "10.90.0.0/24", "gateway": "10.91.0.1"], ["gateway outside"]),
            (
                .add, "dhcp-server", nil, ["name": "d", "interface": "bridge-hotspot", "address-pool": "pool-home"],
                ["interface twin", "address-pool outside"]
            ),
            (.add, "hotspot-server", nil, ["name": "h", "interface": "bridge-hotspot"], ["interface twin"]),
            (.add, "filter", nil, ["chain": "input", "action": "drop", "dst-port": "22"], ["dst-port needs-ports"]),
            (
                .add, "filter", nil, ["chain": "input", "action": "drop", "in-interface": "!wlan9"],
                ["in-interface no-such-reference"]
            ),
            (.add, "queue", nil, ["name": "q", "target": "ether7"], ["target no-such-reference"]),
            (.remove, "pool", "hs-pool-1", [:], ["in-use"]),
            (.remove, "hotspot-user-profile", "default", [:], ["default-row"]),
        ]
        bench.host.router.with { machine, _ in machine.clearJournal() }
        for entry in cases {
            let flaws = try await bench.flaws(entry.deed, entry.recipe, row: entry.row, entry.fields)
            #expect(flaws == entry.flaws, "\(entry.recipe) \(entry.fields)")
        }
        #expect(try bench.changer.journal(of: bench.router).isEmpty)
    }

    @Test("A property that is younger than the router is refused; the same works on a younger one")
    func minds() async throws {
        let recipe = try #require(ChangeRecipe.named("hotspot-user"))
        #expect(!recipe.isWritable("otp-secret", in: RouterVersion(7, 21, 2)))
        for version in [RouterRelease(7, 9), RouterRelease(7, 16, 2), RouterRelease(7, 24)] {
            let bench = try ChangeBench(version: version)
            defer { bench.stop() }
            let sheet = try await bench.changer.sheet(of: recipe, on: bench.router, withChoices: true)
            #expect(sheet.properties.count >= 10 && !sheet.rows.isEmpty)
        }
        let dns = try #require(ChangeRecipe.named("dns"))
        #expect(!dns.isWritable("type", in: RouterVersion(6, 43)) && dns.isWritable("type", in: RouterVersion(6, 49)))
    }

    @Test("Rows of vouchers, of the router itself and of several names are left alone")
    func leavesAlone() async throws {
        let bench = try ChangeBench()
        defer { bench.stop() }
        try bench.operate("/ip/hotspot/user", "add", ["name": "ours", "comment": "lango:x/02:00:00:00:00:01"])
        try bench.operate("/ip/hotspot/user", "add", ["name": "twice", "server": "all"])
        try bench.operate("/ip/hotspot/user", "add", ["name": "twice", "server": "hotspot1"])
        #expect(try await bench.flaws(.set, "hotspot-user", row: "ours", ["profile": "day"]) == ["our-row"])
        #expect(try await bench.flaws(.remove, "hotspot-user", row: "ours") == ["our-row"])
        #expect(try await bench.flaws(.set, "hotspot-user", row: "twice", ["profile": "day"]) == ["several-rows"])
    }

    @Test(
        "Strange names work or are refused with a sentence, whatever carries them",
        arguments: [
            "Duka \"la\" Mama", "a=b=c", "a;b", "🦁 simba", "'x' <b> & \\ $(y)", "?name=x", "#|",
            String(repeating: "n", count: 300),
            "ملك", "[find]", "*****", "*10",
        ], ChangeBench.Way.allCases)
    func strangeNames(name: String, way: ChangeBench.Way) async throws {
        let bench = try ChangeBench(by: way)
        defer { bench.stop() }
        if name.hasPrefix("*") {
            // What only stands for a secret or for a row that is gone is no value.
            let flaws = try await bench.flaws(.add, "hotspot-user", ["name": "x", "password": name, "email": name])
            #expect(flaws == (name == "*10" ? ["email dangling"] : ["password masked"]))
            return
        }
        let made = try await bench.make(.add, "hotspot-user", ["name": name, "password": name, "comment": name])
        #expect(made.state == .done, "\(String(describing: made.flaw))")
        let row = try #require(try await bench.rows("/ip/hotspot/user").first { $0["name"] == name })
        #expect(row["password"] == name && row["comment"] == name)
        let changed = try await bench.make(.set, "hotspot-user", row: name, ["name": name.dropLast() + "2"])
        #expect(changed.state == .done)
        #expect(try await bench.undo(changed).state == .undone)
        #expect(try await bench.undo(made).state == .undone)
        #expect(
            try await bench.flaws(.add, "hotspot-user", ["name": name + String(repeating: "x", count: 300)]) == [
                "name too-long"
            ])
    }
}
