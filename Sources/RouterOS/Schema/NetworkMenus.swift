/// The menus around the hotspot: services, addresses, PPP, queues, RADIUS.
///
/// Notation: `RouterSchema`.
let networkMenus = #"""
    /ip/service table
      does disable enable set
      rw addresses address
      rw bool disabled=false
      rw choice(any|only-1.2) tls-version
      rw number port
      rw row(/certificate|none) certificate
      rw text vrf
      ro address local
      ro bool connection dynamic invalid
      ro number netns
      ro pair remote
      ro text container name proto
      7.16.. rw number max-sessions=20
      7.24.. rw addresses available-from
    /ip/service/webserver record 7.21..
      does set
      rw bool acme-plain crl-plain graphs-plain graphs-secure index-plain index-secure rest-plain rest-secure
      rw bool scep-plain webfig-plain webfig-secure
    /ip/address table
      does add disable enable remove set
      rw address broadcast netmask network
      rw addresses address!
      rw bool disabled=false
      rw row(/interface) interface!
      rw text comment
      ro bool dynamic invalid slave
      ro text actual-interface vrf
    /ip/pool table
      does add remove set
      rw list ranges!
      rw row(/ip/pool) next-pool
      rw text comment name
      ro number available total used
    /ip/pool/used table
      does set
      ro address address
      ro text info owner pool
    /ip/dhcp-server table
      does add disable enable remove set setup
      rw address relay server-address
      rw bool add-arp allow-dual-stack-queue always-broadcast conflict-detection disabled=false
      rw bool use-framed-as-classless
      rw choice(none|static|dynamic) bootp-support
      rw choice(no|after-10sec-delay|after-2sec-delay|yes) authoritative=true
      rw choice(no|yes|accounting) use-radius=false
      rw duration lease-time=10m
      rw duration(lease-time|forever) bootp-lease-time=forever
      rw duration(none) delay-threshold
      rw number(unlimited) client-mac-limit
      rw row(/interface) interface!
      rw row(/ip/dhcp-server/option/sets) dhcp-option-set
      rw row(/ip/pool|static-only) address-pool=static-only
      rw text comment lease-script name
      rw text(first|bottom) insert-queue-before
      rw text(none) parent-queue
      ro bool dynamic invalid
      7.17.. rw list address-lists
      7.19.. rw bool use-reconfigure
      7.21.. rw bool support-broadband-tr101
      7.21.. rw flags(client-mac|client-id|opt-82) dynamic-lease-identifiers
      7.23.. rw bool add-dns-entries
      7.23.. rw text add-dns-entries-suffix
    /ip/dhcp-server/network table
      does add remove set
      rw address dns-server next-server ntp-server
      rw addresses address
      rw bool dns-none=false
      rw list caps-manager dhcp-option gateway wins-server
      rw number netmask
      rw row(/ip/dhcp-server/option/sets) dhcp-option-set
      rw text boot-file-name comment domain
      ro bool dynamic
      7.20.. rw bool ntp-none
    /ip/dhcp-server/lease table
      does add check-status(numbers) disable enable make-static(numbers) remove send-reconfigure(numbers) set
      rw address address
      rw bool allow-dual-stack-queue always-broadcast block-access disabled=false use-src-mac
      rw duration lease-time
      rw list address-lists dhcp-option
      rw mac mac-address
      rw pair routes
      rw row(/ip/dhcp-server) server
      rw row(/ip/dhcp-server/option/sets) dhcp-option-set
      rw text client-id comment queue-type rate-limit
      rw text(bottom|first) insert-queue-before
      rw text(none) parent-queue
      ro address active-address
      ro bool blocked dynamic radius
      ro choice(waiting|testing|declined|offered|bound|authorizing|conflict) status
      ro duration age expires-after
      ro duration(never|sometime) last-seen
      ro mac active-mac-address src-mac-address
      ro text active-agent-circuit-id active-agent-remote-id active-client-id active-server class-id host-name
      ro text reconfigure-key reconfigure-last-sent reconfigure-status
      7.21.. rw text agent-circuit-id agent-remote-id
    /ip/dhcp-server/option table
      does add remove set
      rw bool force=false
      rw number(vendor-specific) code!
      rw text name! value
      ro text raw-value
      7.16.. rw text comment
    /interface table
      does blink disable enable monitor-traffic(duration,interface,interval,once) reset-counters(numbers) set
      rw bool disabled
      rw number l2mtu mtu
      rw text comment name
      ro bool dynamic inactive passthrough running slave
      ro date last-link-down-time last-link-up-time
      ro mac mac-address
      ro number actual-mtu fp-rps-drop fp-rx-byte fp-rx-packet fp-tx-byte fp-tx-packet link-downs max-l2mtu
      ro number rx-byte rx-drop rx-error rx-packet tx-byte tx-drop tx-error tx-packet tx-queue-drop
      ro text default-name fast-path type vrf
    /ppp/profile table
      does add remove set
      rw address local-address remote-address
      rw choice(default|no|yes) bridge-learning=default change-tcp-mss=true only-one=default
      rw choice(default|no|yes) use-compression=default use-upnp=default
      rw choice(default|no|yes|required) use-encryption=default use-ipv6=true use-mpls=default
      rw duration idle-timeout session-timeout
      rw list address-list dns-server wins-server
      rw number bridge-horizon bridge-path-cost bridge-port-priority
      rw row(/interface/bridge) bridge
      rw row(/interface/list) interface-list
      rw row(/queue/simple) parent-queue
      rw row(/queue/type) queue-type
      rw text comment dhcpv6-pd-pool incoming-filter name! on-down on-up outgoing-filter rate-limit
      rw text remote-ipv6-prefix-pool
      rw text(bottom|first) insert-queue-before
      ro bool default
      7.17.. rw bool bridge-port-trusted
      7.17.. rw number bridge-port-vid
      7.20.. rw bool dhcpv6-use-radius remote-ipv6-prefix-reuse
      7.20.. rw duration dhcpv6-lease-time
    /ppp/secret table
      does add disable enable remove set
      rw address local-address remote-address
      rw bool disabled=false
      rw choice(any|async|pptp|pppoe|l2tp|ovpn|sstp) service=any
      rw number limit-bytes-in limit-bytes-out
      rw row(/ppp/profile) profile=default
      rw text caller-id comment ipv6-routes name! password remote-ipv6-prefix routes
      ro date last-logged-out
      ro text last-caller-id last-disconnect-reason
    /ppp/active table
      does remove
      ro address address
      ro bool radius
      ro choice(any|async|pptp|pppoe|l2tp|ovpn|sstp) service
      ro duration uptime
      ro number limit-bytes-in limit-bytes-out session-id
      ro text caller-id comment encoding name
    /ppp/aaa record
      does set
      rw bool accounting=true use-circuit-id-in-nas-port-id=false use-radius=false
      rw duration interim-update=0s
      7.15.. rw bool enable-ipv6-accounting
    /queue/simple table
      does add disable enable move(destination,numbers) remove reset-counters(numbers) reset-counters-all set
      rw addresses dst target!
      rw bool disabled=false
      rw duration total-burst-time
      rw flags(sun|mon|tue|wed|thu|fri|sat) time
      rw list packet-marks
      rw number total-bucket-size total-burst-limit total-burst-threshold total-limit-at total-max-limit
      rw number total-priority
      rw pair bucket-size=0.1/0.1 burst-limit=0/0 burst-threshold=0/0 burst-time=0s/0s limit-at=0/0 max-limit=0/0
      rw pair priority=8/8 queue=default-small/default-small
      rw row(/queue/simple|none) parent=none
      rw row(/queue/type) total-queue
      rw text comment name
      ro bool dynamic invalid
      ro number total-bytes total-dropped total-packet-rate total-packets total-pcq-queues total-queued-bytes
      ro number total-queued-packets total-rate
      ro pair bytes dropped packet-rate packets pcq-queues queued-bytes queued-packets rate
    /radius table
      does add disable enable monitor(duration,interval,numbers,once) move remove reset-counters set
      rw address src-address=0.0.0.0
      rw bool accounting-backup=false disabled=false
      rw choice(udp|radsec) protocol=udp
      rw duration timeout=300ms
      rw flags(ppp|login|hotspot|wireless|dhcp|ipsec|dot1x) service
      rw number accounting-port=1813 authentication-port=1812
      rw text address!=0.0.0.0 called-id comment domain realm secret
      rw text(none) certificate
      ro text status
      7.15.. rw choice(no|yes-for-request-resp) require-message-auth=yes-for-request-resp
      7.19.3.. rw duration radsec-timeout=3300ms
    /radius/incoming record
      does monitor(duration,interval,once) reset-counters set
      rw bool accept=false
      rw number port=3799
      rw text vrf
    """#
