import Inventory
import Locales
import RouterChanges
import RouterOS
import Testing

/// What an operator expects to find of a router, by name: read on both generations, shown in a tab, changed by a form.
@Suite struct RouterMenusTests {
    struct Item: Sendable, CustomTestStringConvertible {
        let name: String
        let path: String
        let section: Section
        /// The forms that change it; empty for what is only read.
        let recipes: [String]
        /// The first and the last version that have it.
        let versions: ClosedRange<RouterVersion>
        var testDescription: String { name }

        init(
            _ name: String, _ path: String, _ section: Section, _ recipes: [String] = [],
            from first: RouterVersion = RouterVersion(6, 43), to last: RouterVersion = RouterVersion(7, 24)
        ) {
            self.name = name
            self.path = path
            self.section = section
            self.recipes = recipes
            versions = first...last
        }
    }

    static let seven = RouterVersion(7, 1)
    static let six = RouterVersion(6, 49)

    static let items: [Item] = [
        Item("system resource", "/system/resource", .overview), Item("identity", "/system/identity", .overview),
        Item("health", "/system/health", .overview), Item("clock", "/system/clock", .overview),
        Item("packages", "/system/package", .overview), Item("device-mode", "/system/device-mode", .overview),
        Item("interfaces and counters", "/interface", .interfaces),
        Item("addresses", "/ip/address", .addresses, ["address"]),
        Item("VLANs", "/interface/vlan", .interfaces, ["vlan"]),
        Item("bridges", "/interface/bridge", .interfaces, ["bridge"]),
        Item("bridge ports", "/interface/bridge/port", .interfaces, ["bridge-port"]),
        Item("bridge VLANs", "/interface/bridge/vlan", .interfaces, ["bridge-vlan"]),
        Item("pools", "/ip/pool", .addresses, ["pool"]), Item("used addresses", "/ip/pool/used", .addresses),
        Item("DHCP servers", "/ip/dhcp-server", .dhcp, ["dhcp-server"]),
        Item("DHCP networks", "/ip/dhcp-server/network", .dhcp, ["dhcp-network"]),
        Item("leases", "/ip/dhcp-server/lease", .dhcp, ["dhcp-lease"]), Item("DNS", "/ip/dns", .addresses),
        Item("static records", "/ip/dns/static", .addresses, ["dns"]),
        Item("PPP profiles", "/ppp/profile", .ppp, ["ppp-profile"]),
        Item("PPP secrets", "/ppp/secret", .ppp, ["ppp-secret"]),
        Item("PPP active", "/ppp/active", .ppp, ["ppp-session"]),
        Item("PPPoE servers", "/interface/pppoe-server/server", .ppp, ["pppoe-server"]),
        Item("hotspot servers", "/ip/hotspot", .hotspot, ["hotspot-server"]),
        Item("hotspot profiles", "/ip/hotspot/profile", .hotspot, ["hotspot-server-profile"]),
        Item("hotspot users", "/ip/hotspot/user", .hotspot, ["hotspot-user"]),
        Item("hotspot user profiles", "/ip/hotspot/user/profile", .hotspot, ["hotspot-user-profile"]),
        Item("hotspot active", "/ip/hotspot/active", .hotspot, ["hotspot-session"]),
        Item("hosts", "/ip/hotspot/host", .hotspot),
        Item("cookies", "/ip/hotspot/cookie", .hotspot, ["hotspot-cookie"]),
        Item("bindings", "/ip/hotspot/ip-binding", .hotspot, ["hotspot-binding"]),
        Item("walled garden", "/ip/hotspot/walled-garden", .hotspot, ["walled-garden"]),
        Item("walled garden by address", "/ip/hotspot/walled-garden/ip", .hotspot, ["walled-garden-ip"]),
        Item("filter rules", "/ip/firewall/filter", .firewall, ["filter"]),
        Item("NAT rules", "/ip/firewall/nat", .firewall, ["nat", "masquerade", "port-forward"]),
        Item("mangle rules", "/ip/firewall/mangle", .firewall, ["mangle", "mark-connection", "mark-packet"]),
        Item("address lists", "/ip/firewall/address-list", .firewall, ["address-list"]),
        Item("connection count", "/ip/firewall/connection", .firewall),
        Item("simple queues", "/queue/simple", .queues, ["queue"]),
        Item("queue trees", "/queue/tree", .queues, ["queue-tree"]),
        Item("queue types", "/queue/type", .queues, ["queue-type"]), Item("RADIUS", "/radius", .users, ["radius"]),
        Item("User Manager users", "/user-manager/user", .users, ["um-user"], from: seven),
        Item("User Manager profiles", "/user-manager/profile", .users, ["um-profile"], from: seven),
        Item("User Manager limits", "/user-manager/limitation", .users, ["um-limitation"], from: seven),
        Item("limits of profiles", "/user-manager/profile-limitation", .users, ["um-profile-limitation"], from: seven),
        Item("profiles of users", "/user-manager/user-profile", .users, ["um-user-profile"], from: seven),
        Item("User Manager routers", "/user-manager/router", .users, ["um-router"], from: seven),
        Item("User Manager sessions", "/user-manager/session", .users, from: seven),
        Item("User Manager users of version 6", "/tool/user-manager/user", .users, to: six),
        Item("User Manager profiles of version 6", "/tool/user-manager/profile", .users, to: six),
        Item("User Manager limits of version 6", "/tool/user-manager/profile/limitation", .users, to: six),
        Item("User Manager routers of version 6", "/tool/user-manager/router", .users, to: six),
        Item("User Manager sessions of version 6", "/tool/user-manager/session", .users, to: six),
        Item("WireGuard", "/interface/wireguard", .interfaces, ["wireguard"], from: seven),
        Item("WireGuard peers", "/interface/wireguard/peers", .interfaces, ["wireguard-peer"], from: seven),
        Item("log", "/log", .log),
    ]

