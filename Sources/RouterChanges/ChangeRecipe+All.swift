import RouterOS

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
        ("customers", customers), ("network", network), ("rules", rules), ("accounts", accounts),
        ("sessions", sessions),
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
        ChangeRecipe(
            "queue-type", "/queue/type", key: "name", unique: [["name"]],
            """
            name kind pcq-rate pcq-classifier pcq-limit pcq-total-limit pcq-burst-rate pcq-burst-threshold
            pcq-burst-time pcq-src-address-mask pcq-dst-address-mask pfifo-limit bfifo-limit red-limit
            red-min-threshold red-max-threshold sfq-perturb sfq-allot
            """),
        ChangeRecipe(
            "hotspot-binding", "/ip/hotspot/ip-binding", unique: [["mac-address", "server"]],
            "mac-address address to-address server type comment disabled"),
    ]

    /// Rows that come and go by themselves: they can only be ended.
    private static let sessions: [ChangeRecipe] = [
        ChangeRecipe(
            "hotspot-session", "/ip/hotspot/active", key: "user",
            shows: "user address mac-address login-by uptime server"),
        ChangeRecipe(
            "hotspot-cookie", "/ip/hotspot/cookie", key: "user", shows: "user mac-address domain expires-in"),
        ChangeRecipe(
            "ppp-session", "/ppp/active", key: "name", shows: "name service address caller-id uptime comment"),
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
            "bridge-vlan", "/interface/bridge/vlan", "bridge vlan-ids tagged untagged comment disabled"),
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
            "dhcp-lease", "/ip/dhcp-server/lease", key: "address", unique: [["address"], ["mac-address", "server"]],
            needs: ["mac-address"],
            "address mac-address server rate-limit address-lists lease-time block-access comment disabled"),
        ChangeRecipe(
            "pppoe-server", "/interface/pppoe-server/server", key: "service-name",
            unique: [["service-name", "interface"]],
            """
            service-name interface default-profile authentication one-session-per-host max-sessions keepalive-timeout
            max-mtu max-mru accept-empty-service comment disabled
            """),
        ChangeRecipe(
            "wireguard", "/interface/wireguard", key: "name", unique: [["name"], ["listen-port"]], isInterface: true,
            since: RouterVersion(7, 1), "name listen-port mtu private-key comment disabled"),
        ChangeRecipe(
            "wireguard-peer", "/interface/wireguard/peers", unique: [["public-key", "interface"]],
            needs: ["public-key"], since: RouterVersion(7, 1),
            """
            interface public-key allowed-address endpoint-address endpoint-port persistent-keepalive preshared-key name
            comment disabled
            """),
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
            "chain new-connection-mark passthrough src-address dst-address protocol dst-port in-interface time comment"),
        ChangeRecipe(
            "mark-packet", "/ip/firewall/mangle", preset: [("action", "mark-packet")], needs: ["new-packet-mark"],
            "chain new-packet-mark connection-mark passthrough src-address dst-address protocol dst-port in-interface "
                + "time comment"),
        ChangeRecipe(
            "address-list", "/ip/firewall/address-list", unique: [["address", "list"]], needs: ["address"],
            "list address comment disabled"),
        ChangeRecipe(
            "walled-garden", "/ip/hotspot/walled-garden",
            "action dst-host dst-port path method server src-address comment disabled"),
        ChangeRecipe(
            "walled-garden-ip", "/ip/hotspot/walled-garden/ip",
            "action dst-host dst-address protocol dst-port server src-address comment disabled"),
    ]

    /// Accounts that other routers ask for: RADIUS and the User Manager of version 7.
    private static let accounts: [ChangeRecipe] = [
        ChangeRecipe(
            "radius", "/radius", unique: [["address", "service"]], needs: ["service", "secret"],
            "service address secret authentication-port accounting-port timeout src-address domain comment disabled"),
        ChangeRecipe(
            "um-user", "/user-manager/user", key: "name", unique: [["name"]], since: RouterVersion(7, 1),
            "name password group shared-users caller-id attributes comment disabled"),
        ChangeRecipe(
            "um-profile", "/user-manager/profile", key: "name", unique: [["name"]], since: RouterVersion(7, 1),
            "name name-for-users price validity starts-when override-shared-users comment"),
        ChangeRecipe(
            "um-limitation", "/user-manager/limitation", key: "name", unique: [["name"]], since: RouterVersion(7, 1),
            """
            name rate-limit-rx rate-limit-tx uptime-limit transfer-limit download-limit upload-limit
            reset-counters-interval comment
            """),
        ChangeRecipe(
            "um-profile-limitation", "/user-manager/profile-limitation", unique: [["profile", "limitation"]],
            since: RouterVersion(7, 1), "profile limitation weekdays from-time till-time comment"),
        ChangeRecipe(
            "um-user-profile", "/user-manager/user-profile", since: RouterVersion(7, 1), "user profile"),
        ChangeRecipe(
            "um-router", "/user-manager/router", key: "name", unique: [["name"], ["address"]],
            needs: ["shared-secret"], since: RouterVersion(7, 1), "name address shared-secret coa-port disabled"),
    ]

    private static let natMatchers = matchers.split(separator: " ").filter { $0 != "connection-state" }
        .joined(separator: " ")
}
