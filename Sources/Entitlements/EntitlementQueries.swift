package import Catalog
package import SQL
package import Tenancy
package import Values

extension Transaction {
    package borrowing func insert(_ entitlement: Entitlement) throws(SQLError) {
        try run(
            """
            INSERT INTO main.entitlement (id, tenant, package, source, source_id, site, starts_at, ends_at, closes_at,
                online_limit, online_used, data_limit, data_used, rate_limit, device_limit, schedule, opens_at, fair_use,
                fair_until, turns_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, $12, $13, $14, $15, $16, $17, $18)
            """, entitlement.id, entitlement.tenant, entitlement.package, entitlement.source.rawValue,
            entitlement.sourceID, entitlement.site, entitlement.startsAt, entitlement.endsAt,
            entitlement.closesAt, entitlement.onlineLimit.limit, entitlement.dataLimit.limit,
            entitlement.rateLimit?.text,
            entitlement.deviceLimit, entitlement.pacing.schedule?.description, entitlement.pacing.opensAt,
            entitlement.pacing.fairUse?.description, entitlement.pacing.fairUntil,
            entitlement.nextTurn(after: entitlement.startsAt))
    }

    package borrowing func entitlement(_ id: ID<Entitlement>, of tenant: ID<Tenant>) throws(SQLError) -> Entitlement? {
        try first(
            """
            SELECT id, tenant, package, source, source_id, site, starts_at, ends_at, online_limit, online_used,
                data_limit, data_used, rate_limit, device_limit, ended_at, end_reason, closes_at, connected_at,
                schedule, opens_at, fair_use, fair_used, fair_until, boost_rate, boost_until,
                staff_rate, suspended_at
            FROM entitlement WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Entitlement.init(row:))
    }

    /// The newest entitlement that a device was ever part of, whether it still holds or not.
    package borrowing func latestEntitlement(
        of mac: MACAddress, of tenant: ID<Tenant>
    ) throws(SQLError) -> Entitlement? {
        try first(
            """
            SELECT e.id, e.tenant, e.package, e.source, e.source_id, e.site, e.starts_at, e.ends_at, e.online_limit,
                e.online_used, e.data_limit, e.data_used, e.rate_limit, e.device_limit, e.ended_at, e.end_reason,
                e.closes_at, e.connected_at, e.schedule, e.opens_at, e.fair_use, e.fair_used, e.fair_until, e.boost_rate,
                e.boost_until, e.staff_rate, e.suspended_at
            FROM device AS d JOIN entitlement AS e ON e.id = d.entitlement AND e.tenant = d.tenant
            WHERE d.tenant = $1 AND d.mac = $2 ORDER BY d.entitlement DESC LIMIT 1
            """, tenant, mac, read: Entitlement.init(row:))
    }

    /// Whether a router ever let a device in under an entitlement of the tenant.
    package borrowing func wasLetIn(_ mac: MACAddress, of tenant: ID<Tenant>) throws(SQLError) -> Bool {
        try value(
            """
            SELECT count(*) FROM device AS d JOIN entitlement AS e ON e.id = d.entitlement AND e.tenant = d.tenant
            WHERE d.tenant = $1 AND d.mac = $2 AND e.connected_at IS NOT NULL
            """, tenant, mac) as Int > 0
    }

    /// How many vouchers were redeemed from one instant to before another, by package.
    ///
    /// An entitlement's key begins with the moment of its redemption.
    package borrowing func redemptions(
        of tenant: ID<Tenant>, from start: Instant, until end: Instant
    ) throws(SQLError) -> [ID<Package>: Int] {
        let counts = try all(
            """
            SELECT package, count(*) FROM entitlement
            WHERE tenant = $1 AND id >= $2 AND id < $3 AND source = 'voucher' GROUP BY package
            """, tenant, ID<Entitlement>(firstAt: start), ID<Entitlement>(firstAt: end)
        ) { (row: borrowing Row) throws(SQLError) in (try row[0] as ID<Package>, try row[1] as Int) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    /// The latest entitlements that vouchers were redeemed for, newest first, none from before `start`.
    package borrowing func latestRedemptions(
        of tenant: ID<Tenant>, since start: Instant, atMost limit: Int
    ) throws(SQLError) -> [Entitlement] {
        try all(
            """
            SELECT id, tenant, package, source, source_id, site, starts_at, ends_at, online_limit, online_used,
                data_limit, data_used, rate_limit, device_limit, ended_at, end_reason, closes_at, connected_at,
                schedule, opens_at, fair_use, fair_used, fair_until, boost_rate, boost_until,
                staff_rate, suspended_at
            FROM entitlement WHERE tenant = $1 AND id >= $2 AND source = 'voucher' ORDER BY id DESC LIMIT $3
            """, tenant, ID<Entitlement>(firstAt: start), limit, read: Entitlement.init(row:))
    }

    /// The devices of an entitlement with when they came, were seen and went, in the order in which they joined.
    package borrowing func stays(
        of entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [DeviceStay] {
        try all(
            """
            SELECT d.entitlement, d.mac, d.router, d.username, d.online_used, d.bytes_up, d.bytes_down, 0, 0, d.added_at,
                (SELECT max(s.seen_at) FROM session AS s
                    WHERE s.tenant = d.tenant AND s.entitlement = d.entitlement AND s.mac = d.mac),
                (SELECT count(*) FROM session AS o
                    WHERE o.tenant = d.tenant AND o.entitlement = d.entitlement AND o.mac = d.mac
                        AND o.ended_at IS NULL), d.left_at
            FROM device AS d WHERE d.entitlement = $1 AND d.tenant = $2 ORDER BY d.added_at, d.mac
            """, entitlement, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            DeviceStay(
                device: try Device(row: row), addedAt: try row[9], seenAt: try row[10],
                isOnline: try row[11] as Int > 0,
                isMember: try row[12] as Instant? == nil)
        }
    }

    /// The devices of an entitlement in the order in which they joined.
    package borrowing func devices(
        of entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Device] {
        try all(
            """
            SELECT d.entitlement, d.mac, d.router, d.username, d.online_used, d.bytes_up, d.bytes_down,
                COALESCE(c.online, 0), COALESCE(c.bytes, 0)
            FROM device AS d LEFT JOIN counter AS c ON c.entitlement = d.entitlement AND c.mac = d.mac
                AND c.router = d.router AND c.tenant = d.tenant
            WHERE d.entitlement = $1 AND d.tenant = $2 ORDER BY d.added_at, d.mac
            """, entitlement, tenant, read: Device.init(row:))
    }

    package borrowing func device(
        _ mac: MACAddress, on entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Device? {
        try first(
            """
            SELECT d.entitlement, d.mac, d.router, d.username, d.online_used, d.bytes_up, d.bytes_down,
                COALESCE(c.online, 0), COALESCE(c.bytes, 0)
            FROM device AS d LEFT JOIN counter AS c ON c.entitlement = d.entitlement AND c.mac = d.mac
                AND c.router = d.router AND c.tenant = d.tenant
            WHERE d.entitlement = $1 AND d.mac = $2 AND d.tenant = $3
            """, entitlement, mac, tenant, read: Device.init(row:))
    }

    /// A device as a router counts it that it may have left by now.
    package borrowing func device(
        _ mac: MACAddress, on entitlement: ID<Entitlement>, countedBy router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Device? {
        try first(
            """
            SELECT d.entitlement, d.mac, d.router, d.username, d.online_used, d.bytes_up, d.bytes_down,
                COALESCE(c.online, 0), COALESCE(c.bytes, 0)
            FROM device AS d LEFT JOIN counter AS c ON c.entitlement = d.entitlement AND c.mac = d.mac
                AND c.router = $1 AND c.tenant = d.tenant
            WHERE d.entitlement = $2 AND d.mac = $3 AND d.tenant = $4
            """, router, entitlement, mac, tenant
        ) { (row: borrowing Row) throws(SQLError) in try Device(row: row).behind(router) }
    }

    /// Adds a device to an entitlement, or gives it its place back.
    ///
    /// Behind which router it is stays as it was until another one lets it in: a request may name any.
    package borrowing func join(_ device: Device, of tenant: ID<Tenant>, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.device (tenant, entitlement, mac, router, username, added_at, online_used, bytes_up,
                bytes_down)
            VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)
            ON CONFLICT (entitlement, mac) DO UPDATE SET left_at = NULL
            """, tenant, device.entitlement, device.mac, device.router, device.username, now)
    }

