import Crypto
import Messaging
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// How messages are handed over and what becomes of them.
@Suite(.serialized, .ownThreads) struct KeeperTests {
    @Test("A message is handed over once, with its text and its attempt's name", arguments: Engine.available)
    func sends(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        let id = try bench.asked()
        for _ in 0..<3 { try await bench.keeper.work() }
        let sent = try #require(bench.senders[0].sent.first)
        #expect(bench.senders[0].handed == 1 && sent.text == "Asante" && sent.id == id.description)
        let attempt = try #require(try bench.attempts(id).first)
        #expect(sent.attempt == attempt.id.description)
        #expect(sent.reports == "https://isp.example/in/m/\(bench.keys.token(of: bench.accounts[0].id))")
        let message = try bench.message(id)
        #expect(message.state == .sent && message.dueAt == nil && message.segments == 1)
    }

    @Test("The same event never makes two messages", arguments: Engine.available)
    func once(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        #expect(try bench.ask(key: "payment/1") != nil)
        for _ in 0..<3 { #expect(try bench.ask(key: "payment/1") == nil) }
        try await bench.keeper.work()
        #expect(bench.senders[0].sent.count == 1)
    }

    @Test("Without an account nothing is asked for", arguments: Engine.available)
    func nobody(engine: Engine) throws {
        let bench = try MessageBench(engine, accounts: 0)
        defer { bench.store.close() }
        #expect(try bench.ask() == nil)
        #expect(try bench.count("SELECT count(*) FROM main.message") == 0)
    }

    @Test("Who is down or unfit is passed over by the next messages too", arguments: Engine.available)
    func fallsBack(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        bench.senders[0].receive(.refuses(.noBalance))
        let first = try bench.asked()
        try await bench.keeper.work()
        try await bench.keeper.work()
        #expect(try bench.message(first).state == .sent)
        #expect(try bench.attempts(first).map(\.state) == [.refused, .taken])
        let account = try bench.account(0)
        #expect(account.trouble == .noBalance && account.troubleAt == bench.now)
        _ = try bench.asked()
        try await bench.keeper.work()
        #expect(bench.senders.map(\.handed) == [1, 2])
        // After a while it is tried again, and believed once it works.
        bench.skip(.minutes(11))
        bench.senders[0].receive(.takes)
        let later = try bench.asked()
        try await bench.keeper.work()
        #expect(try bench.attempts(later).map(\.account) == [bench.accounts[0].id])
        #expect(try bench.account(0).trouble == nil)
    }

    @Test(
        "A provider that is down is tried again with longer pauses until the message is too old",
        arguments: Engine.available)
    func backsOff(engine: Engine) async throws {
        let bench = try MessageBench(engine, accounts: 1)
        defer { bench.store.close() }
        bench.senders[0].receive(.refuses(.unreachable))
        let (receipt, code) = (try bench.asked(), try bench.asked(.code))
        try await bench.work(for: .hours(12), stepping: .minutes(4))
        #expect(try bench.message(code).state == .expired)
        #expect(try bench.message(receipt).state == .failed)
        #expect(try bench.attempts(receipt).count == MessageCourse.mostAttempts)
        let begun = try bench.attempts(receipt).map(\.beganAt)
        let pauses = zip(begun, begun.dropFirst()).map { ($1 - $0).milliseconds / 60_000 }
        #expect(pauses == pauses.sorted() && pauses.last ?? 0 >= 60)
    }

    @Test("In doubt a receipt may come twice, a code never", arguments: Engine.available)
    func doubt(engine: Engine) async throws {
        let bench = try MessageBench(engine, accounts: 1)
        defer { bench.store.close() }
        bench.senders[0].receive(.losesAnswer)
        let (receipt, code) = (try bench.asked(), try bench.asked(.code))
        try await bench.work(for: .minutes(20))
        let sent = bench.senders[0].sent
        #expect(sent.count { $0.id == receipt.description } == 2 && sent.count { $0.id == code.description } == 1)
        #expect(try bench.message(receipt).state == .unknown && bench.message(code).state == .unknown)
        // Our attempt's name came back after all.
        let attempt = try #require(try bench.attempts(code).first)
        try await bench.report("delivered|@\(attempt.id)")
        try await bench.keeper.work()
        #expect(try bench.message(code).state == .delivered)
    }

    @Test("A report that answers the doubt keeps the message from being sent again", arguments: Engine.available)
    func reassured(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        bench.senders[0].receive(.losesAnswer)
        let id = try bench.asked()
        try await bench.keeper.work()
        let attempt = try #require(try bench.attempts(id).first)
        bench.skip(.seconds(20))
        try await bench.report("way|@\(attempt.id)")
        try await bench.work(for: .minutes(5))
        #expect(try bench.message(id).state == .sent && bench.attempts(id).count == 1)
        #expect(bench.senders.map(\.handed) == [1, 0])
    }

    @Test("Reports lead on in any order, and twice", arguments: Engine.available)
    func reports(engine: Engine) async throws {
        let orders = [
            ["way", "delivered"], ["delivered", "way"], ["way", "way", "delivered", "delivered", "way"],
            ["delivered", "failed"], ["failed", "delivered"],
        ]
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        for (index, order) in orders.enumerated() {
            let id = try bench.asked()
            try await bench.keeper.work()
            for word in order {
                try await bench.report("\(word)|S0-\(index + 1)")
                try await bench.keeper.work()
            }
            #expect(try bench.message(id).state == .delivered, "\(order)")
        }
        let lost = try bench.asked()
        try await bench.keeper.work()
        for word in ["failed|S0-6|absent", "way|S0-6"] { try await bench.report(word) }
        try await bench.keeper.work()
        #expect(try bench.message(lost).state == .failed && bench.message(lost).reason == .absent)
    }

    @Test(
        "A report that comes before the answer waits for it; one of nobody's is put aside", arguments: Engine.available)
    func early(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        try await bench.report("delivered|S0-1")
        try await bench.report("delivered|S9-9")
        try await bench.report("gibberish")
        try await bench.keeper.work()
        let id = try bench.asked()
        try await bench.keeper.work()
        #expect(try bench.message(id).state == .sent)
        try await bench.work(for: .minutes(40), stepping: .minutes(2))
        #expect(try bench.message(id).state == .delivered)
        #expect(try bench.count("SELECT count(*) FROM main.message_report WHERE state = 'refused'") == 1)
        #expect(try bench.count("SELECT count(*) FROM main.message_report WHERE state = 'unknown'") == 1)
        #expect(try await bench.report("delivered|S0-1", at: "no-such-token") == false)
        #expect(try await bench.report("delivered|S0-1"))
        #expect(try bench.count("SELECT count(*) FROM main.message_report") == 3)
    }

    @Test("A no that comes with a report is followed by another account", arguments: Engine.available)
    func lateNo(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        let id = try bench.asked()
        try await bench.keeper.work()
        try await bench.report("failed|S0-1|busy")
        try await bench.work(for: .minutes(1))
        #expect(try bench.message(id).state == .sent)
        #expect(try bench.attempts(id).map(\.state) == [.failed, .taken])
    }

    @Test("Notices wait for the morning, receipts do not", arguments: Engine.available)
    func night(engine: Engine) async throws {
        // Eleven in the evening in Nairobi.
        let bench = try MessageBench(engine, at: World.noon + .hours(11))
        defer { bench.store.close() }
        let (notice, receipt) = (try bench.asked(.notice), try bench.asked())
        try await bench.keeper.work()
        #expect(try bench.message(receipt).state == .sent && bench.message(notice).state == .queued)
        #expect(try bench.message(notice).dueAt == World.noon + .hours(19))
        bench.skip(.hours(8))
        try await bench.keeper.work()
        #expect(try bench.message(notice).state == .sent)
        let tenant = bench.tenant
        try bench.store.writeNow(.tenant(tenant)) { try $0.set(nil, of: tenant) }
        #expect(try bench.store.read(.tenant(tenant)) { try $0.quietHours(of: tenant) } == nil)
    }

    @Test("A person has what failed sent again, and no code", arguments: Engine.available)
    func again(engine: Engine) async throws {
        let bench = try MessageBench(engine, accounts: 1)
        defer { bench.store.close() }
        bench.senders[0].receive(.refuses(.noBalance))
        let (receipt, code) = (try bench.asked(), try bench.asked(.code))
        try await bench.work(for: .minutes(15), stepping: .minutes(1))
        bench.skip(.days(2))
        bench.senders[0].receive(.takes)
        let (tenant, now) = (bench.tenant, bench.now)
        try bench.store.writeNow(.tenant(tenant)) { try $0.sendAgain(receipt, of: tenant, at: now) }
        #expect(throws: MessageRefusal.notRepeatable) {
            try bench.store.writeNow(.tenant(tenant)) { try $0.sendAgain(code, of: tenant, at: now) }
        }
        try await bench.keeper.work()
        #expect(try bench.message(receipt).state == .sent)
        #expect(throws: MessageRefusal.notRepeatable) {
            try bench.store.writeNow(.tenant(tenant)) { try $0.sendAgain(receipt, of: tenant, at: now) }
        }
    }

    @Test("What is old is forgotten, what is under way is not", arguments: Engine.available)
    func forgets(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        _ = try bench.asked()
        try await bench.keeper.work()
        try await bench.report("delivered|S0-1")
        try await bench.keeper.work()
        _ = try bench.asked()
        let end = bench.now + .seconds(1)
        try bench.store.writeNow(.platform) { try $0.forgetMessages(before: end) }
        #expect(try bench.count("SELECT count(*) FROM main.message") == 1)
        #expect(try bench.count("SELECT count(*) FROM main.message_attempt") == 0)
        #expect(try bench.count("SELECT count(*) FROM main.message_report") == 0)
    }

    @Test("Neither reader nor text stands in the store where it was sealed", arguments: Engine.available)
    func sealed(engine: Engine) throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        let id = try #require(try bench.ask(.code, text: "Code 481516"))
        let message = try bench.message(id)
        #expect(!String(decoding: message.content, as: UTF8.self).contains("481516"))
        #expect(message.content(bench.keys) == .text("Code 481516"))
        #expect(message.content(MessageKeys(.random())) == nil)
    }

    @Test(
        "Gateways that share a database send each message once", arguments: Engine.available.filter { $0 == .postgres })
    func sharing(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        let stores = try (0..<3).map { _ in try Store(bench.store.location, migrations: World.migrations) }
        let keepers = try stores.map { store in
            try MessageBench.keeper(bench.world, store, bench.accounts, bench.senders, now: { bench.now })
        }
        let ids = try (0..<30).map { _ in try bench.asked() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for keeper in keepers { group.addTask { try await keeper.work() } }
            try await group.waitForAll()
        }
        #expect(bench.senders[0].sent.count == 30)
        for id in ids { #expect(try bench.message(id).state == .sent) }
        for store in stores + [bench.store] { store.close() }
    }

    @Test("A running gateway sends, reads reports and stops by itself", arguments: Engine.available)
    func runs(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        bench.keeper.start()
        let id = try bench.asked()
        bench.keeper.nudge()
        #expect(try eventually { try bench.message(id).state == .sent })
        try await bench.report("delivered|S0-1")
        #expect(try eventually { try bench.message(id).state == .delivered })
        await bench.keeper.stop()
    }
}
