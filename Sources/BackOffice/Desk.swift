import Catalog
import HTTPServer
import Locales
import Templates
import Tenancy
import Values

/// What every page needs to know of its reader; outlives the request, for answers that come later.
struct Desk: Sendable {
    let locales: Locales
    let pages: OfficePages
    let assets: OfficeAssets
    /// Nil before sign-in.
    let visit: Visit?
    var formToken: String
    /// The page itself, as its links to other languages begin.
    let here: String
    /// What was just done.
    let notice: String?
    /// Remembers a language that was chosen by a link.
    var cookies: [Cookie]
    let now: Instant

    var language: Language { pages.language }
    var zone: TimeZoneID { visit?.zone ?? .utc }

    /// A page of the site's frame: menu, messages, language links.
    func page(
        _ page: ReadyPage, _ values: TemplateValues, status: Int = 200, problem: (any Refusal)? = nil
    ) -> Response {
        var common: TemplateValues = [
            "here": .text(here), "formToken": .text(formToken), "notice": TemplateValue(notice),
            "styleHref": .text(assets.styleHref(colour: visit?.tenant.brand.colour.description ?? "")),
            "tenantName": TemplateValue(visit?.tenant.name), "staffName": TemplateValue(visit?.staff.name),
            "seesLines": .flag(visit?.staff.role.has(.lines) == true),
            "seesPayments": .flag(visit?.staff.role.has(.payments) == true), "error": .none, "advice": .none,
        ]
        if let problem {
            common["error"] = .text(words("problem.\(problem.code)", problem.facts))
            common["advice"] = .text(words("problem.\(problem.code).advice", problem.facts))
        }
        let buffer = ByteBuffer(capacity: 16_384)
        page.render(common.merging(values), into: buffer)
        return cookies.reduce(.html(buffer, status: status)) { $0.setting(cookie: $1) }
    }

    // MARK: Words

    func words(_ key: String, _ facts: [String: Fact] = [:]) -> String {
        locales.format(key, language, facts, zone: zone)
    }

    func count(_ number: Int) -> String { locales.words(.number(Int64(number)), language) }
    func money(_ money: Money) -> String { locales.words(.money(money), language) }

    /// A moment as short as it can be told: the hour of today, day and hour of this year, else the day.
    func moment(_ instant: Instant) -> String {
        let (day, today) = (zone.localDate(of: instant), zone.localDate(of: now))
        let skeleton = day == today ? "Hmm" : day.year == today.year ? "dMMMHmm" : "yMMMd"
        return locales.date(instant, language, skeleton: skeleton, zone: zone)
    }

    func day(_ instant: Instant) -> String { locales.date(instant, language, skeleton: "yMMMd", zone: zone) }

    /// A package as staff choose it: `Day pass · 24 hours · 5 GB · Ksh 50`.
    func describe(_ offer: Package) -> String {
        var parts = [offer.name]
        if let span = offer.duration { parts.append(locales.words(.span(span), language)) }
        if let data = offer.data.limit { parts.append(locales.words(.volume(data), language)) }
        parts.append(money(offer.price))
        return parts.joined(separator: locales.plain("list.separator", language) ?? ", ")
    }
}

extension BackOffice {
    private static let languageCookie: StaticString = "lango-language"

    /// The desk of a request; `path` is where links to other languages lead, if not to the request's own page.
    func desk(_ request: Request, at path: String? = nil) -> Desk {
        let visit = request.principal as? Visit
        let (language, isChosen) = language(request, visit)
        let address = path ?? Addresses.address(of: request)
        return Desk(
            locales: locales, pages: pages(language), assets: assets, visit: visit,
            formToken: session(of: request).flatMap { csrf?.token(for: $0) } ?? "",
            here: address + (address.contains("?") ? "&" : "?"),
            notice: notice(request, language),
            cookies: isChosen ? [Cookie(Self.languageCookie, language.tag, maxAge: 31_536_000)] : [], now: now())
    }

    func pages(_ language: Language) -> OfficePages {
        guard let pages = pages[language] ?? pages[.english] else { preconditionFailure("English is always there") }
        return pages
    }

    /// The language asked for by a link, chosen before, the browser's, the tenant's.
    private func language(_ request: Request, _ visit: Visit?) -> (Language, isChosen: Bool) {
        if let tag = try? request.query("lang"), let language = locales.language(tag) { return (language, true) }
        if let tag = request.cookie(Self.languageCookie), let language = locales.language(tag) {
            return (language, false)
        }
        if let wish = request.header("Accept-Language") { return (locales.negotiate(acceptLanguage: wish), false) }
        return (visit.flatMap { locales.language($0.tenant.language) } ?? .english, false)
    }
}
