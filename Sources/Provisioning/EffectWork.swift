import Crypto
import Entitlements
import RouterOS
import SQL
import Telemetry
import Tenancy
import Values

/// One effect being carried out: read what is wanted now, do it, write how it ended.
///
/// The wish is read afresh, never taken from the effect: an effect that waited for hours must not bring back what has
/// ended since.
struct EffectWork {
    let provisioner: Provisioner
    let effect: Effect
    let door: any RouterDoor

    func connect() async throws {
        guard let (entitlement, device, order) = try await order(restarts: false) else { return }
        switch try await door.admit(order) {
        case .online: try await settle(.done, .online, starting: entitlement, moving: device)
        case .needsForm:
            try await settle(
                .done, .needsForm, answer: provisioner.seal(order.password, for: effect), starting: entitlement)
        }
    }

    func shape() async throws {
        guard let (_, _, order) = try await order(restarts: true) else { return }
        // Once its session has ended nothing else tells where the device is to be let in again.
        if let address = order.address, address != effect.address {
            let effect = effect
            try await provisioner.write(on: effect.router, of: effect.tenant) { transaction in
                try transaction.note(address, of: effect)
            }
        }
        _ = try await door.admit(order)
        try await settle(.done, .none)
    }

    /// What is wanted now; nil where nothing is left, and the effect is settled.
    private func order(
        restarts: Bool
    ) async throws -> (entitlement: Entitlement, device: Device, order: AdmissionOrder)? {
        let tenant = effect.tenant
        let (entitlement, device) = try await provisioner.store.fetch(.tenant(tenant)) { transaction in
            (
                try transaction.entitlement(effect.entitlement, of: tenant),
                try transaction.device(effect.mac, on: effect.entitlement, of: tenant)
            )
        }
        guard let entitlement, let device, entitlement.balance(at: provisioner.now()).remainder != nil else {
            try await settle(.failed, .tooLate)
            return nil
        }
        let (readings, standing) = try await countedUp(entitlement, device.behind(effect.router))
        let now = provisioner.now()
        guard let standing, let remainder = standing.balance(at: now).remainder else {
            try await settle(.failed, .tooLate)
            return nil
        }
        let own = readings.first { $0.tag.mac == device.mac }
        let order = AdmissionOrder(
            username: device.username, password: .drawn(), mac: device.mac,
            address: address(restarts ? own?.session : nil), rateLimit: standing.speed,
            counted: own?.counters, remainder: remainder, tag: UserTag(entitlement: entitlement.id, mac: device.mac),
            terms: RouterTerms(standing, counted: readings.reduce(.zero) { $0 + $1.counters }, at: now),
            restarts: restarts)
        return (entitlement, device, order)
    }

    /// Adds up what this router has counted since the last reading, for the device and for those that share with it, and
    /// tells how the entitlement stands then.
    ///
    /// A router ends a session at its limit by itself, so the last reading may be from before. What another router
    /// counted is not known until that one answers: a router that is down keeps nobody out, so a device that moves on
    /// may use here once more what was left.
    private func countedUp(
        _ entitlement: Entitlement, _ device: Device
    ) async throws -> (readings: [UserReading], standing: Entitlement?) {
        let tenant = effect.tenant
        let users = try await provisioner.store.fetch(.tenant(tenant)) {
            try $0.counters(of: effect.entitlement, of: tenant)
        }
        let sharing = entitlement.isMetered ? users.filter { $0.mac != device.mac } : []
        let own = try await door.reading(of: device.username)
        var readings = own.map { [$0] } ?? []
        for user in sharing where user.router == effect.router {
            let reading = try await door.reading(of: Device.username(entitlement.id, user.mac))
            readings += reading.map { [$0] } ?? []
        }
        let (now, router, isNew) = (provisioner.now(), effect.router, own == nil)
        let (work, standing) = try await provisioner.write(on: router, of: tenant) { [readings] transaction in
            var work: Set<ID<Router>> = []
            for reading in readings {
                work.formUnion(try transaction.count(reading, by: router, of: tenant, at: now))
            }
            if isNew { try transaction.beginCounter(of: device, of: tenant) }
            return (work, try transaction.entitlement(entitlement.id, of: tenant))
        }
        for router in work where router != effect.router { provisioner.nudge(router) }
        for user in sharing where user.router != effect.router { provisioner.readSoon(user.router) }
        return (readings, standing)
    }

    /// Where the device is online, or was said to wait; nil where nobody knows.
    private func address(_ session: SessionReading?) -> IPv4Address? {
        [session?.address, effect.address].compactMap(\.self).first { $0.bits != 0 }
    }

    func cut() async throws {
        let tenant = effect.tenant
        let username = Device.username(effect.entitlement, effect.mac)
        let effect = effect
        try await door.cut(username: username, mac: effect.mac) { reading in
            let now = provisioner.now()
            let work = try await provisioner.write(on: effect.router, of: tenant) { transaction in
                try transaction.count(reading, by: effect.router, of: tenant, at: now)
            }
            for router in work where router != effect.router { provisioner.nudge(router) }
        }
        let now = provisioner.now()
        try await provisioner.write(on: effect.router, of: tenant) { transaction in
            // Where the device is wanted here again, its place stays, and the sweep makes its user anew.
            guard try transaction.settle(effect, .done, .none, at: now) else { return }
            let device = try transaction.device(
                effect.mac, on: effect.entitlement, countedBy: effect.router, of: tenant)
            if let device { try transaction.endCounter(of: device, of: tenant) }
            let open = try transaction.openSession(
                of: effect.mac, on: effect.entitlement, behind: effect.router, of: tenant)
            if let open { try transaction.close(open.id, of: tenant) }
        }
    }

    /// How often a router may reject one thing before it is given up.
    private static let mostAttempts = 12

    /// Tries again later what the router rejected, each time after twice the pause; the lane goes on with the rest.
    ///
    /// What only staff can put right is tried `forever`.
    func putOff(because reason: String, forever: Bool = false) async throws {
        let (effect, now) = (effect, provisioner.now())
        provisioner.log.error(
            "effect.rejected", ["effect.id": .id(effect.id), "router.id": .id(effect.router), "reason": .text(reason)])
        guard forever || effect.attempts < Self.mostAttempts else {
            try await settle(.failed, .routerRefused)
            return
        }
        let pause = Span.seconds(min(300, 1 << Int64(min(effect.attempts, 9))))
        try await provisioner.write(on: effect.router, of: effect.tenant) { transaction in
            try transaction.postpone(effect, .routerRefused, until: now + pause)
        }
    }

    func settle(
        _ state: Effect.State, _ note: Effect.Note, answer: [UInt8]? = nil, starting entitlement: Entitlement? = nil,
        moving device: Device? = nil
    ) async throws {
        let (effect, now) = (effect, provisioner.now())
        let work = try await provisioner.write(on: effect.router, of: effect.tenant) { transaction in
            let left = try device.map { try transaction.move($0, to: effect.router, of: effect.tenant, at: now) }
            if let entitlement, entitlement.connectedAt == nil { try transaction.start(entitlement, at: now) }
            try transaction.settle(effect, state, note, answer: answer, at: now)
            return left ?? []
        }
        for router in work { provisioner.nudge(router) }
        provisioner.log.info(
            "effect.settled",
            [
                "effect.id": .id(effect.id), "effect.kind": .text(effect.kind.rawValue),
                "effect.note": .text(note.rawValue),
            ])
    }
}
