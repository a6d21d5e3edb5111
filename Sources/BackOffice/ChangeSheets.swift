import Locales
import RouterChanges
import RouterOS
import Templates
import Tenancy
import Values

/// What all pages of a router's configuration share.
struct ChangeDesk: Sendable {
    let desk: Desk
    let router: Router

    func values(_ title: String) -> TemplateValues {
        [
            "onRouters": true, "title": .text(title), "routerName": .text(router.name),
            "routerHref": .text(Addresses.router(router.id)),
            "configureHref": .text(Addresses.configuration(router.id)),
        ]
    }

    func kind(_ word: String) -> String { desk.words("change.kind.\(word)") }

    /// `hotspot-user.set` and `amina`, as `Hotspot users: amina · Change`.
    func what(_ change: RouterChange) -> String {
        let parts = change.title.split(separator: ".").map(String.init)
        let deed = parts.count == 2 ? " · " + desk.words("change.deed.\(parts[1])") : ""
        return kind(parts[0]) + (change.subject.isEmpty ? "" : ": \(change.subject)") + deed
    }

    func sentence(_ flaw: ChangeFlaw) -> String {
        let property = flaw.property.map { "\($0): " } ?? ""
        return property + desk.words(flaw.key, flaw.words)
    }

    // MARK: The journal

    func state(_ change: RouterChange) -> (chip: String, label: String) {
        if change.isAbandoned(at: desk.now) { return ("failed", desk.words("change.state.abandoned")) }
        let chip =
            switch change.state {
            case .running, .undoing: "pending"
            case .done: "done"
            case .failed, .broken: "failed"
            case .undone: "used"
            }
        return (chip, desk.words("change.state.\(change.state.rawValue)"))
    }

    func href(_ change: ID<RouterChange>) -> String { Addresses.configuration(router.id, "changes") + "/\(change)" }

    func item(_ change: RouterChange) -> TemplateValues {
        let state = state(change)
        return [
            "href": .text(href(change.id)), "what": .text(what(change)), "stateClass": .text(state.chip),
            "stateLabel": .text(state.label), "who": .text(change.madeBy), "when": .text(desk.moment(change.madeAt)),
            "undoAction": TemplateValue(change.isUndoable ? href(change.id) + "/undoings" : nil),
        ]
    }

    // MARK: Steps

    func steps(_ steps: [ChangeStep]) -> TemplateValue {
        .list(
            steps.map { step in
                let word = step.deed == .remove && step.isSession ? "end" : step.deed.rawValue
                let facts: [String: Fact] = ["row": .text(step.label), "table": .text(step.path)]
                return [
                    "what": .text(desk.words("change.step.\(word)", facts)), "line": .text(step.line),
                    "hasFields": .flag(!step.fields.isEmpty), "fields": .list(step.fields.map(field)),
                    "noWayBack": TemplateValue(noWayBack(step)),
                ]
            })
    }

    private func field(_ field: ChangeStep.Field) -> TemplateValues {
        func shown(_ text: String?) -> String {
            guard let text, !text.isEmpty else { return "–" }
            return field.isSecret ? "•••••" : text
        }
        return [
            "name": .text(field.name), "before": .text(shown(field.before)), "after": .text(shown(field.after)),
        ]
    }

    private func noWayBack(_ step: ChangeStep) -> String? {
        guard !step.isReversible else { return nil }
        guard !step.lost.isEmpty else { return desk.words("change.no-way-back") }
        return desk.words("change.no-way-back.lost", ["words": .text(step.lost.joined(separator: ", "))])
    }
}

/// The rows of one kind as the values of their template.
struct ChangeRowsSheet {
    private static let most = 200
    private static let columnCount = 6

    let place: ChangeDesk
    let recipe: ChangeRecipe
    let sheet: ChangeSheet?
    /// Why the router could not be read.
    let trouble: String?
    let search: String

    private var base: String { Addresses.configuration(place.router.id, recipe.word) }

