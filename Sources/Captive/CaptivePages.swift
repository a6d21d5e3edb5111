import Catalog
import Crypto
package import Locales
import Templates
import Tenancy
import Values

/// The pages of one site in one language, with all that is the same for everyone folded in.
package final class CaptivePages: Sendable {
    package let language: Language
    let login: ReadyPage
    let ended: ReadyPage
    let welcomeBack: ReadyPage
    let connecting: ReadyPage
    let status: ReadyPage
    let join: ReadyPage
    let loggedOut: ReadyPage
    let problem: ReadyPage
    let keptOut: ReadyPage
    let offer: ReadyPage
    let payment: ReadyPage
    let receipt: ReadyPage
    let wallet: ReadyPage
    let trial: ReadyPage
    let pairing: ReadyPage
    let guest: ReadyPage

    init(
        look: CaptiveLook, tenant: Tenant, site: Site, path: String, packages: [Package], currencies: Set<Currency>,
        style: String, info: LanguageInfo
    ) throws {
        language = info.language
        let shown = packages.filter(\.isListed)
        let offers = shown.filter { $0.trial == nil }.map { offer in
            var values = Self.values(of: offer, look.locales, info.language)
            if currencies.contains(offer.price.currency), offer.price.minorUnits > 0 {
                values["id"] = .text(offer.id.description)
            }
            return values
        }
        let trials = shown.filter { $0.trial != nil }.map { offer in
            [
                "id": .text(offer.id.description), "label": .text(Self.trialLabel(offer, look.locales, info.language)),
            ] as TemplateValues
        }
        let others = look.locales.languages.filter { $0.language != info.language }
        let values: TemplateValues = [
            "lang": .text(info.language.tag), "dir": .text(info.direction), "style": .raw(style),
            "script": .raw(look.script), "brandName": .text(tenant.name), "siteName": .text(site.name),
            "logo": tenant.brand.logo.map { .raw($0.address(below: path)) } ?? .none,
            "welcome": TemplateValue(tenant.brand.welcome.isEmpty ? nil : tenant.brand.welcome),
            "supportPhone": TemplateValue(tenant.brand.support.isEmpty ? nil : tenant.brand.support),
            "supportDial": .text(tenant.brand.support.filter { $0 == "+" || $0.isASCII && $0.isNumber }),
            "languages": .list(
                others.map { ["tag": .text($0.language.tag), "label": .text($0.nativeName)] as TemplateValues }),
            "hasPackages": .flag(!offers.isEmpty), "packages": .list(offers),
            "redeemAction": .text(path + "/redemptions"), "connectAction": .text(path + "/reconnections"),
            "logoutAction": .text(path + "/logouts"), "payAction": .text(path + "/payments"),
            "offersHref": TemplateValue(currencies.isEmpty || offers.isEmpty ? nil : path + "/offers"),
            "receiptAction": .text(path + "/receipts"),
            "trialsAction": TemplateValue(trials.isEmpty ? nil : path + "/trials"), "trials": .list(trials),
            // Only where something can be shared.
            "pairingsAction": TemplateValue(packages.contains { $0.deviceLimit > 1 } ? path + "/pairings" : nil),
        ]
        func page(_ name: String, _ values: TemplateValues = values) throws -> ReadyPage {
            guard let template = look.library["captive/\(name)"] else {
                throw TemplateError(missing: "captive/\(name).html")
            }
            return try template.specialised(with: values) { look.locales.plain($0, info.language) }.ready
        }
        // These lead to themselves at the site's own path.
        var here = values
        here["pageHref"] = .text(path)
        login = try page("login", here)
        ended = try page("ended", here)
        welcomeBack = try page("welcome-back", here)
        status = try page("status", here)
        connecting = try page("connecting")
        // A voucher may hold at many sites: what stands under the provider's name is known with the request.
        var everywhere = values
        everywhere["siteName"] = nil
        join = try page("join", everywhere)
        loggedOut = try page("logged-out")
        problem = try page("problem")
        keptOut = try page("kept-out")
        offer = try page("offer")
        payment = try page("payment")
        receipt = try page("receipt")
        wallet = try page("wallet")
        trial = try page("trial")
        pairing = try page("pairing")
        guest = try page("guest")
    }

    /// The same pages with references of their own: see `Place.init(twin:)`.
    init(twin other: CaptivePages) {
        language = other.language
        (login, ended, welcomeBack) = (other.login.twin, other.ended.twin, other.welcomeBack.twin)
        (connecting, status, join) = (other.connecting.twin, other.status.twin, other.join.twin)
        (loggedOut, problem, keptOut) = (other.loggedOut.twin, other.problem.twin, other.keptOut.twin)
        (offer, payment) = (other.offer.twin, other.payment.twin)
        (receipt, wallet) = (other.receipt.twin, other.wallet.twin)
        (trial, pairing, guest) = (other.trial.twin, other.pairing.twin, other.guest.twin)
    }

    /// `Try 30 minutes free`: its time, or its data where only that ends it.
    static func trialLabel(_ offer: Package, _ locales: Locales, _ language: Language) -> String {
        let what =
            offer.duration.map { locales.words(.span($0), language) }
            ?? offer.data.limit.map { locales.words(.volume($0), language) } ?? offer.name
        return locales.format("trial.button", language, [("what", .text(what))])
    }

    /// Name, details and price of a package.
    static func values(of offer: Package, _ locales: Locales, _ language: Language) -> TemplateValues {
        var details: [String] = []
        switch offer.time {
        case .unlimited: details.append(locales.format("package.time.unlimited", language, [(String, Fact)]()))
        case .fromFirstUse(let span): details.append(locales.words(.span(span), language))
        case .online(let span): details.append(locales.format("package.time", language, [("time", .span(span))]))
        }
        if let data = offer.data.limit { details.append(locales.words(.volume(data), language)) }
        if offer.deviceLimit > 1 {
            details.append(
                locales.format("package.devices", language, [("count", .number(Int64(offer.deviceLimit)))]))
        }
        let separator = locales.plain("list.separator", language) ?? ", "
        let all = details.joined(separator: separator)
        return [
            "name": .text(offer.name), "details": TemplateValue(all == offer.name ? nil : all),
            "price": .text(locales.words(.money(offer.price), language)),
        ]
    }
}

extension Logo {
    /// Small ones go into the page, which is then there in one request; larger ones are fetched once and kept.
    fileprivate func address(below path: String) -> String {
        bytes.count <= 3_072 ? "data:\(mediaType);base64,\(Base64.encode(bytes))" : "\(path)/logo"
    }
}
