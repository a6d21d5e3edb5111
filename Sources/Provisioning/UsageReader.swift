import Entitlements
import SQL
import Tenancy
import Values

/// Adds up what a router's counters show, keeps the list of sessions true, and ends what is used up.
struct UsageReader {
    let provisioner: Provisioner
    let router: Router

    /// What a reading found.
    struct Outcome {
        /// The routers that have work now, because an entitlement ended.
        var work: Set<ID<Router>> = []
        /// Whether a user is missing that should be there: the router was reset, replaced, or changed by hand.
        var isIncomplete = false
    }

    func read(_ door: any RouterDoor) async throws -> Outcome { try await count(try await door.readings()) }

    /// Counts readings that somebody took.
    func count(_ readings: [UserReading]) async throws -> Outcome {
        let (router, now) = (router, provisioner.now())
        return try await provisioner.store.write(.tenant(router.tenant)) { transaction in
            var placed = Dictionary(
                try transaction.placements(behind: router.id, of: router.tenant).map { (UserTag($0), $0) }
            ) { first, _ in first }
            var outcome = Outcome()
            for reading in readings {
                outcome.work.formUnion(
                    try transaction.count(reading, placed.removeValue(forKey: reading.tag), behind: router, at: now))
            }
            outcome.isIncomplete = placed.values.contains { $0.entitlement.balance(at: now).remainder != nil }
            try transaction.closeVanished(readings, behind: router)
            return outcome
        }
    }
}

extension Transaction {
    /// Counts one user's reading; the answer names the routers that have work now.
    fileprivate borrowing func count(
        _ reading: UserReading, _ placement: Placement?, behind router: Router, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let (tag, tenant) = (reading.tag, router.tenant)
        let known = placement?.device
        guard let device = known != nil ? known : try device(tag.mac, on: tag.entitlement, of: tenant) else {
            return []
        }
        guard device.router == router.id else { return try cutStray(device, behind: router, at: now) }
        let (usage, online, bytes) = device.usage.counting(reading.counters, session: reading.session?.counters)
        if usage != device.usage { try record(usage, of: device, adding: online, bytes, of: tenant) }
        if let session = reading.session { try note(session, of: tag, behind: router, at: now) }
        // What was just counted, here or for another device of it, stands in the store alone.
        let unchanged = usage == device.usage ? placement?.entitlement : nil
        guard let entitlement = unchanged != nil ? unchanged : try entitlement(tag.entitlement, of: tenant) else {
            return []
        }
        guard entitlement.ended == nil else { return try cutStray(device, behind: router, at: now) }
        guard usage != device.usage, case .ended(let reason, _) = entitlement.balance(at: now) else { return [] }
        return try withdraw(entitlement.id, reason, of: tenant, at: now)
    }

    /// Asks for a user to be taken away that should not be on this router: its entitlement is over, or its device went
    /// to another router.
    private borrowing func cutStray(
        _ device: Device, behind router: Router, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let isAsked = try effects(of: device.entitlement, of: router.tenant, atMost: 100).contains { effect in
            effect.state == .waiting && effect.mac == device.mac && effect.router == router.id
        }
        guard !isAsked else { return [router.id] }
        let stray = Device(
            entitlement: device.entitlement, mac: device.mac, router: router.id, username: device.username)
        _ = try request(.cut, stray, at: IPv4Address(bits: 0), of: router.tenant, on: now)
        return [router.id]
    }

    private borrowing func note(
        _ reading: SessionReading, of tag: UserTag, behind router: Router, at now: Instant
    ) throws(SQLError) {
        let counters = reading.counters
        let open = try openSession(of: tag.mac, on: tag.entitlement, behind: router.id, of: router.tenant)
        // A session that is shorter than the one we know is another: the device was away in between.
        if let open, counters.online >= open.online {
            try record(
                open.id, seenAt: now, online: counters.online, bytesUp: counters.bytesUp,
                bytesDown: counters.bytesDown, of: router.tenant)
            return
        }
        if let open { try close(open.id, of: router.tenant) }
        let startedAt = now - counters.online
        try insert(
            Session(
                id: ID(at: now), entitlement: tag.entitlement, mac: tag.mac, router: router.id,
                address: reading.address, startedAt: startedAt, seenAt: now, online: counters.online,
                bytesUp: counters.bytesUp, bytesDown: counters.bytesDown), of: router.tenant)
    }

    /// Ends the sessions that the router no longer has.
    fileprivate borrowing func closeVanished(_ readings: [UserReading], behind router: Router) throws(SQLError) {
        let online = Set(readings.filter { $0.session != nil }.map(\.tag))
        for session in try openSessions(behind: router.id, of: router.tenant)
        where !online.contains(UserTag(entitlement: session.entitlement, mac: session.mac)) {
            try close(session.id, of: router.tenant)
        }
    }
}
