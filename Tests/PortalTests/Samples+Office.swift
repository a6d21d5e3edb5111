import Templates

extension Samples {
    private static func office(_ name: String, _ variant: String = "", _ values: TemplateValues) -> Sample {
        let anyPage: TemplateValues = [
            "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
            "onPackages": false, "onPayments": false, "onRouters": false, "onLines": false,
        ]
        return Sample("office/" + name, variant, anyPage.merging(values))
    }

    private static func voucher(_ code: String, _ state: String, _ redeemed: String = "", _ ends: String = "")
        -> TemplateValues
    {
        [
            "serial": "4-1", "href": "/office/vouchers/1", "code": .text(code), "stateClass": .text(state),
            "stateLabel": .text("t:state." + state), "redeemed": .text(redeemed), "ends": .text(ends),
        ]
    }

    static let office: [Sample] = [
        office(
            "sign-in", "",
            ["next": "/office", "login": .none, "error": .none, "advice": .none]),
        office(
            "sign-in", "wrong",
            [
                "next": "/office", "login": "achieng@mtaani.example",
                "error": "t:problem.sign-in.wrong", "advice": "t:problem.sign-in.wrong.advice",
            ]),
        office("dashboard", "", dashboard),
        office(
            "dashboard", "new",
            dashboard.merging([
                "onlineNow": "0", "redeemedToday": "0", "valueToday": "cents:0", "unusedVouchers": "0",
                "hasAttention": false,
                "hasRecent": false, "attention": .list([]), "recent": .list([]),
            ])),
        office("vouchers", "", vouchers),
        office(
            "vouchers", "empty", ["onVouchers": true, "hasBatches": false]),
        office("why", "", ["onVouchers": true, "whyAction": "/office/why", "hasChain": false]),
        office("why", "chain", why),
        office(
            "why", "in use",
            why.merging([
                "mac": "3C:2E:F9:01:23:45", "removeAction": "/office/accesses/1/removals", "staffRate": "2M/5M",
                "speedAction": "/office/accesses/1/speeds", "suspendAction": "/office/accesses/1/suspensions",
            ])),
        office("why", "suspended", why.merging(["restoreAction": "/office/accesses/1/restorations"])),
        office("voucher", "suspended", oneVoucher.merging(suspended)),
        office("packages", "", packages),
        office("packages", "empty", ["onPackages": true, "hasPackages": false]),
        office("batch", "", batch),
        office("making", "", making.merging(["isRunning": true])),
        office("making", "failed", making.merging(["hasFailed": true])),
        office("batch-new", "", batchNew),
        office(
            "batch-new", "wrong",
            batchNew.merging([
                "hasMistakes": true, "count": "9000000", "countError": "t:batch-new.wrong.count maximum=1000000",
                "lengthError": "t:batch-new.wrong.length", "prefixError": "t:batch-new.wrong.prefix",
                "packageError": "t:batch-new.wrong.package", "siteError": "t:batch-new.wrong.site",
                "untilError": "t:batch-new.wrong.until", "alphabetError": "t:batch-new.wrong.alphabet",
                "groupingError": "t:batch-new.wrong.grouping", "noteError": "t:batch-new.wrong.note",
            ])),
        office("batch-new", "no packages", batchNew.merging(["hasPackages": false])),
        office("voucher", "", oneVoucher),
        office(
            "voucher", "unused",
            oneVoucher.merging([
                "stateClass": "unused", "stateLabel": "t:state.unused", "hasEntitlement": false, "hasDevices": false,
                "hasEffects": false, "devices": .list([]), "effects": .list([]), "canVoid": true, "canStop": false,
                "removeAction": .none, "speedAction": .none, "suspendAction": .none,
            ])),
        office(
            "voucher", "void",
            oneVoucher.merging([
                "stateClass": "void", "stateLabel": "t:state.void", "hasEntitlement": false, "hasDevices": false,
                "hasEffects": false, "devices": .list([]), "effects": .list([]), "canStop": false,
                "voided": "20 Nov, 09:12",
            ])),
        office(
            "voucher", "ended",
            oneVoucher.merging(["isLive": false, "ended": "21 Nov, 14:07", "endReason": "t:voucher.end.time"])),
        office(
            "voucher", "paused",
            oneVoucher.merging(["isLive": false, "paused": "21 Nov, 22:00", "pauseReason": "t:voucher.pause.hours"])),
        office("routers", "", routers),
        office("routers", "empty", ["onRouters": true]),
        office("router", "", oneRouter),
        office("router", "part", routerPart),
        office("router-sessions", "", liveSessions), office("router-sessions", "past", pastSessions),
        office("router-drift", "", routerDrift),
        office("router-drift", "none", routerDrift.merging(["hasRows": false, "isAsked": true])),
        office("router-traffic", "", routerTraffic), office("router-traffic", "none", noTraffic),
        office(
            "router", "unread",
            oneRouter.merging(["isUnread": true, "changes": .list([]), "tables": .list([]), "trouble": .none])),
        office(
            "problem", "",
            [
                "title": "t:problem.staff.forbidden", "advice": "t:problem.staff.forbidden.advice",
                "reference": "7f3a-20c1",
                "retryHref": "/office",
            ]),
    ]

