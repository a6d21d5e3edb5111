import Catalog
import Entitlements
import HTTPServer
import Locales
import Provisioning
import SQL
import Templates
import Tenancy
import Values
import Vouchers

/// What the dashboard shows, as it was read.
private struct Overview: Sendable {
    var online = 0
    var redeemed = 0
    var value: Money
    var routers: [Router] = []
    var waiting: [ID<Router>: Int] = [:]
    /// The start of each day and what was redeemed in it; today last.
    var days: [(start: Instant, count: Int)] = []
    var recent: [Redeemed] = []

    struct Redeemed: Sendable {
        let entitlement: Entitlement
        let voucher: Voucher
        let format: CodeFormat
        let packageName: String
        let siteName: String?
    }
}

extension BackOffice {
    /// A few numbers, and what needs a person.
    func dashboard(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        if figures.unused(of: visit.tenant.id, at: desk.now) != nil { return try dashboardPage(desk, visit) }
        return .later { [self] resumption in
            let isRunning = bench.run { [self] in
                let counted = Result { try figures.countUnused(of: visit.tenant.id, at: desk.now) }
                resumption.finish { [self] in
                    try counted.get()
                    return try dashboardPage(desk, visit)
                }
            }
            if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
        }
    }

    private func dashboardPage(_ desk: Desk, _ visit: Visit) throws -> Response {
        let tenant = visit.tenant.id
        let overview = try store.read(.tenant(tenant)) { try readOverview($0, visit, desk.now) }
        let up = overview.routers.count { $0.state == .ready }
        let attention = overview.routers.compactMap { warning($0, overview.waiting[$0.id] ?? 0, desk) }
        let recent = visit.staff.role.has(.vouchers) ? try overview.recent.map { try row($0, desk) } : []
        let unused = figures.unused(of: tenant, at: desk.now) ?? 0
        return desk.page(
            desk.pages.dashboard,
            [
                "onDashboard": true, "onlineNow": .text(desk.count(overview.online)),
                "redeemedToday": .text(desk.count(overview.redeemed)), "valueToday": .text(desk.money(overview.value)),
                "unusedVouchers": .text(desk.count(unused)),
                "routersOnline": .text(
                    desk.words(
                        "dashboard.routers.of",
                        ["up": .number(Int64(up)), "total": .number(Int64(overview.routers.count))])),
                "pendingEffects": .text(desk.count(overview.waiting.values.reduce(0, +))),
                "hasAttention": .flag(!attention.isEmpty), "attention": .list(attention),
                "days": .list(bars(overview.days, desk)), "hasRecent": .flag(!recent.isEmpty),
                "recent": .list(recent),
            ])
    }

    private func readOverview(
        _ transaction: borrowing Transaction, _ visit: Visit, _ now: Instant
    ) throws -> Overview {
        let tenant = visit.tenant.id
        let packages = Dictionary(uniqueKeysWithValues: try transaction.packages(of: tenant).map { ($0.id, $0) })
        let today = visit.zone.startOfDay(containing: now)
        let redeemed = try transaction.redemptions(of: tenant, from: today, until: now + .days(1))
        var overview = Overview(value: Money(minorUnits: 0, in: visit.tenant.currency))
        overview.online = try transaction.onlineCount(of: tenant)
        overview.redeemed = redeemed.values.reduce(0, +)
        for (id, count) in redeemed {
            guard let price = packages[id]?.price, price.currency == visit.tenant.currency else { continue }
            overview.value = overview.value + price * Int64(count)
        }
        overview.routers = try transaction.routers(of: tenant)
        overview.waiting = try transaction.waitingEffects(of: tenant)
        overview.days = try week(transaction, visit, today) + [(today, overview.redeemed)]
        let sites = Dictionary(uniqueKeysWithValues: try transaction.sites(of: tenant).map { ($0.id, $0.name) })
        let places = Dictionary(uniqueKeysWithValues: overview.routers.map { ($0.id, $0.site) })
        for entitlement in try transaction.latestRedemptions(of: tenant, since: now - .days(7), atMost: 10) {
            guard let voucher = try transaction.voucher(entitlement.sourceID.rebound(to: Voucher.self), of: tenant),
                let batch = try transaction.batch(voucher.batch, of: tenant)
            else { continue }
            let device = try transaction.devices(of: entitlement.id, of: tenant).first
            let place = device.flatMap { places[$0.router] } ?? entitlement.site
            overview.recent.append(
                .init(
                    entitlement: entitlement, voucher: voucher, format: batch.format,
                    packageName: packages[entitlement.package]?.name ?? "",
                    siteName: place.flatMap { sites[$0] }))
        }
        return overview
    }

    /// The six days before today.
    private func week(
        _ transaction: borrowing Transaction, _ visit: Visit, _ today: Instant
    ) throws -> [(start: Instant, count: Int)] {
        var days: [(start: Instant, count: Int)] = []
        var end = today
        for _ in 0..<6 {
            let start = visit.zone.startOfDay(containing: end - .hours(1))
            let (from, to) = (start, end)
            let count = try figures.day(start, of: visit.tenant.id) {
                try transaction.redemptions(of: visit.tenant.id, from: from, until: to).values.reduce(0, +)
            }
            days.insert((start, count), at: 0)
            end = start
        }
        return days
    }

    private func warning(_ router: Router, _ waiting: Int, _ desk: Desk) -> TemplateValues? {
        let name = ["router": Fact.text(router.name)]
        let (title, text, label): (String, String, String)
        switch router.state {
        case .new, .ready:
            // It is reached by another way; this one waits.
            guard !router.unconfirmed.isEmpty else { return nil }
            title = desk.words("dashboard.attention.certificate", name)
            text = desk.words("dashboard.attention.one-way.text")
            label = desk.words("dashboard.attention.confirm")
        case .waiting, .released: return nil
        case .unreachable:
            title = desk.words("dashboard.attention.router-down", name)
            let facts: [String: Fact] = ["at": .text(desk.moment(router.stateAt)), "count": .number(Int64(waiting))]
            text = desk.words("dashboard.attention.router-down.text", facts)
            label = desk.words("dashboard.attention.open")
        case .refusing:
            title = desk.words("dashboard.attention.refusing", name)
            text = router.stateNote
            label = desk.words("dashboard.attention.open")
        case .certificate:
            title = desk.words("dashboard.attention.certificate", name)
            text = desk.words("dashboard.attention.certificate.text")
            label = desk.words("dashboard.attention.confirm")
        }
        return ["title": .text(title), "text": .text(text), "href": .text(Addresses.routers), "label": .text(label)]
    }

    private func bars(_ days: [(start: Instant, count: Int)], _ desk: Desk) -> [TemplateValues] {
        let best = max(1, days.map(\.count).max() ?? 1)
        return days.map { day in
            [
                "day": .text(desk.locales.date(day.start, desk.language, skeleton: "EEEd", zone: desk.zone)),
                "count": .text(desk.count(day.count)), "percent": .text(String(day.count * 100 / best)),
            ]
        }
    }

    private func row(_ redeemed: Overview.Redeemed, _ desk: Desk) throws -> TemplateValues {
        [
            "href": .text("\(Addresses.vouchers)/\(redeemed.voucher.id)"),
            "code": .text(redeemed.format.printed(try redeemed.voucher.code(codeKeys))),
            "packageName": .text(redeemed.packageName), "siteName": TemplateValue(redeemed.siteName),
            "redeemed": .text(desk.moment(redeemed.voucher.changedAt ?? redeemed.entitlement.startsAt)),
        ]
    }
}
