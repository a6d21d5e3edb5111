import Templates

extension Samples {
    private static func office(_ name: String, _ variant: String = "", _ values: TemplateValues) -> Sample {
        let anyPage: TemplateValues = [
            "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
            "onRouters": false,
        ]
        return Sample("office/" + name, variant, anyPage.merging(values))
    }

    private static func voucher(_ code: String, _ state: String, _ redeemed: String = "", _ ends: String = "")
        -> TemplateValues
    {
        [
            "href": "/office/vouchers/1", "code": .text(code), "stateClass": .text(state),
            "stateLabel": .text("t:state." + state),
            "redeemed": .text(redeemed), "ends": .text(ends), "siteName": .text(redeemed.isEmpty ? "" : "Kilimani"),
            "devices": .text(redeemed.isEmpty ? "0" : "1"),
        ]
    }

    static let office: [Sample] = [
        office(
            "sign-in", "",
            ["signInAction": "/office/sign-in", "next": "/office", "email": .none, "error": .none, "advice": .none]),
        office(
            "sign-in", "wrong",
            [
                "signInAction": "/office/sign-in", "next": "/office", "email": "achieng@mtaani.example",
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
            "vouchers", "empty", ["onVouchers": true, "findAction": "/office/find", "newHref": "/office/batches/new"]),
        office("batch", "", batch),
        office("batch-new", "", batchNew),
        office(
            "batch-new", "wrong",
            batchNew.merging([
                "error": "t:problem.batch.too-large", "advice": "t:problem.batch.too-large.advice", "count": "900000",
                "countError": "t:problem.batch.too-large.advice", "lengthError": "t:problem.field.invalid",
                "prefixError": "t:problem.field.invalid", "packageError": "t:problem.package.unknown",
                "nameError": "t:problem.field.too-long", "noteError": "t:problem.field.too-long",
            ])),
        office("voucher", "", oneVoucher),
        office(
            "voucher", "unused",
            oneVoucher.merging([
                "stateClass": "unused", "stateLabel": "t:state.unused", "hasEntitlement": false, "hasDevices": false,
                "hasEffects": false, "devices": .list([]), "effects": .list([]), "voidedReason": .none,
            ])),
        office("routers", "", routers),
        office("routers", "empty", ["onRouters": true]),
        office(
            "problem", "",
            [
                "title": "t:problem.staff.forbidden", "advice": "t:problem.staff.forbidden.advice",
                "reference": "7f3a-20c1",
                "retryHref": "/office",
            ]),
    ]

    private static let dashboard: TemplateValues = [
        "onDashboard": true, "findAction": "/office/find", "onlineNow": "214", "redeemedToday": "1,032",
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

    private static let vouchers: TemplateValues = [
        "onVouchers": true, "findAction": "/office/find", "newHref": "/office/batches/new", "hasBatches": true,
        "batches": .list(
            ["Duka la Mama Njeri", "November 2026 / 4", "November 2026 / 3", "November 2026 / 2", "Sherehe ya ofisi"]
                .map {
                    [
                        "href": "/office/batches/1", "name": .text($0), "packageName": "Siku · 5 GB", "count": "1,000",
                        "unused": "612", "active": "94", "used": "291", "void": "3", "created": "18 Nov 2026",
                        "printHref": "/print", "csvHref": "/csv",
                    ]
                }),
        "previousHref": "?before=1", "nextHref": "?after=2",
    ]

    private static let batch: TemplateValues = [
        "onVouchers": true, "batchName": "Duka la Mama Njeri", "packageName": "Siku · 5 GB", "price": "cents:5000",
        "created": "18 Nov 2026, 09:12", "createdBy": "Achieng Otieno", "validUntil": "31 Dec 2026",
        "note": "Paid in cash, receipt 204", "printHref": "/print", "csvHref": "/csv",
        "filters": .list([
            ["href": "?", "label": "t:batch.all", "count": "1,000", "current": true],
            ["href": "?state=unused", "label": "t:state.unused", "count": "612", "current": false],
            ["href": "?state=active", "label": "t:state.active", "count": "94", "current": false],
            ["href": "?state=used", "label": "t:state.used", "count": "291", "current": false],
            ["href": "?state=void", "label": "t:state.void", "count": "3", "current": false],
        ]),
        "hasVouchers": true,
        "vouchers": .list([
            voucher("KLM7-Q2W9-R4X", "active", "20 Nov, 14:07", "21 Nov, 14:07"), voucher("KLM7-3H8T-V6C", "unused"),
            voucher("KLM7-P9D4-K2M", "used", "18 Nov, 10:31", "19 Nov, 10:31"), voucher("KLM7-W7N3-F8J", "void"),
            voucher("KLM7-B4R6-T3Y", "expired"), voucher("KLM7-X2G9-N7Q", "unused"),
        ]),
        "nextHref": "?after=2", "previousHref": .none, "canVoid": true, "voidAction": "/office/batches/1/void",
    ]

    private static let batchNew: TemplateValues = [
        "onVouchers": true, "createAction": "/office/batches", "error": .none, "advice": .none,
        "packages": .list([
            ["id": "1", "label": "Saa Moja · Ksh 10", "selected": false],
            ["id": "2", "label": "Siku · Ksh 50", "selected": true],
        ]),
        "packageError": .none, "count": "200", "countHint": "t:batch-new.count.hint maximum=10000", "countError": .none,
        "name": .none,
        "nameError": .none,
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
        "onVouchers": true, "code": "KLM7-Q2W9-R4X", "stateClass": "active", "stateLabel": "t:state.active",
        "batchHref": "/office/batches/1", "batchName": "Duka la Mama Njeri", "packageName": "Siku · 5 GB",
        "price": "cents:5000",
        "created": "18 Nov 2026, 09:12", "voidedReason": "Lost in the rain", "hasEntitlement": true,
        "redeemed": "20 Nov, 14:07", "siteName": "Kilimani", "ends": "21 Nov, 14:07", "timeLeft": "span:76440",
        "dataLeft": "bytes:3200000000", "hasDevices": true,
        "devices": .list([
            [
                "mac": "3C:2E:F9:01:23:45", "stateClass": "active", "stateLabel": "t:device.online",
                "firstSeen": "20 Nov, 14:07", "lastSeen": "20 Nov, 16:53",
            ],
            [
                "mac": "A4:50:46:9B:10:7E", "stateClass": "offline", "stateLabel": "t:device.offline",
                "firstSeen": "20 Nov, 14:30", "lastSeen": "20 Nov, 15:02",
            ],
        ]),
        "hasEffects": true,
        "effects": .list([
            [
                "what": "t:effect.log-in", "routerName": "rtr-kilimani", "stateClass": "done",
                "stateLabel": "t:effect.state.done", "failure": .none, "attempts": "1", "when": "20 Nov, 14:07",
            ],
            [
                "what": "t:effect.grant", "routerName": "rtr-kawangware", "stateClass": "pending",
                "stateLabel": "t:effect.state.pending", "failure": "connect: no route to host", "attempts": "4",
                "when": "20 Nov, 16:58",
            ],
        ]),
        "canVoid": true, "voidAction": "/office/vouchers/1/void",
    ]

    private static let routers: TemplateValues = [
        "onRouters": true, "error": .none, "advice": .none,
        "certificates": .list([
            [
                "routerName": "rtr-ngong",
                "fingerprint":
                    "9f:86:d0:81:88:4c:7d:65:9a:2f:ea:a0:c5:5a:d0:15:a3:bf:4f:1b:2b:0b:82:2c:d1:5d:6c:15:b0:f0:0a:08",
                "previousFingerprint":
                    "60:30:3a:e2:2b:99:88:61:bc:e3:b2:8f:33:ee:c1:be:75:8a:21:3c:86:c9:3c:07:6d:be:9f:55:8c:11:c7:52",
                "confirmAction": "/office/routers/3/certificate",
            ]
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
            "version": .text(version),
            "lastSeen": "20 Nov, 16:53", "pendingEffects": .text(pending),
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
