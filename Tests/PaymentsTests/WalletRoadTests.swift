import Ledger
import MobileMoney
import Provisioning
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Payments

/// Money at a till that was put into a wallet before anybody knew which payment it is.
@Suite(.serialized, .ownThreads) struct WalletRoadTests {
    /// A prompt that was paid at a till, where nothing names it: what tells of it is up to each test.
    private struct Till {
        let bench: PaymentBench
        let payment: Payment
        let receipt: ReceiptNumber
        let paidAt: Instant
        var wallet: Account { payment.wallet }

        init(_ bench: PaymentBench, topUp: Money? = nil, device: Int = 1) async throws {
            self.bench = bench
            payment = try await bench.beginAsked(topUp: topUp, device: device)
            (receipt, paidAt) = (try bench.receipt(), bench.now)
        }

        /// The account's own message; with a number that fits nobody it is given to nobody by itself.
        func confirmation(masked mask: String = "") -> Evidence {
            let incoming = IncomingPayment(
                receipt: receipt, amount: payment.amount, paidAt: paidAt, shortCode: "600100",
                reference: TypedReference(""), payer: PayerMark(mask), payerName: nil, balance: nil)
            return Evidence(road: .incoming, account: bench.account, news: .money(Arrival(incoming)))
        }

        func told(_ road: Road) -> Evidence {
            let facts = road == .query ? PaymentFacts() : PaymentFacts(receipt: receipt, amount: payment.amount)
            return Evidence(road: road, account: bench.account, payment: payment.id, answer: .paid(facts))
        }

        @discardableResult
        func assign(to phone: PhoneNumber? = nil) throws -> EnteredReceipt? {
            let (tenant, now, phone) = (bench.tenant, bench.now, phone ?? payment.phone)
            return try bench.store.writeNow(.tenant(tenant)) { transaction in
                guard let known = try transaction.receipt(receipt, on: .mpesa, of: tenant),
                    known.standing == .unassigned
                else { return nil }
                return try transaction.assign(known, toWalletOf: phone, at: now)
            }
        }

        func claim() throws {
            let (tenant, now) = (bench.tenant, bench.now)
            let throttle = GuessThrottle(of: tenant, device: "\(receipt)", address: "\(receipt)", place: "s", at: now)
            let claim = ReceiptClaim(
                tenant: tenant, receipt: receipt, phone: payment.phone, throttle: throttle, now: now)
            _ = try bench.store.writeNow(.tenant(tenant)) { try $0.claim(claim) }
        }

        /// Buys something with all that is in the wallet.
        func spend() throws {
            let (tenant, now, wallet) = (bench.tenant, bench.now, wallet)
            try bench.store.writeNow(.tenant(tenant)) { transaction in
                let balance = try transaction.balance(of: wallet, of: tenant)
                guard balance.minorUnits > 0 else { return }
                let day = BookDay(at: now, offset: try transaction.offset(of: tenant))
                let lines = [
                    Posting.Line.debit(wallet, balance), .credit(Account(.revenue, "", in: .kes), balance),
                ]
                let id = ID<Posting>(at: now)
                _ = try transaction.post(
                    try Posting(id: id, for: Posting.Source("test", id.description), on: day, lines), of: tenant,
                    at: now)
            }
        }

        func now() throws -> Payment { try bench.payment(payment) }
        func clearing() throws -> Int64 { try bench.balance(bench.account.clearing) }
    }

