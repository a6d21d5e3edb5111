package import RouterOS

/// Where a table is shown.
package enum Section: String, CaseIterable, Sendable {
    case overview, interfaces, addresses, hotspot, ppp, dhcp, firewall, queues, users, system, log
}

/// One table that is read from every router, and what matters in it.
package struct SurveyedTable: Sendable {
    package enum Nature: String, Sendable {
        /// What an operator sets: every difference is a change worth telling.
        case settings
        /// What comes and goes by itself, such as sessions: shown as it was at the last reading, never compared.
        case live
        /// Too many rows to carry: only their number is read.
        case counted
    }

    package let path: String
    package let section: Section
    package let nature: Nature
    /// The properties that a list shows first, in this order.
    package let columns: [String]

    /// What the schema knows of it.
    package let schema: RouterMenu

    /// Whether it is one record instead of rows.
    package var isRecord: Bool { schema.isRecord }

    /// Whether the order of the rows decides what they do.
    package var isOrdered: Bool { schema.commands["move"] != nil }
}

/// Everything that is read of a router: path, section, nature, first columns; a line that is set in goes on.
package enum SurveyPlan {
    /// The tables in the order in which they are read and shown.
    package static let tables: [SurveyedTable] = {
        var entries: [[String]] = []
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("/") { entries.append(words) } else { entries[entries.count - 1] += words }
        }
        return entries.map(table)
    }()

    /// The table at a path such as `/ip/address`.
    package static func table(_ path: String) -> SurveyedTable? { byPath[path] }

    private static let byPath = Dictionary(uniqueKeysWithValues: tables.map { ($0.path, $0) })

    private static func table(_ words: [String]) -> SurveyedTable {
        guard words.count >= 3, let section = Section(rawValue: words[1]),
            let nature = SurveyedTable.Nature(rawValue: words[2]), let schema = RouterSchema.menu(words[0])
        else { preconditionFailure("A line of the plan cannot be read: \(words)") }
        return SurveyedTable(
            path: words[0], section: section, nature: nature, columns: Array(words.dropFirst(3)), schema: schema)
    }

    private static let lines = """
        /system/resource overview settings
        /system/identity overview settings
        /system/routerboard overview settings
        /system/license overview settings
        /system/health overview live name value type
        /system/device-mode overview settings
        /system/package overview settings name version build-time size
        /system/package/update overview live
        /system/clock overview live
        /system/note overview settings
        /interface interfaces settings name type running mac-address actual-mtu rx-byte tx-byte rx-error
          last-link-up-time comment
        /interface/ethernet interfaces settings name default-name running mac-address mtu auto-negotiation speed
          comment
        /interface/vlan interfaces settings name vlan-id interface running mtu comment
        /interface/bridge interfaces settings name running mac-address protocol-mode vlan-filtering fast-forward
          comment
        /interface/bridge/port interfaces settings interface bridge pvid status hw-offload comment
        /interface/bridge/vlan interfaces settings bridge vlan-ids tagged untagged current-tagged current-untagged
          comment
        /interface/bridge/host interfaces counted
        /interface/list interfaces settings name include exclude comment
        /interface/list/member interfaces settings list interface comment
        /interface/wireguard interfaces settings name running listen-port public-key mtu comment
        /interface/wireguard/peers interfaces settings name interface endpoint-address allowed-address
          last-handshake rx tx comment
        /ip/address addresses settings address interface network actual-interface comment
        /ip/route addresses settings dst-address gateway distance routing-table active comment
        /ip/pool addresses settings name ranges next-pool used available total comment
        /ip/pool/used addresses counted
        /ip/dns addresses settings
        /ip/dns/static addresses settings name type address cname ttl comment
        /ip/arp addresses live address mac-address interface status comment
        /ip/neighbor addresses live identity address mac-address interface platform version
        /ip/cloud addresses settings
        /ip/hotspot hotspot settings name interface address-pool profile addresses-per-mac proxy-status
        /ip/hotspot/profile hotspot settings name dns-name hotspot-address login-by html-directory use-radius
          rate-limit
        /ip/hotspot/user/profile hotspot settings name rate-limit shared-users session-timeout idle-timeout
          add-mac-cookie
        /ip/hotspot/user hotspot settings name profile server mac-address limit-uptime limit-bytes-total uptime
          bytes-in bytes-out comment
        /ip/hotspot/active hotspot live user address mac-address login-by uptime session-time-left bytes-in
          bytes-out server
        /ip/hotspot/host hotspot live mac-address address to-address server authorized bypassed uptime bytes-in
          bytes-out
        /ip/hotspot/cookie hotspot live user mac-address expires-in mac-cookie
        /ip/hotspot/ip-binding hotspot settings mac-address address to-address server type comment
        /ip/hotspot/walled-garden hotspot settings action dst-host dst-port path method server hits comment
        /ip/hotspot/walled-garden/ip hotspot settings action dst-host dst-address protocol dst-port server comment
        /ppp/profile ppp settings name local-address remote-address rate-limit only-one dns-server
        /ppp/secret ppp settings name service profile remote-address caller-id last-logged-out comment
        /ppp/active ppp live name service address caller-id uptime encoding
        /ppp/aaa ppp settings
        /interface/pppoe-server/server ppp settings service-name interface default-profile authentication
          max-sessions one-session-per-host
        /interface/pppoe-server ppp live name user remote-address uptime
        /interface/pppoe-client ppp settings name interface user profile running add-default-route comment
        /ip/dhcp-server dhcp settings name interface address-pool lease-time authoritative comment
        /ip/dhcp-server/network dhcp settings address gateway dns-server domain comment
        /ip/dhcp-server/lease dhcp settings address mac-address host-name server status expires-after last-seen
          comment
        /ip/dhcp-server/option dhcp settings name code value
        /ip/dhcp-client dhcp settings interface status address gateway dhcp-server primary-dns expires-after comment
        /ip/firewall/filter firewall settings chain action protocol src-address dst-address dst-port in-interface
          out-interface connection-state packets bytes comment
        /ip/firewall/nat firewall settings chain action protocol src-address dst-address dst-port in-interface
          out-interface to-addresses to-ports packets bytes comment
        /ip/firewall/mangle firewall settings chain action protocol src-address dst-address new-connection-mark
          new-packet-mark packets bytes comment
        /ip/firewall/raw firewall settings chain action protocol src-address dst-address dst-port packets bytes
          comment
        /ip/firewall/address-list firewall settings list address timeout creation-time comment
        /ip/firewall/layer7-protocol firewall settings name regexp comment
        /ip/firewall/connection firewall counted
        /ip/firewall/connection/tracking firewall settings
        /queue/simple queues settings name target max-limit limit-at burst-limit priority parent rate bytes comment
        /queue/tree queues settings name parent packet-mark max-limit limit-at priority rate bytes comment
        /queue/type queues settings name kind
        /radius users settings address service authentication-port accounting-port timeout comment
        /radius/incoming users settings
        /user-manager users settings
        /user-manager/user users settings name group shared-users comment
        /user-manager/user/group users settings name outer-auths inner-auths comment
        /user-manager/profile users settings name name-for-users price validity starts-when override-shared-users
        /user-manager/limitation users settings name rate-limit-rx rate-limit-tx uptime-limit transfer-limit comment
        /user-manager/profile-limitation users settings profile limitation weekdays from-time till-time
        /user-manager/user-profile users settings user profile state end-time
        /user-manager/router users settings name address coa-port
        /user-manager/session users counted
        /tool/user-manager/customer users settings login permissions currency
        /tool/user-manager/user users settings username customer actual-profile shared-users uptime-used last-seen
          comment
        /tool/user-manager/profile users settings name owner name-for-users price validity starts-at
        /tool/user-manager/profile/limitation users settings name owner rate-limit-rx rate-limit-tx uptime-limit
          transfer-limit
        /tool/user-manager/profile/profile-limitation users settings profile limitation weekdays from-time till-time
        /tool/user-manager/router users settings name customer ip-address coa-port
        /tool/user-manager/session users counted
        /user users settings name group address last-logged-in comment
        /user/group users settings name policy comment
        /ip/service system settings name port address certificate tls-version
        /ip/service/webserver system settings
        /certificate system settings name common-name key-size invalid-after trusted status
        /system/scheduler system settings name interval start-time next-run run-count on-event comment
        /system/script system settings name owner last-started run-count source comment
        /system/ntp/client system settings
        /file system live name type size last-modified
        /log log live time topics message
        """
}
