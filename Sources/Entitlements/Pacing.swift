package import Catalog
package import Values

/// What of an entitlement changes with use, with the hours of the day and by staff's hand, without ending it.
package struct Pacing: Hashable, Sendable {
    /// A speed that was given for a while.
    package struct Boost: Hashable, Sendable {
        package let rate: RateLimit
        package let until: Instant

        package init(rate: RateLimit, until: Instant) {
            self.rate = rate
            self.until = until
        }
    }

    /// The package's hours; nil where it may be used always, or ends with the window in which it began.
    package var schedule: Schedule?
    /// When the next window opens.
    package var opensAt: Instant?
    package var fairUse: FairUse?
    /// Used in the running period.
    package var fairUsed = DataVolume(bytes: 0)
    /// When the running period is over; nil where it lasts as long as the entitlement.
    package var fairUntil: Instant?
    package var boost: Boost?
    /// The speed that staff gave it in place of the package's.
    package var staffRate: RateLimit?
    /// Since when staff keep it from being used.
    package var suspendedAt: Instant?

    package init() {}

    /// Whether more than the fair share of the period is used.
    package var isBeyondFairUse: Bool { fairUse.map { fairUsed >= $0.volume } ?? false }
}

/// Why an entitlement that holds lets nobody online at the moment.
package struct Pause: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Outside the package's hours.
        case hours
        /// The fair share of the period is used.
        case fairUse
    }

    package let reason: Reason
    package let until: Instant

    package init(_ reason: Reason, until: Instant) {
        self.reason = reason
        self.until = until
    }
}

extension Entitlement {
    /// The speed at present: a boost, what fair use leaves, what staff gave, or the package's; nil for no limit.
    package var speed: RateLimit? {
        if let boost = pacing.boost { return boost.rate }
        if pacing.isBeyondFairUse, case .throttle(let rate)? = pacing.fairUse?.deed { return rate }
        return pacing.staffRate ?? rateLimit
    }

    /// Why nobody may be online at `now`, although it holds.
    package func pause(at now: Instant) -> Pause? {
        // A window that has opened by now is entered by `turned`, within a second.
        if let closesAt, closesAt <= now, let opensAt = pacing.opensAt { return Pause(.hours, until: opensAt) }
        guard pacing.isBeyondFairUse, pacing.fairUse?.deed == .block, let until = pacing.fairUntil else { return nil }
        return Pause(.fairUse, until: until)
    }

    /// The instant at which a router must stop serving it, as far as a clock on the wall decides: its end, or the end of
    /// the hours before.
    package func wallEnd(at now: Instant) -> Instant? {
        let end = end(startingBy: now)
        guard pacing.opensAt != nil, let closesAt, closesAt > now else { return end }
        return min(end ?? closesAt, closesAt)
    }

    /// The next instant at which the hours, the period of fair use or a boost turn.
    package func nextTurn(after now: Instant) -> Instant? {
        let closing = pacing.opensAt == nil ? nil : closesAt
        return [closing.flatMap { $0 > now ? $0 : nil } ?? pacing.opensAt, pacing.fairUntil, pacing.boost?.until]
            .compactMap(\.self).min()
    }

    /// As it stands at `now`: windows that have opened are entered, periods begun anew, boosts taken away.
    package func turned(at now: Instant, offset: UTCOffset) -> Entitlement {
        var (pacing, closesAt, endsAt) = (pacing, closesAt, endsAt)
        if let schedule = pacing.schedule, let opensAt = pacing.opensAt, opensAt <= now {
            let closing = schedule.closing(at: now, offset: offset)
            let opening = schedule.opening(after: closing ?? now, offset: offset)
            closesAt = closing ?? closesAt
            pacing.opensAt = opening
            // With the last window before its end it is over.
            if connectedAt != nil, let end = endsAt, end <= opening {
                pacing.opensAt = nil
                endsAt = min(end, closing ?? now)
            }
        }
        if let period = pacing.fairUse?.period, let until = pacing.fairUntil, until <= now {
            pacing.fairUsed = DataVolume(bytes: 0)
            pacing.fairUntil = period.end(after: now, offset: offset)
        }
        if let boost = pacing.boost, boost.until <= now { pacing.boost = nil }
        return paced(pacing, endsAt: endsAt, closesAt: closesAt)
    }

    /// The same with another end.
    package func ending(at end: Instant?) -> Entitlement { paced(pacing, endsAt: end, closesAt: closesAt) }

    /// The same with a boost.
    package func boosted(_ boost: Pacing.Boost) -> Entitlement {
        var pacing = pacing
        pacing.boost = boost
        return paced(pacing, endsAt: endsAt, closesAt: closesAt)
    }

    private func paced(_ pacing: Pacing, endsAt: Instant?, closesAt: Instant?) -> Entitlement {
        Entitlement(
            id: id, tenant: tenant, package: package, source: source, sourceID: sourceID, site: site,
            startsAt: startsAt, endsAt: endsAt, closesAt: closesAt, connectedAt: connectedAt,
            onlineLimit: onlineLimit, onlineUsed: onlineUsed, dataLimit: dataLimit, dataUsed: dataUsed,
            rateLimit: rateLimit, deviceLimit: deviceLimit, pacing: pacing, ended: ended)
    }
}
