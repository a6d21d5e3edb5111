import Inventory
import Locales
import RouterChanges
import RouterOS
import Templates
import Tenancy
import Values

/// The rows of one table of a router as the values of its part of the page.
struct RouterTableSheet {
    /// The longest text of a cell, in characters.
    private static let longestCell = 160

    let plan: SurveyedTable
    let rows: [InventoryRow]
    let router: ID<Router>
    let desk: Desk

    /// How the rows can be changed; nil for what is only read.
    private var recipe: ChangeRecipe? { ChangeRecipe.table(plan.path) }

    var values: TemplateValues {
        guard !plan.isRecord else {
            return [
                "facts": .list(rows.first.map(facts) ?? []), "columns": .list([]), "rows": .list([]),
                "addLinks": .list([]),
            ]
        }
        let columns = plan.columns(of: rows)
        let remarks = rows.map { plan.remarks(on: $0, beside: columns) }
        let hasRemarks = remarks.contains { !$0.isEmpty }
        return [
            "facts": .list([]), "hasRemarks": .flag(hasRemarks), "addLinks": .list(addLinks),
            "columns": .list(
                columns.map { ["label": .text($0), "cellClass": .text(plan.form(of: $0).isAtEnd ? "end" : "")] }),
            "rows": .list(
                zip(rows, remarks).map { row, remarks in
                    [
                        "rowClass": .text(row.flag("disabled") ? "off" : ""), "hasRemarks": .flag(hasRemarks),
                        "flags": .list(flags(row)), "cells": .list(cells(of: row, columns)),
                        "removeHref": TemplateValue(recipe?.deeds.contains(.set) == true ? nil : href(.remove, row)),
                        "remarks": .text(remarks.map { "\($0.name)=\(shortened($0.value))" }.joined(separator: "  ")),
                    ]
                }),
        ]
    }

    /// Everything that a record tells, in the schema's words.
    private func facts(_ row: InventoryRow) -> [TemplateValues] {
        row.values.filter { !$0.value.isEmpty }.keys.sorted().map { name in
            ["label": .text(name), "text": .text(text(name, row)), "isCode": .flag(plan.form(of: name) == .code)]
        }
            + row.secrets.sorted().map {
                ["label": .text($0), "text": .text(desk.words("router.secret.set")), "isCode": false]
            }
    }

    private func flags(_ row: InventoryRow) -> [TemplateValues] {
        [("invalid", "down"), ("disabled", "offline"), ("dynamic", "plain")].compactMap { name, style in
            guard row.flag(name) else { return nil }
            return ["label": .text(desk.words("router.flag.\(name)")), "stateClass": .text(style)]
        }
    }

    // MARK: Ways to change

    /// A new row, and the easy forms of the table.
    private var addLinks: [TemplateValues] {
        ChangeRecipe.all.filter { $0.menu.path == plan.path && $0.deeds.contains(.add) }.map { recipe in
            let label = recipe.isPreset ? "change.kind.\(recipe.word)" : "change.deed.add"
            return [
                "href": .text(Addresses.configuration(router, recipe.word) + "/add"),
                "label": .text(desk.words(label)),
            ]
        }
    }

    /// Where a row is changed or removed; nil where it belongs to the router itself or to a voucher.
    private func href(_ deed: RowOrder.Deed, _ row: InventoryRow) -> String? {
        guard let recipe, let id = row.id, recipe.deeds.contains(deed), recipe.isChangeable(row.values) else {
            return nil
        }
        return Addresses.configuration(router, recipe.word) + "/\(deed.rawValue)?row=\(Addresses.encoded(id))"
    }

    /// The first cell that says something leads to the form of the row.
    private func cells(of row: InventoryRow, _ columns: [String]) -> [TemplateValues] {
        var cells = columns.map { cell($0, row) }
        guard let href = href(.set, row) else { return cells }
        let first = columns.firstIndex { !text($0, row).isEmpty } ?? 0
        guard cells.indices.contains(first) else { return cells }
        cells[first]["href"] = .text(href)
        if text(columns[first], row).isEmpty { cells[first]["text"] = .text(desk.words("change.deed.set")) }
        return cells
    }

    private func cell(_ name: String, _ row: InventoryRow) -> TemplateValues {
        let form = plan.form(of: name)
        let plain = form.isAtEnd ? "end" : form == .code ? "mono" : name == "comment" ? "say" : ""
        let style = row.isDangling(name) ? "gone" : plain
        return ["text": .text(text(name, row)), "cellClass": .text(style), "href": .none]
    }

    private func text(_ name: String, _ row: InventoryRow) -> String {
        if row.secrets.contains(name) { return desk.words("router.secret.set") }
        guard let value = row[name] else { return "" }
        if row.isDangling(name) { return desk.words("router.gone", ["id": .text(value)]) }
        if plan.schema.property(name)?.type == .date, Self.never.contains(value.lowercased()) {
            return desk.words("router.no-moment")
        }
        switch plan.form(of: name) {
        case .flag: return flag(value)
        case .volume: return halves(value) { Int64($0).map(volume) }
        case .rate: return halves(value) { Int64($0).map(Self.rate) }
        case .number, .text, .code: return shortened(value)
        }
    }

    private func flag(_ value: String) -> String {
        switch value {
        case "true": desk.words("router.yes")
        case "false": desk.words("router.no")
        default: value
        }
    }

    /// Both halves of `upload/download`, or the one number; as it came where it is neither.
    private func halves(_ value: String, _ words: (Substring) -> String?) -> String {
        let parts = value.split(separator: "/").map(words)
        let known = parts.compactMap(\.self)
        return known.count == parts.count ? known.joined(separator: " / ") : value
    }

    private func volume(_ bytes: Int64) -> String {
        desk.locales.words(.volume(DataVolume(bytes: bytes)), desk.language)
    }

    /// `6M`, `512k`: as routers and their operators write a rate.
    private static func rate(_ bits: Int64) -> String {
        for (unit, size) in [("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)] as [(String, Int64)]
        where bits >= size && bits % (size / 10) == 0 {
            return bits % size == 0 ? "\(bits / size)\(unit)" : "\(bits / size).\(bits % size / (size / 10))\(unit)"
        }
        return String(bits)
    }

    /// The moment that stands for none, as versions from 7.10 on and those before write it (FACTS 4).
    private static let never: Set<String> = ["1970-01-01 00:00:00", "jan/01/1970 00:00:00"]

    private func shortened(_ text: String) -> String {
        let text = WireText.readable(text)
        return text.count > Self.longestCell ? text.prefix(Self.longestCell) + "…" : text
    }
}
