/// One property of a menu: who may write it, what it takes, when it is shown and in which releases it exists.
struct Property: Sendable {
    /// Who may do what with it.
    enum Access: Sendable { case readWrite, readOnly, writeOnly }

    /// What it takes.
    enum Kind: Sendable {
        case text
        case boolean
        /// A number in a range, or one of the words; `range` also takes `a-b`.
        case number(ClosedRange<Int64>, words: [String])
        /// A length of time, or one of the words.
        case time(words: [String])
        /// One of the words.
        case choice([String])
        /// Some of the words, joined by commas.
        case flags([String])
        /// The same, perhaps turned round by a leading `!`: what a firewall rule looks at.
        case match([String])
        /// Bits per second, also with `k`, `M` or `G`.
        case rate
        /// Upload and download rate: `5M/10M`; one alone stands for both.
        case rates
        case mac
        case address
        /// The name of a row in another menu, or one of the words.
        case reference(String, words: [String])
        /// Any text; where it is the name of a row in that menu, it follows the row.
        case link(String)
        /// A group's policies: granted ones first, refused ones with `!`.
        case policy([String])
    }

    let name: String
    let access: Access
    let kind: Kind
    /// The value of a new row.
    let fallback: String
    /// The value at which the property is left out of a record; nil where it is always shown.
    let absentAt: String?
    let isRequired: Bool
    /// Whether readers without the policy `sensitive` see asterisks.
    let isSecret: Bool
    /// First and last inspected release that has it; nothing before 7.9 was inspected.
    let since: RouterRelease?
    let until: RouterRelease?
    /// What is known of the time before 7.9.
    var before = Era.any

    /// Whether the release has the property.
    func exists(in version: RouterRelease) -> Bool {
        guard before.includes(version) else { return false }
        if let since, version < since { return false }
        if let until, version > until { return false }
        return true
    }
}

/// What is known of the releases before 7.9, which nobody has inspected: notes of the manual and captures.
enum Era: Hashable, Sendable {
    case any
    /// `v7`, `v6.47`: from that release on.
    case from(RouterRelease)
    /// `v6`: not in version 7.
    case sixOnly

    /// Reads a mark; nil for another word.
    init?(mark: String) {
        switch mark {
        case "v6": self = .sixOnly
        case "v7": self = .from(RouterRelease(7, 0))
        default:
            guard mark.hasPrefix("v"), let release = RouterRelease(mark.dropFirst()) else { return nil }
            self = .from(release)
        }
    }

    func includes(_ version: RouterRelease) -> Bool {
        switch self {
        case .any: true
        case .from(let first): version >= first
        case .sixOnly: version < RouterRelease(7, 0)
        }
    }
}

extension Property {
    /// Reads a line of a table: `name kind marks…`.
    ///
    /// Marks: `=value` fallback, `?value` fallback at which the property is not shown (`?` alone: empty), `!` required,
    /// `wo` write only, `ro` read only, `secret`, `7.16+` since, `-7.20.8` until, `v7` or `v6` that version alone.
    init?(line: some StringProtocol) {
        let words = line.split(separator: " ").map { String($0) }
        guard words.count >= 2, let kind = Kind(word: words[1]) else { return nil }
        var access = Access.readWrite
        var fallback = ""
        var absentAt: String?
        var (isRequired, isSecret) = (false, false)
        var since: RouterRelease?
        var until: RouterRelease?
        var before = Era.any
        for mark in words.dropFirst(2) {
            let rest = String(mark.dropFirst())
            switch mark {
            case "!": isRequired = true
            case "secret": isSecret = true
            case "wo": access = .writeOnly
            case "ro": access = .readOnly
            case let mark where mark.hasPrefix("="): fallback = rest
            case let mark where mark.hasPrefix("?"): (fallback, absentAt) = (rest, rest)
            case let mark where mark.hasSuffix("+"): since = RouterRelease(mark.dropLast())
            case let mark where mark.hasPrefix("-"): until = RouterRelease(rest)
            default:
                guard let era = Era(mark: mark) else { return nil }
                before = era
            }
        }
        self.init(
            name: words[0], access: access, kind: kind, fallback: fallback, absentAt: absentAt, isRequired: isRequired,
            isSecret: isSecret, since: since, until: until, before: before)
    }

    /// A property that the router alone writes and that is absent while it has nothing to say.
    init(readOnly name: String, before: Era = .any) {
        self.init(
            name: name, access: .readOnly, kind: .text, fallback: "", absentAt: "", isRequired: false, isSecret: false,
            since: nil, until: nil, before: before)
    }

    /// The same property as one release has it.
    func at(_ version: RouterRelease) -> Property {
        guard case .policy = kind else { return self }
        return Property(
            name: name, access: access, kind: .policy(Policy.all(in: version)), fallback: fallback, absentAt: absentAt,
            isRequired: isRequired, isSecret: isSecret, since: since, until: until, before: before)
    }
}

extension Property.Kind {
    /// Reads `text`, `bool`, `num:1..65535|unlimited`, `time:none`, `enum:a,b`, `flags:a,b`, `match:a,b`, `rate`,
    /// `rates`, `mac`, `ip`, `ref:/ip/pool|none`, `link:/interface`, `policy`.
    init?(word: String) {
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        let detail = parts.count == 2 ? parts[1] : ""
        let halves = detail.split(separator: "|", maxSplits: 1).map(String.init)
        let extra = halves.count == 2 ? halves[1].split(separator: ",").map(String.init) : []
        switch parts[0] {
        case "text": self = .text
        case "bool": self = .boolean
        case "num": self = .number(Self.range(halves.first ?? ""), words: extra)
        case "time": self = .time(words: detail.split(separator: ",").map(String.init))
        case "enum": self = .choice(detail.split(separator: ",").map(String.init))
        case "match": self = .match(detail.split(separator: ",").map(String.init))
        case "link": self = .link(detail)
        case "rate": self = .rate
        case "rates": self = .rates
        case "flags": self = .flags(detail.split(separator: ",").map(String.init))
        case "mac": self = .mac
        case "ip": self = .address
        case "ref": self = .reference(halves.first ?? "", words: extra)
        case "policy": self = .policy(Policy.all)
        default: return nil
        }
    }

    private static func range(_ text: String) -> ClosedRange<Int64> {
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).compactMap { Int64($0) }
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : 0...Int64.max
    }
}
