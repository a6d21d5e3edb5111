import CMicrohttpd
import Glibc
import Synchronization
import Threads
import Values

/// The thread that looks after the event loops: closes what takes too long, ends waits, writes the access log.
final class Caretaker: Sendable {
    private let workers: [Worker]
    private let access: @Sendable ([UInt8]) -> Void
    private let isStopping = Monitor(false)
    private let thread = Mutex<OwnThread?>(nil)
    /// The longest that a connection may be in these phases, in milliseconds.
    private let idleSpan, receivingSpan: UInt64

    /// Between two rounds.
    private static let interval = Span(milliseconds: 100)

    init(
        _ workers: [Worker], settings: ServerSettings, access: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.workers = workers
        self.access = access
        receivingSpan = UInt64(settings.requestTimeout) * 1_000
        idleSpan = receivingSpan + UInt64(settings.idleTimeout) * 1_000
        thread.withLock { $0 = .needed(named: "http-caretaker") { [self] in patrol() } }
    }

    /// Ends the thread after a last round; once.
    func stop() {
        isStopping.change { $0 = true }
        thread.withLock { $0.take() }?.join()
    }

    private func patrol() {
        var number = 0
        while !isStopping.wait(until: { $0 }, within: Self.interval) {
            round(number)
            number += 1
        }
        round(number)
    }

    private func round(_ number: Int) {
        let now = mhd_nanoseconds(CLOCK_MONOTONIC) / 1_000_000
        for worker in workers {
            look(at: worker, now, number)
            worker.thinOut(at: now)
            if let lines = worker.log?.drain(), !lines.isEmpty { access(lines) }
        }
    }

    private func look(at worker: Worker, _ now: UInt64, _ number: Int) {
        var late: [any Suspension] = []
        var waiting: [(suspension: any Suspension, isPeerGone: Bool)] = []
        worker.table.sweep { place, slot in
            let isLate = slot.deadline < now
            if let suspension = slot.suspension {
                if isLate { late.append(suspension) }
                waiting.append((suspension, Self.isHalfClosed(slot.descriptor)))
            } else if isLate || (place % Self.slices == number % Self.slices && isForsaken(slot, now)) {
                shutdown(slot.descriptor, both_ways)
            }
        }
        for suspension in late { suspension.end(.tookTooLong) }
        for (suspension, isPeerGone) in waiting { suspension.look(at: now, isPeerGone: isPeerGone) }
    }

    /// In how many rounds every silent connection is looked at once.
    private static let slices = 10

    /// Whether the client left in the middle of a request, and the library missed it: an end of stream that comes together
    /// with bytes causes no event of its own.
    private func isForsaken(_ slot: borrowing ConnectionSlot, _ now: UInt64) -> Bool {
        let span: UInt64
        switch slot.phase {
        case .idle: span = idleSpan
        case .receiving: span = receivingSpan
        default: return false
        }
        // The library may be about to read what came within the last second.
        guard slot.deadline + 1_000 < now + span else { return false }
        var byte: UInt8 = 0
        let count = unsafe recv(slot.descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    /// Whether the client has closed its side.
    private static func isHalfClosed(_ descriptor: Int32) -> Bool {
        var question = pollfd(fd: descriptor, events: poll_read_hang_up, revents: 0)
        return unsafe poll(&question, 1, 0) == 1
    }
}
