package import Entitlements
import Locales
package import SQL
package import Tenancy
package import Values

/// What is given to somebody beyond the package: another speed for a while, more data, or both.
package struct BoostOrder: Hashable, Sendable {
    package struct Speed: Hashable, Sendable {
        package let rate: RateLimit
        package let span: Span
    }

    package let speed: Speed?
    package let volume: DataVolume?

    /// Reads what staff have typed; nil where a part cannot be read, or nothing was asked for.
    package init?(rate: String, span: String, volume: String) {
        self.volume = DataVolume(volume)
        speed = RateLimit(rate).flatMap { rate in Span(span).map { Speed(rate: rate, span: $0) } }
        let isRead = (rate.isEmpty && span.isEmpty || speed != nil) && (volume.isEmpty || self.volume != nil)
        guard isRead, speed != nil || self.volume != nil else { return nil }
    }
}

/// What follows on routers where the pace of an entitlement changes: its hours, its fair share, a boost.
extension Transaction {
    /// Brings an entitlement to the hours, the period and the boost of `now`.
    ///
    /// - Returns: the routers that have work now.
    borrowing func turn(
        _ id: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        try lock(id, of: tenant)
        guard let before = try entitlement(id, of: tenant) else { return [] }
        let after = before.turned(at: now, offset: try offset(of: tenant))
        try pace(after, at: now)
        return try follow(before, to: after, at: now)
    }

    /// The local time of a tenant.
    package borrowing func offset(of tenant: ID<Tenant>) throws(SQLError) -> UTCOffset {
        let zone = try self.tenant(tenant).flatMap { TimeZoneID(validating: $0.timeZone) } ?? .utc
        return UTCOffset { zone.offset(at: $0) }
    }

    /// Gives a boost; a later one takes the place of an earlier one.
    ///
    /// - Returns: the routers that have work now; nil where the entitlement is over.
    package borrowing func boost(
        _ id: ID<Entitlement>, _ order: BoostOrder, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>>? {
        try lock(id, of: tenant)
        guard let before = try entitlement(id, of: tenant), !before.balance(at: now).isOver else { return nil }
        if let volume = order.volume { try add(volume, to: id, of: tenant) }
        guard var after = try entitlement(id, of: tenant) else { return nil }
        if let speed = order.speed {
            after = after.boosted(Pacing.Boost(rate: speed.rate, until: now + speed.span))
            try pace(after, at: now)
        }
        var work = try follow(before, to: after, at: now)
        // Limits on routers stand for what was left before.
        if order.volume != nil, after.balance(at: now).remainder != nil {
            work.formUnion(try request(.shape, forAllOf: after, at: now))
        }
        return work
    }

    /// Asks for what an entitlement's change means for its devices: ended, paused, suspended, let in again, or at another
    /// speed.
    ///
    /// - Returns: the routers that have work now.
    borrowing func follow(
        _ before: Entitlement, to after: Entitlement, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        switch after.balance(at: now) {
        case .ended(let reason, _): return try withdraw(after.id, reason, of: after.tenant, at: now)
        case .paused, .suspended: return try request(.cut, forAllOf: after, at: now)
        case .live:
            if after.isToBeTold(since: before) { try noteFairShareUsed(after) }
            let wasOut = before.balance(at: now).remainder == nil
            var work = before.speed == after.speed && !wasOut ? [] : try request(.shape, forAllOf: after, at: now)
            if let since = before.pacing.suspendedAt { work.formUnion(try letBack(after, from: since, at: now)) }
            return work
        }
    }

    /// Asks for the devices of an entitlement to be let in that were cut when it was suspended, where the hotspot sees
    /// them now; who was away by then, or logged out, comes back by the page.
    private borrowing func letBack(
        _ entitlement: Entitlement, from since: Instant, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let (id, tenant) = (entitlement.id, entitlement.tenant)
        let asked = try effects(of: id, of: tenant, atMost: 100).filter { $0.state == .waiting }
        var work: Set<ID<Router>> = []
        for stay in try stays(of: id, of: tenant) {
            let device = stay.device
            guard stay.isMember, stay.seenAt.map({ since - $0 <= DesiredUser.absence }) ?? true else { continue }
            work.insert(device.router)
            let own = asked.filter { $0.mac == device.mac && $0.router == device.router }
            // Who was not cut yet stays, and has its session begun anew.
            for cut in own where cut.kind == .cut { try settle(cut, .failed, .superseded, at: now) }
            guard own.allSatisfy({ $0.kind == .cut }) else { continue }
            _ = try request(.connect, device, at: IPv4Address(bits: 0), of: tenant, on: now)
        }
        return work
    }

    /// Asks for an effect for every user of an entitlement, unless the same waits already, and for its lines: taken away
    /// and kept out while the access itself stays, or given the present speed and limits.
    private borrowing func request(
        _ kind: Effect.Kind, forAllOf entitlement: Entitlement, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let (id, tenant) = (entitlement.id, entitlement.tenant)
        let asked = try effects(of: id, of: tenant, atMost: 100).filter { $0.state == .waiting && $0.kind == kind }
        var work = try requestLines(holding: id, of: tenant, at: now)
        let places = try counters(of: id, of: tenant)
        for device in try devices(of: id, of: tenant) {
            for place in places where place.mac == device.mac {
                work.insert(place.router)
                guard !asked.contains(where: { $0.mac == place.mac && $0.router == place.router }) else { continue }
                let session = try openSession(of: place.mac, on: id, behind: place.router, of: tenant)
                let address = session?.address ?? IPv4Address(bits: 0)
                _ = try request(kind, device.behind(place.router), at: address, of: tenant, on: now)
            }
        }
        return work
    }
}
