import Synchronization
import Values

/// The line to a router that nobody can call: work waits here until the router comes by and takes it.
///
/// One piece of work is under way at a time. It is handed out once, for as long as somebody waits for its answer: a
/// router that comes late finds nothing, so that nothing is carried out whose time is over. Where a router comes again
/// without the answer, or the wait is over, nobody knows whether the work was done, and the error says so.
package final class PullLine: Sendable {
    /// How long things may take.
    package struct Pace: Sendable {
        /// How long a router that has nothing to do is kept waiting for work.
        package var hold = Duration.seconds(5)
        /// How long after a call the router is believed to come again.
        package var presence = Duration.seconds(40)
        /// How long one piece of work may take, the wait for the router included.
        package var patience = Duration.seconds(55)

        package init() {}
    }

    /// The longest answer taken, in bytes.
    package static let maximumAnswer = 32 << 20

    private typealias Answer = Result<[UInt8], RouterError>
    private typealias Settle = @Sendable (Answer) -> Void
    private typealias Action = @Sendable () -> Void

    private struct Work {
        let number: UInt64
        let line: String
        let settle: Settle
    }

    private struct UnderWay {
        let ticket: String
        let work: Work
        var answer: [UInt8] = []
        var nextPart = 0
    }

    private struct State {
        var lastNumber: UInt64 = 0
        var waiting: [Work] = []
        var underWay: UnderWay?
        /// The router on the line, kept until there is work.
        var held: (number: UInt64, reply: @Sendable (PullReply) -> Void)?
        var lastCall: ContinuousClock.Instant?

        mutating func number() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }
    }

    private let pace: Pace
    private let state = Mutex(State())

    package init(pace: Pace = Pace()) { self.pace = pace }

    // MARK: For those who want something of the router

    /// Carries out a line and returns what it gathered.
    func carryOut(_ line: String) async throws(RouterError) -> [UInt8] {
        guard isPresent else { throw RouterError(.away) }
        let number = state.withLock { $0.number() }
        let watch = Task { [pace] in
            // The deadline of the work; cut short when the answer is there.
            try await Task.sleep(for: pace.patience)
            giveUp(number) { .timedOut(maybeDone: $0) }
        }
        defer { watch.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
                guard !Task.isCancelled else {
                    return continuation.resume(returning: .failure(RouterError(.interrupted(maybeDone: false))))
                }
                add(Work(number: number, line: line) { continuation.resume(returning: $0) })
            }
        } onCancel: {
            giveUp(number) { .interrupted(maybeDone: $0) }
        }
        return try result.get()
    }

    /// Whether the router called lately.
    package var isPresent: Bool {
        state.withLock { $0.held != nil || $0.lastCall.map { $0.duration(to: .now) < pace.presence } == true }
    }

    private func add(_ work: Work) {
        let actions = state.withLock { state in
            state.waiting.append(work)
            return Self.handOut(&state)
        }
        for act in actions { act() }
    }

    private func giveUp(_ number: UInt64, _ kind: (_ maybeDone: Bool) -> RouterError.Kind) {
        let settle = state.withLock { state -> (settle: Settle, maybeDone: Bool)? in
            if let place = state.waiting.firstIndex(where: { $0.number == number }) {
                return (state.waiting.remove(at: place).settle, false)
            }
            guard let underWay = state.underWay, underWay.work.number == number else { return nil }
            state.underWay = nil
            return (underWay.work.settle, true)
        }
        if let settle { settle.settle(.failure(RouterError(kind(settle.maybeDone)))) }
    }

    // MARK: For the router

    /// Takes what a router says; `reply` is called once, at once or when there is work or when it has waited enough.
    package func take(_ call: PullCall, reply: @escaping @Sendable (PullReply) -> Void) {
        let (actions, held) = state.withLock { state -> ([Action], UInt64?) in
            state.lastCall = .now
            var actions = Self.takeAnswer(call, &state)
            guard call.isLast else { return (actions + [{ reply(.idle) }], nil) }
            if let other = state.held { actions.append { other.reply(.idle) } }
            let number = state.number()
            state.held = (number, reply)
            return (actions + Self.handOut(&state), state.held == nil ? nil : number)
        }
        for act in actions { act() }
        guard let held else { return }
        Task { [self] in
            // How long the router is held; by then it may have left with work, which `release` sees.
            try await Task.sleep(for: pace.hold)
            release(held)
        }
    }

    private func release(_ number: UInt64) {
        let held = state.withLock { state in
            guard state.held?.number == number else { return nil as (@Sendable (PullReply) -> Void)? }
            state.lastCall = .now
            defer { state.held = nil }
            return state.held?.reply
        }
        held?(.idle)
    }

    /// Gives the router on the line the next work, where both are there.
    private static func handOut(_ state: inout State) -> [Action] {
        guard let held = state.held, state.underWay == nil, !state.waiting.isEmpty else { return [] }
        let work = state.waiting.removeFirst()
        let ticket = Hex.encode((0..<PullReply.ticketCount / 2).map { _ in UInt8.random(in: .min ... .max) })
        state.underWay = UnderWay(ticket: ticket, work: work)
        state.held = nil
        return [{ held.reply(PullReply(ticket: ticket, line: work.line)) }]
    }

    private static func takeAnswer(_ call: PullCall, _ state: inout State) -> [Action] {
        guard var underWay = state.underWay else { return [] }
        let settle = underWay.work.settle
        guard let ticket = call.ticket else {
            // The script began anew: it never got the work, or its answer is lost.
            state.underWay = nil
            return [{ settle(.failure(RouterError(.interrupted(maybeDone: true)))) }]
        }
        // Of other work, whose time is over; or a part that came twice.
        guard ticket == underWay.ticket, call.part >= underWay.nextPart else { return [] }
        guard call.part == underWay.nextPart, underWay.answer.count + call.content.count <= maximumAnswer else {
            state.underWay = nil
            let kind: RouterError.Kind = call.part == underWay.nextPart ? .tooLarge : .notReady
            return [{ settle(.failure(RouterError(kind))) }]
        }
        underWay.answer += call.content
        underWay.nextPart += 1
        state.underWay = call.isLast ? nil : underWay
        guard call.isLast else { return [] }
        let answer = underWay.answer
        if let trouble = PullOutcome.trouble(in: answer) { return [{ settle(.failure(RouterError(trouble))) }] }
        return [{ settle(.success(answer)) }]
    }
}
