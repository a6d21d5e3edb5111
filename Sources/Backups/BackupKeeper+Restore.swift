import RouterOS
import SQL
import Telemetry
package import Tenancy
package import Values

/// Restoring: prepare, tell the router once, see what became of it.
extension BackupKeeper {
    /// Longer than a restore may take.
    private static let restoreLease = Span.minutes(30)

    /// The restores of a router, newest first.
    package func restores(of router: Router) throws -> [Restore] {
        try store.read(.tenant(router.tenant)) { try $0.restores(of: router.id, of: router.tenant, atMost: 20) }
    }

    /// A restore of a tenant.
    package func restore(_ id: ID<Restore>, of tenant: ID<Tenant>) throws -> Restore? {
        try store.read(.tenant(tenant)) { try $0.restore(id, of: tenant) }
    }

    /// Begins to restore a version and returns at once; the same key again tells what became of the first.
    ///
    /// - Throws: `BackupRefusal`, `SQLError`, where nothing was begun.
    package func beginRestore(
        _ version: Int, of router: Router, as id: ID<Restore>, by person: String
    ) async throws -> Restore {
        if let known = try restore(id, of: router.tenant) { return known }
        let restore = try await reserve(version, of: router, as: id, by: person)
        let isBegun = begin(router.id, { [self] in await carryOut(restore, on: router) }, then: { _ in })
        guard isBegun else {
            try await abandon(restore, router)
            throw BackupRefusal.busy
        }
        return restore
    }

    /// Restores a version and returns when it is over.
    ///
    /// - Throws: `BackupRefusal`, `SQLError`, where nothing was begun.
    package func restore(
        _ version: Int, of router: Router, as id: ID<Restore>, by person: String
    ) async throws -> Restore {
        let restore = try await reserve(version, of: router, as: id, by: person)
        return await withCheckedContinuation { continuation in
            let isBegun = begin(
                router.id, { [self] in await carryOut(restore, on: router) },
                then: { continuation.resume(returning: $0) })
            if !isBegun { continuation.resume(returning: restore) }
        }
    }

    /// Takes the router and writes down what is meant.
    private func reserve(
        _ version: Int, of router: Router, as id: ID<Restore>, by person: String
    ) async throws -> Restore {
        _ = try content(version, of: router)
        guard try await claim(router.id, of: router.tenant, for: Self.restoreLease) != nil else {
            throw BackupRefusal.busy
        }
        let now = now()
        let restore = Restore(
            id: id, tenant: router.tenant, router: router.id, version: version, state: .preparing, note: "",
            askedBy: person, beganAt: now, sentAt: nil, endedAt: nil, busyUntil: now + Self.restoreLease)
        try await keep(restore)
        return restore
    }

    private func keep(_ restore: Restore) async throws {
        try await store.write(.tenant(restore.tenant)) { try $0.keep(restore) }
    }

    private func abandon(_ restore: Restore, _ router: Router) async throws {
        var restore = restore
        (restore.state, restore.endedAt) = (.failed, now())
        try await keep(restore)
        try await release(router)
    }

    private func carryOut(_ restore: Restore, on router: Router) async -> Restore {
        var restore = restore
        do {
            try await perform(&restore, on: router)
        } catch {
            // Before the router was told nothing has changed; afterwards nobody knows.
            restore.state = restore.sentAt == nil ? .failed : .unanswered
            restore.note = Task.isCancelled ? "The gateway stopped meanwhile." : Self.sentence(error)
        }
        restore.endedAt = now()
        do {
            try await keep(restore)
            try await release(router)
        } catch {
            log.error("restore.not-kept", ["router.id": .id(router.id), "error": .text("\(error)")])
        }
        log.notice(
            "restore.ended",
            [
                "router.id": .id(router.id), "restore.id": .id(restore.id),
                "backup.version": .number(restore.version), "restore.state": .text(restore.state.rawValue),
            ])
        return restore
    }

    private func perform(_ restore: inout Restore, on router: Router) async throws {
        let (backup, content) = try content(restore.version, of: router)
        let wanted = try export(restore.version, of: router).export
        guard let console = try open(router).console else { throw RestoreFlaw.needsSSH }
        let taker = BackupTaker(BackupWays(transport: console, console: console))
        if let flaw = RestoreFlaw(backup, try await taker.knock()) { throw flaw }
        let before = try await freshBackup(of: router, restore)
        let file = try await bring(content, of: backup, over: console)
        let uptime = try await Self.uptime(console)
        try Task.checkCancellation()
        (restore.state, restore.sentAt) = (.sent, now())
        try await keep(restore)
        let told = try await tell(console, file, content, backup, &restore)
        if restore.state != .stopped, restore.state != .failed {
            let trial = RestoreTrial(
                keeper: self, console: console, wanted: wanted.settings, before: before.settings,
                restart: backup.kind == .binary ? (uptime, restore.sentAt ?? now()) : nil)
            try await trial.see(&restore, isTold: told)
        }
        // Our file, which the router keeps; where it does not answer, it stays until the next restore.
        if restore.state != .unanswered { try? await console.remove(file: file) }
    }

