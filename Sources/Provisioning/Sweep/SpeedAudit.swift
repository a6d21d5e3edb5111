import Entitlements
import RouterOS
import SQL
import Tenancy
import Values

/// Finds sessions that go on with another speed than their user has: a router reads a profile at the login only, so a
/// profile that is put right changes nothing for those who are online.
struct SpeedAudit {
    /// A session that must begin anew to have its speed.
    struct Stale {
        let user: DesiredUser
        let session: HotspotSession
        let address: IPv4Address
    }

    private(set) var stale: [Stale] = []
    private let look: RouterLook

    init(_ look: RouterLook, desired: [DesiredUser]) {
        self.look = look
        guard !look.sessions.isEmpty, !desired.isEmpty else { return }
        let byName = Dictionary(desired.map { ($0.user.name, $0) }) { first, _ in first }
        let (queues, states) = (queues(), states())
        for session in look.sessions where !session.isRADIUS {
            guard let user = byName[session.user], let address = session.address else { continue }
            let wanted = QueueSpeed(user.profile.rateLimit)
            let isOld =
                if let queue = queues[address] { queue.differs(from: wanted) } else {
                    // No queue is no limit, or a router that shows none: it counts where a cause is seen as well.
                    wanted != QueueSpeed(nil) && isRepaired(user, states[session.user])
                }
            if isOld { stale.append(Stale(user: user, session: session, address: address)) }
        }
    }

    /// The speeds of the queues that the router made for sessions: `<hotspot-USER>` or `<hotspot-USER-n>` (FACTS 4.1).
    private func queues() -> [IPv4Address: QueueSpeed] {
        var queues: [IPv4Address: QueueSpeed] = [:]
        for row in look[.queueSimple] where row["name"]?.hasPrefix("<hotspot-") == true && row.flag("dynamic") {
            guard let target = row["target"], target.hasSuffix("/32"), let speed = QueueSpeed(row) else { continue }
            if let address = IPv4Address(target.dropLast(3)) { queues[address] = speed }
        }
        return queues
    }

    private func states() -> [String: HotspotUserState] {
        Dictionary(look.users.map { ($0.state.name, $0.state) }) { first, _ in first }
    }

    /// Whether this sweep finds the user or its profile with another speed.
    private func isRepaired(_ user: DesiredUser, _ state: HotspotUserState?) -> Bool {
        guard let record = look.profiles[user.profile.name] else { return true }
        let rate = record["rate-limit"].flatMap { RouterRateLimit($0) }
        return rate != user.profile.rateLimit.flatMap { RouterRateLimit($0.text) }
            || state?.profile != user.profile.name
    }
}

extension Transaction {
    /// Asks for a session to begin anew, once: one that began with our last order for it has what the router gives.
    ///
    /// - Returns: whether it will.
    borrowing func begin(
        anew stale: SpeedAudit.Stale, behind router: Router, on now: Instant
    ) throws(SQLError) -> Bool {
        let (tag, began) = (stale.user.tag, now - stale.session.usage.uptime)
        guard let device = try device(tag.mac, on: tag.entitlement, of: router.tenant) else { return false }
        for effect in try effects(of: tag.entitlement, of: router.tenant, atMost: 100)
        where effect.mac == tag.mac && effect.router == router.id {
            if effect.state == .waiting { return true }
            // Routers tell whole seconds.
            if effect.kind == .shape, let settled = effect.settledAt, settled > began - .seconds(2) { return false }
        }
        _ = try request(.shape, device.behind(router.id), at: stale.address, of: router.tenant, on: now)
        return true
    }
}
