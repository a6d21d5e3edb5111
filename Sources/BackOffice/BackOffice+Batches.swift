import Catalog
import HTTPServer
import SQL
import Templates
import Tenancy
import Values
import Vouchers

extension BackOffice {
    private static let batchesPerPage = 20

    /// The batches, newest first, a page of them.
    func batches(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let window = try Window(below: request.query("below"), above: request.query("above"))
        let (page, rows) = try store.read(.tenant(tenant)) { transaction in
            let found = try window.batches(transaction, of: tenant, atMost: Self.batchesPerPage + 1)
            let page = PageOf(found, size: Self.batchesPerPage, window)
            let packages = Dictionary(
                uniqueKeysWithValues: try transaction.packages(of: tenant).map { ($0.id, $0.name) })
            let rows = try page.items.map { batch in
                row(batch, packages[batch.package] ?? "", try figures.count(batch, transaction, at: desk.now), desk)
            }
            return (page, rows)
        }
        return desk.page(
            desk.pages.vouchers,
            [
                "onVouchers": true, "hasBatches": .flag(!rows.isEmpty), "batches": .list(rows),
                "previousHref": TemplateValue(
                    page.hasBefore ? page.items.first.map { "\(Addresses.vouchers)?above=\($0.number)" } : nil),
                "nextHref": TemplateValue(
                    page.hasAfter ? page.items.last.map { "\(Addresses.vouchers)?below=\($0.number)" } : nil),
            ])
    }

    private func row(_ batch: Batch, _ packageName: String, _ count: BatchCount, _ desk: Desk) -> TemplateValues {
        let href = "\(Addresses.batches)/\(batch.number)"
        return [
            "name": .text(desk.title(of: batch)), "href": .text(href), "isMaking": .flag(!batch.isComplete),
            "makingHref": .text("\(Addresses.makings)/\(batch.id)"), "packageName": .text(packageName),
            "note": TemplateValue(batch.note), "count": .text(desk.count(batch.size)),
            "unused": .text(desk.count(count.unused)), "used": .text(desk.count(count.used)),
            "void": .text(desk.count(count.void)), "isOver": .flag(desk.isOver(batch)),
            "percent": .text(String(count.used * 100 / max(1, batch.size))),
            "created": .text(desk.moment(batch.madeAt)),
            "createdBy": .text(batch.madeBy),
        ]
    }
}

/// Which part of a list is shown: what follows a place, or what precedes one.
struct Window: Sendable {
    /// Newer than the part that was shown: read against the order of the list.
    private let above: Int?
    private let below: Int

    /// What is no number counts as nothing said.
    init(below: String?, above: String?) {
        self.above = above.flatMap { Int($0) }
        self.below = below.flatMap { Int($0) } ?? .max
    }

    var isBackwards: Bool { above != nil }
    var isStart: Bool { above == nil && below == .max }

    func batches(
        _ transaction: borrowing Transaction, of tenant: ID<Tenant>, atMost limit: Int
    ) throws(SQLError) -> [Batch] {
        guard let above else { return try transaction.batches(of: tenant, below: below, atMost: limit) }
        return try transaction.batches(of: tenant, above: above, atMost: limit)
    }
}

/// One page of a list, cut from one item more than it shows.
struct PageOf<Item: Sendable>: Sendable {
    let items: [Item]
    let hasBefore: Bool
    let hasAfter: Bool

    /// Takes what was found, in the list's order, or against it for a page backwards.
    init(_ found: [Item], size: Int, isBackwards: Bool, isStart: Bool) {
        let hasMore = found.count > size
        let shown = Array(found.prefix(size))
        items = isBackwards ? shown.reversed() : shown
        hasBefore = isBackwards ? hasMore : !isStart && !found.isEmpty
        hasAfter = isBackwards ? true : hasMore
    }

    init(_ found: [Item], size: Int, _ window: Window) {
        self.init(found, size: size, isBackwards: window.isBackwards, isStart: window.isStart)
    }
}

extension Desk {
    /// `Batch 12`.
    func title(of batch: Batch) -> String { words("batch.title", ["number": .text(String(batch.number))]) }

    /// Whether its unused vouchers are no longer good.
    func isOver(_ batch: Batch) -> Bool { batch.isOver(at: now) }
}
