package import Catalog
package import SQL
package import Subscribers
package import Tenancy
package import Values

/// A line as staff want it to be.
package struct LineAmendment: Sendable {
    package let name: String
    /// Nil where the password stays.
    package let password: Secret?
    package let offer: Package
    package let router: ID<Router>
    package let address: IPv4Address?
    /// The device at a fixed address; nil for none.
    package let mac: MACAddress?

    package init(
        name: String, password: Secret?, offer: Package, router: ID<Router>, address: IPv4Address?,
        mac: MACAddress? = nil
    ) {
        self.name = name
        self.password = password
        self.offer = offer
        self.router = router
        self.address = address
        self.mac = mac
    }
}

extension LineDesk {
    /// Changes what differs from the line as it is: all of it, or nothing.
    ///
    /// - Throws: `LineRefusal` for the first part that cannot be.
    package func amend(
        _ id: ID<Line>, as wanted: LineAmendment, of tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        let former = try transaction.known(id, of: tenant)
        var line = former
        if wanted.name != line.name { line = try line.renamed(to: wanted.name, at: now()) }
        if let password = wanted.password { line = try withPassword(password, line) }
        if wanted.offer.id != line.package { line = try sold(wanted.offer, line, transaction) }
        if wanted.router != line.router || wanted.address != line.address {
            line = try line.moved(to: wanted.router, address: wanted.address, at: now())
        }
        if wanted.mac != line.mac { line = try line.withDevice(wanted.mac, at: now()) }
        guard line != former else { return LineChange(line: line, routers: []) }
        return try keep(line, besides: former.router, transaction)
    }
}
