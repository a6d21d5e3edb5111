import Templates

/// The pages of a router's backups as the handlers give them.
extension Samples {
    private static func backup(_ name: String, _ variant: String, _ values: TemplateValues) -> Sample {
        let anyPage: TemplateValues = [
            "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
            "onPackages": false, "onLines": false, "onPayments": false, "onRouters": true, "routerName": "rtr-kilimani",
            "routerHref": "/office/routers/1",
        ]
        return Sample("office/" + name, variant, anyPage.merging(values))
    }

    static let backups: [Sample] = [
        backup("router-backups", "", list),
        backup(
            "router-backups", "new",
            list.merging([
                "hasBackups": false, "backups": .list([]), "hasRestores": false, "restores": .list([]),
                "trouble": .none, "refreshHref": .none,
            ])),
        backup("router-backup", "", version),
        backup(
            "router-backup", "plan",
            version.merging([
                "isPlan": true, "warnings": .list([["text": "t:restore.warning.restart"]]), "facts": .list([]),
                "others": .list([]), "hasOthers": false, "fileHref": .none, "planHref": .none,
                "confirmAction": "/office/routers/1/backups/7/restores", "obstacle": .none,
            ])),
        backup(
            "router-backup", "obstacle",
            version.merging([
                "isPlan": true, "obstacle": "The router cannot be reached.", "sections": .list([]),
                "same": "t:backup.same", "more": .none,
            ])),
    ]

    private static let list: TemplateValues = [
        "title": "t:backup.title", "takeAction": "/office/routers/1/backups", "trouble": "A binary backup needs SSH.",
        "hasBackups": true, "refreshHref": "/office/routers/1/backups", "hasRestores": true,
        "backups": .list([
            [
                "href": "/office/routers/1/backups/7", "version": "7", "when": "17:10", "seen": "18:10",
                "kind": "t:backup.kind.export", "reason": "t:backup.reason.asked", "who": "achieng", "routeros": "7.20",
                "size": "12 kB", "fileHref": "/office/routers/1/backups/7/file",
                "planHref": "/office/routers/1/backups/7/plan",
            ]
        ]),
        "restores": .list([
            [
                "version": "7", "stateClass": "failed", "stateLabel": "t:restore.state.stopped",
                "note": "Line 2: already have such address", "who": "achieng", "when": "17:10",
            ]
        ]),
    ]

    private static let version: TemplateValues = [
        "title": "t:backup.version version=7", "backupsHref": "/office/routers/1/backups", "isPlan": false,
        "lead": "t:backup.compared version=6", "facts": .list([["label": "t:backup.when", "text": "17:10"]]),
        "others": .list([["href": "/office/routers/1/backups/7?with=5", "label": "5"]]), "hasOthers": true,
        "fileHref": "/office/routers/1/backups/7/file", "planHref": "/office/routers/1/backups/7/plan",
        "warnings": .list([]), "obstacle": .none, "confirmAction": .none, "confirmLabel": "t:restore.begin", "key": "x",
        "same": .none, "more": "t:backup.more count=7",
        "sections": .list([
            [
                "path": "/ip pool",
                "lines": .list([
                    ["mark": "+", "lineClass": "added", "text": "add name=\"<b>pool</b>\""],
                    ["mark": "-", "lineClass": "removed", "text": "add name=old"],
                ]),
            ]
        ]),
    ]
}
