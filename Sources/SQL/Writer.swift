import Synchronization
import Threads

/// A piece of work that waits for the writer.
struct WriteJob: Sendable {
    let scope: Scope
    /// Does the work; what it returns is called once the work is on the disk.
    let perform: @Sendable (borrowing Transaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Who carries out the writes of a store.
protocol Writer: Sendable {
    func submit(_ job: WriteJob)
    /// Finishes what waits and ends the threads.
    func stop()
}

/// SQLite's one writer, with group commit: jobs share a trip to the disk (`CommitFlow` says which).
///
/// A second thread waits for the disk and gives the answers, while the first runs the next jobs. Jobs may thus read what
/// is not on the disk yet, but nobody outside is told of it before.
///
/// A job that fails before it wrote anything costs the others nothing. One that fails after writing takes the group
/// back; then each job runs again in a savepoint of its own. Jobs must therefore be safe to run twice.
final class GroupWriter: Writer {
    private let flow: CommitFlow
    private let threads: [OwnThread]
    private let failed: Failed
    private let checkpointer: Checkpointer?

    /// - Parameters:
    ///   - session: the writing connection; from here on it belongs to the writer's thread.
    ///   - sharesCommits: whether jobs share a trip to the disk; otherwise each has a commit and a trip of its own.
    ///   - checkpointer: who folds the log into the database.
    ///   - sync: returns when everything committed before is on the disk; called by one thread.
    init(
        _ session: sending SQLiteSession, sharesCommits: Bool = true, checkpointer: Checkpointer? = nil,
        sync: sending @escaping () throws(SQLError) -> Void
    ) {
        let (writing, syncing) = (Owned(session), Owned(sync))
        let flow = CommitFlow(isShared: sharesCommits)
        self.flow = flow
        let failed = Failed()
        self.failed = failed
        self.checkpointer = checkpointer
        threads = [
            OwnThread.needed(named: "store-writer") {
                let group = CommitGroup(session: writing.value)
                while let job = flow.firstJob() {
                    if let done = group.run(job, then: flow.nextJob) { flow.add(done) }
                    checkpointer?.committed(on: group.session)
                }
                flow.writerIsDone()
            },
            OwnThread.needed(named: "store-syncer") {
                while let groups = flow.takeCommits() {
                    failed.note { () throws(SQLError) in try syncing.value() }
                    for group in groups { group.deliver(unless: failed.reason) }
                    flow.finished(groups.count)
                }
            },
        ]
    }

    func submit(_ job: WriteJob) {
        if let reason = failed.reason { return job.fail(reason) }
        guard flow.add(job) else {
            job.fail(SQLError(.unavailable, code: "stopped", message: "The store is closing"))
            return
        }
    }

    func stop() {
        flow.close()
        for thread in threads { thread.join() }
        checkpointer?.stop()
    }

    /// Whether the disk has failed us; then nothing is written any more, as nobody knows what it has kept.
    private final class Failed: Sendable {
        private let state = Mutex<SQLError?>(nil)
        var reason: SQLError? { state.withLock { $0 } }

        func note(_ work: () throws(SQLError) -> Void) {
            guard reason == nil else { return }
            do throws(SQLError) {
                try work()
            } catch {
                state.withLock { $0 = error }
            }
        }
    }
}

/// The jobs of a commit that must still reach the disk.
struct CommittedGroup: Sendable {
    let jobs: [WriteJob]
    let deliveries: [@Sendable () -> Void]
    let refusals: [@Sendable () -> Void]

    func deliver(unless failure: SQLError?) {
        if let failure {
            for job in jobs { job.fail(failure) }
            return
        }
        for deliver in deliveries { deliver() }
        for refuse in refusals { refuse() }
    }
}

/// The jobs of one commit.
private struct CommitGroup {
    let session: SQLiteSession

    /// Runs a job and those that go with it: `next` gives one more, told how many there are.
    ///
    /// - Returns: nil where nothing was committed; then the jobs were told.
    func run(_ first: WriteJob, then next: (Int) -> WriteJob?) -> CommittedGroup? {
        var jobs = [first]
        var deliveries: [@Sendable () -> Void] = []
        var refusals: [@Sendable () -> Void] = []
        do throws(SQLError) {
            try session.command("BEGIN IMMEDIATE")
            if try !runTogether(&jobs, next, &deliveries, &refusals) {
                deliveries.removeAll()
                refusals.removeAll()
                // A full disk has ended the transaction already.
                if session.isInTransaction { try session.command("ROLLBACK") }
                try session.command("BEGIN IMMEDIATE")
                try runApart(jobs, &deliveries, &refusals)
            }
            try session.command("COMMIT")
        } catch {
            if session.isInTransaction { try? session.command("ROLLBACK") }
            for job in jobs { job.fail(error) }
            return nil
        }
        return CommittedGroup(jobs: jobs, deliveries: deliveries, refusals: refusals)
    }

    /// False when a job failed after it had written.
    private func runTogether(
        _ jobs: inout [WriteJob], _ next: (Int) -> WriteJob?, _ deliveries: inout [@Sendable () -> Void],
        _ refusals: inout [@Sendable () -> Void]
    ) throws(SQLError) -> Bool {
        var current = jobs.last
        while let job = current {
            let before = session.totalChanges
            do {
                deliveries.append(try perform(job))
            } catch {
                guard session.totalChanges == before, session.isInTransaction else { return false }
                refusals.append { job.fail(error) }
            }
            current = next(jobs.count)
            if let current { jobs.append(current) }
        }
        return true
    }

    private func runApart(
        _ jobs: [WriteJob], _ deliveries: inout [@Sendable () -> Void], _ refusals: inout [@Sendable () -> Void]
    ) throws(SQLError) {
        for job in jobs {
            try session.command("SAVEPOINT job")
            do {
                deliveries.append(try perform(job))
            } catch {
                refusals.append { job.fail(error) }
                guard session.isInTransaction else {
                    throw (error as? SQLError) ?? SQLError(.other, code: "lost", message: "The transaction ended early")
                }
                try session.command("ROLLBACK TO job")
            }
            try session.command("RELEASE job")
        }
    }

    private func perform(_ job: WriteJob) throws -> @Sendable () -> Void {
        session.fence.enter(job.scope)
        defer { session.fence.enter(.platform) }
        let delivery = try job.perform(Transaction(session: session))
        // Once more for a job that went on after it was told.
        try session.checkFence()
        return delivery
    }
}
