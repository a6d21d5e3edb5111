package import Crypto
package import RouterOS
package import SQL
package import Tenancy
package import Values

/// The rows of a table as they are now, and what a form for one of them needs.
package struct ChangeSheet: Sendable {
    package let recipe: ChangeRecipe
    /// What the router's version takes.
    package let properties: [RouterProperty]
    package let rows: [RouterRecord]
    /// The names that a property may take; nothing where it takes any text.
    package let choices: [String: [String]]

    /// How people call a row.
    package func label(_ row: RouterRecord) -> String { row.label(recipe) }

    /// Whether a row is for people to change: neither the router's own making nor a voucher's.
    package func isChangeable(_ row: RouterRecord) -> Bool { recipe.isChangeable(row.values) }

    /// Whether a property holds a secret.
    package func isSecret(_ name: String) -> Bool { SecretNames.contains(name) }
}

/// Changes routers: previews the exact steps, makes them, keeps the journal, undoes them.
package struct RouterChanger: Sendable {
    let store: Store
    private let archive: ChangeArchive
    private let markKey: SecretKey
    let now: @Sendable () -> Instant
    private let open: @Sendable (Router) throws -> any RouterTransport
    private let rest: @Sendable () async -> Void

    /// How long a change counts as being made without a sign of its gateway, which gives one three times as often.
    private static let lease = Span.minutes(2)

    /// Makes the changer; `open` gives the one way to a router that everybody here shares, and `rest` passes the time
    /// before a router is asked again.
    package init(
        store: Store, masterKey: SecretKey, now: @escaping @Sendable () -> Instant,
        open: @escaping @Sendable (Router) throws -> any RouterTransport,
        rest: @escaping @Sendable () async -> Void = RouterRest.afterTrouble
    ) {
        self.store = store
        archive = ChangeArchive(key: masterKey.derived(for: "router-change"))
        markKey = masterKey.derived(for: "router-change-mark")
        self.now = now
        self.open = open
        self.rest = rest
    }

    // MARK: Look

    /// What an order would do, made from a fresh reading; nothing is written.
    ///
    /// - Throws: `ChangeFlaws` for all that is wrong with the order, `RouterError`, and what `open` throws.
    package func preview(_ order: ChangeOrder, on router: Router) async throws -> ChangePlan {
        var planner = try await ChangePlanner(open(router))
        let steps = try await planner.steps(for: order)
        return ChangePlan(order, steps, planner.picture, key: markKey)
    }

    /// The rows of a recipe's table as they are now; with the names that its properties may take where they are wanted.
    package func sheet(
        of recipe: ChangeRecipe, on router: Router, withChoices: Bool
    ) async throws -> ChangeSheet {
        var picture = try await RouterPicture(open(router))
        let rows = try await picture.rows(recipe.menu)
        var choices: [String: [String]] = [:]
        for property in withChoices ? recipe.properties(in: picture.version) : [] {
            guard let reference = RowReference(property, in: recipe.menu.path) else {
                choices[property.name] = RuleWords.suggested(property.name, recipe.menu.path, rows)
                continue
            }
            var names: Set<String> = []
            for path in reference.paths { names.formUnion(try await picture.names(path)) }
            choices[property.name] = names.union(reference.words).sorted()
        }
        return ChangeSheet(
            recipe: recipe, properties: recipe.properties(in: picture.version), rows: rows, choices: choices)
    }

    /// The journal of a router, newest first.
    package func journal(of router: Router, atMost limit: Int = 100) throws -> [RouterChange] {
        let archive = archive
        return try store.read(.tenant(router.tenant)) {
            try $0.routerChanges(of: router.id, of: router.tenant, atMost: limit, archive)
        }
    }

    /// A change of a tenant.
    package func change(_ id: ID<RouterChange>, of tenant: ID<Tenant>) throws -> RouterChange? {
        let archive = archive
        return try store.read(.tenant(tenant)) { try $0.routerChange(id, of: tenant, archive) }
    }

    // MARK: Apply

    /// Makes a change that was previewed; the same key again tells what became of the first.
    ///
    /// - Throws: `ChangeFlaws` where nothing was done; what fails later is told by the change itself.
    package func apply(
        _ order: ChangeOrder, on router: Router, as id: ID<RouterChange>, expecting fingerprint: String,
        by person: String
    ) async throws -> RouterChange {
        if let known = try await known(id, of: router.tenant) { return known }
        let begun = now()
        var change = RouterChange(
            id: id, tenant: router.tenant, router: router.id, title: order.title, subject: order.subject,
            state: .running, steps: [], madeBy: person, madeAt: begun, busyUntil: begun + Self.lease)
        try await claim(change)
        do {
            let plan = try await preview(order, on: router)
            guard plan.fingerprint == fingerprint else { throw ChangeFlaws(flaws: [ChangeFlaw(.changedMeanwhile)]) }
            change.steps = plan.steps
            for index in change.steps.indices { change.steps[index].newest = plan.newest[change.steps[index].path] }
            try await keep(change)
            let runner = ChangeRunner(transport: try open(router), version: plan.version, rest: rest)
            let beat = signs(of: change)
            defer { beat.cancel() }
            await carryOut(&change, runner)
        } catch {
            let empty = change
            try? await store.write(.tenant(router.tenant)) { try $0.withdraw(empty) }
            throw error
        }
        change.endedAt = now()
        change.busyUntil = begun
        try await keep(change)
        return change
    }

    private func known(_ id: ID<RouterChange>, of tenant: ID<Tenant>) async throws -> RouterChange? {
        let archive = archive
        return try await store.fetch(.tenant(tenant)) { try $0.routerChange(id, of: tenant, archive) }
    }

    private func keep(_ change: RouterChange) async throws {
        let archive = archive
        try await store.write(.tenant(change.tenant)) { try $0.update(change, archive) }
    }

    /// Takes the router for a change, unless somebody is at it, here or on another gateway.
    private func claim(_ change: RouterChange) async throws {
        let (archive, now) = (archive, now())
        let isTaken = try await store.write(.tenant(change.tenant)) { transaction in
            guard try !transaction.isBeingChanged(change.router, of: change.tenant, at: now) else { return false }
            try transaction.insert(change, archive)
            return true
        }
        guard isTaken else { throw ChangeFlaws(flaws: [ChangeFlaw(.busy)]) }
    }

    /// Says from time to time that this gateway is still at a change.
    private func signs(of change: RouterChange) -> Task<Void, Never> {
        Task { [store, now] in
            while !Task.isCancelled {
                // Three signs to a lease; cancelling ends the wait and so the loop.
                try? await Task.sleep(for: .milliseconds(Self.lease.milliseconds / 3))
                guard !Task.isCancelled else { return }
                try? await store.write(.tenant(change.tenant)) {
                    try $0.renew(change, until: now() + Self.lease, at: now())
                }
            }
        }
    }

    /// Takes a change that somebody has left or that is to be undone, unless somebody is at its router; nil where it
    /// is not, or no longer, as `isWanted` says.
    private func take(
        _ id: ID<RouterChange>, on router: Router, _ isWanted: @escaping @Sendable (RouterChange) -> Bool,
        _ begin: @escaping @Sendable (inout RouterChange) -> Void = { _ in }
    ) async throws -> RouterChange? {
        let (archive, now) = (archive, now())
        return try await store.write(.tenant(router.tenant)) { transaction in
            guard try !transaction.isBeingChanged(router.id, of: router.tenant, at: now) else {
                throw ChangeFlaws(flaws: [ChangeFlaw(.busy)])
            }
            guard var change = try transaction.routerChange(id, of: router.tenant, archive),
                change.router == router.id, isWanted(change)
            else { return nil }
            begin(&change)
            change.busyUntil = now + Self.lease
            try transaction.update(change, archive)
            return change
        }
    }

    /// All steps in their order; where one fails, those before it are taken back.
    private func carryOut(_ change: inout RouterChange, _ runner: ChangeRunner) async {
        var added: ChangeStep?
        for index in change.steps.indices {
            if let added, change.steps[index].id == nil, change.steps[index].deed == .set {
                // The rest of a row that was just made.
                change.steps[index].id = added.id
                change.steps[index].former = added.left
            }
            let outcome = await runner.perform(change.steps[index])
            change.steps[index] = outcome.step
            change.steps[index].isDone = outcome.isDone
            if outcome.step.deed == .add { added = outcome.step }
            // What is known so far survives a gateway that stops now.
            change.busyUntil = now() + Self.lease
            try? await keep(change)
            guard let flaw = outcome.flaw else { continue }
            change.flaw = flaw
            if flaw.kind == .notBack { continue }
            let done = change.steps[..<(index + (outcome.isDone ? 1 : 0))]
            let isBack = await takeBack(done, runner)
            change.state = isBack && flaw.kind != .unknownOutcome ? .failed : .broken
            return
        }
        change.state = .done
    }

    /// Takes steps back, the last first; false where one could not be.
    private func takeBack(_ steps: ArraySlice<ChangeStep>, _ runner: ChangeRunner) async -> Bool {
        do {
            try await runner.check(steps)
            for step in steps.reversed() { try await runner.reverse(step) }
        } catch {
            return false
        }
        return steps.allSatisfy(\.isReversible)
    }

    // MARK: Undo

    /// Takes a change back, if every row is still as the change left it.
    ///
    /// - Throws: `ChangeFlaws` where nothing was done; `RouterError`.
    package func undo(_ id: ID<RouterChange>, on router: Router, by person: String) async throws -> RouterChange {
        guard var change = try await known(id, of: router.tenant), change.router == router.id else {
            throw ChangeFlaws(flaws: [ChangeFlaw(.noSuchChange)])
        }
        if change.state == .undone { return change }
        guard change.isUndoable else {
            let lost = change.steps.flatMap(\.lost).joined(separator: ", ")
            throw ChangeFlaws(
                flaws: [ChangeFlaw(lost.isEmpty ? .notUndoable : .lost, nil, ["words": .text(lost)])])
        }
        let before = change
        guard
            let taken = try await take(
                id, on: router, { $0.isUndoable },
                {
                    $0.state = .undoing
                    $0.undoneBy = person
                })
        else { throw ChangeFlaws(flaws: [ChangeFlaw(.notUndoable)]) }
        change = taken
        let beat = signs(of: change)
        defer { beat.cancel() }
        do {
            let transport = try open(router)
            let picture = try await RouterPicture(transport)
            let runner = ChangeRunner(transport: transport, version: picture.version, rest: rest)
            try await goBack(&change, runner)
        } catch {
            try? await keep(before)
            if let flaw = error as? ChangeFlaw { throw ChangeFlaws(flaws: [flaw]) }
            throw error
        }
        change.busyUntil = change.madeAt
        change.undoneAt = now()
        try await keep(change)
        return change
    }

    /// All steps backwards; nothing is written before every row that can be looked at was found unchanged.
    private func goBack(_ change: inout RouterChange, _ runner: ChangeRunner) async throws {
        try await runner.check(change.steps)
        var isBegun = false
        for step in change.steps.reversed() {
            do {
                try await runner.reverse(step)
            } catch {
                guard isBegun else { throw error }
                change.state = .broken
                change.flaw = error as? ChangeFlaw ?? (error as? RouterError).map { ChangeFlaw($0) }
                return
            }
            isBegun = true
        }
        change.state = .undone
        change.flaw = nil
    }

    // MARK: Recover

    /// Looks up what a gateway that stopped in the middle of a change has left on the router: where all was done, says
    /// so; else takes back what was done; a change that was being undone is undone completely.
    ///
    /// Nil where somebody else has seen to it. What cannot be looked up, since the router does not answer, waits.
    ///
    /// - Throws: `ChangeFlaws` where somebody is at the router; `RouterError`, and what `open` throws.
    package func recover(_ id: ID<RouterChange>, on router: Router) async throws -> RouterChange? {
        let now = now()
        guard var change = try await take(id, on: router, { $0.isAbandoned(at: now) }) else { return nil }
        let beat = signs(of: change)
        defer { beat.cancel() }
        do {
            let transport = try open(router)
            let picture = try await RouterPicture(transport)
            let runner = ChangeRunner(transport: transport, version: picture.version, rest: rest)
            if change.state == .undoing {
                let isBack = try await runner.unwind(change.steps)
                change.state = isBack ? .undone : .broken
                change.undoneAt = isBack ? self.now() : nil
            } else {
                change.state = try await settle(&change.steps, since: change.madeAt, runner)
                change.endedAt = self.now()
            }
        } catch {
            change.busyUntil = now
            try? await keep(change)
            throw error
        }
        change.flaw = ChangeFlaw(.interrupted)
        change.busyUntil = change.madeAt
        try await keep(change)
        return change
    }

    /// Finds out which steps were made, and takes them back unless all were.
    private func settle(
        _ steps: inout [ChangeStep], since begun: Instant, _ runner: ChangeRunner
    ) async throws -> RouterChange.State {
        var added: ChangeStep?
        for index in steps.indices {
            if !steps[index].isDone {
                if let added, steps[index].id == nil, steps[index].deed == .set {
                    steps[index].id = added.id
                    steps[index].former = added.left
                }
                switch try await runner.finding(steps[index], after: now() - begun) {
                case .made(let step): steps[index] = step
                case .notMade:
                    let done = Array(steps[..<index])
                    return try await runner.unwind(done) ? .failed : .broken
                case .unclear: return .broken
                }
            }
            if steps[index].deed == .add { added = steps[index] }
        }
        return steps.isEmpty ? .failed : .done
    }
}
