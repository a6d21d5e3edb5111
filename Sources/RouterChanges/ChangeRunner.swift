import RouterOS
import Values

/// Carries out single steps and believes them only when they are read back.
///
/// A reply that is lost after the write is recognised by reading again: nothing is ever sent twice.
struct ChangeRunner {
    let transport: any RouterTransport
    let version: RouterVersion
    /// What is waited before reading again after an answer was lost, and between looks at a router that restarts.
    let rest: @Sendable () async -> Void

    /// How a step ended: as it now stands, whether it changed the router, and what is wrong with it.
    struct Outcome {
        var step: ChangeStep
        var isDone: Bool
        var flaw: ChangeFlaw?
    }

    /// Carries out a step.
    func perform(_ step: ChangeStep) async -> Outcome {
        var outcome = Outcome(step: step, isDone: false)
        do {
            switch step.deed {
            case .add: try await add(&outcome)
            case .set: try await set(&outcome)
            case .remove: try await remove(&outcome)
            case .move: try await move(&outcome)
            case .run: try await run(&outcome)
            }
        } catch let flaw as ChangeFlaw {
            outcome.flaw = flaw
        } catch let error as RouterError {
            outcome.flaw = error.kind == .noSuchItem ? vanished(step) : ChangeFlaw(error)
        } catch {
            outcome.flaw = ChangeFlaw(.router, nil, ["reason": .text("\(error)")])
        }
        return outcome
    }

    private func vanished(_ step: ChangeStep) -> ChangeFlaw {
        ChangeFlaw(.vanished, nil, ["row": .text(step.label), "table": .text(step.path)])
    }

    // MARK: Deeds

    private func add(_ outcome: inout Outcome) async throws {
        let step = outcome.step
        let menu = menu(of: step)
        let known = Set(try await rows(like: step).map(\.id))
        var values: [RouterField] = step.fields.map { ($0.name, $0.after) }
        if let before = step.before { values.append(("place-before", before)) }
        var id = try await answer { () throws(RouterError) in try await transport.add(menu, values) }
        if id == nil {
            let fresh = try await readAgain { try await rows(like: step) }
                .filter { !known.contains($0.id) && mismatch($0, step.fields, step.path) == nil }
            guard fresh.count <= 1 else { throw ChangeFlaw(.unknownOutcome) }
            guard let made = fresh.first else { throw ChangeFlaw(.notCarriedOut) }
            id = made.id
        }
        outcome.step.id = id?.description
        outcome.isDone = true
        try await readBack(&outcome)
    }

    private func set(_ outcome: inout Outcome) async throws {
        let step = outcome.step
        guard let id = step.id.flatMap({ RouterID($0) }) else { throw vanished(step) }
        let menu = menu(of: step)
        let values: [RouterField] = step.fields.map { ($0.name, $0.after) }
        let answered: Void? = try await answer { () throws(RouterError) in try await transport.set(menu, id, values) }
        if answered == nil {
            let found = try await readAgain { try await row(of: step) }
            guard let row = found else { throw vanished(step) }
            guard mismatch(row, step.fields, step.path) == nil else { throw ChangeFlaw(.notCarriedOut) }
            // A secret that reads back masked tells nothing: then only the other fields can.
            guard step.fields.contains(where: { !isMasked(row, $0) }) else {
                outcome.isDone = true
                throw ChangeFlaw(.unknownOutcome)
            }
        }
        outcome.isDone = true
        try await readBack(&outcome)
    }

    private func remove(_ outcome: inout Outcome) async throws {
        let step = outcome.step
        guard let id = step.id.flatMap({ RouterID($0) }) else { throw vanished(step) }
        let menu = menu(of: step)
        let answered: Void? = try await answer { () throws(RouterError) in
            do throws(RouterError) {
                try await transport.remove(menu, id)
            } catch {
                // A session that ended by itself is what was wanted.
                guard error.kind == .noSuchItem, step.isLive else { throw error }
            }
        }
        if answered == nil {
            let found = try await readAgain { try await row(of: step) }
            guard found == nil else { throw ChangeFlaw(.notCarriedOut) }
        }
        outcome.isDone = true
        if try await row(of: step) != nil { throw ChangeFlaw(.notKept, nil, ["row": .text(step.label)]) }
    }

