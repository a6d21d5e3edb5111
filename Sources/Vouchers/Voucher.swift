package import Catalog
package import Entitlements
package import SQL
package import Tenancy
package import Values

/// A code on paper that is worth a package, once.
package struct Voucher: Hashable, Sendable {
    package enum State: Int, Sendable {
        case unused = 0
        /// Redeemed; whether its entitlement still holds is the entitlement's affair.
        case used = 1
        case void = 2
    }

    package let id: ID<Voucher>
    package let tenant: ID<Tenant>
    package let batch: ID<Batch>
    /// Counts a batch's vouchers from 1.
    package let serial: Int
    package let codeSealed: [UInt8]
    package let state: State
    /// What it was redeemed for.
    package let entitlement: ID<Entitlement>?
    /// When it was redeemed or voided.
    package let changedAt: Instant?

    /// The code, for printing it again.
    ///
    /// - Throws: `SealBroken` from another install's key.
    package func code(_ keys: CodeKeys) throws -> VoucherCode { try keys.open(codeSealed, of: tenant) }
}

/// A voucher with what decides whether it may be used.
package struct VoucherTerms: Sendable {
    package let voucher: Voucher
    package let offer: Package
    package let site: ID<Site>?
    package let validFrom: Instant
    package let validUntil: Instant?

    /// Why a voucher cannot be used now; nil where it can, or where its entitlement has the say.
    ///
    /// `offset` is that of the tenant's local time.
    package func refusal(at site: ID<Site>, on now: Instant, offset: UTCOffset) -> VoucherRefusal? {
        if voucher.state == .void { return .void }
        if let home = self.site, home != site { return .otherSite(home) }
        // One in use has an entitlement, which knows its hours.
        guard voucher.state == .unused else { return nil }
        if now < validFrom { return .notYetValid(from: validFrom) }
        if let validUntil, validUntil <= now { return .expired(at: validUntil) }
        if let schedule = offer.schedule, schedule.closing(at: now, offset: offset) == nil {
            return .outsideSchedule(opens: schedule.opening(after: now, offset: offset))
        }
        return nil
    }
}

extension Transaction {
    /// The voucher with this keyed hash and its terms, locked until the transaction ends.
    package borrowing func voucher(hashed hash: [UInt8], of tenant: ID<Tenant>) throws(SQLError) -> VoucherTerms? {
        try first(
            .locking(
                "v",
                """
                SELECT v.id, v.tenant, v.batch, v.serial, v.code_sealed, v.state, v.entitlement, v.changed_at,
                    b.site, b.valid_from, b.valid_until,
                    p.id, p.tenant, p.name, p.price, p.currency, p.time_kind, p.time_limit, p.data_limit, p.rate_limit,
                    p.device_limit, p.voucher_validity, p.schedule, p.is_listed, p.fair_use, p.trial
                FROM voucher AS v JOIN batch AS b ON b.id = v.batch JOIN package AS p ON p.id = b.package
                WHERE v.tenant = $1 AND v.code_hash = $2 AND b.is_complete = 1
                """), tenant, hash
        ) { (row: borrowing Row) throws(SQLError) in
            VoucherTerms(
                voucher: try Voucher(row: row), offer: try Package(row: row, from: 11), site: try row[8],
                validFrom: try row[9], validUntil: try row[10])
        }
    }

    /// A page of a batch's vouchers by serial number.
    package borrowing func vouchers(
        of batch: Batch, after serial: Int, atMost limit: Int
    ) throws(SQLError) -> [Voucher] {
        try all(
            """
            SELECT id, tenant, batch, serial, code_sealed, state, entitlement, changed_at
            FROM voucher WHERE id > $1 AND id <= $2 AND batch = $3 AND tenant = $4 ORDER BY id LIMIT $5
            """, batch.voucherID(serial: serial), batch.voucherID(serial: Int(UInt32.max)), batch.id, batch.tenant,
            limit, read: Voucher.init(row:))
    }

    /// A page of a batch's vouchers in one state by serial number; nil stands for every state.
    package borrowing func vouchers(
        of batch: Batch, in state: Voucher.State?, after serial: Int, atMost limit: Int
    ) throws(SQLError) -> [Voucher] {
        try all(
            """
            SELECT id, tenant, batch, serial, code_sealed, state, entitlement, changed_at
            FROM voucher
            WHERE id > $1 AND id <= $2 AND batch = $3 AND tenant = $4 AND state = COALESCE($5, state)
            ORDER BY id LIMIT $6
            """, batch.voucherID(serial: serial), batch.voucherID(serial: Int(UInt32.max)), batch.id, batch.tenant,
            state?.rawValue, limit, read: Voucher.init(row:))
    }

