package import SQL
package import Tenancy
package import Values

/// A router that is left alone for a while, by every gateway: its lane is held by nobody who works.
extension Transaction {
    /// Leaves a router alone until an instant, or until it is roused; effects wait for it.
    package borrowing func rest(_ router: ID<Router>, of tenant: ID<Tenant>, until end: Instant) throws(SQLError) {
        try run(
            "UPDATE main.router SET lane_holder = $1, lane_until = $2 WHERE id = $3 AND tenant = $4",
            "", end, router, tenant)
    }

    /// Ends a rest.
    package borrowing func rouse(_ router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try rest(router, of: tenant, until: Instant(milliseconds: 0))
    }

    /// Whether a router is left alone; platform's scope.
    ///
    /// Where gateways share a store, their claims tell the same.
    borrowing func isResting(_ router: ID<Router>, at now: Instant) throws(SQLError) -> Bool {
        try first("SELECT 1 FROM main.router WHERE id = $1 AND lane_until >= $2", router, now) {
            (row: borrowing Row) throws(SQLError) in try row[0] as Int
        } != nil
    }
}
