import RouterOS
import Values

/// The written form of one property: what a person types, made into what the router shows.
struct FieldForm {
    let property: RouterProperty
    /// The path of the property's menu.
    let path: String

    var name: String { property.name }

    /// The longest text that is taken; the longest name that a router was seen to keep has 300 characters.
    static let longestName = 300
    private static let longestText = 4_000

    /// The value as it is sent, or what is wrong with it; an empty text clears and passes.
    func normalised(_ typed: String) throws(ChangeFlaw) -> String {
        guard !typed.isEmpty else { return "" }
        try checkText(typed)
        if let word = word(typed) { return word }
        if let special = try special(typed) { return special }
        switch property.type {
        case .bool: return try truth(typed)
        case .choice: throw ChangeFlaw(.notWord, name, ["words": .text(property.words.joined(separator: ", "))])
        case .flags: return try flags(typed, of: property.words)
        case .number: return try number(typed, in: NumberRanges.range(of: name, in: path))
        case .duration: return try duration(typed)
        case .mac:
            guard let mac = MACAddress(typed) else { throw ChangeFlaw(.notMAC, name) }
            return mac.description
        case .address: return try AddressForm(name: name).list(typed, isSingle: !Self.lists.contains(name))
        case .addresses: return try AddressForm(name: name).ranges(typed)
        case .pair: return try pair(typed)
        case .list, .row, .date, .text: return typed
        }
    }

    // MARK: Text

