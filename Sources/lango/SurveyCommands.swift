import Arguments
import HTTPClient
import Inventory
import JSON
import Provisioning
import RouterOS
import SQL
import Telemetry
import Tenancy
import Values

/// Commands that read routers completely and show what they have.
enum SurveyCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "router sync", "Reads all that a router has and keeps it; ends with 1 where a router cannot be read.",
            operands: ["[NAME]"],
            options: [tenantOption, .flag("all", "every router of the tenant in service")] + OperationCommands.common
        ) { try await sync($0) },
        Command(
            "router show", "Shows what a router had when it was last read: its tables, or the rows of one.",
            operands: ["NAME", "[TABLE]"],
            options: [tenantOption, .flag("json", "every property, for a program")] + OperationCommands.common
        ) { try show($0) },
        Command(
            "router changes", "Shows what changed on a router from reading to reading, newest first.",
            operands: ["NAME"], options: [tenantOption] + OperationCommands.common
        ) { try changes($0) },
    ]

    private static func routers(_ invocation: Invocation, of tenant: Tenant, _ install: Install) throws -> [Router] {
        let name = invocation.operand("NAME")
        if invocation.has("all") {
            guard name.isEmpty else { throw Misuse("name one router, or say --all") }
            return try install.store.read(.tenant(tenant.id)) { try $0.routers(of: tenant.id) }.filter(\.state.isServed)
        }
        guard !name.isEmpty else { throw Misuse("name a router, or say --all") }
        return [try SetupCommands.router(named: name, of: tenant, install)]
    }

    // MARK: Sync

    /// The exit code tells that a router could not be read; the sentences told which and why.
    private struct NotAll: Error, CustomStringConvertible {
        let description: String
    }

    private static func sync(_ invocation: Invocation) async throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        let routers = try routers(invocation, of: tenant, install)
        let called = routers.filter { !$0.comesByItself }
        let asked = Task { try await sync(coming: routers.filter(\.comesByItself), install) }
        let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
        var pace = InventoryKeeper.Pace()
        pace.interval = .minutes(install.settings.surveys)
        pace.atOnce = 16
        let keeper = InventoryKeeper(
            store: install.store, log: .silent, pace: pace, now: SystemClock.now,
            open: { try doors.transport(to: $0) })
        let unread = await withTaskGroup(of: (Router, InventoryKeeper.Outcome).self) { group in
            var (unread, waiting) = (0, called[...])
            func startNext() {
                guard let router = waiting.popFirst() else { return }
                group.addTask { (router, await keeper.read(router)) }
            }
            for _ in 0..<pace.knocksAtOnce { startNext() }
            for await (router, outcome) in group {
                if !tell(outcome, of: router) { unread += 1 }
                startNext()
            }
            return unread
        }
        let unanswered = try await asked.value
        guard unread + unanswered == 0 else {
            throw NotAll(description: "\(unread + unanswered) of \(routers.count) routers could not be read")
        }
    }

    /// How long the running gateway may take with a router that comes by itself.
    private static let patience = Span.seconds(90)

    /// Has the running gateway read routers that come by themselves, since nobody else can talk to them; returns how many
    /// it did not read.
    private static func sync(coming routers: [Router], _ install: Install) async throws -> Int {
        var unread = 0
        for router in routers {
            let asked = SystemClock.now()
            try install.store.writeNow(.tenant(router.tenant)) {
                try $0.ask(toRead: router.id, of: router.tenant, at: asked)
            }
            let inventory = try await GatewayAnswer.wait(upTo: patience) {
                try install.store.read(.tenant(router.tenant)) { try $0.inventory(of: router.id, of: router.tenant) }
                    .flatMap { $0.hasAnswer(since: asked) ? $0 : nil }
            }
            guard let inventory, inventory.trouble.isEmpty else {
                unread += 1
                let trouble = inventory?.trouble ?? "the gateway has not read it; is `lango serve` running?"
                Console.show("\(router.name): \(trouble)")
                continue
            }
            let survey = try install.store.read(.tenant(router.tenant)) {
                try $0.surveys(of: router.id, of: router.tenant, atMost: 1).first
            }
            guard let survey else { continue }
            _ = tell(
                .done(tables: survey.tablesRead, failed: survey.tablesFailed, changes: survey.changeCount), of: router)
        }
        return unread
    }

    /// Tells how a reading ended; false where it brought nothing.
    private static func tell(_ outcome: InventoryKeeper.Outcome, of router: Router) -> Bool {
        switch outcome {
        case .done(let tables, let failed, let changes):
            let trouble = failed == 0 ? "" : "; \(failed) could not be read"
            let news = changes == 0 ? "nothing changed" : changes == 1 ? "1 change" : "\(changes) changes"
            Console.show("\(router.name): \(tables) tables read, \(news)\(trouble)")
            return true
        case .busy:
            Console.show("\(router.name): it is being read at this moment")
            return true
        case .trouble(let sentence):
            Console.show("\(router.name): \(sentence)")
            return false
        }
    }

    // MARK: Show

    private static func show(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        guard let router = try routers(invocation, of: tenant, install).first else { return }
        let path = invocation.operand("TABLE")
        guard path.isEmpty else {
            return try showTable(path, of: router, asJSON: invocation.has("json"), install)
        }
        let (inventory, tables) = try install.store.read(.tenant(tenant.id)) { transaction in
            (
                try transaction.inventory(of: router.id, of: tenant.id),
                try transaction.tableCounts(of: router.id, of: tenant.id)
            )
        }
        guard let inventory, let readAt = inventory.surveyedAt else { throw NeverRead(name: router.name) }
        let facts = inventory.capabilities
        Console.show("\(router.name)\tRouterOS \(facts.version)\t\(facts.board)\t\(facts.architecture)")
        Console.show("read\t\(readAt.iso8601)" + (inventory.trouble.isEmpty ? "" : "\t\(inventory.trouble)"))
        let known = Dictionary(tables.map { ($0.path, $0) }) { first, _ in first }
        for table in SurveyPlan.tables {
            guard let stored = known[table.path], stored.standing != .absent else { continue }
            let note = stored.note.isEmpty ? "" : "\t\(stored.note)"
            Console.show("\(table.path)\t\(stored.count)\t\(stored.standing.rawValue)\(note)")
        }
    }

    private struct NeverRead: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) was never read; try: lango router sync \(name) --tenant …" }
    }

    private static func showTable(_ path: String, of router: Router, asJSON: Bool, _ install: Install) throws {
        guard let table = SurveyPlan.table(path) else {
            throw Misuse("\(path) is no table that is read; `lango router show \(router.name)` lists them")
        }
        let stored = try install.store.read(.tenant(router.tenant)) {
            try $0.storedTable(path, of: router.id, of: router.tenant)
        }
        guard let stored else { throw NeverRead(name: router.name) }
        guard !asJSON else { return Console.show(stored.json.serialized(pretty: true).text) }
        if table.nature == .counted { return Console.show("\(stored.count) rows; they are only counted") }
        if table.isRecord {
            for row in stored.rows {
                for name in row.values.keys.sorted() { Console.show("\(name)\t\(line(row.values[name]))") }
                for name in row.secrets.sorted() { Console.show("\(name)\t(is set)") }
            }
            return
        }
        let rows = stored.rows
        let columns = table.columns.filter { column in rows.contains { $0[column] != nil } }
        Console.show((["id"] + columns).joined(separator: "\t"))
        for row in rows { Console.show(([row.id ?? ""] + columns.map { line(row[$0]) }).joined(separator: "\t")) }
    }

    // MARK: Changes

    private static func changes(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let tenant = try SetupCommands.tenant(invocation, install)
        guard let router = try routers(invocation, of: tenant, install).first else { return }
        let surveys = try install.store.read(.tenant(tenant.id)) {
            try $0.surveys(of: router.id, of: tenant.id, changedOnly: true, atMost: 50)
        }
        if surveys.isEmpty { Console.show("no change has been noticed") }
        for survey in surveys {
            for change in survey.changes {
                Console.show("\(survey.endedAt.iso8601)\t\(change.path)\t\(change.kind.rawValue)\t\(line(change.row))")
                for property in change.properties where change.kind == .changed {
                    Console.show("\t\(property.name)\t\(line(property.before))\t\(line(property.after))")
                }
            }
        }
    }

    /// A value on one line of a terminal.
    private static func line(_ text: String?) -> String {
        guard let text else { return "" }
        return String(WireText.readable(text).map { $0.isNewline || $0 == "\t" || $0 == "\u{1B}" ? " " : $0 })
    }
}

extension Router {
    /// Whether nobody can call it, so that the running gateway alone can talk to it.
    var comesByItself: Bool { RouterAddresses(address)?.ways.allSatisfy { $0.service == .pull } ?? false }
}

extension RouterInventory {
    /// Whether an attempt that began since then is over.
    fileprivate func hasAnswer(since moment: Instant) -> Bool {
        triedAt.map { $0 >= moment } ?? false && busyUntil <= SystemClock.now()
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
