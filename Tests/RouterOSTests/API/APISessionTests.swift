import Synchronization
import TestKit
import Testing
import Values

@testable import RouterOS

/// What became of commands, by their tags; nil for success.
private final class Outcomes: Sendable {
    private let kinds = Mutex<[Int: RouterError.Kind?]>([:])

    func note(_ tag: Int, _ outcome: APISession.Outcome) {
        let kind: RouterError.Kind? = if case .failure(let error) = outcome { error.kind } else { nil }
        kinds.withLock { $0[tag] = .some(kind) }
    }

    subscript(tag: Int) -> RouterError.Kind?? { kinds.withLock { $0[tag] } }
}

/// A session with a clock in the test's hand.
private final class Played {
    var session = APISession(APILogin(user: "lango", password: Secret("hunter2")))
    let start = ContinuousClock.now
    let outcomes = Outcomes()
    /// The commands that went out, each with its tag.
    private(set) var sent: [String] = []

    func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    func hear(_ words: String..., at seconds: Double = 0) {
        session.received(sentence(words.map { Array($0.utf8) }).span, now: at(seconds))
        settle()
    }

    func ask(_ tag: Int, within seconds: Double = 55) {
        let asker = APISession.Asker.once { [outcomes] in outcomes.note(tag, $0) }
        session.submit(APICommand("x\(tag)"), tag: tag, for: asker, by: at(seconds))
        settle()
    }

    func settle() {
        let effects = session.takeEffects()
        for report in effects.reports { report() }
        var decoder = APIDecoder()
        // Commands are read by the decoder too: their first word is the kind of none of its replies.
        try? decoder.take(effects.outgoing.span) { reply in
            if case .command(let tag) = reply.tag {
                let target = reply.record["tag"].map { " of \($0)" } ?? ""
                sent.append("\(tag)\(target)")
            }
        }
    }

    /// What became of a command: nothing yet, success, or an error.
    func outcome(_ tag: Int) -> RouterError.Kind?? { outcomes[tag] }

    func letIn() {
        session.opened(now: start)
        settle()
        if case .loggingIn(let tag) = session.stage { hear("!done", ".tag=\(tag)") }
    }
}

@Suite struct APISessionTests {
    @Test("A login that takes too long ends everything; nothing was done")
    func loginLimit() {
        let played = Played()
        played.ask(100)
        played.session.opened(now: played.start)
        #expect(played.session.deadline == played.at(10))
        played.session.pass(played.at(9.9))
        played.settle()
        #expect(played.outcome(100) == nil)
        played.session.pass(played.at(10))
        #expect(played.session.takeEffects().closes == true)
        #expect(played.session.stage == .ended(.timedOut(maybeDone: false)))
    }

    @Test("A command that is late is cancelled at the router; where that goes unheard, the connection ends")
    func lateness() {
        let played = Played()
        played.letIn()
        played.ask(100, within: 5)
        played.ask(101, within: 60)
        #expect(played.sent == ["0", "100", "101"])
        played.session.pass(played.at(5))
        played.settle()
        #expect(played.outcome(100) == .some(.timedOut(maybeDone: true)) && played.outcome(101) == nil)
        #expect(played.sent.last == "2 of 100" && played.session.deadline == played.at(15))
        // Its late rows and its end mean nothing to anyone.
        played.hear("!re", "=name=x", ".tag=100", at: 6)
        played.hear("!done", ".tag=2", at: 6)
        #expect(played.session.deadline == played.at(15))
        played.session.pass(played.at(15))
        played.settle()
        #expect(played.outcome(101) == .some(.interrupted(maybeDone: true)) && played.session.hasEnded)
    }

    @Test("A cancelled command that the router ends leaves nothing behind")
    func cancelHeard() {
        let played = Played()
        played.letIn()
        played.ask(100)
        played.session.cancel(100, now: played.at(1))
        played.settle()
        #expect(played.outcome(100) == .some(.interrupted(maybeDone: true)))
        played.hear("!trap", "=category=2", "=message=interrupted", ".tag=100", at: 1)
        played.hear("!done", ".tag=2", at: 1)
        played.hear("!done", ".tag=100", at: 1)
        #expect(played.session.deadline == nil && !played.session.hasEnded)
        // A second cancellation, and one of what never was, do nothing.
        played.session.cancel(100, now: played.at(2))
        played.session.cancel(999, now: played.at(2))
        played.settle()
        #expect(played.sent == ["0", "100", "2 of 100"])
    }

