/// The menus of interfaces: VLANs, bridges, PPPoE, WireGuard and what the wires tell.
///
/// Notation: `RouterSchema`.
let linkMenus = #"""
    /interface/ethernet table
      does blink cable-test disable enable monitor(duration,interval,numbers,once) reset-counters reset-mac-address set
      rw bool auto-negotiation=true disable-running-check disabled=false mdix-enable sfp-rate-select=high
      rw choice(auto|copper|sfp) combo-mode
      rw choice(default|off|on) loop-protect=default
      rw choice(disabled|enabled|proxy-arp|reply-only|local-proxy-arp) arp=enabled
      rw choice(off|auto|fec74|fec91) fec-mode
      rw choice(off|on|auto) rx-flow-control=off tx-flow-control=off
      rw choice(short|standard|default) cable-settings
      rw duration loop-protect-disable-time=5m loop-protect-send-interval=5s power-cycle-ping-timeout
      rw duration(auto) arp-timeout=auto
      rw list advertise
      rw mac mac-address orig-mac-address
      rw number l2mtu mtu=1500 sfp-shutdown-temperature=95
      rw text bandwidth=unlimited/unlimited comment name poe-out poe-priority poe-voltage power-cycle-interval
      rw text power-cycle-ping-address power-cycle-ping-enabled speed
      ro bool running slave
      ro choice(off|on|disabled) loop-protect-status
      ro number custom-drop-packet driver-rx-byte driver-rx-packet driver-tx-byte driver-tx-packet policy-drop-packet
      ro number rx-1024-1518 rx-1024-max rx-128-255 rx-1519-max rx-256-511 rx-512-1023 rx-64 rx-65-127 rx-align-error
      ro number rx-broadcast rx-bytes rx-carrier-error rx-code-error rx-control rx-drop rx-error-events rx-fcs-error
      ro number rx-fragment rx-ip-header-checksum-error rx-jabber rx-length-error rx-multicast rx-overflow rx-packet
      ro number rx-pause rx-tcp-checksum-error rx-too-long rx-too-short rx-udp-checksum-error rx-unicast rx-unknown-op
      ro number tx-1024-1518 tx-1024-max tx-128-255 tx-1519-max tx-256-511 tx-512-1023 tx-64 tx-65-127 tx-broadcast
      ro number tx-bytes tx-carrier-sense-error tx-collision tx-control tx-deferred tx-drop tx-drop-byte tx-drop-packet
      ro number tx-drop-queue0-byte tx-drop-queue0-packet tx-drop-queue1-byte tx-drop-queue1-packet tx-drop-queue2-byte
      ro number tx-drop-queue2-packet tx-drop-queue3-byte tx-drop-queue3-packet tx-drop-queue4-byte
      ro number tx-drop-queue4-packet tx-drop-queue5-byte tx-drop-queue5-packet tx-drop-queue6-byte
      ro number tx-drop-queue6-packet tx-drop-queue7-byte tx-drop-queue7-packet tx-excessive-collision
      ro number tx-excessive-deferred tx-fcs-error tx-fragment tx-jabber tx-late-collision tx-multicast
      ro number tx-multiple-collision tx-packet tx-pause tx-pause-honored tx-queue-custom0-drop-byte
      ro number tx-queue-custom0-drop-packet tx-queue-custom1-drop-byte tx-queue-custom1-drop-packet tx-queue0-byte
      ro number tx-queue0-packet tx-queue1-byte tx-queue1-packet tx-queue2-byte tx-queue2-packet tx-queue3-byte
      ro number tx-queue3-packet tx-queue4-byte tx-queue4-packet tx-queue5-byte tx-queue5-packet tx-queue6-byte
      ro number tx-queue6-packet tx-queue7-byte tx-queue7-packet tx-rx-1024-1518 tx-rx-1024-max tx-rx-128-255
      ro number tx-rx-1519-max tx-rx-256-511 tx-rx-512-1023 tx-rx-64 tx-rx-65-127 tx-single-collision tx-too-long
      ro number tx-too-short tx-total-collision tx-underrun tx-unicast
      ro text current-learned default-name fc-fec-block-corrected fc-fec-block-uncorrected fc-fec-rx-block not-learned
      ro text rs-fec-codewords rs-fec-corrected rs-fec-symbol-error rs-fec-uncorrected
      ..7.11.3 rw text full-duplex=true
      7.15.. rw bool sfp-ignore-rx-los
    /interface/list table
      does add remove set
      rw list exclude include
      rw text comment name!
      ro bool builtin dynamic
    /interface/list/member table
      does add disable enable remove set
      rw bool disabled=false
      rw row(/interface) interface!
      rw row(/interface/list) list!
      rw text comment
      ro bool dynamic
    /interface/vlan table
      does add disable enable remove set
      rw bool disabled=false use-service-tag=false
      rw choice(default|off|on) loop-protect=default
      rw choice(disabled|enabled|proxy-arp|reply-only|local-proxy-arp) arp=enabled
      rw duration loop-protect-disable-time=5m loop-protect-send-interval=5s
      rw duration(auto) arp-timeout=auto
      rw number mtu=1500 vlan-id!
      rw row(/interface) interface!
      rw text comment l3-hw-offloading name
      ro bool hw-offloaded running
      ro choice(off|on|disabled) loop-protect-status
      ro mac mac-address
      ro number l2mtu
      7.15.. rw bool mvrp=false
    /interface/bridge table
      does add disable enable monitor remove set
      rw bool auto-mac=true dhcp-snooping=false disabled=false fast-forward=true igmp-snooping=false
      rw bool ingress-filtering=false msrp multicast-querier=false vlan-filtering=false
      rw choice(0x8100|0x88a8|0x9100) ether-type=0x8100
      rw choice(1|2) mld-version=1
      rw choice(2|3) igmp-version=2
      rw choice(disabled|enabled|proxy-arp|reply-only|local-proxy-arp) arp=enabled
      rw choice(disabled|temporary-query|permanent) multicast-router=temporary-query
      rw choice(none|stp|rstp|mstp) protocol-mode=rstp
      rw duration ageing-time=5m forward-delay=15s last-member-interval=1s max-message-age=20s
      rw duration membership-interval=4m20s querier-interval=4m15s query-interval=2m5s query-response-interval=10s
      rw duration startup-query-interval=31s250ms
      rw duration(auto) arp-timeout=auto
      rw mac admin-mac
      rw number last-member-query-count=2 max-hops=20 mtu=auto priority=0x8000 pvid=1 region-revision
      rw number startup-query-count=2 transmit-hold-count=6
      rw text comment frame-types=admit-all name region-name
      ro bool dynamic managed running
      ro mac mac-address
      ro number actual-mtu l2mtu
      ..7.22.3 rw bool add-dhcp-option82=false
      7.13.5.. rw bool port-cost-mode=long
      7.15.. rw bool mvrp=false
      7.16.. rw bool forward-reserved-addresses=false
      7.16.. rw text max-learned-entries=auto
      7.22.. rw bool ra-guard
      7.22.. rw duration(none) mlag-heartbeat
      7.22.. rw number mlag-priority
      7.22.. rw text mlag-peer-port
      7.23.. rw bool dhcpv6-snooping=false
      7.23.. rw text dhcp-agent-circuit-id dhcp-agent-remote-id dhcpv6-agent-circuit-id dhcpv6-agent-remote-id
      7.24.. rw text querier-uses-bridge-address
    /interface/bridge/port table
      does add disable enable monitor move remove set
      rw bool auto-isolate=false bpdu-guard=false broadcast-flood=true disabled=false fast-leave=false hw=true
      rw bool ingress-filtering=false restricted-role=false restricted-tcn=false tag-stacking=false trusted=false
      rw bool unknown-multicast-flood=true unknown-unicast-flood=true
      rw choice(auto|yes|no) learn=auto point-to-point=auto
      rw choice(auto|yes|no|yes-discover|no-discover) edge=auto
      rw choice(disabled|temporary-query|permanent) multicast-router=temporary-query
      rw number horizon=none internal-path-cost=10 path-cost=10 priority=0x80 pvid=1
      rw row(/interface) interface!
      rw row(/interface/bridge) bridge!
      rw text comment frame-types=admit-all
      ro bool dynamic edge-port edge-port-discovery external-fdb-status forwarding hw-offload inactive learning managed
      ro bool point-to-point-port sending-rstp
      ro choice(disabled-port|root-port|designated-port|alternate-port|backup-port) role
      ro choice(inactive|in-bridge|disabled) status
      ro duration last-topology-change
      ro list declared-vlan-ids registered-vlan-ids
      ro number actual-path-cost designated-cost discard-transitions forward-transitions internal-root-path-cost
      ro number root-path-cost rx-bpdu rx-tc topology-changes tx-bpdu tx-tc
      ro text debug-info designated-bridge designated-bridge-id designated-port-id designated-port-number
      ro text hw-offload-group parent port-id port-number
      7.15.. rw choice(normal-participant|non-participant) mvrp-applicant-state=normal-participant
      7.15.. rw choice(normal|fixed) mvrp-registrar-state=normal
      7.22.. rw bool trusted-ra
      7.23.. rw bool trusted-dhcpv6=false
    /interface/bridge/vlan table
      does add disable enable remove set
      rw bool disabled=false
      rw list vlan-ids!
      rw row(/interface*) tagged untagged
      rw row(/interface/bridge) bridge!
      rw text comment
      ro bool dynamic managed
      ro list current-tagged current-untagged
      7.15.. rw list mvrp-forbidden
    /interface/bridge/host table
      does add disable enable remove set
      rw bool disabled
      rw mac mac-address!
      rw number vid
      rw row(/interface) bridge! interface!
      rw text comment
      ro address dhcpv4-ip dhcpv4-server-id remote-ip
      ro bool aged aged-peer dynamic external invalid local
      ro choice(bound|requesting|searching|renewing|rebinding|expired|relay-agent) dhcpv4-status
      ro duration dhcpv4-expires-after
      ro row(/interface) on-interface
      ro text age
    /interface/pppoe-server table
      does add disable enable monitor(duration,interval,numbers,once) remove set
      rw bool disabled
      rw text comment name service! user!
      ro bool dynamic running
      ro duration uptime
      ro number mru mtu vid
      ro row(/interface) interface
      ro text encoding remote-address
    /interface/pppoe-server/server table
      does add disable enable remove set
      rw bool accept-empty-service=true disabled=true one-session-per-host=false
      rw flags(pap|chap|mschap1|mschap2) authentication=pap,chap,mschap1,mschap2
      rw number max-mru=auto max-mtu=auto max-sessions=unlimited mrru=disabled pado-delay
      rw row(/interface) interface!
      rw row(/ppp/profile) default-profile=default
      rw text comment service-name
      rw text(disabled) keepalive-timeout=10
      ro bool invalid
      7.17.. rw list pppoe-over-vlan-range
      7.20.. rw bool accept-untagged=true
    /interface/pppoe-client table
      does add disable enable monitor remove scan set
      rw bool add-default-route=false dial-on-demand=false disabled=true use-peer-dns=false
      rw flags(pap|chap|mschap1|mschap2) allow=pap,chap,mschap1,mschap2
      rw number default-route-distance=1 max-mru=auto max-mtu=auto mrru=disabled
      rw row(/interface) interface!
      rw row(/ppp/profile) profile=default
      rw text ac-name comment host-uniq name password service-name user
      rw text(disabled) keepalive-timeout=10
      ro bool invalid running
    /interface/wireguard table
      does add disable enable remove set wg-export wg-import(config-file,config-string)
      rw bool disabled=false
      rw number listen-port mtu=1420
      rw text comment name private-key
      ro bool running
      ro text public-key
      7.21.. rw text vrf
    /interface/wireguard/peers table
      does add disable enable move remove set show-client-config(number,show-sensitive)
      rw bool disabled=false
      rw duration persistent-keepalive
      rw list allowed-address!
      rw number endpoint-port
      rw row(/interface/wireguard) interface!
      rw text comment endpoint-address preshared-key public-key
      ro bool dynamic
      ro duration last-handshake
      ro number current-endpoint-port rx tx
      ro text current-endpoint-address
      7.12.2.. rw duration client-keepalive
      7.12.2.. rw list client-address client-dns
      7.12.2.. rw number client-listen-port
      7.12.2.. rw text client-endpoint private-key
      7.15.. rw text name
      7.15..7.16.2 rw text is-responder
      7.17.. rw bool responder
      7.21.. rw list client-allowed-address
    """#
