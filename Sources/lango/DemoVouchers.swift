import Catalog
import Crypto
import SQL
import Tenancy
import Values
import Vouchers

/// The vouchers that the demo hands out: batches of its own among those that whoever tries it has made.
struct DemoVouchers {
    /// Who made them, as the batches say.
    private static let maker = "demo"

    /// One pile of vouchers to take from.
    struct Pile {
        let offer: Package
        let site: Site?
        /// How many a batch of it has.
        let size: Int
        /// How many codes are told.
        let told: Int
    }

    let store: Store
    let keys: CodeKeys

    /// The codes of a pile that are good now, as a person types them; a fresh batch where fewer are left than are told.
    func codes(of pile: Pile, at now: Instant) throws -> [String] {
        let left = try unused(of: pile, at: now)
        guard left.count < pile.told else { return left }
        return try left + make(pile, at: now).prefix(pile.told - left.count)
    }

    private func make(_ pile: Pile, at now: Instant) throws -> [String] {
        let order = try BatchOrder(
            offer: pile.offer, site: pile.site?.id, size: pile.size, format: CodeFormat(), validFrom: now,
            madeBy: Self.maker)
        guard let batch = try BatchMaker(store: store, keys: keys).make(order, at: now) else { return [] }
        return try codes(of: batch, atMost: pile.size)
    }

    private func unused(of pile: Pile, at now: Instant) throws -> [String] {
        let tenant = pile.offer.tenant
        let batches = try store.read(.tenant(tenant)) { try $0.batches(of: tenant, madeBy: Self.maker) }
        var codes: [String] = []
        for batch in batches where batch.package == pile.offer.id && batch.site == pile.site?.id {
            guard codes.count < pile.told else { break }
            guard !batch.isOver(at: now) else { continue }
            codes += try self.codes(of: batch, atMost: pile.told - codes.count)
        }
        return codes
    }

    private func codes(of batch: Batch, atMost limit: Int) throws -> [String] {
        let vouchers = try store.read(.tenant(batch.tenant)) {
            try $0.vouchers(of: batch, in: .unused, after: 0, atMost: limit)
        }
        return try vouchers.map { batch.format.printed(try $0.code(keys)) }
    }
}
