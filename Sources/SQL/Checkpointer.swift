import Threads

/// Brings what the write-ahead log holds into the database, so that the log can start over: on a thread of its own,
/// while the writer goes on.
///
/// SQLite would do it within a commit, and everybody would wait for twenty milliseconds. The log starts over only when
/// nothing is left in it, so the writer does the last step itself, which by then is small.
final class Checkpointer: Sendable {
    /// Pages in the log, of 4 KiB, at which it begins: 64 MiB, as a page that changes often is then written seldom.
    static let enough = 16_000
    /// Pages that may be left to the writer.
    private static let fewEnough = 200
    /// How often it goes over the log before it leaves the rest to the writer, who adds to it meanwhile.
    private static let rounds = 4

    private enum Phase { case resting, asked, nearlyDone, closed }

    private struct State {
        var phase = Phase.resting
        /// The length of the log at which it begins next.
        var threshold: Int
    }

    private let enough: Int
    private let state: Monitor<State>
    private let thread: OwnThread

    /// - Parameters:
    ///   - session: a writing connection of its own; from here on it belongs to this thread.
    ///   - enough: pages in the log at which it begins.
    init(_ session: sending SQLiteSession, enough: Int = Checkpointer.enough) {
        let (state, session) = (Monitor(State(threshold: enough)), Owned(session))
        (self.state, self.enough) = (state, enough)
        thread = .needed(named: "store-folder") {
            while Self.isAsked(state) {
                var round = 0
                repeat {
                    round += 1
                } while session.value.foldLog() > Self.fewEnough && session.value.syncDatabase() && round < Self.rounds
                _ = session.value.syncDatabase()
                state.change { if $0.phase == .asked { $0.phase = .nearlyDone } }
            }
        }
    }

    private static func isAsked(_ state: Monitor<State>) -> Bool {
        state.wait(until: { $0.phase == .asked || $0.phase == .closed }) { $0.phase == .asked }
    }

    /// To be called by the writer after each commit, with its connection.
    func committed(on session: SQLiteSession) {
        switch state.withLock({ $0.phase }) {
        case .resting:
            if session.pagesInLog >= state.withLock({ $0.threshold }) { state.change { $0.phase = .asked } }
        case .nearlyDone:
            // A reader of an old state may keep a part of the log: that is tried again when the log has grown.
            let left = session.foldLog()
            state.change {
                $0 = State(phase: .resting, threshold: (left == 0 ? 0 : session.pagesInLog) + enough)
            }
        case .asked, .closed: break
        }
    }

    /// Ends the thread.
    func stop() {
        state.change { $0.phase = .closed }
        thread.join()
    }
}

/// Carries a thing to the one thread that uses it.
// Unchecked: handed over once, before the thread starts, and never touched by anybody else.
final class Owned<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: sending Value) { self.value = value }
}
