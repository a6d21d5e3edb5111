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

/// Which devices have users on routers: a mark on the few that do, so that a router's users are found without looking
/// through all that ever were.
let placementMigration = Migration(
    70, "place-devices",
    """
    ALTER TABLE main.device ADD COLUMN placed {int} NOT NULL DEFAULT 0;
    UPDATE main.device SET placed = 1 WHERE left_at IS NULL AND EXISTS
        (SELECT 1 FROM main.entitlement AS e
            WHERE e.id = device.entitlement AND e.ended_at IS NULL AND e.connected_at IS NOT NULL);
    CREATE INDEX device_placed ON device (router, entitlement, mac) WHERE placed = 1
    """)

extension Transaction {
    /// Notes that the device has a user on the router behind which it is.
    package borrowing func place(
        _ mac: MACAddress, on entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.device SET placed = 1 WHERE entitlement = $1 AND mac = $2 AND tenant = $3 AND placed = 0
            """, entitlement, mac, tenant)
    }

    /// Notes that the device's user is gone from a router; one that is behind another by now keeps its mark.
    package borrowing func displace(
        _ mac: MACAddress, on entitlement: ID<Entitlement>, from router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.device SET placed = 0
            WHERE entitlement = $1 AND mac = $2 AND router = $3 AND tenant = $4 AND placed = 1
            """, entitlement, mac, router, tenant)
    }

    /// The devices that have, or should have, a user on a router.
    package borrowing func placements(
        behind router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Placement] {
        try all(
            """
            SELECT e.id, e.tenant, e.package, e.source, e.source_id, e.site, e.starts_at, e.ends_at, e.online_limit,
                e.online_used, e.data_limit, e.data_used, e.rate_limit, e.device_limit, e.ended_at, e.end_reason,
                e.closes_at, e.connected_at, d.entitlement, d.mac, d.router, d.username, d.online_used, d.bytes_up,
                d.bytes_down, d.counted_online, d.counted_data
            FROM device AS d JOIN entitlement AS e ON e.id = d.entitlement AND e.tenant = d.tenant
            WHERE d.router = $1 AND d.tenant = $2 AND d.placed = 1
            """, router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            Placement(entitlement: try Entitlement(row: row), device: try Device(row: row, from: 18))
        }
    }
}
