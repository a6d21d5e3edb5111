package import Catalog
package import SQL
package import Tenancy
package import Values

/// A number of vouchers made together: one package, one look, one sheet of paper.
package struct Batch: Hashable, Sendable {
    package let id: ID<Batch>
    package let tenant: ID<Tenant>
    package let package: ID<Package>
    /// The one site where its vouchers hold; nil for all of the tenant's.
    package let site: ID<Site>?
    /// Counts a tenant's batches from 1.
    package let number: Int
    /// How many vouchers it has.
    package let size: Int
    package let format: CodeFormat
    package let note: String
    package let validFrom: Instant
    /// The first instant at which an unused voucher is no longer good; nil for never.
    package let validUntil: Instant?
    /// Who made it: the sign-in name of a member of staff, or `command line`.
    package let madeBy: String
    package let madeAt: Instant
    /// False while its vouchers are being made; nobody can use them before.
    package let isComplete: Bool

    package init(
        id: ID<Batch>, tenant: ID<Tenant>, package: ID<Package>, site: ID<Site>?, number: Int, size: Int,
        format: CodeFormat, note: String, validFrom: Instant, validUntil: Instant?, madeBy: String, madeAt: Instant,
        isComplete: Bool
    ) {
        self.id = id
        self.tenant = tenant
        self.package = package
        self.site = site
        self.number = number
        self.size = size
        self.format = format
        self.note = note
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.madeBy = madeBy
        self.madeAt = madeAt
        self.isComplete = isComplete
    }

    /// Whether its unused vouchers are no longer good.
    package func isOver(at now: Instant) -> Bool { validUntil.map { $0 <= now } ?? false }

    /// The key of its voucher with this serial number, counted from 1.
    package func voucherID(serial: Int) -> ID<Voucher> {
        ID(high: id.high, low: id.low & 0xFFFF_FFFF_0000_0000 | UInt64(serial))
    }
}

/// How many vouchers of a batch are in which state.
package struct BatchCount: Hashable, Sendable {
    package var unused = 0
    package var used = 0
    package var void = 0

    package init() {}
}

extension Transaction {
    package borrowing func insert(_ batch: Batch) throws(SQLError) {
        try run(
            """
            INSERT INTO main.batch (id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size,
                note, valid_from, valid_until, made_by, made_at, is_complete)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """, batch.id, batch.tenant, batch.package, batch.site, batch.number, batch.size,
            batch.format.alphabet.description, batch.format.length, batch.format.prefix, batch.format.grouping,
            batch.note, batch.validFrom, batch.validUntil, batch.madeBy, batch.madeAt, batch.isComplete)
        try touchDirectory(of: batch.tenant)
    }

    /// The number that the next batch of a tenant gets.
    package borrowing func nextBatchNumber(of tenant: ID<Tenant>) throws(SQLError) -> Int {
        try value("SELECT COALESCE(max(number), 0) + 1 FROM batch WHERE tenant = $1", tenant)
    }

    package borrowing func complete(_ batch: ID<Batch>, of tenant: ID<Tenant>) throws(SQLError) {
        try run("UPDATE main.batch SET is_complete = 1 WHERE id = $1 AND tenant = $2", batch, tenant)
    }

    /// The batches of a tenant, newest first, below `number`; a page of them.
    package borrowing func batches(
        of tenant: ID<Tenant>, below number: Int = .max, atMost limit: Int
    ) throws(SQLError) -> [Batch] {
        try all(
            """
            SELECT id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size, note, valid_from,
                valid_until, made_by, made_at, is_complete
            FROM batch WHERE tenant = $1 AND number < $2 ORDER BY number DESC LIMIT $3
            """, tenant, number, limit, read: Batch.init(row:))
    }

    /// The batches of a tenant, oldest first, above `number`: the page before one that begins below it.
    package borrowing func batches(
        of tenant: ID<Tenant>, above number: Int, atMost limit: Int
    ) throws(SQLError) -> [Batch] {
        try all(
            """
            SELECT id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size, note, valid_from,
                valid_until, made_by, made_at, is_complete
            FROM batch WHERE tenant = $1 AND number > $2 ORDER BY number LIMIT $3
            """, tenant, number, limit, read: Batch.init(row:))
    }

    /// The finished batches that `maker` made, oldest first.
    package borrowing func batches(of tenant: ID<Tenant>, madeBy maker: String) throws(SQLError) -> [Batch] {
        try all(
            """
            SELECT id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size, note, valid_from,
                valid_until, made_by, made_at, is_complete
            FROM batch WHERE tenant = $1 AND made_by = $2 AND is_complete = 1 ORDER BY number
            """, tenant, maker, read: Batch.init(row:))
    }

