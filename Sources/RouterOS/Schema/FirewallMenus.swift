/// The menus of the firewall.
///
/// Notation: `RouterSchema`.
let firewallMenus = #"""
    /ip/firewall/filter table
      does add disable enable move remove reset-counters reset-counters-all set
      rw addresses dst-address src-address
      rw bool all disabled=false fragment log=false static
      rw duration(none-dynamic|none-static) address-list-timeout
      rw list hotspot
      rw text action address-list chain! comment connection-bytes connection-limit connection-mark connection-nat-state
      rw text connection-rate connection-state connection-type content dscp dst-address-list dst-address-type dst-limit
      rw text dst-port icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority
      rw text ipsec-policy ipv4-options jump-target layer7-protocol limit log-prefix nth out-bridge-port
      rw text out-bridge-port-list out-interface out-interface-list p2p packet-mark packet-size
      rw text per-connection-classifier port priority protocol psd random realm reject-with routing-mark routing-table
      rw text src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host ttl
      ro bool dynamic invalid
      ro number bytes packets
      ..7.20.8 rw text hw-offload
      7.21.. rw text tos
    /ip/firewall/nat table
      does add disable enable move remove reset-counters reset-counters-all set
      rw addresses dst-address src-address
      rw bool all disabled=false fragment log=false same-not-by-dst static
      rw duration(none-dynamic|none-static) address-list-timeout
      rw list hotspot
      rw text action address-list chain! comment connection-bytes connection-limit connection-mark connection-rate
      rw text connection-type content dscp dst-address-list dst-address-type dst-limit dst-port icmp-options
      rw text in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy
      rw text ipv4-options jump-target layer7-protocol limit log-prefix nth out-bridge-port out-bridge-port-list
      rw text out-interface out-interface-list packet-mark packet-size per-connection-classifier port priority protocol
      rw text psd random realm routing-mark src-address-list src-address-type src-mac-address src-port tcp-mss time
      rw text to-addresses to-ports ttl
      ro bool dynamic invalid
      ro number bytes packets
      ..7.15.3 rw text tls-host
      7.10.2.. rw bool randomise-ports
      7.20.. rw address socks5-server
      7.20.. rw number socks5-port
      7.20.. rw text socksify-service
      7.21.. rw text tos
    /ip/firewall/mangle table
      does add disable enable move remove reset-counters reset-counters-all set
      rw address route-dst sniff-target
      rw addresses dst-address src-address
      rw bool all disabled=false fragment log=false passthrough static
      rw choice(from-priority-to-high-3-bits|from-priority) new-dscp
      rw duration(none-dynamic|none-static) address-list-timeout
      rw list hotspot
      rw number sniff-id sniff-target-port
      rw text action address-list chain! comment connection-bytes connection-limit connection-mark connection-nat-state
      rw text connection-rate connection-state connection-type content dscp dst-address-list dst-address-type dst-limit
      rw text dst-port icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority
      rw text ipsec-policy ipv4-options jump-target layer7-protocol limit log-prefix new-connection-mark new-mss
      rw text new-packet-mark new-priority new-routing-mark new-ttl nth out-bridge-port out-bridge-port-list
      rw text out-interface out-interface-list p2p packet-mark packet-size per-connection-classifier port priority
      rw text protocol psd random realm routing-mark routing-table src-address-list src-address-type src-mac-address
      rw text src-port tcp-flags tcp-mss time tls-host ttl
      ro bool dynamic invalid
      ro number bytes packets
      7.21.. rw text tos
    /ip/firewall/raw table
      does add disable enable move remove reset-counters reset-counters-all set
      rw addresses dst-address src-address
      rw bool all disabled=false fragment log=false static
      rw duration(none-dynamic|none-static) address-list-timeout
      rw list hotspot
      rw text action address-list chain! comment content dscp dst-address-list dst-address-type dst-limit dst-port
      rw text icmp-options in-bridge-port in-bridge-port-list in-interface in-interface-list ingress-priority
      rw text ipsec-policy ipv4-options jump-target limit log-prefix nth out-bridge-port out-bridge-port-list
      rw text out-interface out-interface-list packet-mark packet-size per-connection-classifier port priority protocol
      rw text psd random src-address-list src-address-type src-mac-address src-port tcp-flags tcp-mss time tls-host ttl
      ro bool dynamic invalid
      ro number bytes packets
      7.21.. rw text tos
    /ip/firewall/address-list table
      does add disable enable remove set
      rw bool disabled=false dynamic
      rw duration timeout
      rw text address comment list!
      ro date creation-time
    /ip/firewall/layer7-protocol table
      does add remove set
      rw text comment name regexp
    /ip/firewall/connection table
      does remove
      ro address dst-address reply-dst-address reply-src-address src-address
      ro bool assured confirmed dstnat dying expected fasttrack hw-offload seen-reply srcnat uses-helper
      ro duration timeout
      ro number dst-port gre-key gre-protocol gre-version icmp-code icmp-id icmp-type orig-bytes orig-fasttrack-bytes
      ro number orig-fasttrack-packets orig-packets orig-rate repl-bytes repl-fasttrack-bytes repl-fasttrack-packets
      ro number repl-packets repl-rate reply-dst-port reply-src-port src-port
      ro text connection-mark connection-type protocol tcp-state
    /ip/firewall/connection/tracking record
      does set
      rw bool loose-tcp-tracking=true
      rw choice(auto|yes|no) enabled=auto
      rw duration generic-timeout=10m icmp-timeout=10s tcp-close-timeout=10s tcp-close-wait-timeout=10s
      rw duration tcp-established-timeout=1d tcp-fin-wait-timeout=10s tcp-last-ack-timeout=10s
      rw duration tcp-max-retrans-timeout=5m tcp-syn-received-timeout=5s tcp-syn-sent-timeout=5s
      rw duration tcp-time-wait-timeout=10s tcp-unacked-timeout=5m udp-stream-timeout=3m udp-timeout=10s
      ro bool active-ipv4 active-ipv6
      ro number max-entries total-entries total-ip4-entries total-ip6-entries
      7.20.. rw bool liberal-tcp-tracking
    """#
