/// The menus of the hotspot.
///
/// Notation: `RouterSchema`.
let hotspotMenus = #"""
    /ip/hotspot table
      does add disable enable remove reset-html(numbers) set setup
      rw bool disabled=false
      rw duration(none) idle-timeout=5m keepalive-timeout=none login-timeout=none
      rw number(unlimited) addresses-per-mac=2
      rw row(/interface) interface!
      rw row(/ip/hotspot/profile) profile=default
      rw row(/ip/pool|none) address-pool=none
      rw text name
      ro address ip-of-dns-name
      ro bool HTTPS invalid
      ro text proxy-status
    /ip/hotspot/profile table
      does add remove set
      rw address hotspot-address=0.0.0.0 smtp-server=0.0.0.0
      rw bool install-hotspot-queue=false radius-accounting=true split-user-domain=false use-radius=false
      rw choice(ethernet|cable|wireless-802.11) nas-port-type=wireless-802.11
      rw choice(mac-as-username|mac-as-username-and-password) mac-auth-mode=mac-as-username
      rw duration http-cookie-lifetime=3d trial-uptime-limit=30m trial-uptime-reset=1d
      rw duration(received) radius-interim-update=received
      rw flags(mac|cookie|http-chap|https|http-pap|trial|mac-cookie) login-by=cookie,http-chap
      rw pair http-proxy=0.0.0.0:0
      rw row(/certificate|none) ssl-certificate
      rw text dns-name html-directory=flash/hotspot html-directory-override mac-auth-password name
      rw text radius-default-domain radius-location-id radius-location-name radius-mac-format=XX:XX:XX:XX:XX:XX
      rw text rate-limit trial-user-profile=default
      ro bool default
    /ip/hotspot/user table
      does add disable enable remove reset-counters(numbers) set
      rw address address
      rw bool disabled=false
      rw duration limit-uptime
      rw mac mac-address
      rw number limit-bytes-in limit-bytes-out limit-bytes-total
      rw row(/ip/hotspot/user/profile) profile=default
      rw row(/ip/hotspot|all) server=all
      rw text comment email name! password routes
      ro bool default dynamic
      ro duration uptime
      ro number bytes-in bytes-out packets-in packets-out
      7.21..7.21.2 rw text totp-secret
      7.21.3.. rw text otp-secret
    /ip/hotspot/user/profile table
      does add remove set
      rw bool add-mac-cookie=true advertise=false transparent-proxy=false
      rw choice(always|http-login) open-status-page=always
      rw duration advertise-interval mac-cookie-timeout=3d session-timeout
      rw duration(immediately|never) advertise-timeout
      rw duration(none) idle-timeout=none keepalive-timeout=2m status-autorefresh=1m
      rw list address-list advertise-url
      rw number(unlimited) shared-users=1
      rw row(/ip/pool|none) address-pool=none
      rw row(/queue/simple|first|bottom) insert-queue-before
      rw row(/queue/simple|none) parent-queue
      rw row(/queue/type) queue-type
      rw text incoming-filter incoming-packet-mark name on-login on-logout outgoing-filter outgoing-packet-mark
      rw text rate-limit
      ro bool default
    /ip/hotspot/active table
      does login(domain,ip,mac-address,password,user) remove
      ro address address
      ro bool blocked radius
      ro choice(disabled|sleeping|pending|pending,block) advertisement
      ro duration idle-time idle-timeout keepalive-timeout session-time-left uptime
      ro mac mac-address
      ro number bytes-in bytes-out limit-bytes-in limit-bytes-out limit-bytes-total packets-in packets-out
      ro text domain login-by server user
      ..7.20.8 rw text comment
    /ip/hotspot/host table
      does make-binding(comment,numbers,type) remove
      ro address address to-address
      ro bool DHCP authorized bypassed dynamic static
      ro duration host-dead-time idle-time idle-timeout keepalive-timeout uptime
      ro mac mac-address
      ro number bytes-in bytes-out packets-in packets-out vlan-id
      ro pair http-proxy
      ro text bridge-port comment found-by server
    /ip/hotspot/cookie table
      does remove
      ro bool mac-cookie
      ro duration expires-in
      ro mac mac-address
      ro text domain user
    /ip/hotspot/ip-binding table
      does add disable enable move remove set
      rw address to-address
      rw addresses address
      rw bool disabled
      rw choice(regular|bypassed|blocked) type
      rw mac mac-address
      rw row(/ip/hotspot|all) server
      rw text comment
      ro bool blocked bypassed
    /ip/hotspot/walled-garden table
      does add disable enable move remove reset-counters(numbers) reset-counters-all set
      rw addresses src-address
      rw bool disabled=false
      rw choice(allow|deny) action=allow
      rw row(/ip/hotspot) server
      rw text comment dst-host dst-port path
      rw text(GET|HEAD|POST|PUT|CONNECT|OPTIONS|DELETE|TRACE) method
      ro addresses dst-address
      ro bool dynamic
      ro number hits
    /ip/hotspot/walled-garden/ip table
      does add disable enable move remove set
      rw addresses dst-address src-address
      rw bool disabled=no
      rw choice(accept|drop|reject) action=accept
      rw number dst-port
      rw row(/ip/hotspot) server
      rw text comment dst-address-list dst-host protocol src-address-list
      ro bool invalid
    /ip/hotspot/service-port table
      does disable enable set
      rw bool disabled=false
      rw list ports
      ro text name
    """#
