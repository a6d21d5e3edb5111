import JSON
package import RouterOS
package import Values

/// What an adoption is to set up on a router; everything but the secrets.
package struct AdoptionOptions: Hashable, Sendable {
    /// Which profiles of the hotspot get our pages.
    package enum Pages: String, Hashable, Sendable, CaseIterable {
        /// Those that show the pages from the factory's folder.
        case standard
        /// Every profile that a server uses.
        case all
        case none
    }

    /// A RADIUS server that the router is to ask.
    package struct RADIUS: Hashable, Sendable {
        package enum Service: String, Hashable, Sendable, CaseIterable { case hotspot, ppp }

        package let address: IPv4Address
        package let services: [Service]

        package init(address: IPv4Address, services: [Service]) {
            self.address = address
            self.services = services
        }
    }

    /// A tunnel that the router opens towards us; WireGuard, from RouterOS 7 on.
    package struct Tunnel: Hashable, Sendable {
        /// Where our side listens.
        package let host: String
        package let port: UInt16
        /// Ours; 32 bytes in Base64.
        package let publicKey: String
        /// Ours inside the tunnel.
        package let ourAddress: IPv4Address
        /// The router's inside the tunnel.
        package let routerAddress: IPv4Address

        package init(
            host: String, port: UInt16, publicKey: String, ourAddress: IPv4Address, routerAddress: IPv4Address
        ) {
            self.host = host
            self.port = port
            self.publicKey = publicKey
            self.ourAddress = ourAddress
            self.routerAddress = routerAddress
        }
    }

    /// Where we come from, as the router sees it.
    package var ours: [AddressPrefix]
    /// Where the router is reached; nil takes the address from which it reports.
    package var address: String?
    package var service = RouterWay.Service.apiTLS
    /// The hotspot server that is ours; nil for every one.
    package var server: String?
    package var pages = Pages.standard
    package var radius: RADIUS?
    package var tunnel: Tunnel?
    /// Whether the router can check our certificate: it knows the public authorities.
    package var checksCertificate = false
    /// Whether we come in over SSH too, unless the router comes by itself.
    ///
    /// The router's own encrypted backups want it, and before 7.13 all backups.
    package var opensSSH = false

    package init(ours: [AddressPrefix]) { self.ours = ours }

    /// Whether SSH is one of the ways in.
    package var comesOverSSH: Bool { opensSSH && service != .pull }

    /// Every address that may come in: the tunnel's too.
    var admitted: [AddressPrefix] { ours + (tunnel.map { [AddressPrefix($0.ourAddress)] } ?? []) }
}

// MARK: As it is kept

extension AdoptionOptions {
    var json: JSON {
        var json: JSON = [
            "ours": .array(ours.map { .string($0.description) }), "service": .string(service.rawValue),
            "pages": .string(pages.rawValue), "checks-certificate": .bool(checksCertificate), "ssh": .bool(opensSSH),
            "address": address.map { .string($0) } ?? .null, "server": server.map { .string($0) } ?? .null,
        ]
        guard var members = json.object else { return json }
        if let radius {
            members["radius"] = [
                "address": .string(radius.address.description),
                "services": .array(radius.services.map { .string($0.rawValue) }),
            ]
        }
        if let tunnel {
            members["tunnel"] = [
                "host": .string(tunnel.host), "port": .number(tunnel.port), "key": .string(tunnel.publicKey),
                "ours": .string(tunnel.ourAddress.description), "theirs": .string(tunnel.routerAddress.description),
            ]
        }
        json = .object(members)
        return json
    }

    /// Nil where something is missing that every version has written.
    init?(_ json: JSON) {
        guard let ours = json["ours"]?.array,
            let service = json["service"]?.text.flatMap({ RouterWay.Service(rawValue: $0) }),
            let pages = json["pages"]?.text.flatMap({ Pages(rawValue: $0) })
        else { return nil }
        self.init(ours: ours.compactMap { $0.text.flatMap { AddressPrefix($0) } })
        self.service = service
        self.pages = pages
        address = json["address"]?.text
        server = json["server"]?.text
        checksCertificate = json["checks-certificate"]?.boolean ?? false
        opensSSH = json["ssh"]?.boolean ?? false
        radius = json["radius"].flatMap { RADIUS($0) }
        tunnel = json["tunnel"].flatMap { Tunnel($0) }
    }
}

extension AdoptionOptions.RADIUS {
    fileprivate init?(_ json: JSON) {
        guard let address = json["address"]?.text.flatMap({ IPv4Address($0) }) else { return nil }
        let words = (json["services"]?.array ?? []).compactMap(\.text)
        self.init(address: address, services: words.compactMap { Service(rawValue: $0) })
    }
}

extension AdoptionOptions.Tunnel {
    fileprivate init?(_ json: JSON) {
        guard let host = json["host"]?.text, let port = json["port"]?.integer.flatMap({ UInt16(exactly: $0) }),
            let key = json["key"]?.text, let ours = json["ours"]?.text.flatMap({ IPv4Address($0) }),
            let theirs = json["theirs"]?.text.flatMap({ IPv4Address($0) })
        else { return nil }
        self.init(host: host, port: port, publicKey: key, ourAddress: ours, routerAddress: theirs)
    }
}
