import RouterOS
import Values

extension ChangeRunner {
    /// Takes a step back, if its row is still as the step left it.
    ///
    /// - Throws: `ChangeFlaw` and `RouterError`; nothing was written where the flaw is `otherSince`.
    func reverse(_ step: ChangeStep) async throws {
        guard step.deed != .run, !step.isLive else { throw ChangeFlaw(.notUndoable, nil, facts(step)) }
        try await check(step)
        guard let back = step.reversed else { return }
        let outcome = await perform(back)
        if let flaw = outcome.flaw { throw flaw }
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
        return !rows.contains { row in
            row.id?.description == step.id || key.map { row.values[$0] == step.former[$0] } ?? false
                && (row["server"] ?? "all") == (step.former["server"] ?? "all")
        }
    }

    private func facts(_ step: ChangeStep) -> [String: Fact] {
        ["row": .text(step.label), "table": .text(step.path)]
    }
}

extension ChangeStep {
    /// The step that takes this one back, without what is lost; nil where nothing is left to do.
    var reversed: ChangeStep? {
        let schema = RouterSchema.menu(path)
        let lost = Set(lost)
        switch deed {
        case .add: return ChangeStep(.remove, path, id: id, label: label)
        case .set:
            var back = ChangeStep(.set, path, id: id, label: label)
            back.fields = fields.filter { !lost.contains($0.name) }.compactMap { field in
                guard let property = schema?.property(field.name) else { return nil }
                return Field(
                    field.name, before: field.after, after: FieldMeaning.restoring(field.before, property))
            }
            return back.fields.isEmpty ? nil : back
        case .remove:
            var back = ChangeStep(.add, path, label: label)
            back.fields = former.sorted { $0.key < $1.key }.compactMap { name, value in
                guard let property = schema?.property(name), !value.isEmpty, !lost.contains(name),
                    property.isRequired || !FieldMeaning.same(nil, value, property, in: path)
                else { return nil }
                return Field(name, before: nil, after: value)
            }
            back.before = next
            return back
        case .move:
            var back = ChangeStep(.move, path, id: id, label: label)
            back.before = next
            return back
        case .run: return nil
        }
    }
}
