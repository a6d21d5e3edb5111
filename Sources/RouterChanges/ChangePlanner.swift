import RouterOS
import Values

/// Turns an order into steps, or says all that is wrong with it; reads what it needs and writes nothing.
struct ChangePlanner {
    var picture: RouterPicture

    init(_ transport: any RouterTransport) async throws {
        picture = try await RouterPicture(transport)
    }

    /// The steps of an order.
    ///
    /// - Throws: `ChangeFlaws`, `RouterError`.
    mutating func steps(for order: ChangeOrder) async throws -> [ChangeStep] {
        do {
            switch order {
            case .row(let order): return try await steps(for: order)
            case .speed(let customer, let limit): return try await speed(of: customer, limit)
            case .disconnect(let customer): return try await disconnection(of: customer)
            case .reboot: return [reboot()]
            }
        } catch let flaw as ChangeFlaw {
            throw ChangeFlaws(flaws: [flaw])
        }
    }

    private mutating func steps(for order: RowOrder) async throws -> [ChangeStep] {
        guard let recipe = ChangeRecipe.named(order.recipe) else {
            throw ChangeFlaw(
                .unknownRecipe, nil,
                ["value": .text(order.recipe), "words": .text(ChangeRecipe.all.map(\.word).joined(separator: ", "))])
        }
        guard !recipe.isPreset || order.deed == .add else {
            throw ChangeFlaw(.onlyAdds, nil, ["table": .text(recipe.menu.path)])
        }
        guard recipe.deeds.contains(order.deed) else {
            throw ChangeFlaw(.cannot, nil, ["table": .text(recipe.menu.path)])
        }
        _ = try await picture.rows(recipe.menu)
        guard !picture.absent.contains(recipe.menu.path) else {
            throw ChangeFlaw(
                .noMenu, nil, ["table": .text(recipe.menu.path), "version": .text("\(picture.version)")])
        }
        switch order.deed {
        case .add: return try await addition(order, recipe)
        case .set, .remove:
            let row = try await row(order.row ?? "", recipe)
            return try await order.deed == .set ? setting(order, recipe, row) : removal(recipe, row)
        }
    }

    // MARK: Add

    private mutating func addition(_ order: RowOrder, _ recipe: ChangeRecipe) async throws -> [ChangeStep] {
        var (fields, flaws) = normalised(order.fields.filter { !$0.value.isEmpty }, recipe)
        for name in recipe.offered where recipe.isNeeded(name) && fields[name] == nil {
            if !flaws.contains(where: { $0.property == name }) { flaws.append(ChangeFlaw(.needed, name)) }
        }
        for field in recipe.preset { fields[field.name] = field.value }
        // What is as the router makes it anyway need not be said.
        fields = fields.filter { name, value in
            guard let property = recipe.schema?.property(name), !recipe.isNeeded(name) else { return true }
            return recipe.preset.contains { $0.name == name }
                || !FieldMeaning.isUsual(value, property, in: recipe.menu.path)
        }
        flaws += try await check(fields, written: Set(fields.keys), recipe, besides: nil)
        guard flaws.isEmpty else { throw ChangeFlaws(flaws: flaws.inOrder(of: recipe)) }
        let rows = try await picture.rows(recipe.menu)
        try checkPlace(order.before, in: rows)
        var step = ChangeStep(.add, recipe.menu.path, label: label(of: fields, recipe))
        step.fields = inOrder(Array(fields.keys), recipe).map { .init($0, before: nil, after: fields[$0] ?? "") }
        step.before = order.before
        return step.separated
    }

    private func label(of fields: [String: String], _ recipe: ChangeRecipe) -> String {
        RouterRecord(fields).label(recipe)
    }

    // MARK: Set

