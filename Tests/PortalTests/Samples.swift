import Locales
import Templates
import Values

/// Values as the handlers will give them: for the tests that look at every page, and for people who want to see them.
enum Samples {
    static let all = captive + payments + office + lines + paymentPages + change + adoption + router + backups

    /// What every page of a surface may be given, whether it shows it or not.
    static let shared: Set = [
        "pageHref", "query", "carried", "mac", "dst", "chosen",
        "notice", "error", "advice", "onDashboard", "onVouchers", "onPackages", "onRouters", "onLines", "onPayments",
        "portal",
        "site",
        "portalHost",
    ]

    /// What is folded into a page once a site and language.
    static func early(_ template: String, _ language: Language) throws -> TemplateValues {
        let (library, locales) = (try Portal.library.get(), try Portal.locales.get())
        let info = locales.info(language)
        let others = locales.languages.filter { $0.language != language }
        let common: TemplateValues = [
            "lang": .text(language.tag), "dir": .text(info.direction),
            "languages": .list(others.map { ["tag": .text($0.language.tag), "label": .text($0.nativeName)] }),
        ]
        switch template.split(separator: "/").first {
        case "captive":
            return common.merging([
                "style": .raw(
                    ["captive/captive.css", "captive/payment.css"].map { library.asset($0) ?? "" }.joined()
                        + BrandColor.standard.css),
                "script": .raw(library.asset("captive/connecting.js") ?? ""),
                "brandName": "Mtaani Fibre", "siteName": "Kilimani Hotspot", "logo": .none,
                "welcome": "Karibu! Ask at the kiosk for vouchers.",
                "supportPhone": "0712 345 678", "supportDial": "+254712345678",
                "redeemAction": "/at/kilimani/redemptions", "hasPackages": true,
                "payAction": "/at/kilimani/payments", "receiptAction": "/at/kilimani/receipts",
                "trialsAction": "/at/kilimani/trials", "pairingsAction": "/at/kilimani/pairings",
                "trials": .list([["id": "0199-0", "label": "Try 30 minutes free"]]),
                "packages": .list(offers(locales, language)),
            ])
        case "office":
            return common.merging([
                "styleHref": "office.css", "scriptHref": "office.js", "dashboardHref": "/office",
                "vouchersHref": "/office/vouchers", "packagesHref": "/office/packages",
                "routersHref": "/office/routers", "linesHref": "/office/lines", "newLineHref": "/office/lines/new",
                "newRouterHref": "/office/adoptions/new", "adoptAction": "/office/adoptions",
                "signOutAction": "/office/sign-outs", "newHref": "/office/batches/new", "findAction": "/office/find",
                "createAction": "/office/batches", "signInAction": "/office/sign-in", "here": "/office?",
                "tenantName": "Mtaani Fibre", "staffName": "Achieng Otieno", "seesLines": true,
                "seesPayments": true, "paymentsHref": "/office/payments", "unmatchedHref": "/office/payments/unmatched",
                "accountsHref": "/office/payments/accounts", "newAccountHref": "/office/payments/accounts/new",
                "formToken": "f0f0",
            ])
        default: return [:]
        }
    }

    private static func offers(_ locales: Locales, _ language: Language) -> [TemplateValues] {
        let offers: [(name: String, time: Span, data: DataVolume?, devices: Int64, price: Int64)] = [
            ("Saa Moja", .hours(1), DataVolume(bytes: 1_000_000_000), 1, 1_000),
            ("Siku", .days(1), DataVolume(bytes: 5_000_000_000), 2, 5_000),
            ("Wiki", .days(7), nil, 3, 25_000),
        ]
        return offers.map { offer in
            let data =
                offer.data.map { locales.words(.volume($0), language) }
                ?? locales.plain("package.data.unlimited", language)
            let devices = locales.format("package.devices", language, [("count", .number(offer.devices))])
            let details = [locales.words(.span(offer.time), language), data ?? "", devices].joined(separator: " · ")
            return [
                "id": .text("0199-\(offer.price)"), "name": .text(offer.name), "details": .text(details),
                "price": .text(locales.words(.money(Money(minorUnits: offer.price, in: .kes)), language)),
            ]
        }
    }

    private static let handedOver: TemplateValues = [
        "pageHref": "/at/kilimani", "query": "mac=3C%3A2E%3AF9%3A01%3A23%3A45&dst=http%3A%2F%2Fexample.com%2F",
        "carried": .raw("<input type=\"hidden\" name=\"mac\" value=\"3C:2E:F9:01:23:45\">\n"),
        "mac": "3C:2E:F9:01:23:45", "dst": "http://example.com/?a=1&b=2", "chosen": "sw",
    ]

    static func captive(_ name: String, _ variant: String, _ values: TemplateValues) -> Sample {
        Sample("captive/" + name, variant, handedOver.merging(values))
    }

    private static let left: TemplateValues = [
        "packageName": "Siku · 5 GB", "timeLeft": "span:76440", "dataLeft": "bytes:3200000000",
        "endsAt": "at:1795248120",
    ]

