package import Catalog
import Entitlements
package import SQL
package import Subscribers
package import Tenancy
package import Values

/// A new line as staff describe it.
package struct LineOrder: Sendable {
    package let kind: Line.Kind
    package let name: String
    /// Nil for a line without a login, and where one shall be drawn.
    package let password: Secret?
    package let offer: Package
    package let router: ID<Router>
    package let address: IPv4Address?
    package let mac: MACAddress?

    package init(
        kind: Line.Kind, name: String, password: Secret?, offer: Package, router: ID<Router>, address: IPv4Address?,
        mac: MACAddress?
    ) {
        self.kind = kind
        self.name = name
        self.password = password
        self.offer = offer
        self.router = router
        self.address = address
        self.mac = mac
    }
}

/// A change of a line, and the routers that have work because of it.
package struct LineChange: Sendable {
    package let line: Line
    package let routers: Set<ID<Router>>
}

/// Everything that staff do with lines: each change with the effects that carry it to routers, in one transaction.
package struct LineDesk: Sendable {
    private let keys: LineKeys
    let now: @Sendable () -> Instant

    package init(keys: LineKeys, now: @escaping @Sendable () -> Instant) {
        self.keys = keys
        self.now = now
    }

    /// Makes a line; its first period begins now.
    package func open(_ order: LineOrder, of tenant: ID<Tenant>, _ transaction: borrowing Transaction) throws
        -> LineChange
    {
        let (now, id) = (now(), ID<Line>(at: now()))
        let name = try Line.name(order.name)
        try Line.check(order.offer)
        var password = order.password
        switch order.kind {
        case .pppoe: password = password ?? LineKeys.drawn()
        case .fixed:
            guard order.address != nil else { throw LineRefusal.addressMissing }
            guard password == nil else { throw LineRefusal.passwordless }
        }
        if let password { try Line.check(password: password) }
        let period = try transaction.period(of: order.offer, for: id, of: tenant, at: now)
        let line = Line(
            id: id, tenant: tenant, kind: order.kind, name: name,
            passwordSealed: password.map { keys.seal($0, of: id) },
            passwordAt: now, package: order.offer.id, entitlement: period.id, router: order.router,
            address: order.address, mac: order.mac, state: .active, stateAt: now, createdAt: now, changedAt: now)
        try transaction.checkFree(line)
        try transaction.begin(period, at: now)
        try transaction.insert(line)
        return try ask(line, on: [line.router], transaction)
    }

    package func suspend(_ id: ID<Line>, of tenant: ID<Tenant>, _ transaction: borrowing Transaction) throws
        -> LineChange
    {
        try keep(transaction.known(id, of: tenant).suspended(at: now()), transaction)
    }

    /// Puts a line into service again; where its time is over, a new period of its package begins now.
    package func restore(_ id: ID<Line>, of tenant: ID<Tenant>, _ transaction: borrowing Transaction) throws
        -> LineChange
    {
        let (line, now) = (try transaction.known(id, of: tenant), now())
        var entitlement = line.entitlement
        if try transaction.entitlement(entitlement, of: tenant)?.balance(at: now).isOver != false,
            let offer = try transaction.package(line.package, of: tenant)
        {
            let period = try transaction.period(of: offer, for: id, of: tenant, at: now)
            try transaction.begin(period, at: now)
            entitlement = period.id
        }
        return try keep(line.restored(under: entitlement, at: now), transaction)
    }

    /// Puts a line behind another router; it goes from the one before.
    package func move(
        _ id: ID<Line>, to router: ID<Router>, address: IPv4Address?, of tenant: ID<Tenant>,
        _ transaction: borrowing Transaction
    ) throws -> LineChange {
        let line = try transaction.known(id, of: tenant)
        return try keep(
            line.moved(to: router, address: address, at: now()), besides: line.router, transaction)
    }

    /// Gives the fixed address to another device, or to none.
    package func setDevice(
        _ mac: MACAddress?, of id: ID<Line>, of tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        try keep(transaction.known(id, of: tenant).withDevice(mac, at: now()), transaction)
    }

    package func rename(
        _ id: ID<Line>, to name: String, of tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        try keep(transaction.known(id, of: tenant).renamed(to: name, at: now()), transaction)
    }

    /// Sells a line another package: its time goes on until the end of the present period, or begins anew where that
    /// is over.
    package func sell(
        _ offer: Package, to id: ID<Line>, of tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        try keep(sold(offer, transaction.known(id, of: tenant), transaction), transaction)
    }

    package func setPassword(
        _ password: Secret, of id: ID<Line>, of tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        try keep(withPassword(password, transaction.known(id, of: tenant)), transaction)
    }

    /// Ends a line for good; its name is free again.
    package func close(_ id: ID<Line>, of tenant: ID<Tenant>, _ transaction: borrowing Transaction) throws
        -> LineChange
    {
        let line = try transaction.known(id, of: tenant)
        let closed = try line.closed(at: now())
        _ = try transaction.end(line.entitlement, .withdrawn, of: tenant, at: now())
        return try keep(closed, transaction)
    }

    // MARK: Steps

    func withPassword(_ password: Secret, _ line: Line) throws(LineRefusal) -> Line {
        try Line.check(password: password)
        return try line.withPassword(keys.seal(password, of: line.id), at: now())
    }

    /// The line with another package, whose period begins in place of the present one.
    func sold(_ offer: Package, _ line: Line, _ transaction: borrowing Transaction) throws -> Line {
        let (tenant, now) = (line.tenant, now())
        let present = try transaction.entitlement(line.entitlement, of: tenant)
        let isLive = present?.balance(at: now).isOver == false
        let fresh = try transaction.period(of: offer, for: line.id, of: tenant, at: now)
        let period = isLive ? fresh.ending(at: present?.endsAt) : fresh
        let sold = try line.sold(offer, under: period.id, at: now)
        try transaction.begin(period, at: now)
        _ = try transaction.end(line.entitlement, .withdrawn, of: tenant, at: now)
        return sold
    }

    func keep(
        _ line: Line, besides former: ID<Router>? = nil, _ transaction: borrowing Transaction
    ) throws -> LineChange {
        if line.state != .closed { try transaction.checkFree(line) }
        try transaction.save(line)
        return try ask(line, on: Set([line.router, former].compactMap(\.self)), transaction)
    }

    private func ask(
        _ line: Line, on routers: Set<ID<Router>>, _ transaction: borrowing Transaction
    ) throws(SQLError) -> LineChange {
        for router in routers { try transaction.request(line, on: router, at: now()) }
        return LineChange(line: line, routers: routers)
    }
}

extension Transaction {
    borrowing func known(_ id: ID<Line>, of tenant: ID<Tenant>) throws -> Line {
        guard let line = try lineToChange(id, of: tenant) else { throw LineRefusal.unknown }
        return line
    }

    /// Name and address belong to no other line.
    fileprivate borrowing func checkFree(_ line: Line) throws {
        if let other = try self.line(named: line.name, of: line.tenant), other.id != line.id, other.state != .closed {
            throw LineRefusal.nameTaken(line.name)
        }
        if let address = line.address,
            let other = try self.line(at: address, behind: line.router, of: line.tenant), other.id != line.id
        {
            throw LineRefusal.addressTaken(address)
        }
    }

    /// What a package grants a line from now on.
    fileprivate borrowing func period(
        of offer: Package, for line: ID<Line>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Entitlement {
        Entitlement(
            granting: offer, for: .subscription, line.rebound(to: Void.self), at: nil, from: now,
            offset: try offset(of: tenant))
    }

    /// A line's time runs from its beginning on, whether its modem is there or not.
    fileprivate borrowing func begin(_ period: Entitlement, at now: Instant) throws(SQLError) {
        try insert(period)
        try start(period, at: now)
    }
}
