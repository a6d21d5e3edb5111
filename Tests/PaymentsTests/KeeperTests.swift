import Catalog
import Ledger
import MobileMoney
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

/// How phones and providers are asked.
@Suite(.serialized, .ownThreads) struct KeeperTests {
    @Test("A phone is asked once, with the payment's own address and reference", arguments: Engine.available)
    func asks(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        for _ in 0..<3 { try await bench.keeper.work() }
        let prompt = try #require(bench.provider.asked.first?.prompt)
        #expect(bench.provider.asked.count == 1)
        #expect(prompt.amount == PaymentBench.shillings(50) && prompt.payer == payment.phone)
        #expect(prompt.reference.text == payment.code.text)
        #expect(prompt.callback == "https://pay.example/in/s/\(bench.keys.token(of: payment.id))")
        #expect(payment.state == .asked && payment.code.text.utf8.count == 8)
        for word in ["mpesa", "safaricom", "query", "sql", "exe", "cmd"] { #expect(!"/in/s/".contains(word)) }
    }

    @Test("What a lost reply leaves open is never sent again, and money still finds it", arguments: Engine.available)
    func silence(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.receive(.losesReply)
        let payment = try await bench.beginAsked()
        #expect(payment.state == .silent)
        for _ in 0..<40 {
            bench.skip(.minutes(5))
            try await bench.keeper.work()
        }
        #expect(bench.provider.asked.count == 1)
        // The address identifies the payment, though its prompt's name was never told.
        try await bench.callback(payment, bench.receipt())
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.state == .paid && now.promptSealed != nil)
        try bench.expectSound()
    }

