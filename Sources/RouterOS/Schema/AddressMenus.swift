/// The menus of names, routes and neighbours.
///
/// Notation: `RouterSchema`.
let addressMenus = #"""
    /ip/arp table
      does add disable enable remove set
      rw address address=0.0.0.0
      rw bool disabled=false published=false
      rw mac mac-address=00:00:00:00:00:00
      rw row(/interface) interface!
      rw text comment
      ro bool complete dhcp dynamic invalid
      ro text DHCP status vrf
    /ip/route table
      does add check disable enable remove set
      rw bool blackhole disabled=false
      rw text check-gateway comment distance dst-address gateway pref-src route-tag routing-mark routing-table=main
      rw text scope target-scope type vrf-interface
      ro bool active bgp bgp-mpls-vpn connect dhcp dynamic ecmp hw-offloaded inactive is-is modem ospf rip static vpn
      ro list immediate-gw
      ro text local-address
      ..7.20.8 rw text suppress-hw-offload=false
    /ip/neighbor table
      ro address address address4 address6
      ro bool ipv6 running
      ro choice(none|simple|uncompress-headers|uncompress-all) unpack
      ro duration age uptime
      ro flags(cdp|lldp|mndp) discovered-by
      ro flags(other|repeater|bridge|wlan-ap|router|telephone|docsis-cable-device|station-only) system-caps
      ro flags(other|repeater|bridge|wlan-ap|router|telephone|docsis-cable-device|station-only) system-caps-enabled
      ro list interface
      ro mac mac-address
      ro text board identity interface-name platform software-id system-description version
    /ip/dhcp-client table
      does add disable enable release remove renew set
      rw bool disabled=false use-peer-dns=true use-peer-ntp=true
      rw choice(no|yes|special-classless) add-default-route=true
      rw list dhcp-options=hostname,clientid
      rw number default-route-distance=1
      rw row(/interface) interface!
      rw text comment script
      ro address dhcp-server gateway netmask primary-dns primary-ntp secondary-dns secondary-ntp
      ro bool dynamic invalid
      ro duration expires-after
      ro list caps-managers
      ro mac custom-source-mac-address
      ro text address custom-hostname-suffix reconfigure-key reconfigure-last-counter status
      7.18.. rw text default-route-tables
      7.19.. rw bool allow-reconfigure=false
      7.19.. rw choice(none|arp|ping|bfd) check-gateway=none
      7.20.. rw choice(always|never|both) use-broadcast=both
      7.20.. rw number dscp vlan-priority
      7.22.. rw text name
    /ip/dhcp-server/option/sets table
      does add remove set
      rw row(/ip/dhcp-server/option*) options!
      rw text name!
      7.23.. rw text comment
    /ip/dns record
      does set
      rw bool allow-remote-requests verify-doh-cert=false
      rw duration cache-max-ttl=1w doh-timeout=5s query-server-timeout=2s query-total-timeout=10s
      rw list servers
      rw number cache-size=2048KiB doh-max-concurrent-queries=50 doh-max-server-connections=5
      rw number max-concurrent-queries=100 max-concurrent-tcp-sessions=20 max-udp-packet-size=4096
      rw text use-doh-server
      ro list dynamic-servers
      ro number cache-used
      7.10.2.. rw duration address-list-extra-time
      7.15.. rw text vrf
      7.16.. rw list mdns-repeat-ifaces
    /ip/dns/static table
      does add disable enable move remove set
      rw address address
      rw bool disabled=false match-subdomain=false
      rw choice(NXDOMAIN|A|NS|CNAME|MX|TXT|AAAA|SRV|FWD) type
      rw duration ttl=1d
      rw number mx-preference srv-port srv-priority srv-weight
      rw text address-list cname comment forward-to mx-exchange name ns regexp srv-target text
      ro bool dynamic
    /ip/cloud record
      does force-update set
      rw bool ddns-enabled=false update-time=true
      rw duration(none) ddns-update-interval=none
      rw text back-to-home-vpn vpn-prefer-relay-code
      ro address public-address public-address-ipv6
      ro text dns-name status warning
    """#
