package import Crypto
import RouterOS
package import SQL
import Synchronization
package import Telemetry
package import Tenancy
import Threads
package import Values

/// Takes backups of every router: on a schedule, and when somebody asks; restores them.
///
/// A router that does not answer costs no place of those that do: each is asked first whether it is there.
package final class BackupKeeper: Sendable {
    /// How often things are done.
    package struct Pace: Sendable {
        /// Between two looks for routers whose turn it is.
        package var tick = Span.seconds(20)
        /// Between two backups of a router; nil for none by themselves.
        package var interval: Span? = .days(1)
        /// How old a binary backup grows while the export stays the same: it holds secrets that no export shows.
        package var binaryAge = Span.days(7)
        package var retention = Retention()
        /// How many routers are backed up at a time.
        package var atOnce = 4
        /// How many are asked at a time whether they are there.
        package var knocksAtOnce = 64
        /// Between two looks whether a restored router is back, and how many there are.
        package var returnPause = Span.seconds(5)
        package var returnLooks = 60

        package init() {}
    }

    /// How an attempt ended.
    package enum Outcome: Hashable, Sendable {
        /// The export's version, whether it is new, the version of a binary backup, and what could not be taken.
        case done(export: Int, isNew: Bool, binary: Int?, note: String)
        /// Somebody else is at it, here or on another gateway.
        case busy
        /// The router did not answer or refused, with the reason in a sentence.
        case trouble(String)
    }

    /// What is wanted of an attempt.
    package struct Wish: Hashable, Sendable {
        package enum Binary: Hashable, Sendable { case always, whenDue, never }

        package let reason: Backup.Reason
        /// Who asks; empty for the schedule.
        package let person: String
        package let binary: Binary

        package init(_ reason: Backup.Reason, by person: String, binary: Binary) {
            self.reason = reason
            self.person = person
            self.binary = binary
        }

        static let schedule = Wish(.schedule, by: "", binary: .whenDue)
    }

    private struct State {
        var running: [ID<Router>: Task<Void, Never>] = [:]
        var isStopped = false
        var ticking: Task<Void, Never>?
    }

    /// Longer than a backup may take: then its gateway is gone and another may try.
    private static let lease = Span.minutes(20)

    let store: Store
    let log: Log
    let pace: Pace
    let now: @Sendable () -> Instant
    let archive: BackupArchive
    let open: @Sendable (Router) throws -> BackupWays
    /// Passes the time before a restored router is looked for again.
    let rest: @Sendable (Span) async -> Void
    private let state = Mutex(State())
    private let places: Places

    /// Makes the keeper; `open` gives the ways to a router and throws where its stored password cannot be read.
    package init(
        store: Store, masterKey: SecretKey, log: Log, pace: Pace = Pace(), now: @escaping @Sendable () -> Instant,
        open: @escaping @Sendable (Router) throws -> BackupWays,
        rest: @escaping @Sendable (Span) async -> Void = BackupKeeper.sleep
    ) {
        self.store = store
        self.log = log
        self.pace = pace
        self.now = now
        self.open = open
        self.rest = rest
        archive = BackupArchive(masterKey)
        places = Places(pace.atOnce)
    }

    /// Passes the time; ends at once when the task is cancelled, and what follows finds out by itself.
    package static let sleep: @Sendable (Span) async -> Void = { span in
        // Passing the time is the purpose.
        try? await Task.sleep(for: .milliseconds(span.milliseconds))
    }

    // MARK: Schedule

    /// Starts to look for routers whose turn it is, where there is a schedule.
    package func start() {
        guard let interval = pace.interval else { return }
        let task = Task { [self] in
            while !Task.isCancelled {
                await tick(interval)
                // The pace of looking; ends at once when the task is cancelled, as the loop then does.
                await Self.sleep(pace.tick)
            }
        }
        state.withLock { $0.ticking = task }
    }

    /// Stops looking and ends what is under way.
    package func stop() async {
        let (ticking, running) = state.withLock { state in
            state.isStopped = true
            return (state.ticking.take(), Array(state.running.values))
        }
        ticking?.cancel()
        for task in running { task.cancel() }
        await ticking?.value
        for task in running { await task.value }
    }

    private func tick(_ interval: Span) async {
        do {
            let now = now()
            for (router, tenant) in try await store.fetch(.platform, { try $0.routersNeverBackedUp() }) {
                // Soon, and spread, so that an install with many routers does not start with all of them.
                let due = now + Span(milliseconds: .random(in: 0...min(interval.milliseconds, 600_000)))
                try await store.write(.tenant(tenant)) { try $0.mention(router, of: tenant, dueAt: due) }
            }
            let free = pace.knocksAtOnce - state.withLock { $0.running.count }
            guard free > 0 else { return }
            for (router, tenant) in try await store.fetch(.platform, { try $0.routersToBackUp(at: now, atMost: free) })
            {
                _ = begin(router, { [self] in await attempt(router, of: tenant, .schedule) }, then: { _ in })
            }
        } catch {
            log.error("backup.tick-failed", ["error": .text("\(error)")])
        }
    }

    /// Starts work on a router; false where some is under way here, and once stopped.
    ///
    /// `then` is told once the router is free for others again.
    func begin<Answer: Sendable>(
        _ router: ID<Router>, _ work: @escaping @Sendable () async -> Answer,
        then: @escaping @Sendable (Answer) -> Void
    ) -> Bool {
        state.withLock { state in
            guard !state.isStopped, state.running[router] == nil else { return false }
            state.running[router] = Task { [self] in
                let answer = await work()
                self.state.withLock { _ = $0.running.removeValue(forKey: router) }
                then(answer)
            }
            return true
        }
    }

    // MARK: Backup

    /// Takes a backup now, whoever's turn it is, and tells how it went.
    package func take(_ router: Router, _ wish: Wish) async -> Outcome {
        await withCheckedContinuation { continuation in
            let isBegun = begin(
                router.id, { [self] in await attempt(router.id, of: router.tenant, wish) },
                then: { continuation.resume(returning: $0) })
            if !isBegun { continuation.resume(returning: .busy) }
        }
    }

    private func attempt(_ id: ID<Router>, of tenant: ID<Tenant>, _ wish: Wish) async -> Outcome {
        do {
            guard let router = try await claim(id, of: tenant, for: Self.lease) else { return .busy }
            let outcome: Outcome
            do {
                outcome = try await backUp(router, wish)
            } catch {
                outcome = try await suffer(error, router)
            }
            try await release(router)
            return outcome
        } catch {
            log.error("backup.failed", ["router.id": .id(id), "error": .text("\(error)")])
            return .trouble("\(error)")
        }
    }

    /// The router, if it is ours now.
    func claim(_ id: ID<Router>, of tenant: ID<Tenant>, for lease: Span) async throws -> Router? {
        let now = now()
        return try await store.write(.tenant(tenant)) { transaction in
            guard let router = try transaction.router(id, of: tenant) else { return nil }
            try transaction.mention(id, of: tenant, dueAt: now)
            return try transaction.claimForBackup(id, of: tenant, at: now, until: now + lease) ? router : nil
        }
    }

    func release(_ router: Router) async throws {
        try await store.write(.tenant(router.tenant)) { try $0.releaseFromBackup(router.id, of: router.tenant) }
    }

    /// Takes what is wanted of a router that is ours.
    func backUp(_ router: Router, _ wish: Wish) async throws -> Outcome {
        let taker = BackupTaker(try open(router))
        let version = try await taker.knock()
        return try await places.occupied { () async throws in
            let export = try await taker.export(of: version)
            let entry = try await keep(export, version, of: router, wish)
            var binary: Int?
            var note = export.omissions.joined(separator: "; ")
            if try await wantsBinary(router, entry.backup, wish) {
                do {
                    binary = try await keep(try await taker.binary(), version, beside: entry.backup, wish)
                } catch {
                    try Task.checkCancellation()
                    note = Self.sentence(error)
                }
            }
            return try await finish(router, entry, binary, note)
        }
    }

    private func finish(
        _ router: Router, _ entry: (backup: Backup, isNew: Bool), _ binary: Int?, _ note: String
    ) async throws -> Outcome {
        let (now, due) = (now(), now() + jittered(pace.interval ?? .days(1)))
        let retention = pace.retention
        let gone = try await store.write(.tenant(router.tenant)) { transaction in
            try transaction.recordBackup(on: router.id, of: router.tenant, at: now, note: note, dueAt: due)
            let surplus = retention.surplus(try transaction.backups(of: router.id, of: router.tenant), at: now)
            for backup in surplus { try transaction.remove(backup) }
            return surplus.count
        }
        log.info(
            "backup.taken",
            [
                "router.id": .id(router.id), "backup.version": .number(entry.backup.version),
                "backup.is-new": .truth(entry.isNew),
                "backup.binary": .number(binary ?? 0), "backup.gone": .number(gone),
                "note": .text(note),
            ])
        return .done(export: entry.backup.version, isNew: entry.isNew, binary: binary, note: note)
    }

    private func wantsBinary(_ router: Router, _ export: Backup, _ wish: Wish) async throws -> Bool {
        switch wish.binary {
        case .always: return true
        case .never: return false
        case .whenDue:
            let last = try await store.fetch(.tenant(router.tenant)) {
                try $0.newestBackup(.binary, of: router.id, of: router.tenant)
            }
            guard let last else { return true }
            return last.exportVersion != export.version || now() - last.takenAt >= pace.binaryAge
        }
    }

    /// Notes why a router could not be backed up, and leaves it alone for longer each time.
    private func suffer(_ error: any Error, _ router: Router) async throws -> Outcome {
        // The program ends: the next turn is due as before.
        guard !Task.isCancelled else { return .busy }
        let sentence = Self.sentence(error)
        let before = try await store.fetch(.tenant(router.tenant)) {
            try $0.backupState(of: router.id, of: router.tenant)?.failures ?? 0
        }
        let pause = min(pace.interval ?? .days(1), Span(milliseconds: 300_000 << Int64(min(before, 9))))
        let due = now() + jittered(pause)
        try await store.write(.tenant(router.tenant)) { transaction in
            try transaction.recordBackupTrouble(
                sentence, on: router.id, of: router.tenant, failures: before + 1, dueAt: due)
            // A host key that only backups meet waits for staff like any other.
            if let shown = (error as? RouterError)?.shownIdentity {
                try transaction.record(shown, on: router.id, of: router.tenant)
            }
        }
        log.warning("backup.trouble", ["router.id": .id(router.id), "reason": .text(sentence)])
        return .trouble(sentence)
    }

    static func sentence(_ error: any Error) -> String {
        (error as? any CustomStringConvertible)?.description ?? "\(error)"
    }

    /// Up to a tenth more or less, so that many routers do not stay in step.
    private func jittered(_ span: Span) -> Span {
        let tenth = span.milliseconds / 10
        return Span(milliseconds: span.milliseconds + .random(in: -tenth...tenth))
    }
}