    static let captive: [Sample] = [
        captive("login", "", ["code": .none, "error": .none, "advice": .none]),
        captive(
            "login", "error",
            [
                "code": "KLM7-Q2W9-R4X", "error": "t:problem.voucher.mistyped",
                "advice": "t:problem.voucher.mistyped.advice",
            ]),
        captive(
            "login", "tried",
            ["tried": true, "error": "t:problem.trial.used", "advice": "t:problem.trial.not-offered.advice"]),
        captive(
            "pairing", "", waiting.merging(["code": "K7M2QX", "text": "t:pairing.over.text", "state": "showing"])),
        captive("pairing", "over", waiting.merging(["code": .none, "text": .none, "state": "over"])),
        captive(
            "guest", "",
            guest.merging([
                "notice": "t:guest.online", "hasGuests": true, "guests": .list([["label": "3C:2E:F9:01:23:46"]]),
            ])),
        captive(
            "guest", "error",
            guest.merging([
                "typed": "K7M2", "error": "t:problem.pairing.malformed", "advice": "t:problem.pairing.malformed.advice",
            ])),
        captive("trial", "", trial.merging(["error": .none, "advice": .none])),
        captive(
            "trial", "error",
            trial.merging([
                "phone": "0712", "error": "t:problem.phone.too-short", "advice": "t:problem.phone.too-short.advice",
            ])),
        captive(
            "trial", "code",
            trial.merging(["asksCode": true, "phone": "0712 345 678", "error": .none, "advice": .none])),
        captive(
            "trial", "code-wrong",
            trial.merging([
                "asksCode": true, "phone": "0712 345 678", "error": "t:problem.trial.code-wrong",
                "advice": "t:problem.trial.code-wrong.advice",
            ])),
        captive("connecting", "", connecting.merging(["connecting": true, "state": "connecting"])),
        captive("connecting", "router-down", connecting.merging(["routerDown": true, "state": "router-down"])),
        captive(
            "connecting", "form",
            connecting.merging([
                "needsForm": true, "state": "form", "loginAction": "http://10.5.50.1/login", "username": "KLM7Q2W9R4X",
                "password": "1e929c56b6ad2d52d4da1adc064ceb2a",
            ])),
        captive("status", "", left.merging(online).merging(["timePercent": "88", "dataPercent": "64"])),
        captive(
            "status", "recognised",
            left.merging(online).merging([
                "isProven": false, "mayBeOffline": true, "guestHref": .none, "needsCode": true,
            ])),
        captive("status", "unlimited", online.merging(["packageName": "Wiki", "endsAt": "at:1795777680"])),
        captive("status", "slower", left.merging(online).merging(["pace": "t:status.fair-use.slower"])),
        captive(
            "welcome-back", "",
            left.merging([
                "connectAction": "/at/kilimani/connections", "formToken": "f0f0",
                "otherCodeHref": "/at/kilimani?other=1",
                "error": .none, "advice": .none,
            ])),
        captive("ended", "time", ended.merging(["timeUp": true])),
        captive("ended", "data", ended.merging(["dataUp": true])),
        captive("ended", "stopped", ended.merging(["stopped": true])),
        captive("ended", "hours", ended.merging(["outsideHours": true])),
        captive("ended", "suspended", ended.merging(["suspended": true])),
        captive("ended", "fair-use", ended.merging(["fairShareUsed": true])),
        captive(
            "join", "",
            [
                "code": "KLM7-Q2W9-R4X", "ssid": "Kilimani Free-WiFi 5G", "severalNetworks": false,
                "severalDoors": false, "doors": .list([["href": "http://connect.lango/", "label": "Connect"]]),
            ]),
        captive(
            "join", "several",
            [
                "code": "KLM7-Q2W9-R4X", "ssid": "Kilimani Free-WiFi 5G · Diani Free-WiFi", "severalNetworks": true,
                "severalDoors": true,
                "doors": .list([
                    ["href": "http://10.5.50.1/", "label": "Kilimani"],
                    ["href": "http://10.6.50.1/", "label": "Diani"],
                ]),
            ]),
        captive(
            "problem", "unknown",
            [
                "title": "t:problem.voucher.unknown", "advice": "t:problem.voucher.unknown.advice",
                "code": "KLM7-Q2W9-R4X", "retryHref": "/at/kilimani", "reference": .none,
            ]),
        captive(
            "problem", "internal",
            ["title": "t:problem.internal", "advice": "t:problem.router.down.advice", "reference": "7f3a-20c1"]),
        captive("kept-out", "", ["query": ""]),
        captive("logged-out", "", left.merging(["loginHref": "/at/kilimani"])),
    ]

    private static let waiting: TemplateValues = [
        "pollHref": "/at/kilimani/pairings/1/state", "refreshHref": "/at/kilimani/pairings/1", "refreshSeconds": "4",
        "backHref": "/at/kilimani?other=1",
    ]

    private static let guest: TemplateValues = [
        "guestAction": "/at/kilimani/guests/1", "removeAction": "/at/kilimani/guests/1/removals", "typed": "",
        "notice": .none, "hasGuests": false, "backHref": "/at/kilimani/status/1",
    ]

    private static let trial: TemplateValues = [
        "label": "Try 30 minutes free", "details": "30 minutes", "offer": "1", "phone": "", "asksCode": false,
        "sent": "t:trial.code.hint phone=0712345678 minutes=10", "otherNumberHref": "/at/kilimani/trials?offer=1",
        "backHref": "/at/kilimani?other=1",
    ]

    private static let connecting: TemplateValues = [
        "packageName": "Siku · 5 GB", "pollHref": "/at/kilimani/connections/1", "refreshSeconds": "3",
        "refreshHref": "/at/kilimani/connections/1",
    ]

    private static let online: TemplateValues = [
        "devices": "t:status.devices.used used=1 allowed=2", "logoutAction": "/at/kilimani/log-outs",
        "formToken": "f0f0", "refreshSeconds": "60", "guestHref": "/at/kilimani/guests/1", "isProven": true,
        "mayBeOffline": false,
        "connectAction": "/at/kilimani/connections", "routerLogoutHref": "http://10.5.50.1/logout",
    ]

    static let ended: TemplateValues = [
        "summary": "t:ended.more", "code": .none, "error": .none, "advice": .none,
    ]
}