    private static let dashboard: TemplateValues = [
        "onDashboard": true, "onlineNow": "214", "redeemedToday": "1,032",
        "valueToday": "cents:3845000", "unusedVouchers": "12,480",
        "routersOnline": "t:dashboard.routers.of up=2 total=3", "pendingEffects": "7",
        "hasAttention": true, "error": .none, "advice": .none,
        "attention": .list([
            [
                "title": "rtr-kawangware is not answering",
                "text": "t:dashboard.attention.router-down.text at=0 count=7",
                "href": "/office/routers", "label": "t:dashboard.attention.open",
            ],
            [
                "title": "rtr-ngong shows a new certificate", "text": "t:dashboard.attention.certificate.text",
                "href": "/office/routers", "label": "t:dashboard.attention.confirm",
            ],
        ]),
        "days": .list(
            [
                ("Sat", "890", "62"), ("Sun", "1,430", "100"), ("Mon", "702", "49"), ("Tue", "655", "46"),
                ("Wed", "741", "52"),
                ("Thu", "980", "69"), ("Fri", "1,032", "72"),
            ]
            .map { ["day": .text($0.0), "count": .text($0.1), "percent": .text($0.2)] }),
        "hasRecent": true,
        "recent": .list(
            ["14:07", "14:07", "14:05", "14:01", "13:58", "13:57"]
                .map {
                    [
                        "href": "/office/vouchers/1", "code": "KLM7-Q2W9-R4X", "packageName": "Siku · 5 GB",
                        "siteName": "Kilimani",
                        "redeemed": .text($0),
                    ]
                }),
    ]

    private static let why: TemplateValues = [
        "onVouchers": true, "whyAction": "/office/why", "search": "02:00:00:00:00:01", "hasChain": true,
        "voucherHref": "/office/vouchers/1", "lineHref": .none, "stateClass": "failed",
        "verdict": "t:why.broken what=gate-1_has_not_answered", "advice": "t:why.router.away.do",
        "rows": .list([
            [
                "label": "t:why.link.code", "stateClass": "done", "mark": "✓", "text": "t:why.code.good at=9:12",
                "detail": .none,
            ],
            [
                "label": "t:why.link.router", "stateClass": "failed", "mark": "✗",
                "text": "t:why.router.away name=<b>gate at=9:12",
                "detail": "The router cannot be reached, or its service is off.",
            ],
        ]),
    ]

    private static let packages: TemplateValues = [
        "onPackages": true, "hasPackages": true,
        "packages": .list([
            [
                "name": "Siku · 5 GB", "isUnlisted": false, "isTrial": true, "price": "cents:5000", "time": "1 day",
                "data": "5 GB",
                "speed": "↓ 5Mbit/s  ↑ 2Mbit/s", "devices": "2", "validity": "90 days",
                "schedule": "mon-fri 22:00-06:00", "fairUse": "5GB/day throttle 512k/1M",
            ],
            [
                "name": "Staff", "isUnlisted": true, "price": "cents:0", "time": "t:package.time.unlimited",
                "data": "t:package.data.unlimited", "speed": "t:packages.speed.unlimited", "devices": "1",
                "validity": "t:packages.validity.unlimited", "schedule": "t:packages.schedule.always",
                "fairUse": "t:packages.fair-use.none",
            ],
        ]),
    ]

    private static let vouchers: TemplateValues = [
        "onVouchers": true, "hasBatches": true,
        "batches": .list(
            ["Duka la Mama Njeri", "November 2026 / 4", "November 2026 / 3", "November 2026 / 2", "Sherehe ya ofisi"]
                .map {
                    [
                        "href": "/office/batches/1", "name": "t:batch.title number=4", "packageName": "Siku · 5 GB",
                        "count": "1,000", "unused": "612", "used": "385", "void": "3", "created": "18 Nov 2026",
                        "createdBy": "achieng", "note": .text($0), "percent": "38", "isOver": .flag($0.count < 17),
                        "isMaking": .flag($0.count > 17), "makingHref": "/office/makings/1",
                    ]
                }),
        "previousHref": "?before=1", "nextHref": "?after=2",
    ]

