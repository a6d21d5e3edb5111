package import Values

/// One way to a router: a service of it and where that listens.
package struct RouterWay: Hashable, Sendable, CustomStringConvertible {
    /// The services that take commands, by the scheme of their address.
    package enum Service: String, Sendable, CaseIterable {
        /// REST on `www-ssl`, from RouterOS 7.1 on.
        case https
        /// The binary API on `api-ssl`.
        case apiTLS = "apis"
        /// The console on `ssh`, of every version; known by its host key.
        case ssh
        /// REST on `www`, from RouterOS 7.9 on; the password goes in the clear.
        case http
        /// The binary API on `api`; the password goes in the clear from RouterOS 6.43 on.
        case api
        /// None of them: the router comes by itself, from behind an address that cannot be called.
        case pull

        /// Where the service listens unless it was moved (`/ip/service`).
        package var standardPort: UInt16 {
            switch self {
            case .https: 443
            case .apiTLS: 8_729
            case .ssh: 22
            case .http: 80
            case .api: 8_728
            case .pull: 0
            }
        }

        /// Whether nobody on the way can read along, or stand in for the router once its identity is confirmed.
        ///
        /// A router that comes by itself does so over whatever the gateway's own address is.
        package var isSealed: Bool { identity != nil }

        /// How the router shows there which one it is; nil where it does not.
        package var identity: IdentityKind? {
            switch self {
            case .https, .apiTLS: .certificate
            case .ssh: .hostKey
            case .http, .api, .pull: nil
            }
        }
    }

    package let service: Service
    package let host: String
    package let port: UInt16

    package init(_ service: Service, host: String, port: UInt16? = nil) {
        self.service = service
        self.host = host
        self.port = port ?? service.standardPort
    }

    /// Reads `https://192.0.2.1`, `apis://gate.example:8729` and the like.
    ///
    /// `pull:` stands alone. Nil for another scheme, a host that is not made of letters, digits, points and hyphens, and a path.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        if text == "pull:" {
            self.init(.pull, host: "")
            return
        }
        guard let mark = text.firstRange(of: "://"), let service = Service(rawValue: String(text[..<mark.lowerBound])),
            service != .pull
        else { return nil }
        let parts = text[mark.upperBound...].split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...253).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy(Self.isHostByte)
        else { return nil }
        let port = parts.count == 2 ? UInt16(parts[1]) : nil
        guard parts.count == 1 || (port ?? 0) > 0 else { return nil }
        self.init(service, host: String(parts[0]), port: port)
    }

    /// The address, without the port where it is the service's own.
    package var description: String {
        guard service != .pull else { return "pull:" }
        return "\(service.rawValue)://\(host)" + (port == service.standardPort ? "" : ":\(port)")
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
