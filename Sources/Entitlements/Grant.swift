package import Catalog
package import SQL
package import Tenancy
package import Values

/// A device that is to be let in, and where it is.
package struct GrantPlace: Hashable, Sendable {
    package let router: ID<Router>
    package let mac: MACAddress

    package init(router: ID<Router>, mac: MACAddress) {
        self.router = router
        self.mac = mac
    }
}

extension Transaction {
    /// Grants what a package promises, with its first device in it: where a voucher and a payment end alike.
    ///
    /// It holds at `site`, or at all of the tenant's where that is nil; `offset` is that of the tenant's local time.
    package borrowing func grant(
        _ offer: Package, for source: Entitlement.Source, _ sourceID: ID<Void>, at site: ID<Site>?,
        to place: GrantPlace, on now: Instant, offset: UTCOffset
    ) throws(SQLError) -> (entitlement: Entitlement, device: Device) {
        let entitlement = Entitlement(
            granting: offer, for: source, sourceID, at: site, from: now, offset: offset)
        try insert(entitlement)
        let device = Device(
            entitlement: entitlement.id, mac: place.mac, router: place.router,
            username: Device.username(entitlement.id, place.mac))
        try join(device, of: offer.tenant, at: now)
        return (entitlement, device)
    }
}