    private mutating func setting(
        _ order: RowOrder, _ recipe: ChangeRecipe, _ row: RouterRecord
    ) async throws -> [ChangeStep] {
        // What comes back as it was shown is no wish, whatever forms a newer version may show.
        let wished = order.fields.filter { SecretNames.contains($0.key) || $0.value != row.values[$0.key] ?? "" }
        let (typed, early) = normalised(wished, recipe)
        let changed = typed.filter { name, value in
            guard let property = recipe.schema?.property(name) else { return false }
            let current = row.values[name]
            if SecretNames.contains(name), current.map(RouterValue.isMasked) ?? true { return !value.isEmpty }
            return !FieldMeaning.same(current, value, property, in: recipe.menu.path)
        }
        var flaws = early
        for (name, value) in changed where value.isEmpty && recipe.isNeeded(name) {
            flaws.append(ChangeFlaw(.needed, name))
        }
        let former = row.settings(of: recipe.menu, in: picture.version)
        let after = former.merging(changed) { $1 }
        flaws += try await check(after, written: Set(changed.keys), recipe, besides: row.id)
        guard flaws.isEmpty else { throw ChangeFlaws(flaws: flaws.inOrder(of: recipe)) }
        var steps: [ChangeStep] = []
        if !changed.isEmpty {
            var step = ChangeStep(.set, recipe.menu.path, id: row.id?.description, label: row.label(recipe))
            step.fields = inOrder(Array(changed.keys), recipe).map { name in
                let value = changed[name] ?? ""
                let cleared = recipe.schema?.property(name).map { FieldMeaning.restoring(nil, $0) } ?? ""
                return .init(name, before: row.values[name], after: value.isEmpty ? cleared : value)
            }
            step.former = former
            steps += step.separated
        }
        if let before = order.before, let move = try await move(row, before: before, recipe) { steps.append(move) }
        guard !steps.isEmpty else { throw ChangeFlaw(.nothing) }
        return steps
    }

    private mutating func move(
        _ row: RouterRecord, before: String, _ recipe: ChangeRecipe
    ) async throws -> ChangeStep? {
        let rows = try await picture.rows(recipe.menu)
        try checkPlace(before, in: rows)
        let next = Self.next(of: row, in: rows)
        guard before != row.id?.description, before != next else { return nil }
        var step = ChangeStep(.move, recipe.menu.path, id: row.id?.description, label: row.label(recipe))
        step.before = before
        step.next = next
        return step
    }

    // MARK: Remove

    private mutating func removal(_ recipe: ChangeRecipe, _ row: RouterRecord) async throws -> [ChangeStep] {
        guard !row.flag("default") else { throw ChangeFlaw(.defaultRow, nil, ["row": .text(row.label(recipe))]) }
        try await checkUnused(row, recipe)
        var step = ChangeStep(.remove, recipe.menu.path, id: row.id?.description, label: row.label(recipe))
        step.former = row.settings(of: recipe.menu, in: picture.version)
        step.isLive = recipe.isLive
        if recipe.isOrdered { step.next = Self.next(of: row, in: try await picture.rows(recipe.menu)) }
        return [step]
    }

    // MARK: Rows

    /// The one row of an id or a name that may be changed.
    private mutating func row(_ wanted: String, _ recipe: ChangeRecipe) async throws -> RouterRecord {
        guard !wanted.isEmpty else { throw ChangeFlaw(.needsRow) }
        let facts: [String: Fact] = ["row": .text(wanted), "table": .text(recipe.menu.path)]
        let found = try await picture.rows(recipe.menu).filter { row in
            row.id?.description == wanted || recipe.key.map { row[$0] == wanted } ?? false
        }
        guard let row = found.first, row.id != nil else { throw ChangeFlaw(.noSuchRow, nil, facts) }
        guard found.count == 1 else {
            let ids = found.compactMap { $0.id?.description }.joined(separator: ", ")
            throw ChangeFlaw(.severalRows, nil, facts.merging(["words": .text(ids)]) { $1 })
        }
        if recipe.isLive { return row }
        guard !row.flag("dynamic") else { throw ChangeFlaw(.dynamicRow, nil, facts) }
        guard RouterTag(comment: row["comment"]) == nil, row["comment"]?.hasPrefix("lango:") != true else {
            throw ChangeFlaw(.ourRow, nil, facts)
        }
        return row
    }

    private static func next(of row: RouterRecord, in rows: [RouterRecord]) -> String? {
        guard let place = rows.firstIndex(where: { $0.id == row.id }) else { return nil }
        return rows[(place + 1)...].first { !$0.flag("dynamic") }?.id?.description
    }

    private func checkPlace(_ before: String?, in rows: [RouterRecord]) throws(ChangeFlaw) {
        guard let before else { return }
        guard rows.contains(where: { $0.id?.description == before }) else {
            throw ChangeFlaw(.noSuchPlace, nil, ["row": .text(before)])
        }
    }

    private func inOrder(_ names: [String], _ recipe: ChangeRecipe) -> [String] {
        let places = Dictionary(
            (recipe.preset.map { $0.name } + recipe.offered).enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        return names.sorted { (places[$0] ?? .max, $0) < (places[$1] ?? .max, $1) }
    }
}

extension [ChangeFlaw] {
    /// In the order of the form, so that the first one is where the reader begins.
    fileprivate func inOrder(of recipe: ChangeRecipe) -> [ChangeFlaw] {
        func place(_ flaw: ChangeFlaw) -> Int {
            flaw.property.flatMap { recipe.offered.firstIndex(of: $0) } ?? recipe.offered.count
        }
        return enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
    }
}
