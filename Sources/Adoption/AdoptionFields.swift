import Provisioning
import RouterOS
import Values

/// What a person says of a router that is to come, by its name on the command line and in forms.
package enum AdoptionField: String, Hashable, Sendable, CaseIterable {
    case address
    case ours = "our-address"
    case service
    case server = "hotspot-server"
    case pages
    case radius
    case radiusServices = "radius-services"
    case tunnel = "wireguard"
    case tunnelKey = "wireguard-key"
    case tunnelAddresses = "wireguard-addresses"
}

/// The fields that cannot be read, in their order.
package struct AdoptionFlaws: Error, Hashable, Sendable {
    package let fields: [AdoptionField]
}

extension AdoptionOptions {
    /// Reads what people write; an empty text is the same as none.
    ///
    /// `publicURL` tells where we come from where nobody says it, if it holds an address.
    package init(
        checksCertificate: Bool, opensSSH: Bool, at publicURL: String,
        reading text: @escaping (AdoptionField) -> String?
    ) throws(AdoptionFlaws) {
        var reader = AdoptionFieldReader(text)
        self.init(ours: reader.ours(at: publicURL))
        self.checksCertificate = checksCertificate
        self.opensSSH = opensSSH
        address = reader.address()
        service = reader.service()
        server = reader.text(.server).map { String($0.prefix(60)) }
        pages = reader.read(.pages) { Pages(rawValue: $0) } ?? .standard
        radius = reader.radius()
        tunnel = reader.tunnel()
        guard reader.flaws.isEmpty else {
            throw AdoptionFlaws(fields: AdoptionField.allCases.filter(reader.flaws.contains))
        }
    }
}

/// Reads field by field and notes what is wrong.
private struct AdoptionFieldReader {
    private let source: (AdoptionField) -> String?
    private(set) var flaws: Set<AdoptionField> = []

    init(_ source: @escaping (AdoptionField) -> String?) { self.source = source }

    func text(_ field: AdoptionField) -> String? {
        guard let text = source(field)?.filter({ $0 != " " }), !text.isEmpty else { return nil }
        return text
    }

    mutating func read<Value>(_ field: AdoptionField, _ read: (String) -> Value?) -> Value? {
        guard let text = text(field) else { return nil }
        let value = read(text)
        if value == nil { flaws.insert(field) }
        return value
    }

    mutating func ours(at publicURL: String) -> [AddressPrefix] {
        let given = read(.ours) { text -> [AddressPrefix]? in
            let parts = text.split(separator: ",").map { AddressPrefix($0) }
            return parts.isEmpty || parts.contains(nil) || parts.count > 8 ? nil : parts.compactMap(\.self)
        }
        if let given { return given }
        guard let address = PortalPlace(publicURL)?.address else {
            flaws.insert(.ours)
            return []
        }
        return [AddressPrefix(address)]
    }

    mutating func address() -> String? {
        read(.address) { text in text.contains(":") ? nil : RouterWay("https://\(text)")?.host }
    }

    mutating func service() -> RouterWay.Service {
        read(.service) { ["api-ssl": .apiTLS, "www-ssl": .https, "pull": .pull][$0] } ?? .apiTLS
    }

    mutating func radius() -> AdoptionOptions.RADIUS? {
        guard let address = read(.radius, { IPv4Address($0) }) else { return nil }
        let services = read(.radiusServices) { text -> [AdoptionOptions.RADIUS.Service]? in
            let services = text.split(separator: ",").map { AdoptionOptions.RADIUS.Service(rawValue: String($0)) }
            return services.contains(nil) ? nil : services.compactMap(\.self)
        }
        return AdoptionOptions.RADIUS(address: address, services: services ?? [.hotspot, .ppp])
    }

    mutating func tunnel() -> AdoptionOptions.Tunnel? {
        guard
            let endpoint = read(.tunnel, { text in text.contains(":") ? RouterWay("https://\(text)") : nil })
        else { return nil }
        let key = read(.tunnelKey) { $0.utf8.count == 44 && $0.hasSuffix("=") && Self.isBase64($0) ? $0 : nil }
        let addresses = read(.tunnelAddresses) { text -> [IPv4Address]? in
            let parts = text.split(separator: ",").compactMap { IPv4Address($0) }
            return parts.count == 2 && parts[0] != parts[1] ? parts : nil
        }
        if key == nil { flaws.insert(.tunnelKey) }
        guard let key, let addresses else {
            if addresses == nil { flaws.insert(.tunnelAddresses) }
            return nil
        }
        return AdoptionOptions.Tunnel(
            host: endpoint.host, port: endpoint.port, publicKey: key, ourAddress: addresses[0],
            routerAddress: addresses[1])
    }

    /// RFC 4648 section 4.
    private static func isBase64(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || [43, 47, 61].contains(byte)
        }
    }
}
