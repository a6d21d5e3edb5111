import Threads

/// How jobs flow to the writer, and commits from the writer to the one who waits for the disk.
///
/// A commit is as large as the disk makes it: while the disk works, jobs gather in the open one; when it is free, it gets
/// what there is. So a single job waits for nobody, and a slow disk sees few large commits.
final class CommitFlow: Sendable {
    /// A commit of so many jobs goes to a free disk even where more jobs wait.
    private static let worthACommit = 16
    /// Where a commit ends though the disk is busy.
    private static let largest = 512

    private struct State {
        var jobs: [WriteJob] = []
        var isClosed = false
        var commits: [CommittedGroup] = []
        var isDiskBusy = false
        var isWriterDone = false

        /// Whether a commit would reach the disk only after another.
        var mustQueue: Bool { isDiskBusy || !commits.isEmpty }
    }

    private let state = Monitor(State())

    // MARK: For those who ask

    /// False when the store is closing.
    func add(_ job: WriteJob) -> Bool {
        state.change { state in
            guard !state.isClosed else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Refuses new jobs; what waits is still done.
    func close() { state.change { $0.isClosed = true } }

    // MARK: For the writer

    /// Waits for a job; nil at the end.
    func firstJob() -> WriteJob? {
        state.wait(until: { !$0.jobs.isEmpty || $0.isClosed }) { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    /// The next job of a commit that has `count` already; nil when it is time to end it.
    func nextJob(after count: Int) -> WriteJob? {
        state.wait(until: { !$0.jobs.isEmpty || !$0.mustQueue || $0.isClosed }) { state in
            let isEnough = count >= (state.mustQueue ? Self.largest : Self.worthACommit)
            return isEnough || state.jobs.isEmpty ? nil : state.jobs.removeFirst()
        }
    }

    func add(_ commit: CommittedGroup) { state.change { $0.commits.append(commit) } }

    func writerIsDone() { state.change { $0.isWriterDone = true } }

    // MARK: For the one who waits for the disk

    /// Waits for commits and takes all there are; nil at the end.
    func takeCommits() -> [CommittedGroup]? {
        state.change { $0.isDiskBusy = false }
        return state.wait(until: { !$0.commits.isEmpty || $0.isWriterDone }) { state in
            defer { state.commits.removeAll() }
            state.isDiskBusy = !state.commits.isEmpty
            return state.commits.isEmpty ? nil : state.commits
        }
    }
}
