extension Menu {
    /// Tunnels, bridges and PPPoE from the inside; `Menu.read` explains the form.
    static let tunnelTable = """
        /interface/bridge/vlan table add disable enable remove set
          ro current-tagged current-untagged dynamic managed
          bridge ref:/interface/bridge !
          comment text ?
          disabled bool =false
          mvrp-forbidden text 7.15+
          tagged text
          untagged text
          vlan-ids text !
        /interface/bridge/host table add disable enable remove set unset
          ro age aged aged-peer dhcpv4-expires-after dhcpv4-ip dhcpv4-server-id dhcpv4-status dynamic external
          ro invalid local on-interface remote-ip
          bridge text !
          comment text ?
          disabled bool ?
          interface text !
          mac-address mac !
          vid num ?
        /interface/wireguard table add disable enable remove set wg-export wg-import v7
          ro public-key running
          comment text ?
          disabled bool =false
          listen-port num:0..65535 =13231
          mtu num =1420
          name text !
          private-key text secret
          vrf text ? 7.21+
        /interface/wireguard/peers table add disable enable move remove set show-client-config v7
          ro current-endpoint-address current-endpoint-port dynamic last-handshake rx tx
          allowed-address text !
          client-address text ? 7.12.2+
          client-allowed-address text ? 7.21+
          client-dns text ? 7.12.2+
          client-endpoint text ? 7.12.2+
          client-keepalive time ? 7.12.2+
          client-listen-port num ? 7.12.2+
          comment text ?
          disabled bool =false
          endpoint-address text
          endpoint-port num ?
          interface ref:/interface/wireguard !
          is-responder text ? 7.15+ -7.16.2
          name text ? 7.15+
          persistent-keepalive time ?
          preshared-key text ? secret
          private-key text ? secret 7.12.2+
          public-key text ?
          responder bool ? 7.17+
        /interface/pppoe-server table add disable enable monitor remove set
          ro dynamic encoding interface mru mtu remote-address running uptime vid
          comment text ?
          disabled bool ?
          name text ?
          service text !
          user text !
        /interface/pppoe-client table add disable enable monitor remove scan set unset
          ro invalid running
          ac-name text
          add-default-route bool =false
          allow flags:pap,chap,mschap1,mschap2 =pap,chap,mschap1,mschap2
          comment text ?
          default-route-distance num =1
          dial-on-demand bool =false
          disabled bool =true
          host-uniq text ?
          interface ref:/interface !
          keepalive-timeout text =10
          max-mru text =auto
          max-mtu text =auto
          mrru text =disabled
          name text !
          password text secret
          profile ref:/ppp/profile =default
          service-name text
          use-peer-dns bool =false
          user text
        /ppp/l2tp-secret table add remove set
          address text ?
          comment text ?
          secret text ? secret
        """
}
