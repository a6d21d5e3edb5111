import Messaging
import SQL
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// What must hold whatever happens: at each step of a dying gateway, and in weather made by chance.
@Suite(.serialized, .ownThreads) struct StormTests {
    @Test(
        "A gateway dies at any step: a code goes out once at most, and nobody forgets a receipt",
        arguments: Engine.available)
    func crash(engine: Engine) async throws {
        let bench = try MessageBench(engine, accounts: 1)
        defer { bench.store.close() }
        var step = 1
        while true {
            let (receipt, code) = (try bench.asked(), try bench.asked(.code))
            let life = try Life(in: bench.store.location, endingAt: step)
            bench.senders[0].watch { life.step() }
            let keeper = try MessageBench.keeper(bench.world, life.store, bench.accounts, bench.senders) {
                life.step()
                return bench.now
            }
            // It dies: whatever it throws is nobody's business.
            try? await keeper.work()
            bench.senders[0].watch {}
            try await bench.work(for: .minutes(6), stepping: .minutes(1))
            let sent = bench.senders[0].sent
            #expect(sent.count { $0.id == code.description } <= 1, "step \(step)")
            #expect((1...2).contains(sent.count { $0.id == receipt.description }), "step \(step)")
            #expect(try bench.message(receipt).state == .sent, "step \(step)")
            #expect(try [.sent, .unknown].contains(bench.message(code).state), "step \(step)")
            let died = life.isOver
            life.finish()
            step += 1
            guard died else { break }
        }
        #expect(step > 8, "the table is too short to be true: \(step)")
    }

    @Test(
        "In any weather every message comes to an end, and none goes out more often than it may",
        arguments: 1...4 as ClosedRange<UInt64>)
    func storm(seed: UInt64) async throws {
        var dice = Dice(seed: seed)
        let bench = try MessageBench(.sqlite)
        defer { bench.store.close() }
        var ids: [(ID<Message>, Message.Kind)] = []
        let weathers: [FakeSender.Reception] = [
            .takes, .takes, .losesAnswer, .refuses(.busy), .refuses(.unreachable), .refuses(.noBalance),
            .refuses(.addressInvalid), .refuses(.refused),
        ]
        for _ in 0..<40 {
            for sender in bench.senders { sender.receive(weathers.randomElement(using: &dice) ?? .takes) }
            let kind = Message.Kind.allCases.randomElement(using: &dice) ?? .receipt
            ids.append((try bench.asked(kind), kind))
            try await bench.keeper.work()
            let words = ["way", "delivered", "failed"]
            for _ in 0..<2 {
                let account = Int.random(in: 0...1, using: &dice)
                let name = Int.random(in: 1...max(1, bench.senders[account].sent.count), using: &dice)
                try await bench.report("\(words.randomElement(using: &dice) ?? "way")|S\(account)-\(name)", by: account)
            }
            bench.skip(.seconds(Int64.random(in: 1...120, using: &dice)))
        }
        for sender in bench.senders { sender.receive(.takes) }
        try await bench.work(for: .days(3), stepping: .hours(1))
        for (id, kind) in ids {
            let message = try bench.message(id)
            #expect(message.dueAt == nil && message.state != .queued && message.state != .sending)
            let copies = bench.senders.flatMap(\.sent).count { $0.id == id.description }
            let attempts = try bench.attempts(id)
            let doubts = attempts.count { $0.reason == .unanswered }
            #expect(doubts <= 1 + kind.repeatsInDoubt)
            // A further one only where a report said that the one before did not arrive.
            let failures = attempts.count { $0.state == .failed }
            #expect(copies <= 1 + kind.repeatsInDoubt + failures, "\(kind): \(attempts.map(\.state))")
        }
    }
}
