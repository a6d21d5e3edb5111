import Catalog
package import Entitlements
package import SQL
package import Tenancy
package import Values

/// A wish to go online with a code.
package struct RedemptionRequest: Sendable {
    package let tenant: ID<Tenant>
    package let site: ID<Site>
    package let router: ID<Router>
    package let mac: MACAddress
    /// Where the request came from, for the throttle.
    package let clientAddress: String
    /// The keyed hashes of what was typed; one, or one a code format where formats overlap.
    package let hashes: [[UInt8]]
    package let now: Instant
    /// How far the tenant's local time lies ahead of UTC.
    package let offset: UTCOffset

    package init(
        tenant: ID<Tenant>, site: ID<Site>, router: ID<Router>, mac: MACAddress, clientAddress: String,
        hashes: [[UInt8]], now: Instant, offset: UTCOffset
    ) {
        self.tenant = tenant
        self.site = site
        self.router = router
        self.mac = mac
        self.clientAddress = clientAddress
        self.hashes = hashes
        self.now = now
        self.offset = offset
    }
}

/// What a code got: the entitlement, with the device in it.
package struct Redemption: Hashable, Sendable {
    package let entitlement: Entitlement
    package let device: Device
    /// Whether the voucher was used up by this very request.
    package let isFirst: Bool
}

extension Transaction {
    /// Redeems a voucher, lets another device join it, or welcomes one that is in already.
    ///
    /// A refusal is an answer, not an error: the guess that it may count must be kept.
    package borrowing func redeem(
        _ request: RedemptionRequest
    ) throws(SQLError) -> Result<Redemption, VoucherRefusal> {
        let throttle = GuessThrottle(request)
        if let until = try lockedUntil(throttle), try isHeld(request, by: throttle) {
            return .failure(.locked(until: until))
        }
        for hash in request.hashes {
            guard let terms = try voucher(hashed: hash, of: request.tenant) else { continue }
            if let refusal = terms.refusal(at: request.site, on: request.now, offset: request.offset) {
                return .failure(refusal)
            }
            guard let entitlement = terms.voucher.entitlement else {
                return .success(try useFirst(terms, request))
            }
            return try useAgain(entitlement, request)
        }
        try record(throttle)
        return .failure(.unknown)
    }

    /// Whether a closed door is one for this device: those that it shares with strangers are open to one that a router
    /// once let in with a code, so that somebody who guesses does not keep neighbours out.
    private borrowing func isHeld(
        _ request: RedemptionRequest, by throttle: GuessThrottle
    ) throws(SQLError) -> Bool {
        if try isDeviceLocked(throttle) { return true }
        return try !wasLetIn(request.mac, of: request.tenant)
    }

    private borrowing func useFirst(
        _ terms: VoucherTerms, _ request: RedemptionRequest
    ) throws(SQLError) -> Redemption {
        let place = GrantPlace(router: request.router, mac: request.mac)
        let (entitlement, device) = try grant(
            terms.offer, for: .voucher, terms.voucher.id.rebound(to: Void.self), at: terms.site, to: place,
            on: request.now, offset: request.offset)
        try use(terms.voucher.id, for: entitlement.id, of: request.tenant, at: request.now)
        return Redemption(entitlement: entitlement, device: device, isFirst: true)
    }

    private borrowing func useAgain(
        _ id: ID<Entitlement>, _ request: RedemptionRequest
    ) throws(SQLError) -> Result<Redemption, VoucherRefusal> {
        guard let entitlement = try entitlement(id, of: request.tenant) else {
            throw SQLError(.damaged, code: "voucher", message: "A used voucher has no entitlement")
        }
        if let refusal = VoucherRefusal(entitlement.balance(at: request.now)) { return .failure(refusal) }
        let (isMember, count) = try membership(of: request.mac, in: id, of: request.tenant)
        guard isMember || count < entitlement.deviceLimit else {
            return .failure(.deviceLimit(entitlement.deviceLimit))
        }
        let device = request.device(of: id)
        try join(device, of: request.tenant, at: request.now)
        return .success(Redemption(entitlement: entitlement, device: device, isFirst: false))
    }
}

extension RedemptionRequest {
    fileprivate func device(of entitlement: ID<Entitlement>) -> Device {
        Device(
            entitlement: entitlement, mac: mac, router: router, username: Device.username(entitlement, mac))
    }
}
