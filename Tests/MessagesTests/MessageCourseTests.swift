import Messaging
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// What is next for a message, as tables.
@Suite struct MessageCourseTests {
    private static let roads = (0..<2).map { _ in ID<SenderAccount>(at: 0) }
    private static let born: Instant = World.noon
    typealias Past = [(road: Int, state: MessageAttempt.State, reason: MessageReason?)]

    private static func step(
        _ kind: Message.Kind, _ past: Past, after span: Span = .seconds(1), resting: Int? = nil, roads count: Int = 2
    ) -> MessageCourse.Step {
        let attempts = past.enumerated().map { index, attempt in
            MessageAttempt(
                id: ID(at: 0), account: roads[attempt.road], number: index + 1, state: attempt.state,
                reason: attempt.reason, beganAt: born, endedAt: attempt.state == .sending ? nil : born)
        }
        let course = MessageCourse(
            kind: kind, expiresAt: born + kind.lifetime, attempts: attempts,
            roads: (0..<count).map {
                MessageCourse.Road(roads[$0], restsUntil: $0 == resting ? born + .seconds(30) : 0)
            })
        return course.step(at: born + span, quiet: .usual, offset: .hours(3))
    }

    private static func at(_ seconds: Int64) -> Instant { born + .seconds(seconds) }

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let kind: Message.Kind
        let past: Past
        var after = Span.seconds(1)
        var resting: Int?
        var count = 2
        let step: MessageCourse.Step
        var testDescription: String { what }
    }

    static let cases: [Case] = [
        Case(what: "a new one goes to the first", kind: .receipt, past: [], step: .send(roads[0], at: at(1))),
        Case(
            what: "the first rests", kind: .receipt, past: [], resting: 0, step: .send(roads[1], at: at(1))),
        Case(
            what: "the only one rests", kind: .receipt, past: [], resting: 0, count: 1,
            step: .send(roads[0], at: at(30))),
        Case(what: "nobody sends", kind: .receipt, past: [], count: 0, step: .rest(.failed, .noAccount)),
        Case(what: "taken", kind: .receipt, past: [(0, .taken, nil)], step: .rest(.sent, nil)),
        Case(what: "arrived", kind: .receipt, past: [(0, .delivered, nil)], step: .rest(.delivered, nil)),
        Case(
            what: "down: the other at once", kind: .receipt, past: [(0, .refused, .unreachable)],
            step: .send(roads[1], at: at(1))),
        Case(
            what: "both down: the first again after a pause", kind: .receipt,
            past: [(0, .refused, .unreachable), (1, .refused, .busy)], step: .send(roads[0], at: at(15))),
        Case(
            what: "twice down: longer", kind: .receipt,
            past: [(0, .refused, .busy), (0, .refused, .busy)], count: 1, step: .send(roads[0], at: at(60))),
        Case(
            what: "no balance: only the other", kind: .receipt,
            past: [(0, .refused, .noBalance), (1, .refused, .busy)],
            step: .send(roads[1], at: at(15))),
        Case(
            what: "nobody is left", kind: .receipt, past: [(0, .refused, .noBalance), (1, .refused, .credentials)],
            step: .rest(.failed, .credentials)),
        Case(
            what: "no such number: nobody helps", kind: .receipt, past: [(0, .refused, .addressInvalid)],
            step: .rest(.failed, .addressInvalid)),
        Case(
            what: "too long: nobody helps", kind: .receipt, past: [(0, .refused, .messageUnfit)],
            step: .rest(.failed, .messageUnfit)),
        Case(
            what: "no answer: a minute, then the other", kind: .receipt, past: [(0, .unknown, .unanswered)],
            step: .send(roads[1], at: at(60))),
        Case(
            what: "no answer twice: nobody knows", kind: .receipt,
            past: [(0, .unknown, .unanswered), (1, .unknown, .unanswered)], step: .rest(.unknown, .unanswered)),
        Case(
            what: "no answer for a code: nobody knows", kind: .code, past: [(0, .unknown, .unanswered)],
            step: .rest(.unknown, .unanswered)),
        Case(
            what: "a code that was surely not sent goes on", kind: .code, past: [(0, .refused, .busy)],
            step: .send(roads[1], at: at(1))),
        Case(
            what: "a gateway died", kind: .code, past: [(0, .sending, nil)], step: .rest(.unknown, .unanswered)),
        Case(
            what: "in doubt and then refused: still in doubt", kind: .receipt,
            past: [(0, .unknown, .unanswered), (1, .refused, .addressInvalid)], step: .rest(.unknown, .unanswered)),
        Case(
            what: "too old", kind: .code, past: [], after: .minutes(5), step: .rest(.expired, .tooOld)),
        Case(
            what: "too old after a no", kind: .code, past: [(0, .refused, .busy)], after: .minutes(6),
            step: .rest(.expired, .busy)),
        Case(
            what: "the network gave it up", kind: .receipt, past: [(0, .failed, .absent)],
            step: .rest(.failed, .absent)),
        Case(
            what: "the network could not just now", kind: .receipt, past: [(0, .failed, .busy)],
            step: .send(roads[1], at: at(1))),
        Case(
            what: "one failed and one is on its way", kind: .receipt,
            past: [(0, .failed, .absent), (1, .taken, nil)], step: .rest(.sent, nil)),
        Case(
            what: "one arrived after all", kind: .receipt, past: [(0, .delivered, nil), (1, .refused, .busy)],
            step: .rest(.delivered, nil)),
        Case(
            what: "enough", kind: .notice, past: (0..<12).map { _ in (0, .refused, .busy) }, count: 1,
            step: .rest(.failed, .busy)),
    ]

    @Test("Each past has its next step", arguments: cases)
    func next(example: Case) {
        let step = Self.step(
            example.kind, example.past, after: example.after, resting: example.resting, roads: example.count)
        #expect(step == example.step)
    }

    // MARK: Night

    static let nights: [(local: (Int64, Int64), due: (Int64, Int64))] = [
        ((20, 59), (20, 59)), ((21, 0), (31, 0)), ((23, 59), (31, 0)), ((24, 0), (31, 0)), ((30, 59), (31, 0)),
        ((31, 0), (31, 0)),
    ]

    @Test("In quiet hours only what is urgent goes out", arguments: nights)
    func quiet(local: (Int64, Int64), due: (Int64, Int64)) {
        // Noon in Nairobi is nine in UTC.
        func instant(_ time: (Int64, Int64)) -> Instant { Self.born + .hours(time.0 - 12) + .minutes(time.1) }
        #expect(QuietHours.usual.end(at: instant(local), offset: .hours(3)) == instant(due))
        let course = MessageCourse(
            kind: .receipt, expiresAt: Self.born + .days(2), attempts: [], roads: [.init(Self.roads[0])])
        #expect(
            course.step(at: instant(local), quiet: .usual, offset: .hours(3))
                == .send(Self.roads[0], at: instant(local)))
        let notice = MessageCourse(
            kind: .notice, expiresAt: Self.born + .days(2), attempts: [], roads: [.init(Self.roads[0])])
        #expect(
            notice.step(at: instant(local), quiet: .usual, offset: .hours(3)) == .send(Self.roads[0], at: instant(due)))
    }

    @Test("Hours within a day, and none")
    func hours() throws {
        let siesta = try #require(QuietHours(minutes: 13 * 60, until: 15 * 60))
        #expect(siesta.end(at: Self.born + .minutes(90), offset: .hours(3)) == Self.born + .hours(3))
        #expect(siesta.end(at: Self.born, offset: .hours(3)) == Self.born)
        #expect(QuietHours(minutes: 60, until: 60) == nil && QuietHours(minutes: 1_440, until: 0) == nil)
    }

    // MARK: Reports

    @Test("News only leads on, in whatever order it comes", arguments: 1...6 as ClosedRange<UInt64>)
    func forward(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<200 {
            let news = (0..<6).map { _ in MessageAttempt.State.allCases.randomElement(using: &dice) ?? .sending }
            func end(_ news: [MessageAttempt.State]) -> MessageAttempt.State {
                news.reduce(.sending) { $0.leads(to: $1) ? $1 : $0 }
            }
            let (there, back) = (end(news), end(news.reversed()))
            // Refused and unknown are equally far; whichever came first stays.
            let pair: Set<MessageAttempt.State> = [.refused, .unknown]
            #expect(there == back || pair.isSuperset(of: [there, back]), "\(news)")
            if news.contains(.delivered) { #expect(there == .delivered) }
        }
    }
}
