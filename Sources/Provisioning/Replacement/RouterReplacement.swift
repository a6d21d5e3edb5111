package import Catalog
import Entitlements
package import SQL
import Subscribers
package import Tenancy
package import Values

/// Why a router cannot take over from another.
package enum ReplacementRefusal: String, Refusal, CaseIterable {
    case sameRouter = "replacement.same"
    /// Nothing is done on it: it was released, or never answered.
    case notServing = "replacement.not-serving"

    package var kind: RefusalKind { .conflict }
}

/// A device or a line that a router carried when another one took over, and what became of it.
package struct ReplacedCustomer: Hashable, Sendable {
    /// What became of it; the words are stable.
    package enum Outcome: String, CaseIterable, Sendable {
        case moved
        /// An earlier run moved it, or it came by itself; its user on the old router still waits to be cut.
        case there
        /// Its access is over, so that nothing is to be moved.
        case over
        /// It logged out, so that nothing is to be moved.
        case left
        /// It is behind a third router by now.
        case elsewhere
        /// Its access holds at the old router's site only, and the new one stands at another.
        case otherSite = "other-site"
        /// Another line behind the new router has its address.
        case addressTaken = "address-taken"

        /// Whether the new router serves it.
        package var isCarried: Bool { self == .moved || self == .there }

        /// Whether somebody who has access stays behind.
        package var isStuck: Bool { self == .otherSite || self == .addressTaken }
    }

    /// The device's hardware address, or the line's name.
    package let name: String
    package let package: ID<Package>
    package let outcome: Outcome
}

/// One router takes the place of another: what is placed on the old one is placed on the new.
///
/// No router is asked: the new one is filled by its sweep, the old one's users are cut when it answers. Its counters stay
/// until then, so that what it still has to tell is added up once. May be run again at any time: each device is moved in a
/// transaction of its batch, and one that was moved is found to be there.
package struct RouterReplacement: Sendable {
    private static let batch = 100
    private let old: Router
    private let new: Router
    private let store: Store
    private let lines: LineDesk

    /// - Throws: `ReplacementRefusal` where the new router cannot serve.
    package init(
        of old: Router, by new: Router, in store: Store, lines: LineDesk
    ) throws(ReplacementRefusal) {
        guard old.id != new.id else { throw .sameRouter }
        guard new.state.isServed, new.state != .new else { throw .notServing }
        self.old = old
        self.new = new
        self.store = store
        self.lines = lines
    }

    /// What a run at this moment would do.
    package func preview(at now: Instant) throws -> [ReplacedCustomer] {
        try store.read(.tenant(old.tenant)) { transaction in
            try transaction.carried(by: old).compactMap { tag in
                try transaction.standing(of: tag, from: old, to: new, at: now)
            }
                + transaction.lines(behind: old.id, of: old.tenant).compactMap {
                    try transaction.standing(of: $0.line.id, from: old, to: new)
                }
        }
    }

    /// Moves what can be moved and asks for the sweep that fills the new router.
    package func carryOut(at now: Instant) async throws -> [ReplacedCustomer] {
        let (old, new, lines) = (old, new, lines)
        let tags = try await store.fetch(.tenant(old.tenant)) { try $0.carried(by: old) }
        var devices: [ReplacedCustomer] = []
        for start in stride(from: 0, to: tags.count, by: Self.batch) {
            let part = tags[start..<min(start + Self.batch, tags.count)]
            devices += try await store.write(.tenant(old.tenant)) { transaction in
                try part.compactMap { tag in
                    let device = try transaction.standing(of: tag, from: old, to: new, at: now)
                    if device?.outcome == .moved { try transaction.replace(tag, from: old, to: new, at: now) }
                    return device
                }
            }
        }
        for line in try await store.fetch(.tenant(old.tenant), { try $0.lines(behind: old.id, of: old.tenant) }) {
            let id = line.line.id
            let moved = try await store.write(.tenant(old.tenant)) { transaction in
                let found = try transaction.standing(of: id, from: old, to: new)
                if found?.outcome == .moved, let line = try transaction.line(id, of: old.tenant) {
                    _ = try lines.move(id, to: new.id, address: line.address, of: old.tenant, transaction)
                }
                return found
            }
            if let moved { devices.append(moved) }
        }
        if devices.contains(where: \.outcome.isCarried) {
            try await store.write(.tenant(old.tenant)) {
                try $0.askForSweep(of: new.id, of: new.tenant, at: now)
            }
        }
        return devices
    }
}

