import RouterOS
import Values

/// The rules by which a hotspot lets phones through before they are online, as far as they tell of one portal.
///
/// In each of the two tables the first rule that fits decides. Source: the manual's page "Walled Garden".
struct WalledGarden {
    static let named = Menu("/ip/hotspot/walled-garden")
    static let byAddress = Menu("/ip/hotspot/walled-garden/ip")
    static let properties: [Menu: [String]] = [
        named: ["action", "disabled", "dst-host", "dst-port", "path", "comment"],
        byAddress: [
            "action", "disabled", "dst-host", "dst-address", "dst-address-list", "dst-port", "protocol", "comment",
        ],
    ]

    /// The rows of both tables, in their order.
    let tables: [[RouterRecord]]

    /// Whether one of the tables lets phones through to a portal.
    func lets(throughTo portal: PortalPlace) -> Bool {
        tables.contains { rows in
            let rule = rows.first { !$0.flag("disabled") && Self.fits($0, portal) }
            return rule.map { ["allow", "accept", nil].contains($0["action"]) } ?? false
        }
    }

    /// Whether a rule speaks of the portal; one whose meaning cannot be told from here does not.
    private static func fits(_ rule: RouterRecord, _ portal: PortalPlace) -> Bool {
        let isOfTCP = ["tcp", "6", "", nil].contains(rule["protocol"])
        let isOfAllPaths = ["*", "/*", "", nil].contains(rule["path"])
        guard isOfTCP, isOfAllPaths, (rule["dst-address-list"] ?? "").isEmpty else { return false }
        return fits(rule["dst-host"]) { covers($0, portal.host) }
            && fits(rule["dst-port"]) { covers(ports: $0, portal.port) }
            && fits(rule["dst-address"]) { text in portal.address.map { covers(addresses: text, $0) } ?? false }
    }

    /// Whether a matcher holds: one that is not there does, one behind `!` does where the rest of it does not.
    private static func fits(_ matcher: String?, _ holds: (String) -> Bool) -> Bool {
        guard let matcher, !matcher.isEmpty else { return true }
        return matcher.hasPrefix("!") ? !holds(String(matcher.dropFirst())) : holds(matcher)
    }

    /// Whether a pattern covers a host: `*` stands for anything, `?` for one character; behind `:` stands a regular
    /// expression, which only the router can read.
    static func covers(_ pattern: String, _ host: String) -> Bool {
        guard !pattern.hasPrefix(":") else { return false }
        let (pattern, host) = (Array(pattern.lowercased().utf8), Array(host.lowercased().utf8))
        let (any, one) = (UInt8(ascii: "*"), UInt8(ascii: "?"))
        // Where the last `*` stands and how much of the host it has taken; a later one makes the earlier ones settled.
        var star: (pattern: Int, host: Int)?
        var (place, index) = (0, 0)
        while index < host.count {
            if place < pattern.count, pattern[place] == any {
                star = (place, index)
                place += 1
            } else if place < pattern.count, pattern[place] == one || pattern[place] == host[index] {
                place += 1
                index += 1
            } else if let last = star {
                star = (last.pattern, last.host + 1)
                place = last.pattern + 1
                index = last.host + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == any }
    }

    /// `80`, `80,443`, `8000-8100`.
    static func covers(ports text: String, _ port: UInt16) -> Bool {
        text.split(separator: ",").contains { part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else { return false }
            return first <= port && port <= last
        }
    }

    /// `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`.
    static func covers(addresses text: String, _ address: IPv4Address) -> Bool {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        if ends.count == 2 {
            guard let first = IPv4Address(ends[0]), let last = IPv4Address(ends[1]) else { return false }
            return first.bits <= address.bits && address.bits <= last.bits
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = IPv4Address(parts[0]),
            let length = parts.count == 2 ? UInt32(parts[1]) : 32, length <= 32
        else { return false }
        let mask: UInt32 = length == 0 ? 0 : ~0 << (32 - length)
        return base.bits & mask == address.bits & mask
    }
}
