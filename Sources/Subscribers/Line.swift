package import Catalog
package import Entitlements
package import Tenancy
package import Values

/// A customer's connection that stays: a PPPoE login, or a fixed address.
///
/// What it may do, and until when, says its entitlement; routers are made to agree with both.
package struct Line: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The customer's modem dials in with name and password.
        case pppoe
        /// The customer's device has an address of its own, given by hand or by DHCP.
        case fixed = "static"
    }

    package enum State: String, Sendable, CaseIterable {
        case active
        /// Reaches nothing but the provider's page until it is restored.
        case suspended
        /// Gone for good; its name is free again.
        case closed
    }

    package let id: ID<Line>
    package let tenant: ID<Tenant>
    package let kind: Kind
    /// The user name of the login; unique among a tenant's lines that are not closed.
    package private(set) var name: String
    /// Sealed by `LineKeys`; nil for a line without a login.
    package private(set) var passwordSealed: [UInt8]?
    /// When the password was changed last: who logged in before did so with another.
    package private(set) var passwordAt: Instant
    package private(set) var package: ID<Package>
    package private(set) var entitlement: ID<Entitlement>
    package private(set) var router: ID<Router>
    /// Its address; nil where the router gives one of its pool.
    package private(set) var address: IPv4Address?
    /// The device to which the router gives the address by DHCP; nil where nobody said.
    package private(set) var mac: MACAddress?
    package private(set) var state: State
    package private(set) var stateAt: Instant
    package let createdAt: Instant
    package private(set) var changedAt: Instant

    package init(
        id: ID<Line>, tenant: ID<Tenant>, kind: Kind, name: String, passwordSealed: [UInt8]?, passwordAt: Instant,
        package: ID<Package>, entitlement: ID<Entitlement>, router: ID<Router>, address: IPv4Address?,
        mac: MACAddress?, state: State, stateAt: Instant, createdAt: Instant, changedAt: Instant
    ) {
        self.id = id
        self.tenant = tenant
        self.kind = kind
        self.name = name
        self.passwordSealed = passwordSealed
        self.passwordAt = passwordAt
        self.package = package
        self.entitlement = entitlement
        self.router = router
        self.address = address
        self.mac = mac
        self.state = state
        self.stateAt = stateAt
        self.createdAt = createdAt
        self.changedAt = changedAt
    }

    // MARK: Changes

    package func suspended(at now: Instant) throws(LineRefusal) -> Line {
        guard state != .suspended else { throw .suspendedAlready }
        return try changed(at: now) { line in
            line.state = .suspended
            line.stateAt = now
        }
    }

    /// The line in service again, under another entitlement where its own is over.
    package func restored(
        under entitlement: ID<Entitlement>, at now: Instant
    ) throws(LineRefusal) -> Line {
        guard state == .suspended || entitlement != self.entitlement else { throw .runsAlready }
        return try changed(at: now) { line in
            line.state = .active
            line.stateAt = now
            line.entitlement = entitlement
        }
    }

    /// The line behind another router, where it may have another address.
    package func moved(
        to router: ID<Router>, address: IPv4Address?, at now: Instant
    ) throws(LineRefusal) -> Line {
        guard kind == .pppoe || address != nil else { throw .addressMissing }
        return try changed(at: now) { line in
            line.router = router
            line.address = address
        }
    }

    /// The line with another device at its fixed address; nil where its router need not give it the address.
    package func withDevice(_ mac: MACAddress?, at now: Instant) throws(LineRefusal) -> Line {
        guard kind == .fixed || mac == nil else { throw .deviceUnfit }
        return try changed(at: now) { $0.mac = mac }
    }

    package func renamed(to name: String, at now: Instant) throws(LineRefusal) -> Line {
        let name = try Self.name(name)
        return try changed(at: now) { $0.name = name }
    }

    package func sold(
        _ offer: Package, under entitlement: ID<Entitlement>, at now: Instant
    ) throws(LineRefusal) -> Line {
        try Self.check(offer)
        return try changed(at: now) { line in
            line.package = offer.id
            line.entitlement = entitlement
        }
    }

    package func withPassword(_ sealed: [UInt8], at now: Instant) throws(LineRefusal) -> Line {
        guard kind == .pppoe else { throw .passwordless }
        return try changed(at: now) { line in
            line.passwordSealed = sealed
            line.passwordAt = now
        }
    }

    package func closed(at now: Instant) throws(LineRefusal) -> Line {
        try changed(at: now) { line in
            line.state = .closed
            line.stateAt = now
        }
    }

    private func changed(at now: Instant, _ change: (inout Line) -> Void) throws(LineRefusal) -> Line {
        guard state != .closed else { throw .closed }
        var line = self
        change(&line)
        line.changedAt = now
        return line
    }

    // MARK: Rules

    /// Takes what a modem's form and every version of RouterOS take: letters, digits and `.`, `_`, `-`, `@`.
    package static func name(_ text: String) throws(LineRefusal) -> String {
        let bytes = text.utf8
        let others = Array("._-@".utf8)
        let isPlain = bytes.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || others.contains(byte)
        }
        guard (2...40).contains(bytes.count), isPlain else { throw .nameUnfit }
        return text
    }

    /// Takes 6 to 40 printable characters of ASCII without spaces: others are written in another way by each modem.
    package static func check(password: Secret) throws(LineRefusal) {
        let bytes = password.revealed.utf8
        guard (6...40).contains(bytes.count), bytes.allSatisfy({ (33...126).contains($0) }) else {
            throw .passwordUnfit
        }
    }

    /// Lines run by the clock on the wall: a modem is connected whether somebody uses it or not.
    package static func check(_ offer: Package) throws(LineRefusal) {
        if case .online = offer.time { throw .packageUnfit(offer.name) }
    }
}
