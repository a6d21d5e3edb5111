extension Menu {
    /// Ethernet ports; `Menu.read` explains the form.
    static let ethernetTable = """
        /interface/ethernet table blink cable-test disable enable monitor reset-counters reset-mac-address set unset
          ro current-learned custom-drop-packet default-name driver-rx-byte driver-rx-packet driver-tx-byte
          ro driver-tx-packet fc-fec-block-corrected fc-fec-block-uncorrected fc-fec-rx-block loop-protect-status
          ro not-learned policy-drop-packet rs-fec-codewords rs-fec-corrected rs-fec-symbol-error
          ro rs-fec-uncorrected running rx-1024-1518 rx-1024-max rx-128-255 rx-1519-max rx-256-511 rx-512-1023
          ro rx-64 rx-65-127 rx-align-error rx-broadcast rx-bytes rx-carrier-error rx-code-error rx-control
          ro rx-drop rx-error-events rx-fcs-error rx-fragment rx-ip-header-checksum-error rx-jabber
          ro rx-length-error rx-multicast rx-overflow rx-packet rx-pause rx-tcp-checksum-error rx-too-long
          ro rx-too-short rx-udp-checksum-error rx-unicast rx-unknown-op slave tx-1024-1518 tx-1024-max tx-128-255
          ro tx-1519-max tx-256-511 tx-512-1023 tx-64 tx-65-127 tx-broadcast tx-bytes tx-carrier-sense-error
          ro tx-collision tx-control tx-deferred tx-drop tx-drop-byte tx-drop-packet tx-drop-queue0-byte
          ro tx-drop-queue0-packet tx-drop-queue1-byte tx-drop-queue1-packet tx-drop-queue2-byte
          ro tx-drop-queue2-packet tx-drop-queue3-byte tx-drop-queue3-packet tx-drop-queue4-byte
          ro tx-drop-queue4-packet tx-drop-queue5-byte tx-drop-queue5-packet tx-drop-queue6-byte
          ro tx-drop-queue6-packet tx-drop-queue7-byte tx-drop-queue7-packet tx-excessive-collision
          ro tx-excessive-deferred tx-fcs-error tx-fragment tx-jabber tx-late-collision tx-multicast
          ro tx-multiple-collision tx-packet tx-pause tx-pause-honored tx-queue-custom0-drop-byte
          ro tx-queue-custom0-drop-packet tx-queue-custom1-drop-byte tx-queue-custom1-drop-packet tx-queue0-byte
          ro tx-queue0-packet tx-queue1-byte tx-queue1-packet tx-queue2-byte tx-queue2-packet tx-queue3-byte
          ro tx-queue3-packet tx-queue4-byte tx-queue4-packet tx-queue5-byte tx-queue5-packet tx-queue6-byte
          ro tx-queue6-packet tx-queue7-byte tx-queue7-packet tx-rx-1024-1518 tx-rx-1024-max tx-rx-128-255
          ro tx-rx-1519-max tx-rx-256-511 tx-rx-512-1023 tx-rx-64 tx-rx-65-127 tx-single-collision tx-too-long
          ro tx-too-short tx-total-collision tx-underrun tx-unicast
          advertise text ?
          arp enum:disabled,enabled,proxy-arp,reply-only,local-proxy-arp =enabled
          arp-timeout time:auto =auto
          auto-negotiation bool =true
          bandwidth text =unlimited/unlimited
          cable-settings enum:short,standard,default ?
          combo-mode enum:auto,copper,sfp ?
          comment text ?
          disable-running-check bool ?
          disabled bool =false
          fec-mode enum:off,auto,fec74,fec91 ?
          full-duplex bool =true -7.11.3
          l2mtu num ?
          loop-protect enum:default,off,on =default
          loop-protect-disable-time time =5m
          loop-protect-send-interval time =5s
          mac-address mac ?
          mdix-enable bool ?
          mtu num =1500
          name text !
          orig-mac-address mac ?
          poe-out text ?
          poe-priority text ?
          poe-voltage text ?
          power-cycle-interval text ?
          power-cycle-ping-address text ?
          power-cycle-ping-enabled text ?
          power-cycle-ping-timeout text ?
          rx-flow-control enum:off,on,auto =off
          sfp-ignore-rx-los bool ? 7.15+
          sfp-rate-select text =high
          sfp-shutdown-temperature num =95
          speed text ?
          tx-flow-control enum:off,on,auto =off
        """
}
