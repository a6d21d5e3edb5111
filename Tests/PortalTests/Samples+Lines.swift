import Templates

extension Samples {
    private static let anyPage: TemplateValues = [
        "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
        "onPackages": false, "onPayments": false, "onRouters": false, "onLines": true,
    ]

    static let lines: [Sample] = [
        Sample("office/lines", "", anyPage.merging(list)),
        Sample(
            "office/lines", "empty", anyPage.merging(["search": "zz", "hasLines": false])),
        Sample("office/line", "", anyPage.merging(one)),
        Sample(
            "office/line", "suspended",
            anyPage.merging(one).merging([
                "stateClass": "void", "stateLabel": "t:line.state.suspended", "hasSession": false, "canSuspend": false,
                "canRestore": true,
            ])),
        Sample(
            "office/line", "static",
            anyPage.merging(one).merging([
                "name": "duka-la-juma", "kind": "t:line.kind.static", "address": "10.8.0.5", "isLogin": false,
                "mac": "3C:2E:F9:01:23:45", "hasEffects": false, "effects": .list([]),
            ])),
        Sample("office/line-new", "", anyPage.merging(form)),
        Sample(
            "office/line-new", "wrong",
            anyPage.merging(form).merging([
                "name": "achieng otieno", "error": "t:problem.line.name-unfit",
                "advice": "t:problem.line.name-unfit.advice",
            ])),
        Sample("office/line-new", "impossible", anyPage.merging(form).merging(["isPossible": false])),
        Sample("office/line-change", "", anyPage.merging(lineChange)),
        Sample(
            "office/line-change", "wrong",
            anyPage.merging(lineChange).merging([
                "isLogin": false, "error": "t:problem.line.address-taken",
                "advice": "t:problem.line.address-taken.advice",
            ])),
    ]

    private static let form = fields.merging([
        "isPossible": true,
        "kinds": .list([
            ["value": "pppoe", "label": "t:line.kind.pppoe", "selected": true],
            ["value": "static", "label": "t:line.kind.static", "selected": false],
        ]),
    ])

    private static let fields: TemplateValues = [
        "name": "", "address": "", "mac": "", "password": "kimbo7ngao",
        "packages": .list([["value": "Nyumbani", "label": "Nyumbani 5M · 30 days · Ksh 1,500", "selected": false]]),
        "routers": .list([["value": "rtr-kilimani", "label": "rtr-kilimani", "selected": false]]),
    ]

    private static let lineChange = fields.merging([
        "lineName": "achieng.otieno", "name": "achieng.otieno", "password": "", "isLogin": true,
        "lineHref": "/office/lines/1", "changeAction": "/office/lines/1/changes",
    ])

    private static func row(_ name: String, _ chip: String, _ state: String, _ kind: String, _ address: String)
        -> TemplateValues
    {
        [
            "href": "/office/lines/1", "name": .text(name), "stateClass": .text(chip),
            "stateLabel": .text("t:line.state." + state), "packageName": "Nyumbani 5M", "until": "20 Dec, 14:07",
            "routerName": "rtr-kilimani", "kind": .text("t:line.kind." + kind), "address": .text(address),
        ]
    }

    private static let list: TemplateValues = [
        "search": "", "hasLines": true, "previousHref": .none, "nextHref": "/office/lines?after=wanjiru",
        "lines": .list([
            row("achieng.otieno@kilimani", "active", "active", "pppoe", "t:line.address.pool"),
            row("duka-la-juma", "void", "suspended", "static", "10.8.0.5"),
            row("wanjiru", "expired", "expired", "pppoe", "t:line.address.pool"),
        ]),
    ]

    private static let one: TemplateValues = [
        "whyHref": "/office/why?q=achieng", "changeHref": "/office/lines/1/change",
        "boostAction": "/office/lines/1/boosts", "boostUntil": "20 Nov, 18:00",
        "name": "achieng.otieno@kilimani", "stateClass": "active", "stateLabel": "t:line.state.active",
        "packageName": "Nyumbani 5M", "until": "20 Dec, 14:07", "routerName": "rtr-kilimani",
        "kind": "t:line.kind.pppoe", "address": "t:line.address.pool",
        "speed": "↓ 5Mbit/s  ↑ 2Mbit/s", "mac": .none, "isLogin": true, "hasSession": true, "since": "20 Nov, 06:12",
        "seen": "14:07", "sessionAddress": "10.9.0.17", "used": "bytes:1800000000", "hasEffects": true,
        "effects": .list([
            [
                "when": "20 Nov, 14:07", "routerName": "rtr-kilimani", "stateClass": "done",
                "stateLabel": "t:effect.state.done", "failure": .none, "attempts": "1",
            ],
            [
                "when": "20 Nov, 14:08", "routerName": "rtr-kilimani", "stateClass": "pending",
                "stateLabel": "t:effect.state.pending", "failure": "t:effect.note.router-down", "attempts": "4",
            ],
        ]),
        "canSuspend": true, "canRestore": false, "canClose": true, "suspendAction": "/office/lines/1/suspensions",
        "restoreAction": "/office/lines/1/restorations", "closeAction": "/office/lines/1/closings",
    ]
}
