extension Menu {
    /// PPP, RADIUS, DHCP and firewall lists: kept as plain tables; `Menu.read` explains the form.
    static let accessTable = """
        /ip/dhcp-server table add disable enable remove set setup
          ro dynamic invalid
          add-arp bool ?
          add-dns-entries bool ? 7.23+
          add-dns-entries-suffix text ? 7.23+
          address-lists text ? 7.17+
          address-pool ref:/ip/pool|static-only =static-only
          allow-dual-stack-queue bool ?
          always-broadcast bool ?
          authoritative text =true
          bootp-lease-time time:lease-time,forever =forever
          bootp-support enum:none,static,dynamic ?
          client-mac-limit num:1..4294967295|unlimited ?
          comment text ?
          conflict-detection bool ?
          delay-threshold time:none ?
          dhcp-option-set ref:/ip/dhcp-server/option/sets|none ?
          disabled bool =false
          dynamic-lease-identifiers flags:client-mac,client-id,opt-82 ? 7.21+
          insert-queue-before enum:first,bottom ?
          interface ref:/interface !
          lease-script text
          lease-time time =10m
          name text !
          parent-queue text ?
          relay ip ?
          server-address ip ?
          support-broadband-tr101 bool ? 7.21+
          use-framed-as-classless bool ?
          use-radius text =false
          use-reconfigure bool ? 7.19+
        /ip/dhcp-server/network table add remove set unset
          ro dynamic
          address text ?
          boot-file-name text
          caps-manager text
          comment text ?
          dhcp-option text
          dhcp-option-set ref:/ip/dhcp-server/option/sets|none
          dns-none bool =false
          dns-server text
          domain text
          gateway text
          netmask num ?
          next-server ip ?
          ntp-none bool ? 7.20+
          ntp-server text
          wins-server text
        /ip/dhcp-server/lease table add check-status disable enable make-static remove send-reconfigure set unset
          ro active-address active-agent-circuit-id active-agent-remote-id active-client-id active-mac-address
          ro active-server age blocked class-id dynamic expires-after host-name last-seen radius reconfigure-key
          ro reconfigure-last-sent reconfigure-status src-mac-address status
          address text ?
          address-lists text
          agent-circuit-id text ? 7.21+
          agent-remote-id text ? 7.21+
          allow-dual-stack-queue bool ?
          always-broadcast bool ?
          block-access bool ?
          client-id text ?
          comment text ?
          dhcp-option text
          dhcp-option-set ref:/ip/dhcp-server/option/sets|none ?
          disabled bool =false
          insert-queue-before enum:bottom,first ?
          lease-time time ?
          mac-address mac ?
          parent-queue text ?
          queue-type text ?
          rate-limit text ?
          routes text ?
          server ref:/ip/dhcp-server|all ?
          use-src-mac bool ?
        /ip/dhcp-server/option table add remove set
          ro raw-value
          code text !
          comment text ? 7.16+
          force bool =false v7
          name text !
          value text
        /ip/firewall/address-list table add disable enable remove set
          ro creation-time
          address text !
          comment text ?
          disabled bool =false
          dynamic bool ?
          list text !
          timeout time ?
        /ppp/profile table add remove set unset
          ro default
          address-list text
          bridge ref:/interface/bridge ?
          bridge-horizon num ?
          bridge-learning enum:default,no,yes =default
          bridge-path-cost num ?
          bridge-port-priority num ?
          bridge-port-trusted bool ? 7.17+
          bridge-port-vid num ? 7.17+
          change-tcp-mss text =true
          comment text ?
          dhcpv6-lease-time time ? 7.20+
          dhcpv6-pd-pool text ?
          dhcpv6-use-radius bool ? 7.20+
          dns-server text ?
          idle-timeout time ?
          incoming-filter text ?
          insert-queue-before enum:bottom,first ?
          interface-list ref:/interface/list ?
          local-address link:/ip/pool ?
          name text !
          on-down text
          on-up text
          only-one enum:default,no,yes =default
          outgoing-filter text ?
          parent-queue ref:/queue/simple|none ?
          queue-type ref:/queue/type ?
          rate-limit text ?
          remote-address link:/ip/pool ?
          remote-ipv6-prefix-pool text ?
          remote-ipv6-prefix-reuse bool ? 7.20+
          session-timeout time ?
          use-compression enum:default,no,yes =default
          use-encryption enum:default,no,yes,required =default
          use-ipv6 text =true
          use-mpls enum:default,no,yes,required =default
          use-upnp enum:default,no,yes =default
          wins-server text ?
        /ppp/secret table add disable enable remove set unset
          ro last-caller-id last-disconnect-reason last-logged-out
          caller-id text
          comment text ?
          disabled bool =false
          ipv6-routes text
          limit-bytes-in num ?
          limit-bytes-out num ?
          local-address link:/ip/pool ?
          name text !
          password text secret
          profile ref:/ppp/profile =default
          remote-address link:/ip/pool ?
          remote-ipv6-prefix text ?
          routes text
          service enum:any,async,pptp,pppoe,l2tp,ovpn,sstp =any
        /ppp/active table remove
          ro address caller-id comment encoding limit-bytes-in limit-bytes-out name radius service session-id uptime
        /ppp/aaa singleton set
          accounting bool =true
          enable-ipv6-accounting bool ? 7.15+
          interim-update time =0s
          use-circuit-id-in-nas-port-id bool =false
          use-radius bool =false
        /radius table add disable enable monitor move remove reset-counters set
          ro status
          accounting-backup bool =false
          accounting-port num =1813
          address text ! =0.0.0.0
          authentication-port num =1812
          called-id text ?
          certificate text ?
          comment text ?
          disabled bool =false
          domain text ?
          protocol enum:udp,radsec =udp
          radsec-timeout text =3300ms 7.19.3+
          realm text ?
          require-message-auth enum:no,yes-for-request-resp =yes-for-request-resp 7.15+
          secret text secret
          service flags:ppp,login,hotspot,wireless,dhcp,ipsec,dot1x ?
          src-address text =0.0.0.0
          timeout text =300ms
        /radius/incoming singleton monitor reset-counters set
          accept bool =false
          port num =3799
          vrf text ? v7
        """
}