    /// What the router has now, kept as a version of its own with a binary backup beside it.
    private func freshBackup(of router: Router, _ restore: Restore) async throws -> ExportText {
        let wish = Wish(.beforeRestore, by: restore.askedBy, binary: .always)
        guard case .done(let version, _, let binary, let note) = try await backUp(router, wish) else {
            throw RestoreFlaw.noFreshBackup("")
        }
        guard binary != nil else { throw RestoreFlaw.noFreshBackup(note) }
        return try export(version, of: router).export
    }

    /// Brings the file to the router and reads it back; a version that is not whole never gets there.
    private func bring(
        _ content: BackupContent, of backup: Backup, over console: SSHTransport
    ) async throws -> String {
        guard backup.kind == .export || BinaryBackup.isWhole(content.bytes) else { throw BackupFlaw.truncated }
        let file = "lango-restore" + (backup.kind == .binary ? ".backup" : ".rsc")
        do {
            try await console.upload(content.bytes, as: file)
            guard try await console.download(file) == content.bytes else { throw RestoreFlaw.broughtDifferently }
        } catch {
            try? await console.remove(file: file)
            throw error
        }
        return file
    }

    /// Tells the router once; true where it answered.
    private func tell(
        _ console: SSHTransport, _ file: String, _ content: BackupContent, _ backup: Backup, _ restore: inout Restore
    ) async throws -> Bool {
        do throws(RouterError) {
            switch backup.kind {
            case .binary:
                try await console.loadBackup(file, password: content.password ?? Secret(""))
            case .export:
                if case .stopped(let line, let words) = try await console.importScript(file) {
                    restore.state = .stopped
                    restore.note = (line.map { "Line \($0): " } ?? "") + words
                }
            }
            return true
        } catch {
            if error.isPossiblyCarriedOut { return false }
            (restore.state, restore.note) = (.failed, error.description)
            return true
        }
    }

    /// How long the router has been running.
    static func uptime(_ console: SSHTransport) async throws(RouterError) -> Span {
        let resource = try await console.readRecord(.systemResource, properties: ["uptime"])
        guard let uptime = resource["uptime"].flatMap({ RouterDuration($0) }) else {
            throw RouterError(.notReady, in: .systemResource)
        }
        return uptime.span
    }
}

/// Looks at a router that was told to restore until it answers, and compares.
struct RestoreTrial {
    let keeper: BackupKeeper
    let console: SSHTransport
    /// The settings that the version holds, and those that the router had before.
    let wanted: [UInt8]
    let before: [UInt8]
    /// How long the router had been running when it was told; nil where it need not start anew.
    let restart: (uptime: Span, at: Instant)?

    /// Waits for a bounded time; `isTold` where the router had answered the command itself.
    func see(_ restore: inout Restore, isTold: Bool) async throws {
        var trouble: String?
        for look in 0..<keeper.pace.returnLooks {
            if look > 0 || !isTold || restart != nil { await keeper.rest(keeper.pace.returnPause) }
            try Task.checkCancellation()
            do {
                guard try await hasRestarted() else {
                    trouble = "The router answers, and has not started anew."
                    continue
                }
                return try await judge(&restore, isTold)
            } catch {
                try Task.checkCancellation()
                trouble = BackupKeeper.sentence(error)
            }
        }
        if restart != nil, (try? await hasRestarted()) == false { return try await judgeUntouched(&restore) }
        restore.state = .unanswered
        restore.note = trouble ?? ""
    }

    /// Whether the router has been running for less than it would have without a restart.
    private func hasRestarted() async throws -> Bool {
        guard let restart else { return true }
        let uptime = try await BackupKeeper.uptime(console)
        // Too young to tell one start from the next.
        guard restart.uptime > .seconds(10) else { return true }
        return uptime + .seconds(5) < restart.uptime + (keeper.now() - restart.at)
    }

    private func settings() async throws -> [UInt8] {
        let taker = BackupTaker(BackupWays(transport: console, console: console))
        return try await taker.export(of: try await taker.knock()).settings
    }

    private func judge(_ restore: inout Restore, _ isTold: Bool) async throws {
        let settings = try await settings()
        restore.state = settings == wanted ? .done : .differs
        restore.note = ""
        guard settings != wanted else { return }
        if settings == before {
            restore.note = "The router's settings are as they were before."
        } else if !isTold, restart == nil {
            restore.note = "The connection broke while the commands were carried out; some of them are in effect."
        }
    }

    /// The router answers and never started anew: it did not take the backup.
    private func judgeUntouched(_ restore: inout Restore) async throws {
        let isUntouched = try await settings() == before
        restore.state = isUntouched ? .failed : .differs
        restore.note = "The router did not start anew."
    }
}
