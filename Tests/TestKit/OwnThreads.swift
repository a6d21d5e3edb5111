import Glibc
package import Testing

/// Runs the tests of a suite on threads of their own: a test that waits for a socket or a program must not hold one of
/// the few threads on which the code under test makes its progress.
package struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    @concurrent package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Threads.shared) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// Gives every test a thread that it may block.
    package static var ownThreads: Self { Self() }
}

/// A thread for each piece of work.
private final class Threads: TaskExecutor {
    static let shared = Threads()

    @safe private final class Work: Sendable {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        init(_ job: UnownedJob, _ executor: UnownedTaskExecutor) {
            self.job = job
            unsafe self.executor = executor
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let work = unsafe Unmanaged.passRetained(Work(UnownedJob(job), asUnownedTaskExecutor())).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                unsafe work.job.runSynchronously(on: work.executor)
                return nil
            }, work)
        precondition(code == 0, "No thread could be started: \(code)")
        pthread_detach(thread)
    }
}
