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

    package init(name: String, password: Secret?, offer: Package, router: ID<Router>, address: IPv4Address?) {
        self.name = name
        self.password = password
        self.offer = offer
        self.router = router
        self.address = address
    }
}

extension LineDesk {
    /// Changes what differs from the line as it is: all of it, or nothing.
    ///
    /// - Throws: `LineRefusal` for the first part that cannot be.
    package func amend(
        _ id: ID<Line>, as wanted: LineAmendment, of tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        var change = LineChange(line: try transaction.known(id, of: tenant), routers: [])
        func take(_ next: LineChange) {
            change = LineChange(line: next.line, routers: change.routers.union(next.routers))
        }
        let line = change.line
        if wanted.name != line.name { take(try rename(id, to: wanted.name, of: tenant, transaction)) }
        if let password = wanted.password {
            guard line.kind == .pppoe else { throw LineRefusal.passwordless }
            take(try setPassword(password, of: id, of: tenant, transaction))
        }
        if wanted.offer.id != line.package { take(try sell(wanted.offer, to: id, of: tenant, transaction)) }
        if wanted.router != line.router || wanted.address != line.address {
            take(try move(id, to: wanted.router, address: wanted.address, of: tenant, transaction))
        }
        return change
    }
}
