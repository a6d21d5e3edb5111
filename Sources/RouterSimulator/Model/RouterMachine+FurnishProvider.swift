import Values

/// What a provider's router has besides its hotspot: the rows that RouterOS makes by itself.
extension RouterMachine {
    mutating func furnishProvider() {
        furnishPPP()
        furnishDHCP()
        furnishLists()
        furnishQueues()
        furnishUserManager()
    }

    /// Numbers of the built-in profiles: FACTS 7.
    private mutating func furnishPPP() {
        var profiles = Table()
        profiles.restore(0, ["name": "default", "default": "true"])
        profiles.restore(
            0xFFFF_FFFE, ["name": "default-encryption", "default": "true", "use-encryption": "yes"])
        tables["/ppp/profile"] = profiles
    }

    private mutating func furnishDHCP() {
        let network = settings.hotspotAddress.bits & 0xFFFF_FF00
        keep(
            "/ip/dhcp-server",
            [["name": "dhcp1", "interface": "bridge-hotspot", "address-pool": "hs-pool-1", "lease-time": "1h"]])
        keep(
            "/ip/dhcp-server/network",
            [["address": "\(IPv4Address(bits: network))/24", "gateway": settings.hotspotAddress.description]])
        keep(
            "/ip/route",
            [["dst-address": "0.0.0.0/0", "gateway": "192.0.2.1", "distance": "1", "scope": "30", "active": "true"]])
        singletons["/ip/dns"] = ["servers": "192.0.2.53", "allow-remote-requests": "true"]
    }

    private mutating func furnishLists() {
        keep(
            "/interface/list", from: 0x200_0000,
            ["all", "none", "dynamic", "static"].map { ["name": $0, "builtin": "true", "dynamic": "false"] })
        keep("/interface/bridge/port", from: 0, [["bridge": "bridge-hotspot", "interface": "ether2"]])
        keep(
            "/system/logging", from: 0,
            [("info", "memory"), ("error", "memory"), ("warning", "memory"), ("critical", "echo")].map {
                ["topics": $0, "action": $1, "default": "true"]
            })
        keep(
            "/system/logging/action", from: 0,
            ["memory", "disk", "echo", "remote"].map { ["name": $0, "target": $0, "default": "true"] })
        keep("/snmp/community", from: 0, [["name": "public", "default": "true"]])
    }

    private mutating func furnishQueues() {
        let kinds = [
            ("default", "pfifo"), ("ethernet-default", "pfifo"), ("wireless-default", "sfq"),
            ("synchronous-default", "red"), ("hotspot-default", "sfq"), ("pcq-upload-default", "pcq"),
            ("pcq-download-default", "pcq"), ("only-hardware-queue", "none"),
            ("multi-queue-ethernet-default", "mq-pfifo"), ("default-small", "pfifo"),
        ]
        keep(
            "/queue/type", from: 0,
            kinds.map { name, kind in
                var row = ["name": name, "kind": kind, "default": "true"]
                if name == "pcq-upload-default" { row["pcq-classifier"] = "src-address" }
                if name == "pcq-download-default" { row["pcq-classifier"] = "dst-address" }
                if name == "default-small" { row["pfifo-limit"] = "10" }
                return row
            })
    }

    private mutating func furnishUserManager() {
        guard tree["/user-manager"] != nil else { return }
        keep(
            "/user-manager/user/group",
            ["default", "default-anonymous"].map { ["name": $0, "default": "true", "default-name": $0] })
    }

    // MARK: The board

    mutating func furnishBoard() {
        let sensors = [("temperature", "C", "46"), ("cpu-temperature", "C", "58"), ("fan1-speed", "RPM", "6090")]
        if version >= RouterRelease(7, 0) {
            keep(
                "/system/health", from: 0xE, sensors.map { ["name": $0, "type": $1, "value": $2] })
        } else {
            singletons["/system/health"] = Dictionary(uniqueKeysWithValues: sensors.map { ($0.0, $0.2) })
                .merging(["voltage": "24.1"]) { $1 }
        }
        singletons["/system/package/update"] = ["installed-version": version.description]
        keep(
            "/system/resource/cpu", from: 0,
            (0..<2).map { ["cpu": "cpu\($0)", "load": "1", "irq": "0", "disk": "0"] })
        if tree["/system/routerboard"] != nil {
            singletons["/system/routerboard"] = [
                "routerboard": "true", "board-name": "lango-routersim", "model": "lango-routersim", "revision": "r1",
                "serial-number": "SIMULATED", "firmware-type": "simulated", "factory-firmware": "7.5",
                "current-firmware": version.description, "upgrade-firmware": version.description,
            ]
        }
        furnishPackages()
    }

    /// One package for all since version 7; before, one a subject.
    private mutating func furnishPackages() {
        let system = version >= RouterRelease(7, 0) ? ["routeros"] : ["system", "dhcp", "hotspot", "ppp", "security"]
        let added = settings.packages.filter { $0 != "routerboard" }.sorted()
        keep(
            "/system/package",
            (system + added).map { name in
                [
                    "name": name, "version": version.description, "disabled": "false", "available": "false",
                    "size": "12295830",
                ]
            })
    }
}