    @Test("At most eight run; the others wait in their order, and leave the queue when they are given up")
    func queueing() {
        let played = Played()
        for tag in 100..<112 { played.ask(tag) }
        #expect(played.sent.isEmpty)
        played.letIn()
        #expect(played.sent == ["0"] + (100..<108).map { "\($0)" })
        played.session.cancel(108, now: played.start)
        played.settle()
        #expect(played.outcome(108) == .some(.interrupted(maybeDone: false)))
        played.hear("!done", ".tag=103")
        played.hear("!trap", "=message=no such item", ".tag=104")
        #expect(played.sent.last == "109" && played.outcome(104) == nil)
        played.hear("!done", ".tag=104")
        #expect(played.sent.last == "110")
        #expect(played.outcome(103) == .some(.none) && played.outcome(104) == .some(.noSuchItem))
        // The end tells each by whether it had gone out.
        played.session.end(.interrupted(maybeDone: true))
        played.settle()
        #expect(played.outcome(110) == .some(.interrupted(maybeDone: true)))
        #expect(played.outcome(111) == .some(.interrupted(maybeDone: false)))
    }

    @Test("After its end a session takes nothing more")
    func afterwards() {
        let played = Played()
        played.letIn()
        played.session.end(.interrupted(maybeDone: true))
        played.session.end(.unreachable)
        played.ask(100)
        played.hear("!done", ".tag=100")
        #expect(played.outcome(100) == .some(.interrupted(maybeDone: false)))
        #expect(played.session.stage == .ended(.interrupted(maybeDone: true)) && played.session.deadline == nil)
        // Where it never came to a login, whoever is late learns why.
        let refused = Played()
        refused.session.end(.unreachable)
        refused.ask(100)
        #expect(refused.outcome(100) == .some(.unreachable))
    }

    @Test("A login may be answered without its tag; a reply to a command may not")
    func untagged() {
        let played = Played()
        played.ask(100)
        played.session.opened(now: played.start)
        played.hear("!done")
        #expect(played.sent == ["0", "100"])
        played.hear("!done")
        #expect(played.outcome(100) == nil)
    }

    @Test(
        "However replies and giving up are mixed, each command is answered once",
        arguments: 1...20 as ClosedRange<UInt64>)
    func anyOrder(seed: UInt64) {
        var dice = Dice(seed: seed)
        let played = Played()
        let answers = Mutex<[Int: Int]>([:])
        var asked: [Int] = []
        if Bool.random(using: &dice) { played.letIn() }
        for turn in 0..<300 {
            let now = Double(turn) / 10
            let tag = asked.randomElement(using: &dice) ?? 0
            switch dice.next() % 8 {
            case 0, 1:
                let tag = played.session.nextTag()
                asked.append(tag)
                let asker = APISession.Asker.once { _ in answers.withLock { $0[tag, default: 0] += 1 } }
                played.session.submit(APICommand("x"), tag: tag, for: asker, by: played.at(now + 7))
            case 2: played.session.cancel(tag, now: played.at(now))
            case 3, 4: played.hear("!done", ".tag=\(tag)", at: now)
            case 5: played.hear("!trap", "=message=no", ".tag=\(tag)", at: now)
            case 6: played.hear("!re", "=a=b", ".tag=\(tag)", at: now)
            default:
                played.session.pass(played.at(now))
                if turn > 250, dice.next() % 8 == 0 { played.session.end(.interrupted(maybeDone: true)) }
            }
            played.settle()
            if turn == 40 { played.letIn() }
        }
        played.session.end(.unreachable)
        played.settle()
        #expect(answers.withLock { counts in asked.allSatisfy { counts[$0] == 1 } && counts.count == asked.count })
        #expect(played.session.pending.isEmpty && played.session.queue.isEmpty && played.session.abandoned.isEmpty)
    }
}
