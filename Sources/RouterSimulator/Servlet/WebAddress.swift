/// An `http:` address as a phone asks for it.
package struct WebAddress: Hashable, Sendable {
    /// In lower case, without port.
    package let host: String
    package let port: UInt16
    /// Begins with a slash.
    package let path: String
    /// Without the question mark; empty where there is none.
    package let query: String

    /// Reads `http://host:port/path?query`.
    package init?(absolute text: some StringProtocol) {
        guard text.lowercased().hasPrefix("http://") else { return nil }
        let rest = text.dropFirst(7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        self.init(authority: String(authority), target: String(rest.dropFirst(authority.count)))
    }

    /// From a Host header and a request's target.
    package init?(authority: String, target: String) {
        let parts = authority.lowercased().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, let port = parts.count == 2 ? UInt16(parts[1]) : 80
        else { return nil }
        host = parts[0]
        self.port = port
        let target = target.hasPrefix("/") ? target : "/" + target
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<mark])
        query = mark == target.endIndex ? "" : String(target[target.index(after: mark)...])
    }

    /// Host, with the port where it is not 80.
    package var authority: String { port == 80 ? host : "\(host):\(port)" }

    /// The whole address.
    package var text: String { "http://\(authority)\(target)" }

    /// Path and query.
    package var target: String { query.isEmpty ? path : "\(path)?\(query)" }
}
