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
        /// Commits that the disk does not have yet.
        var underWay = 0
    }

    private let isShared: Bool
    /// Only the writer waits here.
    private let state = Monitor(State())
    private let commits = WorkQueue<CommittedGroup>()

    /// - Parameter isShared: whether jobs share a commit; otherwise each waits until the disk has the one before.
    init(isShared: Bool) { self.isShared = isShared }

    // MARK: For those who ask

    /// False when the store is closing.
    func add(_ job: WriteJob) -> Bool {
        state.changeForOne { state in
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
        state.wait(until: { [isShared] state in
            (!state.jobs.isEmpty && (isShared || state.underWay == 0)) || (state.jobs.isEmpty && state.isClosed)
        }) { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    /// The next job of a commit that has `count` already; nil when it is time to end it.
    func nextJob(after count: Int) -> WriteJob? {
        guard isShared else { return nil }
        return state.wait(until: { !$0.jobs.isEmpty || $0.underWay == 0 || $0.isClosed }) { state in
            let isEnough = count >= (state.underWay > 0 ? Self.largest : Self.worthACommit)
            return isEnough || state.jobs.isEmpty ? nil : state.jobs.removeFirst()
        }
    }

    func add(_ commit: CommittedGroup) {
        state.withLock { $0.underWay += 1 }
        _ = commits.add(commit)
    }

    func writerIsDone() { commits.close() }

    // MARK: For the one who waits for the disk

    /// Waits for commits and takes all there are; nil at the end.
    func takeCommits() -> [CommittedGroup]? { commits.take(atMost: .max) }

    /// To be called when so many commits are on the disk and answered.
    func finished(_ count: Int) { state.changeForOne { $0.underWay -= count } }
}
