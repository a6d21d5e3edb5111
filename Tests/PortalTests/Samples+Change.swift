import Templates

/// The pages of a router's configuration as the handlers give them.
extension Samples {
    private static func change(_ name: String, _ variant: String, _ values: TemplateValues) -> Sample {
        let anyPage: TemplateValues = [
            "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
            "onPackages": false,
            "onLines": false, "onPayments": false, "onRouters": true, "routerName": "rtr-kilimani",
            "routerHref": "/office/routers/1",
        ]
        let back: TemplateValues =
            name == "router-change-kinds" ? [:] : ["configureHref": "/office/routers/1/configuration"]
        return Sample("office/" + name, variant, anyPage.merging(back).merging(values))
    }

    static let change: [Sample] = [
        change("router-change-kinds", "", kinds),
        change("router-change-kinds", "new", kinds.merging(["hasChanges": false, "changes": .list([])])),
        change("router-change-rows", "", rows),
        change(
            "router-change-rows", "silent",
            rows.merging(["trouble": "The router cannot be reached.", "hasRows": false, "more": .none])),
        change("router-change-rows", "empty", rows.merging(["isEmpty": true, "hasRows": false, "trouble": .none])),
        change("router-change-form", "", form.merging(["hasMistakes": false, "mistakes": .list([])])),
        change("router-change-form", "wrong", form),
        change(
            "router-change-form", "silent",
            form.merging(["trouble": "The router cannot be reached.", "canPreview": false, "hasMistakes": false])),
        change(
            "router-change-preview", "",
            [
                "title": "t:change.preview.title", "steps": steps, "ticket": "x",
                "applyAction": "/office/routers/1/configuration/changes", "backHref": "/office/routers/1/configuration",
            ]),
        change("router-change", "", result),
        change(
            "router-change", "undone",
            result.merging([
                "stateClass": "used", "stateLabel": "t:change.state.undone", "undoAction": .none,
                "undone": "t:change.undone person=achieng when=17:10",
            ])),
        change(
            "router-change", "broken",
            result.merging([
                "stateClass": "failed", "stateLabel": "t:change.state.broken", "undoAction": .none,
                "note": "t:change.flaw.unknown-outcome", "refreshHref": "/office/routers/1/configuration/changes/7",
            ])),
    ]

    private static let kinds: TemplateValues = [
        "title": "t:change.title",
        "groups": .list(
            [("customers", ["speed", "disconnect", "reboot", "ppp-secret", "queue"]), ("rules", ["nat", "filter"])].map
            {
                group, words in
                [
                    "label": .text("t:change.group." + group),
                    "kinds": .list(
                        words.map {
                            [
                                "href": .text("/office/routers/1/configuration/" + $0),
                                "label": .text("t:change.kind." + $0),
                            ]
                        }),
                ]
            }),
        "hasChanges": true,
        "changes": .list(
            [("done", "done"), ("failed", "broken"), ("used", "undone")].map { chip, state in
                [
                    "href": "/office/routers/1/configuration/changes/7", "what": "PPP: Duka la Mama Njeri",
                    "stateClass": .text(chip), "stateLabel": .text("t:change.state." + state),
                    "who": "achieng@mtaani.example", "when": "16:53",
                    "undoAction": state == "done" ? "/office/routers/1/configuration/changes/7/undoings" : .none,
                ]
            }),
    ]

    private static let rows: TemplateValues = [
        "title": "t:change.kind.queue", "trouble": .none, "isSearchable": true,
        "searchAction": "/office/routers/1/configuration/queue", "search": "", "isEmpty": false, "hasRows": true,
        "addLinks": .list([
            ["href": "/office/routers/1/configuration/queue/add", "label": "t:change.deed.add", "isFirst": true]
        ]),
        "columns": .list(["name", "target", "max-limit"].map { ["label": .text($0)] }),
        "rows": .list(
            ["duka-14", "shule", "<hotspot-amina>"].map { name in
                let isDynamic = name.hasPrefix("<")
                return [
                    "cells": .list([name, "10.5.50.7/32", "2000000/5000000"].map { ["text": .text($0)] }),
                    "changeHref": isDynamic ? .none : "/office/routers/1/configuration/queue/set?row=%2A1",
                    "removeHref": isDynamic ? .none : "/office/routers/1/configuration/queue/remove?row=%2A1",
                    "isClosed": .flag(isDynamic),
                ]
            }),
        "more": "t:change.rows.more count=200",
    ]

    private static func field(
        _ name: String, _ value: String, type: String = "text", needed: Bool = false, words: [String] = [],
        hint: String? = nil, problem: String? = nil
    ) -> TemplateValues {
        let isChoice = words.contains("yes")
        return [
            "id": .text("f-" + name), "name": .text("p." + name), "label": .text(name), "isNeeded": .flag(needed),
            "isChoice": .flag(isChoice), "type": .text(type), "value": .text(value), "complete": "off",
            "listId": words.isEmpty || isChoice ? .none : .text("l-" + name), "isNumber": .flag(name == "priority"),
            "options": .list(words.map { ["value": .text($0), "label": .text($0), "selected": .flag($0 == value)] }),
            "hint": TemplateValue(hint), "problem": TemplateValue(problem),
        ]
    }

    private static let form: TemplateValues = [
        "title": "t:change.kind.ppp-secret", "kindHref": "/office/routers/1/configuration/ppp-secret",
        "kindLabel": "t:change.kind.ppp-secret", "hasMistakes": true,
        "mistakes": .list([["text": "t:change.flaw.nothing"]]), "trouble": .none, "canPreview": true,
        "previewAction": "/office/routers/1/configuration/previews", "kind": "ppp-secret", "deed": "set", "row": "*1F",
        "backHref": "/office/routers/1/configuration/ppp-secret",
        "removeHref": "/office/routers/1/configuration/ppp-secret/remove?row=%2A1F",
        "fields": .list([
            field("name", "home-1", needed: true), field("password", "", type: "password", hint: "t:change.form.keep"),
            field("profile", "zinc", words: ["default", "gold"], problem: "t:change.flaw.needed"),
            field("priority", "8"), field("disabled", "no", words: ["yes", "no"]),
        ]),
    ]

    private static let steps: TemplateValue = .list([
        [
            "what": "t:change.step.set row=home-1 table=/ppp/secret",
            "line": "/ppp secret set *1F password=••••• profile=gold comment=\"Duka la Mama; 50%\"", "hasFields": true,
            "fields": .list(
                [("password", "•••••", "•••••"), ("profile", "default", "gold"), ("comment", "–", "Duka la Mama; 50%")]
                    .map { ["name": .text($0.0), "before": .text($0.1), "after": .text($0.2)] }),
            "noWayBack": "t:change.no-way-back.lost words=password",
        ],
        [
            "what": "t:change.step.remove row=home-2 table=/ppp/secret", "line": "/ppp secret remove *20",
            "hasFields": false, "fields": .list([]), "noWayBack": .none,
        ],
    ])

    private static let result: TemplateValues = [
        "title": "t:change.kind.ppp-secret", "stateClass": "done", "stateLabel": "t:change.state.done", "note": .none,
        "who": "achieng@mtaani.example", "when": "16:53", "undone": .none, "refreshHref": .none, "steps": steps,
        "undoAction": "/office/routers/1/configuration/changes/7/undoings",
    ]
}
