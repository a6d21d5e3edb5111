import Crypto
package import Entitlements
package import Monitoring
package import Payments
package import Provisioning
package import SQL
package import Subscribers
package import Tenancy
package import Values
package import Vouchers

/// All that the store knows of somebody's access, read at one moment; no router is asked.
package struct AccessFacts: Sendable {
    /// How a code stands that somebody named.
    package enum Code: Hashable, Sendable {
        case unknown
        case unused
        case void(at: Instant?)
        case expired(at: Instant?)
        case used(at: Instant?)
    }

    /// Nil where a device was named, not a code.
    package var code: Code?
    /// The device that was named; nil where a code was.
    package var mac: MACAddress?
    package var voucher: ID<Voucher>?
    /// The line that was named.
    package var line: Line?
    /// The payment that was named, or that a named receipt belongs to.
    package var payment: Payment?
    /// The money that was named.
    package var receipt: PaymentReceipt?
    package var entitlement: Entitlement?
    /// Who keeps it from being used, and why; nil where nobody does.
    package var suspension: Suspension?
    /// The named device, else the one that joined last of those that are still in.
    package var device: Device?
    package var isMember = false
    /// The newest effect for the device on the router where it is now.
    package var effect: Effect?
    package var router: Router?
    /// The Wi-Fi of the router's site.
    package var networkName = ""
    /// What is wrong on the router as far as the last sweep knows.
    package var drifts: [Drift] = []
    package var sweptAt: Instant?
    /// The session that goes on as far as we know.
    package var session: Session?
    /// The same of a line that dials in.
    package var dialled: LiveSession?
    /// When the router's lines were last read; nil where they never were.
    package var watchedAt: Instant?

    package init() {}
}

extension Transaction {
    /// What is known of what a person names.
    ///
    /// - Throws: a `Refusal` where the text names nothing.
    package borrowing func accessFacts(
        about text: String, of tenant: ID<Tenant>, keys: CodeKeys, andLines: Bool, at now: Instant
    ) throws -> AccessFacts {
        switch try accessName(text, of: tenant, andLines: andLines) {
        case .line(let line): return try accessFacts(about: line)
        case .payment(let payment): return try accessFacts(about: payment)
        case .purchase(let purchase):
            var facts = AccessFacts()
            facts.entitlement = try entitlement(purchase.entitlement, of: tenant)
            try follow(of: tenant, into: &facts)
            return facts
        case .receipt(let receipt):
            var facts = AccessFacts()
            if let id = receipt.payment, let payment = try payment(id, of: tenant) {
                facts = try accessFacts(about: payment)
            }
            facts.receipt = receipt
            return facts
        case .device(let mac): return try accessFacts(about: mac, of: tenant)
        case .code(let typed):
            let found = try voucher(typed: typed, of: tenant, keys: keys)
            if let found { return try accessFacts(about: found, of: tenant, at: now) }
            var facts = AccessFacts()
            facts.code = .unknown
            return facts
        }
    }

    package borrowing func accessFacts(about mac: MACAddress, of tenant: ID<Tenant>) throws -> AccessFacts {
        var facts = AccessFacts()
        facts.mac = mac
        facts.entitlement = try latestEntitlement(of: mac, of: tenant)
        try follow(of: tenant, into: &facts)
        return facts
    }

    /// What is known of an access itself, whoever has it.
    package borrowing func accessFacts(
        about entitlement: Entitlement, of tenant: ID<Tenant>
    ) throws -> AccessFacts {
        var facts = AccessFacts()
        facts.entitlement = entitlement
        if entitlement.source == .voucher { facts.voucher = entitlement.sourceID.rebound(to: Voucher.self) }
        try follow(of: tenant, into: &facts)
        return facts
    }

    package borrowing func accessFacts(
        about voucher: Voucher, of tenant: ID<Tenant>, at now: Instant
    ) throws -> AccessFacts {
        var facts = AccessFacts()
        facts.voucher = voucher.id
        switch voucher.state {
        case .void: facts.code = .void(at: voucher.changedAt)
        case .unused:
            let batch = try batch(voucher.batch, of: tenant)
            facts.code = batch?.isOver(at: now) == true ? .expired(at: batch?.validUntil) : .unused
        case .used:
            facts.code = .used(at: voucher.changedAt)
            if let id = voucher.entitlement { facts.entitlement = try entitlement(id, of: tenant) }
        }
        try follow(of: tenant, into: &facts)
        return facts
    }

    private borrowing func accessFacts(about payment: Payment) throws -> AccessFacts {
        var facts = AccessFacts()
        facts.payment = payment
        if let id = payment.entitlement { facts.entitlement = try entitlement(id, of: payment.tenant) }
        try follow(of: payment.tenant, into: &facts)
        return facts
    }

    private borrowing func follow(of tenant: ID<Tenant>, into facts: inout AccessFacts) throws {
        guard let entitlement = facts.entitlement else { return }
        if entitlement.pacing.suspendedAt != nil {
            facts.suspension = try suspensions(of: entitlement.id, of: tenant, atMost: 1).first
        }
        let stays = try stays(of: entitlement.id, of: tenant)
        let mac = facts.mac
        var chosen: (device: Device, isMember: Bool)?
        for stay in stays.reversed() where mac == nil || stay.device.mac == mac {
            // Of the devices of a code, one that is still in tells more than one that left.
            if chosen == nil || stay.isMember { chosen = (stay.device, stay.isMember) }
            if stay.isMember { break }
        }
        guard let (device, isMember) = chosen else { return }
        (facts.device, facts.isMember) = (device, isMember)
        facts.effect = try effects(of: entitlement.id, of: tenant, atMost: 50).first {
            $0.mac == device.mac && $0.counts(on: device.router)
        }
        facts.session = try openSession(of: device.mac, on: entitlement.id, behind: device.router, of: tenant)
        try look(at: device.router, of: tenant, into: &facts)
    }

    package borrowing func accessFacts(about line: Line) throws -> AccessFacts {
        var facts = AccessFacts()
        facts.line = line
        facts.entitlement = try entitlement(line.entitlement, of: line.tenant)
        facts.effect = try effects(of: line.id, of: line.tenant, atMost: 20).first { $0.counts(on: line.router) }
        facts.dialled = try liveSession(of: line.name, by: "pppoe", on: line.router, of: line.tenant)
        try look(at: line.router, of: line.tenant, into: &facts)
        return facts
    }

    private borrowing func look(
        at id: ID<Router>, of tenant: ID<Tenant>, into facts: inout AccessFacts
    ) throws {
        guard let router = try router(id, of: tenant) else { return }
        facts.router = router
        facts.networkName = try sites(of: tenant).first { $0.id == router.site }?.networkName ?? ""
        facts.drifts = try openDrifts(on: router.id, of: tenant).map(\.drift)
        facts.sweptAt = try sweep(of: router.id, of: tenant)?.sweptAt
        facts.watchedAt = try watchReadAt(of: router.id, of: tenant)
    }
}

extension Effect {
    /// Whether it says how a device stands that is behind a router: one for a router that it left does not.
    fileprivate func counts(on router: ID<Router>) -> Bool { self.router == router && note != .superseded }
}