    private static let batch: TemplateValues = [
        "onVouchers": true, "batchName": "t:batch.title number=4", "packageName": "Siku · 5 GB", "price": "cents:5000",
        "count": "1,000", "siteName": "Kilimani", "isOver": true, "created": "18 Nov 2026, 09:12",
        "createdBy": "Achieng Otieno", "validUntil": "31 Dec 2026",
        "note": "Paid in cash, receipt 204", "csvHref": "/csv", "canPrint": true, "cardsAction": "/cards",
        "presets": .list([["value": "classic-a4", "label": "40 cards on A4"]]),
        "printLanguages": .list([["value": "en", "label": "English", "selected": true]]),
        "filters": .list([
            ["href": "?", "label": "t:batch.all", "count": "1,000", "current": true],
            ["href": "?state=unused", "label": "t:batch.filter.unused", "count": "612", "current": false],
            ["href": "?state=used", "label": "t:batch.filter.used", "count": "291", "current": false],
            ["href": "?state=void", "label": "t:batch.filter.void", "count": "3", "current": false],
        ]),
        "hasVouchers": true,
        "vouchers": .list([
            voucher("KLM7-Q2W9-R4X", "active", "20 Nov, 14:07", "21 Nov, 14:07"), voucher("KLM7-3H8T-V6C", "unused"),
            voucher("KLM7-P9D4-K2M", "used", "18 Nov, 10:31", "19 Nov, 10:31"), voucher("KLM7-W7N3-F8J", "void"),
            voucher("KLM7-B4R6-T3Y", "expired"), voucher("KLM7-X2G9-N7Q", "unused"),
        ]),
        "nextHref": "?after=2", "previousHref": .none, "canVoid": true, "voidAction": "/office/batches/1/voidings",
        "voidConfirm": "t:batch.void.confirm count=612",
    ]

    private static let making: TemplateValues = [
        "onVouchers": true, "isRunning": false, "hasFailed": false, "percent": "12",
        "progress": "t:batch.making.progress made=12000 size=100000", "eventsHref": "/office/makings/1/events",
        "refreshHref": "/office/makings/1", "cancelAction": "/office/makings/1/cancellations",
    ]

    private static let batchNew: TemplateValues = [
        "onVouchers": true, "draft": "d0d0", "hasPackages": true,
        "hasMistakes": false, "siteError": .none, "until": "2026-12-31", "untilFrom": "2026-11-21", "untilError": .none,
        "alphabetError": .none, "groupingError": .none,
        "sites": .list([["value": "1", "label": "Kilimani", "selected": false]]),
        "packages": .list([
            ["value": "1", "label": "Saa Moja · Ksh 10", "selected": false],
            ["value": "2", "label": "Siku · Ksh 50", "selected": true],
        ]),
        "packageError": .none, "count": "200", "countHint": "t:batch-new.count.hint maximum=1000000",
        "countError": .none,
        "alphabets": .list([
            ["value": "clear", "label": "t:batch-new.alphabet.clear", "selected": true],
            ["value": "digits", "label": "t:batch-new.alphabet.digits", "selected": false],
        ]),
        "length": "8", "lengthError": .none, "prefix": "KLM", "prefixError": .none,
        "groupings": .list([["value": "4", "label": "t:batch-new.grouping.every count=4", "selected": true]]),
        "note": .none,
        "noteError": .none,
    ]

    private static let oneVoucher: TemplateValues = [
        "whyHref": "/office/why?voucher=1",
        "onVouchers": true, "code": "KLM7-Q2W9-R4X", "stateClass": "active", "stateLabel": "t:state.active",
        "batchHref": "/office/batches/1", "batchName": "Duka la Mama Njeri", "packageName": "Siku · 5 GB",
        "price": "cents:5000",
        "created": "18 Nov 2026, 09:12", "serial": "4-17", "validUntil": "31 Dec 2026", "hasEntitlement": true,
        "isLive": true, "speed": "↓ 5Mbit/s  ↑ 2Mbit/s", "boostUntil": "20 Nov, 18:00", "isBeyondFairUse": true,
        "boostAction": "/office/vouchers/1/boosts", "dataUsed": "bytes:1800000000",
        "devicesUsed": "t:voucher.devices.limit count=2",
        "redeemed": "20 Nov, 14:07", "siteName": "Kilimani", "ends": "21 Nov, 14:07", "timeLeft": "span:76440",
        "dataLeft": "bytes:3200000000", "hasDevices": true,
        "devices": .list([
            [
                "mac": "3C:2E:F9:01:23:45", "stateClass": "active", "stateLabel": "t:device.online",
                "routerName": "rtr-kilimani", "used": "bytes:1200000000",
                "firstSeen": "20 Nov, 14:07", "lastSeen": "20 Nov, 16:53", "isMember": true,
            ],
            [
                "mac": "A4:50:46:9B:10:7E", "stateClass": "offline", "stateLabel": "t:device.offline",
                "routerName": "rtr-kilimani", "used": "bytes:600000000",
                "firstSeen": "20 Nov, 14:30", "lastSeen": "20 Nov, 15:02", "isMember": false,
            ],
        ]),
        "hasEffects": true,
        "effects": .list([
            [
                "what": "t:effect.connect", "mac": "3C:2E:F9:01:23:45", "routerName": "rtr-kilimani",
                "stateClass": "done",
                "stateLabel": "t:effect.state.done", "failure": .none, "attempts": "1", "when": "20 Nov, 14:07",
            ],
            [
                "what": "t:effect.cut", "mac": "A4:50:46:9B:10:7E", "routerName": "rtr-kawangware",
                "stateClass": "pending",
                "stateLabel": "t:effect.state.pending", "failure": "t:effect.note.router-down", "attempts": "4",
                "when": "20 Nov, 16:58",
            ],
        ]),
        "canVoid": false, "canStop": true, "voidAction": "/office/vouchers/1/voidings",
        "removeAction": "/office/accesses/1/removals", "speedAction": "/office/accesses/1/speeds",
        "staffRate": "2M/5M", "suspendAction": "/office/accesses/1/suspensions",
    ]

