import Templates

/// A router's page as the handlers give it.
extension Samples {
    private static func labelled(_ pairs: [(String, String)]) -> TemplateValue {
        .list(pairs.map { ["label": .text($0.0), "text": .text($0.1)] })
    }

    private static func tabs(_ current: String) -> TemplateValue {
        .list(
            ["overview", "interfaces", "hotspot", "firewall", "log", "changes"].map {
                [
                    "href": .text("/office/routers/1/\($0)"), "label": .text("t:router.tab.\($0)"),
                    "current": .flag($0 == current),
                ]
            })
    }

    private static let head: TemplateValues = [
        "onPackages": false,
        "onLines": false, "onPayments": false, "onRouters": true, "routerName": "rtr-kilimani", "stateClass": "up",
        "stateLabel": "t:router.state.up",
        "trouble": "The router did not answer in time.", "readAction": "/office/routers/1/readings",
        "configureHref": "/office/routers/1/configuration",
        "backupsHref": "/office/routers/1/backups", "replaceHref": "/office/routers/1/replacement",
        "facts": labelled([("Model", "hAP ac^2"), ("Version", "7.16.2"), ("Last read", "16:53")]),
    ]

    private static let frame: TemplateValues = head.merging([
        "isUnread": false, "nothing": .none, "previousHref": .none, "nextHref": .none,
        "releaseAction": "/office/routers/1/releases", "voidConfirm": "t:adopt.release.confirm router=rtr-kilimani",
    ])

    private static func session(
        _ name: String, href: TemplateValue, customer: TemplateValue, isLive: Bool
    ) -> TemplateValues {
        [
            "name": .text(name), "href": href, "service": "pppoe", "address": "10.8.0.17", "mac": "02:50:00:00:00:03",
            "since": "16:02", "time": "51 min", "download": "1.2 GB", "upload": "80 MB", "customer": customer,
            "isLive": .flag(isLive),
        ]
    }

    static let liveSessions: TemplateValues = head.merging([
        "section": "sessions", "tabs": tabs("sessions"), "isOff": false, "isLive": true,
        "searchAction": "/office/routers/1/sessions", "search": "\"home\"", "stateWord": .none,
        "eventsHref": "/office/routers/1/sessions/events", "refreshHref": "/office/routers/1/sessions",
        "filters": .list([
            ["href": "/office/routers/1/sessions", "label": "t:sessions.live", "current": true, "count": "2"],
            [
                "href": "/office/routers/1/sessions?state=past", "label": "t:sessions.past", "current": false,
                "count": .none,
            ],
        ]),
        "asOf": "As of 16:53:09.", "stale": "The router has not answered since 16:20.", "nothing": .none,
        "hasRows": true,
        "rows": .list([
            session("<b>home</b>", href: "/office/vouchers/1", customer: "<b>home</b>", isLive: true),
            session("René", href: .none, customer: .none, isLive: true),
        ]),
        "more": "200 of 812 are shown.", "disconnectAction": "/office/routers/1/configuration/previews",
        "previousHref": .none, "nextHref": .none,
    ])

    static let routerDrift: TemplateValues = head.merging([
        "section": "drift", "tabs": tabs("drift"), "sweepAction": "/office/routers/1/sweeps", "isAsked": false,
        "asOf": "t:drift.as-of at=0 requests=9 writes=1", "hasRows": true,
        "rows": .list([
            [
                "cause": "t:drift.cause.hand-added", "name": "<b>boss</b>", "menu": "/ip/hotspot/user", "detail": "",
                "stateLabel": "t:drift.state.told", "stateClass": "unconfirmed", "when": "09:12",
            ],
            [
                "cause": "t:drift.cause.changed", "name": "vabc-1", "menu": "/ip/hotspot/user",
                "detail": "limit-uptime was 40d, shall be 2h", "stateLabel": "t:drift.state.repaired",
                "stateClass": "plain", "when": "09:12",
            ],
        ]),
    ])

    static let pastSessions: TemplateValues = liveSessions.merging([
        "isOff": true, "isLive": false, "stateWord": "past", "eventsHref": .none, "stale": .none,
        "nothing": "t:sessions.past.none", "hasRows": false, "rows": .list([]), "more": .none,
        "nextHref": "/office/routers/1/sessions?state=past&below=1",
    ])

