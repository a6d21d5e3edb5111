extension Menu {
    /// The hotspot's menus; `Menu.read` explains the form.
    static let hotspotTable = """
        /ip/hotspot table add disable enable remove reset-html set setup
          ro HTTPS comment invalid ip-of-dns-name proxy-status
          address-pool ref:/ip/pool|none ?none
          addresses-per-mac num:1..1000|unlimited =2
          disabled bool =false
          idle-timeout time:none =5m
          interface ref:/interface !
          keepalive-timeout time:none =none
          login-timeout time:none =none
          name text !
          profile ref:/ip/hotspot/profile =default
        /ip/hotspot/profile table add remove set
          ro default
          dns-name text
          hotspot-address ip =0.0.0.0
          html-directory text =hotspot
          html-directory-override text
          http-cookie-lifetime time =3d
          http-proxy text =0.0.0.0:0
          install-hotspot-queue bool =false
          login-by flags:mac,cookie,http-chap,https,http-pap,trial,mac-cookie =cookie,http-chap
          mac-auth-mode enum:mac-as-username,mac-as-username-and-password =mac-as-username
          mac-auth-password text secret
          name text !
          nas-port-type enum:ethernet,cable,wireless-802.11 =wireless-802.11
          radius-accounting bool =true
          radius-default-domain text
          radius-interim-update time:received =received
          radius-location-id text
          radius-location-name text
          radius-mac-format text =XX:XX:XX:XX:XX:XX
          rate-limit text ?
          smtp-server ip =0.0.0.0
          split-user-domain bool =false
          ssl-certificate ref:/certificate|none ?none
          trial-uptime-limit time =30m
          trial-uptime-reset time =1d
          trial-user-profile ref:/ip/hotspot/user/profile =default
          use-radius bool =false
        /ip/hotspot/user table add disable enable remove reset-counters set
          ro bytes-in bytes-out default dynamic packets-in packets-out uptime
          address ip ?
          comment text ?
          disabled bool =false
          email text ?
          limit-bytes-in num ?0
          limit-bytes-out num ?0
          limit-bytes-total num ?0
          limit-uptime time ?0s
          mac-address mac ?
          name text !
          otp-secret text ? secret 7.21.3+
          password text secret
          profile ref:/ip/hotspot/user/profile =default
          routes text ?
          server ref:/ip/hotspot|all ?all
          totp-secret text ? secret 7.21+ -7.21.2
        /ip/hotspot/user/profile table add remove set unset
          ro default
          add-mac-cookie bool =true
          address-list text
          address-pool ref:/ip/pool|none ?none
          advertise bool =false
          advertise-interval text ?
          advertise-timeout time:immediately,never ?
          advertise-url text ?
          idle-timeout time:none =none
          incoming-filter text ?
          incoming-packet-mark text ?
          insert-queue-before text ?
          keepalive-timeout time:none =2m
          mac-cookie-timeout time =3d
          name text !
          on-login text ?
          on-logout text ?
          open-status-page enum:always,http-login =always
          outgoing-filter text ?
          outgoing-packet-mark text ?
          parent-queue ref:/queue/simple|none ?
          queue-type ref:/queue/type ?
          rate-limit text ?
          session-timeout time ?0s
          shared-users num:1..4294967295|unlimited =1
          status-autorefresh time:none =1m
          transparent-proxy bool =false
        /ip/hotspot/active table login remove
          ro address advertisement blocked bytes-in bytes-out domain idle-time idle-timeout keepalive-timeout
          ro limit-bytes-in limit-bytes-out limit-bytes-total login-by mac-address packets-in packets-out radius
          ro server session-time-left uptime user
          comment text ? -7.20.8
        /ip/hotspot/host table make-binding remove
          ro DHCP address authorized bridge-port bypassed bytes-in bytes-out comment dynamic found-by host-dead-time
          ro http-proxy idle-time idle-timeout keepalive-timeout mac-address packets-in packets-out server static
          ro to-address uptime vlan-id
        /ip/hotspot/cookie table remove
          ro domain expires-in mac-address mac-cookie user
        /ip/hotspot/ip-binding table add disable enable move remove set
          ro blocked bypassed
          address text ?
          comment text ?
          disabled bool =false
          mac-address mac ?
          server ref:/ip/hotspot|all ?all
          to-address ip ?
          type enum:regular,bypassed,blocked ?regular
        /ip/hotspot/walled-garden table add disable enable move remove reset-counters reset-counters-all set unset
          ro dst-address dynamic hits
          action enum:allow,deny =allow
          comment text ?
          disabled bool =false
          dst-host text ?
          dst-port text ?
          method text ?
          path text ?
          server ref:/ip/hotspot ?
          src-address text ?
        /ip/hotspot/walled-garden/ip table add disable enable move remove set unset
          ro invalid
          action enum:accept,drop,reject =accept
          comment text ?
          disabled bool =false
          dst-address text ?
          dst-address-list text ?
          dst-host text ?
          dst-port num:0..65535|range ?
          protocol text ?
          server ref:/ip/hotspot ?
          src-address text ?
          src-address-list text ?
        /ip/hotspot/service-port table disable enable set
          ro name
          disabled bool =false
          ports text ?
        """
}
