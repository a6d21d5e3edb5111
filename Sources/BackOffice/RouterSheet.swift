import Inventory
import Locales
import RouterChanges
import Templates
import Tenancy
import Values

/// What of a router's tables a person wants to see.
struct RouterLook: Sendable {
    /// What every row shown must contain; empty for all.
    let search: String
    /// The one table that is shown, page by page; nil for the beginnings of all.
    let path: String?
    /// How many rows of it come before.
    let start: Int

    init(search: String, path: String?, start: Int) {
        self.search = String(search.prefix(100))
        self.path = path
        self.start = max(0, start)
    }
}

/// A router's page as the values of its template.
struct RouterSheet {
    /// Rows of each table where several are shown, and of one.
    static let rowsOfMany = 50
    static let rowsOfOne = 200

    let view: RouterView
    let look: RouterLook
    let desk: Desk

    private var router: Router { view.router }
    private var address: String { Addresses.router(router.id, view.tab == .section(.overview) ? nil : view.tab.word) }

    /// What stands above every part.
    var head: TemplateValues {
        [
            "onRouters": true, "routerName": .text(router.name), "stateClass": .text(router.state.chip),
            "stateLabel": .text(desk.words("router.state.\(router.state.word)")),
            "trouble": TemplateValue(trouble), "section": .text(view.tab.word), "facts": .list(facts),
            "readAction": .text(Addresses.router(router.id, "readings")),
            "configureHref": .text(Addresses.configuration(router.id)),
            "backupsHref": .text(Addresses.backups(router.id)),
            "replaceHref": .text(Addresses.router(router.id, "replacement")), "tabs": .list(view.tabs.map(tab)),
        ]
    }

    var values: TemplateValues {
        let isOverview = view.tab == .section(.overview)
        let hasChanges = isOverview || view.tab == .changes
        var values = head.merging([
            "releaseAction": TemplateValue(
                isOverview && view.isAdopted ? Addresses.router(router.id, "releases") : nil),
            "voidConfirm": .text(desk.words("adopt.release.confirm", ["router": .text(router.name)])),
            "hasWays": .flag(isOverview),
            "ways": .list(
                isOverview ? RouterWaySheet(router: router, standings: view.ways, key: nil, desk: desk).rows : []),
            "wayHref": .text(Addresses.router(router.id, "way")),
            "isUnread": .flag(view.inventory?.surveyedAt == nil),
            "isOverview": .flag(isOverview), "numbers": .list(isOverview ? numbers : []),
            "isSearchable": .flag(!isOverview && view.tab != .changes), "searchAction": .text(address),
            "search": .text(look.search), "onlyTable": TemplateValue(look.path),
            "hasChanges": .flag(hasChanges),
            "changes": .list(hasChanges ? RouterChanges(view, most: isOverview ? 10 : 1_000, desk).items : []),
            "changesHref": TemplateValue(isOverview ? Addresses.router(router.id, RouterTab.changes.word) : nil),
        ])
        let sheets = view.tables.compactMap { table($0.plan, $0.stored) }
        values["tables"] = .list(sheets)
        let firsts = look.search.isEmpty && look.path == nil ? firsts : []
        values["firsts"] = .list(firsts)
        values["hasFirsts"] = .flag(!firsts.isEmpty)
        values["nothing"] = TemplateValue(nothing(sheets.isEmpty && !isOverview && view.tab != .changes))
        values["previousHref"] = TemplateValue(pageHref(-1))
        values["nextHref"] = TemplateValue(pageHref(1))
        return values
    }

    /// Why the last reading, or the router as a whole, is not well.
    private var trouble: String? {
        if let trouble = view.inventory?.trouble, !trouble.isEmpty { return trouble }
        return router.stateNote.isEmpty || router.state == .certificate ? nil : router.stateNote
    }

    private func nothing(_ isEmpty: Bool) -> String? {
        guard isEmpty, view.inventory?.surveyedAt != nil else { return nil }
        return look.search.isEmpty
            ? desk.words("router.empty") : desk.words("router.no-match", ["text": .text(look.search)])
    }

    private func tab(_ tab: RouterTab) -> TemplateValues {
        [
            "href": .text(Addresses.router(router.id, tab == .section(.overview) ? nil : tab.word)),
            "label": .text(desk.words("router.tab.\(tab.word)")), "current": .flag(tab == view.tab),
        ]
    }

    // MARK: Facts

    private func fact(_ key: String, _ text: String?) -> TemplateValues? {
        guard let text, !text.isEmpty else { return nil }
        return ["label": .text(desk.words(key)), "text": .text(text)]
    }

    /// The line under the name; all of it on the first page only.
    private var facts: [TemplateValues] {
        let known = view.inventory?.capabilities
        let version = known.flatMap { $0.version.isEmpty ? nil : $0.version } ?? router.version
        let first = [
            fact("routers.board", known?.board), fact("routers.version", version), fact("routers.site", view.siteName),
            fact("routers.read", view.inventory?.surveyedAt.map { desk.moment($0) }),
        ]
        let more = [
            fact("routers.changed", view.inventory?.changedAt.map { desk.moment($0) }),
            fact("routers.address", router.address), fact("router.architecture", known?.architecture),
            fact("router.serial", known?.serialNumber), fact("router.licence", known?.licence),
            fact("router.mode", known?.deviceMode),
        ]
        return (view.tab == .section(.overview) ? first + more : first).compactMap(\.self)
    }

