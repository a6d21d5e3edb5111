import CMicrohttpd
import Glibc

/// The thread that looks after the event loops: closes what takes too long, ends waits, writes the access log.
final class Caretaker: Sendable {
    private let workers: [Worker]
    private let access: @Sendable ([UInt8]) -> Void
    private let isStopping = Monitor(false)
    private let thread: OwnThread

    /// Milliseconds between two rounds.
    private static let interval = 100

    init(_ workers: [Worker], access: @escaping @Sendable ([UInt8]) -> Void) {
        self.workers = workers
        self.access = access
        thread = OwnThread()
        thread.run(named: "http-caretaker") { [self] in
            while !isStopping.wait(milliseconds: Self.interval, until: \.self) { round() }
            round()
        }
    }

    /// Ends the thread after a last round; once.
    func stop() {
        isStopping.withLock { $0 = true }
        isStopping.wake()
        thread.join()
    }

    private func round() {
        let now = mhd_nanoseconds(CLOCK_MONOTONIC) / 1_000_000
        for worker in workers {
            look(at: worker, now)
            worker.thinOut(at: now)
            if let lines = worker.log?.drain(), !lines.isEmpty { access(lines) }
        }
    }

    private func look(at worker: Worker, _ now: UInt64) {
        var late: [any Suspension] = []
        var waiting: [(suspension: any Suspension, isPeerGone: Bool)] = []
        worker.table.sweep { slot in
            let isLate = slot.deadline < now
            if let suspension = slot.suspension {
                if isLate { late.append(suspension) }
                waiting.append((suspension, Self.isClosed(slot.descriptor)))
            } else if isLate, slot.phase != .waiting {
                shutdown(slot.descriptor, both_ways)
            }
        }
        for suspension in late { suspension.end(.tookTooLong) }
        for (suspension, isPeerGone) in waiting { suspension.look(at: now, isPeerGone: isPeerGone) }
    }

    /// Whether the client has closed its side.
    private static func isClosed(_ descriptor: Int32) -> Bool {
        var question = pollfd(fd: descriptor, events: poll_read_hang_up, revents: 0)
        return unsafe poll(&question, 1, 0) == 1
    }
}
