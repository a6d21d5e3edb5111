import MobileMoney
package import SQL
import Telemetry
package import Tenancy
package import Values

extension PaymentKeeper {
    /// Between two looks at a provider's list.
    static let pullPause = Span.minutes(15)
    /// How far a look goes back: it overlaps the ones before.
    private static let overlap = Span.hours(2)
    /// How far the daily look goes back: as far as the provider remembers.
    private static let memory = Span.hours(48)
    /// The most pages of one look; a hundred payments each: more than the largest paybill takes in two days.
    private static let mostPages = 5_000

    /// Reads the lists of the providers that are due: what was told of on no other road is found there.
    func pullStatements() async throws {
        for account in try await accountsToPull() { await pull(account) }
    }

    func accountsToPull() async throws -> [RailAccount] {
        let now = now()
        return try await store.fetch(.platform) { try $0.duePulls(at: now) }
    }

    /// Reads the list of one account, if no other gateway does.
    func pull(_ account: RailAccount) async {
        let (now, tenant) = (now(), account.tenant)
        do {
            let isWhole = try await store.write(.tenant(tenant)) { transaction in
                try transaction.takePull(of: account.id, of: tenant, at: now)
            }
            guard let isWhole, let rail = try rail(account) as? any StatementRail else { return }
            let isRead = try await pull(account, rail, from: now - (isWhole ? Self.memory : Self.overlap), to: now)
            // Only now: whoever died or was refused on the way has not read all of it.
            if isWhole, isRead { try await store.write(.tenant(tenant)) { try $0.noteSweep(of: account, at: now) } }
        } catch {
            log.warning("payments.pull-failed", ["rail-account.id": .id(account.id), "error": .text("\(error)")])
        }
    }

    /// - Returns: whether the list was read to its end.
    private func pull(
        _ account: RailAccount, _ rail: any StatementRail, from start: Instant, to end: Instant
    ) async throws(RailError) -> Bool {
        var next: Int? = 0
        for _ in 0..<Self.mostPages {
            guard let offset = next else { break }
            let page = try await rail.payments(from: start, to: end, after: offset)
            if page.unreadable > 0 {
                log.warning(
                    "payments.rows-unreadable",
                    ["rail-account.id": .id(account.id), "rows": .number(Int64(page.unreadable))])
            }
            for payment in page.payments { await settle(payment, onListOf: account) }
            next = page.next
        }
        return next == nil
    }

    private func settle(_ payment: IncomingPayment, onListOf road: RailAccount) async {
        do {
            let arrival = Arrival(payment)
            let (account, now) = (try await store.sharer(of: road, for: arrival, among: nil) ?? road, now())
            let evidence = Evidence(road: .pull, account: account, news: .money(arrival))
            tellRouters(try await store.write(.tenant(account.tenant)) { try $0.settle(evidence, at: now) })
        } catch {
            // The next look brings the row again.
            log.error(
                "payments.row-failed", ["rail-account.id": .id(road.id), "error": .text("\(error)")])
        }
    }
}

extension Transaction {
    /// Has the list of an account read from now on.
    package borrowing func readList(
        of account: ID<RailAccount>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            """
            UPDATE main.rail_account SET pull_due_at = $1 WHERE id = $2 AND tenant = $3 AND pull_due_at IS NULL
            """, now, account, tenant)
    }

    /// Accounts whose list is to be read; platform's scope.
    fileprivate borrowing func duePulls(at now: Instant) throws(SQLError) -> [RailAccount] {
        try all(
            """
            SELECT id, tenant, rail, kind, short_code, store_number, prefix, currency, credentials_sealed, is_open
            FROM main.rail_account WHERE pull_due_at <= $1
            """, now, read: RailAccount.init(row:))
    }

    /// Lets one gateway read a list; the others come after the pause.
    ///
    /// - Returns: whether all that the provider remembers is to be read; nil where another gateway was faster.
    fileprivate borrowing func takePull(
        of account: ID<RailAccount>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Bool? {
        let isTaken =
            try run(
                "UPDATE main.rail_account SET pull_due_at = $1 WHERE id = $2 AND tenant = $3 AND pull_due_at <= $4",
                now + PaymentKeeper.pullPause, account, tenant, now) == 1
        guard isTaken else { return nil }
        let swept: Instant? = try first(
            "SELECT swept_at FROM rail_account WHERE id = $1 AND tenant = $2", account, tenant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        return swept.map { $0 < now - .days(1) }
    }

    /// Notes that all that the provider remembered at an instant was read.
    fileprivate borrowing func noteSweep(of account: RailAccount, at now: Instant) throws(SQLError) {
        try run(
            "UPDATE main.rail_account SET swept_at = $1 WHERE id = $2 AND tenant = $3 AND swept_at < $1", now,
            account.id, account.tenant)
    }
}