    static let routerTraffic: TemplateValues = head.merging([
        "section": "traffic", "tabs": tabs("traffic"), "isOff": false, "nothing": .none, "hasTraffic": true,
        "searchAction": "/office/routers/1/traffic", "shown": "ether1", "downLabel": "t:traffic.sent",
        "upLabel": "t:traffic.received",
        "series": .list([
            ["value": "hotspot:", "label": "t:traffic.hotspot", "selected": false],
            ["value": "ether1", "label": "ether1", "selected": true],
        ]),
        "charts": .list([
            [
                "id": "chart-day", "title": "t:traffic.last-day", "hasGaps": true,
                "keys": .list([
                    ["keyClass": "a", "label": "t:traffic.sent"], ["keyClass": "b", "label": "t:traffic.received"],
                ]),
                "drawing": "<svg class=\"plot\" width=\"100%\" height=\"196\" role=\"img\" aria-hidden=\"true\"></svg>",
                "summary": "Sent 12 GB, Received 3 GB.",
            ]
        ]),
        "numbers": labelled([("Running for", "3 days"), ("Temperature", "46 °C")]),
        "all": .list([
            [
                "href": "/office/routers/1/traffic?series=ether1", "label": "ether1", "now": "1 Mbit/s / 20 kbit/s",
                "day": "12 GB / 3 GB", "month": "300 GB / 80 GB",
            ]
        ]),
        "days": .list([["day": "Sat, 21 Nov", "down": "12 GB", "up": "3 GB"]]),
    ])

    static let noTraffic: TemplateValues = routerTraffic.merging([
        "isOff": true, "nothing": "t:traffic.none", "hasTraffic": false,
    ])

    static let oneRouter: TemplateValues = frame.merging([
        "section": "overview", "tabs": tabs("overview"), "isOverview": true, "isSearchable": false, "hasWays": true,
        "ways": .list(ways), "wayHref": "/office/routers/1/way",
        "numbers": labelled([("Running for", "3w2d"), ("Processor load", "7 %"), ("temperature", "46 °C")]),
        "searchAction": "/office/routers/1", "search": "", "onlyTable": .none, "hasChanges": true,
        "changesHref": "/office/routers/1/changes",
        "changes": .list([
            [
                "when": "16:53", "path": "/ip/firewall/filter", "kindClass": "pending",
                "kindLabel": "t:router.change.changed", "row": "input drop <all>",
                "properties": .list([["name": "comment", "before": "t:router.change.nothing", "after": "\"a\" = b"]]),
            ],
            [
                "when": "16:53", "path": "/ip/address", "kindClass": "active", "kindLabel": "t:router.change.added",
                "row": "10.8.0.1/24 ether1", "properties": .list([]),
            ],
        ]),
        "tables": .list([
            [
                "path": "/system/identity", "count": "1 row", "note": .none, "isRecord": true, "isCounted": false,
                "facts": .list([["label": "name", "text": "rtr-kilimani", "isCode": false]]), "columns": .list([]),
                "rows": .list([]), "addLinks": .list([]),
                "hasRemarks": false, "allHref": .none, "allLabel": "",
            ]
        ]),
        "firsts": .list([]), "hasFirsts": false,
    ])

    static let routerPart: TemplateValues = frame.merging([
        "section": "firewall", "tabs": tabs("firewall"), "isOverview": false, "isSearchable": true, "hasWays": false,
        "numbers": .list([]), "searchAction": "/office/routers/1/firewall", "search": "drop", "trouble": .none,
        "onlyTable": "/ip/firewall/filter", "hasChanges": false, "changes": .list([]), "changesHref": .none,
        "nothing": "Nothing here contains “drop”.", "nextHref": "/office/routers/1/firewall?after=200",
        "tables": .list([
            [
                "path": "/ip/firewall/filter", "count": "2 rows", "note": "t:router.table.forbidden",
                "isRecord": false, "isCounted": false, "facts": .list([]), "hasRemarks": true,
                "addLinks": .list([
                    ["href": "/office/routers/1/configuration/filter/add", "label": "t:change.deed.add"]
                ]),
                "columns": .list([
                    ["label": "chain", "cellClass": ""], ["label": "bytes", "cellClass": "end"],
                ]),
                "rows": .list([
                    [
                        "rowClass": "off", "hasRemarks": true, "remarks": "log=true",
                        "flags": .list([["label": "t:router.flag.disabled", "stateClass": "offline"]]),
                        "cells": .list([
                            [
                                "text": "input", "cellClass": "",
                                "href": "/office/routers/1/configuration/filter/set?row=%2A1",
                            ], ["text": "1.5 GB", "cellClass": "end", "href": .none],
                        ]),
                        "removeHref": "/office/routers/1/configuration/filter/remove?row=%2A1",
                    ]
                ]),
                "allHref": "/office/routers/1/firewall?table=x", "allLabel": "All 812 rows",
            ],
            [
                "path": "/ip/firewall/connection", "count": "3,011 rows", "note": .none, "isRecord": false,
                "isCounted": true, "facts": .list([]), "hasRemarks": false, "columns": .list([]), "rows": .list([]),
                "addLinks": .list([]), "allHref": .none, "allLabel": "",
            ],
        ]),
        "firsts": .list([["href": "/office/routers/1/configuration/nat/add", "label": "t:change.kind.nat"]]),
        "hasFirsts": true,
    ])
}