    @Test(
        "Money that its payer has in the wallet becomes the payment that the provider tells of",
        arguments: Engine.available, [Road.query, .callback])
    func moved(engine: Engine, road: Road) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        let till = try await Till(bench)
        try bench.settle(till.confirmation())
        #expect(try till.assign() == .wallet(till.payment.phone, PaymentBench.shillings(50)))
        let settlement = try bench.settle(till.told(road))
        #expect(settlement.settled == .attached && settlement.work == [bench.world.routers[0].id])
        #expect(try till.clearing() == 50)
        #expect(try bench.balance(till.wallet) == 0 && bench.balance(bench.account.suspense) == 0)
        let payment = try till.now()
        #expect(payment.state == .paid && payment.outcome == .granted && !payment.needsReview)
        #expect(payment.receipt == till.receipt)
        // The other roads say the same.
        #expect(try bench.settle(till.told(.callback)).settled == .confirmed)
        #expect(try bench.settle(till.told(.query)).settled == .confirmed)
        #expect(try bench.settle(till.confirmation()).settled == .confirmed)
        #expect(try till.clearing() == 50)
        try bench.expectSound()
    }

    @Test(
        "What the payer has spent from the wallet buys no second service, and a person looks",
        arguments: Engine.available, [Road.query, .callback])
    func spent(engine: Engine, road: Road) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        let till = try await Till(bench)
        try bench.settle(till.confirmation())
        try till.assign()
        try till.spend()
        #expect(try bench.settle(till.told(road)).settled == .review)
        let payment = try till.now()
        #expect(payment.state == .paid && payment.outcome == .late && payment.needsReview)
        #expect(payment.receipt == till.receipt && payment.entitlement == nil)
        #expect(try till.clearing() == 50 && bench.balance(till.wallet) == 0)
        try bench.expectSound()
    }

    @Test("Money for the wallet stays in it, also when it was spent", arguments: Engine.available, [true, false])
    func toppedUp(engine: Engine, isSpent: Bool) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        let till = try await Till(bench, topUp: PaymentBench.shillings(80))
        try bench.settle(till.confirmation())
        try till.assign()
        if isSpent { try till.spend() }
        #expect(try bench.settle(till.told(.query)).settled == .attached)
        #expect(try till.now().outcome == .toppedUp && !till.now().needsReview)
        #expect(try till.clearing() == 80 && bench.balance(till.wallet) == (isSpent ? 0 : 80))
        try bench.expectSound()
    }

    @Test("Whoever waits no longer keeps the money in the wallet", arguments: Engine.available)
    func late(engine: Engine) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        let till = try await Till(bench)
        try bench.settle(till.confirmation())
        try till.assign()
        bench.skip(.hours(2))
        #expect(try bench.settle(till.told(.query)).settled == .attached)
        #expect(try till.now().outcome == .late && till.now().entitlement == nil && !till.now().needsReview)
        #expect(try till.clearing() == 50 && bench.balance(till.wallet) == 50)
        try bench.expectSound()
    }

    @Test("What was given to another number goes back where a receipt names its payment", arguments: Engine.available)
    func wrongNumber(engine: Engine) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        let other = try bench.phone()
        for isKnown in [false, true] {
            bench.skip(.minutes(20))
            let till = try await Till(bench, device: isKnown ? 2 : 1)
            let before = try till.clearing()
            try bench.settle(till.confirmation())
            try till.assign(to: other)
            // Nothing says yet that it is the same money.
            if isKnown { #expect(try bench.settle(till.told(.query)).settled == .paid) }
            #expect(try bench.settle(till.told(.callback)).settled == .review)
            #expect(try till.now().outcome == .granted && till.now().needsReview)
            #expect(try till.now().receipt == till.receipt)
            #expect(try till.clearing() == before + 50 && bench.balance(Account.wallet(of: other, in: .kes)) == 0)
        }
        try bench.expectSound()
    }

    @Test("Money of a payment that the provider called paid is not given a second time", arguments: Engine.available)
    func assignedAfterwards(engine: Engine) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        // Two wait for the same amount, so that nobody knows whose the first receipt is.
        let (till, other) = (try await Till(bench), try await Till(bench, device: 2))
        try bench.settle(till.told(.query))
        #expect(try bench.settle(till.confirmation(masked: "2547*******")).settled == .unassigned)
        guard case .payment(let payment, _)? = try till.assign() else {
            Issue.record("the wallet was given what the payment has")
            return
        }
        #expect(payment.id == till.payment.id && payment.receipt == till.receipt)
        #expect(try till.clearing() == 50 && bench.balance(till.wallet) == 0)
        #expect(try other.now().state == .asked)
        try bench.expectSound()
    }

    @Test(
        "Where several receipts may be the money a person looks, until a road names the one",
        arguments: Engine.available)
    func several(engine: Engine) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        let tills = [try await Till(bench), try await Till(bench, device: 2)]
        for till in tills { #expect(try bench.settle(till.confirmation()).settled == .unassigned) }
        #expect(try bench.settle(tills[0].told(.query)).settled == .paid)
        #expect(try tills[0].now().needsReview && tills[0].now().receipt == nil)
        let unassigned = try bench.store.read(.tenant(bench.tenant)) { [bench] in
            try $0.unassigned(of: bench.tenant, atMost: 5)
        }
        let suggested = try bench.store.read(.tenant(bench.tenant)) { try $0.suggestions(for: unassigned[0]) }
        #expect(Set(suggested.map(\.id)) == Set(tills.map(\.payment.id)), "also the one that is paid")
        #expect(try bench.settle(tills[0].told(.callback)).settled == .attached)
        #expect(try bench.settle(tills[1].told(.query)).settled == .attached, "what is left is the other's")
        #expect(try tills[0].clearing() == 100 && bench.balance(bench.account.suspense) == 0)
        try bench.expectSound()
    }

    @Test("Nameless money is for no payment of which no money came for certain", arguments: Engine.available)
    func failed(engine: Engine) async throws {
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        func fail(_ till: Till, _ reason: PaymentReason) throws {
            let failure = PaymentAnswer.failed(PaymentFailure(code: "1", reason: reason))
            try bench.settle(
                Evidence(road: .query, account: bench.account, payment: till.payment.id, answer: failure))
        }
        for reason in [PaymentReason.cancelled, .noMoney, .wrongPIN] {
            bench.skip(.minutes(20))
            let till = try await Till(bench)
            try fail(till, reason)
            let mask = "2547 ***** \(till.payment.phone.digits.suffix(3))"
            #expect(try bench.settle(till.confirmation(masked: mask)).settled == .unassigned, "\(reason)")
        }
        for reason in [PaymentReason.noResponse, .expired] {
            bench.skip(.minutes(20))
            let till = try await Till(bench)
            try fail(till, reason)
            let mask = "2547 ***** \(till.payment.phone.digits.suffix(3))"
            #expect(try bench.settle(till.confirmation(masked: mask)).settled == .paid, "\(reason)")
        }
        // The one that was declined does not stand in the way of the next.
        bench.skip(.minutes(20))
        let declined = try await Till(bench)
        try fail(declined, .cancelled)
        bench.skip(.minutes(3))
        let again = try bench.store.read(.tenant(bench.tenant)) { [bench] in
            try $0.newestPayment(from: declined.payment.phone, of: bench.tenant)
        }
        #expect(again?.id == declined.payment.id)
        let next = try await bench.beginAsked(declined.payment.phone, device: 9)
        let mask = PayerMark("2547 ***** \(next.phone.digits.suffix(3))")
        let incoming = IncomingPayment(
            receipt: try bench.receipt(), amount: next.amount, paidAt: bench.now, shortCode: "600100",
            reference: TypedReference(""), payer: mask, payerName: nil, balance: nil)
        let news = Evidence(road: .incoming, account: bench.account, news: .money(Arrival(incoming)))
        #expect(try bench.settle(news).payment == next.id)
    }

    /// What can happen about money at a till, in any order and again.
    private enum Event: CaseIterable {
        case confirmation, claim, assign, spend, query, callback

        func happen(_ till: Till, mask: String) throws {
            switch self {
            case .confirmation: try till.bench.settle(till.confirmation(masked: mask))
            case .claim: try till.claim()
            case .assign: try till.assign()
            case .spend: try till.spend()
            case .query: try till.bench.settle(till.told(.query))
            case .callback: try till.bench.settle(till.told(.callback))
            }
        }
    }

    @Test(
        "In whatever order, never more is entered than was paid, and all of it in the end", arguments: Engine.available)
    func anyOrder(engine: Engine) async throws {
        let seed = UInt64(UInt32.random(in: 1 ... .max))
        let bench = try PaymentBench(engine, kind: .till)
        defer { bench.store.close() }
        var dice = Dice(seed: seed)
        var (paid, told): (Int64, Int64) = (0, 0)
        for round in 0..<(engine == .sqlite ? 60 : 25) {
            bench.skip(.minutes(20))
            let isNameless = round % 3 == 0
            var tills: [Till] = []
            for _ in 0..<(isNameless ? 1 : 1 + Int(dice.next() % 3)) {
                let isTopUp = dice.next() % 4 == 0
                tills.append(
                    try await Till(
                        bench, topUp: isTopUp ? PaymentBench.shillings(50) : nil, device: round * 3 + tills.count))
                paid += 50
            }
            var events = tills.indices.flatMap { index in Event.allCases.map { (index, $0) } }
            events += events.filter { _ in dice.next() % 3 == 0 }
            let order = events.shuffled(using: &dice)
            let words = "seed \(seed), round \(round): \(order.map { "\($0.0) \($0.1)" }.joined(separator: ", "))"
            for (index, event) in order {
                let mask = isNameless ? "" : "2547 ***** \(tills[index].payment.phone.digits.suffix(3))"
                try event.happen(tills[index], mask: mask)
                told = try bench.balance(bench.account.clearing)
                #expect(told <= paid, "\(words): too much after \(index) \(event)")
                guard told <= paid else { return }
            }
            #expect(told == paid, "\(words)")
            #expect(try bench.balance(bench.account.suspense) == 0, "\(words)")
            for till in tills {
                let payment = try till.now()
                #expect(payment.state == .paid && payment.receipt == till.receipt, "\(words)")
            }
        }
        try bench.expectSound("seed \(seed)")
    }
}
