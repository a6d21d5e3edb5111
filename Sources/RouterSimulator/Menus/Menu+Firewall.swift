extension Menu {
    /// Firewall and names: kept as plain tables; `Menu.read` explains the form.
    static let firewallTable = """
        /ip/firewall/filter table add disable enable move remove reset-counters reset-counters-all set unset
          ro bytes dynamic invalid packets
          routing-mark text ?
          routing-table text ?
          use matchers
          connection-bytes text ?
          connection-limit text ?
          connection-mark text ?
          connection-nat-state match:srcnat,dstnat,ein-snat,ein-dnat ?
          connection-rate text ?
          connection-state match:invalid,established,related,new,untracked ?
          connection-type text ?
          hw-offload text ? -7.20.8
          layer7-protocol text ?
          p2p text ?
          realm text ?
          reject-with text ?
          tcp-flags text ?
          tls-host text ?
        /ip/firewall/nat table add disable enable move remove reset-counters reset-counters-all set unset
          ro bytes dynamic invalid packets
          routing-mark text ?
          use matchers
          connection-bytes text ?
          connection-limit text ?
          connection-mark text ?
          connection-rate text ?
          connection-type text ?
          layer7-protocol text ?
          randomise-ports bool ? 7.10.2+
          realm text ?
          same-not-by-dst bool ?
          socks5-port num ? 7.20+
          socks5-server ip ? 7.20+
          socksify-service text ? 7.20+
          tls-host text ? -7.15.3
          to-addresses text ?
          to-ports text ?
        /ip/dns/static table add disable enable move remove set
          ro dynamic
          address text ?
          address-list text ? v6.47
          cname text ? v6.47
          comment text ?
          disabled bool =false
          forward-to text ? v6.47
          match-subdomain bool =false v6.47
          mx-exchange text ? v6.47
          mx-preference num ? v6.47
          name text ?
          ns text ? v6.47
          regexp text ?
          srv-port num ? v6.47
          srv-priority num ? v6.47
          srv-target text ? v6.47
          srv-weight num ? v6.47
          text text ? v6.47
          ttl time =1d
          type enum:NXDOMAIN,A,NS,CNAME,MX,TXT,AAAA,SRV,FWD ? v6.47
        /ip/route table add check disable enable remove set unset
          ro active bgp bgp-mpls-vpn connect dhcp dynamic ecmp hw-offloaded immediate-gw inactive is-is
          ro local-address modem ospf rip static vpn
          blackhole text ?
          check-gateway text ?
          comment text ?
          disabled bool =false
          distance text ?
          dst-address text ?
          gateway text ?
          pref-src text ?
          route-tag text ?
          routing-mark text ?
          routing-table text =main v7
          scope text ?
          suppress-hw-offload text =false -7.20.8
          target-scope text ?
          type text ?
          vrf-interface text ?
        /ip/dhcp-client table add disable enable release remove renew set unset
          ro address caps-managers custom-hostname-suffix custom-source-mac-address dhcp-server dynamic
          ro expires-after gateway invalid netmask primary-dns primary-ntp reconfigure-key reconfigure-last-counter
          ro secondary-dns secondary-ntp status
          add-default-route text =true
          allow-reconfigure bool =false 7.19+
          check-gateway enum:none,arp,ping,bfd =none 7.19+
          comment text ?
          default-route-distance text =1
          default-route-tables text ? 7.18+
          dhcp-options text =hostname,clientid
          disabled bool =false
          dscp num ? 7.20+
          interface link:/interface !
          name text ! 7.22+
          script text ?
          use-broadcast enum:always,never,both =both 7.20+
          use-peer-dns bool =true
          use-peer-ntp bool =true
          vlan-priority num ? 7.20+
        """
}