extension Transaction {
    /// What a router counts, and what waits to be let in there, in the order of the accesses.
    fileprivate borrowing func carried(by router: Router) throws(SQLError) -> [UserTag] {
        try all(
            """
            SELECT c.entitlement, c.mac FROM counter AS c WHERE c.router = $1 AND c.tenant = $2
            UNION SELECT e.entitlement, e.mac FROM effect AS e
            WHERE e.router = $1 AND e.tenant = $2 AND e.state = 0 AND e.kind = 'connect' ORDER BY 1, 2
            """, router.id, router.tenant
        ) { (row: borrowing Row) throws(SQLError) in UserTag(entitlement: try row[0], mac: try row[1]) }
    }

    /// How a device stands, and so what becomes of it; nil for one that vanished meanwhile.
    fileprivate borrowing func standing(
        of tag: UserTag, from old: Router, to new: Router, at now: Instant
    ) throws(SQLError) -> ReplacedCustomer? {
        guard let device = try device(tag.mac, on: tag.entitlement, of: old.tenant),
            let entitlement = try entitlement(tag.entitlement, of: old.tenant)
        else { return nil }
        let isMember = try membership(of: tag.mac, in: tag.entitlement, of: old.tenant).isMember
        let waitsHere = try waitingEffects(of: tag, of: old.tenant).contains {
            $0.kind == .connect && $0.router == old.id
        }
        let outcome: ReplacedCustomer.Outcome =
            if entitlement.balance(at: now).isOver {
                .over
            } else if !isMember {
                .left
            } else if device.router == new.id, !waitsHere {
                .there
            } else if device.router != old.id, !waitsHere {
                .elsewhere
            } else if let site = entitlement.site, site != new.site {
                .otherSite
            } else {
                .moved
            }
        return ReplacedCustomer(name: tag.mac.description, package: entitlement.package, outcome: outcome)
    }

    /// How a line stands; nil for one that is closed or was moved meanwhile.
    fileprivate borrowing func standing(
        of id: ID<Line>, from old: Router, to new: Router
    ) throws(SQLError) -> ReplacedCustomer? {
        guard let line = try line(id, of: old.tenant), line.router == old.id, line.state != .closed else { return nil }
        let isTaken =
            try line.address.map { address throws(SQLError) in
                try self.line(at: address, behind: new.id, of: old.tenant) != nil
            } ?? false
        return ReplacedCustomer(name: line.name, package: line.package, outcome: isTaken ? .addressTaken : .moved)
    }

    /// Places a device on the new router; on the old one it is counted until it is cut there.
    fileprivate borrowing func replace(
        _ tag: UserTag, from old: Router, to new: Router, at now: Instant
    ) throws(SQLError) {
        for effect in try waitingEffects(of: tag, of: old.tenant) {
            switch effect.kind {
            case .connect where effect.router == old.id: try redirect(effect, to: new.id)
            // What was to go from the new router stays there now.
            case .cut where effect.router == new.id: try settle(effect, .failed, .superseded, at: now)
            default: continue
            }
        }
        // Who only waits to be let in here is moved when that is done.
        guard let device = try device(tag.mac, on: tag.entitlement, of: old.tenant), device.router == old.id else {
            return
        }
        let counting = try counters(of: tag.entitlement, of: old.tenant).filter { $0.mac == tag.mac }.map(\.router)
        if counting.contains(old.id), !counting.contains(new.id) {
            try beginCounter(of: device.behind(new.id), of: old.tenant)
        }
        _ = try move(device, to: new.id, of: old.tenant, at: now)
    }

    private borrowing func waitingEffects(
        of tag: UserTag, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Effect] {
        try effects(of: tag.entitlement, of: tenant, atMost: 100).filter { $0.state == .waiting && $0.mac == tag.mac }
    }

    /// Has another router carry out what waits.
    private borrowing func redirect(_ effect: Effect, to router: ID<Router>) throws(SQLError) {
        try run(
            "UPDATE main.effect SET router = $1 WHERE id = $2 AND tenant = $3 AND state = 0", router, effect.id,
            effect.tenant)
    }
}
