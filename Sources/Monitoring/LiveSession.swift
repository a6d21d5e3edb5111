package import Entitlements
package import Tenancy
package import Values

/// One stay of somebody on a router, from login to its end, whoever made the user.
package struct LiveSession: Hashable, Sendable {
    package let id: ID<LiveSession>
    package let router: ID<Router>
    /// `hotspot`, or the word of PPP: `pppoe`, `l2tp` and so on.
    package let service: String
    /// The name of the user, as the router keeps it; see `WireText.readable`.
    package let name: String
    package let mac: MACAddress?
    package let address: IPv4Address?
    /// What it belongs to; nil where the user is not ours.
    package let entitlement: ID<Entitlement>?
    package let startedAt: Instant
    /// When the router last showed it.
    package let seenAt: Instant
    /// Nil while it goes on as far as we know.
    package let endedAt: Instant?
    /// What passed, upload and download.
    package let flow: Flow

    package init(
        id: ID<LiveSession>, router: ID<Router>, service: String, name: String, mac: MACAddress?,
        address: IPv4Address?, entitlement: ID<Entitlement>?, startedAt: Instant, seenAt: Instant, endedAt: Instant?,
        flow: Flow
    ) {
        self.id = id
        self.router = router
        self.service = service
        self.name = name
        self.mac = mac
        self.address = address
        self.entitlement = entitlement
        self.startedAt = startedAt
        self.seenAt = seenAt
        self.endedAt = endedAt
        self.flow = flow
    }
}
