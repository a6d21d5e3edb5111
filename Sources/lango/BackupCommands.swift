import Arguments
import Backups
import HTTPClient
import Locales
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

/// Commands that keep routers' settings as versions, compare them and bring them back.
enum BackupCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "router backup",
            "Takes a backup now: the settings as commands, without secrets; ends with 1 where it fails.",
            operands: ["[NAME]"],
            options: [
                tenantOption, .flag("all", "every router of the tenant in service"),
                .flag("binary", "the router's own encrypted file too, with everything"),
            ] + OperationCommands.common
        ) { try await take($0) },
        Command(
            "router backups", "Lists the versions of a router's settings and its restores, newest first.",
            operands: ["NAME"], options: [tenantOption] + OperationCommands.common
        ) { try list($0) },
        Command(
            "router diff", "Shows what differs between two versions; the last two where none is named.",
            operands: ["NAME", "[OLD]", "[NEW]"], options: [tenantOption] + OperationCommands.common
        ) { try diff($0) },
        Command(
            "router backup-save", "Writes a version to a file: an export as .rsc, a binary backup as .backup.",
            operands: ["NAME", "VERSION"],
            options: [
                tenantOption, .value("out", "FILE", "where to", isRequired: true),
                .flag("show-password", "tell what a binary backup is encrypted with"),
            ] + OperationCommands.common
        ) { try save($0) },
        Command(
            "router restore",
            "Brings a version back: a binary one is loaded, an export is imported; a fresh backup comes first.",
            operands: ["NAME", "VERSION"],
            options: [
                tenantOption, .flag("preview", "only tell what would be done"),
                .value("confirm", "NAME", "the router's name once more: yes, do it"),
            ] + OperationCommands.common
        ) { try await restore($0) },
    ]

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// An install opened for routers of a tenant, closed with `install.store.close()`.
    private struct Bench {
        let install: Install
        let routers: [Router]
        let keeper: BackupKeeper

        init(_ invocation: Invocation) throws {
            install = try Install(OperationCommands.settings(invocation))
            let tenant = try SetupCommands.tenant(invocation, install)
            let all = try install.store.read(.tenant(tenant.id)) { try $0.routers(of: tenant.id) }
            let name = invocation.operand("NAME")
            let doors = RouterDoors(masterKey: install.masterKey, client: HTTPClient(), now: SystemClock.now)
            keeper = BackupKeeper(install, log: .silent, doors: doors)
            if name.isEmpty, invocation.has("all") {
                routers = all.filter(\.state.isServed)
            } else {
                guard let router = all.first(where: { $0.name == name }), !invocation.has("all") else {
                    throw Misuse("name one router, or say --all; there are: \(all.map(\.name).joined(separator: ", "))")
                }
                routers = [router]
            }
        }

        func words(_ key: String) -> String { install.locales.format(key, .english, [:]) }
    }

    private static func version(_ invocation: Invocation, _ name: String) throws -> Int {
        guard let version = Int(invocation.operand(name)), version > 0 else {
            throw Misuse("\(name) is a number that `lango router backups` lists")
        }
        return version
    }

    // MARK: Taking

    private static func take(_ invocation: Invocation) async throws {
        let bench = try Bench(invocation)
        defer { bench.install.store.close() }
        let wish = BackupKeeper.Wish(
            .asked, by: "command line", binary: invocation.has("binary") ? .always : .never)
        let failed = await withTaskGroup(of: (Router, BackupKeeper.Outcome).self) { group in
            var (failed, waiting) = (0, bench.routers.filter { !$0.comesByItself }[...])
            func startNext() {
                guard let router = waiting.popFirst() else { return }
                group.addTask { (router, await bench.keeper.take(router, wish)) }
            }
            for _ in 0..<64 { startNext() }
            for await (router, outcome) in group {
                if !tell(outcome, of: router) { failed += 1 }
                startNext()
            }
            return failed
        }
        let missing = try await take(coming: bench.routers.filter(\.comesByItself), bench)
        guard failed + missing == 0 else {
            throw Refused(description: "\(failed + missing) of \(bench.routers.count) routers could not be backed up")
        }
    }

    /// How long the running gateway may take with a router that comes by itself.
    private static let patience = Span.seconds(180)

    /// Has the running gateway back up routers that come by themselves, since nobody else can talk to them; returns how
    /// many it did not.
    private static func take(coming routers: [Router], _ bench: Bench) async throws -> Int {
        var missing = 0
        for router in routers {
            let asked = SystemClock.now()
            try bench.install.store.writeNow(.tenant(router.tenant)) {
                try $0.ask(toBackUp: router.id, of: router.tenant, at: asked)
            }
            let state = try await GatewayAnswer.wait(upTo: patience) {
                try bench.keeper.state(of: router).flatMap { $0.hasAnswer(since: asked) ? $0 : nil }
            }
            let trouble = state?.trouble ?? "the gateway has not backed it up; is `lango serve` running?"
            guard trouble.isEmpty,
                let newest = try bench.keeper.backups(of: router).first(where: { $0.kind == .export })
            else {
                missing += 1
                Console.show("\(router.name): \(trouble)")
                continue
            }
            _ = tell(
                .done(export: newest.version, isNew: newest.takenAt >= asked, binary: nil, note: state?.note ?? ""),
                of: router)
        }
        return missing
    }

    /// Tells how a backup ended; false where it brought nothing.
    private static func tell(_ outcome: BackupKeeper.Outcome, of router: Router) -> Bool {
        switch outcome {
        case .done(let export, let isNew, let binary, let note):
            let news = isNew ? "version \(export) is new" : "nothing changed since version \(export)"
            let file = binary.map { ", binary backup is version \($0)" } ?? ""
            Console.show("\(router.name): \(news)\(file)" + (note.isEmpty ? "" : "; \(note)"))
            return true
        case .busy:
            Console.show("\(router.name): a backup or a restore is under way")
            return false
        case .trouble(let sentence):
            Console.show("\(router.name): \(sentence)")
            return false
        }
    }

    // MARK: Looking

    private static func list(_ invocation: Invocation) throws {
        let bench = try Bench(invocation)
        defer { bench.install.store.close() }
        guard let router = bench.routers.first else { return }
        let backups = try bench.keeper.backups(of: router)
        if let state = try bench.keeper.state(of: router) {
            for sentence in [state.trouble, state.note] where !sentence.isEmpty { Console.show(sentence) }
        }
        if backups.isEmpty {
            Console.show("there is no backup yet; try: lango router backup \(router.name) --tenant …")
        }
        for backup in backups {
            let seen = backup.seenAt > backup.takenAt ? "\tthe same until \(backup.seenAt.iso8601)" : ""
            let reason = bench.words("backup.reason.\(backup.reason.rawValue)")
            let kind = bench.words("backup.kind.\(backup.kind.rawValue)")
            Console.show(
                "\(backup.version)\t\(backup.takenAt.iso8601)\t\(kind)\tRouterOS \(backup.routerOS)\t\(backup.size) B"
                    + "\t\(reason)\t\(line(backup.takenBy))\(seen)" + (backup.note.isEmpty ? "" : "\t\(backup.note)"))
        }
        for restore in try bench.keeper.restores(of: router) {
            Console.show(
                "restore of \(restore.version)\t\(restore.beganAt.iso8601)\t\(line(restore.askedBy))"
                    + "\t\(sentence(restore, bench))")
        }
    }

    private static func diff(_ invocation: Invocation) throws {
        let bench = try Bench(invocation)
        defer { bench.install.store.close() }
        guard let router = bench.routers.first else { return }
        let exports = try bench.keeper.backups(of: router).filter { $0.kind == .export }.map(\.version)
        let (old, new): (Int, Int)
        if invocation.operand("OLD").isEmpty {
            guard exports.count >= 2 else { throw Refused(description: "there are no two exports to compare") }
            (old, new) = (exports[1], exports[0])
        } else {
            old = try version(invocation, "OLD")
            new = invocation.operand("NEW").isEmpty ? exports.first ?? old : try version(invocation, "NEW")
        }
        show(try bench.keeper.diff(from: old, to: new, of: router), from: "version \(old)", to: "version \(new)")
    }

    private static func show(_ diff: ExportDiff, from old: String, to new: String) {
        guard !diff.isEmpty else { return Console.show("\(old) and \(new) hold the same settings") }
        Console.show("--- \(old)\n+++ \(new)")
        for section in diff.sections {
            Console.show("@@ \(section.path) @@")
            for (index, run) in section.runs.enumerated() {
                if index > 0 { Console.show("...") }
                for entry in run { Console.show(entry.mark.rawValue + line(entry.text)) }
            }
        }
        if diff.leftOut > 0 { Console.show("... and \(diff.leftOut) more") }
    }

    // MARK: Bringing back

    private static func save(_ invocation: Invocation) throws {
        let bench = try Bench(invocation)
        defer { bench.install.store.close() }
        guard let router = bench.routers.first else { return }
        let (backup, content) = try bench.keeper.content(try version(invocation, "VERSION"), of: router)
        let path = invocation.required("out")
        try TextFile.write(content.bytes, to: path, mode: 0o600)
        Console.show("version \(backup.version) of \(router.name) is in \(path)")
        if invocation.has("show-password"), let password = content.password {
            Console.show("password: \(password.revealed)")
        }
    }

    private static func restore(_ invocation: Invocation) async throws {
        let bench = try Bench(invocation)
        defer { bench.install.store.close() }
        guard let router = bench.routers.first else { return }
        let version = try version(invocation, "VERSION")
        let confirmed = invocation["confirm"]
        guard confirmed == nil || confirmed == router.name else {
            throw Misuse("--confirm takes the name of the router, \(router.name)")
        }
        if invocation.has("preview") || confirmed == nil {
            let plan = try await bench.keeper.plan(version, of: router)
            show(plan.diff, from: "the router now", to: "version \(version)")
            for warning in plan.warnings { Console.show("note: \(bench.words("restore.warning.\(warning.rawValue)"))") }
            if let obstacle = plan.obstacle { throw Refused(description: obstacle) }
            guard invocation.has("preview") else {
                throw Misuse("nothing was done; add --confirm \(router.name) to restore version \(version)")
            }
            return
        }
        let restore = try await bench.keeper.restore(
            version, of: router, as: ID(at: SystemClock.now()), by: "command line")
        let sentence = sentence(restore, bench)
        guard restore.state == .done else { throw Refused(description: sentence) }
        Console.show(sentence)
    }

    private static func sentence(_ restore: Restore, _ bench: Bench) -> String {
        let isLost = restore.isAbandoned(at: SystemClock.now())
        let state = bench.words(isLost ? "restore.abandoned" : "restore.state.\(restore.state.rawValue)")
        let since = restore.state == .unanswered || isLost ? restore.sentAt.map { " (\($0.iso8601))" } ?? "" : ""
        return state + since + (restore.note.isEmpty ? "" : " \(line(restore.note))")
    }

    /// A text on one line of a terminal.
    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" || $0 == "\u{1B}" ? " " : $0 })
    }
}

extension BackupKeeper {
    /// The keeper of an install as its settings say.
    convenience init(_ install: Install, log: Log, doors: RouterDoors) {
        let settings = install.settings
        var pace = BackupKeeper.Pace()
        pace.interval = settings.backups > 0 ? .hours(settings.backups) : nil
        pace.retention.newest = settings.backupsKept
        pace.retention.months = settings.backupMonths
        self.init(
            store: install.store, masterKey: install.masterKey, log: log, pace: pace, now: SystemClock.now,
            open: { router in
                BackupWays(transport: try doors.transport(to: router), console: try doors.console(to: router))
            })
    }
}

extension BackupState {
    /// Whether an attempt that began since then is over.
    fileprivate func hasAnswer(since moment: Instant) -> Bool {
        triedAt.map { $0 >= moment } ?? false && busyUntil <= SystemClock.now()
    }
}
