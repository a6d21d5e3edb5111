package import RouterOS

/// What can be made, changed or removed on a router through one form: a table of the schema with the properties that
/// are offered, and what must be unique in it.
///
/// Property names, types and versions come from `RouterSchema`; here stands only what the schema does not know.
package struct ChangeRecipe: Sendable {
    /// Its name in commands and addresses.
    package let word: String
    package let menu: Menu
    /// The property by which people name a row; nil where rows have no name, such as rules.
    package let key: String?
    /// Sets of properties of which no two rows may have the same values; empty values do not count.
    let unique: [[String]]
    /// What every new row of this recipe has.
    package let preset: [RouterField]
    /// What the form offers, in its order.
    package let offered: [String]
    /// What a new row needs beyond what the schema says.
    let needed: Set<String>
    /// Whether rows are interfaces, whose names are unique among all interfaces.
    let isInterface: Bool

    init(
        _ word: String, _ path: StaticString, key: String? = nil, unique: [[String]] = [], preset: [RouterField] = [],
        needs: [String] = [], isInterface: Bool = false, _ offered: String
    ) {
        self.word = word
        menu = Menu(path)
        self.key = key
        self.unique = unique
        self.preset = preset
        self.isInterface = isInterface
        self.offered = offered.split(whereSeparator: \.isWhitespace).map(String.init)
        needed = Set(needs)
    }

    /// Whether it only makes rows of a certain kind, which are then changed by the recipe of their table.
    package var isPreset: Bool { !preset.isEmpty }

    var schema: RouterMenu? { RouterSchema.menu(menu.path) }

    /// Whether the order of rows decides what they do.
    package var isOrdered: Bool { schema?.commands["move"] != nil }

    /// The properties of the form that a version knows.
    package func properties(in version: RouterVersion) -> [RouterProperty] {
        offered.compactMap { name in
            guard let property = schema?.property(name), isWritable(name, in: version) else { return nil }
            return property
        }
    }

    /// Whether a version takes the property; before 7.9 the tables of the schema tell only what was there in 7.9.
    func isWritable(_ name: String, in version: RouterVersion) -> Bool {
        if let since = Self.younger[menu.path]?[name], version < since { return false }
        return schema?.isWritable(name, in: version) ?? false
    }

    /// Whether a new row must have it.
    package func isNeeded(_ name: String) -> Bool {
        needed.contains(name) || name == key || (schema?.property(name)?.isRequired ?? false)
    }

    /// Properties that came between 6.43 and 7.9, by the vendor's list of changes.
    private static let younger: [String: [String: RouterVersion]] = [
        "/ip/dns/static": [
            "type": RouterVersion(6, 47), "cname": RouterVersion(6, 47), "match-subdomain": RouterVersion(7, 1),
            "address-list": RouterVersion(7, 7),
        ]
    ]
}

extension ChangeRecipe {
    /// The recipe of that name.
    package static func named(_ word: String) -> ChangeRecipe? { byWord[word] }

    /// The recipe for the rows of a table.
    package static func table(_ path: String) -> ChangeRecipe? {
        all.first { $0.menu.path == path && !$0.isPreset }
    }

    private static let byWord = Dictionary(uniqueKeysWithValues: all.map { ($0.word, $0) })

    private static let matchers = """
        protocol src-address dst-address src-port dst-port in-interface out-interface in-interface-list \
        out-interface-list src-address-list dst-address-list connection-state connection-mark packet-mark time
        """

    /// All recipes in the order in which they are listed.
    package static let all: [ChangeRecipe] = groups.flatMap(\.recipes)

    /// The recipes under the words of their headings.
    package static let groups: [(word: String, recipes: [ChangeRecipe])] = [
        ("customers", customers), ("network", network), ("rules", rules),
    ]

    private static let customers: [ChangeRecipe] = [
        ChangeRecipe(
            "ppp-secret", "/ppp/secret", key: "name", unique: [["name"], ["remote-address"]], needs: ["password"],
            """
            name password service profile local-address remote-address caller-id limit-bytes-in limit-bytes-out routes
            comment disabled
            """),
        ChangeRecipe(
            "ppp-profile", "/ppp/profile", key: "name", unique: [["name"]],
            """
            name rate-limit local-address remote-address dns-server only-one session-timeout idle-timeout
            change-tcp-mss use-encryption address-list parent-queue comment
            """),
        ChangeRecipe(
            "hotspot-user", "/ip/hotspot/user", key: "name", unique: [["name", "server"]],
            """
            name password profile server mac-address address limit-uptime limit-bytes-in limit-bytes-out
            limit-bytes-total email comment disabled
            """),
        ChangeRecipe(
            "hotspot-user-profile", "/ip/hotspot/user/profile", key: "name", unique: [["name"]],
            """
            name rate-limit shared-users session-timeout idle-timeout keepalive-timeout status-autorefresh
            mac-cookie-timeout add-mac-cookie address-pool address-list parent-queue open-status-page transparent-proxy
            """),
        ChangeRecipe(
            "queue", "/queue/simple", key: "name", unique: [["name"]],
            """
            name target max-limit limit-at burst-limit burst-threshold burst-time priority parent queue packet-marks
            dst time comment disabled
            """),
        ChangeRecipe(
            "queue-tree", "/queue/tree", key: "name", unique: [["name"]],
            """
            name parent packet-mark max-limit limit-at burst-limit burst-threshold burst-time priority queue comment
            disabled
            """),
    ]

