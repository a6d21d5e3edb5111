extension Menu {
    /// Bridge ports, VLANs, lists and PPPoE: kept as plain tables; `Menu.read` explains the form.
    static let linkTable = """
        /interface/bridge/port table add disable enable monitor move remove set unset
          ro actual-path-cost debug-info declared-vlan-ids designated-bridge designated-bridge-id designated-cost
          ro designated-port-id designated-port-number discard-transitions dynamic edge-port edge-port-discovery
          ro external-fdb-status forward-transitions forwarding hw-offload hw-offload-group inactive
          ro internal-root-path-cost last-topology-change learning managed parent point-to-point-port port-id
          ro port-number registered-vlan-ids role root-path-cost rx-bpdu rx-tc sending-rstp status topology-changes
          ro tx-bpdu tx-tc
          auto-isolate bool =false
          bpdu-guard bool =false
          bridge ref:/interface/bridge !
          broadcast-flood bool =true
          comment text ?
          disabled bool =false
          edge enum:auto,yes,no,yes-discover,no-discover =auto
          fast-leave bool =false
          frame-types text =admit-all
          horizon text =none
          hw bool =true
          ingress-filtering bool =false
          interface ref:/interface !
          internal-path-cost num =10
          learn enum:auto,yes,no =auto
          multicast-router enum:disabled,temporary-query,permanent =temporary-query
          mvrp-applicant-state enum:normal-participant,non-participant =normal-participant 7.15+
          mvrp-registrar-state enum:normal,fixed =normal 7.15+
          path-cost num =10
          point-to-point enum:auto,yes,no =auto
          priority text =0x80
          pvid num =1
          restricted-role bool =false
          restricted-tcn bool =false
          tag-stacking bool =false
          trusted bool =false
          trusted-dhcpv6 bool =false 7.23+
          trusted-ra bool ? 7.22+
          unknown-multicast-flood bool =true
          unknown-unicast-flood bool =true
        /interface/vlan table add disable enable remove set
          ro hw-offloaded l2mtu loop-protect-status mac-address running
          arp enum:disabled,enabled,proxy-arp,reply-only,local-proxy-arp =enabled
          arp-timeout time:auto =auto
          comment text ?
          disabled bool =false
          interface ref:/interface !
          l3-hw-offloading text ?
          loop-protect enum:default,off,on =default
          loop-protect-disable-time time =5m
          loop-protect-send-interval time =5s
          mtu num =1500
          mvrp bool =false 7.15+
          name text !
          use-service-tag bool =false
          vlan-id num !
        /interface/list table add remove set
          ro builtin dynamic
          comment text ?
          exclude text
          include text
          name text !
        /interface/list/member table add disable enable remove set
          ro dynamic
          comment text ?
          disabled bool =false
          interface link:/interface !
          list ref:/interface/list !
        /interface/pppoe-server/server table add disable enable remove set
          ro invalid
          accept-empty-service bool =true
          accept-untagged bool =true 7.20+
          authentication flags:pap,chap,mschap1,mschap2 =pap,chap,mschap1,mschap2
          comment text ?
          default-profile ref:/ppp/profile =default
          disabled bool =true
          interface ref:/interface !
          keepalive-timeout text =10
          max-mru text =auto
          max-mtu text =auto
          max-sessions text =unlimited
          mrru text =disabled
          one-session-per-host bool =false
          pado-delay num ?
          pppoe-over-vlan-range text 7.17+
          service-name text
        /ip/dhcp-server/option/sets table add remove set
          comment text ? 7.23+
          name text !
          options text !
        /queue/type table add remove set
          ro default
          bfifo-limit text =15000
          cake-ack-filter enum:none,filter,aggressive =none
          cake-atm enum:none,atm,ptm =none
          cake-autorate-ingress bool ?
          cake-bandwidth text ?
          cake-diffserv enum:diffserv3,diffserv4,diffserv8,besteffort,precedence =diffserv3
          cake-flowmode text =triple-isolate
          cake-memlimit text ?
          cake-mpu text ?
          cake-nat bool ?
          cake-overhead text ?
          cake-overhead-scheme text ?
          cake-rtt time =100ms
          cake-rtt-scheme text =none
          cake-wash bool ?
          codel-ce-threshold time ?
          codel-ecn bool ?
          codel-interval time =100ms
          codel-limit text =1000
          codel-target time =5ms
          fq-codel-ce-threshold time ?
          fq-codel-ecn bool =true
          fq-codel-flows text =1024
          fq-codel-interval time =100ms
          fq-codel-limit text =10240
          fq-codel-memlimit text =33554432
          fq-codel-quantum text =1514
          fq-codel-target time =5ms
          kind enum:bfifo,pfifo,red,sfq,pcq,mq-pfifo,none,codel,fq-codel,cake !
          mq-pfifo-limit text =50
          name text !
          pcq-burst-rate rate ?
          pcq-burst-threshold rate ?
          pcq-burst-time time =10s
          pcq-classifier text ?
          pcq-dst-address-mask text =32
          pcq-dst-address6-mask text =128
          pcq-limit text =50
          pcq-rate rate ?
          pcq-src-address-mask text =32
          pcq-src-address6-mask text =128
          pcq-total-limit text =2000
          pfifo-limit text =50
          red-avg-packet text =1000
          red-burst text =20
          red-limit text =60
          red-max-threshold text =50
          red-min-threshold text =10
          sfq-allot text =1514
          sfq-perturb text =5
        /snmp singleton send-trap set
          contact text
          enabled bool =false
          engine-id text -7.9.2
          engine-id-suffix text 7.10.2+
          location text
          src-address text =::
          trap-community text =public
          trap-generators text =temp-exception
          trap-interfaces text
          trap-target text
          trap-version enum:1,2,3 =1
          vrf text =main v7
        /user/ssh-keys table add import remove
          ro RSA bits fingerprint info key-owner key-type
          comment text ?
          key text ?
          user ref:/user ?
        /system/health table v7
          ro name type value
        /system/health singleton v6
          ro cpu-temperature fan1-speed temperature voltage
        """
}
