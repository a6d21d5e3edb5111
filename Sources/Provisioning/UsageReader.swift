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
        /// The router's placed devices, each user of ours among them; nil where counting may have changed one, or a user is
        /// another's.
        var placements: [Placement]?
    }

    func read(_ door: any RouterDoor) async throws -> Outcome { try await count(try await door.readings()) }

    /// How many readings are counted in one transaction: thousands in one would hold up everybody else's.
    private static let batch = 200

    /// Counts readings that somebody took.
    func count(_ readings: [UserReading]) async throws -> Outcome {
        let (router, now) = (router, provisioner.now())
        let (placements, open) = try await provisioner.store.fetch(.tenant(router.tenant)) { transaction in
            (
                try transaction.placements(behind: router.id, of: router.tenant),
                try transaction.openSessions(behind: router.id, of: router.tenant)
            )
        }
        var unseen: [UserTag: Int] = [:]
        unseen.reserveCapacity(placements.count)
        for (place, placement) in placements.enumerated() { unseen[UserTag(placement)] = place }
        // Of most devices of a large hotspot there is nothing new.
        let news = readings.filter { reading in
            unseen.removeValue(forKey: reading.tag).map { !placements[$0].showsNothingNew(reading) } ?? true
        }
        var outcome = Outcome(placements: news.isEmpty ? placements : nil)
        for start in stride(from: 0, to: news.count, by: Self.batch) {
            let batch = news[start..<min(start + Self.batch, news.count)]
            let work = try await provisioner.write(on: router.id, of: router.tenant) { transaction in
                var work: Set<ID<Router>> = []
                for reading in batch {
                    work.formUnion(try transaction.count(reading, by: router.id, of: router.tenant, at: now))
                }
                return work
            }
            outcome.work.formUnion(work)
        }
        outcome.isIncomplete = unseen.values.contains { placements[$0].entitlement.balance(at: now).remainder != nil }
        let online = Set(readings.filter { $0.session != nil }.map(\.tag))
        try await close(open.filter { !online.contains(UserTag(entitlement: $0.entitlement, mac: $0.mac)) })
        return outcome
    }

    /// Ends the sessions that the router no longer has.
    private func close(_ vanished: [Session]) async throws {
        guard !vanished.isEmpty else { return }
        try await provisioner.write(on: router.id, of: router.tenant) { [tenant = router.tenant] transaction in
            for session in vanished { try transaction.close(session.id, of: tenant) }
        }
    }
}

extension Placement {
    fileprivate func showsNothingNew(_ reading: UserReading) -> Bool {
        reading.session == nil && entitlement.ended == nil
            && device.usage.counting(reading.counters).usage == device.usage
    }
}

extension Transaction {
    /// Counts one user's reading; the answer names the routers that have work now.
    borrowing func count(
        _ reading: UserReading, by router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let tag = reading.tag
        guard let known = try device(tag.mac, on: tag.entitlement, of: tenant),
            let device = try device(tag.mac, on: tag.entitlement, countedBy: router, of: tenant),
            let before = try entitlement(tag.entitlement, of: tenant)
        else { return [] }
        let (usage, online, bytes) = device.usage.counting(reading.counters, session: reading.session?.counters)
        if usage != device.usage { try record(usage, of: device, adding: online, bytes, of: tenant) }
        if let session = reading.session { try note(session, of: tag, behind: router, of: tenant, at: now) }
        guard before.ended == nil else { return try cutStray(device, of: tenant, at: now) }
        var work: Set<ID<Router>> =
            known.router == router ? [] : try settleStray(known, reading, by: router, of: tenant, at: now)
        guard usage != device.usage || before.pacing.suspendedAt != nil,
            let after = try entitlement(tag.entitlement, of: tenant)
        else { return work }
        work.formUnion(try follow(before, to: after, at: now))
        return work
    }

    /// A user behind another router than its device's: who came online here last is here by now, who may still send the
    /// login form is let alone, and what is left of an earlier stay goes, as does what was asked to go.
    private borrowing func settleStray(
        _ device: Device, _ reading: UserReading, by router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let asked = try effects(of: device.entitlement, of: tenant, atMost: 100).filter { $0.mac == device.mac }
        if asked.contains(where: { $0.kind == .cut && $0.router == router && $0.state == .waiting }) { return [] }
        if let session = reading.session {
            let known = try openSession(of: device.mac, on: device.entitlement, behind: device.router, of: tenant)
            let letIn = asked.first { $0.router == device.router && $0.note == .online }?.settledAt
            let begun = [known?.startedAt, letIn].compactMap(\.self).max()
            // Routers tell whole seconds.
            if begun.map({ $0 + .seconds(2) < now - session.counters.online }) ?? true {
                return try move(device, to: router, of: tenant, at: now)
            }
        } else if let latest = asked.first(where: { $0.router == router }), latest.kind == .connect,
            (latest.settledAt ?? now) + .minutes(10) > now
        {
            return []
        }
        return try cutStray(device.behind(router), of: tenant, at: now)
    }

    /// Notes that a router let a device in, and asks for its users on others to be taken away.
    borrowing func move(
        _ device: Device, to router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        try move(device.mac, on: device.entitlement, to: router, of: tenant)
        var work: Set<ID<Router>> = []
        for user in try counters(of: device.entitlement, of: tenant)
        where user.mac == device.mac && user.router != router {
            work.formUnion(try cutStray(device.behind(user.router), of: tenant, at: now))
        }
        return work
    }

    /// Asks for a user to be taken away that should not be on this router: its entitlement is over, or its device went
    /// to another router.
    borrowing func cutStray(
        _ device: Device, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let isAsked = try effects(of: device.entitlement, of: tenant, atMost: 100).contains { effect in
            effect.state == .waiting && effect.mac == device.mac && effect.router == device.router
        }
        if !isAsked { _ = try request(.cut, device, at: IPv4Address(bits: 0), of: tenant, on: now) }
        return [device.router]
    }

    private borrowing func note(
        _ reading: SessionReading, of tag: UserTag, behind router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        let counters = reading.counters
        let open = try openSession(of: tag.mac, on: tag.entitlement, behind: router, of: tenant)
        // A session that is shorter than the one we know is another: the device was away in between.
        if let open, counters.online >= open.online {
            try record(
                open.id, seenAt: now, online: counters.online, bytesUp: counters.bytesUp,
                bytesDown: counters.bytesDown, of: tenant)
            return
        }
        if let open { try close(open.id, of: tenant) }
        let startedAt = now - counters.online
        try insert(
            Session(
                id: ID(at: now), entitlement: tag.entitlement, mac: tag.mac, router: router,
                address: reading.address, startedAt: startedAt, seenAt: now, online: counters.online,
                bytesUp: counters.bytesUp, bytesDown: counters.bytesDown), of: tenant)
    }
}
