extension Menu {
    /// Interfaces, addresses and queues; `Menu.read` explains the form.
    static let networkTable = """
        /interface table blink disable enable monitor-traffic reset-counters set
          ro actual-mtu default-name dynamic fast-path fp-rps-drop fp-rx-byte fp-rx-packet fp-tx-byte fp-tx-packet
          ro inactive last-link-down-time last-link-up-time link-downs mac-address max-l2mtu passthrough running
          ro rx-byte rx-drop rx-error rx-packet slave tx-byte tx-drop tx-error tx-packet tx-queue-drop type
          ro-v7 vrf
          comment text ?
          disabled bool =false
          l2mtu num ?
          mtu num ?
          name text !
        /interface/bridge table add disable enable monitor remove set unset
          ro actual-mtu dynamic l2mtu mac-address managed running
          add-dhcp-option82 bool =false -7.22.3
          admin-mac text
          ageing-time time =5m
          arp enum:disabled,enabled,proxy-arp,reply-only,local-proxy-arp =enabled
          arp-timeout time:auto =auto
          auto-mac bool =true
          comment text ?
          dhcp-agent-circuit-id text ? 7.23+
          dhcp-agent-remote-id text ? 7.23+
          dhcp-snooping bool =false
          dhcpv6-agent-circuit-id text ? 7.23+
          dhcpv6-agent-remote-id text ? 7.23+
          dhcpv6-snooping bool =false 7.23+
          disabled bool =false
          ether-type enum:0x8100,0x88a8,0x9100 =0x8100
          fast-forward bool =true
          forward-delay time =15s
          forward-reserved-addresses bool =false 7.16+
          frame-types text =admit-all
          igmp-snooping bool =false
          igmp-version enum:2,3 =2
          ingress-filtering bool =false
          last-member-interval time =1s
          last-member-query-count text =2
          max-hops text =20
          max-learned-entries text =auto 7.16+
          max-message-age time =20s
          membership-interval time =4m20s
          mlag-heartbeat time:none ? 7.22+
          mlag-peer-port text ? 7.22+
          mlag-priority num ? 7.22+
          mld-version enum:1,2 =1
          msrp bool ?
          mtu text =auto
          multicast-querier bool =false
          multicast-router enum:disabled,temporary-query,permanent =temporary-query
          mvrp bool =false 7.15+
          name text !
          port-cost-mode text =long 7.13.5+
          priority text =0x8000
          protocol-mode enum:none,stp,rstp,mstp =rstp
          pvid text =1
          querier-interval time =4m15s
          querier-uses-bridge-address text ? 7.24+
          query-interval time =2m5s
          query-response-interval time =10s
          ra-guard bool ? 7.22+
          region-name text
          region-revision text ?
          startup-query-count text =2
          startup-query-interval text =31s250ms
          transmit-hold-count text =6
          vlan-filtering bool =false
        /ip/address table add disable enable remove set
          ro actual-interface dynamic invalid slave
          ro-v7 vrf
          address text !
          broadcast ip ?
          comment text ?
          disabled bool =false
          interface ref:/interface !
          netmask ip ?
          network ip ?
        /ip/arp table add disable enable remove set
          ro DHCP complete dhcp dynamic invalid
          ro-v7 status vrf
          address ip =0.0.0.0
          comment text ?
          disabled bool =false
          interface link:/interface !
          mac-address mac =00:00:00:00:00:00
          published bool =false
        /ip/pool table add remove set
          ro-v7 available total used
          comment text ?
          name text !
          next-pool ref:/ip/pool|none ?none
          ranges text !
        /ip/pool/used table
          ro address info owner pool
        /ip/service table disable enable set
          ro dynamic invalid name
          ro-v7 connection container local netns proto remote
          address text =
          available-from text ? 7.24+
          certificate ref:/certificate|none ?
          disabled bool =false
          max-sessions num =20 7.16+
          port num:1..65535
          tls-version enum:any,only-1.2 ?
          vrf text =main v7
        /ip/dns singleton set
          ro cache-used dynamic-servers
          address-list-extra-time time ? 7.10.2+
          allow-remote-requests bool =false
          cache-max-ttl time =1w
          cache-size num =2048
          doh-max-concurrent-queries num =50
          doh-max-server-connections num =5
          doh-timeout time =5s
          max-concurrent-queries num =100
          max-concurrent-tcp-sessions num =20
          max-udp-packet-size num =4096
          mdns-repeat-ifaces text ? 7.16+
          query-server-timeout time =2s
          query-total-timeout time =10s
          servers text
          use-doh-server text
          verify-doh-cert bool =false
          vrf text ? 7.15+
        /queue/simple table add disable enable move remove reset-counters reset-counters-all set unset
          ro bytes dropped dynamic invalid packet-rate packets pcq-queues queued-bytes queued-packets rate
          ro total-bytes total-dropped total-packet-rate total-packets total-pcq-queues total-queued-bytes
          ro total-queued-packets total-rate
          bucket-size text =0.1/0.1
          burst-limit rates =0/0
          burst-threshold rates =0/0
          burst-time text =0s/0s
          comment text ?
          disabled bool =false
          dst text ?
          limit-at rates =0/0
          max-limit rates =0/0
          name text
          packet-marks text
          parent ref:/queue/simple|none =none
          priority text =8/8
          queue text =default-small/default-small
          target text !
          time text ?
          total-bucket-size num ?
          total-burst-limit rate ?
          total-burst-threshold rate ?
          total-burst-time time ?
          total-limit-at rate ?
          total-max-limit rate ?
          total-priority num ?
          total-queue ref:/queue/type ?
        """
}
