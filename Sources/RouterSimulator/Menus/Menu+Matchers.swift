extension Menu {
    /// What the four tables of the firewall have in common; `Menu.read` takes it for a line `use matchers`.
    static let matchers = """
        action text ?
        address-list text ?
        address-list-timeout time:none-dynamic,none-static ?
        all text ?
        chain text !
        comment text ?
        content text ?
        disabled bool =false
        dscp text ?
        dst-address text ?
        dst-address-list text ?
        dst-address-type match:unicast,local,broadcast,multicast,blackhole ?
        dst-limit text ?
        dst-port text ?
        fragment text ?
        hotspot text ?
        icmp-options text ?
        in-bridge-port text ?
        in-bridge-port-list text ?
        in-interface link:/interface ?
        in-interface-list link:/interface/list ?
        ingress-priority text ?
        ipsec-policy text ?
        ipv4-options text ?
        jump-target text ?
        limit text ?
        log bool =false
        log-prefix text
        nth text ?
        out-bridge-port text ?
        out-bridge-port-list text ?
        out-interface link:/interface ?
        out-interface-list link:/interface/list ?
        packet-mark text ?
        packet-size text ?
        per-connection-classifier text ?
        port text ?
        priority text ?
        protocol text ?
        psd text ?
        random text ?
        src-address text ?
        src-address-list text ?
        src-address-type match:unicast,local,broadcast,multicast,blackhole ?
        src-mac-address text ?
        src-port text ?
        static text ?
        tcp-mss text ?
        time text ?
        tos text ? 7.21+
        ttl text ?
        """
}
