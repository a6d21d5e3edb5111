import Values

extension Property {
    /// The stored form of a written value; nothing of the state is looked at, so references pass as they are.
    ///
    /// An empty value means the fallback. Sources of the texts: FACTS 1.6 and 11.
    func canonical(_ value: String) throws(RouterTrap) -> String {
        guard !value.isEmpty else { return kind.takesEmpty ? "" : fallback }
        switch kind {
        case .text, .reference: return value
        case .boolean: return try boolean(value)
        case .number(let range, let words): return words.contains(value) ? value : try number(value, in: range, words)
        case .time(let words):
            if words.contains(value) { return value }
            guard let span = RouterDuration.read(value) else { throw .invalid(name) }
            return RouterDuration.text(span)
        case .choice(let words): return try choice(value, of: words)
        case .flags(let words): return try flags(value, of: words)
        case .mac:
            guard let mac = MACAddress(value) else { throw .invalid(name) }
            return mac.description
        case .address:
            guard let address = IPv4Address(value) else { throw .invalid(name) }
            return address.description
        case .policy: return try policy(value)
        }
    }

    private func boolean(_ value: String) throws(RouterTrap) -> String {
        switch value {
        case "true", "yes": "true"
        case "false", "no": "false"
        default: throw .noMatch(name)
        }
    }

    private func number(
        _ value: String, in range: ClosedRange<Int64>, _ words: [String]
    ) throws(RouterTrap) -> String {
        if words.contains("range"), value.contains("-") { return value }
        let digits = value.hasPrefix("0x") ? Int64(value.dropFirst(2), radix: 16) : Int64(value)
        guard let number = digits else { throw .invalid(name) }
        guard range.contains(number) else { throw .range(name, range) }
        return String(number)
    }

    /// A word, or the beginning of exactly one.
    private func choice(_ value: String, of words: [String]) throws(RouterTrap) -> String {
        if words.contains(value) { return value }
        let matches = words.filter { $0.hasPrefix(value) }
        guard matches.count < 2 else { throw .ambiguous(name) }
        guard let match = matches.first else { throw .noMatch(name) }
        return match
    }

    private func flags(_ value: String, of words: [String]) throws(RouterTrap) -> String {
        let wanted = value.split(separator: ",").map(String.init)
        guard wanted.allSatisfy(words.contains) else { throw .noMatch(name) }
        return words.filter(wanted.contains).joined(separator: ",")
    }

    private func policy(_ value: String) throws(RouterTrap) -> String {
        let wanted = value.split(separator: ",").map(String.init)
        let granted = wanted.filter { !$0.hasPrefix("!") }
        guard wanted.allSatisfy({ Policy.all.contains($0.hasPrefix("!") ? String($0.dropFirst()) : $0) })
        else { throw .noMatch(name) }
        let refused = Policy.all.filter { !granted.contains($0) }.map { "!" + $0 }
        return (Policy.all.filter(granted.contains) + refused).joined(separator: ",")
    }
}

extension Property.Kind {
    /// Whether an empty value is stored as such instead of meaning the fallback.
    fileprivate var takesEmpty: Bool {
        switch self {
        case .text, .mac, .address, .flags: true
        case .boolean, .number, .time, .choice, .reference, .policy: false
        }
    }
}

/// The policies of a user group.
enum Policy {
    /// In the order in which the router writes them.
    static let all = [
        "local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test", "winbox", "password", "web",
        "sniff", "sensitive", "api", "romon", "rest-api",
    ]
}
