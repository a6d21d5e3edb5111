package import Entitlements
package import SQL
package import Tenancy
package import Values

/// What staff do with somebody's access: kept from being used, restored, given another speed, a device sent away; each in
/// one transaction with the effects that carry it to routers.
extension Transaction {
    /// Keeps an access from being used until it is restored: its devices are cut wherever they are placed.
    ///
    /// - Returns: the routers that have work now.
    /// - Throws: `AccessRefusal`.
    package borrowing func suspend(
        _ id: ID<Entitlement>, because reason: String, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Set<ID<Router>> {
        let before = try staffed(id, of: tenant, at: now)
        guard try markSuspended(id, because: reason, by: person, of: tenant, at: now),
            let after = try entitlement(id, of: tenant)
        else { throw AccessRefusal.suspendedAlready }
        return try follow(before, to: after, at: now)
    }

    /// Lets a suspended access be used again, and its devices in that were in or wait.
    ///
    /// - Returns: the routers that have work now.
    /// - Throws: `AccessRefusal`.
    package borrowing func restore(
        _ id: ID<Entitlement>, by person: String, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Set<ID<Router>> {
        let before = try staffed(id, of: tenant, at: now)
        guard try markRestored(id, by: person, of: tenant, at: now), let after = try entitlement(id, of: tenant) else {
            throw AccessRefusal.notSuspended
        }
        return try follow(before, to: after, at: now)
    }

    /// Gives an access a speed in place of its package's, or nil for that of the package again; boosts and fair use stand
    /// above either.
    ///
    /// - Returns: the routers that have work now.
    /// - Throws: `AccessRefusal`.
    package borrowing func setSpeed(
        _ rate: RateLimit?, of id: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Set<ID<Router>> {
        let before = try staffed(id, of: tenant, at: now)
        try setStaffRate(rate, of: id, of: tenant)
        guard let after = try entitlement(id, of: tenant) else { throw AccessRefusal.none }
        return try follow(before, to: after, at: now)
    }

    /// Sends a device away from an access: its place is free, and it is cut wherever it is placed.
    ///
    /// What it has used stays counted. It may come back like any other while there is a place.
    ///
    /// - Returns: the routers that have work now.
    /// - Throws: `AccessRefusal`.
    package borrowing func sendAway(
        _ mac: MACAddress, from id: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Set<ID<Router>> {
        _ = try staffed(id, of: tenant, at: now)
        guard let device = try device(mac, on: id, of: tenant), try membership(of: mac, in: id, of: tenant).isMember
        else { throw AccessRefusal.deviceUnknown }
        try leave(mac, id, of: tenant, at: now)
        // One that waits to be let in, perhaps behind another router, waits no more.
        for effect in try effects(of: id, of: tenant, atMost: 100)
        where effect.state == .waiting && effect.mac == mac && effect.kind != .cut {
            try settle(effect, .failed, .superseded, at: now)
        }
        return Set(try requestCuts(of: device, of: tenant, on: now).map(\.router))
    }

    /// The access that staff mean, where something can be done with it.
    private borrowing func staffed(
        _ id: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws -> Entitlement {
        try lock(id, of: tenant)
        guard let entitlement = try entitlement(id, of: tenant) else { throw AccessRefusal.none }
        guard entitlement.source != .subscription else { throw AccessRefusal.isLine }
        guard !entitlement.balance(at: now).isOver else { throw AccessRefusal.over }
        return entitlement
    }
}
