import Synchronization
import Threads
import Values

/// What is done over a connection.
enum SSHWork: Sendable {
    /// A line of the console; the answer is what it prints.
    case line(String)
    /// A file of the router is read, up to so many bytes; the answer is its content.
    case download(String, atMost: Int)
    /// A file is written on the router; the answer is empty.
    case upload([UInt8], as: String)
}

/// One piece of work under way: whether it was sent, whether anybody still waits, and how to answer once.
final class SSHTicket: Sendable {
    typealias Outcome = Result<[UInt8], RouterError>

    private struct State {
        var continuation: CheckedContinuation<Outcome, Never>?
        var isCancelled = false
        var isSent = false
    }

    let work: SSHWork
    /// The longest wait for the answer.
    let patience: Span
    private let state = Mutex(State())

    init(_ work: SSHWork, within patience: Span) {
        self.work = work
        self.patience = patience
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }
    /// Whether the router may have carried the work out.
    var isSent: Bool { state.withLock { $0.isSent } }

    func markSent() { state.withLock { $0.isSent = true } }

    /// Takes who waits; false where the wait was cancelled before.
    func begin(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
        let isLate = state.withLock { state in
            if !state.isCancelled { state.continuation = continuation }
            return state.isCancelled
        }
        if isLate { continuation.resume(returning: .failure(RouterError(.interrupted(maybeDone: false)))) }
        return !isLate
    }

    func finish(_ outcome: Outcome) {
        state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }?.resume(returning: outcome)
    }

    /// Nobody waits any more: the answer is given at once, the thread notices soon.
    func cancel() {
        let maybeDone = state.withLock { state in
            state.isCancelled = true
            return state.isSent
        }
        finish(.failure(RouterError(.interrupted(maybeDone: maybeDone))))
    }
}

/// The connection to one router, kept by a thread that ends when nothing was asked for a while.
final class SSHLink: Sendable {
    private struct State {
        var waiting: [SSHTicket] = []
        var isRunning = false
    }

    /// How long an unused connection is kept.
    private let idle: Span
    private let patience: Span
    private let access: SSHTransport.Access
    private let state = Monitor(State())

    init(_ access: SSHTransport.Access, idle: Span, patience: Span) {
        self.access = access
        self.idle = idle
        self.patience = patience
    }

    /// Carries one piece of work out; `limit` where its answer takes longer than others.
    func run(_ work: SSHWork, within limit: Span? = nil) async throws(RouterError) -> [UInt8] {
        let ticket = SSHTicket(work, within: limit ?? patience)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if ticket.begin(continuation) { add(ticket) }
            }
        } onCancel: {
            ticket.cancel()
        }
        return try outcome.get()
    }

    private func add(_ ticket: SSHTicket) {
        let isFirst = state.change { state in
            state.waiting.append(ticket)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return }
        guard OwnThread(named: "ssh-router", { self.work() }) == nil else { return }
        let stranded = state.change { state in
            defer { state = State() }
            return state.waiting
        }
        for ticket in stranded { ticket.finish(.failure(RouterError(.unreachable))) }
    }

    /// Works until nothing has come for a while; the connection ends with it.
    private func work() {
        var session: SSHSession?
        while let ticket = next() {
            guard !ticket.isCancelled else { continue }
            do throws(RouterError) {
                ticket.finish(.success(try answer(ticket, &session)))
            } catch {
                session = nil
                ticket.finish(.failure(error))
            }
        }
    }

    private func next() -> SSHTicket? {
        _ = state.wait(until: { !$0.waiting.isEmpty }, within: idle)
        return state.change { state in
            if state.waiting.isEmpty { state.isRunning = false }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
    }

    /// A kept connection may be gone by now: where nothing was sent over it, a fresh one is tried once.
    private func answer(_ ticket: SSHTicket, _ session: inout SSHSession?) throws(RouterError) -> [UInt8] {
        if let kept = session {
            do throws(RouterError) {
                return try run(ticket, on: kept)
            } catch {
                session = nil
                guard !ticket.isSent, !ticket.isCancelled else { throw error }
            }
        }
        let fresh = try SSHSession(access, ticket, within: patience)
        session = fresh
        return try run(ticket, on: fresh)
    }

    private func run(_ ticket: SSHTicket, on session: SSHSession) throws(RouterError) -> [UInt8] {
        switch ticket.work {
        case .line(let line):
            return try session.run(line, ticket, within: ticket.patience, atMost: SSHTransport.maximumAnswer)
        case .download(let name, let most):
            return try session.download(name, ticket, within: ticket.patience, atMost: most)
        case .upload(let bytes, let name):
            try session.upload(bytes, as: name, ticket, within: ticket.patience)
            return []
        }
    }
}