    var values: TemplateValues {
        let all = sheet?.rows ?? []
        let wanted = search.lowercased()
        let found = all.filter { row in
            search.isEmpty || row.values.values.contains { $0.lowercased().contains(wanted) }
        }
        let columns = columns(of: all)
        let presets = ChangeRecipe.all.filter { $0.menu == recipe.menu && $0.isPreset }
        let more = found.count > Self.most
        return place.values(place.kind(recipe.word)).merging([
            "addLinks": .list(
                ([recipe] + presets).filter { $0.deeds.contains(.add) }.map { entry in
                    [
                        "href": .text(Addresses.configuration(place.router.id, entry.word) + "/add"),
                        "label": .text(
                            entry.isPreset ? place.kind(entry.word) : place.desk.words("change.deed.add")),
                        "isFirst": .flag(!entry.isPreset),
                    ]
                }),
            "trouble": TemplateValue(trouble.map { place.desk.words("change.trouble") + ": " + $0 }),
            "isSearchable": .flag(all.count > 10 || !search.isEmpty), "searchAction": .text(base),
            "search": .text(search), "isEmpty": .flag(sheet != nil && found.isEmpty),
            "hasRows": .flag(!found.isEmpty), "columns": .list(columns.map { ["label": .text($0)] }),
            "rows": .list(found.prefix(Self.most).map { row($0, columns) }),
            "more": TemplateValue(
                more ? place.desk.words("change.rows.more", ["count": .number(Int64(Self.most))]) : nil),
        ])
    }

    /// The properties of the form that some row has, the first of them; never a secret.
    private func columns(of rows: [RouterRecord]) -> [String] {
        let names = (recipe.shown + recipe.offered).filter { name in
            sheet?.isSecret(name) != true && rows.contains { $0[name] != nil }
        }
        let chosen = names.prefix(Self.columnCount)
        return chosen + (names.contains("comment") && !chosen.contains("comment") ? ["comment"] : [])
    }

    private func row(_ row: RouterRecord, _ columns: [String]) -> TemplateValues {
        let id = row.id.map { Addresses.encoded($0.description) } ?? ""
        let isOpen = sheet?.isChangeable(row) ?? false
        let isSettable = isOpen && recipe.deeds.contains(.set)
        return [
            "cells": .list(columns.map { ["text": .text(String((row[$0] ?? "").prefix(120)))] }),
            "changeHref": TemplateValue(isSettable ? "\(base)/set?row=\(id)" : nil),
            "removeHref": TemplateValue(isOpen && !row.flag("default") ? "\(base)/remove?row=\(id)" : nil),
            "isClosed": .flag(!isOpen),
        ]
    }
}

/// The form of step one as the values of its template.
struct ChangeFormSheet {
    let place: ChangeDesk
    let form: ChangeForm
    let sheet: ChangeSheet?
    var flaws: [ChangeFlaw] = []
    var trouble: String?

    private var row: RouterRecord? { sheet?.rows.first { $0.id?.description == form.row && form.row != nil } }

    /// Where the form came from.
    private var back: String {
        guard let recipe = form.recipe else { return Addresses.configuration(place.router.id) }
        return Addresses.configuration(
            place.router.id, recipe.isPreset ? ChangeRecipe.table(recipe.menu.path)?.word : recipe.word)
    }

    private var title: String {
        guard let recipe = form.recipe, !recipe.isPreset else { return place.kind(form.kind) }
        let label = row.flatMap { row in sheet?.label(row) }.map { ": \($0)" } ?? ""
        return place.kind(recipe.word) + " · " + place.desk.words("change.deed.\(form.deed)") + label
    }

    var values: TemplateValues {
        let apart = flaws.filter { form.fieldName(of: $0) == nil }
        let canPreview = form.recipe == nil || sheet != nil || form.typed != nil
        return place.values(title).merging([
            "kindHref": TemplateValue(form.recipe == nil ? nil : back),
            "kindLabel": .text(form.recipe.map { place.kind($0.isPreset ? tableWord($0) : $0.word) } ?? ""),
            "hasMistakes": .flag(!flaws.isEmpty),
            "mistakes": .list(apart.map { ["text": .text(place.sentence($0))] }),
            "trouble": TemplateValue(trouble), "canPreview": .flag(canPreview),
            "previewAction": .text(Addresses.configuration(place.router.id, "previews")), "kind": .text(form.kind),
            "deed": .text(form.deed), "row": .text(form.row ?? ""), "backHref": .text(back),
            "removeHref": TemplateValue(removeHref),
            "fields": .list(canPreview ? fields : []),
        ])
    }

    /// Where the row of the form is removed; nil where it is new or cannot be.
    private var removeHref: String? {
        guard form.rowDeed == .set, let recipe = form.recipe, recipe.deeds.contains(.remove), let row = form.row,
            self.row?.flag("default") == false
        else { return nil }
        return Addresses.configuration(place.router.id, recipe.word) + "/remove?row=\(Addresses.encoded(row))"
    }

