import Crypto
import Entitlements
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
        let now = provisioner.now()
        let tenant = effect.tenant
        let (entitlement, device) = try await provisioner.store.fetch(.tenant(tenant)) { transaction in
            (
                try transaction.entitlement(effect.entitlement, of: tenant),
                try transaction.device(effect.mac, on: effect.entitlement, of: tenant)
            )
        }
        guard let entitlement, let device, case .live(let remainder) = entitlement.balance(at: now) else {
            try await settle(.failed, .tooLate)
            return
        }
        let password = Secret.drawn()
        let order = AdmissionOrder(
            username: device.username, password: password, mac: device.mac,
            address: effect.address.bits == 0 ? nil : effect.address, rateLimit: entitlement.rateLimit,
            remainder: remainder, tag: UserTag(entitlement: entitlement.id, mac: device.mac))
        switch try await door.admit(order) {
        case .online: try await settle(.done, .online, starting: entitlement)
        case .needsForm:
            try await settle(
                .done, .needsForm, answer: provisioner.seal(password, for: effect), starting: entitlement)
        }
    }

    func cut() async throws {
        let tenant = effect.tenant
        let username = Device.username(effect.entitlement, effect.mac)
        let reading = try await door.cut(username: username, mac: effect.mac)
        let (effect, now) = (effect, provisioner.now())
        try await provisioner.store.write(.tenant(tenant)) { transaction in
            // A device that is behind another router by now is counted there.
            if let device = try transaction.device(effect.mac, on: effect.entitlement, of: tenant),
                device.router == effect.router
            {
                let (usage, online, bytes) = reading.map { device.usage.counting($0) } ?? (device.usage, .zero, 0)
                try transaction.record(usage.restarted, of: device, adding: online, bytes, of: tenant)
            }
            let open = try transaction.openSession(
                of: effect.mac, on: effect.entitlement, behind: effect.router, of: tenant)
            if let open { try transaction.close(open.id, of: tenant) }
            try transaction.displace(effect.mac, on: effect.entitlement, from: effect.router, of: tenant)
            try transaction.settle(effect, .done, .none, at: now)
        }
    }

    /// How often a router may reject one thing before it is given up.
    private static let mostAttempts = 12

    /// Tries again later what the router rejected, each time after twice the pause; the lane goes on with the rest.
    func putOff(because reason: String) async throws {
        let (effect, now) = (effect, provisioner.now())
        provisioner.log.error(
            "effect.rejected", ["effect.id": .id(effect.id), "router.id": .id(effect.router), "reason": .text(reason)])
        guard effect.attempts < Self.mostAttempts else {
            try await settle(.failed, .routerRefused)
            return
        }
        let pause = Span.seconds(min(300, 1 << Int64(effect.attempts)))
        try await provisioner.store.write(.tenant(effect.tenant)) { transaction in
            try transaction.postpone(effect, .routerRefused, until: now + pause)
        }
    }

    private func settle(
        _ state: Effect.State, _ note: Effect.Note, answer: [UInt8]? = nil, starting entitlement: Entitlement? = nil
    ) async throws {
        let (effect, now) = (effect, provisioner.now())
        try await provisioner.store.write(.tenant(effect.tenant)) { transaction in
            if let entitlement {
                if entitlement.connectedAt == nil { try transaction.start(entitlement, at: now) }
                try transaction.place(effect.mac, on: effect.entitlement, of: effect.tenant)
            }
            try transaction.settle(effect, state, note, answer: answer, at: now)
        }
        provisioner.log.info(
            "effect.settled",
            [
                "effect.id": .id(effect.id), "effect.kind": .text(effect.kind.rawValue),
                "effect.note": .text(note.rawValue),
            ])
    }
}
