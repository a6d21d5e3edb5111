package import Entitlements
package import RouterOS
import Tenancy
package import RouterOS
package import Values

/// What the worker needs of a router that runs a hotspot, whichever way the router is reached.
///
/// Every call may be repeated after a lost answer: it looks first, then does what is missing.
package protocol RouterDoor: Sendable {
    /// What sweeps go over; nil for a stand-in that has no tables.
    var tables: (any RouterTransport)? { get }

    /// Looks at the router: version and what would prevent our work.
    func probe() async throws(RouterTrouble) -> RouterFacts

    /// The counters of one user that is ours; nil where it is not there.
    func reading(of username: String) async throws(RouterTrouble) -> UserReading?

    /// Makes or updates the device's user with its limits and lets the device in if it waits.
    func admit(_ order: AdmissionOrder) async throws(RouterTrouble) -> AdmissionOutcome

    /// Ends the device's sessions, removes its cookies and its user.
    ///
    /// What the router counted is handed to `keep` before it can be lost: while the session goes on, and once more when it
    /// is over, before the user goes.
    func cut(username: String, mac: MACAddress, keep: (UserReading) async throws -> Void) async throws

    /// The counters of every user that is ours, and who of them is online.
    func readings() async throws(RouterTrouble) -> [UserReading]

    /// How the ways to the router fared so far.
    var reports: [RouterWays.Report] { get }

    /// Looks at the ways that were not needed yet, so that staff can confirm what the router shows there.
    func meet() async
}

extension RouterDoor {
    package var reports: [RouterWays.Report] { [] }
    package func meet() async {}
}

extension RouterDoor {
    package var tables: (any RouterTransport)? { nil }
}

/// What a router is.
package struct RouterFacts: Hashable, Sendable {
    package let version: String
    /// What no other board has; nil where it does not tell.
    package let serial: String?
    /// Sentences on what would prevent a hotspot from working; empty when all is well.
    package let warnings: [String]

    package init(version: String, serial: String? = nil, warnings: [String]) {
        self.version = version
        self.serial = serial
        self.warnings = warnings
    }
}

/// A device to be let in, and its limits from now on.
package struct AdmissionOrder: Sendable {
    package let username: String
    package let password: Secret
    package let mac: MACAddress
    /// Where the device waits, or is online; nil where nobody said.
    package let address: IPv4Address?
    package let rateLimit: RateLimit?
    /// The user's lifetime counters as they were just added up; nil for one that is made anew.
    package let counted: CounterReading?
    /// What is left beyond those; added to them, since RouterOS counts from the user's beginning.
    package let remainder: Remainder
    /// Marks the user as ours.
    package let tag: UserTag
    /// How the router ends it by itself.
    package let terms: RouterTerms
    /// Whether a session of the user is ended first, so that the new one has the new speed.
    package let restarts: Bool

    package init(
        username: String, password: Secret, mac: MACAddress, address: IPv4Address?, rateLimit: RateLimit?,
        counted: CounterReading?, remainder: Remainder, tag: UserTag, terms: RouterTerms = RouterTerms(),
        restarts: Bool = false
    ) {
        self.username = username
        self.password = password
        self.mac = mac
        self.address = address
        self.rateLimit = rateLimit
        self.counted = counted
        self.remainder = remainder
        self.tag = tag
        self.terms = terms
        self.restarts = restarts
    }
}

/// How an admission ended.
package enum AdmissionOutcome: Hashable, Sendable {
    case online
    /// The user is there, but the router does not take the device from us: its own browser must log in.
    case needsForm
}

/// The mark in the comment of every user that is ours: which entitlement and device it serves.
package struct UserTag: Hashable, Sendable, CustomStringConvertible {
    package let entitlement: ID<Entitlement>
    package let mac: MACAddress

    package init(entitlement: ID<Entitlement>, mac: MACAddress) {
        self.entitlement = entitlement
        self.mac = mac
    }

    /// The mark of a placed device.
    init(_ placement: Placement) { self.init(entitlement: placement.entitlement.id, mac: placement.device.mac) }

    /// Reads `<entitlement>/<mac>`, the subject of a row's tag; nil where the row is of something else.
    init?(_ tag: RouterTag) {
        let subject = tag.subject.utf8Span.span
        guard let slash = subject.firstIndex(of: UInt8(ascii: "/")),
            let entitlement = ID<Entitlement>(Substring(tag.subject.utf8.prefix(slash))),
            let mac = MACAddress(subject.extracting(slash + 1..<subject.count))
        else { return nil }
        self.init(entitlement: entitlement, mac: mac)
    }

    /// The subject of the tag of a row that serves it.
    var subject: String { entitlement.description + "/" + mac.description }

    package var description: String { "lango:" + subject }
}

/// The state of one of our users on a router.
package struct UserReading: Hashable, Sendable {
    package let tag: UserTag
    /// Lifetime totals, the running session included.
    package let counters: CounterReading
    /// The running session; nil while offline.
    package let session: SessionReading?

    package init(tag: UserTag, counters: CounterReading, session: SessionReading?) {
        self.tag = tag
        self.counters = counters
        self.session = session
    }
}

/// A running session as the router counts it.
package struct SessionReading: Hashable, Sendable {
    package let address: IPv4Address
    package let counters: CounterReading

    package init(address: IPv4Address, counters: CounterReading) {
        self.address = address
        self.counters = counters
    }
}

/// Why a router did not do what it was asked.
package enum RouterTrouble: Error, Hashable, Sendable {
    /// No answer; the request may or may not have been carried out.
    case unreachable(String)
    /// It showed a certificate or host key that nobody confirmed.
    case identity(ShownIdentity, isNew: Bool)
    /// It answered and refuses us altogether, with the reason in a sentence; staff must act.
    case refused(String)
    /// It answered and will not do this one thing; other work may go on.
    case rejected(String)
    /// It answered and lacks what this one thing needs: a menu, a right, leave by its device-mode. Staff must act; other
    /// work may go on.
    case prevented(String)

    /// What this makes of the router's state.
    var state: Router.State {
        switch self {
        case .unreachable: .unreachable
        case .identity: .certificate
        case .refused, .rejected, .prevented: .refusing
        }
    }

    /// A sentence for the list of routers.
    var sentence: String {
        switch self {
        case .unreachable(let words), .refused(let words), .rejected(let words), .prevented(let words): words
        case .identity(let shown, isNew: true):
            "The \(Self.name(of: shown.kind)) \(shown.fingerprint) waits to be confirmed."
        case .identity(let shown, isNew: false):
            "The router shows another \(Self.name(of: shown.kind)) than the confirmed one: \(shown.fingerprint). "
                + "Nothing was sent to it."
        }
    }

    private static func name(of kind: IdentityKind) -> String { kind == .certificate ? "certificate" : "host key" }
}

extension RouterTrouble: CustomStringConvertible {
    package var description: String { sentence }
}