    /// How the router fares.
    private var numbers: [TemplateValues] {
        let resource = view.record("/system/resource")
        func share(_ free: String, _ total: String) -> String? {
            guard let free = resource?[free].flatMap({ Int64($0) }), let total = resource?[total].flatMap({ Int64($0) })
            else { return nil }
            return desk.words(
                "router.of", ["part": .volume(DataVolume(bytes: free)), "whole": .volume(DataVolume(bytes: total))])
        }
        let sensors = view.tables.first { $0.plan.path == "/system/health" }?.stored.rows ?? []
        let sensed: [TemplateValues] = sensors.compactMap { row in
            guard let name = row["name"], let value = row["value"] else { return nil }
            let unit = row["type"].map { $0 == "C" ? " °C" : " \($0)" } ?? ""
            return ["label": .text(name), "text": .text(value + unit)]
        }
        return [
            fact("router.uptime", resource?["uptime"]), fact("router.cpu", resource?["cpu-load"].map { "\($0) %" }),
            fact("router.memory", share("free-memory", "total-memory")),
            fact("router.disk", share("free-hdd-space", "total-hdd-space")),
        ].compactMap(\.self) + sensed.prefix(8)
    }

    // MARK: Tables

    /// Nil for a table that the search leaves out.
    private func table(_ plan: SurveyedTable, _ stored: StoredTable) -> TemplateValues? {
        let all = plan.path == "/log" ? stored.rows.reversed() : stored.rows
        let wanted = look.search.lowercased()
        let found = wanted.isEmpty ? all : all.filter { $0.contains(wanted) }
        if !wanted.isEmpty, found.isEmpty { return nil }
        if view.tab == .section(.overview), ["/system/resource", "/system/health"].contains(plan.path) { return nil }
        // An empty list of what hardly anybody has is only noise.
        if found.isEmpty, plan.nature != .counted, stored.standing == .read, look.path == nil { return nil }
        let size = look.path == nil ? Self.rowsOfMany : Self.rowsOfOne
        let rows = Array(found.dropFirst(look.path == nil ? 0 : look.start).prefix(size))
        var values = RouterTableSheet(plan: plan, rows: rows, router: router.id, desk: desk).values
        values["path"] = .text(plan.path)
        let count = wanted.isEmpty ? stored.count : found.count
        values["count"] = .text(desk.words("router.rows", ["count": .number(Int64(count))]))
        values["isRecord"] = .flag(plan.isRecord)
        values["note"] = TemplateValue(note(plan, stored))
        values["isCounted"] = .flag(plan.nature == .counted)
        let query = look.search.isEmpty ? "" : "&q=\(Addresses.encoded(look.search))"
        values["allHref"] = TemplateValue(
            look.path == nil && found.count > rows.count && !plan.isRecord
                ? "\(address)?table=\(Addresses.encoded(plan.path))\(query)" : nil)
        values["allLabel"] = .text(desk.words("router.all-rows", ["count": .number(Int64(found.count))]))
        return values
    }

    /// Where the first row of a table that is empty, and so not shown, can be made.
    private var firsts: [TemplateValues] {
        view.tables.filter { $0.stored.standing == .read && $0.stored.rows.isEmpty && $0.plan.nature != .counted }
            .compactMap { ChangeRecipe.table($0.plan.path) }.filter { $0.deeds.contains(.add) }
            .map { recipe in
                [
                    "href": .text(Addresses.configuration(router.id, recipe.word) + "/add"),
                    "label": .text(desk.words("change.kind.\(recipe.word)")),
                ]
            }
    }

    private func note(_ plan: SurveyedTable, _ stored: StoredTable) -> String? {
        switch stored.standing {
        case .forbidden: desk.words("router.table.forbidden")
        case .failed, .skipped: desk.words("router.table.failed", ["at": .text(desk.moment(stored.readAt))])
        case .read where plan.nature != .counted && stored.count > stored.rows.count:
            desk.words(
                "router.table.partly",
                ["count": .number(Int64(stored.rows.count)), "total": .number(Int64(stored.count))])
        case .read, .absent: nil
        }
    }

    /// Where the pages of the one table lead; nil where there is none.
    private func pageHref(_ step: Int) -> String? {
        guard let path = look.path, let stored = view.tables.first?.stored else { return nil }
        let start = look.start + step * Self.rowsOfOne
        let wanted = look.search.lowercased()
        guard start > -Self.rowsOfOne, step < 0 ? look.start > 0 : true else { return nil }
        if step > 0 {
            let count = wanted.isEmpty ? stored.rows.count : stored.rows.count { $0.contains(wanted) }
            guard start < count else { return nil }
        }
        let query = look.search.isEmpty ? "" : "&q=\(Addresses.encoded(look.search))"
        return "\(address)?table=\(Addresses.encoded(path))\(query)&after=\(max(0, start))"
    }
}
