package import SQL
package import Tenancy
package import Values

/// What is sold: so much time, data and speed, on so many devices, for a price.
package struct Package: Hashable, Sendable {
    /// How the time of a package runs.
    package enum TimeLimit: Hashable, Sendable {
        /// Only the data ends it.
        case unlimited
        /// By the clock on the wall from the first use.
        case fromFirstUse(Span)
        /// Only while a device is connected, all devices together.
        case online(Span)
    }

    package let id: ID<Package>
    package let tenant: ID<Tenant>
    package let name: String
    package let price: Money
    package let time: TimeLimit
    /// Up and down together, all devices together.
    package let data: Allowance<DataVolume>
    package let rateLimit: RateLimit?
    /// How many devices may use one entitlement; at least 1.
    package let deviceLimit: Int
    /// How long a voucher may lie in a drawer, counted from its printing.
    package let voucherValidity: Allowance<Span>
    /// When it may be used; nil for always.
    package let schedule: Schedule?
    package let fairUse: FairUse?
    /// Whether the hotspot page shows it among the offers.
    package let isListed: Bool
    /// Whether it is given for nothing, to be tried; nil for what is sold.
    package let trial: Trial?

    package init(
        id: ID<Package>, tenant: ID<Tenant>, name: String, price: Money, time: TimeLimit,
        data: Allowance<DataVolume> = .unlimited, rateLimit: RateLimit? = nil, deviceLimit: Int = 1,
        voucherValidity: Allowance<Span> = .unlimited, schedule: Schedule? = nil,
        fairUse: FairUse? = nil, isListed: Bool = true, trial: Trial? = nil
    ) {
        precondition(deviceLimit > 0, "A package for no device")
        self.id = id
        self.tenant = tenant
        self.name = name
        self.price = price
        self.time = time
        self.data = data
        self.rateLimit = rateLimit
        self.deviceLimit = deviceLimit
        self.voucherValidity = voucherValidity
        self.schedule = schedule
        self.fairUse = fairUse
        self.isListed = isListed
        self.trial = trial
    }

    /// The length of its time, however it runs; nil where only data ends it.
    package var duration: Span? {
        switch time {
        case .unlimited: nil
        case .fromFirstUse(let span), .online(let span): span
        }
    }
}

extension Transaction {
    package borrowing func insert(_ offer: Package, position: Int, at now: Instant) throws(SQLError) {
        try run(
            """
            INSERT INTO main.package (id, tenant, name, price, currency, time_kind, time_limit, data_limit, rate_limit,
                device_limit, voucher_validity, schedule, is_listed, position, created_at, fair_use, trial)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """, offer.id, offer.tenant, offer.name, offer.price.minorUnits, offer.price.currency.code,
            offer.time.kind, offer.duration, offer.data.limit, offer.rateLimit?.text, offer.deviceLimit,
            offer.voucherValidity.limit, offer.schedule?.description, offer.isListed, position, now,
            offer.fairUse?.description, offer.trial?.description)
        try touchDirectory(of: offer.tenant)
    }

    /// The packages of a tenant in the order in which they are shown.
    package borrowing func packages(of tenant: ID<Tenant>) throws(SQLError) -> [Package] {
        try all(
            """
            SELECT id, tenant, name, price, currency, time_kind, time_limit, data_limit, rate_limit, device_limit,
                voucher_validity, schedule, is_listed, fair_use, trial
            FROM package WHERE tenant = $1 ORDER BY position, name
            """, tenant
        ) { (row: borrowing Row) throws(SQLError) in try Package(row: row, from: 0) }
    }

    /// The packages of every tenant, in the platform's scope.
    package borrowing func allPackages() throws(SQLError) -> [Package] {
        try all(
            """
            SELECT id, tenant, name, price, currency, time_kind, time_limit, data_limit, rate_limit, device_limit,
                voucher_validity, schedule, is_listed, fair_use, trial
            FROM main.package ORDER BY tenant, position, name
            """
        ) { (row: borrowing Row) throws(SQLError) in try Package(row: row, from: 0) }
    }

    package borrowing func package(_ id: ID<Package>, of tenant: ID<Tenant>) throws(SQLError) -> Package? {
        try first(
            """
            SELECT id, tenant, name, price, currency, time_kind, time_limit, data_limit, rate_limit, device_limit,
                voucher_validity, schedule, is_listed, fair_use, trial
            FROM package WHERE id = $1 AND tenant = $2
            """, id, tenant
        ) { (row: borrowing Row) throws(SQLError) in try Package(row: row, from: 0) }
    }
}

extension Package {
    /// Reads the fifteen columns `id, tenant, name, price, currency, time_kind, time_limit, data_limit, rate_limit,
    /// device_limit, voucher_validity, schedule, is_listed, fair_use, trial`, the first of them at `column`.
    package init(row: borrowing Row, from column: Int) throws(SQLError) {
        guard let currency = Currency(code: try row[column + 4] as String),
            let time = TimeLimit(kind: try row[column + 5], limit: try row[column + 6])
        else { throw SQLError(.damaged, code: "package", message: "A package has an unreadable currency or time") }
        self.init(
            id: try row[column], tenant: try row[column + 1], name: try row[column + 2],
            price: Money(minorUnits: try row[column + 3], in: currency), time: time,
            data: Allowance(try row[column + 7]),
            rateLimit: try (row[column + 8] as String?).flatMap { RateLimit($0) },
            deviceLimit: max(1, try row[column + 9]), voucherValidity: Allowance(try row[column + 10]),
            schedule: try (row[column + 11] as String?).flatMap { Schedule($0) },
            fairUse: try (row[column + 13] as String?).flatMap { FairUse($0) }, isListed: try row[column + 12],
            trial: try (row[column + 14] as String?).flatMap { Trial($0) })
    }
}

extension Package.TimeLimit {
    fileprivate var kind: String {
        switch self {
        case .unlimited: "unlimited"
        case .fromFirstUse: "first-use"
        case .online: "online"
        }
    }

    fileprivate init?(kind: String, limit: Span?) {
        switch (kind, limit) {
        case ("unlimited", nil): self = .unlimited
        case ("first-use", let span?): self = .fromFirstUse(span)
        case ("online", let span?): self = .online(span)
        default: return nil
        }
    }
}