    @Test("Each is read, has its place on the page, and its forms", arguments: items)
    func present(item: Item) throws {
        let table = try #require(SurveyPlan.table(item.path))
        #expect(table.section == item.section && !table.columns.isEmpty || table.isRecord || table.nature == .counted)
        for version in [RouterVersion(6, 43), Self.six, Self.seven, RouterVersion(7, 24)] {
            let isRead = table.schema.versions.contains(version)
            #expect(isRead || !item.versions.contains(version), "\(item.path) \(version)")
        }
        let forms = ChangeRecipe.all.filter { $0.menu.path == item.path }
        #expect(Set(forms.map(\.word)) == Set(item.recipes))
        if let whole = forms.first(where: { !$0.isPreset }) { #expect(whole.deeds.contains(.remove)) }
    }

    @Test("Of connections and used addresses only the number is read")
    func counted() {
        for path in ["/ip/firewall/connection", "/ip/pool/used", "/user-manager/session", "/tool/user-manager/session"]
        {
            #expect(SurveyPlan.table(path)?.nature == .counted, "\(path)")
        }
    }

    @Test("Limits, bursts, priorities, schedules and marks can be set")
    func offers() {
        let wanted = [
            "queue": [
                "max-limit", "limit-at", "burst-limit", "burst-threshold", "burst-time", "priority", "time", "parent",
            ],
            "queue-tree": [
                "max-limit", "limit-at", "burst-limit", "burst-threshold", "burst-time", "priority", "packet-mark",
            ],
            "mangle": ["new-packet-mark", "new-connection-mark", "new-routing-mark", "time"],
            "mark-packet": ["new-packet-mark", "time"], "port-forward": ["dst-port", "to-addresses", "to-ports"],
            "masquerade": ["out-interface"], "pppoe-server": ["interface", "default-profile", "one-session-per-host"],
        ]
        for (word, names) in wanted {
            #expect(Set(names).isSubset(of: ChangeRecipe.named(word)?.offered ?? []), "\(word)")
        }
        for title in [ChangeOrder.speed(customer: "a", limit: "1M"), .disconnect(customer: "a"), .reboot] {
            #expect(!title.title.isEmpty)
        }
    }
}
