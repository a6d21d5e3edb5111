import Values

extension Property {
    /// The stored form of a written value; nothing of the state is looked at, so references pass as they are.
    ///
    /// An empty value means the fallback. Sources of the texts: FACTS 1.6 and 11.
    func canonical(_ value: String) throws(RouterTrap) -> String {
        guard !value.isEmpty else { return kind.takesEmpty ? "" : fallback }
        switch kind {
        case .text, .reference, .link: return value
        case .boolean: return try boolean(value)
        case .number(let range, let words): return words.contains(value) ? value : try number(value, in: range, words)
        case .time(let words):
            if words.contains(value) { return value }
            guard let span = RouterDuration.read(value) else { throw .invalid(name) }
            return RouterDuration.text(span)
        case .choice(let words): return try choice(value, of: words)
        case .flags(let words): return try flags(value, of: words)
        case .match(let words):
            let isNot = value.hasPrefix("!")
            return (isNot ? "!" : "") + (try flags(isNot ? String(value.dropFirst()) : value, of: words))
        case .rate: return try rate(value)
        case .rates:
            let halves = value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let upload = try rate(halves.first ?? "")
            return try upload + "/" + (halves.count == 2 ? rate(halves[1]) : upload)
        case .mac:
            guard let mac = MACAddress(value) else { throw .invalid(name) }
            return mac.description
        case .address:
            guard let address = IPv4Address(value) else { throw .invalid(name) }
            return address.description
        case .policy(let words): return try policy(value, of: words)
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

    /// Bits per second; `k` is 1000, `M` a million (FACTS 4).
    private func rate(_ value: String) throws(RouterTrap) -> String {
        let units: [Character: Int64] = ["k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
        let unit = value.last.flatMap { units[$0] }
        let digits = unit == nil ? value[...] : value.dropLast()
        guard let number = Int64(digits), number >= 0 else { throw .invalid(name) }
        let (bits, isTooMuch) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooMuch else { throw .invalid(name) }
        return String(bits)
    }

    private func policy(_ value: String, of all: [String]) throws(RouterTrap) -> String {
        let wanted = value.split(separator: ",").map(String.init)
        let granted = wanted.filter { !$0.hasPrefix("!") }
        guard wanted.allSatisfy({ all.contains($0.hasPrefix("!") ? String($0.dropFirst()) : $0) })
        else { throw .noMatch(name) }
        let refused = all.filter { !granted.contains($0) }.map { "!" + $0 }
        return (all.filter(granted.contains) + refused).joined(separator: ",")
    }
}

extension Property.Kind {
    /// Whether an empty value is stored as such instead of meaning the fallback.
    fileprivate var takesEmpty: Bool {
        switch self {
        case .text, .mac, .address, .flags, .match, .link: true
        case .boolean, .number, .time, .choice, .reference, .policy, .rate, .rates: false
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

    /// Those of a release: v6 has `dude` and `tikapp` and no REST (FACTS 10).
    static func all(in version: RouterRelease) -> [String] {
        version >= RouterRelease(7, 0) ? all : all.filter { $0 != "rest-api" } + ["dude", "tikapp"]
    }
}
