package import Catalog
package import Tenancy
package import Values

/// Who may be online, on what terms, until when.
///
/// Voucher, payment, subscription, trial and staff all end in this one thing; routers are made to agree with it.
package struct Entitlement: Hashable, Sendable {
    /// What it was granted for.
    package enum Source: String, Sendable {
        case voucher
        case payment
        /// Money that lay in a payer's wallet.
        case wallet
        /// Given for nothing, to be tried.
        case trial
        case staff
        /// A line's period.
        case subscription
    }

    /// Why it is over.
    package enum End: String, Sendable {
        case timeUp = "time"
        case dataUsed = "data"
        /// Voided or cut by staff.
        case withdrawn
    }

    package let id: ID<Entitlement>
    package let tenant: ID<Tenant>
    package let package: ID<Package>
    package let source: Source
    /// The key of the voucher or of whatever else granted it.
    package let sourceID: ID<Void>
    /// The one site where it holds; nil for all of the tenant's.
    package let site: ID<Site>?
    package let startsAt: Instant
    /// The first instant at which it no longer holds; nil where no clock on a wall ends it.
    package let endsAt: Instant?
    /// When the package's hours close: a late start does not move the end beyond it, unless they open again.
    package let closesAt: Instant?
    /// When a router first let a device in; until then the clock has not started, however long a router is down.
    package let connectedAt: Instant?
    /// The time that devices may be connected, all together.
    package let onlineLimit: Allowance<Span>
    package let onlineUsed: Span
    package let dataLimit: Allowance<DataVolume>
    package let dataUsed: DataVolume
    package let rateLimit: RateLimit?
    package let deviceLimit: Int
    /// Hours that open again, fair use, a boost, what staff have changed.
    package let pacing: Pacing
    /// When and why it was ended; nil while nobody noticed or it still holds.
    package let ended: Ending?

    /// A recorded end.
    package struct Ending: Hashable, Sendable {
        package let at: Instant
        package let reason: End

        package init(at: Instant, reason: End) {
            self.at = at
            self.reason = reason
        }
    }

    package init(
        id: ID<Entitlement>, tenant: ID<Tenant>, package: ID<Package>, source: Source, sourceID: ID<Void>,
        site: ID<Site>?, startsAt: Instant, endsAt: Instant?, closesAt: Instant? = nil,
        connectedAt: Instant? = nil, onlineLimit: Allowance<Span>, onlineUsed: Span = .zero,
        dataLimit: Allowance<DataVolume>, dataUsed: DataVolume = DataVolume(bytes: 0),
        rateLimit: RateLimit?, deviceLimit: Int, pacing: Pacing = Pacing(), ended: Ending? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.package = package
        self.source = source
        self.sourceID = sourceID
        self.site = site
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.closesAt = closesAt
        self.connectedAt = connectedAt
        self.onlineLimit = onlineLimit
        self.onlineUsed = onlineUsed
        self.dataLimit = dataLimit
        self.dataUsed = dataUsed
        self.rateLimit = rateLimit
        self.deviceLimit = deviceLimit
        self.pacing = pacing
        self.ended = ended
    }

    /// What a package grants from `now` on.
    ///
    /// Where the package's hours open again before it is over, it goes on then; else it ends with the window that holds
    /// `now`. `offset` is that of the tenant's local time.
    package init(
        granting offer: Package, for source: Source, _ sourceID: ID<Void>, at site: ID<Site>?, from now: Instant,
        offset: UTCOffset
    ) {
        var endsAt: Instant?
        var onlineLimit = Allowance<Span>.unlimited
        switch offer.time {
        case .unlimited: break
        case .fromFirstUse(let span): endsAt = now + span
        case .online(let span): onlineLimit = .upTo(span)
        }
        var pacing = Pacing()
        let closing = offer.schedule?.closing(at: now, offset: offset)
        if let schedule = offer.schedule, let closing {
            let opening = schedule.opening(after: closing, offset: offset)
            if let end = endsAt, end <= opening {
                endsAt = min(end, closing)
            } else {
                pacing.schedule = schedule
                pacing.opensAt = opening
            }
        }
        pacing.fairUse = offer.fairUse
        pacing.fairUntil = offer.fairUse?.period?.end(after: now, offset: offset)
        self.init(
            id: ID(at: now), tenant: offer.tenant, package: offer.id, source: source, sourceID: sourceID, site: site,
            startsAt: now, endsAt: endsAt, closesAt: closing, onlineLimit: onlineLimit, dataLimit: offer.data,
            rateLimit: offer.rateLimit, deviceLimit: offer.deviceLimit, pacing: pacing)
    }

    /// Whether what routers count takes from what is left.
    package var isMetered: Bool { onlineLimit.limit != nil || dataLimit.limit != nil || pacing.fairUse != nil }

    /// When it ends; where no device was ever let in, when it would end if one were let in at `now`.
    package func end(startingBy now: Instant) -> Instant? {
        guard connectedAt == nil, let endsAt else { return endsAt }
        let late = endsAt + max(.zero, now - startsAt)
        guard pacing.opensAt == nil, let closesAt else { return late }
        return min(late, closesAt)
    }

    /// What is left at `now`, or why nothing is.
    package func balance(at now: Instant) -> Balance {
        if let ended { return .ended(ended.reason, at: ended.at) }
        let endsAt = end(startingBy: now)
        if let endsAt, endsAt <= now { return .ended(.timeUp, at: endsAt) }
        let onlineLeft = onlineLimit.limit.map { $0 - onlineUsed }
        if let onlineLeft, onlineLeft <= .zero { return .ended(.timeUp, at: now) }
        let dataLeft = dataLimit.limit.map { DataVolume(bytes: $0.bytes - dataUsed.bytes) }
        if let dataLeft, dataLeft.bytes <= 0 { return .ended(.dataUsed, at: now) }
        if let since = pacing.suspendedAt { return .suspended(since: since) }
        if let pause = pause(at: now) { return .paused(pause) }
        let wallLeft = wallEnd(at: now).map { $0 - now }
        let timeLeft = wallLeft.map { min($0, onlineLeft ?? $0) } ?? onlineLeft
        return .live(Remainder(time: Allowance(timeLeft), data: Allowance(dataLeft)))
    }
}

/// What is left of an entitlement.
package enum Balance: Hashable, Sendable {
    case live(Remainder)
    case paused(Pause)
    /// Staff keep it from being used until they restore it; a clock on a wall goes on meanwhile.
    case suspended(since: Instant)
    case ended(Entitlement.End, at: Instant)

    /// Whether nothing will ever be left again.
    package var isOver: Bool {
        if case .ended = self { true } else { false }
    }

    /// The remainder while it lets devices in.
    package var remainder: Remainder? {
        if case .live(let remainder) = self { remainder } else { nil }
    }
}

/// Time and data that are left, each more than nothing.
package struct Remainder: Hashable, Sendable {
    /// For an online-time package the time that one connected device may still use.
    package let time: Allowance<Span>
    package let data: Allowance<DataVolume>

    package init(time: Allowance<Span>, data: Allowance<DataVolume>) {
        self.time = time
        self.data = data
    }
}
