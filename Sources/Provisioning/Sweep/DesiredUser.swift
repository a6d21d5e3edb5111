import Crypto
import Entitlements
import RouterOS
import Values

/// The user that a device shall have on its router: derived from its placement alone.
struct DesiredUser {
    /// How far what a limit leaves may be from what is left before it is written anew; what is used between two readings
    /// must not make a difference.
    static let timeTolerance = Span.seconds(90)
    static let volumeTolerance: Int64 = 1_000_000

    /// How long a device may be away and is still let back in where being online uses something up.
    static let absence = Span.minutes(30)

    let tag: UserTag
    let user: HotspotUser
    let profile: HotspotProfile
    private let placement: Placement
    private let remainder: Remainder
    private let now: Instant

    /// The users of a router's placed devices for which something is left.
    static func all(_ placements: [Placement], on server: String, at now: Instant) -> [DesiredUser] {
        var profiles: [RateLimit?: HotspotProfile] = [:]
        var counted: [ID<Entitlement>: CounterReading] = [:]
        counted.reserveCapacity(placements.count)
        for placement in placements {
            let before = counted[placement.entitlement.id] ?? .zero
            counted[placement.entitlement.id] = before + placement.counted
        }
        return placements.compactMap { placement in
            let rate = placement.entitlement.speed
            let profile = profiles[rate] ?? HotspotProfile(for: rate)
            if profiles[rate] == nil { profiles[rate] = profile }
            let terms = RouterTerms(
                placement.entitlement, counted: counted[placement.entitlement.id] ?? .zero, at: now)
            return DesiredUser(placement, profile, terms, on: server, at: now)
        }
    }

    private init?(
        _ placement: Placement, _ profile: HotspotProfile, _ terms: RouterTerms, on server: String, at now: Instant
    ) {
        guard case .live(let remainder) = placement.entitlement.balance(at: now) else { return nil }
        let (entitlement, device) = (placement.entitlement, placement.device)
        self.placement = placement
        self.remainder = remainder
        self.now = now
        tag = UserTag(entitlement: entitlement.id, mac: device.mac)
        self.profile = profile
        // Most are there already and keep their password: one is drawn where a row is made.
        let order = AdmissionOrder(
            username: device.username, password: Secret(""), mac: device.mac, address: nil,
            rateLimit: entitlement.speed, counted: nil, remainder: remainder, tag: tag, terms: terms)
        user = HotspotUser(order, profile: profile.name, server: server)
    }

    /// Whether other devices use up the same allowance, so that limits are dealt anew now and then.
    var isShared: Bool { placement.entitlement.deviceLimit > 1 }

    /// Whether being online uses something up that does not run by itself.
    var isMetered: Bool {
        placement.entitlement.onlineLimit != .unlimited || placement.entitlement.dataLimit != .unlimited
    }

    /// The row for a user that is not there.
    var freshRow: RouterRow {
        var fresh = user
        fresh.password = .drawn()
        return fresh.row
    }

    /// The user beside the row that is there: limits that still say what is left stay.
    func user(beside state: HotspotUserState, using used: HotspotUsage) -> HotspotUser {
        var wanted = user
        let bytes = used.uploaded.bytes + used.downloaded.bytes
        if let left = remainder.time.limit {
            wanted.uptimeLimit =
                isRight(state.uptimeLimit.limit.map { $0 - used.uptime }, left)
                ? state.uptimeLimit : .upTo(.seconds((used.uptime + left).secondsRoundedUp))
        }
        if let left = remainder.data.limit {
            wanted.volumeLimit =
                isRight(state.volumeLimit.limit.map { $0.bytes - bytes }, left.bytes)
                ? state.volumeLimit : .upTo(DataVolume(bytes: bytes + left.bytes))
        }
        if let terms = state.tag?.terms, user.tag.terms.isRight(terms, toleratingVolume: volumeTolerance) {
            wanted.tag.terms = terms
        }
        return wanted
    }

    /// Whether a limit of connected time still stands for what is left.
    ///
    /// A clock on the wall runs while the device is away, and the limit does not: until the next login it may leave as
    /// much as there was at the first.
    private func isRight(_ leaves: Span?, _ left: Span) -> Bool {
        guard let leaves, leaves >= left - Self.timeTolerance else { return false }
        let isByWall = placement.entitlement.wallEnd(at: now).map { $0 - now == left } ?? false
        let most = isByWall ? left + max(.zero, now - placement.entitlement.startsAt) : left
        return leaves <= most + Self.timeTolerance
    }

    private func isRight(_ leaves: Int64?, _ left: Int64) -> Bool {
        guard let leaves else { return false }
        return abs(leaves - left) <= volumeTolerance(at: left)
    }

    private var volumeTolerance: Int64 { remainder.data.limit.map { volumeTolerance(at: $0.bytes) } ?? 0 }

    private func volumeTolerance(at left: Int64) -> Int64 { max(Self.volumeTolerance, isShared ? left / 50 : 0) }
}

extension Secret {
    private static let passwordAlphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)

    /// A fresh password of a router's user, which no person ever types.
    static func drawn() -> Secret { Secret(SystemRandom.text(14, from: passwordAlphabet)) }
}
