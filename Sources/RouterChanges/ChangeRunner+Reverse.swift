import RouterOS
import Values

extension ChangeRunner {
    /// Looks whether every row is still as the last of its steps left it.
    ///
    /// - Throws: `ChangeFlaw` of kind `otherSince`, `RouterError`.
    func check(_ steps: some BidirectionalCollection<ChangeStep>) async throws {
        var seen: Set<String> = []
        for step in steps.reversed() where seen.insert("\(step.path) \(step.id ?? "")").inserted {
            try await check(step)
        }
    }

    /// Takes a step back whose row was checked.
    func reverse(_ step: ChangeStep) async throws {
        guard step.deed != .run, !step.isLive else { throw ChangeFlaw(.notUndoable, nil, facts(step)) }
        var id: String?
        for var back in step.reversed {
            back.id = back.id ?? id
            let outcome = await perform(back)
            if let flaw = outcome.flaw { throw flaw }
            id = outcome.step.id
        }
    }

    /// Whether the row of a step is still as the step left it.
    func check(_ step: ChangeStep) async throws {
        if step.deed == .remove {
            guard try await isFree(step) else { throw ChangeFlaw(.otherSince, nil, facts(step)) }
            return
        }
        guard let row = try await row(of: step) else { throw ChangeFlaw(.otherSince, nil, facts(step)) }
        let now = row.settings(of: menu(of: step), in: version)
        let schema = RouterSchema.menu(step.path)
        for name in Set(now.keys).union(step.left.keys) {
            guard let property = schema?.property(name) else { continue }
            guard FieldMeaning.same(now[name], step.left[name], property, in: step.path) else {
                throw ChangeFlaw(.otherSince, name, facts(step))
            }
        }
        if step.deed == .move, try await follower(of: step) != step.before {
            throw ChangeFlaw(.otherSince, nil, facts(step))
        }
    }

    /// Whether nobody has made a row in the place of one that was removed.
    private func isFree(_ step: ChangeStep) async throws -> Bool {
        let key = ChangeRecipe.table(step.path)?.key
        let rows = try await transport.read(menu(of: step), properties: [])
        if let next = step.next, !rows.contains(where: { $0.id?.description == next }) { return false }
        return !rows.contains { row in
            let isNamesake = key.map { row.values[$0] == step.former[$0] } ?? false
            let isNeighbour = (row["server"] ?? "all") == (step.former["server"] ?? "all")
            return row.id?.description == step.id || isNamesake && isNeighbour
        }
    }

    private func facts(_ step: ChangeStep) -> [String: Fact] {
        ["row": .text(step.label), "table": .text(step.path)]
    }
}

extension ChangeStep {
    /// The steps that take this one back, without what is lost.
    var reversed: [ChangeStep] {
        let schema = RouterSchema.menu(path)
        let lost = Set(lost)
        switch deed {
        case .add: return [ChangeStep(.remove, path, id: id, label: label)]
        case .set:
            var back = ChangeStep(.set, path, id: id, label: label)
            back.fields = fields.filter { !lost.contains($0.name) }.compactMap { field in
                guard let property = schema?.property(field.name) else { return nil }
                return Field(
                    field.name, before: field.after, after: FieldMeaning.restoring(field.before, property))
            }
            back.former = former
            return back.fields.isEmpty ? [] : back.separated
        case .remove:
            var back = ChangeStep(.add, path, label: label)
            back.fields = former.sorted { $0.key < $1.key }.compactMap { name, value in
                guard let property = schema?.property(name), !value.isEmpty, !lost.contains(name),
                    property.isRequired || !FieldMeaning.isUsual(value, property, in: path)
                else { return nil }
                return Field(name, before: nil, after: value)
            }
            back.before = next
            return back.separated
        case .move:
            var back = ChangeStep(.move, path, id: id, label: label)
            back.before = next
            return [back]
        case .run: return []
        }
    }
}