    private func tableWord(_ recipe: ChangeRecipe) -> String {
        ChangeRecipe.table(recipe.menu.path)?.word ?? recipe.word
    }

    private var fields: [TemplateValues] {
        guard let sheet else {
            // Of a router that does not answer only what was typed is known.
            let names = form.names.filter { form.recipe == nil || form.typed?[$0]?.isEmpty == false }
            return names.filter { !SecretNames.contains($0) }.map { name in
                let label = form.recipe == nil ? place.desk.words("change.form.\(name)") : name
                return field(name, label: label, value: form.typed?[name] ?? "")
            }
        }
        guard form.rowDeed != .remove else { return [] }
        return sheet.properties.map { property($0, sheet) } + (sheet.recipe.isOrdered ? [placeField(sheet)] : [])
    }

    private func field(_ name: String, label: String, value: String) -> TemplateValues {
        let problem = flaws.first { form.fieldName(of: $0) == name }
        return [
            "id": .text("f-\(name)"), "name": .text(ChangeForm.field(name)), "label": .text(label),
            "isNeeded": true, "isChoice": false, "type": "text", "value": .text(value), "complete": "off",
            "listId": .none, "isNumber": false, "options": .list([]), "hint": .none,
            "problem": TemplateValue(problem.map { place.desk.words($0.key, $0.words) }),
        ]
    }

    /// The field of a property: its type decides what it looks like.
    private func property(_ property: RouterProperty, _ sheet: ChangeSheet) -> TemplateValues {
        let name = property.name
        let isSecret = sheet.isSecret(name)
        let current = isSecret ? "" : row?.values[name] ?? ""
        let value = isSecret ? "" : form.typed?[name] ?? current
        var values = field(name, label: name, value: value)
        values["isNeeded"] = .flag(sheet.recipe.isNeeded(name))
        values["type"] = isSecret ? "password" : "text"
        values["complete"] = isSecret ? "new-password" : "off"
        values["isNumber"] = .flag(property.type == .number)
        if let usual = property.defaultValue, form.rowDeed == .add {
            let shown = RouterValue.truth(usual).map { $0 ? "yes" : "no" } ?? usual
            values["hint"] = .text(place.desk.words("change.form.usual", ["value": .text(shown)]))
        } else if isSecret, form.rowDeed == .set {
            values["hint"] = .text(place.desk.words("change.form.keep"))
        }
        let words = property.type == .bool ? ["yes", "no"] : property.words
        if property.type == .bool || property.type == .choice {
            values["isChoice"] = true
            values["options"] = options(words, chosen: value)
        } else if let names = sheet.choices[name], !names.isEmpty {
            values["listId"] = .text("l-\(name)")
            values["options"] = .list(names.map { ["value": .text($0), "selected": false, "label": .text($0)] })
        }
        return values
    }

    /// The words of a choice, with the present value first where it is none of them.
    private func options(_ words: [String], chosen: String) -> TemplateValue {
        let truth = RouterValue.truth(chosen)
        let isKnown = words.contains { $0 == chosen || truth != nil && RouterValue.truth($0) == truth }
        let all = (isKnown && form.rowDeed == .set ? [] : [isKnown ? "" : chosen]) + words
        return .list(
            all.map { word in
                let isChosen = word == chosen || truth != nil && RouterValue.truth(word) == truth
                return ["value": .text(word), "label": .text(word.isEmpty ? "–" : word), "selected": .flag(isChosen)]
            })
    }

    /// Where a rule stands.
    private func placeField(_ sheet: ChangeSheet) -> TemplateValues {
        var values = field("before", label: place.desk.words("change.form.before"), value: "")
        values["name"] = "before"
        values["isNeeded"] = false
        values["isChoice"] = true
        let rows = sheet.rows.filter { !$0.flag("dynamic") && $0.id?.description != form.row }
        values["options"] = .list(
            [["value": "", "label": .text(place.desk.words("change.form.before.keep")), "selected": false]]
                + rows.enumerated().map { number, row in
                    let id = row.id?.description ?? ""
                    return [
                        "value": .text(id), "label": .text("\(number + 1). \(sheet.label(row).prefix(80))"),
                        "selected": .flag(id == form.before),
                    ]
                })
        return values
    }
}
