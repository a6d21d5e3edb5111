extension Menu {
    /// The raw table and what routers see of each other; `Menu.read` explains the form.
    static let rawTable = """
        /ip/firewall/raw table add disable enable move remove reset-counters reset-counters-all set unset
          ro bytes dynamic invalid packets
          use matchers
          tcp-flags text ?
          tls-host text ?
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
