import Catalog
import HTTPServer
import Locales
import SQL
import Templates
import Tenancy
import Values

extension BackOffice {
    /// What is sold, in the order in which customers see it.
    func packages(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let offers = try store.read(.tenant(tenant)) { try $0.packages(of: tenant) }
        return desk.page(
            desk.pages.packages,
            [
                "onPackages": true, "hasPackages": .flag(!offers.isEmpty),
                "packages": .list(offers.map { row($0, desk) }),
            ])
    }

    private func row(_ offer: Package, _ desk: Desk) -> TemplateValues {
        func words(_ fact: Fact) -> String { desk.locales.words(fact, desk.language) }
        let time =
            switch offer.time {
            case .unlimited: desk.words("package.time.unlimited")
            case .fromFirstUse(let span): words(.span(span))
            case .online(let span): desk.words("package.time", ["time": .text(words(.span(span)))])
            }
        return [
            "name": .text(offer.name), "isUnlisted": .flag(!offer.isListed),
            "isTrial": .flag(offer.trial != nil), "price": .text(desk.money(offer.price)),
            "time": .text(time),
            "data": .text(offer.data.limit.map { words(.volume($0)) } ?? desk.words("package.data.unlimited")),
            "speed": .text(
                offer.rateLimit.map { "↓ \($0.rate.download.text)bit/s  ↑ \($0.rate.upload.text)bit/s" }
                    ?? desk.words("packages.speed.unlimited")),
            "devices": .text(desk.count(offer.deviceLimit)),
            "validity": .text(
                offer.voucherValidity.limit.map { words(.span($0)) } ?? desk.words("packages.validity.unlimited")),
            "schedule": .text(offer.schedule?.description ?? desk.words("packages.schedule.always")),
            "fairUse": .text(offer.fairUse?.description ?? desk.words("packages.fair-use.none")),
        ]
    }
}
