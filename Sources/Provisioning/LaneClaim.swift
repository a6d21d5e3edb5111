import SQL
import Tenancy
import Values

/// Another gateway works on the router by now: what this one was about to write is no longer its business.
struct LaneLost: Error, CustomStringConvertible {
    var description: String { "Another gateway has taken the router over." }
}

/// On PostgreSQL several gateways may share the work: one of them holds a router's lane for fifteen seconds at a time.
extension Provisioner {
    private static let claimSpan = Span.seconds(15)

    private var sharesLanes: Bool {
        if case .postgres = store.location { true } else { false }
    }

    /// The router, if this gateway may work on it.
    func claimLane(of router: ID<Router>) async throws -> Router? {
        let (holder, now) = (holder, now())
        guard sharesLanes else {
            return try await store.fetch(.platform) { transaction in
                try transaction.isResting(router, at: now) ? nil : try transaction.router(router)
            }
        }
        return try await store.write(.platform) { transaction in
            let claimed = try transaction.run(
                """
                UPDATE main.router SET lane_holder = $1, lane_until = $2
                WHERE id = $3 AND (lane_until < $4 OR lane_holder = $5)
                """, holder, now + Self.claimSpan, router, now, holder)
            return claimed == 1 ? try transaction.router(router) : nil
        }
    }

    /// Holds the lane longer; one that went to another gateway stays there, whatever became of that one.
    func renewLane(of router: ID<Router>) async throws {
        guard sharesLanes else { return }
        let (holder, until) = (holder, now() + Self.claimSpan)
        _ = try await store.write(.platform) { transaction in
            try transaction.run(
                "UPDATE main.router SET lane_until = $1 WHERE id = $2 AND lane_holder = $3", until, router, holder)
        }
    }

    /// Lets another gateway take the lanes at once.
    func releaseLanes() async {
        guard sharesLanes else { return }
        _ = try? await store.write(.platform) { [holder] transaction in
            try transaction.run("UPDATE main.router SET lane_until = 0 WHERE lane_holder = $1", holder)
        }
    }

    /// Writes what came of work on a router.
    ///
    /// - Throws: `LaneLost` where this gateway stood still for so long that another one has gone on: its knowledge of the
    ///   router is old, and what it counted has been counted.
    @discardableResult
    func write<Value: Sendable>(
        on router: ID<Router>, of tenant: ID<Tenant>,
        _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        let holder = sharesLanes ? holder : nil
        return try await store.write(.tenant(tenant)) { transaction in
            if let holder, try transaction.laneHolder(of: router, of: tenant) != holder { throw LaneLost() }
            return try body(transaction)
        }
    }
}

extension Transaction {
    /// The gateway that holds a router's lane or held it last.
    fileprivate borrowing func laneHolder(of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) -> String? {
        try first("SELECT lane_holder FROM router WHERE id = $1 AND tenant = $2", router, tenant) {
            (row: borrowing Row) throws(SQLError) in try row[0]
        } ?? nil
    }
}