    private static let network: [ChangeRecipe] = [
        ChangeRecipe(
            "hotspot-server", "/ip/hotspot", key: "name", unique: [["name"], ["interface"]],
            """
            name interface address-pool profile addresses-per-mac idle-timeout keepalive-timeout login-timeout disabled
            """),
        ChangeRecipe(
            "hotspot-server-profile", "/ip/hotspot/profile", key: "name", unique: [["name"]],
            """
            name hotspot-address dns-name login-by html-directory rate-limit http-cookie-lifetime trial-uptime-limit
            trial-uptime-reset trial-user-profile mac-auth-mode mac-auth-password use-radius radius-accounting
            """),
        ChangeRecipe(
            "vlan", "/interface/vlan", key: "name", unique: [["name"], ["vlan-id", "interface"]], isInterface: true,
            "name vlan-id interface mtu arp use-service-tag comment disabled"),
        ChangeRecipe(
            "bridge", "/interface/bridge", key: "name", unique: [["name"]], isInterface: true,
            "name protocol-mode priority vlan-filtering igmp-snooping dhcp-snooping arp mtu comment disabled"),
        ChangeRecipe(
            "bridge-port", "/interface/bridge/port", key: "interface", unique: [["interface"]],
            "interface bridge pvid frame-types ingress-filtering horizon path-cost edge hw comment disabled"),
        ChangeRecipe(
            "address", "/ip/address", key: "address", unique: [["address"]],
            "address interface network comment disabled"),
        ChangeRecipe("pool", "/ip/pool", key: "name", unique: [["name"]], "name ranges next-pool comment"),
        ChangeRecipe(
            "dhcp-server", "/ip/dhcp-server", key: "name", unique: [["name"], ["interface", "relay"]],
            "name interface address-pool lease-time authoritative add-arp relay use-radius comment disabled"),
        ChangeRecipe(
            "dhcp-network", "/ip/dhcp-server/network", key: "address", unique: [["address"]],
            "address gateway dns-server netmask domain ntp-server comment"),
        ChangeRecipe(
            "dns", "/ip/dns/static", key: "name", unique: [["name", "type", "address", "cname", "regexp"]],
            "name address type cname ttl match-subdomain comment disabled"),
    ]

    private static let rules: [ChangeRecipe] = [
        ChangeRecipe(
            "filter", "/ip/firewall/filter", needs: ["action"],
            "chain action \(matchers) reject-with jump-target address-list address-list-timeout limit log log-prefix "
                + "comment disabled"),
        ChangeRecipe(
            "nat", "/ip/firewall/nat", needs: ["action"],
            "chain action \(natMatchers) to-addresses to-ports jump-target log log-prefix comment disabled"),
        ChangeRecipe(
            "masquerade", "/ip/firewall/nat", preset: [("chain", "srcnat"), ("action", "masquerade")],
            needs: ["out-interface"], "out-interface src-address comment"),
        ChangeRecipe(
            "port-forward", "/ip/firewall/nat", preset: [("chain", "dstnat"), ("action", "dst-nat")],
            needs: ["protocol", "dst-port", "to-addresses"],
            "protocol dst-port to-addresses to-ports in-interface dst-address src-address comment"),
        ChangeRecipe(
            "mangle", "/ip/firewall/mangle", needs: ["action"],
            "chain action \(matchers) new-connection-mark new-packet-mark new-routing-mark new-mss new-ttl jump-target "
                + "passthrough log log-prefix comment disabled"),
        ChangeRecipe(
            "mark-connection", "/ip/firewall/mangle", preset: [("action", "mark-connection")],
            needs: ["new-connection-mark"],
            "chain new-connection-mark passthrough src-address dst-address protocol dst-port in-interface comment"),
        ChangeRecipe(
            "mark-packet", "/ip/firewall/mangle", preset: [("action", "mark-packet")], needs: ["new-packet-mark"],
            "chain new-packet-mark connection-mark passthrough src-address dst-address protocol dst-port in-interface "
                + "comment"),
    ]

    private static let natMatchers = matchers.split(separator: " ").filter { $0 != "connection-state" }
        .joined(separator: " ")
}
