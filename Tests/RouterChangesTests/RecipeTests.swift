import JSON
import RouterOS
import Testing

@testable import RouterChanges

@Suite struct RecipeTests {
    /// The versions that are claimed, the first and last of each turn among them.
    static let versions = [
        "6.43", "6.47", "6.49.10", "7.1", "7.7", "7.8", "7.9", "7.10.2", "7.13.5", "7.15", "7.15.3", "7.16.2", "7.18.2",
        "7.19.6", "7.20.8", "7.21.3", "7.22.3", "7.23.2", "7.24",
    ]

    @Test(
        "Every property that is ever written can be written by the version, by the facts",
        .enabled(if: Fixture.isPresent, Fixture.reason), arguments: versions)
    func agreesWithFacts(text: String) throws {
        let version = try #require(RouterVersion(text))
        let menus = try Fixture.menus()
        for recipe in ChangeRecipe.all {
            let menu = try #require(menus[recipe.menu.path], "\(recipe.menu)")
            let commands = (menu["commands"]?.array ?? []).compactMap(\.text)
            #expect(!recipe.deeds.isEmpty && Set(recipe.deeds.map(\.rawValue)).isSubset(of: commands), "\(recipe.menu)")
            for name in recipe.preset.map({ $0.name }) + recipe.offered where recipe.isWritable(name, in: version) {
                let place: Comment = "\(recipe.menu) \(name) in \(version)"
                let fact = try #require(menu["properties"]?[name], place)
                #expect(fact["access"]?.text == "rw", place)
                if let since = fact["since"]?.text.flatMap({ RouterVersion($0) }) { #expect(version >= since, place) }
                if let until = fact["until"]?.text.flatMap({ RouterVersion($0) }) { #expect(version <= until, place) }
            }
        }
        for path in ["/ip/hotspot/active", "/ip/hotspot/cookie", "/ppp/active"] {
            let commands: [JSON] = menus[path]?["commands"]?.array ?? []
            #expect(commands.contains("remove"), "\(path)")
        }
    }

    @Test("Every property that is offered is known to the newest version, and every needed one to the oldest")
    func offersWhatThereIs() throws {
        let newest = RouterVersion(7, 24)
        for recipe in ChangeRecipe.all {
            let oldest = recipe.since ?? RouterVersion(6, 43)
            for name in recipe.preset.map({ $0.name }) + recipe.offered {
                #expect(recipe.isWritable(name, in: newest), "\(recipe.word) \(name)")
                if recipe.isNeeded(name) { #expect(recipe.isWritable(name, in: oldest), "\(recipe.word) \(name)") }
            }
            for property in recipe.schema?.properties ?? [] where property.isRequired && recipe.deeds.contains(.add) {
                let isThere = (recipe.preset.map { $0.name } + recipe.offered).contains(property.name)
                #expect(isThere, "\(recipe.word) \(property.name)")
            }
        }
        #expect(Set(ChangeRecipe.all.map(\.word)).count == ChangeRecipe.all.count)
    }

    @Test("An order travels as JSON and comes back the same")
    func travels() {
        let orders: [ChangeOrder] = [
            .row(RowOrder(.set, "queue", row: "*1F", ["name": "a=b;\"c\" 🦁", "max-limit": ""], before: "*2")),
            .row(RowOrder(.add, "pool", ["name": "p"])), .row(RowOrder(.remove, "vlan", row: "v")),
            .speed(customer: "amina", limit: "2M/5M"), .disconnect(customer: "amina"), .reboot,
        ]
        for order in orders { #expect(ChangeOrder(order.json) == order) }
        #expect(ChangeOrder(["deed": "fly"]) == nil && ChangeOrder(nil) == nil)
    }
}

@Suite struct FieldFormTests {
    static let cases: [(path: String, name: String, typed: String, written: String?)] = [
        ("/queue/simple", "max-limit", "2M/5M", "2000000/5000000"),
        ("/queue/simple", "max-limit", "512k", "512000/512000"),
        ("/queue/simple", "max-limit", "2M/", nil), ("/queue/simple", "priority", "1/8", "1/8"),
        ("/queue/simple", "priority", "0/8", nil), ("/queue/simple", "burst-time", "90s/8s", "1m30s/8s"),
        ("/queue/simple", "target", "10.5.50.7", "10.5.50.7/32"), ("/queue/simple", "target", "10.5.50.7/24", nil),
        ("/queue/simple", "time", "8:00-17h,tue,mon", "8h-17h,mon,tue"), ("/queue/simple", "time", "8-25h", nil),
        ("/queue/tree", "limit-at", "10M", "10000000"), ("/queue/tree", "priority", "9", nil),
        ("/interface/vlan", "vlan-id", "4094", "4094"), ("/interface/vlan", "vlan-id", "4095", nil),
        ("/interface/vlan", "arp", "reply-only", "reply-only"), ("/interface/vlan", "arp", "on", nil),
        ("/ip/address", "address", "192.168.88.1/24", "192.168.88.1/24"),
        ("/ip/address", "address", "192.168.88.0/24", nil),
        ("/ip/address", "address", "192.168.88.255/24", nil), ("/ip/address", "address", "192.168.88.1", nil),
        ("/ip/dhcp-server/network", "address", "10.1.0.0/16", "10.1.0.0/16"),
        ("/ip/dhcp-server/network", "address", "10.1.0.1/16", nil),
        ("/ip/dhcp-server/network", "dns-server", "8.8.8.8, 1.1.1.1", "8.8.8.8,1.1.1.1"),
        ("/ip/pool", "ranges", "10.1.0.9-10.1.0.2", nil),
        ("/ip/pool", "ranges", "10.1.0.2-10.1.0.9", "10.1.0.2-10.1.0.9"),
        ("/ip/firewall/nat", "dst-port", "80,443,8000-8100", "80,443,8000-8100"),
        ("/ip/firewall/nat", "dst-port", "70000", nil), ("/ip/firewall/nat", "action", "drop", nil),
        ("/ip/firewall/filter", "connection-state", "related,established", "established,related"),
        ("/ip/firewall/filter", "src-address", "!10.0.0.0/8", "!10.0.0.0/8"), ("/ip/firewall/filter", "log", "on", nil),
        ("/ip/hotspot/user", "limit-uptime", "36h", "1d12h"), ("/ip/hotspot/user", "limit-uptime", "soon", nil),
        ("/ip/hotspot/user", "mac-address", "3c-2e-f9-01-23-45", "3C:2E:F9:01:23:45"),
        ("/ip/hotspot/user", "password", "*****", nil), ("/ip/hotspot/user", "password", " two words ", " two words "),
        ("/ip/hotspot/user", "name", "*10", nil), ("/ip/hotspot/user", "name", "a\nb", nil),
        ("/ip/hotspot/user", "comment", "lango:x", nil), ("/ip/hotspot/user", "name", " amina", nil),
        ("/ip/hotspot/user/profile", "shared-users", "unlimited", "unlimited"),
        ("/ip/hotspot/user/profile", "add-mac-cookie", "no", "false"),
        ("/ip/hotspot/user/profile", "rate-limit", "2M/5M 4M/10M 1M/4M 8/8", "2M/5M 4M/10M 1M/4M 8/8"),
        ("/ip/hotspot/user/profile", "rate-limit", "fast", nil),
        ("/ip/hotspot/profile", "login-by", "https,cookie", "cookie,https"),
        ("/ppp/profile", "only-one", "true", "yes"),
        ("/ip/dns/static", "address", "2001:DB8::1", "2001:db8::1"), ("/ip/dns/static", "address", "nine", nil),
    ]

    @Test("What is typed is written in the router's form, or refused", arguments: cases.indices)
    func normalises(index: Int) throws {
        let entry = Self.cases[index]
        let property = try #require(RouterSchema.menu(entry.path)?.property(entry.name))
        let written = try? FieldForm(property: property, path: entry.path).normalised(entry.typed)
        #expect(written == entry.written, "\(entry)")
    }

    @Test("A value of the console is quoted where it must be, and only then")
    func quotes() {
        let cases = [
            ("gold", "gold"), ("10.0.0.1/24", "10.0.0.1/24"), ("", "\"\""), ("a b", "\"a b\""), ("a;b=c", "\"a;b=c\""),
            ("\"$x\\", "\"\\\"\\$x\\\\\""), ("🦁", "\"🦁\""), ("[find]", "\"[find]\""),
        ]
        for (value, quoted) in cases { #expect(CommandLineText.quoted(value) == quoted) }
    }
}