    @Test(
        "A lost reply and much money: the callback names the prompt, and the provider is asked",
        arguments: Engine.available)
    func silenceAboveThreshold(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.receive(.losesReply)
        let payment = try await bench.beginAsked(topUp: PaymentBench.shillings(5_000))
        #expect(payment.state == .silent)
        try await bench.callback(payment, bench.receipt(), 5_000)
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .asked)
        bench.provider.answer(try bench.prompt(payment), .paid(PaymentFacts()))
        for _ in 0..<3 {
            bench.skip(.seconds(10))
            try await bench.keeper.work()
        }
        let now = try bench.payment(payment)
        #expect(now.state == .paid && now.receipt != nil && !now.needsReview)
        try bench.expectSound()
    }

    @Test("Where the provider knows a prompt by its key, a lost reply is asked for again", arguments: Engine.available)
    func repeats(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.repeatSafely()
        bench.provider.receive(.losesReply)
        let (payment, other) = (try await bench.beginAsked(), try await bench.beginAsked())
        #expect(payment.state == .new && bench.provider.asked.count == 2)
        bench.provider.receive(.accepts)
        bench.skip(.seconds(10))
        try await bench.keeper.carryOut(payment)
        #expect(try bench.payment(payment).state == .asked)
        #expect(bench.provider.asked.count == 2)
        // Too late to ask the phone again, but the provider can be asked what became of it.
        bench.skip(.minutes(3))
        try await bench.keeper.work()
        #expect(try bench.payment(other).state == .asked)
        bench.provider.answer(try bench.prompt(other), .paid(PaymentFacts()))
        bench.skip(.seconds(10))
        try await bench.keeper.work()
        #expect(try bench.payment(other).state == .paid)
    }

    @Test("A refusal after a lost reply does not say that the phone was not asked", arguments: Engine.available)
    func refusedAfterDoubt(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.repeatSafely()
        bench.provider.receive(.losesReply)
        let payment = try await bench.beginAsked()
        bench.provider.receive(.refuses(.wrongCredentials))
        bench.skip(.seconds(10))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .asked)
        bench.provider.answer(try bench.prompt(payment), .paid(PaymentFacts()))
        bench.skip(.seconds(10))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .paid)
    }

    @Test(
        "While no question is answered, news above the threshold puts no later question off", arguments: [Engine.sqlite]
    )
    func outage(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked(topUp: PaymentBench.shillings(5_000))
        try await bench.callback(payment, bench.receipt(), 5_000)
        // The provider answers no question for half an hour, then the truth.
        let begun = bench.now
        while bench.now < begun + .minutes(30) {
            try await bench.keeper.work()
            bench.skip(.seconds(5))
        }
        #expect(try bench.payment(payment).state == .asked)
        bench.provider.answer(try bench.prompt(payment), .paid(PaymentFacts()))
        while try bench.payment(payment).state != .paid, bench.now < begun + .hours(3) {
            bench.skip(.seconds(30))
            try await bench.keeper.work()
        }
        #expect(bench.now < begun + .minutes(62))
        bench.skip(.hours(2))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).receipt != nil && bench.balance(bench.payment(payment).wallet) == 5_000)
    }

    @Test("What was not sent is sent again for two minutes, a refusal never", arguments: Engine.available)
    func unsent(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.provider.receive(.isUnreachable)
        let payment = try await bench.beginAsked()
        #expect(payment.state == .new)
        bench.provider.receive(.accepts)
        bench.skip(.seconds(30))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .asked)
        bench.provider.receive(.isUnreachable)
        let late = try await bench.beginAsked()
        bench.skip(.minutes(3))
        bench.provider.receive(.accepts)
        try await bench.keeper.work()
        let given = try bench.payment(late)
        #expect(given.state == .failed && given.reason == .promptNotSent)
        bench.provider.receive(.refuses(.wrongPasskey))
        let refused = try await bench.beginAsked()
        #expect(refused.state == .failed && refused.reason == .wrongPasskey)
        #expect(bench.provider.asked.count == 1)
    }

    @Test("A prompt is asked about by the schedule, and after two days by a person", arguments: Engine.available)
    func polls(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked()
        let begun = bench.now
        var times: [Int64] = []
        while bench.now < begun + .hours(49) {
            let before = bench.provider.questions
            try await bench.keeper.work()
            if bench.provider.questions > before { times.append((bench.now - begun).milliseconds / 1_000) }
            bench.skip(bench.now < begun + .minutes(20) ? .seconds(5) : .minutes(10))
        }
        #expect(times.prefix(9) == [5, 10, 20, 35, 60, 90, 150, 300, 900])
        #expect(times.count == 9 + 48)
        let now = try bench.payment(payment)
        #expect(now.state == .failed && now.reason == .outcomeUnknown && now.needsReview)
        let (tenant, looked) = (bench.tenant, bench.now)
        #expect(
            try bench.store.read(.tenant(tenant)) { try $0.paymentsToReview(of: tenant, atMost: 5) }.map(\.id) == [
                payment.id
            ])
        for isFirst in [true, false] {
            let isNoted = try bench.store.writeNow(.tenant(tenant)) {
                try $0.review(payment.id, by: "asha", of: tenant, at: looked)
            }
            #expect(isNoted == isFirst)
        }
        #expect(try bench.store.read(.tenant(tenant)) { try $0.paymentsToReview(of: tenant, atMost: 5) }.isEmpty)
    }

    @Test("An answer without a receipt pays; the receipt is attached when it comes", arguments: Engine.available)
    func receiptLater(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.paidNameless()
        var now = payment
        #expect(now.state == .paid && now.receipt == nil && now.entitlement != nil)
        let receipt = try bench.receipt()
        let road = bench.keys.token(of: bench.account.id)
        #expect(try await bench.post("came|\(receipt)|50.00|600100|\(payment.code)|2547 ***** 126", at: road))
        try await bench.keeper.work()
        now = try bench.payment(payment)
        #expect(now.receipt == receipt && !now.needsReview)
        #expect(try bench.count("SELECT count(*) FROM main.ledger_posting") == 1)
    }

    @Test("Above a threshold a callback alone is not believed", arguments: Engine.available)
    func threshold(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payment = try await bench.beginAsked(topUp: PaymentBench.shillings(5_000))
        try await bench.callback(payment, bench.receipt(), 5_000)
        try await bench.keeper.work()
        #expect(try bench.payment(payment).state == .asked)
        bench.provider.answer(try bench.prompt(payment), .paid(PaymentFacts()))
        bench.skip(.seconds(10))
        try await bench.keeper.work()
        bench.skip(.seconds(10))
        try await bench.keeper.work()
        let now = try bench.payment(payment)
        #expect(now.state == .paid && now.receipt != nil)
        #expect(try bench.balance(now.wallet) == 5_000)
    }

    @Test("A phone is asked by one payment at a time", arguments: Engine.available)
    func onePrompt(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        let payment = try await bench.beginAsked(phone)
        let begun = bench.now
        #expect(throws: PaymentRefusal.promptOpen(until: begun + .seconds(120))) { try bench.begin(phone) }
        let prompt = try bench.prompt(payment).revealed
        bench.skip(.seconds(20))
        #expect(try await bench.post("failed|\(prompt)|cancelled", at: bench.keys.token(of: payment.id)))
        try await bench.keeper.work()
        #expect(try bench.payment(payment).reason == .cancelled)
        // Nothing was paid, so that the provider takes the same amount again.
        let second = try await bench.beginAsked(phone)
        try await bench.callback(second, bench.receipt())
        try await bench.keeper.work()
        // Now it would refuse it; another one may be tried at once.
        let again = begun + .seconds(140)
        #expect(throws: PaymentRefusal.tooSoon(until: again)) { try bench.begin(phone) }
        _ = try bench.begin(phone, topUp: PaymentBench.shillings(20))
        bench.skip(.seconds(121))
        _ = try bench.begin(phone)
    }

    @Test("A phone that taps twice at once is asked once", arguments: Engine.available)
    func race(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let phone = try bench.phone()
        let begun = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? bench.begin(phone)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(begun == 1)
        try await bench.keeper.work()
        #expect(bench.provider.asked.count == 1)
    }

    static let unfit: [Int64] = [0, -100, 50, 99, 150, 25_000_100]

    @Test("Only whole shillings up to the rail's limit are asked for", arguments: unfit)
    func amounts(minorUnits: Int64) throws {
        let bench = try PaymentBench(.sqlite)
        defer { bench.store.close() }
        #expect(throws: PaymentRefusal.amountUnfit) { try bench.begin(topUp: Money(minorUnits: minorUnits, in: .kes)) }
    }

    @Test(
        "News is kept once, unknown shapes too, and nothing is claimed that is not on the disk",
        arguments: Engine.available)
    func keeps(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        let road = bench.keys.token(of: bench.account.id)
        for _ in 0..<3 { #expect(try await bench.post("{\"strange\":1}", at: road)) }
        try await bench.keeper.work()
        let tenant = bench.tenant
        let unknown = try bench.store.read(.tenant(tenant)) { try $0.vainNotices(of: tenant, atMost: 10) }
        #expect(unknown.count == 1)
        let body = try unknown.first.map { try bench.keys.open($0.bodySealed, for: $0.id) }
        #expect(body == Array("{\"strange\":1}".utf8))
        bench.store.close()
        await #expect(throws: (any Error).self) { _ = try await bench.post("came|AAAA1|1|600100||", at: road) }
    }

    @Test("What no road told of is found in the provider's list", arguments: Engine.available)
    func pulls(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let payments = try await [
            bench.beginAsked(device: 1), bench.beginAsked(device: 2), bench.beginAsked(device: 3),
        ]
        bench.provider.list(
            try payments.map { payment in
                IncomingPayment(
                    receipt: try bench.receipt(), amount: PaymentBench.shillings(50), paidAt: bench.now,
                    shortCode: "600100", reference: TypedReference(payment.code.text), payer: .absent, payerName: nil,
                    balance: nil)
            })
        for _ in 0..<3 {
            bench.skip(.minutes(15))
            try await bench.keeper.work()
        }
        for payment in payments { #expect(try bench.payment(payment).outcome == .granted) }
        #expect(try bench.count("SELECT count(*) FROM main.ledger_posting") == 3)
        #expect(bench.provider.spans == [.hours(48), .hours(2), .hours(2), .hours(2)])
    }

    @Test("Gateways that share a database ask each phone once", arguments: Engine.available.filter { $0 == .postgres })
    func sharing(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        let stores = try (0..<3).map { _ in try Store(bench.store.location, migrations: World.migrations) }
        let keepers = stores.map { PaymentBench.keeper(bench.world, $0, bench.provider, now: { bench.now }) }
        let payments = try (0..<30).map { try bench.begin(device: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for keeper in keepers { group.addTask { try await keeper.work() } }
            try await group.waitForAll()
        }
        #expect(bench.provider.asked.count == 30)
        for payment in payments { try await bench.callback(payment, bench.receipt()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for keeper in keepers { group.addTask { try await keeper.work() } }
            try await group.waitForAll()
        }
        #expect(try bench.count("SELECT count(*) FROM main.entitlement") == 30)
        #expect(try bench.balance(bench.account.clearing) == 30 * 50)
        try bench.expectSound()
        for store in stores + [bench.store] { store.close() }
    }

    @Test("A running gateway asks, settles and stops by itself", arguments: Engine.available)
    func runs(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        bench.keeper.start()
        let phone = try bench.phone()
        let order = PaymentOrder(
            tenant: bench.tenant, wish: .package(bench.offer.id, bench.device()), phone: phone, now: bench.now)
        let payment = try await bench.keeper.begin(order)
        #expect(try eventually { try bench.payment(payment).state == .asked })
        try await bench.callback(payment, bench.receipt())
        #expect(try eventually { try bench.payment(payment).state == .paid })
        await bench.keeper.stop()
    }

    @Test(
        "A long look at the list that broke off is begun anew, and noted once it is done", arguments: Engine.available)
    func brokenLook(engine: Engine) async throws {
        let bench = try PaymentBench(engine)
        defer { bench.store.close() }
        let rows = try (0..<5).map { _ in
            IncomingPayment(
                receipt: try bench.receipt(), amount: PaymentBench.shillings(50), paidAt: bench.now - .hours(40),
                shortCode: "600100", reference: TypedReference(""), payer: .absent, payerName: nil, balance: nil)
        }
        bench.provider.list(rows)
        bench.provider.breakList(at: 2)
        try await bench.keeper.work()
        #expect(try bench.count("SELECT count(*) FROM main.payment_receipt") == 2)
        // The gateway that died and the one that comes after it do the same.
        bench.provider.breakList(at: nil)
        for _ in 0..<2 {
            bench.skip(.minutes(15))
            try await bench.keeper.work()
        }
        #expect(try bench.count("SELECT count(*) FROM main.payment_receipt") == 5)
        #expect(bench.provider.spans == [.hours(48), .hours(48), .hours(2)])
    }
}
