import RouterOS
import Values

/// Addresses, networks and ranges as they are typed.
struct AddressForm {
    let name: String

    /// One address, or several with commas.
    func list(_ typed: String, isSingle: Bool) throws(ChangeFlaw) -> String {
        let parts = typed.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard !isSingle || parts.count == 1, parts.allSatisfy({ IPv4Address($0) != nil }) else {
            throw ChangeFlaw(.notAddress, name)
        }
        return parts.joined(separator: ",")
    }

    /// Addresses, networks and ranges with commas, perhaps with `!` before.
    func ranges(_ typed: String) throws(ChangeFlaw) -> String {
        let isNegated = typed.hasPrefix("!")
        var parts: [String] = []
        for part in typed.dropFirst(isNegated ? 1 : 0).split(separator: ",", omittingEmptySubsequences: false) {
            let part = String(part).trimmed
            guard AddressRange(part) != nil else { throw ChangeFlaw(.notRange, name) }
            parts.append(part)
        }
        return (isNegated ? "!" : "") + parts.joined(separator: ",")
    }

    /// The address of a router in its network, `192.0.2.1/24`: neither the network itself nor its last address.
    func host(_ typed: String) throws(ChangeFlaw) -> String {
        guard let network = Network(typed) else { throw ChangeFlaw(.notNetwork, name) }
        guard network.length >= 31 || network.address.bits != network.first && network.address.bits != network.last
        else {
            throw ChangeFlaw(.outside, name, ["network": .text(network.description)])
        }
        return "\(network.address)/\(network.length)"
    }

    /// A network, `192.0.2.0/24`: nothing behind its length.
    func network(_ typed: String) throws(ChangeFlaw) -> String {
        guard let network = Network(typed) else { throw ChangeFlaw(.notNetwork, name) }
        guard network.address.bits == network.first else {
            throw ChangeFlaw(.hostBits, name, ["network": .text(network.description)])
        }
        return network.description
    }
}

/// An address with the length of its network.
struct Network: Hashable, Sendable, CustomStringConvertible {
    let address: IPv4Address
    let length: UInt32

    /// Reads `192.0.2.1/24`.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let length = UInt32(parts[1]), length <= 32,
            parts[1].utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        self.address = address
        self.length = length
    }

    private var mask: UInt32 { length == 0 ? 0 : ~0 << (32 - length) }
    var first: UInt32 { address.bits & mask }
    var last: UInt32 { first | ~mask }

    func contains(_ range: AddressRange) -> Bool { range.first >= first && range.last <= last }

    /// The network without what lies behind its length.
    var description: String { "\(IPv4Address(bits: first))/\(length)" }
}

/// From one address to another.
struct AddressRange: Hashable, Sendable {
    let first: UInt32
    let last: UInt32

    /// Reads an address, a network or `a-b`.
    init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            (first, last) = (address.bits, address.bits)
            return
        }
        if let network = Network(text) {
            (first, last) = (network.first, network.last)
            return
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { IPv4Address($0) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], low.bits <= high.bits else { return nil }
        (first, last) = (low.bits, high.bits)
    }

    /// The ranges of a comma list; what cannot be read is left out.
    static func list(_ text: String) -> [AddressRange] { text.split(separator: ",").compactMap { AddressRange($0) } }
}

/// When a rule or queue applies: `8h-17h,mon,tue`, `22:00-06:00,sat`.
///
/// Source: the vendor's manual on `time` of simple queues and firewall rules.
struct TimeWindow {
    /// As the router shows it: `8h-17h,mon,tue`.
    let text: String

    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    init(_ typed: String, _ name: String) throws(ChangeFlaw) {
        let parts = typed.lowercased().split(separator: ",").map { String($0).trimmed }
        let ends = (parts.first ?? "").split(separator: "-", omittingEmptySubsequences: false).map { Self.hour($0) }
        let hours = ends.compactMap(\.self)
        let days = Set(parts.dropFirst())
        guard hours.count == 2, ends.count == 2, days.isSubset(of: Self.days) else { throw ChangeFlaw(.notTime, name) }
        let chosen = Self.days.filter { days.isEmpty || days.contains($0) }
        text = ([hours.map(\.text).joined(separator: "-")] + chosen).joined(separator: ",")
    }

    /// A time of the day: `8h`, `08:30`, up to 24 hours.
    private static func hour(_ typed: Substring) -> RouterDuration? {
        let isClock = typed.split(separator: ":").count == 2
        guard let time = RouterDuration(isClock ? typed + ":00" : typed), time.span <= .hours(24) else { return nil }
        return time
    }
}