    /// Notes that a router let a device in.
    package borrowing func move(
        _ mac: MACAddress, on entitlement: ID<Entitlement>, to router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            "UPDATE main.device SET router = $1 WHERE entitlement = $2 AND mac = $3 AND tenant = $4", router,
            entitlement,
            mac, tenant)
    }

    /// Whether the device is in, and how many are.
    package borrowing func membership(
        of mac: MACAddress, in entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> (isMember: Bool, count: Int) {
        let found = try first(
            """
            SELECT COALESCE(sum(CASE WHEN mac = $1 THEN 1 ELSE 0 END), 0), count(*)
            FROM device WHERE entitlement = $2 AND tenant = $3 AND left_at IS NULL
            """, mac, entitlement, tenant
        ) { (row: borrowing Row) throws(SQLError) in (try row[0] as Int, try row[1] as Int) }
        return ((found?.0 ?? 0) > 0, found?.1 ?? 0)
    }

    /// Frees a device's place; it may come back while there is one.
    package borrowing func leave(
        _ mac: MACAddress, _ entitlement: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            "UPDATE main.device SET left_at = $1 WHERE entitlement = $2 AND mac = $3 AND tenant = $4", now, entitlement,
            mac, tenant)
    }

    /// Writes what a device has used, and adds the difference to its entitlement.
    package borrowing func record(
        _ usage: Usage, of device: Device, adding online: Span, _ bytes: Int64, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.device SET online_used = $1, bytes_up = $2, bytes_down = $3
            WHERE entitlement = $4 AND mac = $5 AND tenant = $6
            """, usage.online, usage.bytesUp, usage.bytesDown, device.entitlement, device.mac, tenant)
        try run(
            """
            INSERT INTO main.counter (tenant, entitlement, mac, router, online, bytes) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (entitlement, mac, router) DO UPDATE SET online = excluded.online, bytes = excluded.bytes
            """, tenant, device.entitlement, device.mac, device.router, usage.countedOnline, usage.countedBytes)
        try run(
            """
            UPDATE main.entitlement SET online_used = online_used + $1, data_used = data_used + $2,
                fair_used = fair_used + $2
            WHERE id = $3 AND tenant = $4
            """, online, bytes, device.entitlement, tenant)
    }

    /// Which routers have a user for which devices of an entitlement: what those counted since is not known here.
    package borrowing func counters(
        of entitlement: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [(mac: MACAddress, router: ID<Router>)] {
        try all(
            "SELECT mac, router FROM counter WHERE entitlement = $1 AND tenant = $2 ORDER BY mac, router", entitlement,
            tenant
        ) { (row: borrowing Row) throws(SQLError) in (mac: try row[0] as MACAddress, router: try row[1] as ID<Router>) }
    }

    /// Lets a router count a device from nothing: its user is about to be made there.
    package borrowing func beginCounter(of device: Device, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            INSERT INTO main.counter (tenant, entitlement, mac, router, online, bytes) VALUES ($1, $2, $3, $4, 0, 0)
            ON CONFLICT (entitlement, mac, router) DO UPDATE SET online = 0, bytes = 0
            """, tenant, device.entitlement, device.mac, device.router)
    }

    /// Notes that a device's user is gone from a router.
    package borrowing func endCounter(of device: Device, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            "DELETE FROM main.counter WHERE entitlement = $1 AND mac = $2 AND router = $3 AND tenant = $4",
            device.entitlement, device.mac, device.router, tenant)
    }

    /// Starts the clock of an entitlement when a router lets the first device in; later calls change nothing.
    package borrowing func start(_ entitlement: Entitlement, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.entitlement SET starts_at = $1, ends_at = $2, connected_at = $3
            WHERE id = $4 AND tenant = $5 AND connected_at IS NULL
            """, now, entitlement.end(startingBy: now), now, entitlement.id, entitlement.tenant)
    }

    /// Marks an entitlement as over; the first reason stays.
    ///
    /// - Returns: false where it was over already.
    package borrowing func end(
        _ entitlement: ID<Entitlement>, _ reason: Entitlement.End, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.entitlement SET ended_at = $1, end_reason = $2
            WHERE id = $3 AND tenant = $4 AND ended_at IS NULL
            """, now, reason.rawValue, entitlement, tenant) == 1
    }

    /// Entitlements of every tenant whose clock has run out and that nobody ended yet, oldest first; platform's scope.
    package borrowing func overdue(at now: Instant, atMost limit: Int) throws(SQLError) -> [Entitlement] {
        try all(
            """
            SELECT id, tenant, package, source, source_id, site, starts_at, ends_at, online_limit, online_used,
                data_limit, data_used, rate_limit, device_limit, ended_at, end_reason, closes_at, connected_at,
                schedule, opens_at, fair_use, fair_used, fair_until, boost_rate, boost_until,
                staff_rate, suspended_at
            FROM main.entitlement WHERE ended_at IS NULL AND ends_at IS NOT NULL AND connected_at IS NOT NULL AND ends_at <= $1
            ORDER BY ends_at LIMIT $2
            """, now, limit, read: Entitlement.init(row:))
    }

    /// Lets nobody else change an entitlement until the transaction ends: what is written goes by what is read now.
    package borrowing func lock(_ entitlement: ID<Entitlement>, of tenant: ID<Tenant>) throws(SQLError) {
        _ = try first(
            .locking("e", "SELECT e.id FROM entitlement AS e WHERE e.id = $1 AND e.tenant = $2"), entitlement, tenant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] as ID<Entitlement> }
    }

    /// The hardware addresses that are part of an entitlement which still holds, of every tenant; platform's scope.
    package borrowing func eachKnownDevice(body: (ID<Tenant>, MACAddress) -> Void) throws(SQLError) {
        try forEach(
            """
            SELECT d.tenant, d.mac FROM main.device AS d JOIN main.entitlement AS e ON e.id = d.entitlement
            WHERE e.ended_at IS NULL
            """
        ) { (row: borrowing Row) throws(SQLError) in body(try row[0], try row[1]) }
    }
}

