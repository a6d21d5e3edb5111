import Catalog
import Entitlements
import HTTPServer
import SQL
import Telemetry
import Templates
import Tenancy
import Values
import Vouchers

/// A batch with what its page shows, as it was read.
private struct BatchView: Sendable {
    let batch: Batch
    let offer: Package?
    let siteName: String?
    let count: BatchCount
    let page: PageOf<Voucher>
    let entitlements: [ID<Entitlement>: Entitlement]
}

extension BackOffice {
    private static let vouchersPerPage = 50
    /// Vouchers that are voided in one transaction.
    private static let voidingStep = 5_000

    /// One batch and its codes.
    func batch(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let number = try batchNumber(request)
        let state = VoucherFilter(try request.query("state"))
        let after = try request.query("after").flatMap { Int($0) }.map(Self.serial) ?? 0
        let before = try request.query("before").flatMap { Int($0) }.map(Self.serial)
        let view = try store.read(.tenant(visit.tenant.id)) { transaction in
            guard let batch = try transaction.batch(number: number, of: visit.tenant.id) else {
                throw RequestRefusal.notFound
            }
            return try batchView(batch, state, after: after, before: before, desk, transaction)
        }
        guard view.batch.isComplete else { return .seeOther("\(Addresses.makings)/\(view.batch.id)") }
        return try batchPage(view, state, desk)
    }

    /// The batch's number in the path.
    func batchNumber(_ request: Request) throws(RequestRefusal) -> Int {
        guard let number = Int(request.parameter("batch")), number > 0 else { throw .notFound }
        return number
    }

    private static func serial(_ number: Int) -> Int { min(max(number, 0), BatchOrder.largestSize + 1) }

    private func batchView(
        _ batch: Batch, _ filter: VoucherFilter, after: Int, before: Int?, _ desk: Desk,
        _ transaction: borrowing Transaction
    ) throws -> BatchView {
        let limit = Self.vouchersPerPage + 1
        let found =
            if let before {
                try transaction.vouchers(of: batch, in: filter.state, before: before, atMost: limit)
            } else {
                try transaction.vouchers(of: batch, in: filter.state, after: after, atMost: limit)
            }
        let page = PageOf(found, size: Self.vouchersPerPage, isBackwards: before != nil, isStart: after == 0)
        var entitlements: [Entitlement] = []
        let used = page.items.filter { $0.entitlement != nil }
        if let first = used.first, let last = used.last {
            entitlements = try transaction.entitlements(ofVouchers: first.id, through: last.id, of: batch.tenant)
        }
        return BatchView(
            batch: batch, offer: try transaction.package(batch.package, of: batch.tenant),
            siteName: try transaction.sites(of: batch.tenant).first { $0.id == batch.site }?.name,
            count: try figures.count(batch, transaction, at: desk.now), page: page,
            entitlements: Dictionary(uniqueKeysWithValues: entitlements.map { ($0.id, $0) }))
    }

    private func batchPage(
        _ view: BatchView, _ filter: VoucherFilter, _ desk: Desk, problem: OfficeRefusal? = nil
    ) throws -> Response {
        let batch = view.batch
        let href = "\(Addresses.batches)/\(batch.number)"
        let query = filter == .all ? "" : "state=\(filter.rawValue)&"
        let rows = try view.page.items.map { voucher in
            try row(voucher, voucher.entitlement.flatMap { view.entitlements[$0] }, batch, desk)
        }
        return desk.page(
            desk.pages.batch,
            [
                "onVouchers": true, "batchName": .text(desk.title(of: batch)),
                "packageName": .text(view.offer?.name ?? ""),
                "price": .text(view.offer.map { desk.money($0.price) } ?? ""), "count": .text(desk.count(batch.size)),
                "created": .text(desk.moment(batch.madeAt)), "createdBy": .text(batch.madeBy),
                "siteName": .text(view.siteName ?? desk.words("batch.site.all")),
                "validUntil": TemplateValue(batch.validUntil.map { desk.day($0) }), "isOver": .flag(desk.isOver(batch)),
                "note": TemplateValue(batch.note), "cardsAction": .text(href + "/cards"),
                "csvHref": .text(href + "/table"),
                "canPrint": .flag(view.count.unused > 0), "presets": .list(presets()),
                "printLanguages": .list(printLanguages(desk)),
                "filters": .list(VoucherFilter.allCases.map { tab($0, $0 == filter, view.count, href, desk) }),
                "hasVouchers": .flag(!rows.isEmpty), "vouchers": .list(rows),
                "previousHref": TemplateValue(
                    view.page.hasBefore ? view.page.items.first.map { "\(href)?\(query)before=\($0.serial)" } : nil),
                "nextHref": TemplateValue(
                    view.page.hasAfter ? view.page.items.last.map { "\(href)?\(query)after=\($0.serial)" } : nil),
                "canVoid": .flag(view.count.unused > 0), "voidAction": .text(href + "/voidings"),
                "voidConfirm": .text(desk.words("batch.void.confirm", ["count": .number(Int64(view.count.unused))])),
            ], status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    private func tab(
        _ filter: VoucherFilter, _ isCurrent: Bool, _ count: BatchCount, _ href: String, _ desk: Desk
    ) -> TemplateValues {
        [
            "href": .text(filter == .all ? href : "\(href)?state=\(filter.rawValue)"),
            "label": .text(desk.words(filter == .all ? "batch.all" : "batch.filter.\(filter.rawValue)")),
            "count": .text(desk.count(filter.count(count))), "current": .flag(isCurrent),
        ]
    }

    private func row(
        _ voucher: Voucher, _ entitlement: Entitlement?, _ batch: Batch, _ desk: Desk
    ) throws -> TemplateValues {
        let standing = VoucherStanding(voucher, entitlement, batch, at: desk.now)
        let end = entitlement?.ended?.at ?? entitlement?.end(startingBy: desk.now)
        return [
            "serial": .text("\(batch.number)-\(voucher.serial)"), "href": .text("\(Addresses.vouchers)/\(voucher.id)"),
            "code": .text(batch.format.printed(try voucher.code(codeKeys))), "stateClass": .text(standing.chip),
            "stateLabel": .text(desk.words("state.\(standing.rawValue)")),
            "redeemed": TemplateValue(voucher.state == .used ? voucher.changedAt.map { desk.moment($0) } : nil),
            "ends": TemplateValue(end.map { desk.moment($0) }),
        ]
    }

    // MARK: Voiding

    /// Voids the unused vouchers of a batch, in steps, so that redemptions get between.
    func voidBatch(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let number = try batchNumber(request)
        let tenant = visit.tenant.id
        guard let batch = try store.read(.tenant(tenant), { try $0.batch(number: number, of: tenant) }),
            batch.isComplete
        else { throw RequestRefusal.notFound }
        guard try request.form()["confirm"] == "yes" else { throw OfficeRefusal.unconfirmed }
        return .later { [self] resumption in
            let isRunning = bench.run { [self] in
                let outcome = Result { try voidAll(of: batch) }
                figures.forget(tenant, batch.id)
                log.notice("batch.voided", ["batch.id": .id(batch.id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    done(.voided, try outcome.get(), at: "\(Addresses.batches)/\(batch.number)")
                }
            }
            if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
        }
    }

    private func voidAll(of batch: Batch) throws -> Int {
        let now = now()
        var total = 0
        for start in stride(from: 1, through: batch.size, by: Self.voidingStep) {
            total += try store.writeNow(.tenant(batch.tenant)) { transaction in
                try transaction.voidUnused(of: batch, serials: start...start + Self.voidingStep - 1, at: now)
            }
        }
        return total
    }
}
