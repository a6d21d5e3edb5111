import Templates

/// The pages by which a router comes and goes as the handlers give them.
extension Samples {
    static let adoption: [Sample] = [
        adoption("adoption-new", "", form),
        adoption(
            "adoption-new", "wrong",
            form.merging([
                "hasMistakes": true, "nameError": "t:adopt.name.taken", "siteError": "t:adopt.site.wrong",
                "secretError": "t:adopt.radius-secret.wrong", "radiusOpen": true, "tunnelOpen": true,
                "checksCertificate": true, "opensSSH": true,
                "usual": .list([field("our-address", problem: true), pages]),
            ])),
        adoption("adoption", "", line),
        adoption(
            "adoption", "done",
            line.merging([
                "isWaiting": false, "isDone": true, "stateClass": "done", "stateLabel": "t:adopt.state.done",
                "stateText": "t:adopt.adopt.done at=17:10 from=192.0.2.1", "advice": .list([]),
                "peer": "[Peer]\nPublicKey = AAAA=\nAllowedIPs = 10.99.0.2/32\n",
            ])),
        adoption(
            "adoption", "over",
            line.merging([
                "isWaiting": false, "isOver": true, "line": .none, "stateClass": "expired",
                "stateLabel": "t:adopt.state.over",
                "stateText": "t:adopt.adopt.silent at=17:10 from=192.0.2.1 end=18:10", "advice": .list([]),
            ])),
        adoption("router-replace", "", replacement),
        adoption("router-replace", "chosen", chosenReplacement),
        adoption("router-way", "", way),
        adoption(
            "router-way", "wrong",
            way.merging([
                "hasMistakes": true, "addressError": "t:way.address.wrong", "usernameError": "t:way.username.wrong",
                "hasKey": false, "keyCommands": .none,
            ])),
    ]

    private static func adoption(_ name: String, _ variant: String, _ values: TemplateValues) -> Sample {
        let anyPage: TemplateValues = [
            "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
            "onPackages": false, "onLines": false, "onPayments": false, "onRouters": true,
        ]
        return Sample("office/" + name, variant, anyPage.merging(values))
    }

    private static func field(_ name: String, problem: Bool = false) -> TemplateValues {
        [
            "id": .text("f-\(name)"), "name": .text(name), "label": .text("t:adopt.\(name)"), "value": "192.0.2.1",
            "hint": .text("t:adopt.\(name).hint"),
            "problem": problem ? .text("t:adopt.\(name).wrong") : .none, "isChoice": false, "options": .list([]),
        ]
    }

    private static let pages: TemplateValues = field("pages").merging([
        "isChoice": true,
        "options": .list(
            ["standard", "all", "none"].map {
                ["value": .text($0), "label": .text("t:adopt.pages.\($0)"), "selected": .flag($0 == "standard")]
            }),
    ])

    private static let form: TemplateValues = [
        "hasMistakes": false, "name": "rtr-mpya", "nameError": .none, "siteError": .none, "secretError": .none,
        "sites": .list([["value": "1", "label": "Kilimani", "selected": true]]),
        "usual": .list([field("address"), field("our-address"), pages]), "radius": .list([field("radius")]),
        "tunnel": .list([field("wireguard"), field("wireguard-key")]), "radiusOpen": false, "tunnelOpen": false,
        "checksCertificate": false, "opensSSH": false,
    ]

    /// How a router was reached.
    static let ways: [TemplateValues] = [
        [
            "address": "apis://192.0.2.1", "stateClass": "down", "stateLabel": "t:way.fails", "at": "16:53",
            "trouble": "The router closes the connection at once; check the addresses its service admits.",
        ],
        [
            "address": "ssh://192.0.2.1", "stateClass": "up", "stateLabel": "t:way.works", "at": "16:53",
            "trouble": .none,
        ],
        [
            "address": "http://192.0.2.1", "stateClass": "off", "stateLabel": "t:way.untried", "at": "",
            "trouble": .none,
        ],
    ]

    private static let replacement: TemplateValues = [
        "routerName": "rtr-mpya", "routerHref": "/office/routers/4", "replaceHref": "/office/routers/4/replacement",
        "lead": "t:replace.lead router=rtr-mpya", "hasCandidates": true,
        "candidates": .list([["value": "5", "label": "rtr-market", "selected": false]]), "isChosen": false,
        "summary": "", "hasRows": false, "rows": .list([]), "more": .none, "replaceAction": .none, "by": "",
        "voidConfirm": "",
    ]

    private static let chosenReplacement = replacement.merging([
        "candidates": .list([["value": "5", "label": "rtr-market", "selected": true]]), "isChosen": true,
        "summary": "t:replace.summary router=rtr-market moved=3 there=1 rest=1", "hasRows": true,
        "rows": .list(
            [("moved", "up"), ("there", "up"), ("over", "plain"), ("left", "plain"), ("other-site", "down")].map {
                [
                    "device": "02:50:00:00:00:01", "offer": "Siku moja", "stateClass": .text($0.1),
                    "stateLabel": .text("t:replace.outcome.\($0.0)"),
                ]
            }),
        "more": "t:replace.more count=500", "replaceAction": "/office/routers/4/replacements", "by": "5",
        "voidConfirm": "t:replace.confirm router=rtr-market count=3",
    ])

    private static let way: TemplateValues = [
        "routerName": "rtr-mpya", "routerHref": "/office/routers/4", "ways": .list(ways), "hasMistakes": false,
        "address": "apis://192.0.2.1,ssh://192.0.2.1,http://192.0.2.1", "addressError": .none, "username": "lango",
        "usernameError": .none, "wayAction": "/office/routers/4/ways", "keyAction": "/office/routers/4/keys",
        "hasKey": true,
        "keyCommands": "/file add name=\"lango-key.pub\" contents=\"ssh-ed25519 AAAA lango\"\n/user ssh-keys import",
    ]

    private static let line: TemplateValues = [
        "title": "t:adopt.adopt.title router=rtr-mpya", "text": "t:adopt.adopt.text", "routerName": "rtr-mpya",
        "routerHref": "/office/routers/4", "isRelease": false, "isWaiting": true, "isDone": false, "isOver": false,
        "stateClass": "pending", "stateLabel": "t:adopt.state.offered", "stateText": "t:adopt.adopt.offered",
        "line": "/tool fetch url=\"https://portal.example/router/links/x/script\" dst-path=lango-adopt.rsc; /import",
        "until": "t:adopt.until at=17:10", "scriptHref": "/office/routers/4/adoption/script",
        "renewAction": "/office/routers/4/adoptions", "peer": .none, "wayHref": "/office/routers/4/way",
        "forgetAction": "/office/routers/4/dismissals",
        "voidConfirm": "t:adopt.forget.confirm router=rtr-mpya",
        "advice": .list([["text": "t:adopt.advice.plain-link"], ["text": "t:adopt.advice.every-router"]]),
    ]
}
