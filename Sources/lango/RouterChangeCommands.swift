import Arguments
import HTTPClient
import Locales
import Provisioning
import RouterChanges
import RouterOS
import SQL
import Tenancy
import Values

/// Commands that change routers: `lango router set gate ppp-secret alice profile=gold --preview`.
enum RouterChangeCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)
    private static let deedOptions: [Command.Option] =
        [
            tenantOption, .flag("preview", "only tell what would be done, with a mark for --expect"),
            .value("expect", "MARK", "refuse where the router has changed since the preview with this mark"),
        ] + OperationCommands.common
    private static let place = Command.Option.value("before", "ID", "put the row before this one, such as *1F")

    static let all: [Command] = [
        Command(
            "router make", "Makes a row on a router; `password=-` reads that value from standard input.",
            operands: ["NAME", "KIND", "[PROPERTY=VALUE…]"], options: [place] + deedOptions
        ) { try await row(.add, $0) },
        Command(
            "router set", "Changes a row of a router; `comment=` clears, `password=-` reads from standard input.",
            operands: ["NAME", "KIND", "ROW", "[PROPERTY=VALUE…]"], options: [place] + deedOptions
        ) { try await row(.set, $0) },
        Command(
            "router remove", "Removes a row of a router.", operands: ["NAME", "KIND", "ROW"], options: deedOptions
        ) { try await row(.remove, $0) },
        Command("router kinds", "Lists what can be changed on routers, with the properties of each.") { _ in kinds() },
        Command(
            "router speed", "Gives a customer who is online another speed at once: upload/download, such as 2M/5M.",
            operands: ["NAME", "CUSTOMER", "LIMIT"], options: deedOptions
        ) { try await make(.speed(customer: $0.operand("CUSTOMER"), limit: $0.operand("LIMIT")), $0) },
        Command(
            "router disconnect", "Ends the sessions of a customer, hotspot and PPP.", operands: ["NAME", "CUSTOMER"],
            options: deedOptions
        ) { try await make(.disconnect(customer: $0.operand("CUSTOMER")), $0) },
        Command("router reboot", "Restarts a router.", operands: ["NAME"], options: deedOptions) {
            try await make(.reboot, $0)
        },
        Command(
            "router journal", "Lists who changed what on a router, newest first.", operands: ["NAME"],
            options: [tenantOption] + OperationCommands.common
        ) { try journal($0) },
        Command(
            "router undo", "Takes a change back, if its rows are still as it left them.", operands: ["NAME", "CHANGE"],
            options: [tenantOption] + OperationCommands.common
        ) { try await undo($0) },
    ]

    /// An install opened for one router, closed with `install.store.close()`.
    private struct Bench {
        let install: Install
        let router: Router
        let changer: RouterChanger

        init(_ invocation: Invocation) throws {
            install = try Install(OperationCommands.settings(invocation))
            router = try SetupCommands.router(invocation, install)
            let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
            changer = RouterChanger(
                store: install.store, masterKey: install.masterKey, now: SystemClock.now,
                open: { try doors.transport(to: $0) })
        }

        func words(_ key: String, _ facts: [String: Fact] = [:]) -> String {
            install.locales.format(key, .english, facts)
        }

        /// Sentences for all that is wrong, one a line.
        func sentences(_ flaws: [ChangeFlaw]) -> String {
            flaws.map { flaw in
                let property = flaw.property.map { "\($0): " } ?? ""
                return property + words(flaw.key, flaw.words)
            }.joined(separator: "\n       ")
        }

        func run<Answer>(_ work: (RouterChanger, Router) async throws -> Answer) async throws -> Answer {
            defer { install.store.close() }
            do {
                return try await work(changer, router)
            } catch let flaws as ChangeFlaws {
                throw Refused(description: sentences(flaws.flaws))
            }
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    // MARK: Deeds

    private static func row(_ deed: RowOrder.Deed, _ invocation: Invocation) async throws {
        let fields = try fields(invocation.rest)
        let row = invocation.operand("ROW")
        let order = RowOrder(
            deed, invocation.operand("KIND"), row: row.isEmpty ? nil : row, fields, before: invocation["before"])
        try await make(.row(order), invocation)
    }

    /// `name=alice`, `comment=`, `password=-`.
    private static func fields(_ words: [String]) throws -> [String: String] {
        var fields: [String: String] = [:]
        for word in words {
            let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, !halves[0].isEmpty else {
                throw Misuse("\(word) is no PROPERTY=VALUE; `lango router kinds` lists the properties")
            }
            guard fields[halves[0]] == nil else { throw Misuse("\(halves[0]) stands twice") }
            if !halves[1].isEmpty, SecretNames.contains(halves[0]) {
                guard halves[1] == "-" else {
                    throw Misuse(
                        "what stands in a command is seen in the list of processes; write \(halves[0])=- and give the "
                            + "value on standard input")
                }
                guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                    throw Misuse("give the value of \(halves[0]) on standard input")
                }
                fields[halves[0]] = line
            } else {
                fields[halves[0]] = halves[1]
            }
        }
        return fields
    }

    private static func make(_ order: ChangeOrder, _ invocation: Invocation) async throws {
        let bench = try Bench(invocation)
        try await bench.run { changer, router in
            let plan = try await changer.preview(order, on: router)
            show(plan, bench)
            guard !invocation.has("preview") else { return Console.show("mark: \(plan.fingerprint)") }
            let change = try await changer.apply(
                order, on: router, as: ID(at: SystemClock.now()), expecting: invocation["expect"] ?? plan.fingerprint,
                by: "command line")
            try tell(change, bench)
        }
    }

    private static func show(_ plan: ChangePlan, _ bench: Bench) {
        for step in plan.steps {
            Console.show(line(step.line))
            for field in step.fields where step.deed == .set && !field.isSecret {
                Console.show("    \(field.name): \(line(field.before ?? "")) -> \(line(field.after))")
            }
            if !step.isReversible {
                let key = step.lost.isEmpty ? "change.no-way-back" : "change.no-way-back.lost"
                Console.show("    \(bench.words(key, ["words": .text(step.lost.joined(separator: ", "))]))")
            }
        }
    }

    /// Tells how a change ended; the exit code is 1 where it was not made.
    private static func tell(_ change: RouterChange, _ bench: Bench) throws {
        let note = change.flaw.map { bench.sentences([$0]) }
        let state = bench.words("change.state.\(change.state.rawValue)")
        guard change.state == .done || change.state == .undone else {
            throw Refused(description: [state, note].compactMap(\.self).joined(separator: ": "))
        }
        Console.show([state, note].compactMap(\.self).joined(separator: ": "))
        if change.isUndoable { Console.show("change: \(change.id)") }
    }

    private static func undo(_ invocation: Invocation) async throws {
        guard let id = ID<RouterChange>(invocation.operand("CHANGE")) else {
            throw Misuse("CHANGE is the key that `lango router journal` lists")
        }
        let bench = try Bench(invocation)
        try await bench.run { changer, router in
            try tell(try await changer.undo(id, on: router, by: "command line"), bench)
        }
    }

    // MARK: Lists

    private static func journal(_ invocation: Invocation) throws {
        let bench = try Bench(invocation)
        defer { bench.install.store.close() }
        let changes = try bench.changer.journal(of: bench.router)
        if changes.isEmpty { Console.show("nothing was changed by Lango") }
        for change in changes {
            let isLost = change.isAbandoned(at: SystemClock.now())
            let state = bench.words("change.state.\(isLost ? "abandoned" : change.state.rawValue)")
            Console.show(
                "\(change.madeAt.iso8601)\t\(change.id)\t\(state)\t\(change.madeBy)\t\(change.title)"
                    + "\t\(line(change.subject))")
            for step in change.steps { Console.show("\t\(line(step.line))") }
            if let flaw = change.flaw { Console.show("\t\(bench.sentences([flaw]))") }
            if let person = change.undoneBy, let at = change.undoneAt {
                Console.show("\tundone\t\(at.iso8601)\t\(person)")
            }
        }
    }

    private static func kinds() {
        for recipe in ChangeRecipe.all {
            Console.show("\(recipe.word)\t\(recipe.menu)")
            let names = recipe.offered.map { recipe.isNeeded($0) ? "\($0)!" : $0 }
            Console.show("\t\(names.joined(separator: " "))")
        }
    }

    /// A text on one line of a terminal.
    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" || $0 == "\u{1B}" ? " " : $0 })
    }
}
