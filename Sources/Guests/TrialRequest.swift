package import Catalog
package import Entitlements
package import Messages
package import SQL
package import Values
package import Vouchers

/// A wish to try a package for nothing.
package struct TrialRequest: Sendable {
    package let offer: Package
    package let place: GrantPlace
    /// Whose it says it is.
    package let phone: PhoneNumber
    /// The digits that were typed of a code that was sent to the number; nil where none were asked for yet.
    package let code: String?
    /// The tag of the language in which a code is sent.
    package let language: String
    package let keys: GuestKeys
    package let messages: MessageKeys
    package let throttle: GuessThrottle
    package let now: Instant
    /// How far the tenant's local time lies ahead of UTC.
    package let offset: UTCOffset

    package init(
        _ offer: Package, at place: GrantPlace, phone: PhoneNumber, code: String? = nil, in language: String = "",
        keys: GuestKeys, messages: MessageKeys, throttle: GuessThrottle, now: Instant, offset: UTCOffset
    ) {
        self.offer = offer
        self.place = place
        self.phone = phone
        self.code = code
        self.language = language
        self.keys = keys
        self.messages = messages
        self.throttle = throttle
        self.now = now
        self.offset = offset
    }

    /// Device, then number: all who claim several take them in this order, so that none waits for another in a circle.
    fileprivate var subjects: [[UInt8]] { [device, keys.hash(phone, of: offer.tenant)] }

    /// What the store knows the device by.
    var device: [UInt8] { keys.hash(place.mac, of: offer.tenant) }
}

/// A trial that a device or a number had last.
private struct TrialClaim {
    let takenAt: Instant
    let entitlement: ID<Entitlement>
}

extension Transaction {
    /// Grants a trial to a device and a number of which neither had one, or gives it back to the device that has it.
    ///
    /// Where the provider can send messages the number is proven first, by a code that is sent to it.
    ///
    /// A refusal is an answer, not an error: that it counts as a guess must be kept, so that nobody finds out by trying
    /// which numbers were here.
    package borrowing func tryOut(_ request: TrialRequest) throws(SQLError) -> Result<Device, TrialRefusal> {
        guard let trial = request.offer.trial else { return .failure(.notOffered) }
        if let until = try lockedUntil(request.throttle) { return .failure(.locked(until: until)) }
        var claims: [TrialClaim?] = []
        for subject in request.subjects { claims.append(try claim(subject, request)) }
        if let device = try running(claims, request) { return .success(device) }
        let latest = claims.compactMap { $0?.takenAt }.filter { taken in
            trial.again(after: taken).map { $0 > request.now } ?? true
        }.max()
        if let latest {
            try record(request.throttle)
            return .failure(.used(at: latest, again: trial.again(after: latest)))
        }
        if let schedule = request.offer.schedule, schedule.closing(at: request.now, offset: request.offset) == nil {
            return .failure(.outsideSchedule(opens: schedule.opening(after: request.now, offset: request.offset)))
        }
        if try provesNumbers(request), let refusal = try whatIsUnproven(request) { return .failure(refusal) }
        let granted = try grant(
            request.offer, for: .trial, request.offer.id.rebound(to: Void.self), at: nil, to: request.place,
            on: request.now, offset: request.offset)
        let latestAllowed = trial.lastBefore(request.now)
        for subject in request.subjects {
            try take(subject, for: granted.entitlement, unlessTakenAfter: latestAllowed, request)
        }
        return .success(granted.device)
    }

    private borrowing func claim(_ subject: [UInt8], _ request: TrialRequest) throws(SQLError) -> TrialClaim? {
        try first(
            "SELECT taken_at, entitlement FROM trial_claim WHERE tenant = $1 AND subject = $2", request.offer.tenant,
            subject
        ) { (row: borrowing Row) throws(SQLError) in
            TrialClaim(takenAt: try row[0], entitlement: try row[1])
        }
    }

    /// The device that has this trial at present: a form that is sent twice is one trial.
    private borrowing func running(
        _ claims: [TrialClaim?], _ request: TrialRequest
    ) throws(SQLError) -> Device? {
        let tenant = request.offer.tenant
        guard let id = claims[0]?.entitlement, claims[1]?.entitlement == id,
            let entitlement = try entitlement(id, of: tenant), case .live = entitlement.balance(at: request.now),
            let device = try device(request.place.mac, on: id, of: tenant)
        else { return nil }
        try join(device, of: tenant, at: request.now)
        return device.behind(request.place.router)
    }

    /// - Throws: `SQLError` of the kind `busy` where another gateway gave it to the same subject in this very moment.
    private borrowing func take(
        _ subject: [UInt8], for entitlement: Entitlement, unlessTakenAfter latest: Instant?, _ request: TrialRequest
    ) throws(SQLError) {
        let taken = try run(
            """
            INSERT INTO main.trial_claim (tenant, subject, taken_at, entitlement) VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant, subject) DO UPDATE SET
                taken_at = excluded.taken_at, entitlement = excluded.entitlement
            WHERE trial_claim.taken_at <= $5
            """, request.offer.tenant, subject, request.now, entitlement.id, latest ?? Instant(milliseconds: .min))
        guard taken == 1 else {
            throw SQLError(.busy, code: "trial", message: "Another gateway gave the same trial at the same time")
        }
    }
}

extension Trial {
    /// The latest instant at which somebody may have had it who may have it at `now`; nil where nobody may twice.
    fileprivate func lastBefore(_ now: Instant) -> Instant? {
        switch self {
        case .once: nil
        case .every(let span): now - span
        }
    }
}