    /// The page before: the last vouchers below a serial number, highest first.
    package borrowing func vouchers(
        of batch: Batch, in state: Voucher.State?, before serial: Int, atMost limit: Int
    ) throws(SQLError) -> [Voucher] {
        try all(
            """
            SELECT id, tenant, batch, serial, code_sealed, state, entitlement, changed_at
            FROM voucher
            WHERE id >= $1 AND id < $2 AND batch = $3 AND tenant = $4 AND state = COALESCE($5, state)
            ORDER BY id DESC LIMIT $6
            """, batch.voucherID(serial: 0), batch.voucherID(serial: serial), batch.id, batch.tenant,
            state?.rawValue, limit, read: Voucher.init(row:))
    }

    /// The voucher with this keyed hash, to look at; one of an unfinished batch is not found.
    package borrowing func voucher(found hash: [UInt8], of tenant: ID<Tenant>) throws(SQLError) -> Voucher? {
        try first(
            """
            SELECT v.id, v.tenant, v.batch, v.serial, v.code_sealed, v.state, v.entitlement, v.changed_at
            FROM voucher AS v JOIN batch AS b ON b.id = v.batch
            WHERE v.tenant = $1 AND v.code_hash = $2 AND b.is_complete = 1
            """, tenant, hash, read: Voucher.init(row:))
    }

    /// The entitlements of the used vouchers from one to another, both included.
    package borrowing func entitlements(
        ofVouchers first: ID<Voucher>, through last: ID<Voucher>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [Entitlement] {
        try all(
            """
            SELECT e.id, e.tenant, e.package, e.source, e.source_id, e.site, e.starts_at, e.ends_at, e.online_limit,
                e.online_used, e.data_limit, e.data_used, e.rate_limit, e.device_limit, e.ended_at, e.end_reason,
                e.closes_at, e.connected_at, e.schedule, e.opens_at, e.fair_use, e.fair_used, e.fair_until, e.boost_rate,
                e.boost_until, e.staff_rate, e.suspended_at
            FROM voucher AS v JOIN entitlement AS e ON e.id = v.entitlement
            WHERE v.tenant = $1 AND v.id >= $2 AND v.id <= $3
            """, tenant, first, last, read: Entitlement.init(row:))
    }

    package borrowing func voucher(_ id: ID<Voucher>, of tenant: ID<Tenant>) throws(SQLError) -> Voucher? {
        try first(
            """
            SELECT id, tenant, batch, serial, code_sealed, state, entitlement, changed_at
            FROM voucher WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Voucher.init(row:))
    }

    package borrowing func insert(
        _ id: ID<Voucher>, of batch: Batch, serial: Int, hash: [UInt8], sealed: [UInt8]
    ) throws(SQLError) -> Bool {
        try run(
            """
            INSERT INTO main.voucher (id, tenant, batch, serial, code_hash, code_sealed, state)
            VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (tenant, code_hash) DO NOTHING
            """, id, batch.tenant, batch.id, serial, hash, sealed) == 1
    }

    /// Uses a voucher up.
    package borrowing func use(
        _ voucher: ID<Voucher>, for entitlement: ID<Entitlement>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) {
        try run(
            "UPDATE main.voucher SET state = 1, entitlement = $1, changed_at = $2 WHERE id = $3 AND tenant = $4",
            entitlement, now, voucher, tenant)
    }

    /// Voids a voucher that nobody has used.
    ///
    /// - Returns: false where it was used or void already.
    package borrowing func void(_ voucher: ID<Voucher>, of tenant: ID<Tenant>, at now: Instant) throws(SQLError) -> Bool
    {
        try run(
            "UPDATE main.voucher SET state = 2, changed_at = $1 WHERE id = $2 AND tenant = $3 AND state = 0", now,
            voucher, tenant) == 1
    }

    /// Voids the unused vouchers of a batch with serial numbers in a range; a part, so that other writes get between.
    ///
    /// - Returns: how many.
    package borrowing func voidUnused(
        of batch: Batch, serials: ClosedRange<Int>, at now: Instant
    ) throws(SQLError) -> Int {
        try run(
            """
            UPDATE main.voucher SET state = 2, changed_at = $1
            WHERE id >= $2 AND id <= $3 AND batch = $4 AND tenant = $5 AND state = 0
            """, now, batch.voucherID(serial: serials.lowerBound), batch.voucherID(serial: serials.upperBound),
            batch.id, batch.tenant)
    }

    /// Voids every unused voucher of a batch.
    ///
    /// - Returns: how many.
    package borrowing func voidUnused(of batch: Batch, at now: Instant) throws(SQLError) -> Int {
        try run(
            """
            UPDATE main.voucher SET state = 2, changed_at = $1
            WHERE id >= $2 AND id <= $3 AND batch = $4 AND tenant = $5 AND state = 0
            """, now, batch.voucherID(serial: 0), batch.voucherID(serial: Int(UInt32.max)), batch.id, batch.tenant)
    }
}

extension Voucher {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        guard let state = State(rawValue: try row[5]) else {
            throw SQLError(.damaged, code: "voucher", message: "A voucher has an unknown state")
        }
        self.init(
            id: try row[0], tenant: try row[1], batch: try row[2], serial: try row[3], codeSealed: try row[4],
            state: state, entitlement: try row[6], changedAt: try row[7])
    }
}