    package borrowing func batch(number: Int, of tenant: ID<Tenant>) throws(SQLError) -> Batch? {
        try first(
            """
            SELECT id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size, note, valid_from,
                valid_until, made_by, made_at, is_complete
            FROM batch WHERE tenant = $1 AND number = $2
            """, tenant, number, read: Batch.init(row:))
    }

    package borrowing func batch(_ id: ID<Batch>, of tenant: ID<Tenant>) throws(SQLError) -> Batch? {
        try first(
            """
            SELECT id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size, note, valid_from,
                valid_until, made_by, made_at, is_complete
            FROM batch WHERE id = $1 AND tenant = $2
            """, id, tenant, read: Batch.init(row:))
    }

    /// The different looks of every tenant's codes, what typed codes are read against; platform's scope.
    package borrowing func allCodeFormats() throws(SQLError) -> [ID<Tenant>: [CodeFormat]] {
        let pairs = try all(
            """
            SELECT tenant, alphabet, length, prefix, min(grouping_size) FROM main.batch
            GROUP BY tenant, alphabet, length, prefix
            """
        ) { (row: borrowing Row) throws(SQLError) in (try row[0] as ID<Tenant>, try CodeFormat(row: row, from: 1)) }
        return Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
    }

    /// The different looks of one tenant's codes.
    package borrowing func codeFormats(of tenant: ID<Tenant>) throws(SQLError) -> [CodeFormat] {
        try all(
            """
            SELECT alphabet, length, prefix, min(grouping_size) FROM batch WHERE tenant = $1
            GROUP BY alphabet, length, prefix
            """, tenant
        ) { (row: borrowing Row) throws(SQLError) in try CodeFormat(row: row, from: 0) }
    }

    /// How many of a batch's vouchers are unused, used and void.
    package borrowing func count(_ batch: Batch) throws(SQLError) -> BatchCount {
        var count = BatchCount()
        try forEach(
            """
            SELECT state, count(*) FROM voucher WHERE id >= $1 AND id <= $2 AND batch = $3 AND tenant = $4
            GROUP BY state
            """, batch.voucherID(serial: 0), batch.voucherID(serial: Int(UInt32.max)), batch.id, batch.tenant
        ) { (row: borrowing Row) throws(SQLError) in
            switch Voucher.State(rawValue: try row[0]) {
            case .unused?: count.unused = try row[1]
            case .used?: count.used = try row[1]
            case .void?: count.void = try row[1]
            case nil: throw SQLError(.damaged, code: "voucher", message: "A voucher has an unknown state")
            }
        }
        return count
    }

    /// Forgets batches whose making was cut short before `instant`; nobody can hold a voucher of them.
    ///
    /// Platform's scope.
    ///
    /// - Returns: how many batches.
    package borrowing func discardUnfinishedBatches(before instant: Instant) throws(SQLError) -> Int {
        let unfinished = try all(
            """
            SELECT id, tenant, package, site, number, size, alphabet, length, prefix, grouping_size, note, valid_from,
                valid_until, made_by, made_at, is_complete
            FROM main.batch WHERE is_complete = 0 AND made_at < $1
            """, instant, read: Batch.init(row:))
        for batch in unfinished { try discard(batch) }
        return unfinished.count
    }

    /// Removes an unfinished batch with what there is of its vouchers; platform's scope.
    borrowing func discard(_ batch: Batch) throws(SQLError) {
        // One that was completed after all, although nobody heard of it, stays.
        guard try run("DELETE FROM main.batch WHERE id = $1 AND is_complete = 0", batch.id) == 1 else { return }
        try run(
            "DELETE FROM main.voucher WHERE id >= $1 AND id <= $2 AND batch = $3", batch.voucherID(serial: 0),
            batch.voucherID(serial: Int(UInt32.max)), batch.id)
    }
}

extension Batch {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            id: try row[0], tenant: try row[1], package: try row[2], site: try row[3], number: try row[4],
            size: try row[5], format: try CodeFormat(row: row, from: 6), note: try row[10], validFrom: try row[11],
            validUntil: try row[12], madeBy: try row[13], madeAt: try row[14], isComplete: try row[15])
    }
}

extension CodeFormat {
    /// Reads the four columns `alphabet, length, prefix, grouping_size`, the first of them at `column`.
    init(row: borrowing Row, from column: Int) throws(SQLError) {
        do {
            try self.init(
                alphabet: Alphabet(try row[column] as String), length: try row[column + 1],
                prefix: try row[column + 2], grouping: try row[column + 3])
        } catch let error as SQLError {
            throw error
        } catch {
            throw SQLError(.damaged, code: "batch", message: "A batch has an unreadable code format")
        }
    }
}
