package import Entitlements
package import SQL
package import Tenancy
package import Values
package import Vouchers

/// A wish to let a device share what another one has.
package struct BringRequest: Sendable {
    package let tenant: ID<Tenant>
    package let site: ID<Site>
    package let host: ID<Entitlement>
    /// The device that asks; it must be in itself.
    package let mac: MACAddress
    package let guest: TypedGuest
    package let keys: GuestKeys
    package let throttle: GuessThrottle
    package let now: Instant

    package init(
        tenant: ID<Tenant>, site: ID<Site>, host: ID<Entitlement>, mac: MACAddress, guest: TypedGuest,
        keys: GuestKeys, throttle: GuessThrottle, now: Instant
    ) {
        self.tenant = tenant
        self.site = site
        self.host = host
        self.mac = mac
        self.guest = guest
        self.keys = keys
        self.throttle = throttle
        self.now = now
    }
}

/// Why a device is not brought along.
package enum BringRefusal: Refusal, Hashable {
    /// No device of the site shows the code; counts as a guess.
    case unknownCode
    /// As many devices share it as may.
    case deviceLimit(Int)
    /// The hardware address is that of a device which is online by access of its own.
    case onlineElsewhere
    /// Whoever asks is not in.
    case hostIsOut
    /// What the host has lets nobody in at present.
    case over(VoucherRefusal)
    /// Too many wrong codes came from here.
    case locked(until: Instant)

    package var kind: RefusalKind {
        switch self {
        case .unknownCode: .notFound
        case .deviceLimit, .hostIsOut, .onlineElsewhere: .conflict
        case .over(let refusal): refusal.kind
        case .locked: .throttled
        }
    }

    package var code: String {
        switch self {
        case .unknownCode: "pairing.unknown"
        case .deviceLimit: "pairing.device-limit"
        case .hostIsOut: "pairing.host-is-out"
        case .onlineElsewhere: "pairing.online-elsewhere"
        case .over(let refusal): refusal.code
        case .locked: "pairing.locked"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .unknownCode, .hostIsOut, .onlineElsewhere: [:]
        case .deviceLimit(let limit): ["limit": .number(Int64(limit))]
        case .over(let refusal): refusal.facts
        case .locked(let instant): ["until": .instant(instant)]
        }
    }
}

/// A device that was brought along, and where it waits; 0.0.0.0 where only the router knows.
package struct Guest: Hashable, Sendable {
    package let device: Device
    package let address: IPv4Address
}

extension Transaction {
    /// Gives a device a place beside the one that asks, for as long as what that one has lasts.
    ///
    /// A refusal is an answer, not an error: the guess that it may count must be kept.
    package borrowing func bring(_ request: BringRequest) throws(SQLError) -> Result<Guest, BringRefusal> {
        let (tenant, now) = (request.tenant, request.now)
        if let until = try lockedUntil(request.throttle) { return .failure(.locked(until: until)) }
        guard let entitlement = try entitlement(request.host, of: tenant),
            let host = try device(request.mac, on: request.host, of: tenant),
            try membership(of: request.mac, in: request.host, of: tenant).isMember
        else { return .failure(.hostIsOut) }
        if let refusal = VoucherRefusal(entitlement.balance(at: now)) { return .failure(.over(refusal)) }
        guard let waiting = try waiting(for: request, behind: host.router) else {
            try record(request.throttle)
            return .failure(.unknownCode)
        }
        if case .device = request.guest, try isOnlineElsewhere(waiting.place, request) {
            return .failure(.onlineElsewhere)
        }
        let (isMember, count) = try membership(of: waiting.place.mac, in: request.host, of: tenant)
        guard isMember || count < entitlement.deviceLimit else {
            return .failure(.deviceLimit(entitlement.deviceLimit))
        }
        if case .code = request.guest, try !take(waiting, to: request.host, of: tenant) {
            return .failure(.unknownCode)
        }
        let device = Device(
            entitlement: request.host, mac: waiting.place.mac, router: waiting.place.router,
            username: Device.username(request.host, waiting.place.mac))
        try join(device, of: tenant, at: now)
        return .success(Guest(device: device, address: waiting.address))
    }
    /// Whether a device is online by access that is not its host's: whoever knows its address must not take it from there,
    /// while a code is shown by the device itself.
    private borrowing func isOnlineElsewhere(
        _ place: GrantPlace, _ request: BringRequest
    ) throws(SQLError) -> Bool {
        guard let own = try latestEntitlement(of: place.mac, of: request.tenant), own.id != request.host,
            case .live = own.balance(at: request.now)
        else { return false }
        return try openSession(of: place.mac, on: own.id, behind: place.router, of: request.tenant) != nil
    }

    /// The device that is meant: one that shows the code, or any behind the host's router.
    private borrowing func waiting(
        for request: BringRequest, behind router: ID<Router>
    ) throws(SQLError) -> Pairing? {
        switch request.guest {
        case .device(let mac):
            Pairing(
                at: GrantPlace(router: router, mac: mac), address: IPv4Address(bits: 0), expiresAt: request.now)
        case .code(let code):
            try pairing(
                showing: request.keys.hash(code, of: request.tenant), at: request.site, for: request.host,
                of: request.tenant, now: request.now)
        }
    }
}
