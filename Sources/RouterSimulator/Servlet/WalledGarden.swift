import Values
import Wires

extension RouterMachine {
    /// Whether a device that is not logged in may reach an address.
    ///
    /// The rows of `/ip/hotspot/walled-garden` decide in their order; then those of `walled-garden/ip`.
    mutating func isWalledGarden(_ address: WebAddress, _ method: String, _ phone: Phone) -> Bool {
        let garden = tables["/ip/hotspot/walled-garden"] ?? Table()
        for id in garden.order {
            guard let row = garden[id], row["disabled"] != "true", matches(row, address, method, phone) else {
                continue
            }
            walledGardenHits[id, default: 0] += 1
            return row["action"] != "deny"
        }
        let addresses = tables["/ip/hotspot/walled-garden/ip"] ?? Table()
        for id in addresses.order {
            guard let row = addresses[id], row["disabled"] != "true", matchesIP(row, address, phone) else { continue }
            return row["action"] ?? "accept" == "accept"
        }
        return false
    }

    private func matches(_ row: [String: String], _ address: WebAddress, _ method: String, _ phone: Phone) -> Bool {
        test(row["dst-host"]) { Wildcard.matches($0, address.host) }
            && test(row["dst-port"]) { ports($0, address.port) }
            && test(row["path"]) { Wildcard.matches($0, address.path) }
            && test(row["method"]) { $0 == method }
            && test(row["src-address"]) { AddressRange($0)?.contains(phone.address) == true }
            && test(row["server"]) { $0 == server?["name"] }
    }

    private func matchesIP(_ row: [String: String], _ address: WebAddress, _ phone: Phone) -> Bool {
        let target = IPv4Address(address.host)
        return test(row["dst-host"]) { $0.lowercased() == address.host }
            && test(row["dst-address"]) { range in target.map { AddressRange(range)?.contains($0) == true } ?? false }
            && test(row["dst-port"]) { ports($0, address.port) }
            && test(row["protocol"]) { $0 == "tcp" || $0 == "6" }
            && test(row["src-address"]) { AddressRange($0)?.contains(phone.address) == true }
            && test(row["server"]) { $0 == server?["name"] }
    }

    /// An empty matcher holds; `!` turns it round.
    private func test(_ matcher: String?, _ holds: (String) -> Bool) -> Bool {
        guard let matcher, !matcher.isEmpty else { return true }
        return matcher.hasPrefix("!") ? !holds(String(matcher.dropFirst())) : holds(matcher)
    }

    private func ports(_ text: String, _ port: UInt16) -> Bool {
        text.split(separator: ",").contains { part in
            let ends = part.split(separator: "-").compactMap { UInt16($0) }
            return ends.count == 1 ? ends[0] == port : ends.count == 2 && ends[0] <= port && port <= ends[1]
        }
    }
}

/// Whole-text patterns with `*` and `?`; case does not count.
enum Wildcard {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.lowercased().utf8), Array(text.lowercased().utf8))
        var (index, position) = (0, 0)
        var restart: (index: Int, position: Int)?
        while position < text.count {
            if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
                restart = (index, position)
                index += 1
            } else if index < pattern.count, pattern[index] == UInt8(ascii: "?") || pattern[index] == text[position] {
                index += 1
                position += 1
            } else if let back = restart {
                restart = (back.index, back.position + 1)
                index = back.index + 1
                position = back.position + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