    private func checkText(_ typed: String) throws(ChangeFlaw) {
        if isSecret, RouterValue.isMasked(typed) { throw ChangeFlaw(.masked, name) }
        guard typed.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw ChangeFlaw(.control, name)
        }
        let limit = name == "name" ? Self.longestName : Self.longestText
        guard typed.count <= limit else { throw ChangeFlaw(.tooLong, name, ["value": .number(Int64(limit))]) }
        if !isSecret, typed.first == " " || typed.last == " " { throw ChangeFlaw(.blanks, name) }
        if !isSecret, RouterValue.isDangling(typed) { throw ChangeFlaw(.dangling, name, ["value": .text(typed)]) }
        if name == "comment", typed.hasPrefix("lango:") { throw ChangeFlaw(.ours, name) }
    }

    /// Whether the value must not be shown.
    var isSecret: Bool { SecretNames.contains(name) }

    /// A literal word that the property knows, such as `auto`; of a truth-like choice either spelling.
    private func word(_ typed: String) -> String? {
        let words = property.type == .row ? Array(property.words.dropFirst()) : property.words
        if property.type != .flags, words.contains(typed) { return typed }
        if property.type == .choice, let truth = RouterValue.truth(typed) {
            return words.first { $0 == (truth ? "yes" : "no") }
        }
        // A default that is no number, such as `unlimited`, is a word too.
        if property.type == .number, typed == property.defaultValue { return typed }
        return nil
    }

    private func truth(_ typed: String) throws(ChangeFlaw) -> String {
        guard let truth = RouterValue.truth(typed) else { throw ChangeFlaw(.notYesNo, name) }
        return RouterValue.text(truth)
    }

    /// Known words with commas between, in the router's order.
    private func flags(_ typed: String, of words: [String]) throws(ChangeFlaw) -> String {
        let wanted = typed.split(separator: ",").map { String($0).trimmed }
        guard wanted.allSatisfy(words.contains) else {
            throw ChangeFlaw(.notWord, name, ["words": .text(words.joined(separator: ", "))])
        }
        return words.filter(wanted.contains).joined(separator: ",")
    }

    // MARK: Numbers

    private func number(_ typed: String, in range: ClosedRange<Int64>) throws(ChangeFlaw) -> String {
        if Self.rates.contains(name) { return String(try rate(typed)) }
        if name == "bucket-size" { return typed }
        let digits = typed.hasPrefix("0x") ? Int64(typed.dropFirst(2), radix: 16) : Int64(typed)
        guard let digits, !typed.hasPrefix("+") else { throw ChangeFlaw(.notNumber, name) }
        guard range.contains(digits) else {
            let facts = ["value": Fact.text("\(range.lowerBound)–\(range.upperBound)")]
            throw ChangeFlaw(.outOfRange, name, facts)
        }
        return typed.hasPrefix("0x") ? typed : String(digits)
    }

    /// Bits per second; `k`, `M` and `G` are decimal.
    private func rate(_ typed: String) throws(ChangeFlaw) -> Int64 {
        guard let pair = RouterPair(typed), !typed.contains("/"), !typed.hasSuffix("s") else {
            throw ChangeFlaw(.notRate, name)
        }
        return pair.upload
    }

    private func duration(_ typed: String) throws(ChangeFlaw) -> String {
        guard let duration = RouterDuration(typed) else { throw ChangeFlaw(.notDuration, name) }
        return duration.text
    }

    /// Two halves, `upload/download`; one alone stands for both.
    private func pair(_ typed: String) throws(ChangeFlaw) -> String {
        let halves = typed.split(separator: "/", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard (1...2).contains(halves.count), halves.allSatisfy({ !$0.isEmpty }) else {
            throw ChangeFlaw(.notPair, name)
        }
        let (first, second) = (halves[0], halves[halves.count - 1])
        return try "\(half(first))/\(half(second))"
    }

    private func half(_ typed: String) throws(ChangeFlaw) -> String {
        if Self.rates.contains(name) { return String(try rate(typed)) }
        switch name {
        case "burst-time": return try duration(typed)
        case "priority": return try number(typed, in: 1...8)
        default: return typed
        }
    }

    private static let rates: Set<String> = [
        "max-limit", "limit-at", "burst-limit", "burst-threshold", "pcq-rate", "pcq-burst-rate", "pcq-burst-threshold",
        "rate-limit-rx", "rate-limit-tx", "rate-limit-min-rx", "rate-limit-min-tx", "rate-limit-burst-rx",
        "rate-limit-burst-tx", "rate-limit-burst-threshold-rx", "rate-limit-burst-threshold-tx",
    ]
    /// Properties that the schema calls an address and that take several.
    private static let lists: Set<String> = ["dns-server", "ntp-server", "wins-server"]

    // MARK: Properties with a grammar of their own

    /// The form of a property whose type says too little; nil where the type says all.
    private func special(_ typed: String) throws(ChangeFlaw) -> String? {
        switch name {
        case "rate-limit":
            guard RouterRateLimit(typed) != nil else { throw ChangeFlaw(.notRate, name) }
            return typed
        case "src-port", "dst-port", "to-ports", "port": return try ports(typed)
        case "action" where !path.hasPrefix("/ip/firewall/"): return nil
        case "action", "connection-state", "protocol", "chain": return try ruleWord(typed)
        case "public-key", "private-key", "preshared-key": return try wireGuardKey(typed)
        case "allowed-address": return try tunnelled(typed)
        case "time": return try TimeWindow(typed, name).text
        case "ranges", "to-addresses": return try AddressForm(name: name).ranges(typed)
        case "gateway" where path == "/ip/dhcp-server/network":
            return try AddressForm(name: name).list(typed, isSingle: false)
        case "address" where path == "/ip/dns/static" && typed.contains(":"): return try sixth(typed)
        // The address of a PPP peer may be the name of a pool; that is looked up.
        case "local-address" where path.hasPrefix("/ppp/"), "remote-address" where path.hasPrefix("/ppp/"): return typed
        case "target" where path == "/queue/simple": return try targets(typed)
        case "mtu" where typed == "auto": return typed
        case "address" where path == "/ip/address": return try AddressForm(name: name).host(typed)
        case "address" where path == "/ip/dhcp-server/network": return try AddressForm(name: name).network(typed)
        default: return nil
        }
    }

    /// `!80,443,8000-8100` within 0 to 65535.
    private func ports(_ typed: String) throws(ChangeFlaw) -> String {
        let list = typed.hasPrefix("!") ? typed.dropFirst() : typed[...]
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        for part in parts {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            let known = ends.compactMap(\.self)
            guard (1...2).contains(ends.count), known.count == ends.count, known.first ?? 1 <= known.last ?? 0 else {
                throw ChangeFlaw(.notPorts, name)
            }
        }
        return typed
    }

    private func ruleWord(_ typed: String) throws(ChangeFlaw) -> String {
        let plain = typed.hasPrefix("!") ? String(typed.dropFirst()) : typed
        switch name {
        case "action":
            let words = RuleWords.actions(path)
            guard words.contains(typed) else {
                throw ChangeFlaw(.notWord, name, ["words": .text(words.joined(separator: ", "))])
            }
        case "connection-state":
            let states = try flags(plain, of: RuleWords.states)
            return typed.hasPrefix("!") ? "!" + states : states
        case "protocol":
            guard plain.utf8.allSatisfy({ RuleWords.isWordByte($0) }) else { throw ChangeFlaw(.notWord, name) }
        default: break
        }
        return typed
    }

    /// Addresses get their length as the router shows it; anything else is the name of an interface, looked up later.
    private func targets(_ typed: String) throws(ChangeFlaw) -> String {
        var targets: [String] = []
        for part in typed.split(separator: ",").map({ String($0).trimmed }) {
            if IPv4Address(part) != nil {
                targets.append(part + "/32")
            } else if part.first?.isNumber ?? false, part.contains(".") {
                targets.append(try AddressForm(name: name).network(part))
            } else {
                targets.append(part)
            }
        }
        return targets.joined(separator: ",")
    }

    /// 32 bytes in Base64.
    private func wireGuardKey(_ typed: String) throws(ChangeFlaw) -> String {
        let body = typed.utf8.dropLast()
        let isKey = body.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "+")
                || $0 == UInt8(ascii: "/")
        }
        guard body.count == 43, typed.last == "=", isKey else { throw ChangeFlaw(.notKey, name) }
        return typed
    }

    /// Networks behind a peer; a single address gets its length as the router shows it.
    private func tunnelled(_ typed: String) throws(ChangeFlaw) -> String {
        var networks: [String] = []
        for part in typed.split(separator: ",", omittingEmptySubsequences: false).map({ String($0).trimmed }) {
            if IPv4Address(part) != nil {
                networks.append(part + "/32")
            } else if part.contains(":") {
                networks.append(part.lowercased())
            } else {
                networks.append(try AddressForm(name: name).network(part))
            }
        }
        return networks.joined(separator: ",")
    }

    private func sixth(_ typed: String) throws(ChangeFlaw) -> String {
        guard typed.utf8.allSatisfy({ Hex.value($0) != nil || $0 == UInt8(ascii: ":") }), typed.utf8.count <= 39 else {
            throw ChangeFlaw(.notAddress, name)
        }
        return typed.lowercased()
    }
}

