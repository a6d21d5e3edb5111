import RouterOS
package import Values

/// Host and port of the portal, out of its address.
package struct PortalPlace: Hashable, Sendable {
    package let host: String
    package let port: UInt16
    package let isSecure: Bool

    /// Reads `https://portal.example` and `http://192.0.2.1:8080`; nil for anything else.
    package init?(_ url: String) {
        guard let way = RouterWay(url), [.https, .http].contains(way.service) else { return nil }
        (host, port, isSecure) = (way.host, way.port, way.service == .https)
    }

    /// The host where it is an address and no name.
    package var address: IPv4Address? { IPv4Address(host) }
}