    /// A voucher whose access staff have suspended.
    private static let suspended: TemplateValues = [
        "stateClass": "void", "stateLabel": "t:state.suspended", "isLive": false, "boostAction": .none,
        "speedAction": .none, "suspendAction": .none, "restoreAction": "/office/accesses/1/restorations",
        "suspended": "20 Nov, 17:00", "suspendedBy": "Achieng <b>", "suspendReason": "The payment was called back",
        "endsAnyway": "21 Nov, 14:07",
    ]

    private static let routers: TemplateValues = [
        "canAdd": true,
        "onLines": false, "onPayments": false, "onRouters": true, "error": .none, "advice": .none,
        "certificates": .list([
            [
                "routerName": "rtr-ngong",
                "canConfirm": true, "fingerprint": "9f86d081",
                "fingerprintShown":
                    "9f:86:d0:81:88:4c:7d:65:9a:2f:ea:a0:c5:5a:d0:15:a3:bf:4f:1b:2b:0b:82:2c:d1:5d:6c:15:b0:f0:0a:08",
                "previousFingerprint":
                    "60:30:3a:e2:2b:99:88:61:bc:e3:b2:8f:33:ee:c1:be:75:8a:21:3c:86:c9:3c:07:6d:be:9f:55:8c:11:c7:52",
                "confirmAction": "/office/routers/3/certificates", "heading": "t:routers.certificate.title",
                "text": "t:routers.certificate.text", "changed": "t:routers.certificate.changed",
                "button": "t:routers.certificate.button", "admin": "t:routers.certificate.admin",
            ],
            [
                "routerName": "rtr-kilimani", "canConfirm": false, "fingerprint": "60303ae2",
                "fingerprintShown": "SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg",
                "previousFingerprint": .none, "confirmAction": "/office/routers/1/certificates",
                "heading": "t:routers.host-key.title", "text": "t:routers.host-key.text",
                "changed": "t:routers.host-key.changed", "button": "t:routers.host-key.button",
                "admin": "t:routers.host-key.admin",
            ],
        ]),
        "hasRouters": true,
        "routers": .list([
            router("rtr-kilimani", "up", "Kilimani", "7.16.2", "0"),
            router("rtr-kawangware", "down", "Kawangware", "6.49.17", "7", failure: "connect: no route to host"),
            router("rtr-ngong", "unconfirmed", "Ngong Road", "", "2"),
        ]),
    ]

    private static func router(
        _ name: String, _ state: String, _ site: String, _ version: String, _ pending: String, failure: String? = nil
    ) -> TemplateValues {
        [
            "name": .text(name), "stateClass": .text(state), "stateLabel": .text("t:router.state." + state),
            "failure": TemplateValue(failure), "siteName": .text(site), "address": "10.8.0.12",
            "version": .text(version), "href": state == "up" ? "/office/routers/1" : .none, "board": "hAP ac^2",
            "lastRead": "20 Nov, 16:53", "changed": state == "up" ? "19 Nov, 08:12" : .none,
            "changesHref": "/office/routers/1/changes", "lastSeen": "20 Nov, 16:53", "pendingEffects": .text(pending),
        ]
    }

    static let router: [Sample] = [
        "login", "flogin", "rlogin", "alogin", "rstatus", "status", "fstatus", "logout", "flogout", "redirect", "error",
        "api.json", "errors.txt",
    ].map {
        Sample(
            "router/" + $0, "",
            ["portal": "https://wifi.example.net", "site": "/at/kilimani", "portalHost": "wifi.example.net"])
    }
}