extension String {
    /// Without blanks around.
    var trimmed: String {
        var text = self[...].drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// The ranges of numbers that the schema does not tell.
enum NumberRanges {
    /// Sources: IEEE 802.1Q for VLANs, the vendor's manual for the others.
    static func range(of name: String, in path: String) -> ClosedRange<Int64> {
        switch name {
        case "vlan-id", "pvid": 1...4_094
        case "mtu": 68...65_535
        case "priority" where path.hasPrefix("/queue"): 1...8
        case "priority": 0...65_535
        case "netmask", "pcq-src-address-mask", "pcq-dst-address-mask": 0...32
        case "listen-port", "endpoint-port", "authentication-port", "accounting-port", "coa-port": 0...65_535
        case "rate-limit-priority": 0...8
        case "shared-users": 1...4_294_967_295
        case "addresses-per-mac": 1...1_000
        default: 0...Int64.max
        }
    }
}

/// Words of firewall rules, which the schema keeps as text.
///
/// Source: the lists of the vendor's command reference.
enum RuleWords {
    static let states = ["established", "invalid", "new", "related", "untracked"]

    static func actions(_ path: String) -> [String] {
        switch path {
        case "/ip/firewall/filter":
            [
                "accept", "drop", "reject", "jump", "return", "log", "passthrough", "tarpit", "fasttrack-connection",
                "add-src-to-address-list", "add-dst-to-address-list",
            ]
        case "/ip/firewall/nat":
            [
                "accept", "masquerade", "src-nat", "dst-nat", "redirect", "netmap", "same", "jump", "return", "log",
                "passthrough", "add-src-to-address-list", "add-dst-to-address-list",
            ]
        default:
            [
                "accept", "mark-connection", "mark-packet", "mark-routing", "change-mss", "change-ttl", "change-dscp",
                "set-priority", "clear-df", "strip-ipv4-options", "fasttrack-connection", "jump", "return", "log",
                "passthrough", "route", "sniff-pc", "sniff-tzsp", "add-src-to-address-list", "add-dst-to-address-list",
            ]
        }
    }

    /// What a form offers for a property of a rule; nil for what is not about rules.
    static func suggested(_ name: String, _ path: String, _ rows: [RouterRecord]) -> [String]? {
        guard path.hasPrefix("/ip/firewall/") else { return nil }
        switch name {
        case "action": return actions(path)
        case "connection-state": return states
        case "protocol": return ["tcp", "udp", "icmp"]
        case "chain":
            let usual = path == "/ip/firewall/nat" ? ["srcnat", "dstnat"] : ["input", "forward", "output"]
            let more = path == "/ip/firewall/mangle" ? ["prerouting", "postrouting"] : []
            let own = Set(rows.compactMap { $0["chain"] }).subtracting(usual + more).sorted()
            return usual + more + own
        default: return nil
        }
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }
}
