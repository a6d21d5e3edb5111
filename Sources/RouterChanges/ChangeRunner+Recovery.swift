import RouterOS
import Values

/// What is read on a router after the gateway that was changing it has stopped in the middle.
extension ChangeRunner {
    /// What a reading says of a step that was perhaps carried out.
    enum Finding {
        /// It was, with what is known of its row now.
        case made(ChangeStep)
        case notMade
        /// The row is neither as it was nor as it should be.
        case unclear
    }

    /// Whether a step was carried out; `time` has passed since its change began.
    func finding(_ step: ChangeStep, after time: Span) async throws -> Finding {
        var made = step
        made.isDone = true
        switch step.deed {
        case .add:
            let fresh = try await rows(like: step).filter {
                isNewer($0, than: step) && mismatch($0, step.fields, step.path) == nil
            }
            guard fresh.count <= 1 else { return .unclear }
            guard let row = fresh.first else { return .notMade }
            made.id = row.id?.description
            made.left = row.settings(of: menu(of: step), in: version)
        case .set:
            guard let row = try await row(of: step) else { return .unclear }
            made.left = row.settings(of: menu(of: step), in: version)
            let told = step.fields.filter { !isMasked(row, $0) }
            guard !told.isEmpty else { return .unclear }
            if isBefore(row, told, step.path) { return .notMade }
            guard mismatch(row, told, step.path) == nil else { return .unclear }
        case .remove:
            guard try await row(of: step) == nil else { return .notMade }
        case .move:
            guard let row = try await row(of: step) else { return .unclear }
            made.left = row.settings(of: menu(of: step), in: version)
            let behind: String? = try await follower(of: step)
            guard behind == step.before else { return behind == step.next ? .notMade : .unclear }
        case .run:
            guard try await uptime() < time else { return .notMade }
        }
        return .made(made)
    }

    /// Takes steps back, the last first, some of which perhaps are back already; false where one is not, and cannot be.
    func unwind(_ steps: [ChangeStep]) async throws -> Bool {
        for step in steps.reversed() {
            guard step.isReversible else { return false }
            do {
                if try await isBack(step) { continue }
                try await check(step)
                try await reverse(step)
            } catch is ChangeFlaw {
                return false
            }
        }
        return true
    }

    /// Whether a step that was carried out has been taken back.
    private func isBack(_ step: ChangeStep) async throws -> Bool {
        switch step.deed {
        case .add: return try await row(of: step) == nil
        case .set:
            guard let row = try await row(of: step) else { return false }
            let told = step.fields.filter { !isMasked(row, $0) }
            return !told.isEmpty && isBefore(row, told, step.path)
        case .remove:
            let former = step.former.map { ChangeStep.Field($0.key, before: nil, after: $0.value) }
            return try await transport.read(menu(of: step), properties: []).contains {
                isNewer($0, than: step) && mismatch($0, former, step.path) == nil
            }
        case .move: return try await follower(of: step) == step.next
        case .run: return false
        }
    }

    /// Whether a row came into its table since the change began.
    private func isNewer(_ row: RouterRecord, than step: ChangeStep) -> Bool {
        guard let id = row.id else { return false }
        return step.newest.flatMap { RouterID($0) }.map { id.number > $0.number } ?? true
    }

    private func isBefore(_ row: RouterRecord, _ fields: [ChangeStep.Field], _ path: String) -> Bool {
        let schema = RouterSchema.menu(path)
        return fields.allSatisfy { field in
            guard let property = schema?.property(field.name) else { return true }
            return FieldMeaning.same(row.values[field.name], field.before, property, in: path)
        }
    }
}
