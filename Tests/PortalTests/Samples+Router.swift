import Templates

/// A router's page as the handlers give it.
extension Samples {
    private static func labelled(_ pairs: [(String, String)]) -> TemplateValue {
        .list(pairs.map { ["label": .text($0.0), "text": .text($0.1), "isCode": false] })
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

    private static let frame: TemplateValues = [
        "onRouters": true, "routerName": "rtr-kilimani", "stateClass": "up", "stateLabel": "t:router.state.up",
        "trouble": "The router did not answer in time.", "readAction": "/office/routers/1/readings",
        "configureHref": "/office/routers/1/configuration",
        "releaseAction": "/office/routers/1/releases", "voidConfirm": "t:adopt.release.confirm router=rtr-kilimani",
        "facts": labelled([("Model", "hAP ac^2"), ("Version", "7.16.2"), ("Last read", "16:53")]),
        "isUnread": false, "nothing": .none, "previousHref": .none, "nextHref": .none,
    ]

    static let oneRouter: TemplateValues = frame.merging([
        "section": "overview", "tabs": tabs("overview"), "isOverview": true, "isSearchable": false,
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
                "facts": labelled([("name", "rtr-kilimani")]), "columns": .list([]), "rows": .list([]),
                "hasRemarks": false, "allHref": .none, "allLabel": "",
            ]
        ]),
    ])

    static let routerPart: TemplateValues = frame.merging([
        "section": "firewall", "tabs": tabs("firewall"), "isOverview": false, "isSearchable": true,
        "numbers": .list([]), "searchAction": "/office/routers/1/firewall", "search": "drop", "trouble": .none,
        "onlyTable": "/ip/firewall/filter", "hasChanges": false, "changes": .list([]), "changesHref": .none,
        "nothing": "Nothing here contains “drop”.", "nextHref": "/office/routers/1/firewall?after=200",
        "tables": .list([
            [
                "path": "/ip/firewall/filter", "count": "2 rows", "note": "t:router.table.forbidden",
                "isRecord": false, "isCounted": false, "facts": .list([]), "hasRemarks": true,
                "columns": .list([
                    ["label": "chain", "cellClass": ""], ["label": "bytes", "cellClass": "end"],
                ]),
                "rows": .list([
                    [
                        "rowClass": "off", "hasRemarks": true, "remarks": "log=true",
                        "flags": .list([["label": "t:router.flag.disabled", "stateClass": "offline"]]),
                        "cells": .list([
                            ["text": "input", "cellClass": ""], ["text": "1.5 GB", "cellClass": "end"],
                        ]),
                    ]
                ]),
                "allHref": "/office/routers/1/firewall?table=x", "allLabel": "All 812 rows",
            ],
            [
                "path": "/ip/firewall/connection", "count": "3,011 rows", "note": .none, "isRecord": false,
                "isCounted": true, "facts": .list([]), "hasRemarks": false, "columns": .list([]), "rows": .list([]),
                "allHref": .none, "allLabel": "",
            ],
        ]),
    ])
}
