extension Menu {
    /// The raw table and what routers see of each other; `Menu.read` explains the form.
    static let rawTable = """
        /ip/firewall/raw table add disable enable move remove reset-counters reset-counters-all set unset
          ro bytes dynamic invalid packets
          action text ?
          address-list text ?
          address-list-timeout time:none-dynamic,none-static ?
          all text ?
          chain text !
          comment text ?
          content text ?
          disabled bool =false
          dscp text ?
          dst-address text ?
          dst-address-list text ?
          dst-address-type match:unicast,local,broadcast,multicast,blackhole ?
          dst-limit text ?
          dst-port text ?
          fragment text ?
          hotspot text ?
          icmp-options text ?
          in-bridge-port text ?
          in-bridge-port-list text ?
          in-interface link:/interface ?
          in-interface-list link:/interface/list ?
          ingress-priority text ?
          ipsec-policy text ?
          ipv4-options text ?
          jump-target text ?
          limit text ?
          log bool =false
          log-prefix text
          nth text ?
          out-bridge-port text ?
          out-bridge-port-list text ?
          out-interface link:/interface ?
          out-interface-list link:/interface/list ?
          packet-mark text ?
          packet-size text ?
          per-connection-classifier text ?
          port text ?
          priority text ?
          protocol text ?
          psd text ?
          random text ?
          src-address text ?
          src-address-list text ?
          src-address-type match:unicast,local,broadcast,multicast,blackhole ?
          src-mac-address text ?
          src-port text ?
          static text ?
          tcp-flags text ?
          tcp-mss text ?
          time text ?
          tls-host text ?
          tos text ? 7.21+
          ttl text ?
        /ip/neighbor table unset
          ro address address4 address6 age board discovered-by identity interface interface-name ipv6 mac-address
          ro platform running software-id system-caps system-caps-enabled system-description unpack uptime version
        /ip/dns/cache table flush
          ro data name static ttl type
        /ip/cloud singleton force-update set v6.27
          ro dns-name public-address public-address-ipv6 status warning
          back-to-home-vpn text ?
          ddns-enabled text =false
          ddns-update-interval time:none =none
          update-time bool =true
          vpn-prefer-relay-code text ?
        /ip/service/webserver singleton set 7.21+
          acme-plain bool ?
          crl-plain bool ?
          graphs-plain bool ?
          graphs-secure bool ?
          index-plain bool ?
          index-secure bool ?
          rest-plain bool ?
          rest-secure bool ?
          scep-plain bool ?
          webfig-plain bool ?
          webfig-secure bool ?
        /ip/dhcp-server/config singleton set
          accounting bool =true
          interim-update time =0s
          radius-password text ? secret
          store-leases-disk time:immediately,never =5m
        """
}