extension Entitlement {
    /// How many columns the queries above read for one.
    package static let columnCount = 27

    /// Reads the columns in the order of the queries above.
    package init(row: borrowing Row) throws(SQLError) {
        guard let source = Source(rawValue: try row[3]) else {
            throw SQLError(.damaged, code: "entitlement", message: "An entitlement has an unknown source")
        }
        let endedAt: Instant? = try row[14]
        let reason = try (row[15] as String?).flatMap(End.init(rawValue:))
        self.init(
            id: try row[0], tenant: try row[1], package: try row[2], source: source, sourceID: try row[4],
            site: try row[5], startsAt: try row[6], endsAt: try row[7], closesAt: try row[16], connectedAt: try row[17],
            onlineLimit: Allowance(try row[8]),
            onlineUsed: try row[9], dataLimit: Allowance(try row[10]), dataUsed: try row[11],
            rateLimit: try (row[12] as String?).flatMap { RateLimit($0) }, deviceLimit: max(1, try row[13]),
            pacing: try Pacing(row: row, from: 18),
            ended: endedAt.map { Ending(at: $0, reason: reason ?? .withdrawn) })
    }
}

extension Device {
    fileprivate init(row: borrowing Row) throws(SQLError) { try self.init(row: row, from: 0) }

    /// Reads the nine columns in the order of the queries above, the first of them at `column`.
    init(row: borrowing Row, from column: Int) throws(SQLError) {
        self.init(
            entitlement: try row[column], mac: try row[column + 1], router: try row[column + 2],
            username: try row[column + 3],
            usage: Usage(
                online: try row[column + 4], bytesUp: try row[column + 5], bytesDown: try row[column + 6],
                countedOnline: try row[column + 7], countedBytes: try row[column + 8]))
    }
}
