package import SQL
package import Tenancy
package import Values

/// A device that has a user of its own on a router, with what the user stands for.
package struct Placement: Hashable, Sendable {
    package let entitlement: Entitlement
    package let device: Device

    package init(entitlement: Entitlement, device: Device) {
        self.entitlement = entitlement
        self.device = device
    }
}

extension Transaction {
    /// The devices that have, or should have, a user on a router: those that it counts and that no other has taken over.
    package borrowing func placements(
        behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Placement] {
        try all(
            """
            SELECT e.id, e.tenant, e.package, e.source, e.source_id, e.site, e.starts_at, e.ends_at, e.online_limit,
                e.online_used, e.data_limit, e.data_used, e.rate_limit, e.device_limit, e.ended_at, e.end_reason,
                e.closes_at, e.connected_at, e.schedule, e.opens_at, e.fair_use, e.fair_used, e.fair_until, e.boost_rate,
                e.boost_until, e.staff_rate, e.suspended_at, d.entitlement, d.mac, d.router, d.username,
                d.online_used, d.bytes_up, d.bytes_down, c.online, c.bytes
            FROM counter AS c
            JOIN device AS d ON d.entitlement = c.entitlement AND d.mac = c.mac AND d.router = c.router
                AND d.tenant = c.tenant
            JOIN entitlement AS e ON e.id = c.entitlement AND e.tenant = c.tenant
            WHERE c.router = $1 AND c.tenant = $2 AND d.left_at IS NULL AND e.connected_at IS NOT NULL
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            Placement(
                entitlement: try Entitlement(row: row), device: try Device(row: row, from: Entitlement.columnCount))
        }
    }
}
