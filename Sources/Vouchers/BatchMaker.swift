package import Catalog
import Crypto
package import SQL
package import Tenancy
package import Values

/// What staff ask for when they make vouchers.
package struct BatchOrder: Sendable {
    /// Why an order cannot be carried out.
    package enum Flaw: String, Refusal, CaseIterable {
        /// 1 to 1,000,000 vouchers at a time.
        case size = "batch.size"
        /// The validity must end after it begins.
        case validity = "batch.validity"

        package var kind: RefusalKind { .invalid }
    }

    package static let largestSize = 1_000_000

    package let offer: Package
    package let site: ID<Site>?
    package let size: Int
    package let format: CodeFormat
    package let note: String
    package let validFrom: Instant
    package let validUntil: Instant?
    package let madeBy: String

    /// - Throws: `Flaw`, and `CodeFormat.Flaw.guessable` where the codes are too short for so many.
    package init(
        offer: Package, site: ID<Site>? = nil, size: Int, format: CodeFormat, note: String = "",
        validFrom: Instant, validUntil: Instant? = nil, madeBy: String
    ) throws {
        guard (1...Self.largestSize).contains(size) else { throw Flaw.size }
        let validUntil = validUntil ?? offer.voucherValidity.limit.map { validFrom + $0 }
        if let validUntil, validUntil <= validFrom { throw Flaw.validity }
        try format.checkRoom(for: size)
        self.offer = offer
        self.site = site
        self.size = size
        self.format = format
        self.note = note
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.madeBy = madeBy
    }
}

/// Makes batches: codes are drawn, hashed and sealed on the caller's thread while the writer stores the chunk before.
package struct BatchMaker: Sendable {
    /// Vouchers a transaction; what one commit holds up others for.
    private static let chunk = 5_000

    private let store: Store
    private let keys: CodeKeys

    package init(store: Store, keys: CodeKeys) {
        self.store = store
        self.keys = keys
    }

    /// Makes the batch; nobody can use its vouchers before all are stored.
    ///
    /// `progress` is told after each chunk how many are stored; returning false gives the batch up. `id` is the batch's
    /// key where the caller has chosen it, so that an order which comes twice fails the second time as `.duplicate`.
    ///
    /// - Throws: `SQLError`; what was stored of the batch is removed, as far as the store can.
    /// - Returns: the batch, or nil where it was given up; then nothing of it is left.
    package func make(
        _ order: BatchOrder, as id: ID<Batch>? = nil, at now: Instant, progress: (Int) -> Bool = { _ in true }
    ) throws -> Batch? {
        let batch = try open(order, as: id ?? ID(at: now), at: now)
        do {
            guard try fill(batch, progress) else {
                try giveUp(batch)
                return nil
            }
        } catch {
            // A full disk may keep what there is of it; nobody can use it, and it is cleared away later.
            try? giveUp(batch)
            throw error
        }
        return batch
    }

    /// Stores the vouchers of a batch and completes it; false where `progress` wants it to end.
    private func fill(_ batch: Batch, _ progress: (Int) -> Bool) throws -> Bool {
        var picker = RandomPicker(alphabet: batch.format.alphabet.symbols)
        var pending: PendingWrite<[Int]>?
        var made = 0
        var retry: [Int] = []
        while made < batch.size || !retry.isEmpty || pending != nil {
            let fresh = made..<min(made + Self.chunk, batch.size)
            let draws = (Array(fresh.map { $0 + 1 }) + retry).map { draw(serial: $0, batch, &picker) }
            made = fresh.upperBound
            retry = try pending?.wait() ?? []
            pending = draws.isEmpty ? nil : write(draws.sorted { $0.hash.lexicographicallyPrecedes($1.hash) }, batch)
            guard progress(made) else {
                _ = try pending?.wait()
                return false
            }
        }
        try store.writeNow(.tenant(batch.tenant)) { try $0.complete(batch.id, of: batch.tenant) }
        return true
    }

    private struct Draw: Sendable {
        let serial: Int
        let hash: [UInt8]
        let sealed: [UInt8]
    }

    private func draw(serial: Int, _ batch: Batch, _ picker: inout RandomPicker) -> Draw {
        let code = batch.format.makeCode(&picker)
        return Draw(
            serial: serial, hash: keys.hash(code, of: batch.tenant), sealed: keys.seal(code, of: batch.tenant))
    }

    /// Stores a chunk in the order of its hashes, which is kind to the index; the answer names the serial numbers whose
    /// code existed already.
    private func write(_ draws: [Draw], _ batch: Batch) -> PendingWrite<[Int]> {
        // Serial numbers follow the order of the rows, so that neighbours on paper are neighbours on disk.
        let serials = draws.map(\.serial).sorted()
        return store.begin(.tenant(batch.tenant)) { transaction in
            var taken: [Int] = []
            for (draw, serial) in zip(draws, serials) {
                let isNew = try transaction.insert(
                    batch.voucherID(serial: serial), of: batch, serial: serial, hash: draw.hash, sealed: draw.sealed)
                if !isNew { taken.append(serial) }
            }
            return taken
        }
    }

    private func open(_ order: BatchOrder, as id: ID<Batch>, at now: Instant) throws -> Batch {
        let tenant = order.offer.tenant
        return try store.writeNow(.tenant(tenant)) { transaction in
            let batch = Batch(
                id: id, tenant: tenant, package: order.offer.id, site: order.site,
                number: try transaction.nextBatchNumber(of: tenant), size: order.size, format: order.format,
                note: order.note, validFrom: order.validFrom, validUntil: order.validUntil, madeBy: order.madeBy,
                madeAt: now, isComplete: false)
            try transaction.insert(batch)
            return batch
        }
    }

    private func giveUp(_ batch: Batch) throws {
        try store.writeNow(.platform) { try $0.discard(batch) }
    }
}
