extension Menu {
    /// Marking and connections: kept as plain tables; `Menu.read` explains the form.
    static let mangleTable = """
        /ip/firewall/mangle table add disable enable move remove reset-counters reset-counters-all set unset
          ro bytes dynamic invalid packets
          route-dst text ?
          routing-mark text ?
          routing-table text ?
          use matchers
          connection-bytes text ?
          connection-limit text ?
          connection-mark text ?
          connection-nat-state match:srcnat,dstnat ?
          connection-rate text ?
          connection-state match:invalid,established,related,new,untracked ?
          connection-type text ?
          layer7-protocol text ?
          new-connection-mark text ?
          new-dscp enum:from-priority-to-high-3-bits,from-priority ?
          new-mss num:0..4294967295|clamp-to-pmtu ?
          new-packet-mark text ?
          new-priority num:0..4294967295|from-dscp,from-ingress,from-dscp-high-3-bits ?
          new-routing-mark text ?
          new-ttl text ?
          p2p text ?
          passthrough bool ?
          realm text ?
          sniff-id num ?
          sniff-target text ?
          sniff-target-port num ?
          tcp-flags text ?
          tls-host text ?
        /ip/firewall/layer7-protocol table add remove set
          comment text ?
          name text ?
          regexp text ?
        /ip/firewall/connection table remove
          ro assured confirmed connection-mark connection-type dst-address dst-port dstnat dying expected
          ro fasttrack gre-key gre-protocol gre-version hw-offload icmp-code icmp-id icmp-type orig-bytes
          ro orig-fasttrack-bytes orig-fasttrack-packets orig-packets orig-rate protocol repl-bytes
          ro repl-fasttrack-bytes repl-fasttrack-packets repl-packets repl-rate reply-dst-address reply-dst-port
          ro reply-src-address reply-src-port seen-reply src-address src-port srcnat tcp-state timeout uses-helper
        /ip/firewall/connection/tracking singleton set
          ro active-ipv4 active-ipv6 max-entries total-entries total-ip4-entries total-ip6-entries
          enabled enum:auto,yes,no =auto
          generic-timeout time =10m
          icmp-timeout time =10s
          liberal-tcp-tracking bool ? 7.20+
          loose-tcp-tracking bool =true
          tcp-close-timeout time =10s
          tcp-close-wait-timeout time =10s
          tcp-established-timeout time =1d
          tcp-fin-wait-timeout time =10s
          tcp-last-ack-timeout time =10s
          tcp-max-retrans-timeout time =5m
          tcp-syn-received-timeout time =5s
          tcp-syn-sent-timeout time =5s
          tcp-time-wait-timeout time =10s
          tcp-unacked-timeout time =5m
          udp-stream-timeout time =3m
          udp-timeout time =10s
        """
}