    private func move(_ outcome: inout Outcome) async throws {
        let step = outcome.step
        var arguments: [RouterField] = [("numbers", step.id ?? "")]
        if let before = step.before { arguments.append(("destination", before)) }
        let menu = menu(of: step)
        let moved = arguments
        let answered = try await answer { () throws(RouterError) in try await transport.run("move", in: menu, moved) }
        if answered == nil {
            let behind: String? = try await readAgain { try await follower(of: step) }
            guard behind == step.before else { throw ChangeFlaw(.notCarriedOut) }
        }
        outcome.isDone = true
        guard try await follower(of: step) == step.before else {
            throw ChangeFlaw(.notKept, nil, ["row": .text(step.label)])
        }
        outcome.step.left = try await row(of: step)?.settings(of: menu, in: version) ?? [:]
    }

    /// Restarts the router and waits until it has been up for less long than before.
    private func run(_ outcome: inout Outcome) async throws {
        let before = try await uptime()
        let command = outcome.step.command ?? ""
        let menu = menu(of: outcome.step)
        // It may go down before it answers.
        _ = try await answer { () throws(RouterError) in try await transport.run(command, in: menu, []) }
        outcome.isDone = true
        for _ in 0..<60 {
            if let now = try? await uptime(), now < before { return }
            await rest()
        }
        throw ChangeFlaw(.notBack)
    }

    func uptime() async throws -> Span {
        try await transport.readRecord(.systemResource, properties: ["uptime"]).span("uptime") ?? .zero
    }

    /// Runs an exchange that writes; nil where its answer was lost and it may have been carried out.
    private func answer<Answer>(
        _ write: () async throws(RouterError) -> Answer
    ) async throws(RouterError) -> Answer? {
        do throws(RouterError) {
            return try await write()
        } catch {
            guard error.isPossiblyCarriedOut else { throw error }
            return nil
        }
    }

    // MARK: Reading

    func menu(of step: ChangeStep) -> Menu { RouterSchema.menu(step.path).map { Menu($0) } ?? .system }

    /// The rows that could be the step's own: those of its name where it has one.
    func rows(like step: ChangeStep) async throws -> [RouterRecord] {
        let name = step.fields.first { $0.name == "name" }.map { [("name", $0.after)] } ?? []
        return try await transport.read(menu(of: step), where: name, properties: [])
    }

    /// The row of a step as it is now; nil where it is gone.
    func row(of step: ChangeStep) async throws -> RouterRecord? {
        try await transport.read(menu(of: step), properties: []).first { $0.id?.description == step.id }
    }

    /// The id of the row behind the step's own.
    func follower(of step: ChangeStep) async throws -> String? {
        let rows = try await transport.read(menu(of: step), properties: [])
        guard let place = rows.firstIndex(where: { $0.id?.description == step.id }) else { throw vanished(step) }
        return rows[(place + 1)...].first { !$0.flag("dynamic") }?.id?.description
    }

    /// Reads after an answer was lost; a router that stays away leaves the outcome open.
    private func readAgain<Answer>(_ read: () async throws -> Answer) async throws -> Answer {
        for _ in 0..<4 {
            do {
                return try await read()
            } catch is RouterError {
                await rest()
            }
        }
        throw ChangeFlaw(.unknownOutcome)
    }

    private func readBack(_ outcome: inout Outcome) async throws {
        let step = outcome.step
        let found = try await readAgain { try await row(of: step) }
        guard let row = found else { throw vanished(step) }
        outcome.step.left = row.settings(of: menu(of: step), in: version)
        if let property = mismatch(row, step.fields, step.path) {
            throw ChangeFlaw(.notKept, property, ["row": .text(step.label)])
        }
    }

    /// The first written property that the row does not have as it was written.
    func mismatch(_ row: RouterRecord, _ fields: [ChangeStep.Field], _ path: String) -> String? {
        let schema = RouterSchema.menu(path)
        return fields.first { field in
            guard let property = schema?.property(field.name), !isMasked(row, field) else { return false }
            return !FieldMeaning.same(row.values[field.name], field.after, property, in: path)
        }?.name
    }

    /// Whether a secret cannot be compared, since the router covers it or does not show it at all.
    func isMasked(_ row: RouterRecord, _ field: ChangeStep.Field) -> Bool {
        field.isSecret && (row.values[field.name].map(RouterValue.isMasked) ?? true)
    }
}
