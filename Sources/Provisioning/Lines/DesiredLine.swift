import Entitlements
import RouterOS
import Subscribers
import Values

/// What a router shall have of a line: derived from its row and its entitlement alone.
struct DesiredLine: Sendable {
    /// The address list, and the profile, of lines that reach nothing but the provider's page.
    static let blockedList = GuardScript.blockedList

    let line: Line
    /// The speed that was bought; nil for all there is.
    let rate: RateLimit?
    /// Whether a queue must count what it uses.
    private let isCounted: Bool
    /// Whether it is suspended, or its time is over.
    let isBlocked: Bool
    /// When the guard on the router ends it, should nobody else be there to do it; nil where the clock does not.
    private let end: Instant?
    /// What may still pass; nil for all there is.
    private let volume: DataVolume?
    /// What its router had counted when it was read last; nil where that was another router, or never.
    private let counter: LineCounter?
    /// The password of its login; nil for a line without one.
    let password: Secret?

    init(_ line: Line, _ entitlement: Entitlement, counter: LineCounter?, password: Secret?, at now: Instant) {
        self.line = line
        self.password = password
        rate = entitlement.speed
        isCounted = entitlement.countsData
        isBlocked = LineStanding(line, entitlement, at: now).isBlocked
        self.counter = counter.flatMap { $0.router == line.router ? $0 : nil }
        guard !isBlocked, case .live(let remainder) = entitlement.balance(at: now) else {
            (end, volume) = (nil, nil)
            return
        }
        end = entitlement.wallEnd(at: now)
        volume = remainder.data.limit
    }

    var tag: RouterTag { RouterTag(line.id) }

    /// The mark of its login or queue: by it the guard keeps it out when its time is over, or the router's counter, which
    /// stands at so many bytes, comes to where its data is.
    private func guardedTag(counting bytes: Int64) -> RouterTag {
        let whole = volume.map { DataVolume(bytes: bytes + $0.bytes) }
        return RouterTag(tag.subject, terms: RouterTerms(end: end, volume: whole))
    }

    // MARK: A login

    /// The profile of its login, without addresses; nil for a line without a login.
    var profile: PPPProfile? {
        guard line.kind == .pppoe else { return nil }
        guard !isBlocked else { return Self.blockedProfile }
        var profile = PPPProfile(name: HotspotProfile(for: rate).name)
        profile.rateLimit = rate
        return profile
    }

    static var blockedProfile: PPPProfile {
        var profile = PPPProfile(name: blockedList)
        profile.addressList = blockedList
        return profile
    }

    /// The secret of its login beside the session that it has at the router; nil for a line without one.
    func secret(beside session: PPPSession?, at now: Instant) -> RouterRow? {
        guard let profile, let password else { return nil }
        // A session that began later counts from nothing, and is not read yet.
        let counted = session.flatMap { session in counter.flatMap { $0.seenAt < now - session.uptime ? nil : $0 } }
        let mark = guardedTag(counting: counted?.bytes ?? 0)
        return RouterRow(
            menu: .pppSecret, key: [("name", line.name)],
            fields: [
                ("name", line.name), ("service", "pppoe"), ("profile", profile.name),
                ("remote-address", line.address?.description ?? ""), ("comment", mark.comment),
                ("disabled", "false"),
                ("password", password.revealed),
            ],
            properties: Self.secretProperties, secret: "password", isTagged: true)
    }

    static let secretProperties = [
        "name", "service", "profile", "remote-address", "comment", "disabled", "password",
    ]

    // MARK: A fixed address

    /// The queue of a fixed address; nil where its speed has no limit, nothing is counted, and no end needs a mark.
    var queue: RouterRow? {
        guard line.kind == .fixed, let address = line.address, rate != nil || isCounted || end != nil else {
            return nil
        }
        let mark = guardedTag(counting: counter?.bytes ?? 0)
        func pair(_ pair: RateLimit.Pair<BitRate>?) -> String {
            pair.map { "\($0.upload.bitsPerSecond)/\($0.download.bitsPerSecond)" } ?? "0/0"
        }
        let seconds = rate?.burst?.seconds
        return RouterRow(
            menu: .queueSimple, key: [("name", queueName)],
            fields: [
                ("name", queueName), ("target", "\(address)/32"), ("max-limit", pair(rate?.rate)),
                ("burst-limit", pair(rate?.burst?.rate)), ("burst-threshold", pair(rate?.burst?.threshold)),
                ("burst-time", seconds.map { "\($0.upload)s/\($0.download)s" } ?? "0s/0s"), ("comment", mark.comment),
                ("disabled", "false"),
            ],
            properties: Self.queueProperties, isTagged: true)
    }

    /// What the router calls the queue of its session; nil for a line without a login.
    var sessionQueueName: String? { line.kind == .pppoe ? "<pppoe-\(line.name)>" : nil }

    /// What its queue is called.
    var queueName: String { "lango-\(line.name)" }

    static let queueProperties = [
        "name", "target", "max-limit", "burst-limit", "burst-threshold", "burst-time", "comment", "disabled", "dynamic",
        "parent",
    ]

    /// The fixed lease of its device; nil where no device is known.
    var lease: RouterRow? {
        guard line.kind == .fixed, let address = line.address, let mac = line.mac else { return nil }
        return RouterRow(
            menu: .dhcpLease, key: [("mac-address", mac.description)],
            fields: [
                ("address", address.description), ("mac-address", mac.description), ("comment", tag.comment),
                ("disabled", "false"),
            ],
            properties: Self.leaseProperties, isTagged: true)
    }

    static let leaseProperties = ["address", "mac-address", "comment", "disabled", "dynamic"]

    /// The entry that keeps a fixed address out; nil while the line is served.
    var listEntry: RouterRow? {
        guard line.kind == .fixed, isBlocked, let address = line.address else { return nil }
        return RouterRow(
            menu: .addressList, key: [("list", Self.blockedList), ("address", address.description)],
            fields: [
                ("list", Self.blockedList), ("address", address.description), ("comment", tag.comment),
                ("disabled", "false"),
            ],
            properties: Self.listProperties, isTagged: true)
    }

    static let listProperties = ["list", "address", "comment", "disabled", "dynamic"]
}

extension RouterTag {
    private static let lines = "line/"

    /// The mark of what belongs to a line.
    init(_ line: ID<Line>) { self.init(Self.lines + line.description) }

    /// The line that a row belongs to; nil for a row of something else.
    var line: ID<Line>? {
        guard subject.hasPrefix(Self.lines) else { return nil }
        return ID(subject.dropFirst(Self.lines.count))
    }
}

extension RouterRecord {
    /// The line that a row belongs to; nil for a row that is not ours, or of something else.
    var line: ID<Line>? { RouterTag(comment: self["comment"])?.line }
}
