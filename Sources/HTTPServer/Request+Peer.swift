import CMicrohttpd

/// Who sent the request, and how.
extension Request {
    /// The address at the other end of the connection.
    package var peer: PeerAddress { unsafe PeerAddress(mhd_peer(connection)) }

    var isFromTrustedProxy: Bool { worker.server.trusts(peer) }

    /// The peer, or the last hop of `X-Forwarded-For` that is not a trusted proxy when the peer is one.
    package var clientAddress: String { client.description }

    /// The same as a value.
    package var client: PeerAddress {
        var hop = peer
        guard worker.server.hasTrustedProxies, worker.server.trusts(hop), let line = header("X-Forwarded-For") else {
            return hop
        }
        for field in line.split(separator: ",").reversed() {
            guard let next = PeerAddress(field.drop { $0 == " " }.prefix { $0 != " " }) else { return hop }
            hop = next
            guard worker.server.trusts(hop) else { return hop }
        }
        return hop
    }

    /// Whether the person's browser spoke TLS: to us, or to a trusted proxy that says so.
    package var isSecure: Bool {
        if worker.server.speaksTLS { return true }
        return worker.server.hasTrustedProxies && isFromTrustedProxy && header("X-Forwarded-Proto") == "https"
    }

    /// The name under which the request came, in lower case and with the port as given.
    ///
    /// Nil where the header is missing, is no name, or is none of the settings' `publicHosts`.
    package var host: String? {
        guard let text = header("Host")?.lowercased(), (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ Self.isHostByte($0) })
        else { return nil }
        let names = worker.server.settings.publicHosts
        return names.isEmpty || names.contains(text) || names.contains(Self.withoutPort(text)) ? text : nil
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (48...58).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    private static func withoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") else { return host }
        return String(host[..<colon])
    }
}
